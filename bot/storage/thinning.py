"""The series of readings, thinned out as they get old, so that they stay small for years.

What stays: of the last week every reading; before that one a day, the last; of readings older than two months, those
that were the last within 1, 2, 3, 7, 14, 21 and 30 days of the post's age, and the last of all. The counts that stand
with the post itself (own_posts) are never touched.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.storage.database import Database, to_text

WHOLE_DAYS = 7
DAILY_DAYS = 60
AGES = (1, 2, 3, 7, 14, 21, 30)
"""Days of a post's age."""
_BATCH = 100  # posts in one transaction: some milliseconds, for which whoever else writes has to wait
_AGE = "julianday(r.read_at) - julianday(p.posted_at)"
_BY_AGE = " ".join(f"WHEN {_AGE} <= {days} THEN 'age {days}'" for days in AGES)
_THIN_POSTS = f"""DELETE FROM post_readings WHERE (tweet_id, read_at) IN (
    SELECT tweet_id, read_at FROM (
        SELECT r.tweet_id, r.read_at, row_number() OVER (
            PARTITION BY r.tweet_id, CASE WHEN r.read_at >= :daily THEN substr(r.read_at, 1, 10)
                {_BY_AGE} ELSE 'last' END
            ORDER BY r.read_at DESC) AS place
        FROM post_readings r JOIN own_posts p ON p.tweet_id = r.tweet_id
        WHERE r.tweet_id > :after AND r.tweet_id <= :last AND r.read_at < :whole)
    WHERE place > 1)"""
_THIN_PROFILE = """DELETE FROM profile_readings WHERE read_at < ? AND read_at NOT IN (
    SELECT max(read_at) FROM profile_readings GROUP BY substr(read_at, 1, 10))"""


def thin_readings(database: Database, now: datetime, rest: Callable[[], None] = lambda: None) -> int:
    """Thin out an account's series; returns how many readings went.

    It goes in short transactions, with `rest` between them, and may end at any moment. Raises StorageError, and what
    `rest` raises.
    """
    whole, daily = (to_text(now - timedelta(days=days)) for days in (WHOLE_DAYS, DAILY_DAYS))
    gone, after = 0, ""
    while last := _last_of_batch(database, whole, after):
        with database.write() as connection:
            values = {"daily": daily, "whole": whole, "after": after, "last": last}
            gone += connection.execute(_THIN_POSTS, values).rowcount
        after = last
        rest()
    with database.write() as connection:
        return gone + connection.execute(_THIN_PROFILE, (whole,)).rowcount


def _last_of_batch(database: Database, whole: str, after: str) -> str:
    """The id of the last of the next posts with more readings than stay of an old one; "" when there are none."""
    query = f"""SELECT tweet_id FROM post_readings WHERE tweet_id > ? AND read_at < ?
        GROUP BY tweet_id HAVING count(*) > {len(AGES) + 1} ORDER BY tweet_id LIMIT {_BATCH}"""
    rows = database.rows(query, (after, whole))
    return str(rows[-1]["tweet_id"]) if rows else ""
