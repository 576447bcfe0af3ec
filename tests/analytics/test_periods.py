"""Spans of days, whatever is asked for."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.analytics.periods import EARLIEST, LONGEST, Span, choose_span, last_days

TODAY = date(2026, 11, 27)
DATES = st.none() | st.dates()


def test_the_last_days_have_today_among_them() -> None:
    assert last_days(TODAY, 7) == Span(date(2026, 11, 21), TODAY)
    assert last_days(TODAY, 1).days == [TODAY]


def test_the_days_before_are_as_many_and_end_the_day_before() -> None:
    assert Span(date(2026, 3, 1), date(2026, 3, 31)).before == Span(date(2026, 1, 29), date(2026, 2, 28))


def test_without_a_wish_it_is_thirty_days() -> None:
    assert choose_span(TODAY) == last_days(TODAY, 30)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2026, 1, 5), date(2026, 2, 1), Span(date(2026, 1, 5), date(2026, 2, 1))),
        (date(2026, 2, 1), date(2026, 1, 5), Span(date(2026, 1, 5), date(2026, 2, 1))),
        (date(2026, 11, 20), None, Span(date(2026, 11, 20), TODAY)),
        (None, date(2026, 11, 20), Span(date(2026, 10, 22), date(2026, 11, 20))),
        (date(2026, 11, 20), date(2027, 1, 1), Span(date(2026, 11, 20), TODAY)),
        (date(2027, 1, 1), date(2027, 2, 1), Span(TODAY, TODAY)),
    ],
)
def test_own_dates_are_put_right(first: date | None, last: date | None, expected: Span) -> None:
    assert choose_span(TODAY, first=first, last=last) == expected


@given(DATES, DATES, st.none() | st.integers(-10, 10**9))
def test_any_wish_gives_a_span_within_bounds(first: date | None, last: date | None, days: int | None) -> None:
    span = choose_span(TODAY, days=days, first=first, last=last)
    assert 1 <= span.length <= LONGEST
    assert EARLIEST - timedelta(days=LONGEST) <= span.before.first <= span.last <= TODAY


def test_a_span_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        Span(TODAY, TODAY - timedelta(days=1))
