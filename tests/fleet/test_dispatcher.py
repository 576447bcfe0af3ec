from __future__ import annotations

import threading
from pathlib import Path
from random import Random

from bot.clock import FakeClock
from bot.connecting import ConnectRequest
from bot.errors import StorageError
from bot.fleet.dispatcher import Dispatcher
from bot.fleet.pause import FleetPause
from bot.fleet.registry import Registry
from bot.fleet.run_queue import RunQueue
from bot.fleet.scheduling import Scheduling
from bot.settings.home import Home
from bot.storage.database import Database
from bot.storage.standings import Standings
from bot.x.contract import XClient
from bot.x.fake import FakeWorld, FakeX
from tests.engines import START, Engine
from tests.homes import HomeBuilder


def test_a_card_that_cannot_be_made_does_not_keep_the_seat(tmp_path: Path) -> None:
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
        if len(shown) > 1:
            raise StorageError("the disk is full")

    def connect(request: ConnectRequest) -> XClient:
        return FakeX(world, request.handle, clock=clock, stop=request.stop, progress=lambda _step: None)

    database = Database(Home(tmp_path).fleet_db, "fleet")
    standings = Standings(database, clock)
    pause = FleetPause(standings, clock)
    scheduling = Scheduling(standings, queue, clock, pause)
    dispatcher = Dispatcher(lock, registry, queue, clock, connect, Random, show, lambda: None)
    dispatcher.open(standings, scheduling, pause, lambda: engine.shared)
    scheduling.plan_manual(registry.members["one"], "morning")
    dispatcher.fill_seats()
    assert queue.wait_until_idle(clock.now, 20), "the seat was kept"
    assert dispatcher.instances == {}
    assert dispatcher.close(5)
    database.close()
    engine.close()
