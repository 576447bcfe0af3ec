"""Moments in which things come together badly: locked files, edits, restarts and removals at the worst time."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.account_manager import AccountManager
from bot.errors import StorageError, XDown
from bot.fleet.records import open_records
from bot.fleet_view import RunState, StateKind
from bot.planning.slots import stagger
from bot.settings.home import AccountFolder
from tests.engines import START
from tests.worlds import World, finish, pass_time, state


def advance_to(world: World, moment: datetime) -> None:
    world.clock.advance((moment - world.clock.now()).total_seconds())


@contextmanager
def locked(db: Path) -> Iterator[None]:
    """Another program (a backup, an indexer) holds the file's write lock."""
    db.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(db, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


def damage(folder: Path) -> None:
    (folder / "data").mkdir(exist_ok=True)
    (folder / "data" / "metrics.db").write_bytes(b"this is no database" * 100)


def test_backlog_of_a_removed_account_stops_nobody_else(world: World) -> None:
    folder = world.add("one", "OneShop")
    world.add("two", "TwoShop")
    damage(folder)
    manager = world.open()
    pass_time(world, manager, START + timedelta(minutes=2))
    assert len(world.x.posts_of("TwoShop")) == 1
    manager.roster.remove("one", archive=False)
    assert not folder.exists()
    raised = 0
    for _ in range(30 * 60):  # 30 h, a tick a minute: far beyond the day after which the backlog gives up
        world.clock.advance(60)
        try:
            manager.tick()  # KeyError: 'one', at this and each further tick
        except KeyError:
            raised += 1
        finish(manager)
    assert not raised, (raised, len(world.x.posts_of("TwoShop")))
    pass_time(world, manager, START + timedelta(hours=25))
    assert len(world.x.posts_of("TwoShop")) == 2


def test_backlog_of_a_renamed_account_stops_nobody_else(world: World) -> None:
    folder = world.add("one", "OneShop")
    world.add("two", "TwoShop")
    damage(folder)
    manager = world.open()
    pass_time(world, manager, START + timedelta(minutes=2))
    world.home.entries[0]["id"] = "uno"
    world.home.write()
    manager.reload()
    pass_time(world, manager, START + timedelta(hours=25))
    assert len(world.x.posts_of("TwoShop")) == 2


def test_backlog_makes_no_folder_of_a_removed_account_anew(world: World) -> None:
    folder = world.add("one", "OneShop")
    manager = world.open()
    advance_to(world, START)
    with locked(folder / "data" / "metrics.db"):
        manager.tick()
    del world.home.entries[0]
    world.home.write()
    manager.reload()
    shutil.rmtree(folder)
    world.clock.advance(60)
    manager.tick()
    assert not folder.exists(), "a folder with a database of a run that nobody sees"


def test_a_reload_that_fleet_db_did_not_take_is_made_up_for(world: World) -> None:
    world.add("one", "OneShop")
    world.add("two", "TwoShop")
    manager = world.open()
    pass_time(world, manager, START + timedelta(minutes=2))
    assert len(world.x.posts_of("OneShop")) == 1
    used = manager._permits.used("one", "post", 86400)
    assert used == 1
    world.home.entries[0]["id"] = "uno"
    world.home.write()
    manager._database._connection.execute("PRAGMA busy_timeout = 50")  # instead of 30 s
    with locked(world.home.root / "data" / "fleet.db"), pytest.raises(StorageError):
        manager.reload()
    for _ in range(10):
        manager.reload()
    assert manager._permits.used("uno", "post", 86400) == 1, "the limits begin anew"


def test_a_failed_reload_loses_no_slot_of_the_others(world: World) -> None:
    world.add("one", "OneShop")
    world.add("two", "TwoShop")
    manager = world.open()
    manager.tick()
    world.home.entries[0]["id"] = "uno"
    world.home.write()
    manager._database._connection.execute("PRAGMA busy_timeout = 50")
    with locked(world.home.root / "data" / "fleet.db"), pytest.raises(StorageError):
        manager.reload()
    while world.clock.now() < START + timedelta(minutes=30):
        world.clock.advance(60)
        for job in (manager.tick, manager.reload):
            job()
        finish(manager)
    assert len(world.x.posts_of("TwoShop")) == 1, manager.runs("two")


def test_what_a_lock_kept_from_being_picked_up_is_picked_up_later(world: World) -> None:
    """Two runs left over; the end of the first cannot be written at the start."""
    slots = {
        "timezone": "UTC",
        "morning": {"time": "08:00", "like": 0, "follow": 0},
        "afternoon": {"time": "08:01", "like": 0, "follow": 0},
        "evening": {"time": "20:00"},
    }
    folder = world.add("one", "OneShop", schedule=slots)
    first = world.open()
    with open_records(AccountFolder(folder)) as records:  # as a kill leaves it: one at work, one waiting
        run = records.journal.plan_run("morning", "2026-03-02", "schedule", START)
        records.journal.start_run(run, START)
        records.journal.plan_run("afternoon", "2026-03-02", "schedule", START + timedelta(minutes=1))
    first.close()
    world.managers.clear()
    world.clock.advance(180)
    with closing(sqlite3.connect(folder / "data" / "metrics.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        second = world.open()
        other.execute("ROLLBACK")
    pass_time(world, second, START + timedelta(hours=11))
    states = {run.slot: run.state for run in second.runs("one")}
    assert states["morning"] is RunState.FAILED
    assert states["afternoon"] in {RunState.DONE, RunState.PARTLY}


def _put_back(world: World) -> AccountManager:
    """Started with a damaged metrics.db, which the operator then puts back from a backup while Aviary runs."""
    folder = world.add("one", "OneShop")
    file = folder / "data" / "metrics.db"
    damage(folder)
    manager = world.open()
    file.unlink()
    world.clock.advance(30)
    manager._viewing.refresh()
    assert state(manager) is StateKind.WAITING
    return manager


def test_a_late_pick_up_does_not_end_this_process_own_run(world: World) -> None:
    manager = _put_back(world)
    world.hold(manager, "one")
    assert manager.runs("one")[0].state is RunState.RUNNING
    manager.start_account("one")  # or settings.yaml saved, or Resume
    now = manager.runs("one")[0]
    assert now.state is RunState.RUNNING, (now.state, now.reason)


def test_a_late_pick_up_does_not_run_a_slot_twice(world: World) -> None:
    world.home.fleet["max_concurrent_accounts"] = 1
    manager = _put_back(world)
    world.add("two", "TwoShop", schedule={"timezone": "UTC", "evening": {"time": "20:00"}})
    manager.reload()
    world.hold(manager, "two")  # the only seat is taken
    advance_to(world, START + timedelta(seconds=1))
    manager.tick()
    manager.start_account("one")
    world.gate.set()
    finish(manager)
    logins = world.x.calls_of("log_in", "OneShop")
    assert len(logins) == 1, logins


def test_a_slot_in_the_backlog_outlives_a_restart(world: World) -> None:
    folder = world.add("one", "OneShop")
    first = world.open()
    first.tick()
    advance_to(world, START + timedelta(seconds=1))
    with locked(folder / "data" / "metrics.db"):
        first.tick()
        first.close()
        world.managers.clear()
    world.clock.advance(60)
    second = world.open()
    second.tick()
    finish(second)
    assert second.runs("one"), "neither run nor reason: " + second.why_no_post_today("one")


def test_a_new_id_loses_no_slot_to_its_other_stagger(world: World) -> None:
    world.home.fleet["stagger_minutes"] = 60
    world.add("one", "OneShop")
    old = stagger("one", "morning", START.date(), 60)
    new = next(f"n{i}" for i in range(999) if stagger(f"n{i}", "morning", START.date(), 60) < old / 3)
    manager = world.open()
    pass_time(world, manager, START + old / 2)
    assert not manager.runs("one")
    world.home.entries[0]["id"] = new
    world.home.write()
    manager.reload()
    pass_time(world, manager, START + timedelta(hours=3))
    assert manager.runs(new), "lost: " + manager.why_no_post_today(new)


def test_a_run_seated_when_two_ids_change_places_works_in_its_own_account(world: World) -> None:
    world.add("one", "OneShop")
    world.add("two", "TwoShop")
    manager = world.open()
    with manager._lock:  # the pool's thread comes to the lock after the ticker's reload
        manager.run_account("one")
        first, second = world.home.entries
        first["id"], second["id"] = "two", "one"
        world.home.write()
        manager.reload()
    finish(manager)
    assert not world.x.calls_of("log_in", "TwoShop"), "the run of @OneShop worked as @TwoShop"


def test_a_run_seated_when_its_id_changes_is_done(world: World) -> None:
    world.add("one", "OneShop")
    manager = world.open()
    with manager._lock:
        manager.run_account("one")
        world.home.entries[0]["id"] = "uno"
        world.home.write()
        manager.reload()
    finish(manager)
    run = manager.runs("uno")[0]
    assert "inside Aviary" not in run.reason, run


def test_two_that_work_and_change_places_are_both_told_to_end(world: World) -> None:
    world.add("one", "OneShop")
    world.add("two", "TwoShop")
    manager = world.open()
    world.gate.clear()
    manager.run_account("one")
    manager.run_account("two")
    assert world.wait_at_gate(2)
    first, second = world.home.entries
    first["id"], second["id"] = "two", "one"
    world.home.write()
    manager.reload()
    assert manager._queue.wait_until_idle(world.clock.now, 3), (manager.instances, world.x.open_clients)


@pytest.mark.parametrize("which", ["settings", "list"])
def test_a_slot_that_comes_while_a_file_is_broken_is_recorded(world: World, which: str) -> None:
    folder = world.add("one", "OneShop")
    world.add("two", "TwoShop")
    manager = world.open()
    manager.tick()
    file = folder / "config" / "settings.yaml" if which == "settings" else world.home.root / "config" / "accounts.yaml"
    good = file.read_text(encoding="utf-8")
    if which == "settings":
        file.write_text(
            good[: len(good) // 2] + "\n  x: [", encoding="utf-8"
        )  # an editor that is half through its save
    else:
        file.write_text(good.replace("enabled: true", "enabled: tru", 1), encoding="utf-8")
    manager.reload()
    advance_to(world, START + timedelta(seconds=1))
    manager.tick()
    file.write_text(good, encoding="utf-8")
    world.clock.advance(1)
    manager.reload()
    pass_time(world, manager, START + timedelta(hours=2))
    assert manager.runs("one"), manager.why_no_post_today("one")


def test_limits_follow_the_folder_also_when_the_old_id_is_given_to_another(world: World) -> None:
    world.add("one", "OneShop")
    manager = world.open()
    manager.run_account("one")
    finish(manager)
    assert manager._permits.used("one", "post", 86400) == 1
    world.home.entries[0]["id"] = "old"
    world.add("one", "NewShop")
    manager.reload()
    assert manager._permits.used("old", "post", 86400) == 1, "@OneShop may post its whole day again"


def test_looks_go_on_after_a_pause(world: World) -> None:
    world.add("one", "OneShop", schedule={"timezone": "UTC", "morning": {"time": "07:00"}})
    manager = world.open()
    world.x.lose_next_answer(stored=True)
    world.x.fail_next("read_own_posts", XDown("503"), times=3)
    manager.run_account("one")
    finish(manager)
    assert manager.posts("one")[0].state == "sending"
    manager.pause_accounts(["one"])
    pass_time(world, manager, START + timedelta(minutes=10))
    manager.resume_accounts(["one"])
    pass_time(world, manager, START + timedelta(hours=6))
    assert manager.posts("one")[0].state != "sending"


def test_a_session_check_is_not_the_last_work(world: World) -> None:
    world.add("one", "OneShop")
    manager = world.open()
    manager.run_account("one")
    finish(manager)
    manager.check_session("one")
    finish(manager)
    assert manager.account_view("one").last_run.slot == "morning"


def test_nothing_begins_in_an_account_that_is_being_removed(world: World) -> None:
    world.add("one", "OneShop")
    manager = world.open()
    world.hold(manager, "one")
    removing = threading.Thread(target=manager.roster.remove, args=("one",))
    removing.start()  # it waits for the run to end
    while not manager._registry.leaving:
        threading.Event().wait(0.01)
    assert "is being removed" in manager.run_account("one")
    removing.join(30)
    assert world.x.posts_of("OneShop") == []


def test_a_post_that_is_on_its_way_is_not_decided_by_hand(world: World) -> None:
    world.add("one", "OneShop")
    manager = world.open()
    world.x.lose_next_answer(stored=True)
    world.x.fail_next("read_own_posts", XDown("503"), times=9)
    manager.run_account("one")
    finish(manager)
    [post] = manager.posts("one")
    world.hold(manager, "one")
    assert "wait until its run has ended" in manager.decide_post("one", post.intent_id, is_there=False)
    assert manager.posts("one")[0].state == "sending"
