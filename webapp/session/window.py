"""Logging in in a window, as the session page shows it: whether it can be, how far it is, how the last one ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.fleet_view import AccountView, Fleet, RunState, RunView, StateKind
from bot.sessions import SessionView
from bot.slot_work import WINDOW_SLOT
from webapp import wording
from webapp.accounts.card import key

_RUNS_SEARCHED = 10
_WITHOUT_LOG_IN = {RunState.FAILED, RunState.STOPPED, RunState.SKIPPED}


@dataclass(frozen=True)
class WindowPart:
    """The part of one account. `run` is the newest of its windows that still means something."""

    account: AccountView
    why_not: str  # why no window can be opened here, with what to do instead
    run: RunView | None = None

    @property
    def is_open(self) -> bool:
        """Whether a window is open, or about to be."""
        return self.run is not None and self.run.ended_at is None

    @property
    def doing(self) -> str:
        """What it does now, in words."""
        state = self.account.state
        if self.run is None or self.run.state is RunState.QUEUED:
            return "The window opens as soon as a seat is free."
        step = state.step if state.kind is StateKind.WORKING else None
        return f"{wording.sentence(wording.step_words(step))}." if step else "The window opens."

    @property
    def ended(self) -> RunView | None:
        """The one that ended without a log-in."""
        return self.run if self.run is not None and self.run.state in _WITHOUT_LOG_IN else None

    @property
    def key(self) -> str:
        """The same while the same is shown."""
        return key(self.why_not, self.run, self.doing if self.is_open else "", self.account.handle)


def look_at_window(fleet: Fleet, account: AccountView, session: SessionView | None) -> WindowPart:
    """Gather it. What ended before the session was replaced or was found good is over."""
    runs = fleet.runs(account.id, _RUNS_SEARCHED)
    newest = next((run for run in runs if run.slot == WINDOW_SLOT), None)
    if newest is not None and newest.ended_at is not None and newest.ended_at <= _settled_at(session, newest.ended_at):
        newest = None
    return WindowPart(account, fleet.why_no_window(account.id), newest)


def _settled_at(session: SessionView | None, otherwise: datetime) -> datetime:
    """When the session was last replaced or found good; long before `otherwise` when it never was."""
    if session is None or session.saved_at is None:
        return datetime.min.replace(tzinfo=otherwise.tzinfo)
    check = session.check
    return max(session.saved_at, check.at) if check is not None and not check.problem else session.saved_at
