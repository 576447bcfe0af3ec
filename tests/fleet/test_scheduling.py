"""What becomes, after a start, of the runs that the process before left open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clock import FakeClock
from bot.errors import StorageError
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


def test_the_wait_for_a_seat_before_a_restart_does_not_make_a_run_late(process: Process, tmp_path: Path) -> None:
    member = make_member(tmp_path, policy="skip")
    let_it_come_due(process, member)
    process.clock.advance(20 * 60)
    process.scheduling.look({"one": member})
    second = process.again(1)
    second.scheduling.pick_up(member)
    assert second.waiting(member) == ["early"]


def test_a_run_left_over_is_picked_up_once(process: Process, tmp_path: Path) -> None:
    member = make_member(tmp_path)
    let_it_come_due(process, member)
    second = process.again(1)
    second.scheduling.pick_up(member)
    second.scheduling.pick_up(member)
    assert second.waiting(member) == ["early"]


def pause(process: Process, minutes: float) -> datetime:
    since = process.clock.now()
    process.clock.advance(minutes * 60)
    return since


def test_a_short_pause_drops_nothing_however_long_a_run_has_waited_for_its_seat(
    process: Process, tmp_path: Path
) -> None:
    member = make_member(tmp_path, policy="skip")
    let_it_come_due(process, member)
    process.clock.advance(20 * 60)
    process.scheduling.drop_missed({"one": member}, pause(process, 0.1))
    assert process.waiting(member) == ["early"]


@pytest.mark.parametrize(("minutes", "waits"), [(25, True), (35, False)])
def test_a_long_pause_drops_what_it_held_up_for_too_long(
    process: Process, tmp_path: Path, minutes: float, waits: bool
) -> None:
    member = make_member(tmp_path, policy="catch_up", within_minutes=30)
    let_it_come_due(process, member)
    process.scheduling.drop_missed({"one": member}, pause(process, minutes))
    assert bool(process.waiting(member)) is waits
    if not waits:
        assert ends(process, member) == [("skipped", f"missed by {minutes} min while the fleet was paused")]


@pytest.mark.parametrize(("hours", "waits"), [(2, True), (4, False)])
def test_what_rested_goes_on_after_a_pause_unless_that_is_too_late(
    process: Process, tmp_path: Path, hours: float, waits: bool
) -> None:
    member = make_member(tmp_path, policy="skip")
    let_it_come_due(process, member)
    [run] = process.queue.withdraw("one")
    process.queue.add(replace(run, not_before=process.clock.now()))
    process.scheduling.drop_missed({"one": member}, pause(process, hours * 60))
    assert bool(process.waiting(member)) is waits
    if not waits:
        state, reason = ends(process, member)[0]
        assert (state, reason) == ("partly", "the rest was left out: a permit freed while the fleet was paused")


def test_one_damaged_database_does_not_keep_the_pause_of_the_others_from_ending(tmp_path: Path) -> None:
    clock = FakeClock(EIGHT - timedelta(minutes=1))
    process = Process(tmp_path, clock, AccountRunBook())
    members = {key: make_member(tmp_path / key, policy="skip") for key in ("broken", "sound")}
    members = {
        key: replace(each, entry=AccountEntry(id=key, folder=f"accounts/{key}")) for key, each in members.items()
    }
    for member in members.values():
        process.scheduling.replan(member)
    clock.advance(90)
    process.scheduling.look(members)
    members["broken"].folder.metrics_db.write_bytes(b"no database at all" * 200)
    process.scheduling.drop_missed(members, pause(process, 30))
    assert [state for state, _ in ends(process, members["sound"])] == ["skipped"]
    process.close()


class FullDisk(MemoryRunBook):
    """A book that cannot be written for a while."""

    is_full = True

    def enter(self, member: Member, slot: str, local_date: str, trigger: Trigger, planned_at: datetime) -> int | None:
        if self.is_full:
            raise StorageError("the disk is full")
        return super().enter(member, slot, local_date, trigger, planned_at)


@pytest.mark.parametrize(("minutes", "state"), [(1, "queued"), (20, "skipped")])
def test_a_slot_that_could_not_be_recorded_is_recorded_when_the_disk_has_room_again(
    tmp_path: Path, clock: FakeClock, minutes: int, state: str
) -> None:
    book = FullDisk()
    process = Process(tmp_path, clock, book)
    member = make_member(tmp_path, policy="skip")
    process.scheduling.replan(member)
    clock.advance(60)
    process.scheduling.look({"one": member})
    assert book.runs == []
    book.is_full = False
    clock.advance(minutes * 60)
    process.scheduling.look({"one": member})
    process.scheduling.look({"one": member})
    reason = f"missed by {minutes} min while its record could not be written" if state == "skipped" else ""
    assert [(run.state, run.reason) for run in book.runs] == [(state, reason)]
    process.close()


def test_a_clock_that_was_wrong_for_a_moment_uses_up_no_day(process: Process, tmp_path: Path) -> None:
    member = make_member(tmp_path)
    process.scheduling.replan(member)
    process.scheduling.look({"one": member})
    process.clock.jump(400 * 86_400)
    process.scheduling.look({"one": member})
    process.clock.jump(-400 * 86_400)
    process.clock.advance(90)
    process.scheduling.look({"one": member})
    assert process.waiting(member) == ["early"]


def test_after_a_clock_that_was_wrong_for_long_slots_come_up_again_when_it_is_right(
    process: Process, tmp_path: Path
) -> None:
    member = make_member(tmp_path)
    process.scheduling.replan(member)
    process.scheduling.look({"one": member})
    process.clock.jump(400 * 86_400)
    for _ in range(3):
        process.clock.advance(60)
        process.scheduling.look({"one": member})
    process.clock.jump(-400 * 86_400)
    for _ in range(3):
        process.clock.advance(60)
        process.scheduling.look({"one": member})
    process.clock.advance(86_400)
    for _ in range(3):
        process.clock.advance(60)
        process.scheduling.look({"one": member})
    planned = [run.planned_at for run in process.queue.withdraw("one")]
    assert [at for at in planned if at < EIGHT + timedelta(days=2)] == [EIGHT + timedelta(days=1)]


def test_a_wrong_clock_that_was_kept_over_a_restart_is_told_and_set_back(process: Process, tmp_path: Path) -> None:
    member = make_member(tmp_path)
    process.clock.jump(400 * 86_400)
    process.scheduling.look({"one": member})
    process.scheduling.remember()
    process.clock.jump(-400 * 86_400)
    second = process.again(0)
    second.scheduling.replan(member)
    second.scheduling.look({"one": member})
    second.clock.advance(90)
    second.scheduling.look({"one": member})
    assert second.waiting(member) == ["early"]


def test_what_was_missed_long_ago_is_not_entered_day_by_day(process: Process, tmp_path: Path) -> None:
    member = make_member(tmp_path)
    process.scheduling.replan(member)
    process.scheduling.look({"one": member})
    process.scheduling.remember()
    second = process.again(400 * 1440)
    second.scheduling.replan(member)
    second.scheduling.look({"one": member})
    assert 10 <= len(ends(second, member)) <= 14


def test_a_slot_and_why_it_is_left_out_are_entered_together(process: Process, tmp_path: Path) -> None:
    member, now = make_member(tmp_path), process.clock.now()
    for _ in range(2):
        process.book.leave_out(member, "early", "2026-03-02", Trigger.SCHEDULE, now, now, "paused")
    assert ends(process, member) == [("skipped", "paused")]
    assert process.book.leftovers(member).runs == ()
