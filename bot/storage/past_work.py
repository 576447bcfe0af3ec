"""What an account did before the guards were there, read from its metrics.db, which stays as it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bot.errors import StorageError
from bot.storage.database import to_text


@dataclass
class PastWork:
    """Texts with the time they were posted, and whom and what it engaged."""

    texts: dict[str, datetime] = field(default_factory=dict)
    people: set[str] = field(default_factory=set)
    posts: set[str] = field(default_factory=set)


def read_past_work(metrics_db: Path, since: datetime) -> PastWork:
    """What was posted since then, and all that was ever engaged. Raises StorageError.

    A file of an existing user may lack the newer tables, and columns of the old ones. Posts whose answer was lost
    count as posted.
    """
    past = PastWork()
    try:
        with closing(sqlite3.connect(f"{metrics_db.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            for table in sorted(_READ.keys() & tables):
                read, needed = _READ[table]
                if needed <= _columns(connection, table):
                    read(connection, past, since)
    except sqlite3.Error as error:
        raise StorageError(f"{metrics_db.parent.name}/{metrics_db.name}: {error}") from error
    return past


def _read_intents(connection: sqlite3.Connection, past: PastWork, since: datetime) -> None:
    query = """SELECT text, coalesce(sending_at, created_at) FROM intents
        WHERE state IN ('sending', 'sent', 'needs_review') AND created_at >= ?"""
    past.texts.update(_dated(connection.execute(query, (to_text(since),)), since))


def _read_posts(connection: sqlite3.Connection, past: PastWork, since: datetime) -> None:
    """Also those that an existing user's program posted. Their times are written in several ways."""
    found = _dated(connection.execute("SELECT tweet_text, posted_at FROM tweet_performance"), since)
    past.texts.update((text, at) for text, at in found if text not in past.texts)


def _read_engagements(connection: sqlite3.Connection, past: PastWork, _since: datetime) -> None:
    for action, target in connection.execute("SELECT action, target FROM engagements WHERE state <> 'failed'"):
        (past.people if action == "follow" else past.posts).add(str(target))


def _read_comments(connection: sqlite3.Connection, past: PastWork, _since: datetime) -> None:
    for post_id, author in connection.execute("SELECT tweet_id, tweet_author FROM commented_tweets"):
        past.posts.add(str(post_id))
        past.people.add(str(author).removeprefix("@"))


_READ = {
    "intents": (_read_intents, {"text", "sending_at", "created_at", "state"}),
    "tweet_performance": (_read_posts, {"tweet_text", "posted_at"}),
    "engagements": (_read_engagements, {"action", "target", "state"}),
    "commented_tweets": (_read_comments, {"tweet_id", "tweet_author"}),
}
"""Table -> how it is read, and the columns without which it tells nothing."""


def _columns(connection: sqlite3.Connection, table: str) -> set[str]:
    return {row[0] for row in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))}


def _dated(rows: sqlite3.Cursor, since: datetime) -> Iterator[tuple[str, datetime]]:
    for text, moment in rows:
        try:
            at = datetime.fromisoformat(str(moment))
        except ValueError:
            continue  # no time that can be read: then it is not known to be of these days
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        if text and at >= since:
            yield str(text), at
