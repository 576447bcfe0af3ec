"""What an account's database tells of some days in a row: posts and what came of them, followers, orders, runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from bot.storage.database import Database, to_text
from bot.storage.follower_growth import dates_in, read_growth

_PROBLEMS_TOLD = 5


@dataclass(frozen=True)
class Counted:
    """A sum over posts; `of` says of how many of them the number is known. None when of none."""

    total: int | None
    of: int


@dataclass(frozen=True)
class Problem:
    """Why runs came to nothing or not to all, and how many did so."""

    reason: str
    runs: int


@dataclass(frozen=True)
class SpanFacts:
    """The days `first` to `last` of the account's calendar. None is unknown, never 0."""

    first: date
    last: date
    posts: int | None = None
    replies: int | None = None
    views: Counted = Counted(None, 0)
    likes: Counted = Counted(None, 0)
    reposts: Counted = Counted(None, 0)
    answers: Counted = Counted(None, 0)  # replies of others to these posts
    followers: int | None = None  # the last that was read in these days
    gained: int | None = None
    gained_from: date | None = None  # the day of the reading that `gained` counts from
    chats: int | None = None
    orders: int | None = None
    revenue: int | None = None
    runs_good: int | None = None
    runs_bad: int | None = None  # failed, partly done, or skipped
    problems: tuple[Problem, ...] = ()  # the most frequent first


def read_span(database: Database, first: date, last: date, zone: tzinfo) -> SpanFacts:
    """The facts of these days, both included. Raises StorageError."""
    start, end = _begin(first, zone), _begin(last + timedelta(days=1), zone)
    if not _is_recorded(database, last, end):
        return SpanFacts(first, last)
    span = (to_text(start), to_text(end))
    posts, counted = _posts(database, span)
    growth = read_growth(database, first, last, zone)
    chats, orders, revenue = _outcomes(database, first, last)
    good, bad, problems = _runs(database, span)
    replies = database.value(
        "SELECT count(*) FROM own_posts WHERE posted_at >= ? AND posted_at < ? AND reply_to <> ''", span
    )
    return SpanFacts(
        first=first,
        last=last,
        posts=posts,
        replies=int(replies),
        views=counted["views"],
        likes=counted["likes"],
        reposts=counted["reposts"],
        answers=counted["replies"],
        followers=growth.followers,
        gained=growth.gained,
        gained_from=growth.since,
        chats=chats,
        orders=orders,
        revenue=revenue,
        runs_good=good,
        runs_bad=bad,
        problems=problems,
    )


def first_day(database: Database, zone: tzinfo) -> date | None:
    """The day of the account's first record; None without any. Raises StorageError."""
    moments = [
        database.value("SELECT min(posted_at) FROM own_posts"),
        database.value("SELECT min(planned_at) FROM runs"),
        database.value("SELECT min(read_at) FROM profile_readings"),
    ]
    days = [datetime.fromisoformat(text).astimezone(zone).date() for text in moments if text]
    for table, column in (("follower_growth", "date"), ("daily_activity", "date"), ("all_outcomes", "day")):
        days += dates_in(database.value(f"SELECT min({column}) FROM {table}"))
    return min(days, default=None)


def _is_recorded(database: Database, last: date, end: datetime) -> bool:
    """Whether the account had any record by the end of these days: before that, nothing is known of it."""
    query = (
        "SELECT EXISTS (SELECT 1 FROM own_posts WHERE posted_at < ?1)"
        " OR EXISTS (SELECT 1 FROM runs WHERE planned_at < ?1)"
        " OR EXISTS (SELECT 1 FROM profile_readings WHERE read_at < ?1)"
        " OR EXISTS (SELECT 1 FROM follower_growth WHERE date <= ?2)"
        " OR EXISTS (SELECT 1 FROM daily_activity WHERE date <= ?2)"
        " OR EXISTS (SELECT 1 FROM all_outcomes WHERE day <= ?2)"
    )
    return bool(database.value(query, (to_text(end), last.isoformat())))


def _posts(database: Database, span: tuple[str, str]) -> tuple[int, dict[str, Counted]]:
    names = ("views", "likes", "reposts", "replies")
    sums = ", ".join(f"sum({name}) AS {name}, count({name}) AS {name}_known" for name in names)
    query = f"SELECT count(*) AS posts, {sums} FROM own_posts WHERE posted_at >= ? AND posted_at < ? AND reply_to = ''"
    row = database.rows(query, span)[0]
    return int(row["posts"]), {name: Counted(row[name], row[f"{name}_known"]) for name in names}


def _outcomes(database: Database, first: date, last: date) -> tuple[int | None, int | None, int | None]:
    """Chats, orders, revenue, as far as they were entered; what nobody entered is unknown, not none."""
    row = database.rows(
        "SELECT sum(chats), sum(orders), sum(revenue) FROM all_outcomes WHERE day BETWEEN ? AND ?",
        (first.isoformat(), last.isoformat()),
    )[0]
    chats, orders, revenue = (None if value is None else round(value) for value in row)
    return chats, orders, revenue


def _runs(database: Database, span: tuple[str, str]) -> tuple[int, int, tuple[Problem, ...]]:
    rows = database.rows(
        "SELECT state, reason, count(*) AS runs FROM runs WHERE ended_at >= ? AND ended_at < ?"
        " GROUP BY state, reason ORDER BY runs DESC, reason",
        span,
    )
    bad = [row for row in rows if row["state"] in {"failed", "partly", "skipped"}]
    good = sum(row["runs"] for row in rows if row["state"] == "done")
    problems = tuple(Problem(row["reason"] or row["state"], row["runs"]) for row in bad[:_PROBLEMS_TOLD])
    return good, sum(row["runs"] for row in bad), problems


def _begin(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone)
