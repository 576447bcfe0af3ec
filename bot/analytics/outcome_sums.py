"""Chats, orders and revenue by day and by template. Of an account that has never entered any, they are unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.analytics.gathering import Member
from bot.analytics.periods import Span
from bot.storage.analytics import FloatArray, IntArray


@dataclass(frozen=True)
class Outcome:
    """What came of the posts. None is unknown; `accounts` have entered any by then."""

    chats: int | None = None
    orders: int | None = None
    revenue: float | None = None  # in the unit that the shop counts in
    accounts: int = 0


@dataclass(frozen=True)
class DayOutcomes:
    """By day."""

    chats: IntArray
    orders: IntArray
    revenue: FloatArray
    accounts: IntArray  # that have entered any by that day

    def of(self, part: slice) -> Outcome:
        """Of some days together."""
        accounts = int(self.accounts[part].max(initial=0))
        if not accounts:
            return Outcome()
        revenue = round(float(self.revenue[part].sum()), 6)
        return Outcome(int(self.chats[part].sum()), int(self.orders[part].sum()), revenue, accounts)


def sum_outcomes(members: Sequence[Member], span: Span) -> DayOutcomes:
    """Each day's sums over all members."""
    first, length = span.first.toordinal(), span.length
    sums = np.zeros((3, length))
    accounts = np.zeros(length, np.int64)
    for member in members:
        told = member.data.outcomes
        if told.begun is None or told.begun > span.last.toordinal():
            continue
        accounts[max(told.begun - first, 0) :] += 1
        inside = (told.day >= first) & (told.day < first + length)
        place = told.day[inside] - first
        for row, values in enumerate((told.chats, told.orders, told.revenue)):
            sums[row] += np.bincount(place, weights=values[inside], minlength=length)
    return DayOutcomes(sums[0].astype(np.int64), sums[1].astype(np.int64), sums[2], accounts)


def outcomes_by_template(member: Member, span: Span) -> dict[str, Outcome]:
    """Template -> what is attributed to it; templates that nothing is attributed to are not in it."""
    told = member.data.outcomes
    inside = (told.day >= span.first.toordinal()) & (told.day <= span.last.toordinal())
    place, count = told.template[inside], len(told.templates)
    chats, orders, revenue = (
        np.bincount(place, weights=values[inside], minlength=count)
        for values in (told.chats, told.orders, told.revenue)
    )
    return {
        name: Outcome(int(chats[each]), int(orders[each]), round(float(revenue[each]), 6), 1)
        for each, name in enumerate(told.templates)
        if name and each in place
    }
