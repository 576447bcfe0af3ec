"""How planned runs fit into the seats: what waits, how long, and how many seats would do. Pure."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)


@dataclass(frozen=True, order=True)
class PlannedWork:
    """One run that is to come, and how long it is expected to take."""

    planned_at: datetime
    seconds: float


@dataclass(frozen=True)
class HourLoad:
    """The work that is planned for one hour, as seats that it would fill from its beginning to its end."""

    begins: datetime
    runs: int
    seats_wanted: float


@dataclass(frozen=True)
class Backlog:
    """A time in which runs wait for a seat, from the first that waits to the last that gets one."""

    begins: datetime
    ends: datetime
    runs: int
    longest_wait: timedelta


@dataclass(frozen=True)
class Load:
    """What comes of planned work on a number of seats."""

    seats: int
    hours: tuple[HourLoad, ...]
    backlogs: tuple[Backlog, ...]  # the earliest first

    @property
    def longest_wait(self) -> timedelta:
        return max((each.longest_wait for each in self.backlogs), default=timedelta())


def find_load(work: Iterable[PlannedWork], seats: int) -> Load:
    """Give the seats to the runs in order of planned time, as `bot.fleet.run_queue` does.

    Left out is what nobody knows beforehand: runs that a person asks for, rests for permits, pauses. That an account
    does one run at a time matters only where its own runs overlap.
    """
    planned = sorted(work)
    return Load(seats, tuple(_hours(planned)), tuple(_backlogs(planned, _starts(planned, seats))))


def seats_needed(work: Iterable[PlannedWork], patience: timedelta, most: int) -> int | None:
    """The fewest seats with which no run waits longer than `patience`; None when `most` are not enough."""
    planned = sorted(work)

    def is_enough(seats: int) -> bool:
        starts = _starts(planned, seats)
        return all(start - each.planned_at <= patience for start, each in zip(starts, planned, strict=True))

    low, high = 1, most
    if not is_enough(most):
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle + 1, high)
    return low


def _starts(planned: Sequence[PlannedWork], seats: int) -> list[datetime]:
    """When each of the runs gets its seat."""
    free: list[datetime] = []
    starts: list[datetime] = []
    for each in planned:
        start = each.planned_at
        if len(free) >= seats:
            start = max(start, heapq.heappop(free))
        heapq.heappush(free, start + timedelta(seconds=each.seconds))
        starts.append(start)
    return starts


def _hours(planned: Sequence[PlannedWork]) -> list[HourLoad]:
    found: dict[datetime, tuple[int, float]] = {}
    for each in planned:
        begins = each.planned_at.replace(minute=0, second=0, microsecond=0)
        runs, seconds = found.get(begins, (0, 0.0))
        found[begins] = (runs + 1, seconds + each.seconds)
    return [HourLoad(begins, runs, seconds / HOUR.total_seconds()) for begins, (runs, seconds) in found.items()]


def _backlogs(planned: Sequence[PlannedWork], starts: Sequence[datetime]) -> list[Backlog]:
    """Waits that touch each other are one."""
    found: list[Backlog] = []
    for each, start in zip(planned, starts, strict=True):
        wait = start - each.planned_at
        if not wait:
            continue
        if found and each.planned_at <= found[-1].ends:
            last = found[-1]
            ends, longest = max(last.ends, start), max(last.longest_wait, wait)
            found[-1] = Backlog(last.begins, ends, last.runs + 1, longest)
        else:
            found.append(Backlog(each.planned_at, start, 1, wait))
    return found
