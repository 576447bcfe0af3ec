"""Followers day by day, from readings that are not there for every account on every day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.analytics.gathering import Member
from bot.analytics.periods import Span
from bot.storage.analytics import BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class Growth:
    """Followers of several accounts over a span.

    An account counts from a base: its last reading before the span, or else its first one in it, also where another
    follows on the same day. On a day without a reading it has as many as before. A day on which no account was read is
    NaN; `gained` is NaN, too, until some account has been read after its base: one reading tells of no growth.
    """

    total: FloatArray  # each day: of the accounts that have been read by then
    gained: FloatArray  # each day: since the base
    read: IntArray  # each day: accounts that were read
    base: int | None  # followers of all accounts with a base; None: there is none
    based: frozenset[int]  # places of the members with a base
    last: int | None  # followers at the end
    compared: frozenset[int]  # those of which two readings are known: their base, and a later one

    @property
    def gain(self) -> int | None:
        """Over the whole span; None where no account was read twice."""
        if not self.compared or self.last is None or self.base is None:
            return None
        return self.last - self.base


def grow(members: Sequence[Member], span: Span) -> Growth:
    """Followers over the span."""
    days = np.arange(span.first.toordinal(), span.last.toordinal() + 1)
    total, gained = np.zeros(len(days)), np.zeros(len(days))
    read, known = np.zeros(len(days), np.int64), np.zeros(len(days), np.int64)
    base = last = 0
    based, compared = set(), set()
    for number, member in enumerate(members):
        found = _Line.of(member, days)
        if found is None:
            continue
        total += np.where(found.is_known, found.carried, 0)
        gained += np.where(found.is_known, found.carried - found.base, 0)
        read += found.is_read
        known += found.is_compared
        base, last = base + found.base, last + int(found.carried[-1])
        based.add(number)
        if found.is_compared[-1]:
            compared.add(number)
    total[read == 0] = np.nan
    gained[(read == 0) | (known == 0)] = np.nan
    ends = (base if based else None, frozenset(based), last if based else None, frozenset(compared))
    return Growth(total, gained, read, *ends)


def base_of(member: Member, span: Span) -> int | None:
    """The followers it counts from in this span; None where it has not been read by its end."""
    found = _Line.of(member, np.array([span.first.toordinal(), span.last.toordinal()]))
    return None if found is None else found.base


@dataclass(frozen=True)
class _Line:
    """One account's."""

    carried: IntArray
    is_known: BoolArray
    is_read: BoolArray
    base: int
    is_compared: BoolArray  # by which days it has been read after its base

    @classmethod
    def of(cls, member: Member, days: IntArray) -> _Line | None:
        """None where nothing has been read by the last of these days."""
        data = member.data
        read_days = data.follower_day
        place = np.searchsorted(read_days, days, side="right") - 1
        if place[-1] < 0:
            return None
        start = max(int(np.searchsorted(read_days, days[0])) - 1, 0)
        is_known, shown = place >= 0, np.maximum(place, 0)
        is_read = is_known & (read_days[shown] == days)
        is_inside = bool(read_days[start] >= days[0])
        base = data.first_followers[start] if is_inside else data.followers[start]
        is_compared = is_known & ((place > start) | (is_inside and data.is_read_again[start]))
        return cls(data.followers[shown], is_known, is_read, int(base), is_compared)
