"""Who took on what X's rules mean for this home, and when. One consent for each version of the notice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.storage.database import storable
from bot.storage.panel.database import PanelDatabase


@dataclass(frozen=True)
class Consent:
    """A person's name and the moment."""

    who: str
    at: datetime


class Consents:
    """Raises StorageError."""

    def __init__(self, database: PanelDatabase) -> None:
        self._database = database

    def find(self, version: int) -> Consent | None:
        """The consent to that version of the notice."""
        with self._database.reading() as db:
            row = db.execute("SELECT who, at FROM consent WHERE version = ?", (version,)).fetchone()
        return Consent(row["who"], datetime.fromtimestamp(row["at"], UTC)) if row else None

    def give(self, version: int, who: str, at: datetime) -> None:
        """The first one stays."""
        with self._database.changing() as db:
            db.execute("INSERT OR IGNORE INTO consent VALUES (?, ?, ?)", (version, storable(who), at.timestamp()))
