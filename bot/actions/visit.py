"""What every action works with during one visit of one account to x.com."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Protocol, TypeVar

import structlog

from bot.ai.help import WritingHelp
from bot.clock import Clock, StopSignal, in_words
from bot.errors import BrowserDied, LimitReached, Trouble
from bot.guards.room import Guards
from bot.planning.limits import windows_for
from bot.settings.account import AccountSettings
from bot.settings.fleet import FleetSettings
from bot.settings.home import AccountFolder
from bot.storage.approvals import Approvals
from bot.storage.evidence import save_evidence
from bot.storage.experiments import Experiments
from bot.storage.journal import Journal
from bot.storage.metrics import Metrics
from bot.storage.model_drafts import ModelDrafts
from bot.storage.permits import Permits, Window
from bot.storage.planned_posts import PlannedPosts
from bot.storage.readings import Readings
from bot.storage.wa_codes import WaCodes
from bot.x.contract import PostSeen, Progress, Step, StepKind, XClient

_WAITS = (5.0, 20.0)
LONGEST_TURN = timedelta(minutes=5)
"""So long a written post waits for its turn in an open browser; a turn that comes later is worth a new visit."""
Result = TypeVar("Result")
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ActionResult:
    """What an action did. `shortfalls` say in words what it did not do, and why."""

    action: str
    done: int = 0
    shortfalls: tuple[str, ...] = ()
    free_at: datetime | None = None  # what a limit held back may go on then (UTC)


@dataclass(frozen=True)
class Writing:
    """A language model to ask, and what it has written for this account."""

    help: WritingHelp
    drafts: ModelDrafts


@dataclass
class Visit:
    """One account's visit: its settings, records and limits, and x.com itself."""

    account_id: str
    handle: str
    run_id: int
    folder: AccountFolder
    settings: AccountSettings
    fleet_settings: FleetSettings
    client: XClient
    journal: Journal
    metrics: Metrics
    posts: PlannedPosts
    readings: Readings
    permits: Permits
    guards: Guards
    approvals: Approvals
    clock: Clock
    stop: StopSignal
    random: Random
    progress: Progress
    writing: Writing | None = None
    codes: WaCodes | None = None  # None: posts carry none
    experiments: Experiments | None = None
    folder_key: str = ""  # the account's folder, as AccountEntry.folder_key
    found: dict[str, list[PostSeen]] = field(default_factory=dict)  # keyword -> what its search showed

    def today(self) -> date:
        """The date in the account's own zone."""
        return self.local(self.clock.now()).date()

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.settings.schedule.zone)

    def in_words(self, moment: datetime) -> str:
        """A coming moment as people in the account's zone say it."""
        return in_words(moment, self.clock.now(), self.settings.schedule.zone)

    def note(
        self, text: str, level: str = "info", trouble: Trouble | None = None, next_at: datetime | None = None
    ) -> None:
        """Record a step or decision; with a picture of the page when it is about trouble."""
        evidence = keep_evidence(self.client, self.folder, self.run_id, self.clock, trouble) if trouble else ""
        self.journal.note(self.run_id, self.clock.now(), text, level, evidence, next_at)

    def take_permit(self, action: str) -> int:
        """Raises LimitReached."""
        return self.permits.take(self.account_id, action, self._windows(action))

    def check_turn(self) -> None:
        """Raises LimitReached when the gap between two posts of all accounts is over too late to begin with one."""
        turn = far_turn(self.permits, self.account_id, self.fleet_settings, self.clock.now())
        if turn is not None:
            (gap,) = gap_of(self.fleet_settings)
            raise LimitReached(f"limit reached ({gap})", free_at=turn, is_gap=True)

    def renew_permit(self, action: str, permit: int) -> None:
        """Date the permit at this moment, once the gap between two posts of all accounts is over.

        Raises LimitReached when that takes longer than is worth waiting for, or another limit is used up by now.
        """
        windows = self._windows(action) + gap_of(self.fleet_settings)
        latest = self.clock.now() + LONGEST_TURN
        is_told = False
        while True:
            try:
                self.permits.renew(permit, self.account_id, action, windows)
            except LimitReached as limit:
                if not limit.is_gap or limit.free_at > latest:
                    raise
                if not is_told:
                    self._tell_turn(limit.free_at)
                is_told = True
                self._wait_for_turn(limit.free_at)
            else:
                return

    def _windows(self, action: str) -> tuple[Window, ...]:
        return windows_for(action, self.settings.safety.rate_limits, self.fleet_settings.global_rate_limit)

    def _tell_turn(self, at: datetime) -> None:
        gap = f"two posts of all accounts are at least {self.fleet_settings.minimum_gap_seconds:g} s apart"
        self.note(f"the post is written and waits for its turn at {self.in_words(at)}: {gap}", next_at=at)

    def _wait_for_turn(self, at: datetime) -> None:
        seconds = (at - self.clock.now()).total_seconds()
        self.progress(Step(StepKind.WAITING_TURN, total=math.ceil(seconds)))
        self.clock.pause(seconds, self.stop)

    def pause(self, low: float, high: float) -> None:
        """Rest between two actions for a time drawn from the range. Raises Stopped."""
        seconds = self.random.uniform(low, high)
        if seconds >= 1:
            self.progress(Step(StepKind.PAUSING, total=round(seconds)))
        self.clock.pause(seconds, self.stop)

    def pause_between(self) -> None:
        delays = self.settings.safety.delays
        self.pause(delays.min_delay, delays.max_delay)


class Turns(Protocol):
    """Permits that are asked, not taken."""

    def frees_at(self, account_id: str, action: str, windows: Sequence[Window]) -> datetime | None:
        """When the next permit frees; None when one is free now."""


def far_turn(permits: Turns, account_id: str, fleet: FleetSettings, now: datetime) -> datetime | None:
    """When the gap between two posts of all accounts is over; None when a browser may be opened for a post by now."""
    turn = permits.frees_at(account_id, "post", gap_of(fleet))
    return turn if turn is not None and turn - now > LONGEST_TURN else None


def gap_of(fleet: FleetSettings) -> tuple[Window, ...]:
    """What keeps two posts of all accounts apart; nothing where they need not be."""
    return _gap(fleet.minimum_gap_seconds)


@lru_cache(maxsize=16)
def _gap(seconds: float) -> tuple[Window, ...]:
    return (Window.gap(seconds),) if seconds else ()


def keep_evidence(client: XClient, folder: AccountFolder, run_id: int, clock: Clock, trouble: Trouble) -> str:
    """Save what the page looks like; returns the id under which the picture can be fetched, "" without one.

    A disk that does not take it must not hide the trouble that it is about: that is logged, and the trouble goes on.
    """
    seen = client.evidence()
    name = f"run{run_id}-{clock.now():%Y%m%d-%H%M%S-%f}-{trouble.kind}"
    try:
        return save_evidence(folder.evidence, name, seen.screenshot, seen.html, seen.url)
    except OSError as error:
        _log.warning("evidence could not be kept", folder=str(folder.evidence), name=name, error=str(error))
        return ""


def read_again(visit: Visit, what: str, read: Callable[[], Result]) -> Result:
    """Call `read`, which changes nothing on x.com, up to three times when a passing trouble comes between."""
    for wait in _WAITS:
        try:
            return read()
        except Trouble as trouble:
            if not trouble.retriable or isinstance(trouble, BrowserDied):
                raise
            visit.note(f"{what}: {trouble.message}; trying again in {wait:.0f} s", "warning")
            visit.clock.pause(wait, visit.stop)
    return read()
