"""GET /guards: what holds for all accounts, what it stopped lately, and whom no account engages."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.guards.book import text_hash
from bot.guards.engagement import plain_handle
from bot.guards.room import Guards
from bot.settings.fleet import is_handle
from webapp.access.actors import actor
from webapp.audit.recording import note_refusal
from webapp.services import services
from webapp.wording import Face

STOPS_SHOWN = 50
LONGEST_WHY = 200
LONGEST_TEXT = 25_000
ALLOWANCES_SHOWN = 10
FACES = {
    "near_duplicate": Face("Text like another’s", "copy", "warn"),
    "hashtag": Face("Same hashtag", "copy", "warn"),
    "managed": Face("Own account", "circle-off", "off"),
    "never": Face("Never engage", "circle-off", "off"),
    "claimed": Face("Another account’s", "circle-off", "off"),
}

blueprint = Blueprint("guards", __name__, url_prefix="/guards")


@dataclass(frozen=True)
class GuardRule:
    """One guard, in words."""

    name: str
    words: str


RULES = (
    GuardRule(
        "No text like another account’s",
        "Compared with what your other accounts posted in the last 30 days and plan for the next 7. Emoji, numbers, "
        "links, casing, hashtags and the order of words make no difference.",
    ),
    GuardRule("No hashtag twice within the hour", "When one account has used it, the others wait an hour."),
    GuardRule(
        "Accounts leave each other alone",
        "They never like, follow, answer, quote or repost each other, disabled or not.",
    ),
    GuardRule("One person, one account", "Whoever was engaged by one of your accounts is left to that one."),
    GuardRule(
        "New accounts begin slowly", "2 posts a day until day 3, 3 until day 7, 5 until day 14, unless set otherwise."
    ),
    GuardRule("At most 50 posts a day", "For each account, whatever its settings say."),
)


@blueprint.get("")
def index() -> str:
    """The page."""
    return _page()


@blueprint.post("/never")
def add_never() -> Response | tuple[str, int]:
    """Put a person on the list."""
    handle, who = plain_handle(request.form.get("handle", "")), actor()
    if not handle or not is_handle(handle):
        note_refusal()
        return _page("A handle has 1 to 15 letters, digits and _, as in @toko_contoh."), 422
    why = " ".join(request.form.get("why", "").split())[:LONGEST_WHY]
    if _guards().engagement.add_never(handle, who.name if who else "", why):
        flash(f"No account engages @{handle} any more.", "good")
    else:
        flash(f"@{handle} is on the list already.", "plain")
    return redirect(url_for(".index"))


@blueprint.post("/allow")
def allow() -> Response | tuple[str, int]:
    """Let one post with the text of the form pass."""
    text, who = request.form.get("text", "").strip(), actor()
    why = " ".join(request.form.get("reason", "").split())[:LONGEST_WHY]
    if not text or not why:
        note_refusal()
        return _page(not_allowed="Paste the text of the post, and say why it may go out."), 422
    _guards().texts.allow(text_hash(text), who.name if who else "", why)
    flash("One post with this text may go out.", "good")
    return redirect(url_for(".index"))


@blueprint.post("/never/<handle>/remove")
def remove_never(handle: str) -> Response:
    """Take a person off the list."""
    if _guards().engagement.remove_never(handle):
        flash(f"Accounts may engage @{plain_handle(handle)} again.", "good")
    else:
        flash(f"@{plain_handle(handle)} is not on the panel’s list.", "bad")
    return redirect(url_for(".index"))


def _page(trouble: str = "", not_allowed: str = "") -> str:
    names = {account.id: account.name for account in services().fleet.overview().accounts}
    return render_template(
        "guards/index.html",
        rules=RULES,
        stops=_guards().stops(STOPS_SHOWN),
        faces=FACES,
        names=names,
        never=_guards().engagement.never(),
        longest_why=LONGEST_WHY,
        allowances=_guards().texts.allowances(ALLOWANCES_SHOWN),
        longest_text=LONGEST_TEXT,
        trouble=trouble,
        not_allowed=not_allowed,
        typed=request.form if trouble or not_allowed else {},
    )


def _guards() -> Guards:
    return services().fleet.guards
