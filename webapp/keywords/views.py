"""GET and POST /accounts/…/keywords, and its poll."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.errors import AviaryError, ChangedMeanwhile, SettingsError, SettingsProblem
from bot.files_view import AccountFile, FileState
from webapp.files.page import (
    Conflict,
    conflict,
    files,
    head_statuses,
    look_at_head,
    mistakes,
    read,
    read_as_of,
)
from webapp.keywords.form import GroupsForm, uses
from webapp.keywords.numbers import rows
from webapp.services import services

blueprint = Blueprint("keywords", __name__, url_prefix="/accounts/<account_id>/keywords")
KEYWORDS = AccountFile.KEYWORDS
Page = str | tuple[str, int] | Response


@blueprint.get("")
def show(account_id: str) -> str:
    """The groups; while the file is broken, the text of it to be mended."""
    state = read(account_id, KEYWORDS)
    return _page(account_id, state, GroupsForm(dict(state.keywords)))


@blueprint.get("/statuses")
def statuses(account_id: str) -> str | tuple[str, int]:
    """The head's changes."""
    return head_statuses(account_id)


@blueprint.post("")
def save(account_id: str) -> Page:
    """Write the groups that were changed, and no others."""
    mark, form = request.form.get("mark", ""), GroupsForm.of(request.form)
    now, base = read(account_id, KEYWORDS), read_as_of(account_id, KEYWORDS, mark)
    if now.problems:
        return _page(account_id, now, form), 409
    before = base.keywords if base and not base.problems else now.keywords
    if form.new in now.keywords and form.new not in form.deleted:
        return _page(account_id, now, form, trouble=f"There is a group “{form.new}” already; write into that one."), 422
    try:
        files().change(account_id, KEYWORDS, lambda data: form.write(data, before), mark)
    except ChangedMeanwhile:
        return _page(account_id, now, form.merged(before, now.keywords), others=conflict(base, now)), 409
    except SettingsError as refused:
        return _page(account_id, now, form, problems=refused.problems), 422
    except AviaryError as failed:
        return _page(account_id, now, form, trouble=failed.in_words), 503
    flash("Saved." if form.is_changed(before) else "Nothing was changed.", "good")
    return redirect(url_for(".show", account_id=account_id))


def _page(
    account_id: str,
    state: FileState,
    form: GroupsForm,
    *,
    problems: Sequence[SettingsProblem] = (),
    others: Conflict | None = None,
    trouble: str = "",
) -> str:
    return render_template(
        "keywords/show.html",
        page=look_at_head(account_id),
        state=state,
        form=form,
        used_by=uses(read(account_id, AccountFile.SETTINGS).settings),
        refusals=problems,
        mistakes=mistakes(state.text, state.problems),
        conflict=others,
        trouble=trouble,
        rows=rows(services().fleet.keyword_numbers(account_id), state.keywords),
        versions=files().versions(account_id, KEYWORDS),
    )
