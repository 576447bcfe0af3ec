"""When an account is visited only for its numbers: no run has read them in time, and a seat is free for it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path

import structlog

from bot.clock import Clock
from bot.errors import StorageError
from bot.fleet.pause import FleetPause
from bot.fleet.records import open_records
from bot.fleet.registry import Member, Registry
from bot.fleet.run_queue import RunQueue
from bot.fleet.scheduling import Scheduling
from bot.planning.reading_times import own_visit_at, waits_for_run
from bot.planning.slots import moment_at
from bot.settings.account import AccountSettings
from bot.settings.home import is_there
from bot.storage.standings import Standings

_LOOKED_UP_AT_ONCE = 25
"""So many accounts' databases are opened in one look: the manager's lock is held meanwhile."""
_AGAIN_AFTER = timedelta(minutes=15)
"""When an account's database could not be read."""
_log = structlog.get_logger(__name__)


class ReadingRuns:
    """Not safe for threads: the manager holds its lock.

    One visit is queued at a look, and only for a seat that nobody waits for: numbers never hold up posts.
    """

    def __init__(self, registry: Registry, queue: RunQueue, clock: Clock) -> None:
        self._registry = registry
        self._queue = queue
        self._clock = clock
        self._seen_at: dict[Path, datetime] = {}
        self._last: dict[Path, datetime | None] = {}  # when each was read last, or earlier than that
        self._not_before: dict[Path, datetime] = {}
        self._lookups = 0

    def open(self, standings: Standings, scheduling: Scheduling, pause: FleetPause) -> None:
        """Begin with an open home."""
        self._standings = standings
        self._scheduling = scheduling
        self._pause = pause

    def look(self) -> str:
        """Queue the visit of one account for which it is due and that may work; its id, or "" for none."""
        now = self._clock.now()
        self._lookups = 0
        members = list(self._registry.members.values())
        for member in members:
            self._seen_at.setdefault(member.folder.root, now)
        if self._pause.is_on or not self._has_free_seat(now):
            return ""
        return next((member.entry.id for member in members if self._begin(member, now)), "")

    def _has_free_seat(self, now: datetime) -> bool:
        return sum(self._queue.counts(now)) < self._queue.seats

    def _begin(self, member: Member, now: datetime) -> bool:
        settings, root = member.settings, member.folder.root
        if settings is None or self._is_out_of_question(member, settings, now):
            return False
        try:
            if not (self._may_work(member, settings, now) and self._is_due(member, settings, now)):
                return False
            self._not_before[root] = _next_day(settings, now)
            return self._scheduling.plan_reading(member)
        except StorageError as error:
            _log.warning("account has a damaged database", account=member.entry.id, error=error.message)
            self._not_before[root] = now + _AGAIN_AFTER
            return False

    def _is_out_of_question(self, member: Member, settings: AccountSettings, now: datetime) -> bool:
        """What can be told without a look at any file: so it is for nearly all accounts at nearly all looks."""
        root = member.folder.root
        is_wanted = settings.schedule.enabled and settings.numbers.own_visit and member.is_usable
        not_before = self._not_before.get(root)
        is_early = not_before is not None and now < not_before <= now + timedelta(days=1)
        return not is_wanted or is_early or (root in self._last and now < self._due_at(member, settings))

    def _may_work(self, member: Member, settings: AccountSettings, now: datetime) -> bool:
        account_id, root = member.entry.id, member.folder.root
        if account_id in self._registry.leaving:
            return False
        has_run = (
            self._queue.is_working(account_id)
            or self._queue.is_waiting(account_id, now)
            or self._queue.resting(account_id, now) is not None
        )
        has_session = is_there(root / settings.account.cookies_file)  # without one, a visit would only say so
        return not has_run and has_session and not self._standings.meet(account_id).holds(now)

    def _is_due(self, member: Member, settings: AccountSettings, now: datetime) -> bool:
        """Looked up in the account's database when it may be; what is in memory is that or older."""
        root = member.folder.root
        coming = self._scheduling.next_work(member)
        run_at = coming.planned_at if coming else None
        if root in self._last and waits_for_run(self._due_at(member, settings), now, run_at):
            return False
        if self._lookups >= _LOOKED_UP_AT_ONCE:
            return False
        self._lookups += 1
        self._last[root] = _last_reading(member)
        due_at = self._due_at(member, settings)
        return due_at <= now and not waits_for_run(due_at, now, run_at)

    def _due_at(self, member: Member, settings: AccountSettings) -> datetime:
        root = member.folder.root
        hours = settings.numbers.refresh_hours
        return own_visit_at(member.entry.id, self._last[root], self._seen_at[root], hours)


def _last_reading(member: Member) -> datetime | None:
    if not is_there(member.folder.metrics_db):
        return None
    with open_records(member.folder) as records:
        return records.readings.last_at()


def _next_day(settings: AccountSettings, now: datetime) -> datetime:
    """When the account's next local day begins: a visit that failed is not tried again before that."""
    zone = settings.schedule.zone
    return moment_at(time(0), now.astimezone(zone).date() + timedelta(days=1), zone)
