"""When what a person approved is done: in a run of its own, as soon as its account may work."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.errors import StorageError
from bot.fleet.pause import FleetPause
from bot.fleet.registry import Member, Registry
from bot.fleet.run_queue import RunQueue
from bot.fleet.scheduling import Scheduling
from bot.planning.limits import windows_for
from bot.settings.account import AccountSettings
from bot.slot_work import approved_to_do
from bot.storage.approvals import Approvals
from bot.storage.permits import Permits, Window
from bot.storage.standings import Standings

_LOOKS_EVERY = timedelta(seconds=2)
_EXPIRES_EVERY = timedelta(minutes=1)
_AGAIN_AFTER = timedelta(minutes=15)
"""What a run left undone is tried again then, not at once: something keeps it from being done."""
_log = structlog.get_logger(__name__)


class ApprovedRuns:
    """Not safe for threads: the manager holds its lock."""

    def __init__(self, registry: Registry, queue: RunQueue, clock: Clock) -> None:
        self._registry = registry
        self._queue = queue
        self._clock = clock
        self._looked_at: datetime | None = None
        self._expired_at: datetime | None = None
        self._tried: dict[str, datetime] = {}
        self._held_until: dict[str, datetime] = {}  # by limits

    def open(
        self,
        approvals: Approvals,
        permits: Permits,
        standings: Standings,
        scheduling: Scheduling,
        pause: FleetPause,
    ) -> None:
        """Begin with an open home: what a crash cut off is not done again."""
        self._approvals = approvals
        self._permits = permits
        self._standings = standings
        self._scheduling = scheduling
        self._pause = pause
        approvals.settle_left_over()

    def look(self) -> set[str]:
        """Queue a run for each account that shall do something and may; returns those accounts."""
        now = self._clock.now()
        if self._is_over(self._expired_at, _EXPIRES_EVERY, now):
            self._expired_at = now
            self._approvals.expire()
        if self._pause.is_on or not self._is_over(self._looked_at, _LOOKS_EVERY, now):
            return set()
        self._looked_at = now
        return {
            account_id for account_id, at in self._approvals.latest_approved().items() if self._begin(account_id, at)
        }

    def _begin(self, account_id: str, approved_at: datetime) -> bool:
        member, now = self._registry.members.get(account_id), self._clock.now()
        if member is None or not self._may_work(member, now):
            return False
        tried = self._tried.get(account_id)
        if tried is not None and approved_at <= tried and not self._is_over(tried, _AGAIN_AFTER, now):
            return False
        if self._is_held_back(member, now):
            return False
        try:
            self._scheduling.plan_approved(member)
        except StorageError as error:
            _log.warning("account has a damaged database", account=account_id, error=error.message)
            return False
        finally:
            self._tried[account_id] = now
        return True

    def _is_held_back(self, member: Member, now: datetime) -> bool:
        """Whether policies or limits let none of it be done now: then a run would only say so."""
        account_id, settings = member.entry.id, member.settings
        held_until = self._held_until.get(account_id)
        if settings is None or (held_until is not None and now < held_until):
            return True
        frees = [
            self._permits.frees_at(account_id, action, self._windows(settings, action))
            for action in approved_to_do(settings, self._approvals, account_id)
        ]
        if not all(frees):
            return False
        self._held_until[account_id] = min((at for at in frees if at), default=now + _AGAIN_AFTER)
        return True

    def _windows(self, settings: AccountSettings, action: str) -> tuple[Window, ...]:
        return windows_for(action, settings.safety.rate_limits, self._registry.fleet.settings.global_rate_limit)

    def _may_work(self, member: Member, now: datetime) -> bool:
        account_id = member.entry.id
        if not member.is_usable or account_id in self._registry.leaving:
            return False
        has_run = (
            self._queue.is_working(account_id)
            or self._queue.is_waiting(account_id, now)
            or self._queue.resting(account_id, now) is not None
        )
        return not has_run and not self._standings.meet(account_id).holds(now)

    @staticmethod
    def _is_over(since: datetime | None, span: timedelta, now: datetime) -> bool:
        """Whether that long ago, or never; also when the clock was set back meanwhile."""
        return since is None or not timedelta(0) <= now - since < span
