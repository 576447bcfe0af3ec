"""The tables that existing users have in data/metrics.db, filled on as their bot filled them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from bot.storage.database import Database
from bot.storage.journal import Intent

_COUNTED = {
    "post": "tweets_posted",
    "like": "likes_given",
    "follow": "follows_made",
    "reply": "replies_made",
    "repost": "retweets_made",
}


@dataclass(frozen=True)
class DayCounts:
    """What the account did on one local date."""

    posts: int = 0
    likes: int = 0
    follows: int = 0
    replies: int = 0


@dataclass(frozen=True)
class Followers:
    """The last known counts of the own profile."""

    followers: int
    following: int
    gained: int = 0  # since the reading of an earlier day; 0 for the first one


@dataclass(frozen=True)
class PostCounts:
    """Counts of one own post; None is unknown and leaves what was known before."""

    tweet_id: str
    views: int | None
    likes: int | None
    reposts: int | None
    replies: int | None


class Metrics:
    """The tables of one account that an old bot filled; of an older one they got their missing columns by migration.

    conversions, config_history and accounts are left as they are: their user fills them, or nobody does.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(self, action: str, day: date) -> None:
        """Add one action (post, like, follow, reply, repost) to the account's local `day`."""
        column = _COUNTED[action]
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO daily_activity (date, created_at) VALUES (?, CURRENT_TIMESTAMP)",
                (day.isoformat(),),
            )
            connection.execute(
                f"UPDATE daily_activity SET {column} = coalesce({column}, 0) + 1, updated_at = CURRENT_TIMESTAMP"
                " WHERE date = ?",
                (day.isoformat(),),
            )

    def day(self, day: date) -> DayCounts:
        """What the account did on its local `day`."""
        query = "SELECT tweets_posted, likes_given, follows_made, replies_made FROM daily_activity WHERE date = ?"
        rows = self._database.rows(query, (day.isoformat(),))
        return DayCounts(*(count or 0 for count in rows[0])) if rows else DayCounts()

    def add_post(self, tweet_id: str, text: str, kind: str, at: datetime) -> None:
        """Enter a post that was sent."""
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO tweet_performance (tweet_id, tweet_text, tweet_type, posted_at, last_updated)"
                " VALUES (?, ?, ?, ?, CURRENT_TIMESTAMP)",
                (tweet_id, text, kind, _legacy_time(at)),
            )

    def add_reply(self, intent: Intent, reply_id: str = "") -> None:
        """Enter a reply that was sent; `reply_id` is "" where a person saw it, who knows no number."""
        answered = (intent.reply_to, intent.reply_to_handle, intent.reply_to_text or None)
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO commented_tweets"
                " (tweet_id, tweet_author, tweet_text, our_reply_id, our_reply_text, timestamp)"
                " VALUES (?, ?, ?, ?, ?, CURRENT_TIMESTAMP)",
                (*answered, reply_id or None, intent.text),
            )

    def update_post(self, counts: PostCounts) -> None:
        """Take in fresh counts of an own post that is known already."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE tweet_performance SET views = coalesce(?, views), likes = coalesce(?, likes),"
                " retweets = coalesce(?, retweets), replies = coalesce(?, replies), last_updated = CURRENT_TIMESTAMP"
                " WHERE tweet_id = ?",
                (counts.views, counts.likes, counts.reposts, counts.replies, counts.tweet_id),
            )
            connection.execute(
                "UPDATE tweet_performance SET engagement_rate ="
                " (coalesce(likes, 0) + coalesce(retweets, 0) + coalesce(replies, 0)) * 1.0 / views"
                " WHERE tweet_id = ? AND views > 0",
                (counts.tweet_id,),
            )

    def record_followers(self, day: date, followers: int, following: int) -> None:
        """The counts of the own profile on `day`; a later reading of the same day replaces the first."""
        with self._database.write() as connection:
            before = connection.execute(
                "SELECT followers_count FROM follower_growth WHERE date < ? ORDER BY date DESC LIMIT 1",
                (day.isoformat(),),
            ).fetchone()
            gained = followers - before["followers_count"] if before else 0
            ratio = round(followers / following, 2) if following else None
            connection.execute(
                "INSERT INTO follower_growth (date, followers_count, following_count, ratio, new_followers, created_at)"
                " VALUES (?, ?, ?, ?, ?, CURRENT_TIMESTAMP) ON CONFLICT (date) DO UPDATE SET"
                " followers_count = excluded.followers_count, following_count = excluded.following_count,"
                " ratio = excluded.ratio, new_followers = excluded.new_followers",
                (day.isoformat(), followers, following, ratio, gained),
            )

    def followers(self, day: date | None = None) -> Followers | None:
        """The reading of the local `day`, or the newest; None where there is none."""
        columns = "SELECT followers_count, following_count, coalesce(new_followers, 0) FROM follower_growth"
        of_day, values = ("WHERE date = ?", (day.isoformat(),)) if day else ("", ())
        rows = self._database.rows(f"{columns} {of_day} ORDER BY date DESC LIMIT 1", values)
        return Followers(*rows[0]) if rows else None

    def count_keyword(self, keyword: str, day: date, *, found: int = 0, engaged: int = 0) -> None:
        """Add what a search for `keyword` found, or how many of it were engaged, to the local `day`."""
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO keyword_performance (keyword, date, tweets_found, engaged, created_at)"
                " VALUES (?, ?, ?, ?, CURRENT_TIMESTAMP) ON CONFLICT (keyword, date) DO UPDATE SET"
                " tweets_found = coalesce(tweets_found, 0) + excluded.tweets_found,"
                " engaged = coalesce(engaged, 0) + excluded.engaged",
                (keyword, day.isoformat(), found, engaged),
            )

    def log_activity(self, kind: str, details: str, *, success: bool, error: str = "") -> None:
        """One line of the old activity_log, e.g. morning_slot."""
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO activity_log (activity_type, details, success, error_message, timestamp)"
                " VALUES (?, ?, ?, ?, CURRENT_TIMESTAMP)",
                (kind, details or None, success, error or None),
            )


def _legacy_time(moment: datetime) -> str:
    """UTC, as CURRENT_TIMESTAMP writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
