"""What became of the posts of a test, from the database of one account."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.storage.database import Database, Row, to_moment, to_text
from bot.storage.post_counts import ENGAGEMENT


@dataclass(frozen=True)
class RunPost:
    """The post of one run. `is_proven`: it stands on x.com, beyond doubt."""

    run_id: int
    tweet_id: str
    sent_at: datetime
    is_proven: bool


@dataclass(frozen=True)
class PastPost:
    """An own post of before a test, with what is known of it."""

    views: int | None
    engagements: int | None
    chats: int
    orders: int


@dataclass(frozen=True)
class Engaged:
    """Views and engagements (likes, reposts and replies) as one reading had them."""

    views: int
    engagements: int


class ExperimentNumbers:
    """Reads own posts, their readings and outcomes. Raises StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def posts_of_runs(self, run_ids: Collection[int]) -> dict[int, RunPost]:
        """Run -> the post of a template that it sent, or that may stand on x.com."""
        rows = self._database.rows(
            "SELECT run_id, tweet_id, state, coalesce(sending_at, created_at) AS at FROM intents"
            " WHERE run_id IN (SELECT value FROM json_each(?)) AND reply_to = '' AND planned_post_id IS NULL"
            " AND state IN ('sending', 'sent', 'needs_review') ORDER BY id",
            (json.dumps(list(run_ids)),),
        )
        return {row["run_id"]: _run_post(row) for row in rows}

    def engagement_at_age(
        self, posts: Collection[RunPost], youngest: timedelta, oldest: timedelta
    ) -> dict[str, Engaged]:
        """Tweet -> the first whole reading at an age between these two: all posts are compared at about one age."""
        ages = {post.tweet_id: (post.sent_at + youngest, post.sent_at + oldest) for post in posts}
        rows = self._database.rows(
            f"SELECT tweet_id, read_at, views, {ENGAGEMENT} AS engagements FROM post_readings"
            " WHERE tweet_id IN (SELECT value FROM json_each(?)) AND views > 0 AND engagements IS NOT NULL"
            " ORDER BY read_at",
            (json.dumps(list(ages)),),
        )
        found: dict[str, Engaged] = {}
        for row in rows:
            from_, until = ages[row["tweet_id"]]
            read_at = to_moment(row["read_at"])
            if row["tweet_id"] not in found and read_at is not None and from_ <= read_at <= until:
                found[row["tweet_id"]] = Engaged(row["views"], row["engagements"])
        return found

    def outcomes(self, posts: Collection[RunPost], kind: str, within: timedelta) -> dict[str, int]:
        """Tweet -> chats or orders attributed to it within so long; a post without any is not in it."""
        last = {post.tweet_id: (post.sent_at + within).date() for post in posts}
        rows = self._database.rows(
            "SELECT tweet_id, day, chats, orders FROM all_outcomes"
            " WHERE tweet_id IN (SELECT value FROM json_each(?)) AND tweet_id <> ''",
            (json.dumps(list(last)),),
        )
        found: dict[str, int] = {}
        for row in rows:
            if date.fromisoformat(row["day"][:10]) <= last[row["tweet_id"]]:
                found[row["tweet_id"]] = found.get(row["tweet_id"], 0) + int(row[kind] or 0)
        return found

    def attributes_outcomes(self, since: date) -> bool:
        """Whether any chat or order was attributed to a post since then: else nobody knows how many there were."""
        query = "SELECT 1 FROM all_outcomes WHERE tweet_id <> '' AND day >= ? LIMIT 1"
        return self._database.value(query, (since.isoformat(),)) is not None

    def past_posts(self, *, kind: str, slot: str, since: datetime, until: datetime) -> list[PastPost]:
        """Posts of templates of this kind, or of this slot, with what is known of each."""
        rows = self._database.rows(
            f"SELECT views, {ENGAGEMENT} AS engagements, coalesce(chats, 0) AS chats,"
            " coalesce(orders, 0) AS orders FROM own_posts LEFT JOIN"
            " (SELECT tweet_id AS about, sum(chats) AS chats, sum(orders) AS orders FROM all_outcomes"
            " WHERE tweet_id <> '' GROUP BY tweet_id) ON about = own_posts.tweet_id"
            " WHERE posted_at >= ? AND posted_at < ? AND reply_to = '' AND (kind = ? OR slot = ?)",
            (to_text(since), to_text(until), kind or None, slot or None),
        )
        return [PastPost(row["views"], row["engagements"], row["chats"], row["orders"]) for row in rows]


def _run_post(row: Row) -> RunPost:
    sent_at = to_moment(row["at"])
    assert sent_at is not None
    return RunPost(row["run_id"], row["tweet_id"], sent_at, row["state"] == "sent")
