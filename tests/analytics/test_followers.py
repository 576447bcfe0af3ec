"""What followers gained are counted from: the last reading before the days, or else the first one within them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.analytics.periods import Span, last_days
from tests.analytics.worlds import TODAY, SmallWorld
from tests.analytics_world import Shape

WEEK = last_days(TODAY, 7)
OF_TODAY = date(2026, 11, 27).isoformat()


@pytest.fixture
def world(tmp_path: Path) -> SmallWorld:
    """Two accounts that have posted, and whose followers nobody has read."""
    world = SmallWorld(tmp_path)
    for key in (world.add(Shape(days=5, posts=1)), world.add(Shape(days=5, posts=1))):
        world.change(key, "DELETE FROM profile_readings")
    return world


def read(world: SmallWorld, followers: int, at: str, key: str = "a0") -> None:
    """Enter a reading of the profile at a moment in UTC; Jakarta is seven hours ahead."""
    world.change(key, "INSERT INTO profile_readings VALUES (?, ?, 80, 10)", (at, followers))


def gained(world: SmallWorld, *keys: str, span: Span = WEEK) -> tuple[int | None, list[int | None]]:
    """Over the span, and what its days say."""
    period = world.analytics.report(keys or ("a0",), span).period
    return period.summary.gained, [day.gained for day in period.days]


def test_two_readings_on_the_first_day_count_from_the_first_of_them(world: SmallWorld) -> None:
    read(world, 120, "2026-11-26T18:00:00+00:00")
    read(world, 150, "2026-11-27T02:00:00+00:00")
    assert gained(world) == (30, [None] * 6 + [30])


def test_later_days_count_from_that_first_reading_too(world: SmallWorld) -> None:
    for followers, at in ((120, "25T01"), (150, "25T09"), (155, "26T03")):
        read(world, followers, f"2026-11-{at}:00:00+00:00")
    assert gained(world) == (35, [None] * 4 + [30, 35, None])


def test_one_reading_tells_of_no_growth_on_its_day_either(world: SmallWorld) -> None:
    read(world, 120, "2026-11-27T02:00:00+00:00")
    assert gained(world) == (None, [None] * 7)


def test_two_equal_readings_tell_that_nothing_was_gained(world: SmallWorld) -> None:
    read(world, 120, "2026-11-26T18:00:00+00:00")
    read(world, 120, "2026-11-27T02:00:00+00:00")
    assert gained(world)[0] == 0


def test_with_a_reading_before_the_days_those_of_the_first_day_count_from_it(world: SmallWorld) -> None:
    for followers, at in ((100, "2026-11-19T02"), (120, "2026-11-21T02"), (150, "2026-11-21T09")):
        read(world, followers, f"{at}:00:00+00:00")
    assert gained(world) == (50, [50] + [None] * 6)


def test_the_last_of_several_readings_before_the_days_is_counted_from(world: SmallWorld) -> None:
    for followers, at in ((100, "2026-11-20T01"), (110, "2026-11-20T09"), (150, "2026-11-22T09")):
        read(world, followers, f"{at}:00:00+00:00")
    assert gained(world)[0] == 40


def test_the_older_table_holds_a_reading_again_and_is_no_second_one(world: SmallWorld) -> None:
    read(world, 120, "2026-11-27T02:00:00+00:00")
    world.change(
        "a0", "INSERT INTO follower_growth (date, followers_count, following_count) VALUES (?, 119, 80)", (OF_TODAY,)
    )
    assert gained(world) == (None, [None] * 7)


def test_an_account_that_was_read_once_adds_nothing_to_what_others_gained(world: SmallWorld) -> None:
    read(world, 120, "2026-11-26T18:00:00+00:00")
    read(world, 150, "2026-11-27T02:00:00+00:00")
    read(world, 900, "2026-11-25T02:00:00+00:00", "a1")
    assert gained(world, "a0", "a1") == (30, [None] * 6 + [30])
    assert world.analytics.report(["a0", "a1"], WEEK).period.summary.sources.gained == {0}
