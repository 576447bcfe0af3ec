"""Accounts and groups side by side on the same axes: absolute, and per 1,000 followers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from bot.analytics.followers import base_of
from bot.analytics.gathering import Member
from bot.analytics.periods import Span
from bot.analytics.report import Day, Period, Report, Summary

MOST_SIDES = 8
PER = 1000  # followers
MEASURES = ("gained", "posts", "engagement", "views", "chats", "orders")
"""What is compared, day by day and over the span."""


@dataclass(frozen=True)
class Side:
    """An account or a group."""

    name: str
    members: Sequence[Member]
    unread: Sequence[str] = field(default=())


@dataclass(frozen=True)
class Line:
    """One measure of one side. `per` is the same per 1,000 followers; None is unknown, of all."""

    days: tuple[float | None, ...]
    total: float | None
    days_per: tuple[float | None, ...]
    total_per: float | None


class ComparedSide:
    """What one side brought over the span.

    Followers are those at its beginning, each account's last reading before it or first one in it. Per 1,000 followers
    counts only accounts of which that is known, above the line as below it.
    """

    def __init__(self, side: Side, span: Span) -> None:
        self.name = side.name
        self.unread = tuple(side.unread)
        self.report = Report(side.members, span, side.unread)
        self._based = [member for member in side.members if base_of(member, span) is not None]

    @cached_property
    def followers(self) -> int | None:
        """At the beginning of the span; None where it is known of no account, or 0 of all."""
        return self.report.period.summary.base or None

    @cached_property
    def _based_period(self) -> Period:
        """Of the accounts whose followers are known."""
        all_are = len(self._based) == len(self.report.members)
        return self.report.period if all_are else Report(self._based, self.report.span).period

    def line(self, measure: str) -> Line:
        """One of MEASURES."""
        period, based, base = self.report.period, self._based_period, self.followers
        return Line(
            tuple(_of_day(day, measure) for day in period.days),
            _of_summary(period.summary, measure),
            tuple(_per(_of_day(day, measure), base) for day in based.days),
            _per(_of_summary(based.summary, measure), base),
        )


@dataclass(frozen=True)
class Comparison:
    """All of it."""

    span: Span
    sides: tuple[ComparedSide, ...]

    @property
    def days(self) -> list[date]:
        return self.span.days


def compare(sides: Sequence[Side], span: Span) -> Comparison:
    """Put them side by side. Raises ValueError for more than MOST_SIDES."""
    if len(sides) > MOST_SIDES:
        raise ValueError(f"up to {MOST_SIDES} can be compared")
    return Comparison(span, tuple(ComparedSide(side, span) for side in sides))


def _of_day(day: Day, measure: str) -> float | None:
    if measure in {"views", "engagement"}:
        value: float | None = getattr(day, measure).value
        return value
    found = day.outcome if measure in {"chats", "orders"} else day
    return getattr(found, measure)  # type: ignore[no-any-return]  # all are numbers or None


def _of_summary(summary: Summary, measure: str) -> float | None:
    if measure in {"views", "engagement"}:
        value: float | None = getattr(summary, measure).value
        return value
    found = summary.outcome if measure in {"chats", "orders"} else summary
    return getattr(found, measure)  # type: ignore[no-any-return]  # all are numbers or None


def _per(value: float | None, followers: int | None) -> float | None:
    return None if value is None or not followers else value * PER / followers
