"""One account's columns with their days and hours on its own clock."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.analytics.local_time import day_of, hour_of, local_hours
from bot.storage.analytics import AccountColumns, IntArray, KeywordColumns, OutcomeColumns, empty_columns


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
    keywords: KeywordColumns
    outcomes: OutcomeColumns
    begun: int | None  # the first date with any record

    @property
    def size(self) -> int:
        """In memory, in bytes, without the names."""
        arrays = (self.post_day, self.post_hour, self.post_template, self.post_counts, self.follower_day)
        words, told = self.keywords, self.outcomes
        more = (self.followers, words.day, words.keyword, words.found, words.engaged, told.day, told.template)
        return sum(array.nbytes for array in (*arrays, *more, told.chats, told.orders, told.revenue)) + 4096


def localize(columns: AccountColumns, zone: str) -> AccountData:
    """Put an account's columns on the clock of its zone."""
    posts = columns.posts
    hours = local_hours(posts.at, zone)
    order = np.argsort(hours, kind="stable")  # clocks that are set back at midnight turn days back, too
    hours = hours[order]
    follower_day, followers = _followers(columns, zone)
    begun = [*_first_days(columns, zone), *follower_day[:1].tolist()]
    return AccountData(
        post_day=day_of(hours),
        post_hour=hour_of(hours),
        post_template=posts.template[order],
        post_counts=posts.counts[:, order],
        templates=posts.templates,
        follower_day=follower_day,
        followers=followers,
        keywords=columns.keywords,
        outcomes=columns.outcomes,
        begun=min(begun, default=None),
    )


def _first_days(columns: AccountColumns, zone: str) -> list[int]:
    found = [] if columns.first_day is None else [columns.first_day]
    if columns.first_post_at is not None:
        found.append(int(day_of(local_hours(np.array([columns.first_post_at], np.int64), zone))[0]))
    return found


def _followers(columns: AccountColumns, zone: str) -> tuple[IntArray, IntArray]:
    """The last reading of each day; the older table tells of days without one."""
    days = np.concatenate((columns.growth_day, day_of(local_hours(columns.profile_at, zone))))
    counts = np.concatenate((columns.growth_followers, columns.profile_followers))
    order = np.argsort(days, kind="stable")
    days, counts = days[order], counts[order]
    is_last = np.append(days[1:] != days[:-1], True) if len(days) else np.zeros(0, bool)
    return days[is_last], counts[is_last]


NOTHING = localize(empty_columns(), "UTC")
"""Of an account that nothing has been recorded of."""
