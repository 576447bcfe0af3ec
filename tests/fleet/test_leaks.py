"""Fifty starts and stops of the fleet leave nothing behind."""

from __future__ import annotations

import gc
import threading
from pathlib import Path

import psutil

from bot.account_manager import AccountManager
from bot.clock import FakeClock
from bot.connecting import ConnectRequest
from bot.x.contract import XClient
from bot.x.fake import FakeWorld, FakeX
from tests.engines import START
from tests.homes import HomeBuilder

STARTS = 50
SPARE = 2


def test_fifty_starts_and_stops_leave_no_descriptors_threads_or_processes(tmp_path: Path) -> None:
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
    before = _held()
    for _ in range(STARTS):
        start_and_stop()
    after = _held()
    assert after[0] <= before[0] + SPARE, f"descriptors: {before[0]} before, {after[0]} after"
    assert after[1] <= before[1] + SPARE, f"threads: {before[1]} before, {after[1]} after"
    assert after[2] == before[2], f"child processes: {before[2]} before, {after[2]} after"
    assert world.open_clients == 0


def _held() -> tuple[int, int, int]:
    """Descriptors (handles on Windows), threads and child processes of this process."""
    gc.collect()
    process = psutil.Process()
    descriptors = process.num_fds() if hasattr(process, "num_fds") else process.num_handles()
    return descriptors, threading.active_count(), len(process.children(recursive=True))
