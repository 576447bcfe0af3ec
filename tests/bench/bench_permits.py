"""How fast the limiter is, beside the plainest thing that counts the same: a sliding window in memory under a lock.

Run it:  python -m tests.bench.bench_permits
The peer keeps nothing over a restart and knows one process only; what is measured is the price of keeping it.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bot.clock import SystemClock
from bot.errors import LimitReached
from bot.storage.database import Database
from bot.storage.permits import Permits, Window

THREADS, HELD_BEFORE = 16, 20_000
Take = Callable[[str], bool]


class MemoryWindow:
    """The peer: a deque of moments per account and one for all, under one lock."""

    def __init__(self, own: int, fleet: int, seconds: float) -> None:
        self._limits, self._seconds = (own, fleet), seconds
        self._lock = threading.Lock()
        self._own: dict[str, deque[float]] = {}
        self._fleet: deque[float] = deque()

    def take(self, account: str) -> bool:
        now = time.monotonic()
        with self._lock:
            windows = (self._own.setdefault(account, deque()), self._fleet)
            for window, limit in zip(windows, self._limits, strict=True):
                while window and window[0] <= now - self._seconds:
                    window.popleft()
                if len(window) >= limit:
                    return False
            for window in windows:
                window.append(now)
            return True


def of_sqlite(database: Database, own: int, fleet: int) -> Take:
    """The limiter itself, with the windows of a post."""
    permits = Permits(database, SystemClock())
    windows = (Window(3600, own), Window(86_400, own), Window(3600, fleet, fleet=True))

    def take(account: str) -> bool:
        try:
            permits.take(account, "post", windows)
        except LimitReached:
            return False
        return True

    return take


def rate(take: Take, tries: int) -> tuple[float, int]:
    """(tries a second, how many were given) of all threads together."""

    def work(number: int) -> int:
        return sum(take(f"account{(number + each) % 50}") for each in range(tries // THREADS))

    begin = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        given = sum(pool.map(work, range(THREADS)))
    return (tries // THREADS * THREADS) / (time.perf_counter() - begin), given


def fill(database: Database) -> None:
    """Permits of the days before, as a fleet at work has them."""
    now = int(time.time() * 1_000_000)
    rows = [(f"account{number % 50}", "post", now - 86_500_000_000 - number) for number in range(HELD_BEFORE)]
    with database.write() as connection:
        connection.executemany("INSERT INTO permits (account_id, action, at) VALUES (?, ?, ?)", rows)


def main() -> None:
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for name, own, fleet, tries in (("given", 10**6, 10**6, 1600), ("refused", 1, 10, 16_000)):
            database = Database(Path(folder) / f"{name}.db", "fleet")
            fill(database)
            ours, given = rate(of_sqlite(database, own, fleet), tries)
            peer, peers_given = rate(MemoryWindow(own, fleet, 3600).take, tries)
            database.close()
            if given != peers_given:
                sys.exit(f"{name}: the limiter gave {given}, the peer {peers_given}")
            lines.append(
                f"{name}: limiter {ours:,.0f}/s, memory window {peer:,.0f}/s, "
                f"ratio {peer / ours:,.0f}, given by both {given} of {tries}"
            )
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
