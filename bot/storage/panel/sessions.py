"""Open logins, ended on the server."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.storage.database import storable
from bot.storage.panel.database import PanelDatabase, digest, moment
from bot.storage.panel.users import Role

LONGEST_AGENT = 200
_SEEN_EVERY = timedelta(minutes=5)
"""How exactly is kept when a session was last used: a page polls every few seconds."""


@dataclass(frozen=True)
class Session:
    """One open login and whose it is. Times are UTC."""

    id: int
    user_id: int
    user_name: str
    role: Role
    opened_at: datetime | None
    seen_at: datetime | None
    client: str  # the address it was opened from; "" for one of before there were users
    agent: str  # what the browser says it is


_SELECT = """
    SELECT session.*, user.name, user.role FROM session JOIN user ON user.id = session.user_id
    WHERE user.active AND session.expires_at > ?
"""


class Sessions:
    """The open sessions of one panel. Ids are secrets: only their digests are kept."""

    def __init__(self, database: PanelDatabase) -> None:
        self._database = database

    def open(self, session_id: str, user_id: int, now: datetime, lifetime: timedelta, **visitor: str) -> None:
        """Remember a login; expired ones are cleared on the way. `visitor`: client and agent."""
        agent = storable(visitor.get("agent", ""))[:LONGEST_AGENT]
        times = (now.timestamp(), now.timestamp(), (now + lifetime).timestamp())
        query = "INSERT INTO session (hash, user_id, opened_at, seen_at, expires_at, client, agent)"
        with self._database.changing() as db:
            db.execute("DELETE FROM session WHERE expires_at <= ?", (now.timestamp(),))
            values = (digest(session_id), user_id, *times, visitor.get("client", ""), agent)
            db.execute(f"{query} VALUES (?, ?, ?, ?, ?, ?, ?)", values)

    def find(self, session_id: str, now: datetime) -> Session | None:
        """The open session of an active user, None when it is ended, expired or unknown."""
        with self._database.reading() as db:
            row = db.execute(f"{_SELECT} AND session.hash = ?", (now.timestamp(), digest(session_id))).fetchone()
        if row is None:
            return None
        if now.timestamp() - row["seen_at"] >= _SEEN_EVERY.total_seconds():
            with self._database.changing() as db:
                db.execute("UPDATE session SET seen_at = ? WHERE id = ?", (now.timestamp(), row["id"]))
        return _session(row)

    def of_user(self, user_id: int, now: datetime) -> tuple[Session, ...]:
        """The user's open sessions, the last used first."""
        query = f"{_SELECT} AND session.user_id = ? ORDER BY session.seen_at DESC, session.id DESC"
        with self._database.reading() as db:
            return tuple(_session(row) for row in db.execute(query, (now.timestamp(), user_id)))

    def end(self, session_id: str) -> None:
        with self._database.changing() as db:
            db.execute("DELETE FROM session WHERE hash = ?", (digest(session_id),))

    def end_one(self, user_id: int, number: int) -> bool:
        """End the session with this `Session.id` if it is the user's; False when there is none."""
        with self._database.changing() as db:
            query = "DELETE FROM session WHERE id = ? AND user_id = ?"
            return db.execute(query, (number, user_id)).rowcount == 1

    def end_all(self, user_id: int, but: int = 0) -> int:
        """End all of the user's sessions `but` one (its `Session.id`); returns how many."""
        with self._database.changing() as db:
            return db.execute("DELETE FROM session WHERE user_id = ? AND id != ?", (user_id, but)).rowcount


def _session(row: sqlite3.Row) -> Session:
    return Session(
        id=row["id"],
        user_id=row["user_id"],
        user_name=row["name"],
        role=Role(row["role"]),
        opened_at=moment(row["opened_at"]),
        seen_at=moment(row["seen_at"]),
        client=row["client"],
        agent=row["agent"],
    )
