"""What becomes, after a start, of the runs that the process before left open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clock import FakeClock
from bot.fleet.pause import FleetPause
from bot.fleet.records import open_records
from bot.fleet.registry import Member
from bot.fleet.run_book import AccountRunBook, MemoryRunBook, RunBook
from bot.fleet.run_queue import RunQueue
from bot.fleet.scheduling import Scheduling
from bot.fleet_view import RunState, Trigger
from bot.settings.account import AccountSettings
from bot.settings.fleet import AccountEntry
from bot.settings.home import AccountFolder
from bot.storage.database import Database
from bot.storage.standings import Standings

EIGHT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class Process:
    """Scheduling as one process has it; `again` is the next process on the same files."""

    def __init__(self, root: Path, clock: FakeClock, book: RunBook) -> None:
        self.root, self.clock, self.book = root, clock, book
        self.database = Database(root / "fleet.db", "fleet")
        self.successor: Process | None = None
        standings = Standings(self.database, clock)
        self.queue = RunQueue(3)
        self.scheduling = Scheduling(standings, self.queue, clock, FleetPause(standings, clock), book)

    def again(self, minutes: float) -> Process:
        self.database.close()
        self.clock.advance(minutes * 60)
        self.successor = Process(self.root, self.clock, self.book)
        return self.successor

    def close(self) -> None:
        self.database.close()
        if self.successor is not None:
            self.successor.close()

    def waiting(self, member: Member) -> list[str]:
        found = self.queue.withdraw(member.entry.id)
        for run in found:
            self.queue.add(run)
        return [run.slot for run in found]


def make_member(root: Path, **missed: Any) -> Member:
    slots = [{"name": "early", "time": "08:00", "missed": missed}]
    settings = AccountSettings.model_validate({"schedule": {"timezone": "UTC", "slots": slots}})
    return Member(AccountEntry(id="one", folder="accounts/one"), AccountFolder(root / "accounts" / "one"), settings)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(EIGHT - timedelta(minutes=1))


@pytest.fixture(params=["account", "memory"])
def process(request: pytest.FixtureRequest, tmp_path: Path, clock: FakeClock) -> Iterator[Process]:
    """On both books: that in memory has to keep the promise of the real one."""
    process = Process(tmp_path, clock, AccountRunBook() if request.param == "account" else MemoryRunBook())
    yield process
    process.close()


def let_it_come_due(process: Process, member: Member) -> None:
    process.scheduling.replan(member)
    process.clock.advance(90)
    process.scheduling.look({"one": member})
    assert process.waiting(member) == ["early"]


def ends(process: Process, member: Member) -> list[tuple[str, str]]:
    if isinstance(process.book, MemoryRunBook):
        return [(run.state, run.reason) for run in process.book.runs]
    with open_records(member.folder) as records:
        return [(run.state, run.reason) for run in records.journal.runs(10)]


@pytest.mark.parametrize("minutes", [0, 1, 20])
def test_a_run_that_waited_for_a_seat_goes_on_after_a_restart(process: Process, tmp_path: Path, minutes: int) -> None:
    member = make_member(tmp_path, policy="catch_up", within_minutes=30)
    let_it_come_due(process, member)
    second = process.again(minutes)
    second.scheduling.pick_up(member)
    assert second.waiting(member) == ["early"]
    second.scheduling.replan(member)
    second.scheduling.look({"one": member})
    assert second.waiting(member) == ["early"]
    assert ends(second, member) == [("queued", "")]


@pytest.mark.parametrize(
    ("missed", "minutes"), [({"policy": "skip"}, 10), ({"policy": "catch_up", "within_minutes": 30}, 40)]
)
def test_one_that_waited_and_is_too_late_by_now_is_left_out_as_its_slots_policy_says(
    process: Process, tmp_path: Path, missed: dict[str, Any], minutes: int
) -> None:
    member = make_member(tmp_path, **missed)
    let_it_come_due(process, member)
    second = process.again(minutes)
    second.scheduling.pick_up(member)
    assert second.waiting(member) == []
    reason = f"missed by {minutes} min while Aviary was not running or the machine slept"
    assert ends(second, member) == [("skipped", reason)]


def test_one_that_worked_when_the_process_died_has_failed(process: Process, tmp_path: Path) -> None:
    member = make_member(tmp_path)
    let_it_come_due(process, member)
    begin(process, member)
    second = process.again(1)
    second.scheduling.pick_up(member)
    assert second.waiting(member) == []
    assert ends(second, member) == [("failed", "Aviary ended during this run")]


@pytest.mark.parametrize(("hours", "state"), [(2, "queued"), (4, "partly")])
def test_one_that_rested_for_a_permit_goes_on_unless_that_is_too_long_ago(
    process: Process, tmp_path: Path, hours: int, state: str
) -> None:
    member = make_member(tmp_path)
    let_it_come_due(process, member)
    begin(process, member, rests=True)
    second = process.again(hours * 60)
    second.scheduling.pick_up(member)
    assert second.waiting(member) == (["early"] if state == "queued" else [])
    assert [found for found, _ in ends(second, member)] == [state]


def begin(process: Process, member: Member, *, rests: bool = False) -> None:
    run = process.queue.take(process.clock.now())
    assert run is not None
    if isinstance(process.book, MemoryRunBook):
        process.book.start(run.run_id, process.clock.now())
        if rests:
            process.book.requeue(run.run_id, "limit reached")
        return
    with open_records(member.folder) as records:
        records.journal.start_run(run.run_id, process.clock.now())
        if rests:
            records.journal.requeue_run(run.run_id, "limit reached")


def test_a_run_that_a_person_asked_for_long_ago_is_not_begun_by_itself(process: Process, tmp_path: Path) -> None:
    member = make_member(tmp_path)
    process.scheduling.plan_manual(member, "early")
    second = process.again(10)
    second.scheduling.pick_up(member)
    assert second.waiting(member) == []
    assert ends(second, member) == [("failed", "Aviary ended before this run")]


def test_a_slot_is_entered_once_a_date_and_manual_runs_as_often_as_asked(process: Process, tmp_path: Path) -> None:
    member = make_member(tmp_path)
    book, now = process.book, process.clock.now()
    first = book.enter(member, "early", "2026-03-02", Trigger.SCHEDULE, now)
    assert first is not None
    assert book.enter(member, "early", "2026-03-02", Trigger.CATCH_UP, now) is None
    assert book.enter(member, "early", "2026-03-03", Trigger.SCHEDULE, now) is not None
    assert book.enter(member, "early", "2026-03-02", Trigger.MANUAL, now) is not None
    assert book.enter(member, "early", "2026-03-02", Trigger.MANUAL, now) is not None
    book.end(member, first, RunState.SKIPPED, now, "paused", "warning")
    assert first not in [run.id for run in book.leftovers(member).runs]
    assert book.enter(member, "early", "2026-03-02", Trigger.SCHEDULE, now) is None
