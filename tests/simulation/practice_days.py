"""The practice world lived through: the real manager over a fake x.com whose visits take their time on a fake clock.

The clock leaps from one moment at which something can happen to the next, and goes on only when every run that works
stands still in its visit: so the same days pass the same way each time.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from bot.account_manager import AccountManager
from bot.clock import FakeClock
from bot.connecting import ConnectRequest
from bot.x.contract import PostSeen, XClient
from bot.x.fake import FakeWorld, FakeX
from tests.homes import HomeBuilder

PATIENCE = 20.0  # real seconds


class PracticeDays:
    """A home, a fake x.com, and a manager that lives in them. A visit takes `visit_seconds` from its beginning."""

    def __init__(
        self, root: Path, start: datetime, visit_seconds: float, looks_every: timedelta = timedelta(hours=1)
    ) -> None:
        self.clock = FakeClock(start)
        self.x = FakeWorld(self.clock)
        self.home = HomeBuilder(root)
        self._looks_every = looks_every  # at least; the posts of groups have no moment of their own
        self._visit = timedelta(seconds=visit_seconds)
        self._gate = threading.Condition()
        self._held: dict[str, datetime] = {}  # handle -> until when it stands still
        self._strangers = itertools.count()

    def add(self, account_id: str, handle: str, **changes: Any) -> Path:
        self.x.add_account(handle, session=f"token-{handle}")
        return self.home.add(account_id, handle, **changes)

    def open(self) -> AccountManager:
        self.manager = AccountManager(self.home.root, clock=self.clock, connect=self._connect, random_of=Random)
        self.manager.open()
        return self.manager

    def live(self, time: timedelta) -> None:
        """Let so much time pass."""
        end = self.clock.now() + time
        while self.clock.now() < end:
            moment = min(self._next_moment(), end)
            self.clock.advance((moment - self.clock.now()).total_seconds())
            for handle, until in sorted(self._held.items(), key=lambda each: (each[1], each[0])):
                if until <= self.clock.now():
                    self._let_go(handle)
            self.manager.tick()
            self._settle()

    def _next_moment(self) -> datetime:
        scheduling, now = self.manager._scheduling, self.clock.now()
        waiting, _ = self.manager._queue.copy()
        moments = [
            now + self._looks_every,
            scheduling.next_moment,
            scheduling.posts._agenda.next_moment,
            *self._held.values(),
        ]
        moments += [run.not_before or run.planned_at for run in waiting]
        return min(each for each in moments if each and each > now)

    def _settle(self) -> None:
        """Wait until every run that works stands still, and none is about to begin."""
        with self._gate:
            assert self._poll(self._is_settled), self.manager._queue.copy()

    def _poll(self, is_so: Callable[[], bool]) -> bool:
        for _ in range(int(PATIENCE / 0.002)):
            if is_so():
                return True
            self._gate.wait(0.002)  # most changes are told; that a seat got free is not
        return False

    def _is_settled(self) -> bool:
        waiting, working = self.manager._queue.copy()
        if len(working) != len(self._held):
            return False
        busy = {run.account_id for run in working}
        ready = [run for run in waiting if run.is_due(self.clock.now()) and run.account_id not in busy]
        return not ready or len(working) >= self.manager._queue.seats or self.manager._dispatcher._pause.is_on

    def _let_go(self, handle: str) -> None:
        """One visit ends, and whatever follows from it has come to a stand."""
        with self._gate:
            del self._held[handle]
            self._gate.notify_all()
            _, before = self.manager._queue.copy()
            assert self._poll(lambda: self._has_left(handle, len(before)))
        self._settle()

    def _has_left(self, handle: str, before: int) -> bool:
        _, working = self.manager._queue.copy()
        entry = {run.account_id: self.manager.get_account(run.account_id).handle for run in working}
        return handle not in entry.values() or handle in self._held

    def stand_still(self, handle: str, until: datetime) -> None:
        """Called by a visit: it goes on at `until`."""
        with self._gate:
            self._held[handle] = until
            self._gate.notify_all()
            assert self._gate.wait_for(lambda: handle not in self._held, PATIENCE)

    def add_strangers(self, words: str, number: int) -> None:
        for _ in range(number):
            name = f"Guest{next(self._strangers)}"
            self.x.add_account(name)
            self.x.add_post(name, f"{words} {name}")

    def _connect(self, request: ConnectRequest) -> XClient:
        return _Visit(self, request, self.clock.now() + self._visit)


class _Visit(FakeX):
    """Finds somebody new with each search, and is closed at its time."""

    def __init__(self, days: PracticeDays, request: ConnectRequest, until: datetime) -> None:
        super().__init__(days.x, request.handle, clock=request.clock, stop=request.stop, progress=request.progress)
        self._days, self._until, self._own = days, until, request.handle

    def search_latest(self, query: str, limit: int = 20) -> list[PostSeen]:
        self._days.add_strangers(query, 12)
        return super().search_latest(query, limit)

    def close(self) -> None:
        if self._is_open:
            self._days.stand_still(self._own, self._until)
        super().close()
