"""One account's columns with their days and hours on its own clock."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.analytics.local_time import day_of, hour_of, local_hours
from bot.storage.analytics import AccountColumns, BoolArray, IntArray, KeywordColumns, OutcomeColumns, empty_columns


@dataclass(frozen=True)
class AccountData:
    """What is computed with. Days are ordinals (date.toordinal()) of the account's local dates, ascending."""

    post_day: IntArray
    post_hour: IntArray
    post_template: IntArray
    post_counts: IntArray  # a row for each of COUNTS; UNKNOWN
    templates: tuple[str, ...]
    follower_day: IntArray  # each date once
    followers: IntArray  # as read last on that date
    first_followers: IntArray  # as read first on that date
    is_read_again: BoolArray  # whether it was read more than once on that date
    keywords: KeywordColumns
    outcomes: OutcomeColumns
    begun: int | None  # the first date with any record

    @property
    def size(self) -> int:
        """In memory, in bytes, without the names."""
        arrays = (self.post_day, self.post_hour, self.post_template, self.post_counts, self.follower_day)
        words, told = self.keywords, self.outcomes
        read = (self.followers, self.first_followers, self.is_read_again)
        more = (*read, words.day, words.keyword, words.found, words.engaged, told.day, told.template)
        return sum(array.nbytes for array in (*arrays, *more, told.chats, told.orders, told.revenue)) + 4096


def localize(columns: AccountColumns, zone: str) -> AccountData:
    """Put an account's columns on the clock of its zone."""
    posts = columns.posts
    hours = local_hours(posts.at, zone)
    order = np.argsort(hours, kind="stable")  # clocks that are set back at midnight turn days back, too
    hours = hours[order]
    read = _read_days(columns, zone)
    begun = [*_first_days(columns, zone), *read.day[:1].tolist()]
    return AccountData(
        post_day=day_of(hours),
        post_hour=hour_of(hours),
        post_template=posts.template[order],
        post_counts=posts.counts[:, order],
        templates=posts.templates,
        follower_day=read.day,
        followers=read.last,
        first_followers=read.first,
        is_read_again=read.is_read_again,
        keywords=columns.keywords,
        outcomes=columns.outcomes,
        begun=min(begun, default=None),
    )


def _first_days(columns: AccountColumns, zone: str) -> list[int]:
    found = [] if columns.first_day is None else [columns.first_day]
    if columns.first_post_at is not None:
        found.append(int(day_of(local_hours(np.array([columns.first_post_at], np.int64), zone))[0]))
    return found


@dataclass(frozen=True)
class _ReadDays:
    """The dates on which followers were read, each once, and what was read first and last on them."""

    day: IntArray
    first: IntArray
    last: IntArray
    is_read_again: BoolArray


def _read_days(columns: AccountColumns, zone: str) -> _ReadDays:
    """The older table holds the last reading of its dates once more, and tells of those that have no other."""
    days = np.concatenate((columns.growth_day, day_of(local_hours(columns.profile_at, zone))))
    counts = np.concatenate((columns.growth_followers, columns.profile_followers))
    is_older = np.arange(len(days)) < len(columns.growth_day)
    order = np.argsort(days, kind="stable")  # on each date the older table's first
    days, counts, is_older = days[order], counts[order], is_older[order]
    begins = np.flatnonzero(np.append(True, days[1:] != days[:-1])) if len(days) else np.zeros(0, np.int64)
    ends = np.append(begins[1:], len(days))[: len(begins)] - 1
    firsts = np.minimum(begins + np.add.reduceat(is_older, begins, dtype=np.int64), ends)
    return _ReadDays(days[ends], counts[firsts], counts[ends], ends > firsts)


NOTHING = localize(empty_columns(), "UTC")
"""Of an account that nothing has been recorded of."""
