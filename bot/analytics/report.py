"""All numbers of some accounts over some days, beside those of the days before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from bot.analytics.followers import Growth, grow
from bot.analytics.gathering import GroupSums, Member, Posts, Rate, Sum, gather_posts, sum_by
from bot.analytics.hours import HourGrid, grid_of
from bot.analytics.outcome_sums import DayOutcomes, Outcome, sum_outcomes
from bot.analytics.periods import Span
from bot.analytics.ranks import KeywordRank, TemplateRank, rank_keywords, rank_templates
from bot.storage.analytics import IntArray


@dataclass(frozen=True)
class Day:
    """One local date. None is unknown."""

    date: date
    posts: int | None
    views: Sum
    engagement: Sum
    rate: Rate
    followers: int | None  # of the accounts read by then; None on a day on which none was read
    gained: int | None  # since before the span
    outcome: Outcome


@dataclass(frozen=True)
class Sources:
    """For each figure that is a sum over accounts, the places of the members of which it is.

    A figure tells of growth only beside one of the same members: with another account more it is another sum.
    """

    records: frozenset[int]  # have a record by the end: posts, and the counts of posts, are of these
    followers: frozenset[int]
    gained: frozenset[int]
    chats: frozenset[int]
    orders: frozenset[int]
    revenue: frozenset[int]


@dataclass(frozen=True)
class Summary:
    """A whole span. None is unknown."""

    accounts: int
    sources: Sources
    posts: int | None
    views: Sum
    likes: Sum
    reposts: Sum
    replies: Sum
    bookmarks: Sum
    engagement: Sum
    rate: Rate
    followers: int | None  # at its end
    gained: int | None
    base: int | None  # followers at its beginning, of those of whom they are known at its end
    outcome: Outcome


@dataclass(frozen=True)
class Period:
    """One span with its days."""

    span: Span
    summary: Summary
    days: tuple[Day, ...]


class Report:
    """The numbers of `members` over `span`. What is not asked for is not computed.

    `unread` are the names of accounts whose databases cannot be read at this moment; nothing of them is in it.
    """

    def __init__(self, members: Sequence[Member], span: Span, unread: Sequence[str] = ()) -> None:
        self.members = tuple(members)
        self.span = span
        self.unread = tuple(unread)

    @cached_property
    def period(self) -> Period:
        return _make_period(self.members, self.span, self.posts)

    @cached_property
    def before(self) -> Period:
        """The same of the days before."""
        return _make_period(self.members, self.span.before, self.posts_before)

    @cached_property
    def hours(self) -> HourGrid:
        """Weekday and hour on each account's own clock."""
        return grid_of(self.posts)

    @cached_property
    def templates(self) -> tuple[TemplateRank, ...]:
        return rank_templates(self.members, self.span, self.posts, self.posts_before)

    @cached_property
    def keywords(self) -> tuple[KeywordRank, ...]:
        return rank_keywords(self.members, self.span)

    @property
    def is_empty(self) -> bool:
        """Whether no account has a record by the end of the span."""
        return not self.period.summary.sources.records

    @cached_property
    def posts(self) -> Posts:
        return gather_posts(self.members, self.span)

    @cached_property
    def posts_before(self) -> Posts:
        return gather_posts(self.members, self.span.before)


def _make_period(members: Sequence[Member], span: Span, posts: Posts) -> Period:
    first = span.first.toordinal()
    sums = sum_by(posts, posts.day - first, span.length)
    growth, outcomes = grow(members, span), sum_outcomes(members, span)
    begun = _begun(members, span)
    days = tuple(
        _day(day, place, sums, growth, outcomes, is_begun=begun[place] > 0) for place, day in enumerate(span.days)
    )
    sources = Sources(_recorded(members, span), growth.based, growth.compared, *outcomes.by)
    return Period(span, _summary(members, sums, growth, outcomes, sources), days)


def _begun(members: Sequence[Member], span: Span) -> IntArray:
    """How many accounts have a record by each day."""
    begun = sorted(member.data.begun for member in members if member.data.begun is not None)
    return np.searchsorted(begun, np.arange(span.first.toordinal(), span.last.toordinal() + 1), side="right")


def _recorded(members: Sequence[Member], span: Span) -> frozenset[int]:
    """Who has a record by the end."""
    last = span.last.toordinal()
    begun = ((place, member.data.begun) for place, member in enumerate(members))
    return frozenset(place for place, first in begun if first is not None and first <= last)


def _day(day: date, place: int, sums: GroupSums, growth: Growth, outcomes: DayOutcomes, *, is_begun: bool) -> Day:
    part = slice(place, place + 1)
    return Day(
        day,
        int(sums.posts[place]) if is_begun else None,
        _told(sums.sum_of("views", part), is_begun),
        _told(sums.sum_of("engagement", part), is_begun),
        sums.rate_of(part),
        _whole(growth.total[place]),
        _whole(growth.gained[place]),
        outcomes.of(part),
    )


def _summary(
    members: Sequence[Member], sums: GroupSums, growth: Growth, outcomes: DayOutcomes, sources: Sources
) -> Summary:
    every, is_begun = slice(None), bool(sources.records)
    told = {name: _told(sums.sum_of(name, every), is_begun) for name in sums.sums}
    return Summary(
        accounts=len(members),
        sources=sources,
        posts=int(sums.posts.sum()) if is_begun else None,
        **told,
        rate=sums.rate_of(every),
        followers=growth.last,
        gained=growth.gain,
        base=growth.base,
        outcome=outcomes.of(every),
    )


def _told(found: Sum, is_begun: bool) -> Sum:
    """Before the first record nothing is known, not even that there was nothing."""
    return found if is_begun else Sum(None, 0, 0)


def _whole(value: float) -> int | None:
    return None if np.isnan(value) else int(value)
