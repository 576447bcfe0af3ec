"""What the guards stopped lately, in the table guard_stops; and whose records of before they have taken in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.storage.database import Database, storable, to_text

_KEPT = 500
_ONCE_IN = timedelta(hours=1)
"""The same stop again within this time is not written anew: a search finds the same people each time."""


@dataclass(frozen=True)
class GuardStop:
    """One thing that was stopped; `subject` is what it was about: a person's handle, a text's number."""

    account_id: str
    guard: str  # near_duplicate, hashtag, managed, never, claimed
    subject: str
    why: str
    at: datetime


class GuardStops:
    """Raises StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, stop: GuardStop) -> None:
        """Remember it; the oldest are forgotten."""
        query = "SELECT 1 FROM guard_stops WHERE account_id = ? AND guard = ? AND subject = ? AND at > ?"
        key = (stop.account_id, stop.guard, stop.subject)
        if self._database.value(query, (*key, to_text(stop.at - _ONCE_IN))) is not None:
            return
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO guard_stops (account_id, guard, subject, why, at) VALUES (?, ?, ?, ?, ?)",
                (*key, storable(stop.why), to_text(stop.at)),
            )
            connection.execute(
                "DELETE FROM guard_stops WHERE id <= (SELECT id FROM guard_stops ORDER BY id DESC LIMIT 1 OFFSET ?)",
                (_KEPT,),
            )

    def newest(self, limit: int) -> list[GuardStop]:
        """Newest first."""
        rows = self._database.rows("SELECT * FROM guard_stops ORDER BY at DESC, id DESC LIMIT ?", (limit,))
        return [
            GuardStop(row["account_id"], row["guard"], row["subject"], row["why"], datetime.fromisoformat(row["at"]))
            for row in rows
        ]

    # whose records have been taken in

    def filled(self) -> set[str]:
        """The folders of accounts whose records of before are in the tables of the guards."""
        return {str(row["folder"]) for row in self._database.rows("SELECT folder FROM guard_filled")}

    def mark_filled(self, folder: str) -> None:
        with self._database.write() as connection:
            connection.execute("INSERT OR IGNORE INTO guard_filled VALUES (?)", (folder,))
