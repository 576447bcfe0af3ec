"""Chats, orders and revenue by day and by template. What nobody has entered is unknown, never 0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.analytics.gathering import Member
from bot.analytics.periods import Span
from bot.storage.analytics import BoolArray, FloatArray, IntArray

FIGURES = 3  # chats, orders, revenue


@dataclass(frozen=True)
class Outcome:
    """What came of the posts, as far as it was entered. None: nobody has; `accounts` have entered any of it."""

    chats: int | None = None
    orders: int | None = None
    revenue: float | None = None  # in the unit that the shop counts in
    accounts: int = 0


@dataclass(frozen=True)
class DayOutcomes:
    """By day."""

    sums: FloatArray  # a row for each figure
    entries: IntArray  # of how many entries each sum is
    entered: BoolArray  # a row for each account: on which days it has entered any
    by: tuple[frozenset[int], frozenset[int], frozenset[int]]  # for each figure, the places of the members that told it

    def of(self, part: slice) -> Outcome:
        """Of some days together; days without an entry are left out."""
        sums, entries = self.sums[:, part].sum(axis=1), self.entries[:, part].sum(axis=1)
        return _outcome(sums, entries, int(self.entered[:, part].any(axis=1).sum()))


def sum_outcomes(members: Sequence[Member], span: Span) -> DayOutcomes:
    """Each day's sums over all members."""
    first, length = span.first.toordinal(), span.length
    sums, entries = np.zeros((FIGURES, length)), np.zeros((FIGURES, length), np.int64)
    entered = np.zeros((len(members), length), np.bool_)
    told_by = np.zeros((FIGURES, len(members)), np.bool_)
    for number, member in enumerate(members):
        told = member.data.outcomes
        inside = (told.day >= first) & (told.day < first + length)
        place = told.day[inside] - first
        entered[number, place] = True
        for row, values in enumerate((told.chats, told.orders, told.revenue)):
            sum_, count = _summed(place, values[inside], length)
            sums[row] += sum_
            entries[row] += count
            told_by[row, number] = count.any()
    chats, orders, revenue = (frozenset(np.flatnonzero(row).tolist()) for row in told_by)
    return DayOutcomes(sums, entries, entered, (chats, orders, revenue))


def outcomes_by_template(member: Member, span: Span) -> dict[str, Outcome]:
    """Template -> what is attributed to it; templates that nothing is attributed to are not in it."""
    told = member.data.outcomes
    inside = (told.day >= span.first.toordinal()) & (told.day <= span.last.toordinal())
    place, count = told.template[inside], len(told.templates)
    parts = [_summed(place, values[inside], count) for values in (told.chats, told.orders, told.revenue)]
    sums, entries = np.array([part[0] for part in parts]), np.array([part[1] for part in parts])
    return {
        name: _outcome(sums[:, each], entries[:, each], 1)
        for each, name in enumerate(told.templates)
        if name and each in place
    }


def _summed(place: IntArray, values: FloatArray, length: int) -> tuple[FloatArray, IntArray]:
    """The sum at each place, and of how many values it is."""
    known = ~np.isnan(values)
    sums = np.bincount(place[known], weights=values[known], minlength=length)
    return sums.astype(np.float64), np.bincount(place[known], minlength=length).astype(np.int64)


def _outcome(sums: FloatArray, entries: IntArray, accounts: int) -> Outcome:
    chats, orders, revenue = (float(each) if count else None for each, count in zip(sums, entries, strict=True))
    return Outcome(_whole(chats), _whole(orders), None if revenue is None else round(revenue, 6), accounts)


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)
