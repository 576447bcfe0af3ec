"""Whether the fleet has more work than seats in the coming day: looked at when plans change, and every ten minutes."""

from __future__ import annotations

import statistics
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import structlog

from bot.clock import Clock
from bot.errors import StorageError
from bot.fleet.records import open_records
from bot.fleet.registry import Member, Registry
from bot.fleet_view import RunState
from bot.planning.load import Backlog, Load, PlannedWork, find_load, seats_needed
from bot.planning.slots import occurrences
from bot.settings.home import is_there

AHEAD = timedelta(hours=24)
PATIENCE = timedelta(minutes=15)
"""A shorter wait for a seat is nothing to tell of."""
ASSUMED_SECONDS = 240.0
"""A run of a fleet that has recorded none."""
MOST_SEATS = 64  # of max_concurrent_accounts
_RUNS_READ = 20
_AGAIN_AFTER = timedelta(minutes=10)
_READ_AT_ONCE = 25  # accounts
_SECONDS_AT_ONCE = 0.3
_WORKED = {RunState.DONE, RunState.PARTLY, RunState.FAILED}
_log = structlog.get_logger(__name__)


class SeatLoad:
    """Holds the manager's lock only to see which accounts there are.

    `dated` gives the moments of the written posts of an account; `holds` says whether an account works at all now;
    `changed` is told when there is something else to say.
    """

    def __init__(
        self,
        lock: threading.RLock,
        registry: Registry,
        clock: Clock,
        dated: Callable[[Path], Iterable[datetime]],
        holds: Callable[[str], bool],
        changed: Callable[[], None],
    ) -> None:
        self._lock = lock
        self._registry = registry
        self._clock = clock
        self._dated = dated
        self._holds = holds
        self._changed = changed
        self._lengths: dict[Path, float | None] = {}  # None: it has recorded no run
        self._seen: tuple[object, ...] = ()
        self._looked_at: datetime | None = None
        self.load: Load | None = None
        """Of the coming day, as last worked out; None before the first look."""
        self.remark = ""
        """What a person should know of it; "" when no run waits long."""

    def look_again(self, account_id: str) -> None:
        """A run of the account has ended: how long its runs take is read anew."""
        with self._lock:
            member = self._registry.members.get(account_id)
            if member is not None:
                self._lengths.pop(member.folder.root, None)

    def refresh(self) -> None:
        """Read how long runs take, some accounts at a time; work out the day when it is due."""
        with self._lock:
            members = [each for each in self._registry.members.values() if each.is_usable]
            fleet = self._registry.fleet.settings
            seen = (fleet.max_concurrent_accounts, fleet.stagger_minutes, *(id(each.settings) for each in members))
            now = self._clock.now()
            planned = {each.entry.id: list(self._dated(each.folder.root)) for each in members}
            members = [each for each in members if not self._holds(each.entry.id)]
        self._read_lengths(members)
        is_old = self._looked_at is None or not timedelta() <= now - self._looked_at < _AGAIN_AFTER
        if seen == self._seen and not is_old:
            return
        self._seen, self._looked_at = seen, now
        work = self._work(members, planned, now, fleet.stagger_minutes)
        self.load = find_load(work, fleet.max_concurrent_accounts)
        remark = _remark(self.load, work, now, _zone_of(members), is_guessed=self._typical() is None)
        if remark != self.remark:
            self.remark = remark
            self._changed()

    def _read_lengths(self, members: Iterable[Member]) -> None:
        began, unread = self._clock.monotonic(), [each for each in members if each.folder.root not in self._lengths]
        for member in unread[:_READ_AT_ONCE]:
            if self._clock.monotonic() - began > _SECONDS_AT_ONCE:
                return
            self._lengths[member.folder.root] = _read_length(member)

    def _typical(self) -> float | None:
        known = [each for each in self._lengths.values() if each is not None]
        return statistics.median(known) if known else None

    def _work(
        self, members: Iterable[Member], planned: dict[str, list[datetime]], now: datetime, stagger: float
    ) -> list[PlannedWork]:
        typical, found = self._typical() or ASSUMED_SECONDS, list[PlannedWork]()
        for member in members:
            seconds = self._lengths.get(member.folder.root) or typical
            moments = [*_coming(member, now, stagger), *planned.get(member.entry.id, ())]
            found += [PlannedWork(at, seconds) for at in moments if now < at <= now + AHEAD]
        return found


def _coming(member: Member, now: datetime, stagger: float) -> Iterable[datetime]:
    schedule = member.settings.schedule if member.settings else None
    if schedule is None or not schedule.enabled:
        return
    for slot in schedule.all_slots:
        for each in occurrences(member.entry.id, slot, schedule.zone, now, now + AHEAD, stagger):
            yield each.planned_at


def _read_length(member: Member) -> float | None:
    """The usual length of its runs in seconds; None without any."""
    if not is_there(member.folder.metrics_db):
        return None
    try:
        with open_records(member.folder) as records:
            runs = records.journal.runs(_RUNS_READ)
    except StorageError as error:
        _log.info("lengths of runs not known", account=member.entry.id, error=error.message)  # its card says why
        return None
    taken = [
        (run.ended_at - run.started_at).total_seconds()
        for run in runs
        if run.started_at is not None and run.ended_at is not None and run.state in _WORKED
    ]
    return max(1.0, statistics.median(taken)) if taken else None


def _remark(load: Load, work: list[PlannedWork], now: datetime, zone: tzinfo, *, is_guessed: bool) -> str:
    """The worst backlog in words, and what to do."""
    worst = max(load.backlogs, key=lambda each: each.longest_wait, default=None)
    if worst is None or worst.longest_wait <= PATIENCE:
        return ""
    needed = seats_needed(work, PATIENCE, MOST_SEATS)
    remedy = f"raise max_concurrent_accounts to {needed} or spread the times" if needed else "spread the times"
    seats = "1 seat" if load.seats == 1 else f"{load.seats} seats"
    guess = f" A run is taken to last {ASSUMED_SECONDS / 60:.0f} min, since none is recorded yet." if is_guessed else ""
    return (
        f"More work than seats: {_when(worst, now, zone)} {worst.runs} runs wait for {seats}, one of them for"
        f" {_span(worst.longest_wait)}. None is left out for that, but they come late: {remedy}.{guess}"
    )


def _when(backlog: Backlog, now: datetime, zone: tzinfo) -> str:
    begins, ends = backlog.begins.astimezone(zone), backlog.ends.astimezone(zone)
    day = "" if begins.date() == now.astimezone(zone).date() else "tomorrow "
    return f"{day}between {begins:%H:%M} and {ends:%H:%M} ({zone})"


def _span(span: timedelta) -> str:
    hours, minutes = divmod(round(span.total_seconds() / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def _zone_of(members: Iterable[Member]) -> tzinfo:
    """That of most accounts."""
    counts = Counter(each.settings.schedule.zone for each in members if each.settings is not None)
    return counts.most_common(1)[0][0] if counts else UTC
