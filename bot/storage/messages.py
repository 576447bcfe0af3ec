"""What is worth telling (causes), what each channel was told of, and the messages on their way; in fleet.db."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from sqlite3 import Row

from bot.storage.database import Database, storable, to_moment, to_text

_KEPT = timedelta(days=90)
"""So long are ended causes and messages kept."""
_ENDED_MEANWHILE = "Aviary ended while this was being sent: it may have arrived or not, and is not sent again"


@dataclass(frozen=True)
class KeptCause:
    """Something that a person should know of, from its beginning to its end."""

    key: str
    kind: str
    folder: str  # of the account; "" for the fleet
    account_id: str
    name: str
    what: str
    remedy: str
    page: str
    path: str
    began_at: datetime
    ended_at: datetime | None = None


class MessageState(StrEnum):
    """How far a message is. `unknown`: nobody knows whether it arrived; it is not sent again."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Message:
    """One message to one channel."""

    id: int
    channel_id: str
    kind: str
    subject: str
    body: str
    state: MessageState
    tries: int
    queued_at: datetime
    not_before: datetime
    ended_at: datetime | None
    problem: str


class Messages:
    """Safe for threads. Raises StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # causes

    def lasting(self) -> dict[str, KeptCause]:
        """Those that have not ended, by key, oldest first."""
        rows = self._database.rows("SELECT * FROM causes WHERE ended_at IS NULL ORDER BY began_at, key")
        return {row["key"]: _cause(row) for row in rows}

    def keep_causes(self, changed: Iterable[KeptCause], ended: Iterable[str], now: datetime) -> None:
        """Enter causes that began or read otherwise now, and the keys of those that are over."""
        with self._database.write() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO causes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
                [
                    (
                        each.key,
                        each.kind,
                        each.folder,
                        each.account_id,
                        *(storable(text) for text in (each.name, each.what, each.remedy, each.page, each.path)),
                        to_text(each.began_at),
                    )
                    for each in changed
                ],
            )
            ends = [(to_text(now), key) for key in ended]
            connection.executemany("UPDATE causes SET ended_at = ? WHERE key = ?", ends)

    def causes_between(self, start: datetime, end: datetime) -> list[KeptCause]:
        """Those that lasted at some moment of the span, as far as they are kept: the last time of each."""
        rows = self._database.rows(
            "SELECT * FROM causes WHERE began_at < ? AND (ended_at IS NULL OR ended_at >= ?) ORDER BY began_at, key",
            (to_text(end), to_text(start)),
        )
        return [_cause(row) for row in rows]

    # what was told

    def told(self, channel_id: str) -> dict[str, datetime]:
        """Key -> when this channel was told of it last."""
        rows = self._database.rows("SELECT cause, at FROM told WHERE channel_id = ?", (channel_id,))
        return {row["cause"]: datetime.fromisoformat(row["at"]) for row in rows}

    def queue(self, channel_id: str, kind: str, keys: Iterable[str], subject: str, body: str, now: datetime) -> int:
        """Enter a message and, in the same transaction, that the channel is told of these keys; returns its number."""
        at = to_text(now)
        with self._database.write() as connection:
            told = [(channel_id, key, at) for key in keys]
            connection.executemany("INSERT OR REPLACE INTO told VALUES (?, ?, ?)", told)
            cursor = connection.execute(
                "INSERT INTO messages (channel_id, kind, subject, body, state, queued_at, not_before)"
                " VALUES (?, ?, ?, ?, 'waiting', ?, ?)",
                (channel_id, kind, storable(subject), storable(body), at, at),
            )
            return int(cursor.lastrowid or 0)

    # messages on their way

    def due(self, now: datetime, limit: int) -> list[Message]:
        """Those that may be sent, oldest first."""
        query = "SELECT * FROM messages WHERE state = 'waiting' AND not_before <= ? ORDER BY id LIMIT ?"
        return [_message(row) for row in self._database.rows(query, (to_text(now), limit))]

    def begin(self, message_id: int) -> bool:
        """Say that it is being sent; False when it does not wait any more."""
        query = "UPDATE messages SET state = 'sending', tries = tries + 1 WHERE id = ? AND state = 'waiting'"
        with self._database.write() as connection:
            return connection.execute(query, (message_id,)).rowcount == 1

    def end(self, message_id: int, state: MessageState, problem: str, now: datetime) -> None:
        """Say how the sending ended; one that was given up meanwhile stays so."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE messages SET state = ?, problem = ?, ended_at = ? WHERE id = ? AND state = 'sending'",
                (state, storable(problem), to_text(now), message_id),
            )

    def postpone(self, message_id: int, problem: str, until: datetime) -> None:
        """It failed and is tried again."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE messages SET state = 'waiting', problem = ?, not_before = ? WHERE id = ? AND state = 'sending'",
                (storable(problem), to_text(until), message_id),
            )

    def give_up_interrupted(self, now: datetime) -> None:
        """What a crash left in the middle of its sending: nobody knows whether it arrived."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE messages SET state = 'unknown', problem = ?, ended_at = ? WHERE state = 'sending'",
                (_ENDED_MEANWHILE, to_text(now)),
            )

    def message(self, message_id: int) -> Message:
        """Raises KeyError for an unknown one."""
        rows = self._database.rows("SELECT * FROM messages WHERE id = ?", (message_id,))
        if not rows:
            raise KeyError(message_id)
        return _message(rows[0])

    def last_of(self, channel_id: str, limit: int = 1) -> list[Message]:
        """The newest to this channel, newest first."""
        query = "SELECT * FROM messages WHERE channel_id = ? ORDER BY id DESC LIMIT ?"
        return [_message(row) for row in self._database.rows(query, (channel_id, limit))]

    def last_sent(self, channel_id: str) -> datetime | None:
        """When a message to it was taken last."""
        query = "SELECT max(ended_at) FROM messages WHERE channel_id = ? AND state = 'sent'"
        return to_moment(self._database.value(query, (channel_id,)))

    def last_queued(self, channel_id: str, kind: str) -> datetime | None:
        """When the last message of this kind was made for it."""
        query = "SELECT max(queued_at) FROM messages WHERE channel_id = ? AND kind = ?"
        return to_moment(self._database.value(query, (channel_id, kind)))

    def forget_channel(self, channel_id: str) -> None:
        """The channel is gone, with all that was on its way to it."""
        with self._database.write() as connection:
            for table in ("told", "messages"):
                connection.execute(f"DELETE FROM {table} WHERE channel_id = ?", (channel_id,))

    def forget_old(self, now: datetime) -> None:
        """Let go of what ended long ago."""
        before = to_text(now - _KEPT)
        with self._database.write() as connection:
            connection.execute("DELETE FROM causes WHERE ended_at < ?", (before,))
            connection.execute("DELETE FROM messages WHERE ended_at < ?", (before,))
            connection.execute(
                "DELETE FROM told WHERE at < ? AND cause NOT IN (SELECT key FROM causes WHERE ended_at IS NULL)",
                (before,),
            )


def _cause(row: Row) -> KeptCause:
    return KeptCause(
        key=row["key"],
        kind=row["kind"],
        folder=row["folder"],
        account_id=row["account_id"],
        name=row["name"],
        what=row["what"],
        remedy=row["remedy"],
        page=row["page"],
        path=row["path"],
        began_at=datetime.fromisoformat(row["began_at"]),
        ended_at=to_moment(row["ended_at"]),
    )


def _message(row: Row) -> Message:
    return Message(
        id=row["id"],
        channel_id=row["channel_id"],
        kind=row["kind"],
        subject=row["subject"],
        body=row["body"],
        state=MessageState(row["state"]),
        tries=row["tries"],
        queued_at=datetime.fromisoformat(row["queued_at"]),
        not_before=datetime.fromisoformat(row["not_before"]),
        ended_at=to_moment(row["ended_at"]),
        problem=row["problem"],
    )
