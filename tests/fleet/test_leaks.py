"""Fifty starts and stops of the fleet leave nothing behind."""

from __future__ import annotations

from pathlib import Path

from bot.account_manager import AccountManager
from bot.clock import FakeClock
from bot.connecting import ConnectRequest
from bot.x.contract import XClient
from bot.x.fake import FakeWorld, FakeX
from tests.engines import START
from tests.homes import HomeBuilder
from tests.leaks import Held

STARTS = 20


def test_twenty_starts_and_stops_leave_no_descriptors_threads_or_processes(tmp_path: Path) -> None:
    clock = FakeClock(START)
    world = FakeWorld(clock)
    home = HomeBuilder(tmp_path)
    for number in range(4):
        world.add_account(f"Shop{number}", session=f"token-Shop{number}")
        home.add(f"a{number}", f"Shop{number}")

    def connect(request: ConnectRequest) -> XClient:
        return FakeX(world, request.handle, clock=clock, stop=request.stop, progress=request.progress)

    def start_and_stop() -> None:
        manager = AccountManager(tmp_path, clock=clock, connect=connect)
        manager.open()
        manager.start()
        manager.run_all_accounts()
        assert manager.wait_until_idle(30)
        manager.close()
        clock.advance(3600)

    start_and_stop()  # what Python itself opens once does not count
    before = Held.now()
    for _ in range(STARTS):
        start_and_stop()
    Held.now().check_against(before)
    assert world.open_clients == 0
