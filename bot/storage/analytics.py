"""What the analytics read of one account's database, in columns. Counts that are not known are UNKNOWN."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from bot.storage.database import Database, Row, to_text

UNKNOWN = -1
COUNTS = ("views", "likes", "reposts", "replies", "bookmarks")
"""The rows of `PostColumns.counts`, in order."""
IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class PostColumns:
    """The own posts, oldest first, without the replies to others."""

    at: IntArray  # seconds since 1970
    template: IntArray  # place in `templates`
    counts: IntArray  # a row for each of COUNTS
    templates: tuple[str, ...]


@dataclass(frozen=True)
class KeywordColumns:
    """What searches for keywords brought, by local date."""

    day: IntArray  # proleptic ordinal, as date.toordinal()
    keyword: IntArray  # place in `keywords`
    found: IntArray
    engaged: IntArray
    keywords: tuple[str, ...]


@dataclass(frozen=True)
class OutcomeColumns:
    """Chats, orders and revenue, by local date. `begun` is the first date with any, None before there is one."""

    day: IntArray
    template: IntArray  # place in `templates`
    chats: FloatArray  # NaN is unknown
    orders: FloatArray
    revenue: FloatArray
    templates: tuple[str, ...]
    begun: int | None


@dataclass(frozen=True)
class AccountColumns:
    """All of it. Posts, keywords and outcomes reach back to the moment asked for, the rest to its beginning."""

    posts: PostColumns
    keywords: KeywordColumns
    outcomes: OutcomeColumns
    profile_at: IntArray  # readings of the profile: seconds since 1970 ...
    profile_followers: IntArray  # ... and the followers it showed
    growth_day: IntArray  # the older table of followers: local date ...
    growth_followers: IntArray
    first_post_at: int | None  # of all own posts, also those before what was asked for
    first_day: int | None  # the first local date with any record


def empty_columns() -> AccountColumns:
    """Those of an account that has no database yet."""
    none = np.zeros(0, np.int64)
    posts = PostColumns(none, none, np.zeros((len(COUNTS), 0), np.int64), ())
    keywords = KeywordColumns(none, none, none, none, ())
    outcomes = OutcomeColumns(none, none, np.zeros(0), np.zeros(0), np.zeros(0), (), None)
    return AccountColumns(posts, keywords, outcomes, none, none, none, none, None, None)


def read_columns(database: Database, since: datetime) -> AccountColumns:
    """What the account's database holds from `since` on. Raises StorageError."""
    first_day = since.date().isoformat()
    readings = database.rows(_PROFILE)
    growth = database.rows(_GROWTH)
    return AccountColumns(
        posts=_posts(database.rows(_POSTS, (to_text(since),))),
        keywords=_keywords(database.rows(_KEYWORDS, (first_day,))),
        outcomes=_outcomes(database.rows(_OUTCOMES, (first_day,)), database.value(_FIRST_OUTCOME)),
        profile_at=_integers(row[0] for row in readings),
        profile_followers=_integers(row[1] for row in readings),
        growth_day=_days(row[0] for row in growth),
        growth_followers=_integers(row[1] for row in growth),
        first_post_at=database.value(_FIRST_POST),
        first_day=_ordinal(database.value(_FIRST_DAY)),
    )


def _posts(rows: Sequence[Row]) -> PostColumns:
    places: dict[str, int] = {}
    template = _integers(places.setdefault(row[1], len(places)) for row in rows)
    numbers = [(row[0], *row[2:]) for row in rows]
    table = _integers(chain.from_iterable(numbers)).reshape(len(rows), 1 + len(COUNTS)).T
    return PostColumns(table[0], template, table[1:], tuple(places))


def _keywords(rows: Sequence[Row]) -> KeywordColumns:
    places: dict[str, int] = {}
    keyword = _integers(places.setdefault(str(row[1]), len(places)) for row in rows)
    found, engaged = (_integers(row[place] for row in rows) for place in (2, 3))
    return KeywordColumns(_days(row[0] for row in rows), keyword, found, engaged, tuple(places))


def _outcomes(rows: Sequence[Row], first: str | None) -> OutcomeColumns:
    places: dict[str, int] = {}
    template = _integers(places.setdefault(str(row[1]), len(places)) for row in rows)
    chats, orders, revenue = (_floats(row[place] for row in rows) for place in (2, 3, 4))
    return OutcomeColumns(
        _days(row[0] for row in rows), template, chats, orders, revenue, tuple(places), _ordinal(first)
    )


def _floats(values: Iterable[float | None]) -> FloatArray:
    return np.fromiter((np.nan if value is None else value for value in values), np.float64)


def _integers(values: Iterable[int]) -> IntArray:
    return np.fromiter(values, np.int64)


def _days(texts: Iterable[str]) -> IntArray:
    known: dict[str, int] = {}
    return _integers(known.get(text) or known.setdefault(text, date.fromisoformat(text).toordinal()) for text in texts)


def _ordinal(text: str | None) -> int | None:
    return date.fromisoformat(text).toordinal() if text else None


# Dates are read by SQLite, which gives NULL for what is none; such rows are left out.
_POSTS = """SELECT CAST(strftime('%s', posted_at) AS INTEGER) AS at, template, ifnull(views, -1), ifnull(likes, -1),
  ifnull(reposts, -1), ifnull(replies, -1), ifnull(bookmarks, -1)
  FROM own_posts WHERE posted_at >= ? AND reply_to = '' AND at IS NOT NULL ORDER BY posted_at"""
_FIRST_POST = """SELECT CAST(strftime('%s', posted_at) AS INTEGER) FROM own_posts
  WHERE strftime('%s', posted_at) IS NOT NULL ORDER BY posted_at LIMIT 1"""
_PROFILE = """SELECT CAST(strftime('%s', read_at) AS INTEGER) AS at, followers FROM profile_readings
  WHERE followers IS NOT NULL AND at IS NOT NULL ORDER BY read_at"""
_GROWTH = """SELECT date(date), followers_count FROM follower_growth WHERE date(date) IS NOT NULL ORDER BY date"""
_KEYWORDS = """SELECT date(date) AS day, keyword, ifnull(tweets_found, 0), ifnull(engaged, 0) FROM keyword_performance
  WHERE day >= ?"""
_OUTCOMES = """SELECT date(day) AS date, template, CAST(chats AS INTEGER), CAST(orders AS INTEGER), revenue
  FROM all_outcomes WHERE date >= ?"""
_FIRST_OUTCOME = "SELECT min(date(day)) FROM all_outcomes"
_FIRST_DAY = """SELECT min(date(date)) FROM (SELECT min(date) AS date FROM daily_activity
  UNION ALL SELECT min(date) FROM follower_growth)"""
