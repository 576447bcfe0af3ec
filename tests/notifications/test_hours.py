"""Quiet hours and the times of summaries, also across midnight and where clocks are set."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.notifications.causes import Kind
from bot.notifications.hours import due_summary, is_due, is_quiet
from bot.storage.panel.notifications import Hours

NIGHT = Hours(timezone="Europe/Berlin", quiet_from="22:00", quiet_to="07:00")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


def changes(hours: Hours, start: datetime, days: int) -> list[tuple[datetime, bool]]:
    """The moments at which quiet begins (True) and ends, looked at every ten minutes."""
    moments = [start + timedelta(minutes=10 * number) for number in range(days * 144)]
    states = [is_quiet(hours, moment) for moment in moments]
    return [
        (moment, after)
        for moment, before, after in zip(moments[1:], states, states[1:], strict=False)
        if before != after
    ]


def test_quiet_goes_across_midnight() -> None:
    assert changes(NIGHT, utc(2026, 11, 22, 12), 2) == [
        (utc(2026, 11, 22, 21), True),
        (utc(2026, 11, 23, 6), False),
        (utc(2026, 11, 23, 21), True),
        (utc(2026, 11, 24, 6), False),
    ]


def test_quiet_within_a_day() -> None:
    hours = Hours(timezone="Asia/Jakarta", quiet_from="12:00", quiet_to="13:00")
    assert changes(hours, utc(2026, 11, 23), 1) == [(utc(2026, 11, 23, 5), True), (utc(2026, 11, 23, 6), False)]


def test_the_night_is_an_hour_shorter_when_summer_time_begins_and_longer_when_it_ends() -> None:
    assert changes(NIGHT, utc(2026, 3, 28, 12), 1) == [(utc(2026, 3, 28, 21), True), (utc(2026, 3, 29, 5), False)]
    assert changes(NIGHT, utc(2026, 10, 24, 12), 1) == [(utc(2026, 10, 24, 20), True), (utc(2026, 10, 25, 6), False)]


def test_an_end_within_the_hour_that_comes_twice_comes_once() -> None:
    hours = Hours(timezone="Europe/Berlin", quiet_from="22:00", quiet_to="02:30")
    assert changes(hours, utc(2026, 10, 24, 12), 1) == [
        (utc(2026, 10, 24, 20), True),
        (utc(2026, 10, 25, 0, 30), False),
    ]


def test_an_end_that_the_clock_leaps_over_still_comes() -> None:
    hours = Hours(timezone="Europe/Berlin", quiet_from="22:00", quiet_to="02:30")
    [_, (end, is_on)] = changes(hours, utc(2026, 3, 28, 12), 1)
    assert (end, is_on) == (utc(2026, 3, 29, 1, 30), False)


@pytest.mark.parametrize("hours", [Hours(), Hours(quiet_from="08:00", quiet_to="08:00"), Hours(quiet_from="8")])
def test_without_a_span_it_is_never_quiet(hours: Hours) -> None:
    assert changes(hours, utc(2026, 11, 23), 2) == []


@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001  bounds
def test_the_hours_and_the_rest_of_the_day_are_one_another_s_opposite(moment: datetime) -> None:
    day = Hours(timezone="Asia/Jakarta", quiet_from="07:00", quiet_to="22:00")
    night = Hours(timezone="Asia/Jakarta", quiet_from="22:00", quiet_to="07:00")
    assert is_quiet(day, moment) != is_quiet(night, moment)


def test_a_summary_is_due_from_its_time_on_for_half_a_day() -> None:
    hours = Hours(timezone="Asia/Jakarta", summary_at="20:00")
    assert due_summary(Kind.DAILY, hours, LONG_AGO, utc(2026, 11, 23, 12, 59)) is None
    due = due_summary(Kind.DAILY, hours, LONG_AGO, utc(2026, 11, 23, 13))
    assert due is not None
    assert (due.key, due.day) == ("daily:2026-11-23", date(2026, 11, 23))
    assert due_summary(Kind.DAILY, hours, LONG_AGO, utc(2026, 11, 24, 0, 59)) == due
    assert due_summary(Kind.DAILY, hours, LONG_AGO, utc(2026, 11, 24, 1)) is None


def test_a_weekly_one_is_due_on_its_day_alone() -> None:
    hours = Hours(summary_at="08:00", weekly_on=0)
    due = due_summary(Kind.WEEKLY, hours, LONG_AGO, utc(2026, 11, 23, 8))
    assert due is not None
    assert (due.key, due.day) == ("weekly:2026-11-23", date(2026, 11, 22))
    assert due_summary(Kind.WEEKLY, hours, LONG_AGO, utc(2026, 11, 24, 8)) is None


def test_a_clock_that_ran_ahead_silences_nothing_for_ever() -> None:
    now = utc(2026, 11, 23)
    assert is_due(now, now + timedelta(days=400), now)
    assert not is_due(now, now + timedelta(minutes=5), now)
