"""Followers gained in some days, out of what was read of the profile and the older table. None is unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from bot.storage.database import Database, Row, to_text


@dataclass(frozen=True)
class Growth:
    """`followers` as read last in these days, and how many more than at the reading of the day `since`."""

    followers: int | None = None
    gained: int | None = None
    since: date | None = None


@dataclass(frozen=True)
class _Reading:
    """`at` is "" of the older table, which holds the last reading of a day once more."""

    day: date
    followers: int
    at: str = ""


def read_growth(database: Database, first: date, last: date, zone: tzinfo) -> Growth:
    """From the last reading before these days, or else the first one in them, to their last one, of one day too."""
    newest = _reading(database, last, zone)
    if newest is None or newest.day < first:
        return Growth()
    base = _reading(database, first - timedelta(days=1), zone) or _first_reading(database, first, zone)
    if base is None or _is_same(base, newest):
        return Growth(newest.followers)
    return Growth(newest.followers, newest.followers - base.followers, base.day)


def _is_same(base: _Reading, newest: _Reading) -> bool:
    """Whether it is one reading; of one day, only moments tell two apart."""
    return base.day == newest.day and (base.at == newest.at or not base.at or not newest.at)


def _reading(database: Database, last: date, zone: tzinfo) -> _Reading | None:
    """The last reading up to this day. What was read of the profile counts before the table of old, of the same day."""
    read = database.rows(
        "SELECT read_at, followers FROM profile_readings WHERE read_at < ? AND followers IS NOT NULL"
        " ORDER BY read_at DESC LIMIT 1",
        (_begin(last + timedelta(days=1), zone),),
    )
    old = database.rows(
        "SELECT date, followers_count FROM follower_growth WHERE date <= ? ORDER BY date DESC LIMIT 1",
        (last.isoformat(),),
    )
    return max(_readings(read, old, zone), key=lambda each: each.day, default=None)


def _first_reading(database: Database, first: date, zone: tzinfo) -> _Reading | None:
    """The first reading from this day on, where there is none before."""
    read = database.rows(
        "SELECT read_at, followers FROM profile_readings WHERE read_at >= ? AND followers IS NOT NULL"
        " ORDER BY read_at LIMIT 1",
        (_begin(first, zone),),
    )
    old = database.rows(
        "SELECT date, followers_count FROM follower_growth WHERE date >= ? ORDER BY date LIMIT 1", (first.isoformat(),)
    )
    return min(_readings(read, old, zone), key=lambda each: each.day, default=None)


def _readings(read: Sequence[Row], old: Sequence[Row], zone: tzinfo) -> list[_Reading]:
    found = [_Reading(datetime.fromisoformat(row[0]).astimezone(zone).date(), int(row[1]), row[0]) for row in read]
    return [*found, *(_Reading(day, int(row[1])) for row in old for day in dates_in(row[0]))]


def dates_in(text: object) -> list[date]:
    """The date that a column holds; none where it is none."""
    try:
        return [date.fromisoformat(str(text)[:10])]
    except ValueError:
        return []


def _begin(day: date, zone: tzinfo) -> str:
    return to_text(datetime.combine(day, time(), zone))
