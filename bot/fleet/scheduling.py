"""Which runs there shall be: slots that come due, those missed, and what a crash left over."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from bot.automation import CHECK_SLOT
from bot.clock import Clock
from bot.errors import StorageError
from bot.fleet.pause import FleetPause
from bot.fleet.records import open_records
from bot.fleet.registry import Member
from bot.fleet.run_queue import QueuedRun, RunQueue
from bot.fleet_view import RunState, Trigger
from bot.planning.agenda import Agenda
from bot.planning.slots import Occurrence, is_missed
from bot.settings.account import Slot
from bot.settings.fleet import FleetSettings
from bot.storage.database import to_moment, to_text
from bot.storage.standings import Standings

LATE_AFTER = timedelta(minutes=2)
"""A slot that comes up later than this was missed: its policy decides."""
_MARK_EVERY = timedelta(seconds=30)
_PAUSED = "the fleet was paused"
_LOOKED_AT = "slots_looked_at_until"
_log = structlog.get_logger(__name__)


class Scheduling:
    """Plans runs and puts them into the queue. Not safe for threads: the manager holds its lock."""

    def __init__(self, standings: Standings, queue: RunQueue, clock: Clock, pause: FleetPause) -> None:
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

    def plan_check(self, member: Member, at: datetime) -> None:
        """Queue a look whether a post stands on the profile. Raises StorageError."""
        self._plan(member, CHECK_SLOT, at.date().isoformat(), Trigger.CHECK, at)

    def pick_up(self, member: Member) -> None:
        """After a start: end the runs that a crash left open, queue again those that were just about to begin."""
        try:
            with open_records(member.folder) as records:
                for run in records.journal.unfinished_runs():
                    if (
                        run.state == "queued"
                        and run.started_at is None
                        and self._clock.now() - run.planned_at < LATE_AFTER
                    ):
                        trigger = Trigger(run.trigger)
                        self._queue.add(QueuedRun(run.planned_at, member.entry.id, run.id, run.slot, trigger))
                        continue
                    when = "during" if run.started_at else "before"
                    reason = f"Aviary ended {when} this run"
                    records.journal.note(run.id, self._clock.now(), reason, "error")
                    records.journal.end_run(run.id, RunState.FAILED, self._clock.now(), reason)
                undecided = records.journal.has_undecided()
            if undecided:
                self.plan_check(member, self._clock.now())
        except StorageError as error:
            _log.warning("account has a damaged database", account=member.entry.id, error=error.message)

    def drop_missed(self, members: dict[str, Member]) -> None:
        """After a pause of the fleet: waiting slots that are too late by now, as their policy says, are left out."""
        now = self._clock.now()
        for member in members.values():
            for run in self._queue.withdraw(member.entry.id):
                late = now - run.planned_at
                slot = _slot(member, run.slot)
                by_itself = run.trigger in {Trigger.SCHEDULE, Trigger.CATCH_UP}
                if slot and by_itself and late > LATE_AFTER and is_missed(run.planned_at, now, slot):
                    self._leave_out(member, run.run_id, f"missed by {late.total_seconds() / 60:.0f} min: {_PAUSED}")
                else:
                    self._queue.add(run)

    def _leave_out(self, member: Member, run_id: int, why: str) -> None:
        with open_records(member.folder) as records:
            records.journal.note(run_id, self._clock.now(), f"did not run: {why}", "warning")
            records.journal.end_run(run_id, RunState.SKIPPED, self._clock.now(), why)

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
        slot = _slot(member, occurrence.slot)
        if slot is not None and late > LATE_AFTER and is_missed(occurrence.planned_at, now, slot):
            return f"missed by {late.total_seconds() / 60:.0f} min while Aviary was not running"
        return ""

    def _plan(
        self, member: Member, slot: str, local_date: str, trigger: Trigger, planned_at: datetime, why_not: str = ""
    ) -> None:
        """Record a run and queue it, unless this slot had its run of that date already."""
        with open_records(member.folder) as records:
            run_id = records.journal.plan_run(slot, local_date, trigger, planned_at)
            if run_id is None:
                return
            if why_not:
                records.journal.note(run_id, self._clock.now(), f"did not run: {why_not}", "warning")
                records.journal.end_run(run_id, RunState.SKIPPED, self._clock.now(), why_not)
                return
        self._queue.add(QueuedRun(planned_at, member.entry.id, run_id, slot, trigger))


def _slot(member: Member, name: str) -> Slot | None:
    """The slot of that name, None when the account has it no more."""
    slots = member.settings.schedule.all_slots if member.settings else ()
    return next((slot for slot in slots if slot.name == name), None)
