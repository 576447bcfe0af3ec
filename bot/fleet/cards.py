"""The card of each account, kept in memory so that a poll costs no database, with a version for each change."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from bot.errors import StorageError
from bot.fleet.records import Numbers, read_numbers
from bot.fleet.registry import Member
from bot.fleet.run_queue import QueuedRun
from bot.fleet_view import AccountState, AccountView, StateKind
from bot.guards.ramp import with_ramp
from bot.planning.slots import Occurrence
from bot.settings.fleet import BrokenEntry
from bot.settings.home import is_there
from bot.storage.standings import Standing, StandingKind
from bot.x.contract import Step

NOT_IN_ORDER = "something is to be put right"
"""The log's words for what keeps nobody from working: keys that are not applied, files that are missing."""
_log = structlog.get_logger(__name__)
_STANDING_STATES = {
    StandingKind.NEEDS_ATTENTION: StateKind.NEEDS_ATTENTION,
    StandingKind.LIMITED: StateKind.LIMITED,
    StandingKind.FAILING: StateKind.FAILING,
    StandingKind.PAUSED: StateKind.PAUSED,
    StandingKind.STOPPED: StateKind.STOPPED,
}
POSTS_ASK = "its page Queue says why, and gives it another time."
"""How the warning of written posts that wait for a person ends."""
_RESUME_FLEET = "Look at what the accounts in trouble need, then resume the fleet."
_GOES_ON = "Nothing to do: the run goes on when a permit frees."
_RESUME = "Press Resume."
_FIX_FILE = "Correct the file; it is read again by itself."


@dataclass(frozen=True)
class Situation:
    """What the engine does with an account at this moment."""

    step: Step | None = None  # while it works
    queued: bool = False  # due, without a seat
    resting: QueuedRun | None = None  # a run that waits for a permit
    fleet_paused: str = ""


class Cards:
    """Account views with versions. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._views: dict[str, AccountView] = {}
        self._version = 0

    @property
    def version(self) -> int:
        return self._version

    def put(self, view: AccountView) -> None:
        """Enter or replace a card; its version grows only when something visible changed."""
        with self._lock:
            known = self._views.get(view.id)
            if known is not None and replace(view, version=known.version) == known:
                return
            self._version += 1
            self._views[view.id] = replace(view, version=self._version)
        _tell_warnings(view, known)

    def renew(self, account_id: str) -> None:
        """Something of the account beside its card has changed: its version grows."""
        with self._lock:
            known = self._views.get(account_id)
            if known is not None:
                self._version += 1
                self._views[account_id] = replace(known, version=self._version)

    def get(self, account_id: str) -> AccountView | None:
        with self._lock:
            return self._views.get(account_id)

    def keep_only(self, account_ids: list[str]) -> None:
        """Drop the cards of accounts that are gone, and take over the order of the rest."""
        with self._lock:
            kept = {key: self._views[key] for key in account_ids if key in self._views}
            if list(kept) != list(self._views):
                self._views = kept
                self._version += 1

    def touch(self) -> None:
        """Something of the fleet itself changed (seats, problems)."""
        with self._lock:
            self._version += 1

    def all(self) -> tuple[AccountView, ...]:
        with self._lock:
            return tuple(self._views.values())


def _tell_warnings(view: AccountView, before: AccountView | None) -> None:
    """Log what a person should put right, once for each change."""
    for line in view.warnings:
        if before is None or line not in before.warnings:
            _log.warning(NOT_IN_ORDER, account=view.id, what=line)


def make_card(
    member: Member,
    standing: Standing,
    coming: Occurrence | None,
    now: datetime,
    situation: Situation,
    lacks: Sequence[str] = (),
) -> AccountView:
    """The card of an account whose entry could be read. Reads its database for the numbers.

    `lacks` is what its files name that is missing: bot.content.readiness.
    """
    numbers, problem = _numbers(member, now)
    entry, settings = member.entry, member.settings
    state = _with_session(member, state_of(member, standing, now, situation, problem), lacks)
    # An account that holds still has no next run to look forward to.
    shown = coming if state.kind in {StateKind.WAITING, StateKind.WORKING, StateKind.QUEUED} else None
    return AccountView(
        id=entry.id,
        name=entry.display_name,
        handle=entry.handle,
        folder=entry.folder,
        description=entry.description,
        enabled=entry.enabled,
        state=state,
        posts_today=numbers.counts.posts if numbers else 0,
        posts_limit=_posts_limit(member, now),
        likes_today=numbers.counts.likes if numbers else 0,
        follows_today=numbers.counts.follows if numbers else 0,
        followers=numbers.followers.followers if numbers and numbers.followers else None,
        following=numbers.followers.following if numbers and numbers.followers else None,
        next_run=shown.planned_at if shown else None,
        next_slot=shown.slot if shown else "",
        last_run=numbers.last_run if numbers else None,
        slots=tuple(slot.name for slot in settings.schedule.all_slots) if settings else (),
        timezone=settings.schedule.timezone if settings else "UTC",
        version=0,
        groups=entry.groups,
        unchosen=settings.unchosen_policies if settings else (),
        needs_review=numbers.needs_review if numbers else 0,
        warnings=_warnings(member, state, lacks) + _asking(numbers),
    )


def _posts_limit(member: Member, now: datetime) -> int | None:
    if member.settings is None:
        return None
    return with_ramp(member.settings, member.entry.created_at, now).safety.rate_limits.posts_per_day


def make_broken_card(entry: BrokenEntry) -> AccountView:
    """The card of an entry of accounts.yaml that cannot be used."""
    reason = "; ".join(str(problem) for problem in entry.problems)
    return AccountView(
        id=entry.id,
        name=entry.name,
        handle="",
        folder="",
        description="",
        enabled=False,
        state=AccountState(StateKind.BROKEN, reason, _FIX_FILE),
        posts_today=0,
        posts_limit=None,
        likes_today=0,
        follows_today=0,
        followers=None,
        following=None,
        next_run=None,
        next_slot="",
        last_run=None,
        slots=(),
        timezone="UTC",
        version=0,
    )


def state_of(
    member: Member, standing: Standing, now: datetime, situation: Situation, problem: str = ""
) -> AccountState:
    """The state of an account, the most urgent first."""
    if member.problems or problem:
        reason = problem or "; ".join(str(each) for each in member.problems)
        return AccountState(StateKind.BROKEN, reason, StorageError.remedy if problem else _FIX_FILE)
    if situation.step is not None:
        return AccountState(StateKind.WORKING, step=situation.step)
    if situation.queued and not situation.fleet_paused:
        return AccountState(StateKind.QUEUED, "waits for a free seat")
    if not member.entry.enabled:
        return AccountState(StateKind.DISABLED)
    if standing.holds(now):
        kind = _STANDING_STATES[standing.kind]
        return AccountState(kind, standing.reason, standing.remedy, standing.until)
    if situation.fleet_paused:
        why = f"the fleet is paused: {situation.fleet_paused}"
        return AccountState(StateKind.PAUSED, why, _RESUME_FLEET, with_fleet=True)
    if situation.resting is not None:
        resting = situation.resting
        return AccountState(StateKind.LIMITED, resting.reason, _GOES_ON, resting.not_before)
    return AccountState(StateKind.WAITING, "" if _has_slots(member) else "no slot is switched on")


def _warnings(member: Member, state: AccountState, lacks: Sequence[str]) -> tuple[str, ...]:
    """What is missing unless the state says it already, and keys that are not applied."""
    hints = (*member.entry.hints, *(member.settings.hints if member.settings else ()))
    lacking = (line for line in lacks if not (state.reason and line.startswith(state.reason)))
    return (*lacking, *map(str, hints))


def _asking(numbers: Numbers | None) -> tuple[str, ...]:
    """Written posts that wait for a person."""
    count = numbers.posts_asking if numbers else 0
    if not count:
        return ()
    which = "A queued post was" if count == 1 else f"{count} queued posts were"
    return (f"{which} not sent: {POSTS_ASK}",)


def _with_session(member: Member, state: AccountState, lacks: Sequence[str]) -> AccountState:
    """The state, which does not go on saying that the session is missing once it is there."""
    missing = f"{member.settings.account.cookies_file} is missing" if member.settings else ""
    is_there_now = state.reason == missing and not any(line.startswith(missing) for line in lacks)
    if state.kind is not StateKind.NEEDS_ATTENTION or not is_there_now:
        return state
    return replace(state, reason=missing.replace("is missing", "was missing and is there now"), remedy=_RESUME)


def _has_slots(member: Member) -> bool:
    schedule = member.settings.schedule if member.settings else None
    return schedule is not None and schedule.enabled and any(slot.enabled for slot in schedule.all_slots)


def _numbers(member: Member, now: datetime) -> tuple[Numbers | None, str]:
    """The numbers, or what is wrong with the database."""
    if member.settings is None or not is_there(member.folder.metrics_db):
        return None, ""  # a new account: its database is made with its first run
    try:
        return read_numbers(member.folder, now.astimezone(member.settings.schedule.zone).date()), ""
    except StorageError as error:
        return None, error.message
