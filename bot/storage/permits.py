"""The limiter: no action without a permit, counted for the account and the fleet in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from sqlite3 import Connection

from bot.clock import Clock
from bot.errors import LimitReached
from bot.storage.database import Database

_KEPT = timedelta(days=2)


@dataclass(frozen=True)
class Window:
    """At most `limit` permits of one action in any `seconds`. `fleet` counts all accounts together."""

    seconds: int
    limit: int
    fleet: bool = False

    def __str__(self) -> str:
        span = {3600: "hour", 86400: "day"}.get(self.seconds, f"{self.seconds} s")
        return f"{'all accounts' if self.fleet else 'this account'}: {self.limit} per {span}"


class Permits:
    """Sliding windows over the permits table of fleet.db. Safe for any number of threads and processes."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def take(self, account_id: str, action: str, windows: Sequence[Window]) -> int:
        """Take one permit and return its number, durable on return.

        Raises LimitReached, with the moment the next one frees, when any window is full.
        """
        now = self._clock.now().timestamp()
        with self._database.write() as connection:
            for window in windows:
                _refuse_when_full(connection, account_id, action, window, now)
            connection.execute("DELETE FROM permits WHERE at < ?", (now - _KEPT.total_seconds(),))
            cursor = connection.execute(
                "INSERT INTO permits (account_id, action, at) VALUES (?, ?, ?)", (account_id, action, now)
            )
            return int(cursor.lastrowid or 0)

    def give_back(self, permit: int) -> None:
        """Return a permit that was surely not used. In doubt it is kept: it counts."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM permits WHERE id = ?", (permit,))

    def used(self, account_id: str, action: str, seconds: int) -> int:
        """How many permits of the last `seconds` the account holds."""
        since = self._clock.now().timestamp() - seconds
        query = "SELECT count(*) FROM permits WHERE account_id = ? AND action = ? AND at > ?"
        return int(self._database.value(query, (account_id, action, since)))


def _refuse_when_full(connection: Connection, account_id: str, action: str, window: Window, now: float) -> None:
    """Raise LimitReached when `window` has no room. A permit leaves the window when it is `seconds` old."""
    free_at = _frees_at(connection, account_id, action, window, now)
    if free_at is not None:
        raise LimitReached(f"limit reached ({window})", free_at=datetime.fromtimestamp(free_at, UTC))


def _frees_at(connection: Connection, account_id: str, action: str, window: Window, now: float) -> float | None:
    """When the window has room again (Unix seconds), None when it has room now."""
    if window.limit <= 0:
        return now + window.seconds
    whose, values = ("", ()) if window.fleet else ("AND account_id = ?", (account_id,))
    # The limit-th newest permit is the one that must have left before another fits. Permits dated after now
    # (the wall clock was set back) stay counted: too few actions are better than too many.
    query = f"SELECT at FROM permits WHERE action = ? AND at > ? {whose} ORDER BY at DESC LIMIT 1 OFFSET ?"
    row = connection.execute(query, (action, now - window.seconds, *values, window.limit - 1)).fetchone()
    return None if row is None else float(row["at"]) + window.seconds
