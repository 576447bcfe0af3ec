"""The geometry of charts: rounded ticks, gaps, names apart, bars as high as their numbers."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.analytics.drawing import GROUND, TOP, Chart, Series, Value, draw, short, written, written_alike

FIRST = date(2026, 11, 1)


def days(count: int) -> list[date]:
    return [FIRST + timedelta(days=number) for number in range(count)]


def drawn(*values: Value, from_zero: bool = True, with_bars: bool = False) -> Chart:
    series = [Series("now", 0, values, "Posts")]
    return draw("x", "Posts", days(len(values)), series, from_zero=from_zero, with_bars=with_bars)


def test_a_line_breaks_where_a_day_is_unknown_and_a_day_alone_has_a_mark() -> None:
    (line,) = drawn(1, 2, None, 3, None, 4, 5).lines
    assert [len(piece.split()) for piece in line.pieces] == [2, 2]
    assert len(line.marks) == 5
    assert line.marks[2].title == "Posts, Wed 04 Nov: 3"


def test_of_many_points_some_are_marked_and_each_that_stands_alone() -> None:
    (line,) = drawn(*[None if number % 2 else number for number in range(90)]).lines
    assert len(line.marks) == 45
    (line,) = drawn(*range(90)).lines
    assert 10 <= len(line.marks) <= 14


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((0, 7), ["0", "2", "4", "6", "8"]),
        ((3, 3), ["0", "1", "2", "3"]),
        ((0, 0), ["0", "1"]),
        ((-3, 12), ["-5", "0", "5", "10", "15"]),
        ((0.0, 0.041), ["0", "0.02", "0.04", "0.06"]),
        ((0, 130_000), ["0", "50k", "100k", "150k"]),
    ],
)
def test_ticks_are_rounded_numbers(values: tuple[float, ...], words: list[str]) -> None:
    assert [tick.words for tick in drawn(*values).upright] == words


def test_without_zero_the_axis_begins_near_the_smallest() -> None:
    assert next(tick.words for tick in drawn(1180, 1204, from_zero=False).upright) == "1.18k"


def test_bars_are_as_high_as_their_numbers_and_unknown_days_have_none() -> None:
    chart = drawn(2, 4, None, 0, with_bars=True)
    assert [bar.height for bar in chart.bars] == [(GROUND - TOP) / 2, GROUND - TOP, 0]
    assert chart.lines == ()


def test_names_at_the_ends_of_lines_do_not_lie_on_each_other() -> None:
    series = [Series(name, place, (1, 5)) for place, name in enumerate("ABCDEFGH")]
    places = sorted(line.name_y or 0 for line in draw("x", "x", days(2), series).lines)
    assert all(b - a >= 12 for a, b in pairwise(places))


@settings(deadline=None)
@given(st.lists(st.lists(st.none() | st.floats(-1e9, 1e9), min_size=3, max_size=3), min_size=1, max_size=8))
def test_whatever_the_values_all_lies_inside_the_picture(columns: list[list[Value]]) -> None:
    chart = draw("x", "x", days(3), [Series("s", place, tuple(each)) for place, each in enumerate(columns)])
    for line in chart.lines:
        for mark in line.marks:
            assert 0 <= mark.x <= 100
            assert TOP - 1 <= mark.y <= GROUND + 1
        assert line.name_y is None or -20 <= line.name_y <= GROUND + 20
    assert 2 <= len(chart.upright) <= 8


def test_what_is_unknown_altogether_says_so() -> None:
    chart = drawn(None, None)
    assert chart.is_unknown
    assert chart.words == "Posts: unknown"


def test_dates_stand_along_the_ground_a_few_of_them() -> None:
    for count in (1, 7, 30, 90, 366, 731):
        ticks = draw("x", "x", days(count), [Series("s", 0, (1,) * count)]).across
        assert 1 <= len(ticks) <= 8
        assert all(0 <= tick.at <= 100 for tick in ticks)


def test_numbers_are_written_for_people() -> None:
    assert [written(value) for value in (None, 1234, 3.456, 3.5, 0, 1234.5)] == [
        "unknown",
        "1,234",
        "3.46",
        "3.5",
        "0",
        "1,234",
    ]
    assert [short(value) for value in (950, 12_000, 3_500_000, 2e9)] == ["950", "12k", "3.5M", "2bn"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ((73.126, 173.637), ["73.13", "173.64"]),
        ((4.3, 4.31, None), ["4.30", "4.31", "unknown"]),
        ((1.5, 2), ["1.5", "2.0"]),
        ((1234, 2), ["1,234", "2"]),
        ((1234.5, 174.2), ["1,234", "174"]),
        ((None, None), ["unknown", "unknown"]),
    ],
)
def test_the_numbers_of_a_row_have_equally_many_decimals(row: tuple[Value, ...], words: list[str]) -> None:
    assert written_alike(row) == words
