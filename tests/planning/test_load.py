"""Planned runs on a number of seats: what waits, how long, and how many seats would do."""

from __future__ import annotations

import heapq
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.planning.load import Load, PlannedWork, find_load, seats_needed

EIGHT = datetime(2026, 3, 2, 8, tzinfo=UTC)
WORK = st.lists(st.tuples(st.integers(0, 600), st.integers(1, 3600)), max_size=40)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def at(offset: float, length: float = 5) -> PlannedWork:
    return PlannedWork(EIGHT + minutes(offset), length * 60)


def test_work_that_fits_waits_for_nothing() -> None:
    assert find_load([], 1) == Load(1, (), ())
    load = find_load([at(0), at(5), at(10)], 1)
    assert (load.backlogs, load.longest_wait) == ((), timedelta())
    assert [(hour.begins, hour.runs, hour.seats_wanted) for hour in load.hours] == [(EIGHT, 3, 0.25)]


def test_a_hundred_accounts_at_one_time_on_three_seats_wait_as_long_as_that_takes() -> None:
    load = find_load([at(0)] * 100, 3)
    (backlog,) = load.backlogs
    assert (backlog.begins, backlog.runs) == (EIGHT, 97)
    assert backlog.longest_wait == minutes(33 * 5)
    assert backlog.ends == EIGHT + minutes(33 * 5)


def test_backlogs_that_do_not_touch_are_told_apart() -> None:
    load = find_load([at(0), at(0), at(120), at(121)], 1)
    assert [(each.begins, each.runs, each.longest_wait) for each in load.backlogs] == [
        (EIGHT, 1, minutes(5)),
        (EIGHT + minutes(121), 1, minutes(4)),
    ]


def test_the_fewest_seats_that_do_are_found() -> None:
    work = [at(0)] * 100
    assert seats_needed(work, minutes(15), 64) == 25  # four rounds of five minutes: the last begins at 15
    assert seats_needed(work, minutes(4), 64) is None
    assert seats_needed([], minutes(15), 64) == 1


@given(WORK, st.integers(1, 5))
def test_it_is_what_seats_taken_minute_by_minute_come_to(planned: list[tuple[int, int]], seats: int) -> None:
    """The reference lets each second pass and gives free seats to the oldest that is due."""
    work = sorted(PlannedWork(EIGHT + minutes(place), seconds) for place, seconds in planned)
    waiting, free, waits, clock = list(work), [EIGHT] * seats, [], EIGHT
    while waiting:
        clock = max(heapq.heappop(free), waiting[0].planned_at)
        run = waiting.pop(0)
        waits.append(clock - run.planned_at)
        heapq.heappush(free, clock + timedelta(seconds=run.seconds))
    load = find_load(work, seats)
    assert load.longest_wait == max(waits, default=timedelta())
    assert sum(each.runs for each in load.backlogs) == sum(wait > timedelta() for wait in waits)
    assert sum(each.runs for each in load.hours) == len(work)
