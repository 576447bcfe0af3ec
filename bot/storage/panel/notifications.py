"""Where each user wants to be told what: their channels, sealed, what goes to which, and when they want quiet."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.storage.database import storable
from bot.storage.panel.database import PanelDatabase


@dataclass(frozen=True)
class Channel:
    """One way to a user. What it is reached by is not in here: `sealed_address` is asked for it."""

    id: str
    user_id: int
    name: str
    service: str  # Telegram, E-mail, ...
    shown: str  # what may be shown of its address
    made_at: datetime
    wishes: Mapping[str, datetime]  # kind -> since when it is wanted


@dataclass(frozen=True)
class Hours:
    """When a user wants to be told, and of which accounts. Times are "HH:MM" on the clock of `timezone`."""

    timezone: str = "UTC"
    quiet_from: str = ""  # "" for no quiet hours
    quiet_to: str = ""
    trouble_even_then: bool = False
    summary_at: str = "20:00"
    weekly_on: int = 0  # Monday is 0
    groups: tuple[str, ...] = ()  # none: all accounts


class Notifications:
    """Raises StorageError."""

    def __init__(self, database: PanelDatabase) -> None:
        self._database = database

    def channels(self, user_id: int) -> tuple[Channel, ...]:
        """Those of one user, in the order they were made."""
        with self._database.reading() as db:
            query = "SELECT * FROM notification_channel WHERE user_id = ? ORDER BY made_at, id"
            return _channels(db, db.execute(query, (user_id,)).fetchall())

    def active(self) -> tuple[tuple[Channel, Hours], ...]:
        """The channels of all users who may come in, each with its user's hours."""
        with self._database.reading() as db:
            query = (
                "SELECT channel.* FROM notification_channel AS channel JOIN user ON user.id = channel.user_id"
                " WHERE user.active ORDER BY channel.made_at, channel.id"
            )
            channels = _channels(db, db.execute(query).fetchall())
            hours = {row["user_id"]: _hours(row) for row in db.execute("SELECT * FROM notification_hours")}
        return tuple((channel, hours.get(channel.user_id, Hours())) for channel in channels)

    def add(self, user_id: int, name: str, service: str, shown: str, sealed: bytes, now: datetime) -> str:
        """Keep a channel; returns its id, which no other channel ever has."""
        channel_id = secrets.token_hex(8)
        values = (channel_id, user_id, storable(name), service, storable(shown), sealed, now.timestamp())
        with self._database.changing() as db:
            db.execute("INSERT INTO notification_channel VALUES (?, ?, ?, ?, ?, ?, ?)", values)
        return channel_id

    def remove(self, user_id: int, channel_id: str) -> bool:
        """Forget a channel of this user; False when it is none of theirs."""
        query = "DELETE FROM notification_channel WHERE id = ? AND user_id = ?"
        with self._database.changing() as db:
            return db.execute(query, (channel_id, user_id)).rowcount == 1

    def sealed_address(self, channel_id: str) -> bytes | None:
        """What the channel is reached by, as it was sealed; None when it is gone or its user may not come in."""
        query = (
            "SELECT channel.sealed FROM notification_channel AS channel JOIN user ON user.id = channel.user_id"
            " WHERE channel.id = ? AND user.active"
        )
        with self._database.reading() as db:
            row = db.execute(query, (channel_id,)).fetchone()
        return None if row is None else bytes(row[0])

    def hours(self, user_id: int) -> Hours:
        """As the user chose; the defaults before that."""
        with self._database.reading() as db:
            row = db.execute("SELECT * FROM notification_hours WHERE user_id = ?", (user_id,)).fetchone()
        return Hours() if row is None else _hours(row)

    def choose(self, user_id: int, wishes: Mapping[str, Iterable[str]], hours: Hours, now: datetime) -> None:
        """Keep what goes to which of the user's channels (id -> kinds), and the hours.

        A kind that was wanted before keeps its beginning. Channels of others are left alone.
        """
        with self._database.changing() as db:
            for row in db.execute("SELECT id FROM notification_channel WHERE user_id = ?", (user_id,)).fetchall():
                _choose_kinds(db, row["id"], set(wishes.get(row["id"], ())), now)
            db.execute(
                "INSERT OR REPLACE INTO notification_hours VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    user_id,
                    hours.timezone,
                    hours.quiet_from,
                    hours.quiet_to,
                    int(hours.trouble_even_then),
                    hours.summary_at,
                    hours.weekly_on,
                    storable(json.dumps(hours.groups)),
                ),
            )


def _choose_kinds(db: sqlite3.Connection, channel_id: str, kinds: set[str], now: datetime) -> None:
    known = {row[0] for row in db.execute("SELECT kind FROM notification_wish WHERE channel_id = ?", (channel_id,))}
    gone = [(channel_id, kind) for kind in known - kinds]
    db.executemany("DELETE FROM notification_wish WHERE channel_id = ? AND kind = ?", gone)
    fresh = [(channel_id, kind, now.timestamp()) for kind in kinds - known]
    db.executemany("INSERT INTO notification_wish VALUES (?, ?, ?)", fresh)


def _channels(db: sqlite3.Connection, rows: Iterable[sqlite3.Row]) -> tuple[Channel, ...]:
    wishes: dict[str, dict[str, datetime]] = {}
    for row in db.execute("SELECT * FROM notification_wish"):
        wishes.setdefault(row["channel_id"], {})[row["kind"]] = datetime.fromtimestamp(row["since"], UTC)
    return tuple(_channel(row, wishes.get(row["id"], {})) for row in rows)


def _channel(row: sqlite3.Row, wishes: Mapping[str, datetime]) -> Channel:
    made_at = datetime.fromtimestamp(row["made_at"], UTC)
    return Channel(row["id"], row["user_id"], row["name"], row["service"], row["shown"], made_at, wishes)


def _hours(row: sqlite3.Row) -> Hours:
    return Hours(
        timezone=row["timezone"],
        quiet_from=row["quiet_from"],
        quiet_to=row["quiet_to"],
        trouble_even_then=bool(row["trouble_even_then"]),
        summary_at=row["summary_at"],
        weekly_on=row["weekly_on"],
        groups=tuple(json.loads(row["groups"])),
    )
