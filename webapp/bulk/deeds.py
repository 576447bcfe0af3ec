"""What can be done with many accounts at once, which of them it would change, and whether it did.

It is more careful than an account's own buttons: what needs attention or rests, a person ends for each by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.fleet_view import AccountView, Fleet, StateKind
from webapp import wording
from webapp.accounts.card import may_resume


@dataclass(frozen=True)
class Reason:
    """Why an account is left as it is: "2 are disabled", and at length."""

    one: str
    many: str
    why: str


@dataclass(frozen=True)
class Task:
    """Something that can be done with many accounts, in words."""

    name: str
    icon: str
    label: str
    will: str  # 12 of 14 ...
    done: tuple[str, str]  # one, many
    undo: str = field(default="", kw_only=True)  # name of the task that takes it back
    note: str = field(default="", kw_only=True)  # what a person should know before


@dataclass(frozen=True)
class Deed(Task):
    """One that changes how accounts stand. `fits` are the states it changes; `happened` tells by the account whether
    it did.
    """

    fits: frozenset[StateKind]
    act: Callable[[Fleet, str], str]
    happened: Callable[[AccountView], bool]
    already: Reason | None = None  # of those in the states `is_already`, which is where it leads
    is_already: frozenset[StateKind] = frozenset()
    with_fleet: bool = False  # also while the whole fleet is paused


_AT_REST = {StateKind.STOPPED, StateKind.NEEDS_ATTENTION}
_WAITS_FOR_PERSON = "It waits for you: see what it says, then press Resume on its own card."
_RESTS = "x.com asked for less, or its limit is used up. Its own card can end the rest."
_TRIES_AGAIN = "It tries again by itself; Start on its own card ends the wait."
_IS_OFF = "Enable it first: under More on the overview, or on its page “Account”."
REASONS: dict[StateKind, Reason] = {
    StateKind.BROKEN: Reason("is broken", "are broken", "It cannot work before what its card says is put right."),
    StateKind.NEEDS_ATTENTION: Reason("needs attention", "need attention", _WAITS_FOR_PERSON),
    StateKind.WORKING: Reason("is at work", "are at work", "A run is under way."),
    StateKind.QUEUED: Reason("is queued", "are queued", "A run is queued already."),
    StateKind.LIMITED: Reason("rests", "rest", _RESTS),
    StateKind.FAILING: Reason("is failing", "are failing", _TRIES_AGAIN),
    StateKind.PAUSED: Reason("is paused", "are paused", "It is paused; Resume ends that."),
    StateKind.WAITING: Reason("is waiting", "are waiting", "It follows its schedule already."),
    StateKind.STOPPED: Reason("is stopped", "are stopped", "It is stopped; Start ends that."),
    StateKind.DISABLED: Reason("is disabled", "are disabled", _IS_OFF),
}  # fmt: skip
_PAUSED_WITH_FLEET = Reason("is paused with all", "are paused with all", wording.NO_RUN_WHILE_PAUSED)
_NO_SLOT = Reason("has no slot", "have no slot", "It has no slot that could run: give it one in its settings.yaml.")
GONE = Reason("is gone", "are gone", "There is no such account any more.")


def _kinds(*kinds: StateKind) -> frozenset[StateKind]:
    return frozenset(kinds)


DEEDS: dict[str, Deed] = {
    deed.name: deed
    for deed in (
        Deed(
            "start",
            "player-play",
            "Start",
            "will be started",
            ("account is started", "accounts are started"),
            _kinds(StateKind.STOPPED, StateKind.PAUSED, StateKind.FAILING),
            lambda fleet, account_id: fleet.start_account(account_id),
            lambda account: account.state.kind not in _AT_REST and not may_resume(account),
            already=Reason("is started already", "are started already", "It follows its schedule."),
            is_already=_kinds(StateKind.WAITING, StateKind.QUEUED, StateKind.WORKING),
            undo="stop",
        ),
        Deed(
            "stop",
            "player-stop",
            "Stop",
            "will be stopped",
            ("account is stopped", "accounts are stopped"),
            _kinds(*StateKind) - _AT_REST - {StateKind.BROKEN, StateKind.DISABLED},
            lambda fleet, account_id: fleet.stop_account(account_id),
            lambda account: account.state.kind in {StateKind.STOPPED, StateKind.WORKING},
            already=Reason("is stopped already", "are stopped already", "It does nothing until you press Start."),
            is_already=_kinds(StateKind.STOPPED),
            with_fleet=True,
            undo="start",
            note="Those at work stop at the next safe point: a post being sent is finished and written down, so it is "
            "neither lost nor sent twice. No slot of a stopped account runs until you press Start.",
        ),
        Deed(
            "pause",
            "player-pause",
            "Pause",
            "will be paused",
            ("account is paused", "accounts are paused"),
            _kinds(StateKind.WORKING, StateKind.QUEUED, StateKind.LIMITED, StateKind.FAILING, StateKind.WAITING),
            lambda fleet, account_id: " ".join(fleet.pause_accounts([account_id])),
            lambda account: account.state.kind in {StateKind.PAUSED, StateKind.WORKING},
            already=Reason("is paused already", "are paused already", "No slot of it fires until you press Resume."),
            is_already=_kinds(StateKind.PAUSED),
            with_fleet=True,
            undo="resume",
            note="Present runs go on to their end; no slot fires until you press Resume.",
        ),
        Deed(
            "resume",
            "player-skip-forward",
            "Resume",
            "will go on",
            ("account goes on", "accounts go on"),
            _kinds(StateKind.PAUSED),
            lambda fleet, account_id: " ".join(fleet.resume_accounts([account_id])),
            lambda account: not may_resume(account),
            already=Reason("is not paused", "are not paused", "It is not paused; there is nothing to resume."),
            is_already=_kinds(
                StateKind.WAITING, StateKind.QUEUED, StateKind.WORKING, StateKind.LIMITED, StateKind.FAILING
            ),
            undo="pause",
        ),
        Deed(
            "run",
            "bolt",
            "Run now",
            "will run the next slot now",
            ("account runs its next slot", "accounts run their next slot"),
            _kinds(StateKind.WAITING, StateKind.FAILING),
            lambda fleet, account_id: fleet.run_account(account_id),
            lambda account: account.state.kind in {StateKind.QUEUED, StateKind.WORKING},
            note="Runs begin as seats are free; the others wait in line. The limits of each account and of all "
            "accounts hold as always.",
        ),
    )
}


def reason_against(deed: Deed, account: AccountView) -> Reason | None:
    """Why this would not change the account; None when it would."""
    kind = account.state.kind
    if account.state.with_fleet:
        return None if deed.with_fleet else _PAUSED_WITH_FLEET
    if kind in deed.is_already:
        return deed.already
    if kind not in deed.fits:
        return REASONS[kind]
    return _NO_SLOT if deed.name == "run" and not account.slots else None
