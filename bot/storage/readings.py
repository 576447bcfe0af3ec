"""What was read of an account's own profile and posts: the last of it, and the series. None is unknown, never 0."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.storage.database import Database, storable, to_moment, to_text

_MEDIA = """CASE WHEN i.media = '[]' THEN 'none'
    WHEN i.media LIKE '%.mp4"%' OR i.media LIKE '%.mov"%' THEN 'video' ELSE 'picture' END"""
_COUNTS = ("views", "likes", "reposts", "replies", "bookmarks")


@dataclass(frozen=True)
class SentPost:
    """A post of the account's own, with what is known of how it came about; "" is unknown."""

    tweet_id: str
    posted_at: datetime
    text: str
    kind: str = ""
    template: str = ""  # as Intent.template
    slot: str = ""
    media: str = ""  # none, picture, video
    reply_to: str = ""  # id of the post it answers


@dataclass(frozen=True)
class PostReading:
    """The counts that the page showed of one own post; None is unknown."""

    tweet_id: str
    views: int | None = None
    likes: int | None = None
    reposts: int | None = None
    replies: int | None = None
    bookmarks: int | None = None


@dataclass(frozen=True)
class ProfileReading:
    """The counts that the own profile showed; None is unknown."""

    followers: int | None = None
    following: int | None = None
    posts: int | None = None


class Readings:
    """The own posts and the readings of one account."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_post(self, post: SentPost) -> None:
        """Enter an own post; one that is known already keeps what is known of it.

        How it came about can be told now, or be looked up in the journal by `attribute`.
        """
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO own_posts (tweet_id, posted_at, text, kind, template, slot, media, reply_to)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    post.tweet_id,
                    to_text(post.posted_at),
                    storable(post.text),
                    post.kind,
                    post.template,
                    post.slot,
                    post.media,
                    post.reply_to,
                ),
            )

    def attribute(self, tweet_ids: Sequence[str]) -> None:
        """Enter, for those of which nothing is known, how they came about: what the journal has of posts it sent.

        So a post that was first seen on the profile, or comes from before a restore, is known by its template too.
        """
        marks = ", ".join("?" * len(tweet_ids))
        with self._database.write() as connection:
            connection.execute(
                f"""UPDATE own_posts SET (kind, template, reply_to, media, slot) =
                    (SELECT i.kind, i.template, i.reply_to, {_MEDIA}, coalesce(runs.slot, '')
                    FROM intents i LEFT JOIN runs ON runs.id = i.run_id
                    WHERE i.state = 'sent' AND i.tweet_id = own_posts.tweet_id ORDER BY i.id DESC LIMIT 1)
                WHERE kind = '' AND tweet_id IN ({marks})
                    AND tweet_id IN (SELECT tweet_id FROM intents WHERE state = 'sent')""",
                tuple(tweet_ids),
            )

    def last_at(self) -> datetime | None:
        """When profile and posts were last read as a whole; None when they never were."""
        return to_moment(self._database.value("SELECT max(read_at) FROM profile_readings"))

    def record_posts(self, readings: Iterable[PostReading], at: datetime) -> None:
        """Enter what was read of own posts.

        What is unknown now keeps its last value there, and is unknown in the series.
        """
        with self._database.write() as connection:
            for reading in readings:
                counts = tuple(getattr(reading, name) for name in _COUNTS)
                connection.execute(
                    f"INSERT OR REPLACE INTO post_readings (tweet_id, read_at, {', '.join(_COUNTS)})"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (reading.tweet_id, to_text(at), *counts),
                )
                newest = ", ".join(f"{name} = coalesce(?, {name})" for name in _COUNTS)
                connection.execute(
                    f"UPDATE own_posts SET {newest}, read_at = ? WHERE tweet_id = ?",
                    (*counts, to_text(at), reading.tweet_id),
                )

    def record_profile(self, reading: ProfileReading, at: datetime) -> None:
        """Enter what was read of the own profile, together with its posts: it is what `last_at` goes by."""
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO profile_readings (read_at, followers, following, posts) VALUES (?, ?, ?, ?)",
                (to_text(at), reading.followers, reading.following, reading.posts),
            )
