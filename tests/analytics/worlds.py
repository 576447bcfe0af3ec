"""Small worlds of made-up accounts, the analytics over them, and the same figures by plain SQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bot.analytics.periods import Span
from bot.analytics.room import Analytics, Place
from bot.clock import FakeClock
from tests.analytics_world import Shape, write_account

NOW = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 27)
JAKARTA = "Asia/Jakarta"  # always seven hours ahead of UTC: SQLite can do that, too
ENGAGEMENT = "likes + reposts + replies"  # NULL where one of them is


@dataclass
class SmallWorld:
    """Some accounts, named a0, a1, ..."""

    root: Path
    zone: str = JAKARTA

    def __post_init__(self) -> None:
        self.places: dict[str, Place] = {}
        self.clock = FakeClock(NOW)
        self.analytics = Analytics(lambda: self.places, self.clock)

    def add(self, shape: Shape | None = None, seed: int = 0) -> str:
        """Another account; without a shape, one that has no database yet."""
        account_id = f"a{len(self.places)}"
        file = self.root / account_id / "metrics.db"
        if shape:
            write_account(file, NOW, shape, seed + len(self.places))
        self.places[account_id] = Place(f"Shop {account_id}", file, self.zone)
        return account_id

    def sql(self, account_id: str, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.places[account_id].file)) as connection:
            return connection.execute(query, values).fetchall()

    def change(self, account_id: str, statement: str, values: Sequence[Any] = ()) -> None:
        with closing(sqlite3.connect(self.places[account_id].file)) as connection, connection:
            connection.execute(statement, values)

    def each(self, query: str, span: Span) -> list[tuple[Any, ...]]:
        """The rows of all accounts, one after the other; `query` takes the first and the last date."""
        dates = (span.first.isoformat(), span.last.isoformat())
        return [row for account_id in self.places for row in self.sql(account_id, query, dates)]


POSTS = f"""(SELECT *, date(posted_at, '+7 hours') AS day,
  CAST(strftime('%H', posted_at, '+7 hours') AS INTEGER) AS hour,
  (CAST(strftime('%w', posted_at, '+7 hours') AS INTEGER) + 6) % 7 AS weekday, {ENGAGEMENT} AS engagement
  FROM own_posts WHERE reply_to = '')"""
"""The posts of one account, with what SQLite makes of their times."""
