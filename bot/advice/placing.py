"""Where in a day a slot may be moved to: what the fleet and the account keep stays kept.

Times are minutes of the day in UTC, by the offset that the account's zone has now. All slots count as if they came
every day, but for those of the account itself, whose days are looked at: that refuses more than need be, never less.
"""

from __future__ import annotations

import hashlib
import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import time

DAY = 24 * 60
OWN_DISTANCE = 60
"""Minutes between two posts of one account, at least: two in a row are read by the same people."""
RUN_MINUTES = 5
"""A run that posts takes about so long; while it does, its seat is taken."""
_FAR = 30
"""Minutes of distance from which on more is no better."""


@dataclass(frozen=True)
class FleetRules:
    """What holds for all accounts together."""

    seats: int
    posts_per_hour: int
    gap_seconds: float
    stagger_minutes: float

    @property
    def gap(self) -> int:
        """Minutes between two slots that post, at least one: no two accounts at one and the same minute."""
        return max(math.ceil(self.gap_seconds / 60), 1)


@dataclass(frozen=True)
class PlacedSlot:
    """A slot of an account at a minute of the day."""

    account_id: str
    slot: str
    minute: int
    weekdays: frozenset[str]
    posts: bool


class DayOfFleet:
    """All slots of all accounts, and where there is room beside them."""

    def __init__(self, slots: Iterable[PlacedSlot], rules: FleetRules) -> None:
        self._slots = list(slots)
        self._rules = rules

    def move(self, moved: PlacedSlot, hour: int, offset: int) -> time | None:
        """Move a slot into an hour of its account's clock, `offset` minutes ahead of UTC; None: none of it is free.

        The minute is the farthest from the posts of others. From now on the slot holds that
        place and its own, for those that follow: whichever of the moves are accepted, they fit.
        """
        others = [each for each in self._slots if (each.account_id, each.slot) != (moved.account_id, moved.slot)]
        room = _Room(others, moved, self._rules)
        minutes = [hour * 60 + minute for minute in self._minutes()]
        free = [minute for minute in minutes if room.is_free((minute - offset) % DAY)]
        if not free:
            return None
        best = max(free, key=lambda minute: (room.distance((minute - offset) % DAY), _lot(moved, minute)))
        self._slots.append(replace(moved, minute=(best - offset) % DAY))
        return time(best // 60, best % 60)

    def may_stand(self, moved: PlacedSlot, minute: int) -> bool:
        """Whether the slot may be moved to that minute of the day in UTC."""
        others = [each for each in self._slots if (each.account_id, each.slot) != (moved.account_id, moved.slot)]
        return _Room(others, moved, self._rules).is_free(minute)

    def _minutes(self) -> range:
        """Those of an hour that the stagger does not carry out of it; none when it carries all out."""
        return range(max(60 - math.ceil(self._rules.stagger_minutes), 0))


class _Room:
    """What the other slots leave to one."""

    def __init__(self, others: Sequence[PlacedSlot], moved: PlacedSlot, rules: FleetRules) -> None:
        self._rules = rules
        near = [each for each in others if each.account_id == moved.account_id and each.weekdays & moved.weekdays]
        self._own = _around(each.minute for each in near if each.posts)
        self._posts = _around(each.minute for each in others if each.posts)
        self._runs = _around(each.minute for each in others)

    def is_free(self, minute: int) -> bool:
        stagger = math.ceil(self._rules.stagger_minutes)
        return (
            _distance(self._own, minute) >= OWN_DISTANCE + stagger
            and _distance(self._posts, minute) >= self._rules.gap
            and _most_within(self._posts, minute, 60 + stagger) <= self._rules.posts_per_hour
            and _most_within(self._runs, minute, RUN_MINUTES) <= self._rules.seats
        )

    def distance(self, minute: int) -> int:
        """To the nearest post of anybody, as far as it matters."""
        return min(_distance(self._posts, minute), _FAR)


def _around(minutes: Iterable[int]) -> list[int]:
    """The minutes in order, with those of the day before and after: a day has no edge."""
    known = sorted(minutes)
    return [minute + day for day in (-DAY, 0, DAY) for minute in known]


def _distance(around: Sequence[int], minute: int) -> int:
    place = bisect_left(around, minute)
    return min((abs(each - minute) for each in around[max(place - 1, 0) : place + 1]), default=DAY)


def _most_within(around: Sequence[int], minute: int, length: int) -> int:
    """The most there would be in any `length` minutes around `minute`, both ends and the new one included."""
    near = [*around[bisect_left(around, minute - length) : bisect_right(around, minute + length)], minute]
    near.sort()
    return max(bisect_right(near, start + length) - place for place, start in enumerate(near) if start <= minute)


def _lot(moved: PlacedSlot, minute: int) -> bytes:
    """Among minutes that are as good, each account draws its own, always the same."""
    return hashlib.sha256(f"{moved.account_id}|{moved.slot}|{minute}".encode()).digest()
