"""The posts of several accounts in some days, as one set of columns, and sums over them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bot.analytics.account_data import AccountData
from bot.analytics.periods import Span
from bot.storage.analytics import COUNTS, UNKNOWN, IntArray
from bot.storage.post_counts import ENGAGEMENT_PARTS

BoolArray = np.ndarray[tuple[int], np.dtype[np.bool_]]


@dataclass(frozen=True)
class Member:
    """One account whose numbers count."""

    id: str
    name: str
    data: AccountData


@dataclass(frozen=True)
class Sum:
    """A sum over the posts whose number is known: `known` of `of`. None: there are posts, and it is known of none."""

    value: int | None
    known: int
    of: int

    @property
    def mean(self) -> float | None:
        """For each post of which it is known."""
        return self.value / self.known if self.value is not None and self.known else None


@dataclass(frozen=True)
class Posts:
    """Posts in columns."""

    account: IntArray  # place of its member
    day: IntArray  # ordinal
    hour: IntArray
    template: IntArray  # place among its account's own
    counts: IntArray  # a row for each of COUNTS; UNKNOWN

    @cached_property
    def engagement(self) -> IntArray:
        """See bot/storage/post_counts.py; UNKNOWN unless all three are known."""
        parts = self.counts[[COUNTS.index(name) for name in ENGAGEMENT_PARTS]]
        return np.where((parts >= 0).all(axis=0), parts.sum(axis=0), UNKNOWN)

    def count(self, name: str) -> IntArray:
        """One of COUNTS, or "engagement"."""
        return self.engagement if name == "engagement" else self.counts[COUNTS.index(name)]

    def only(self, chosen: BoolArray) -> Posts:
        """Some of them."""
        return Posts(
            self.account[chosen], self.day[chosen], self.hour[chosen], self.template[chosen], self.counts[:, chosen]
        )

    def within(self, span: Span) -> Posts:
        """Those of some days."""
        return self.only((self.day >= span.first.toordinal()) & (self.day <= span.last.toordinal()))


def gather_posts(members: Sequence[Member], span: Span) -> Posts:
    """The posts of all members in these days of theirs."""
    none = np.zeros(0, np.int64)
    columns: list[list[IntArray]] = [[none], [none], [none], [none]]
    counts: list[IntArray] = [np.zeros((len(COUNTS), 0), np.int64)]
    for place, member in enumerate(members):
        data, part = member.data, _slice(member.data.post_day, span)
        day = data.post_day[part]
        for column, values in zip(
            columns,
            (np.full(len(day), place), day, data.post_hour[part], data.post_template[part]),
            strict=True,
        ):
            column.append(values)
        counts.append(data.post_counts[:, part])
    account, days, hour, template = (np.concatenate(column) for column in columns)
    return Posts(account, days, hour, template, np.concatenate(counts, axis=1))


def _slice(days: IntArray, span: Span) -> slice:
    begin, end = np.searchsorted(days, (span.first.toordinal(), span.last.toordinal() + 1))
    return slice(int(begin), int(end))


@dataclass(frozen=True)
class GroupSums:
    """For each group of posts: how many there are, of how many each count is known, and its sum."""

    posts: IntArray
    known: dict[str, IntArray]
    sums: dict[str, IntArray]
    rated: IntArray  # posts whose views and engagement are both known; the rate is of these
    rated_engagement: IntArray
    rated_views: IntArray

    def sum_of(self, name: str, part: slice) -> Sum:
        """Of some groups together."""
        known, posts = int(self.known[name][part].sum()), int(self.posts[part].sum())
        return Sum(int(self.sums[name][part].sum()) if known or not posts else None, known, posts)

    def rate_of(self, part: slice) -> Rate:
        """Of some groups together."""
        return Rate(*(int(each[part].sum()) for each in (self.rated_engagement, self.rated_views, self.rated)))


@dataclass(frozen=True)
class Rate:
    """Engagement per view, over the `posts` of which both are known."""

    engagement: int
    views: int
    posts: int

    @property
    def value(self) -> float | None:
        return self.engagement / self.views if self.views else None


NAMES = (*COUNTS, "engagement")


def sum_by(posts: Posts, group: IntArray, groups: int) -> GroupSums:
    """Sums of each of so many groups; `group` says which one a post belongs to."""
    known, sums = {}, {}
    for name in NAMES:
        values = posts.count(name)
        known[name], sums[name] = _sums(values, values >= 0, group, groups)
    views, engagement = posts.count("views"), posts.engagement
    both = (views >= 0) & (engagement >= 0)
    rated, rated_views = _sums(views, both, group, groups)
    _, rated_engagement = _sums(engagement, both, group, groups)
    return GroupSums(np.bincount(group, minlength=groups), known, sums, rated, rated_engagement, rated_views)


def _sums(values: IntArray, chosen: BoolArray, group: IntArray, groups: int) -> tuple[IntArray, IntArray]:
    group = group[chosen]
    sums = np.bincount(group, weights=values[chosen], minlength=groups)  # exact up to 2**53
    return np.bincount(group, minlength=groups), sums.astype(np.int64)
