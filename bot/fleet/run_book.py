"""Where scheduling enters the runs of each account: its own database, or memory for simulations."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.fleet.records import open_records
from bot.fleet.registry import Member
from bot.fleet_view import RunState, Trigger
from bot.settings.home import is_there
from bot.storage.journal import RunRecord


@dataclass(frozen=True)
class Leftovers:
    """What an account's book holds from before a start."""

    runs: tuple[RunRecord, ...] = ()  # queued or running, oldest first
    is_undecided: bool = False  # a post waits for proof


class RunBook(Protocol):
    """The runs of all accounts, durable on return. Every method raises StorageError."""

    def enter(self, member: Member, slot: str, local_date: str, trigger: Trigger, planned_at: datetime) -> int | None:
        """Enter a run and return its number; None when the schedule made one of this slot and date before."""

    def leave_out(
        self, member: Member, slot: str, local_date: str, trigger: Trigger, planned_at: datetime, at: datetime, why: str
    ) -> None:
        """Enter a run that is not done, for the reason `why`, as a whole or not at all; nothing when it is entered."""

    def end(self, member: Member, run_id: int, state: RunState, at: datetime, reason: str, level: str) -> None:
        """A run ends without having worked, for `reason`."""

    def leftovers(self, member: Member) -> Leftovers:
        """The runs that have not ended, and whether a post is undecided."""


class AccountRunBook:
    """The book in each account's own database, opened for each entry and closed again."""

    def enter(self, member: Member, slot: str, local_date: str, trigger: Trigger, planned_at: datetime) -> int | None:
        with open_records(member.folder) as records:
            return records.journal.plan_run(slot, local_date, trigger, planned_at)

    def leave_out(
        self, member: Member, slot: str, local_date: str, trigger: Trigger, planned_at: datetime, at: datetime, why: str
    ) -> None:
        with open_records(member.folder) as records, records.journal.together():
            run_id = records.journal.plan_run(slot, local_date, trigger, planned_at)
            if run_id is not None:
                records.journal.note(run_id, at, f"did not run: {why}", "warning")
                records.journal.end_run(run_id, RunState.SKIPPED, at, why)

    def end(self, member: Member, run_id: int, state: RunState, at: datetime, reason: str, level: str) -> None:
        told = f"did not run: {reason}" if state is RunState.SKIPPED else reason
        with open_records(member.folder) as records:
            records.journal.note(run_id, at, told, level)
            records.journal.end_run(run_id, state, at, reason)

    def leftovers(self, member: Member) -> Leftovers:
        if not is_there(member.folder.metrics_db):
            return Leftovers()  # a new account: its database is made with its first run
        with open_records(member.folder) as records:
            return Leftovers(tuple(records.journal.unfinished_runs()), records.journal.has_undecided())


@dataclass
class MemoryRun:
    """One run in a `MemoryRunBook`; `started_at` and the end of a run that worked are set by the simulation."""

    id: int
    account_id: str
    slot: str
    local_date: str
    trigger: Trigger
    planned_at: datetime
    state: RunState = RunState.QUEUED
    started_at: datetime | None = None
    reason: str = ""


@dataclass
class MemoryRunBook:
    """A book in memory, shipped for simulations of many runs. It keeps the same promise: a slot once a date."""

    runs: list[MemoryRun] = field(default_factory=list)
    _open: dict[str, dict[int, MemoryRun]] = field(default_factory=dict)
    _by_schedule: set[tuple[str, str, str]] = field(default_factory=set)

    def enter(self, member: Member, slot: str, local_date: str, trigger: Trigger, planned_at: datetime) -> int | None:
        account_id = member.entry.id
        if trigger in {Trigger.SCHEDULE, Trigger.CATCH_UP}:
            if (account_id, slot, local_date) in self._by_schedule:
                return None
            self._by_schedule.add((account_id, slot, local_date))
        run = MemoryRun(len(self.runs), account_id, slot, local_date, trigger, planned_at)
        self.runs.append(run)
        self._open.setdefault(account_id, {})[run.id] = run
        return run.id

    def leave_out(
        self, member: Member, slot: str, local_date: str, trigger: Trigger, planned_at: datetime, at: datetime, why: str
    ) -> None:
        run_id = self.enter(member, slot, local_date, trigger, planned_at)
        if run_id is not None:
            self.finish(run_id, RunState.SKIPPED, why)

    def know(self, account_id: str, slot: str, local_date: str) -> None:
        """The schedule made a run of this slot and date before."""
        self._by_schedule.add((account_id, slot, local_date))

    def start(self, run_id: int, at: datetime) -> None:
        """The run has its seat and begins."""
        run = self.runs[run_id]
        run.state, run.started_at = RunState.RUNNING, at

    def requeue(self, run_id: int, reason: str) -> None:
        """The run waits for a permit and goes on later."""
        run = self.runs[run_id]
        run.state, run.reason = RunState.QUEUED, reason

    def finish(self, run_id: int, state: RunState, reason: str = "") -> None:
        """The run has ended."""
        run = self.runs[run_id]
        run.state, run.reason = state, reason
        del self._open[run.account_id][run_id]

    def end(self, member: Member, run_id: int, state: RunState, at: datetime, reason: str, level: str) -> None:
        self.finish(run_id, state, reason)

    def leftovers(self, member: Member) -> Leftovers:
        runs = sorted(self._open.get(member.entry.id, {}).values(), key=lambda run: run.planned_at)
        return Leftovers(tuple(_record(run) for run in runs))


def _record(run: MemoryRun) -> RunRecord:
    return RunRecord(
        id=run.id,
        slot=run.slot,
        trigger=run.trigger,
        state=run.state,
        planned_at=run.planned_at,
        started_at=run.started_at,
        ended_at=None,
        reason=run.reason,
        remedy="",
        posts=0,
        likes=0,
        follows=0,
    )
