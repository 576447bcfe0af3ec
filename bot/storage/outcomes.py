"""Orders, chats and revenue of one account: what people and programs entered, and sums with what was there before.

`conversions`, which an existing user's own program fills, is read with it and never written. None is not said, never 0.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime

from bot.errors import ChangedMeanwhile, OutcomeUnfit
from bot.storage.database import Database, Row, storable, to_moment, to_text
from bot.storage.post_counts import ENGAGEMENT

EXPORTED = "aviary:"
"""Begins what an exported table calls an outcome that has no id of the shop's own."""
_COLUMNS = (
    "day",
    "at",
    "chats",
    "orders",
    "revenue",
    "code",
    "tweet_id",
    "template",
    "external_id",
    "note",
)


@dataclass(frozen=True)
class Counted:
    """What somebody says of one day or one order."""

    day: date  # in the account's zone
    chats: int | None = None
    orders: int | None = None
    revenue: int | None = None  # in the smallest unit that the shop counts in
    at: datetime | None = None  # UTC; None: only the date is known
    code: str = ""  # of the post's link: bot/wa_links.py
    tweet_id: str = ""  # "" while it is not attributed to a post
    template: str = ""  # as Intent.template
    external_id: str = ""  # as the shop's own system calls it
    note: str = ""


@dataclass(frozen=True)
class Outcome:
    """What was entered, by whom and how: source is hand, csv or api."""

    id: int
    uid: str
    counted: Counted
    source: str
    who: str
    created_at: datetime
    version: int
    is_deleted: bool = False


@dataclass(frozen=True)
class Sums:
    """Of some days together. None: nobody said. `days` of them have something entered."""

    chats: int | None = None
    orders: int | None = None
    revenue: int | None = None
    days: int = 0


@dataclass(frozen=True)
class OutcomeFilter:
    """Which outcomes: from `since` up to and with `until`, with this code; None and "" are any."""

    since: date | None = None
    until: date | None = None
    code: str = ""


class Outcomes:
    """The table outcomes of an account's database. Methods raise StorageError; those with a number KeyError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def together(self) -> AbstractContextManager[None]:
        """What is entered inside the block stands as a whole, or not at all."""
        return self._database.together()

    def add(self, counted: Counted, source: str, who: str, at: datetime) -> tuple[Outcome, bool]:
        """Enter it; returns it, and whether it is new. One with an external id that is there already stays as it is."""
        with self._database.write() as connection:
            known = self._known(counted.external_id)
            if known is not None:
                return known, False
            names = (*_COLUMNS, "uid", "source", "who", "created_at")
            values = (*_values(counted), uuid.uuid4().hex, source, storable(who), to_text(at))
            cursor = connection.execute(
                f"INSERT INTO outcomes ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", values
            )
            return self.get(int(cursor.lastrowid or 0)), True

    def _known(self, external_id: str) -> Outcome | None:
        if not external_id:
            return None
        query = "SELECT * FROM outcomes WHERE deleted_at IS NULL AND (external_id = ? OR uid = ?)"
        uid = external_id.removeprefix(EXPORTED) if external_id.startswith(EXPORTED) else ""
        rows = self._database.rows(query, (external_id, uid))
        return _outcome(rows[0]) if rows else None

    def is_known(self, external_id: str) -> bool:
        """Whether one that is called so is there."""
        return self._known(external_id) is not None

    def get(self, outcome_id: int) -> Outcome:
        """One of them, a deleted one too."""
        rows = self._database.rows("SELECT * FROM outcomes WHERE id = ?", (outcome_id,))
        if not rows:
            raise KeyError(outcome_id)
        return _outcome(rows[0])

    def change(self, outcome_id: int, counted: Counted, version: int) -> Outcome:
        """Put `counted` in its place. Raises ChangedMeanwhile, OutcomeUnfit for an external id that another one has."""
        with self._database.write() as connection:
            self._look_at(outcome_id, version)
            self._refuse_doubled(outcome_id, counted.external_id)
            sets = ", ".join(f"{name} = ?" for name in _COLUMNS)
            connection.execute(
                f"UPDATE outcomes SET {sets}, version = version + 1 WHERE id = ?", (*_values(counted), outcome_id)
            )
            return self.get(outcome_id)

    def delete(self, outcome_id: int, version: int, at: datetime) -> None:
        """Count it no more; `restore` brings it back. Raises ChangedMeanwhile."""
        with self._database.write() as connection:
            self._look_at(outcome_id, version)
            connection.execute(
                "UPDATE outcomes SET deleted_at = ?, version = version + 1 WHERE id = ?", (to_text(at), outcome_id)
            )

    def restore(self, outcome_id: int) -> Outcome:
        """Bring back what was deleted. Raises OutcomeUnfit when it was entered again meanwhile."""
        with self._database.write() as connection:
            found = self.get(outcome_id)
            if found.is_deleted:
                self._refuse_doubled(outcome_id, found.counted.external_id)
                connection.execute(
                    "UPDATE outcomes SET deleted_at = NULL, version = version + 1 WHERE id = ?", (outcome_id,)
                )
            return self.get(outcome_id)

    def _look_at(self, outcome_id: int, version: int) -> None:
        found = self.get(outcome_id)
        if found.is_deleted:
            raise KeyError(outcome_id)
        if found.version != version:
            raise ChangedMeanwhile("somebody else changed this entry meanwhile")

    def _refuse_doubled(self, outcome_id: int, external_id: str) -> None:
        other = self._known(external_id)
        if other is not None and other.id != outcome_id:
            raise OutcomeUnfit({"external_id": f"another entry has the id “{external_id}”"})

    def find(self, wanted: OutcomeFilter, limit: int) -> list[Outcome]:
        """The newest days first, in a day what was entered last."""
        where, values = _where(wanted)
        query = f"SELECT * FROM outcomes WHERE {where} ORDER BY day DESC, id DESC LIMIT ?"
        return [_outcome(row) for row in self._database.rows(query, (*values, limit))]

    def sums(self, first: date, last: date) -> Sums:
        """Of these days, both included, with what the older program counted."""
        return self._sums("all_outcomes WHERE day BETWEEN ? AND ?", (first.isoformat(), last.isoformat()))

    def sums_of_code(self, code: str) -> Sums:
        """Of one post."""
        return self._sums("outcomes WHERE code = ? AND deleted_at IS NULL", (code,))

    def _sums(self, rows: str, values: Sequence[object]) -> Sums:
        query = f"SELECT sum(chats), sum(orders), sum(revenue), count(DISTINCT day) FROM {rows}"
        chats, orders, revenue, days = self._database.rows(query, values)[0]
        return Sums(_whole(chats), _whole(orders), _whole(revenue), days)

    def count_earlier(self, first: date, last: date) -> int:
        """How many rows of these days are the older program's own."""
        query = "SELECT count(*) FROM conversions WHERE date BETWEEN ? AND ?"
        return int(self._database.value(query, (first.isoformat(), last.isoformat())))

    def engagement_rate(self, since: datetime) -> float | None:
        """Of the own posts since then; None when of none both are known, or nobody saw any."""
        query = f"""SELECT sum({ENGAGEMENT}) * 1.0 / nullif(sum(views), 0) FROM own_posts
            WHERE posted_at >= ? AND reply_to = '' AND views IS NOT NULL AND {ENGAGEMENT} IS NOT NULL"""
        found = self._database.value(query, (to_text(since),))
        return None if found is None else float(found)


def _where(wanted: OutcomeFilter) -> tuple[str, Sequence[object]]:
    conditions, values = ["deleted_at IS NULL"], list[object]()
    for condition, value in (
        ("day >= ?", wanted.since and wanted.since.isoformat()),
        ("day <= ?", wanted.until and wanted.until.isoformat()),
        ("code = ?", wanted.code),
    ):
        if value:
            conditions.append(condition)
            values.append(value)
    return " AND ".join(conditions), values


def _values(counted: Counted) -> tuple[object, ...]:
    at = to_text(counted.at) if counted.at else None
    return (
        counted.day.isoformat(),
        at,
        counted.chats,
        counted.orders,
        counted.revenue,
        counted.code,
        counted.tweet_id,
        counted.template,
        storable(counted.external_id),
        storable(counted.note),
    )


def _outcome(row: Row) -> Outcome:
    counted = Counted(
        date.fromisoformat(row["day"]),
        row["chats"],
        row["orders"],
        row["revenue"],
        to_moment(row["at"]),
        row["code"],
        row["tweet_id"],
        row["template"],
        row["external_id"],
        row["note"],
    )
    created = datetime.fromisoformat(row["created_at"])
    deleted = row["deleted_at"] is not None
    return Outcome(row["id"], row["uid"], counted, row["source"], row["who"], created, row["version"], deleted)


def _whole(value: object) -> int | None:
    """The older program keeps revenue with a fraction."""
    return None if value is None else round(float(str(value)))
