"""When a person is told: at most once an hour of one cause, not in quiet hours, summaries at their time. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.clock import zone_of
from bot.notifications.causes import Kind
from bot.storage.panel.notifications import Hours

ONE_MESSAGE_IN = timedelta(hours=1)
"""Of one cause, to one channel."""
REMINDED_AFTER = timedelta(days=1)
"""Of a cause that still lasts."""
_LATE = timedelta(hours=12)
"""A summary that could not be sent for so long after its time is left out."""
_SO_FAR_FROM = time(12)
"""A summary sent from this time on tells of its own day; one sent earlier, of the day before."""


@dataclass(frozen=True)
class DueSummary:
    """A summary whose time has come."""

    key: str
    day: date  # the last that it tells of


def is_due(began_at: datetime, told_at: datetime | None, now: datetime) -> bool:
    """Whether a lasting cause is to be told of: at its beginning, then once a day; never twice within an hour."""
    if told_at is None:
        return True
    since = now - told_at
    if since < -REMINDED_AFTER:
        return True  # told by a clock that ran ahead
    return since >= (ONE_MESSAGE_IN if began_at > told_at else REMINDED_AFTER)


def clock_time(text: str) -> time | None:
    """The time of day that "HH:MM" tells; None for anything else."""
    try:
        found = time.fromisoformat(text)
    except ValueError:
        return None
    return found if len(text) == 5 and found.tzinfo is None else None


def is_quiet(hours: Hours, now: datetime) -> bool:
    """Whether `now` lies in the quiet hours.

    They go from the first time the clock shows their begin to the first time it shows their end, so that the hour
    that comes twice when summer time ends does not bring them twice.
    """
    start, end = clock_time(hours.quiet_from), clock_time(hours.quiet_to)
    if start is None or end is None or start == end:
        return False
    zone = zone_of(hours.timezone)
    today = now.astimezone(zone).date()
    return any(
        _moment(day, start, zone) <= now < _moment(day + timedelta(days=end < start), end, zone)
        for day in (today - timedelta(days=1), today)
    )


def due_summary(kind: Kind, hours: Hours, wanted_since: datetime, now: datetime) -> DueSummary | None:
    """The summary whose time has come since it is wanted; whether it was sent already, the caller knows."""
    at, zone = clock_time(hours.summary_at), zone_of(hours.timezone)
    if at is None:
        return None
    today = now.astimezone(zone).date()
    for day in (today, today - timedelta(days=1)):
        moment = _moment(day, at, zone)
        if kind is Kind.WEEKLY and day.weekday() != hours.weekly_on:
            continue
        if wanted_since <= moment <= now < moment + _LATE:
            told = day if at >= _SO_FAR_FROM else day - timedelta(days=1)
            return DueSummary(f"{kind}:{day.isoformat()}", told)
    return None


def _moment(day: date, at: time, zone: tzinfo) -> datetime:
    """The first moment at which the clock of this zone shows so; one that it leaps over, as if it did not leap."""
    return datetime.combine(day, at, zone).astimezone(UTC)
