"""A home, a fake x.com and managers on them: what the tests of the fleet begin with."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from bot.account_manager import AccountManager
from bot.clock import FakeClock
from bot.connecting import ConnectRequest
from bot.fleet_view import StateKind
from bot.x.contract import LoggedIn, XClient
from bot.x.fake import FakeWorld, FakeX
from tests.engines import START
from tests.homes import HomeBuilder


class World:
    """A home, a fake x.com, and managers on them."""

    def __init__(self, root: Path) -> None:
        self.clock = FakeClock(START - timedelta(minutes=1))
        self.x = FakeWorld(self.clock)
        self.home = HomeBuilder(root)
        self.managers: list[AccountManager] = []
        self.connected: list[ConnectRequest] = []  # what each run asked for
        self.explodes = False
        self.no_window = ""  # why this machine shows no windows; by default it does
        self.gate = threading.Event()  # a closed gate holds every run in its log-in
        self.gate.set()
        self.at_gate = threading.Event()  # a run has come to it
        self._came = threading.Semaphore(0)

    def add(self, account_id: str, handle: str, **changes: Any) -> Path:
        self.x.add_account(handle, session=f"token-{handle}")
        return self.home.add(account_id, handle, **changes)

    def open(self) -> AccountManager:
        manager = AccountManager(
            self.home.root,
            clock=self.clock,
            connect=self.connect,
            random_of=Random,
            why_no_window=lambda _driver: self.no_window,
        )
        manager.open()
        self.managers.append(manager)
        return manager

    def connect(self, request: ConnectRequest) -> XClient:
        if self.explodes:
            raise RuntimeError("nobody foresaw this")
        self.connected.append(request)
        return _Gated(self, request)

    def hold(self, manager: AccountManager, account_id: str) -> None:
        """Begin a run of the account, and have it wait in its log-in."""
        self.hold_at(lambda: manager.run_account(account_id))

    def hold_at(self, begin: Callable[[], object]) -> None:
        """Have what `begin` begins wait in its log-in."""
        self.gate.clear()
        self.at_gate.clear()
        begin()
        assert self.at_gate.wait(20)

    def wait_at_gate(self, runs: int) -> bool:
        """Wait until so many runs have come to the gate since the world began."""
        return all(self._came.acquire(timeout=20) for _ in range(runs))

    def close(self) -> None:
        self.gate.set()
        for manager in self.managers:
            manager.close()


class _Gated(FakeX):
    def __init__(self, world: World, request: ConnectRequest) -> None:
        super().__init__(world.x, request.handle, clock=request.clock, stop=request.stop, progress=request.progress)
        self._gate, self._at_gate, self._came = world.gate, world.at_gate, world._came

    def log_in(self, cookies: Any) -> str:
        self._pass_gate()
        return super().log_in(cookies)

    def let_person_log_in(self, seconds: float) -> LoggedIn:
        self._pass_gate()
        return super().let_person_log_in(seconds)

    def _pass_gate(self) -> None:
        self._at_gate.set()
        self._came.release()
        while not self._gate.wait(0.01):
            self._stop.check()


def state(manager: AccountManager, account_id: str = "one") -> StateKind:
    return manager.account_view(account_id).state.kind


def finish(manager: AccountManager) -> None:
    assert manager.wait_until_idle(30)


def pass_time(world: World, manager: AccountManager, until: datetime) -> None:
    """Let the fleet live until `until`, a tick a minute."""
    while world.clock.now() < until:
        world.clock.advance(60)
        manager.tick()
        finish(manager)
