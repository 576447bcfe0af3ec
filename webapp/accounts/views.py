"""The account page, its poll, its evidence pictures, its buttons, and the account selector's list."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from htmx_flask import make_response
from htmx_flask import request as htmx_request
from werkzeug.wrappers import Response

from webapp.accounts.card import Card
from webapp.accounts.finding import find_account, has_changed, look_for, present_mark
from webapp.accounts.page import AccountPage, RunEntry, look_at_account
from webapp.messages import told
from webapp.overview.selection import named
from webapp.services import services

CHOICES_SHOWN = 100
MOST_OPEN_RUNS = 20
_PAGES = {
    "accounts": "accounts.show",
    "activity": "activity.show",
    "check": "check.show",
    "plan": "plan.show",
    "settings": "settings.show",
    "keywords": "keywords.show",
    "media": "media.show",
    "session": "session.show",
    "numbers": "numbers.show",
    "outcomes": "outcomes.show",
}
"""The pages of one account by their blueprint, which is what the forms on them say they come from."""
_OVERVIEW_LOOKS = {"overview", "table"}
"""What the forms of the overview say: its cards, its table."""

blueprint = Blueprint("accounts", __name__, url_prefix="/accounts")


@blueprint.get("/choices")
def choices() -> str:
    """The list under the account selector: accounts that match `q`."""
    query = request.args.get("q", "")
    found = [Card(account) for account in named(services().fleet.overview().accounts, query)]
    more = max(0, len(found) - CHOICES_SHOWN)
    return render_template("accounts/_choices.html", cards=found[:CHOICES_SHOWN], more=more, query=query)


@blueprint.get("/<account_id>")
def show(account_id: str) -> str:
    """The account's page; `run` opens that run instead of the newest."""
    chosen = request.args.get("run", type=int)
    return render_template("accounts/show.html", page=_page(account_id, None if chosen is None else [chosen]))


@blueprint.get("/<account_id>/statuses")
def statuses(account_id: str) -> str | tuple[str, int]:
    """204 when this account has not changed since the page's mark, else its fragments, out of band."""
    account = find_account(account_id)
    if not has_changed(account):
        return "", 204
    return render_template("accounts/_changes.html", page=_page(account_id, _open_runs()))


@blueprint.get("/<account_id>/runs/<int:run_id>")
def run_steps(account_id: str, run_id: int) -> Response | str:
    """The steps of one run: a fragment for htmx, else the page with this run open."""
    account = find_account(account_id)
    if not htmx_request.htmx:
        return redirect(url_for(".show", account_id=account_id, run=run_id, _anchor=f"run-{run_id}"))
    run = next((run for run in services().fleet.runs(account_id) if run.id == run_id), None)
    if run is None:
        abort(404, "This run is not kept any more.")
    entry = RunEntry(run, services().fleet.steps(account_id, run_id))
    return render_template("accounts/_steps.html", entry=entry, account=account)


@blueprint.get("/<account_id>/evidence/<evidence_id>")
def evidence(account_id: str, evidence_id: str) -> Response:
    """The picture of a page that made trouble; the engine alone says which file that is."""
    find_account(account_id)
    file = services().fleet.evidence_file(account_id, evidence_id)
    if file is None or not file.is_file():
        abort(404, "This picture is not kept any more.")
    picture = send_file(file.resolve(), mimetype="image/png")
    picture.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return picture


@blueprint.post("/<account_id>/start")
def start(account_id: str) -> Response:
    """Let the account follow its schedule."""
    return _do(account_id, lambda: services().fleet.start_account(account_id))


@blueprint.post("/<account_id>/stop")
def stop(account_id: str) -> Response:
    """End what it does, at the next safe point."""
    return _do(account_id, lambda: services().fleet.stop_account(account_id))


@blueprint.post("/<account_id>/run")
def run(account_id: str) -> Response:
    """Queue a run of `slot`, or of the one that comes next."""
    slot = request.form.get("slot", "")
    if slot and slot not in find_account(account_id).slots:
        abort(400, f"This account has no slot “{slot}”.")
    return _do(account_id, lambda: services().fleet.run_account(account_id, slot))


@blueprint.post("/<account_id>/pause")
def pause(account_id: str) -> Response:
    """Let no slot of it fire until it is resumed; a present run goes on."""
    return _do(account_id, lambda: " ".join(services().fleet.pause_accounts([account_id])))


@blueprint.post("/<account_id>/resume")
def resume(account_id: str) -> Response:
    """End its pause, and only that."""
    return _do(account_id, lambda: " ".join(services().fleet.resume_accounts([account_id])))


@blueprint.post("/<account_id>/posts/<int:intent_id>/decision")
def decide(account_id: str, intent_id: int) -> Response:
    """A person's word on a post that needs review: `seen` is "yes" or "no"."""
    seen = request.form.get("seen")
    if seen not in {"yes", "no"}:
        abort(400, "Say whether the post is there or not.")
    return _do(account_id, lambda: _decide(account_id, intent_id, is_there=seen == "yes"))


def _decide(account_id: str, intent_id: int, *, is_there: bool) -> str:
    try:
        return services().fleet.decide_post(account_id, intent_id, is_there=is_there)
    except KeyError:
        abort(404, "This post is not kept any more.")


def _do(account_id: str, act: Callable[[], str]) -> Response:
    """Act, then show what became of it: the account's fragments and a message, or the page it came from."""
    find_account(account_id)
    words, tone = told(act)
    if not htmx_request.htmx:
        flash(words, tone)
        return redirect(_came_from(account_id))
    card = Card(find_account(account_id))
    fragments = render_template("accounts/_acted.html", card=card, place=_place(), words=words, tone=tone)
    answer: Response = make_response(fragments, trigger="aviary:acted")
    return answer


def _place() -> str:
    """The blueprint of the page the pressed button stands on, as its form says; "" when it says none we know."""
    place = request.form.get("from", "")
    return place if place in _OVERVIEW_LOOKS or place in _PAGES else ""


def _came_from(account_id: str) -> str:
    place = _place()
    if place in _OVERVIEW_LOOKS:
        return f"{_overview_it_came_from()}#account-{account_id}"
    return url_for(_PAGES.get(place, ".show"), account_id=account_id)


def _overview_it_came_from() -> str:
    """The overview with the filter and the page that the button was on, as the browser says; else as it opens."""
    overview, page = url_for("overview.index"), urlsplit(request.referrer or "")
    is_ours = page.netloc == request.host and page.path == overview
    return f"{overview}?{page.query}" if is_ours and page.query else overview


def _open_runs() -> list[int]:
    """The runs a page has open, as its poll says: `open=12,11`. At most a page's worth."""
    wanted = request.args.get("open", "").split(",")
    numbers = [int(run_id) for run_id in wanted if run_id.isascii() and run_id.isdigit() and len(run_id) < 19]
    return numbers[:MOST_OPEN_RUNS]


def _page(account_id: str, open_runs: list[int] | None) -> AccountPage:
    mark = present_mark()
    return look_for(account_id, lambda: look_at_account(services().fleet, account_id, mark, open_runs))
