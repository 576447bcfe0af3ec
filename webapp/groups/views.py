"""GET /groups lists the groups, GET /groups/one is one of them, POST /groups/rename gives it another name."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.errors import AviaryError
from webapp import wording
from webapp.audit.recording import note_details
from webapp.bulk.deeds import DEEDS
from webapp.bulk.edits import EDITS
from webapp.groups.page import GroupView, group_of, groups_of
from webapp.groups.renaming import rename_group
from webapp.services import services

blueprint = Blueprint("groups", __name__, url_prefix="/groups")
_FOR_A_GROUP = ("set_limit", "add_slot", "apply_template", "add_to_group", "enable", "disable")
Page = str | tuple[str, int] | Response


@blueprint.get("")
def index() -> str:
    """All groups, with how their accounts stand."""
    accounts = services().fleet.overview().accounts
    groups, queued = groups_of(accounts), services().fleet.group_queues.counts()
    orphans = sorted(queued.items() - {(group.name, queued.get(group.name)) for group in groups})
    return render_template(
        "groups/index.html",
        groups=groups,
        deeds=DEEDS.values(),
        number=len(accounts),
        queued=queued,
        orphans=orphans,
    )


@blueprint.get("/one")
def show() -> str:
    """The group `name`: its accounts, and what can be done with all of them."""
    return _page(_find(request.args.get("name", "")))


@blueprint.post("/rename")
def rename() -> Page:
    """Give it another name."""
    group, wanted = _find(request.form.get("name", "")), request.form.get("new_name", "").strip()
    try:
        done = rename_group(services().fleet, group.name, wanted)
    except AviaryError as refused:
        return _page(group, wanted, refused.in_words), 409
    note_details(f"“{group.name}” to “{wanted}”: {', '.join(done)}")
    flash(f"{group.name} is now called {wanted}, in {wording.counted(len(done), 'account', 'accounts')}.", "good")
    return redirect(url_for(".show", name=wanted))


def _page(group: GroupView, new_name: str = "", trouble: str = "") -> str:
    edits = [EDITS[name] for name in _FOR_A_GROUP]
    return render_template(
        "groups/show.html",
        group=group,
        deeds=DEEDS.values(),
        edits=edits,
        new_name=new_name or group.name,
        trouble=trouble,
    )


def _find(name: str) -> GroupView:
    group = group_of(services().fleet.overview().accounts, name)
    if not group.accounts:
        abort(404, f"No account is in a group “{name}”.")
    return group
