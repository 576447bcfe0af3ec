"""Which runs there shall be: slots that come due, those missed, and what a crash left over."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from bot.account_run import MAY_WAIT
from bot.clock import Clock
from bot.errors import StorageError
from bot.fleet.pause import FleetPause
from bot.fleet.registry import Member
from bot.fleet.run_book import AccountRunBook, RunBook
from bot.fleet.run_queue import QueuedRun, RunQueue
from bot.fleet_view import RunState, Trigger
from bot.planning.agenda import Agenda
from bot.planning.slots import Occurrence, is_missed
from bot.settings.account import Slot
from bot.settings.fleet import FleetSettings
from bot.slot_work import CHECK_SLOT, PAGES_SLOT
from bot.storage.database import to_moment, to_text
from bot.storage.journal import RunRecord
from bot.storage.standings import Standings

LATE_AFTER = timedelta(minutes=2)
"""A slot that comes up later than this was missed: its policy decides."""
_MARK_EVERY = timedelta(minutes=5)
_BY_ITSELF = frozenset({Trigger.SCHEDULE, Trigger.CATCH_UP})
_PAUSED = "while the fleet was paused"
_NOT_RUNNING = "while Aviary was not running or the machine slept"
_LOOKED_AT = "slots_looked_at_until"
_log = structlog.get_logger(__name__)


class Scheduling:
    """Plans runs and puts them into the queue. Not safe for threads: the manager holds its lock.

    `book` is where runs are entered: each account's own database, if no other is handed in.
    """

    def __init__(
        self, standings: Standings, queue: RunQueue, clock: Clock, pause: FleetPause, book: RunBook | None = None
    ) -> None:
        self._book = book or AccountRunBook()
        self._standings = standings
        self._pause = pause
        self._queue = queue
        self._clock = clock
        self._agenda = Agenda()
        self._looked_at = to_moment(standings.mark(_LOOKED_AT)) or clock.now()
        self._marked_at = self._looked_at

    def coming(self, account_id: str) -> Occurrence | None:
        """What comes next for the account."""
        return self._agenda.coming(account_id)

    def forget(self, account_id: str) -> None:
        self._agenda.forget(account_id)

    def replan(self, member: Member, fleet: FleetSettings) -> None:
        """Bring the account's agenda in line with its files. Only slots from now on come up."""
        if member.settings is None or not member.is_usable or not member.settings.schedule.enabled:
            self._agenda.forget(member.entry.id)
            return
        schedule = member.settings.schedule
        after = max(self._standings.meet(member.entry.id).first_seen, self._looked_at)
        self._agenda.plan(member.entry.id, schedule.all_slots, schedule.zone, after, fleet.stagger_minutes)

    def look(self, members: dict[str, Member]) -> set[str]:
        """Queue what is due by now; returns the accounts for which a slot came up."""
        now = self._clock.now()
        due = self._agenda.take_due(now)
        for account_id, occurrence in due:
            self._come_due(members[account_id], occurrence, now)
        # A clock that was set back must not make slots come up that were looked at already.
        self._looked_at = max(self._looked_at, now)
        if self._looked_at - self._marked_at >= _MARK_EVERY:
            self.remember()
        return {account_id for account_id, _ in due}

    def remember(self) -> None:
        """Keep on disk up to when slots were looked at, for the next start."""
        self._standings.set_mark(_LOOKED_AT, to_text(self._looked_at))
        self._marked_at = self._looked_at

    def plan_manual(self, member: Member, slot: str) -> None:
        """Queue a run that a person asked for. Raises StorageError."""
        now = self._clock.now()
        self._plan(member, slot, now.date().isoformat(), Trigger.MANUAL, now)

    def plan_page_check(self, member: Member) -> None:
        """Queue a look at x.com's pages that a person asked for. Raises StorageError."""
        now = self._clock.now()
        self._plan(member, PAGES_SLOT, now.date().isoformat(), Trigger.PAGES, now)

    def plan_check(self, member: Member, at: datetime) -> None:
        """Queue a look whether a post stands on the profile. Raises StorageError."""
        self._plan(member, CHECK_SLOT, at.date().isoformat(), Trigger.CHECK, at)

    def pick_up(self, member: Member) -> None:
        """After a start: queue again the runs that had waited, end those that a crash cut off or that are too late."""
        try:
            left = self._book.leftovers(member)
            checks = [self._pick_up_run(member, run) for run in left.runs]
            if left.is_undecided and not any(checks):
                self.plan_check(member, self._clock.now())
        except StorageError as error:
            _log.warning("account has a damaged database", account=member.entry.id, error=error.message)

    def _pick_up_run(self, member: Member, run: RunRecord) -> bool:
        """True when it is a check that is done at once."""
        if run.state != RunState.QUEUED:
            self._end(member, run.id, RunState.FAILED, "Aviary ended during this run", "error")
            return False
        trigger = Trigger(run.trigger)
        ended = self._too_late(member, run, trigger)
        if ended is None:
            self._queue.add(QueuedRun(run.planned_at, member.entry.id, run.id, run.slot, trigger))
            return trigger is Trigger.CHECK and run.planned_at <= self._clock.now()
        self._end(member, run.id, *ended, "warning")
        return False

    def _too_late(self, member: Member, run: RunRecord, trigger: Trigger) -> tuple[RunState, str] | None:
        """How and why a run that had waited ends after a start; None when it goes on."""
        now = self._clock.now()
        late = now - run.planned_at
        if run.started_at is not None:  # it had begun, and rested until a permit frees
            rest = "the rest was left out: Aviary was not running when a permit freed"
            return None if late <= MAY_WAIT else (RunState.PARTLY, rest)
        if late <= LATE_AFTER:
            return None
        slot = _slot(member, run.slot)
        if trigger not in _BY_ITSELF or slot is None:
            return RunState.FAILED, "Aviary ended before this run"
        return (RunState.SKIPPED, _missed_by(late, _NOT_RUNNING)) if is_missed(run.planned_at, now, slot) else None

    def drop_missed(self, members: dict[str, Member]) -> None:
        """After a pause of the fleet: waiting slots that are too late by now, as their policy says, are left out."""
        now = self._clock.now()
        for member in members.values():
            for run in self._queue.withdraw(member.entry.id):
                late = now - run.planned_at
                slot = _slot(member, run.slot)
                by_itself = run.trigger in _BY_ITSELF
                if slot and by_itself and late > LATE_AFTER and is_missed(run.planned_at, now, slot):
                    self._end(member, run.run_id, RunState.SKIPPED, _missed_by(late, _PAUSED), "warning")
                else:
                    self._queue.add(run)

    def _end(self, member: Member, run_id: int, state: RunState, why: str, level: str) -> None:
        self._book.end(member, run_id, state, self._clock.now(), why, level)

    def _come_due(self, member: Member, occurrence: Occurrence, now: datetime) -> None:
        """Queue the slot's run, or record why there is none."""
        late = now - occurrence.planned_at > LATE_AFTER
        trigger = Trigger.CATCH_UP if late else Trigger.SCHEDULE
        date = occurrence.local_date.isoformat()
        try:
            why_not = self._why_not(member, occurrence, now)
            self._plan(member, occurrence.slot, date, trigger, occurrence.planned_at, why_not)
        except StorageError as error:
            _log.error("slot could not be recorded", account=member.entry.id, error=error.message)

    def _why_not(self, member: Member, occurrence: Occurrence, now: datetime) -> str:
        """Why this slot does not run; "" when it does."""
        standing = self._standings.get(member.entry.id)
        if standing.holds(now):
            return f"the account is {standing.in_words}"
        if self._pause.is_on:
            return f"the fleet is paused: {self._pause.reason}"
        late = now - occurrence.planned_at
        if late <= LATE_AFTER:
            return ""
        slot = _slot(member, occurrence.slot)
        missed = slot is not None and is_missed(occurrence.planned_at, now, slot)
        return _missed_by(late, _NOT_RUNNING) if missed else ""

    def _plan(
        self, member: Member, slot: str, local_date: str, trigger: Trigger, planned_at: datetime, why_not: str = ""
    ) -> None:
        """Record a run and queue it, unless this slot had its run of that date already."""
        run_id = self._book.enter(member, slot, local_date, trigger, planned_at)
        if run_id is None:
            return
        if why_not:
            self._end(member, run_id, RunState.SKIPPED, why_not, "warning")
            return
        self._queue.add(QueuedRun(planned_at, member.entry.id, run_id, slot, trigger))


def _missed_by(late: timedelta, why: str) -> str:
    return f"missed by {late.total_seconds() / 60:.0f} min {why}"


def _slot(member: Member, name: str) -> Slot | None:
    """The slot of that name, None when the account has it no more."""
    slots = member.settings.schedule.all_slots if member.settings else ()
    return next((slot for slot in slots if slot.name == name), None)
