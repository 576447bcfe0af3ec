"""POST /fleet/… for all accounts, POST /shown/… for those that the overview's filter shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from bot.fleet_view import AccountView, StateKind
from webapp import wording
from webapp.accounts.card import may_pause, may_resume
from webapp.messages import answer_in_words, told
from webapp.overview.selection import Selection
from webapp.services import services

LINES_TOLD = 3
"""Up to so many accounts each have their own line in the message; more are counted."""

blueprint = Blueprint("pausing", __name__)


@blueprint.post("/fleet/pause")
def pause_fleet() -> Response:
    """Let no run of any account begin until resumed."""
    return _answer(services().fleet.pause_fleet)


@blueprint.post("/fleet/resume")
def resume_fleet() -> Response:
    """End the pause of the fleet, whoever began it."""
    return _answer(services().fleet.resume_fleet)


@blueprint.post("/shown/pause")
def pause_shown() -> Response:
    """Pause the accounts that match the form's filter at this moment."""
    return _answer(_pause_shown)


@blueprint.post("/shown/resume")
def resume_shown() -> Response:
    """Resume the accounts that match the form's filter at this moment."""
    return _answer(_resume_shown)


def _pause_shown() -> str:
    accounts = _chosen(may_pause)
    lines = services().fleet.pause_accounts(accounts)
    done = sum(_is_paused(account_id) for account_id in accounts)
    return _told(lines, wording.NOTHING_TO_PAUSE, wording.paused_words(done, len(accounts)))


def _resume_shown() -> str:
    accounts = _chosen(may_resume)
    lines = services().fleet.resume_accounts(accounts)
    done = sum(not may_resume(services().fleet.account_view(account_id)) for account_id in accounts)
    return _told(lines, wording.NOTHING_TO_RESUME, wording.resumed_words(done, len(accounts)))


def _told(lines: Sequence[str], nothing: str, counted: str) -> str:
    if not lines:
        return nothing
    return " ".join(lines) if len(lines) <= LINES_TOLD else counted


def _chosen(fits: Callable[[AccountView], bool]) -> list[str]:
    """Ids of the shown accounts that this would change."""
    selection = Selection.of(request.form)
    found = selection.found(services().fleet.overview().accounts)
    return [account.id for account in selection.shown(found) if fits(account)]


def _is_paused(account_id: str) -> bool:
    """Whether it holds still, or will when its present run has ended."""
    return services().fleet.account_view(account_id).state.kind in {StateKind.PAUSED, StateKind.WORKING}


def _answer(act: Callable[[], str]) -> Response:
    words, tone = told(act)
    back = url_for("overview.index", **Selection.of(request.form).address_args())  # type: ignore[arg-type]
    return answer_in_words(words, tone, back)
