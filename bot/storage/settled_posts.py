"""The own posts whose counts have settled: what best practices and slot times are read from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.storage.database import Database, to_text
from bot.storage.post_counts import ENGAGEMENT

SETTLES_AFTER = timedelta(hours=48)
"""Counts that were read earlier after the post are still growing, and would make younger posts look worse."""


@dataclass(frozen=True)
class SettledPost:
    """A post of its own (no reply) with counts that were read at least `SETTLES_AFTER` it was posted."""

    tweet_id: str
    posted_at: datetime
    text: str
    kind: str
    template: str
    media: str  # none, picture, video; "" unknown
    views: int  # at least 1
    engagement: int

    @property
    def rate(self) -> float:
        """Engagement per view."""
        return self.engagement / self.views


@dataclass(frozen=True)
class PostsRead:
    """The settled posts of a span of time, the oldest first, and how many posts there were in all."""

    settled: tuple[SettledPost, ...]
    posts: int


def mark_of_posts(database: Database) -> tuple[object, ...]:
    """Another one whenever a post or a reading is new."""
    rows = database.rows("SELECT count(*), max(posted_at), max(read_at) FROM own_posts")
    return tuple(rows[0])


def read_settled_posts(database: Database, since: datetime) -> PostsRead:
    """The posts since then. One with an unknown count is counted, never read as 0."""
    own = "reply_to = '' AND posted_at >= ?"
    query = f"""SELECT tweet_id, posted_at, text, kind, template, media, views, {ENGAGEMENT} AS engagement
        FROM own_posts WHERE {own} AND views > 0 AND {ENGAGEMENT} IS NOT NULL
        AND julianday(read_at) - julianday(posted_at) >= ? ORDER BY posted_at, tweet_id"""
    settles = SETTLES_AFTER / timedelta(days=1)
    settled = tuple(
        SettledPost(
            row["tweet_id"],
            datetime.fromisoformat(row["posted_at"]),
            row["text"],
            row["kind"],
            row["template"],
            row["media"],
            row["views"],
            row["engagement"],
        )
        for row in database.rows(query, (to_text(since), settles))
    )
    return PostsRead(settled, int(database.value(f"SELECT count(*) FROM own_posts WHERE {own}", (to_text(since),))))
