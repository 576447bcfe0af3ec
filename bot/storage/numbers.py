"""What metrics.db tells of an account's days and posts. What it does not know is None, never 0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo

from bot.storage.database import Database
from bot.storage.follower_growth import read_growth

PERIODS = (1, 7, 30)  # days, today included
DAYS_TOLD = max(PERIODS)


@dataclass(frozen=True)
class DayNumbers:
    """One local date. Deeds are None before the account's first record, `followers` where none were read that day."""

    day: date
    posts: int | None = None
    likes: int | None = None
    follows: int | None = None
    followers: int | None = None


@dataclass(frozen=True)
class PeriodNumbers:
    """The last `days` days together; None is unknown.

    `known_days` of them lie after the account's first record: sums are of those. `gained` is the difference of two
    readings of the followers, `gained_from` the date of the first of them.
    """

    days: int
    known_days: int
    posts: int | None
    likes: int | None
    follows: int | None
    gained: int | None = None
    gained_from: date | None = None


@dataclass(frozen=True)
class CountsAt:
    """What one reading found of a post; None is unknown."""

    read_at: datetime
    views: int | None
    likes: int | None
    reposts: int | None
    replies: int | None


@dataclass(frozen=True)
class PostNumbers:
    """The counts of one own post, as x.com showed them at `read_at`; None is unknown. `series` are all its readings."""

    tweet_id: str
    text: str
    at: datetime | None
    views: int | None
    likes: int | None
    reposts: int | None
    replies: int | None
    read_at: datetime | None
    series: tuple[CountsAt, ...] = ()


@dataclass(frozen=True)
class AccountNumbers:
    """All of it. `days` are the last 30, oldest first; `followers` and `following` are of the date `followers_on`."""

    days: tuple[DayNumbers, ...] = ()
    periods: tuple[PeriodNumbers, ...] = ()
    posts: tuple[PostNumbers, ...] = ()
    followers: int | None = None
    following: int | None = None
    followers_on: date | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is known."""
        return not self.posts and self.followers is None and all(day.posts is None for day in self.days)


def read_account_numbers(database: Database, today: date, zone: tzinfo, posts: int) -> AccountNumbers:
    """The numbers up to `today` on the account's clock, that of `zone`, with its last `posts` posts."""
    days = _days(database, today)
    columns = "SELECT date, followers_count, following_count FROM follower_growth"
    newest = database.rows(f"{columns} WHERE date <= ? ORDER BY date DESC LIMIT 1", (today.isoformat(),))
    followers, following = (newest[0][1], newest[0][2]) if newest else (None, None)
    on = _date(newest[0][0]) if newest else None
    periods = tuple(_period(database, days[-length:], zone) for length in PERIODS)
    return AccountNumbers(days, periods, _posts(database, posts), followers, following, on)


def _days(database: Database, today: date) -> tuple[DayNumbers, ...]:
    first = today - timedelta(days=DAYS_TOLD - 1)
    span = (first.isoformat(), today.isoformat())
    query = "SELECT date, tweets_posted, likes_given, follows_made FROM daily_activity WHERE date BETWEEN ? AND ?"
    deeds = {row[0]: (row[1] or 0, row[2] or 0, row[3] or 0) for row in database.rows(query, span)}
    query = "SELECT date, followers_count FROM follower_growth WHERE date BETWEEN ? AND ?"
    followers = {row[0]: row[1] for row in database.rows(query, span)}
    both = "SELECT date FROM daily_activity UNION SELECT date FROM follower_growth"
    begun = database.value(f"SELECT min(date) FROM ({both})")
    days = [first + timedelta(days=number) for number in range(DAYS_TOLD)]
    return tuple(_day(day, deeds.get(day.isoformat()), followers.get(day.isoformat()), begun) for day in days)


def _day(day: date, deeds: tuple[int, int, int] | None, followers: int | None, begun: object) -> DayNumbers:
    """A day without a row is one without a deed, but only once the account has been recorded at all."""
    if deeds is None and isinstance(begun, str) and begun <= day.isoformat():
        deeds = (0, 0, 0)
    posts, likes, follows = deeds or (None, None, None)
    return DayNumbers(day, posts, likes, follows, followers)


def _period(database: Database, days: Sequence[DayNumbers], zone: tzinfo) -> PeriodNumbers:
    known = [day for day in days if day.posts is not None]
    growth = read_growth(database, days[0].day, days[-1].day, zone)
    if not known:
        return PeriodNumbers(len(days), 0, None, None, None, growth.gained, growth.since)
    posts, likes, follows = (sum(getattr(day, name) for day in known) for name in ("posts", "likes", "follows"))
    return PeriodNumbers(len(days), len(known), posts, likes, follows, growth.gained, growth.since)


def _posts(database: Database, limit: int) -> tuple[PostNumbers, ...]:
    query = (
        "SELECT tweet_id, tweet_text, posted_at, views, likes, retweets, replies, last_updated FROM tweet_performance"
        " ORDER BY posted_at DESC, id DESC LIMIT ?"
    )
    posts = [_post(tuple(row)) for row in database.rows(query, (limit,))]
    series = _series(database, [post.tweet_id for post in posts])
    return tuple(replace(post, series=tuple(series.get(post.tweet_id, ()))) for post in posts)


def _series(database: Database, tweet_ids: Sequence[str]) -> dict[str, list[CountsAt]]:
    """Post -> its readings, the first one first."""
    marks = ", ".join("?" * len(tweet_ids))
    columns = "SELECT tweet_id, read_at, views, likes, reposts, replies FROM post_readings"
    found: dict[str, list[CountsAt]] = {}
    for tweet_id, read_at, *counts in database.rows(
        f"{columns} WHERE tweet_id IN ({marks}) ORDER BY read_at", tweet_ids
    ):
        found.setdefault(tweet_id, []).append(CountsAt(datetime.fromisoformat(read_at), *counts))
    return found


def _post(row: tuple[object, ...]) -> PostNumbers:
    """A row begins with noughts that nobody has read. Who reads a post has seen it: nought views are none either."""
    tweet_id, text, at, *counts, read_at = row
    known = [count if isinstance(count, int) else None for count in counts]
    if not any(known):
        return PostNumbers(str(tweet_id), str(text or ""), _moment(at), None, None, None, None, None)
    views, likes, reposts, replies = known[0] or None, *known[1:]
    return PostNumbers(str(tweet_id), str(text or ""), _moment(at), views, likes, reposts, replies, _moment(read_at))


def _date(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def _moment(value: object) -> datetime | None:
    """A time as CURRENT_TIMESTAMP writes it, in UTC."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
