"""When the numbers are read: at the end of a run that is due for it, else in a visit of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.planning.reading_times import WAITS_AT_MOST, is_due, own_visit_at, waits_for_run

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "age", "due"),
    [
        (24, timedelta(hours=23), False),
        (24, timedelta(hours=23, minutes=31), True),  # a daily slot is staggered by minutes
        (24, timedelta(hours=30), True),
        (1, timedelta(minutes=50), False),
        (1, timedelta(minutes=58), True),
        (48, timedelta(hours=24), False),
        (24, timedelta(hours=-1), True),  # read by a clock that ran ahead
    ],
)
def test_a_run_reads_when_the_last_reading_is_old_enough(hours: float, age: timedelta, due: bool) -> None:
    assert is_due(NOW - age, NOW, hours) is due


def test_a_run_reads_what_was_never_read() -> None:
    assert is_due(None, NOW, 24)


def test_a_visit_of_its_own_comes_when_the_hours_are_over() -> None:
    last = NOW + timedelta(hours=5)
    assert own_visit_at("one", last, NOW, 24) == last + timedelta(hours=24)


def test_after_a_start_the_visits_of_many_accounts_are_spread_over_an_hour() -> None:
    moments = [own_visit_at(f"account{n}", None, NOW, 24) for n in range(200)]
    assert min(moments) >= NOW + timedelta(minutes=10)
    assert max(moments) <= NOW + timedelta(minutes=70)
    for quarter in range(4):
        begins = NOW + timedelta(minutes=10 + 15 * quarter)
        assert 25 <= sum(begins <= at < begins + timedelta(minutes=15) for at in moments) <= 75
    assert moments[7] == own_visit_at("account7", NOW - timedelta(days=9), NOW, 24)


@pytest.mark.parametrize(
    ("run_in", "late", "waits"),
    [
        (timedelta(hours=2), timedelta(), True),
        (timedelta(hours=4), timedelta(), False),
        (timedelta(hours=2), WAITS_AT_MOST, False),  # the runs before this one read nothing
        (None, timedelta(), False),
    ],
)
def test_a_visit_waits_for_a_run_that_is_near(run_in: timedelta | None, late: timedelta, waits: bool) -> None:
    run_at = None if run_in is None else NOW + run_in
    assert waits_for_run(NOW - late, NOW, run_at) is waits
