"""How many wrong passwords and codes are borne; counted in the file, so that a restart forgives nothing."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.storage.panel.database import PanelDatabase


@dataclass(frozen=True)
class AttemptLimits:
    """How many failed logins are borne inside one sliding `window`, per client and over all clients."""

    per_client: int = 5
    overall: int = 50
    window: timedelta = timedelta(minutes=15)


class Throttle:
    """Counts attempts of a *client*: an address, or a user whose code or password is asked for again."""

    def __init__(self, database: PanelDatabase) -> None:
        self._database = database

    def reserve(self, client: str, now: datetime, limits: AttemptLimits) -> datetime | None:
        """Count one attempt of `client` before its password is looked at.

        Returns None when it may go on, else when the next one may (UTC). Counting first keeps
        parallel guesses inside the limit too. A refused attempt is not counted.
        """
        since = (now - limits.window).timestamp()
        with self._database.changing() as db:
            db.execute("DELETE FROM login_failure WHERE at <= ?", (since,))
            blocking = _blocking_time(db, client, limits)
            if blocking is not None:
                return datetime.fromtimestamp(blocking, UTC) + limits.window
            db.execute("INSERT INTO login_failure VALUES (?, ?)", (client, now.timestamp()))
        return None

    def forget(self, *clients: str) -> None:
        """They have shown what is right."""
        with self._database.changing() as db:
            db.executemany("DELETE FROM login_failure WHERE client = ?", [(client,) for client in clients])


def _blocking_time(db: sqlite3.Connection, client: str, limits: AttemptLimits) -> float | None:
    """When the failure was whose ageing frees the next attempt; None when one is free now."""
    mine = "SELECT at FROM login_failure WHERE client = ? ORDER BY at DESC LIMIT 1 OFFSET ?"
    everyone = "SELECT at FROM login_failure ORDER BY at DESC LIMIT 1 OFFSET ?"
    rows = (
        db.execute(mine, (client, limits.per_client - 1)).fetchone(),
        db.execute(everyone, (limits.overall - 1,)).fetchone(),
    )
    return max((float(row[0]) for row in rows if row), default=None)
