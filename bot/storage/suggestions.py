"""What persons decided on suggestions, in fleet.db: those they do not want, and the texts that drafts began from.

Rows belong to an account's folder, as all that is known of an account does (bot/storage/identities.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.storage.database import Database, storable, to_text

TAKEN_FOR = timedelta(days=366)
"""So long a text that a draft began from is kept from being posted by that account: a draft may wait as long."""


@dataclass(frozen=True)
class Dismissal:
    """A suggestion that somebody does not want: the slot, the hour it was to go to, and on how many posts it stood."""

    folder: str
    slot: str
    hour: int
    posts: int
    who: str
    at: datetime


class SuggestionBook:
    """The decisions. Safe for threads; raises StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def dismiss(self, dismissal: Dismissal) -> None:
        """Enter it; one on the same slot and hour takes the place of the former."""
        values = (dismissal.folder, dismissal.slot, dismissal.hour, dismissal.posts, storable(dismissal.who))
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO dismissed_suggestions VALUES (?, ?, ?, ?, ?, ?)",
                (*values, to_text(dismissal.at)),
            )

    def show_again(self, folder: str, slot: str, hour: int) -> bool:
        """Forget a dismissal; whether there was one."""
        with self._database.write() as connection:
            cursor = connection.execute(
                "DELETE FROM dismissed_suggestions WHERE folder = ? AND slot = ? AND hour = ?", (folder, slot, hour)
            )
        return bool(cursor.rowcount)

    def dismissals(self) -> list[Dismissal]:
        """All of them, the newest first."""
        rows = self._database.rows("SELECT * FROM dismissed_suggestions ORDER BY dismissed_at DESC, folder, slot, hour")
        return [
            Dismissal(
                row["folder"],
                row["slot"],
                row["hour"],
                row["posts"],
                row["who"],
                datetime.fromisoformat(row["dismissed_at"]),
            )
            for row in rows
        ]

    def take_text(self, folder: str, text: str, who: str, at: datetime) -> None:
        """A draft of the account in this folder begins from another account's text."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM taken_texts WHERE taken_at < ?", (to_text(at - TAKEN_FOR),))
            connection.execute(
                "INSERT OR REPLACE INTO taken_texts VALUES (?, ?, ?, ?)",
                (folder, storable(text), storable(who), to_text(at)),
            )

    def taken_texts(self, folder: str) -> list[str]:
        """The texts that drafts of this account began from."""
        rows = self._database.rows("SELECT text FROM taken_texts WHERE folder = ? ORDER BY taken_at DESC", (folder,))
        return [row["text"] for row in rows]
