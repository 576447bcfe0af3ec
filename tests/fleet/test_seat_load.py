"""When the fleet has more work than seats: all of it goes out, the oldest first, and the overview says so."""

from __future__ import annotations

import heapq
from datetime import timedelta
from pathlib import Path

from bot.account_manager import AccountManager
from bot.clock import FakeClock
from bot.fleet.pause import FleetPause
from bot.fleet.records import open_records
from bot.fleet.registry import Member
from bot.fleet.run_book import MemoryRunBook
from bot.fleet.run_queue import QueuedRun, RunQueue
from bot.fleet.scheduling import Scheduling
from bot.fleet_view import RunState, Trigger
from bot.settings.account import AccountSettings
from bot.settings.fleet import AccountEntry
from bot.settings.home import AccountFolder
from bot.storage.database import Database
from bot.storage.standings import Standings
from tests.engines import START
from tests.homes import settings as settings_file
from tests.worlds import World, finish

AT_EIGHT = AccountSettings.model_validate(settings_file("Shop"))
RUN = timedelta(minutes=7)


def test_a_hundred_accounts_at_one_time_all_get_one_of_three_seats_in_order_and_none_is_missed(tmp_path: Path) -> None:
    """Five simulated hours: the real scheduling and queue, runs of seven minutes, and one that is planned later."""
    clock, book, queue = FakeClock(START - timedelta(minutes=1)), MemoryRunBook(), RunQueue(3)
    database = Database(tmp_path / "fleet.db", "fleet")
    standings = Standings(database, clock)
    scheduling = Scheduling(standings, queue, clock, FleetPause(standings, clock), book)
    members = {
        f"a{number:03}": Member(
            AccountEntry(id=f"a{number:03}", username=f"@Shop{number}", folder=f"accounts/a{number:03}"),
            AccountFolder(tmp_path / f"a{number:03}"),
            AT_EIGHT,
        )
        for number in range(100)
    }
    for member in members.values():
        standings.meet(member.entry.id)
        scheduling.replan(member)
    working: list[tuple[object, int, QueuedRun]] = []
    started: list[QueuedRun] = []
    for minute in range(5 * 60):
        if minute == 30:  # the run of a written post, later than the hundred: it waits behind them
            queue.add(QueuedRun(clock.now(), "late", 999, "queued post", Trigger.SCHEDULE, tmp_path / "late"))
        while working and working[0][0] <= clock.now():  # type: ignore[operator]
            _, _, done = heapq.heappop(working)
            queue.leave(done)
            if done.account_id != "late":
                book.finish(done.run_id, RunState.DONE)
        scheduling.look(members)
        while (run := queue.take(clock.now())) is not None:
            started.append(run)
            heapq.heappush(working, (clock.now() + RUN, len(started), run))
        clock.advance(60)
    database.close()
    assert len(started) == 101
    assert len({run.account_id for run in started}) == 101
    assert [run.planned_at for run in started] == sorted(run.planned_at for run in started)
    assert started[-1].account_id == "late"
    assert all(run.state is RunState.DONE for run in book.runs)


def overloaded(world: World, accounts: int) -> AccountManager:
    world.home.fleet["max_concurrent_accounts"] = 1
    for number in range(accounts):
        world.add(f"a{number}", f"Shop{number}")
    return world.open()


def test_the_overview_says_that_seats_are_short_with_numbers_and_the_remedy(world: World) -> None:
    manager = overloaded(world, 12)
    before = manager.overview()
    assert before.warnings == ()
    manager.seat_load.refresh()
    (told,) = manager.overview().warnings
    assert told == (
        "More work than seats: between 08:00 and 08:44 (UTC) 11 runs wait for 1 seat, one of them for 44 min. None is"
        " left out for that, but they come late: raise max_concurrent_accounts to 3 or spread the times."
        " A run is taken to last 4 min, since none is recorded yet."
    )
    assert manager.overview().version > before.version
    world.home.fleet["max_concurrent_accounts"] = 4
    world.home.write()
    manager.reload()
    manager.seat_load.refresh()
    assert manager.overview().warnings == ()


def test_it_goes_by_how_long_runs_took(world: World) -> None:
    manager = overloaded(world, 3)
    root = manager._registry.members["a0"].folder
    with open_records(root) as records:
        run = records.journal.plan_run("morning", "2026-03-01", "schedule", START - timedelta(days=1))
        assert run is not None
        records.journal.start_run(run, START - timedelta(days=1))
        records.journal.end_run(run, "done", START - timedelta(days=1, minutes=-20))
    manager.seat_load.refresh()
    (told,) = manager.overview().warnings
    assert "2 runs wait for 1 seat, one of them for 40 min" in told
    assert "none is recorded yet" not in told


def test_it_is_worked_out_anew_only_when_something_changed_or_after_a_while(world: World) -> None:
    manager = overloaded(world, 2)
    manager.seat_load.refresh()
    first = manager.seat_load.load
    manager.seat_load.refresh()
    assert manager.seat_load.load is first
    world.clock.advance(601)
    manager.seat_load.refresh()
    assert manager.seat_load.load is not first


def test_a_run_that_waited_hours_for_its_seat_may_still_rest_for_a_permit(world: World) -> None:
    """What it waited for a seat does not make it too late: three hours count from its first seat."""
    world.home.fleet["global_rate_limit"]["tweets_per_hour"] = 1
    world.add("one", "OneShop")
    world.add(
        "two", "TwoShop", schedule={"timezone": "UTC", "slots": [{"name": "day", "time": "08:00", "post": "promo"}]}
    )
    manager = world.open()
    folder = manager._registry.members["two"].folder
    with open_records(folder) as records:
        run_id = records.journal.plan_run("day", "2026-03-02", "schedule", START)
        assert run_id is not None
    world.clock.advance(3.5 * 3600)
    manager._permits.take("one", "post", ())
    manager._queue.add(QueuedRun(START, "two", run_id, "day", Trigger.SCHEDULE, folder.root))
    manager._dispatcher.fill_seats()
    finish(manager)
    (run, *_) = [each for each in manager.runs("two") if each.id == run_id]
    assert run.state is RunState.QUEUED, run.reason
    world.clock.advance(3601)
    manager.tick()
    finish(manager)
    assert [post.text for post in world.x.posts_of("TwoShop")] != []
