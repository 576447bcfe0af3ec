"""The limiter: no action without a permit, counted for the account and the fleet in one transaction."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from sqlite3 import Connection
from typing import Protocol

from bot.clock import Clock
from bot.errors import LimitReached
from bot.storage.database import Database
from bot.storage.renaming import rename_accounts

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 1_000_000  # moments are whole microseconds, so that the edge of a window is exact
_KEPT = 8 * 86400 * _SECOND
"""Much longer than any window: a wall clock that ran ahead by some days and was set back loses no permit."""
_LATELY = 86400 * _SECOND
_LONGEST_WINDOW = 86400 * _SECOND
_FAR_AHEAD = 2**62
Share = tuple[int, int]
"""Permits of all actions in the last 24 hours, and when the newest of them was taken (Unix microseconds)."""


@dataclass(frozen=True)
class Window:
    """At most `limit` permits of one action in any `seconds`. `fleet` counts all accounts together."""

    seconds: float
    limit: int
    fleet: bool = False
    is_gap: bool = False  # it keeps two of all accounts apart; a `gap` makes one

    @classmethod
    def gap(cls, seconds: float) -> Window:
        """At least `seconds` between two permits of all accounts."""
        return cls(seconds, 1, fleet=True, is_gap=True)

    def __str__(self) -> str:
        if self.is_gap:
            return f"all accounts: {self.seconds:g} s from one to the next"
        span = {3600.0: "hour", 86400.0: "day"}.get(self.seconds, f"{self.seconds:g} s")
        return f"{'all accounts' if self.fleet else 'this account'}: {self.limit} per {span}"


class _Lately:
    """The permits of each account in the last 24 hours, in memory: shares are compared often. Safe for threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._times: dict[str, dict[int, int]] = {}  # account -> permit -> when, the newest last

    def read(self, since: int) -> None:
        """Begin anew with what is in the table."""
        query = "SELECT id, account_id, at FROM permits WHERE at > ? ORDER BY at"
        with self._lock:  # what is taken meanwhile is entered after that
            self._times = {}
            for row in self._database.rows(query, (since,)):
                self._times.setdefault(str(row["account_id"]), {})[int(row["id"])] = int(row["at"])

    def enter(self, account_id: str, permit: int, at: int) -> None:
        """The permit was taken or dated anew."""
        with self._lock:
            times = self._times.setdefault(account_id, {})
            times.pop(permit, None)
            times[permit] = at

    def drop(self, account_id: str, permit: int) -> None:
        with self._lock:
            self._times.get(account_id, {}).pop(permit, None)

    def share(self, account_id: str, since: int) -> Share:
        with self._lock:
            times = self._times.get(account_id)
            while times and next(iter(times.values())) <= since:
                del times[next(iter(times))]
            return (len(times), next(reversed(times.values()))) if times else (0, 0)


class Permits:
    """Sliding windows over the permits table of fleet.db. Safe for any number of threads and processes."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lately = _Lately(database)
        self.forget_shares()

    def forget_shares(self) -> None:
        """Work out anew what each account got lately."""
        self._lately.read(self._a_day_ago())

    def share(self, account_id: str) -> Share:
        """What the account got lately; the smaller it is, the sooner it shall get more."""
        return self._lately.share(account_id, self._a_day_ago())

    def _a_day_ago(self) -> int:
        return microseconds(self._clock.now()) - _LATELY

    def take(self, account_id: str, action: str, windows: Sequence[Window]) -> int:
        """Take one permit and return its number, durable on return.

        Raises LimitReached when any window is full, with the moment from which all of them have room again.
        """
        with self._database.write() as connection:
            # The time is read inside the transaction: what waited for its turn must not be dated before it.
            now = microseconds(self._clock.now())
            refuse_when_full(_Table(connection), account_id, action, windows, now)
            connection.execute("DELETE FROM permits WHERE at < ?", (now - _KEPT,))
            cursor = connection.execute(
                "INSERT INTO permits (account_id, action, at) VALUES (?, ?, ?)", (account_id, action, now)
            )
            permit = int(cursor.lastrowid or 0)
        self._lately.enter(account_id, permit, now)
        return permit

    def renew(self, permit: int, account_id: str, action: str, windows: Sequence[Window]) -> None:
        """Date a permit anew: what it was taken for happens only now. Durable on return.

        Raises LimitReached when a window has no room at this moment; the permit then stays as it was.
        """
        with self._database.write() as connection:
            now = microseconds(self._clock.now())
            connection.execute("DELETE FROM permits WHERE id = ?", (permit,))
            refuse_when_full(_Table(connection), account_id, action, windows, now)
            connection.execute(
                "INSERT INTO permits (id, account_id, action, at) VALUES (?, ?, ?, ?)",
                (permit, account_id, action, now),
            )
        self._lately.enter(account_id, permit, now)

    def frees_at(self, account_id: str, action: str, windows: Sequence[Window]) -> datetime | None:
        """When the next permit frees; None when one is free now. Takes none."""
        try:
            with self._database.write() as connection:
                refuse_when_full(_Table(connection), account_id, action, windows, microseconds(self._clock.now()))
        except LimitReached as limit:
            return limit.free_at
        return None

    def give_back(self, permit: int) -> None:
        """Return a permit that was surely not used. In doubt it is kept: it counts."""
        with self._database.write() as connection:
            owner = connection.execute("SELECT account_id FROM permits WHERE id = ?", (permit,)).fetchone()
            connection.execute("DELETE FROM permits WHERE id = ?", (permit,))
        if owner is not None:
            self._lately.drop(str(owner["account_id"]), permit)

    def rename(self, accounts: Mapping[str, str]) -> None:
        """What was taken for an account counts for its new id (old -> new)."""
        with self._database.write() as connection:
            rename_accounts(connection, "permits", accounts)

    def recent(self) -> list[tuple[str, str, int]]:
        """(account, action, Unix microseconds) of all that any window may still count, the oldest first."""
        since = microseconds(self._clock.now()) - _LONGEST_WINDOW
        rows = self._database.rows("SELECT account_id, action, at FROM permits WHERE at > ? ORDER BY at", (since,))
        return [(str(row["account_id"]), str(row["action"]), int(row["at"])) for row in rows]

    def used(self, account_id: str, action: str, seconds: int) -> int:
        """How many permits of the last `seconds` the account holds."""
        since = microseconds(self._clock.now()) - seconds * _SECOND
        query = "SELECT count(*) FROM permits WHERE account_id = ? AND action = ? AND at > ?"
        return int(self._database.value(query, (account_id, action, since)))


class Taken(Protocol):
    """The permits that were taken: a table, or what a simulation keeps in memory."""

    def nth_newest(self, action: str, account_id: str | None, after: int, latest: int, nth: int) -> int | None:
        """When the `nth` newest was taken of those with after < at <= latest; None with fewer. None is all accounts."""


@dataclass(frozen=True)
class _Table:
    """The permits table, inside of a transaction."""

    connection: Connection

    def nth_newest(self, action: str, account_id: str | None, after: int, latest: int, nth: int) -> int | None:
        whose, values = ("", ()) if account_id is None else ("AND account_id = ?", (account_id,))
        query = (
            f"SELECT at FROM permits WHERE action = ? AND at > ? AND at <= ? {whose} ORDER BY at DESC LIMIT 1 OFFSET ?"
        )
        row = self.connection.execute(query, (action, after, latest, *values, nth - 1)).fetchone()
        return None if row is None else int(row["at"])


def refuse_when_full(taken: Taken, account_id: str, action: str, windows: Sequence[Window], now: int) -> None:
    """Raise LimitReached when a window has no room at `now` (Unix microseconds), naming the one full for longest."""
    found = [(_frees_at(taken, account_id, action, window, now), window) for window in windows]
    full = [(free_at, window) for free_at, window in found if free_at is not None]
    if full:
        free_at, window = max(full, key=lambda pair: pair[0])
        raise LimitReached(f"limit reached ({window})", free_at=moment_of(free_at), is_gap=window.is_gap)


def _frees_at(taken: Taken, account_id: str, action: str, window: Window, now: int) -> int | None:
    """When the window has room again (Unix microseconds), None when it has room now.

    A permit leaves the window when it is `seconds` old. A limit of 0 never has room; it may be raised by then.
    """
    span = round(window.seconds * _SECOND)
    if window.limit <= 0:
        return now + span
    # The limit-th newest permit is the one that must have left before another fits. Permits dated after now
    # (the wall clock was set back) stay counted: too few actions are better than too many. Only a gap forgets those
    # that lie further ahead than it is long: it would silence all accounts for as long as the clock went back.
    latest = now + span if window.is_gap else _FAR_AHEAD
    at = taken.nth_newest(action, None if window.fleet else account_id, now - span, latest, window.limit)
    return None if at is None else at + span


def microseconds(moment: datetime) -> int:
    """Whole Unix microseconds: a float of seconds would be off by a rounding."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def moment_of(at: int) -> datetime:
    """The moment of so many Unix microseconds."""
    return _EPOCH + timedelta(microseconds=at)
