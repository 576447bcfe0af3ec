from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from bot.clock import FakeClock
from bot.connecting import ConnectRequest
from bot.errors import StorageError
from bot.fleet.dispatcher import Dispatcher
from bot.fleet.pause import FleetPause
from bot.fleet.registry import Registry
from bot.fleet.run_queue import RunQueue
from bot.fleet.scheduling import Scheduling
from bot.fleet_view import RunState, Trigger
from bot.settings.home import Home
from bot.storage.database import Database
from bot.storage.standings import Standings
from bot.x.contract import XClient
from bot.x.fake import FakeWorld, FakeX
from tests.engines import START, Engine
from tests.homes import HomeBuilder
from tests.worlds import World


@pytest.mark.parametrize("cards", [0, 1])
def test_a_card_that_cannot_be_made_does_not_keep_the_seat(tmp_path: Path, cards: int) -> None:
    """A full disk fails every record; the seat must get free all the same."""
    engine = Engine(tmp_path)
    home = HomeBuilder(tmp_path)
    clock, lock = FakeClock(START), threading.RLock()
    world = FakeWorld(clock)
    home.add("one", "OneShop")
    world.add_account("OneShop", session="token-OneShop")
    registry = Registry(Home(tmp_path))
    registry.refresh()
    queue = RunQueue(1)
    shown: list[str] = []

    def show(account_id: str) -> None:
        shown.append(account_id)
        if len(shown) > cards:
            raise StorageError("the disk is full")

    def connect(request: ConnectRequest) -> XClient:
        return FakeX(world, request.handle, clock=clock, stop=request.stop, progress=lambda _step: None)

    database = Database(Home(tmp_path).fleet_db, "fleet")
    standings = Standings(database, clock)
    pause = FleetPause(standings, clock)
    scheduling = Scheduling(standings, queue, clock, pause)
    dispatcher = Dispatcher(lock, registry, queue, clock, connect, Random, show, lambda: None)
    dispatcher.open(standings, scheduling, pause, lambda: engine.shared, show)
    scheduling.plan_manual(registry.members["one"], "morning")
    dispatcher.fill_seats()
    assert queue.wait_until_idle(clock.now, 20), "the seat was kept"
    assert dispatcher.instances == {}
    assert dispatcher.close(5)
    database.close()
    engine.close()


def test_a_pool_that_had_other_seats_is_waited_for_too(world: World) -> None:
    world.add("one", "OneShop")
    manager = world.open()
    world.hold(manager, "one")
    world.home.fleet["max_concurrent_accounts"] = 7
    world.home.write()
    manager.reload()
    manager.close()
    world.managers.clear()
    assert world.x.open_clients == 0, "a browser was left open"
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("account")] == []


def test_stopping_an_account_that_does_nothing_does_not_end_its_next_run(world: World) -> None:
    world.add("one", "OneShop")
    manager = world.open()
    bot = manager.create_bot_instance("one")
    assert "its present run" not in manager.stop_account("one")
    outcome = bot.run_slot("morning")
    assert outcome.state is not RunState.STOPPED
    assert len(world.x.posts_of("OneShop")) == 1


def test_a_database_that_another_program_locks_keeps_no_other_from_work_and_loses_no_slot(world: World) -> None:
    folder = world.add("one", "OneShop")
    world.add("two", "TwoShop")
    manager = world.open()
    manager.run_account("one")
    assert manager.wait_until_idle(20)
    with closing(sqlite3.connect(folder / "data" / "metrics.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        world.clock.advance(90)
        manager.tick()
        assert manager.wait_until_idle(20)
        assert len(world.x.posts_of("TwoShop")) == 1
    world.clock.advance(60)
    manager.tick()
    assert manager.wait_until_idle(20)
    assert [run.trigger for run in manager.runs("one")] == [Trigger.SCHEDULE, Trigger.MANUAL]
