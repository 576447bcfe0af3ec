"""Hours that are called best: better than all posts together, with enough posts to be more than luck."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bot.analytics.gathering import Posts
from bot.analytics.hours import BEST_POSTS, HourGrid, grid_of
from bot.analytics.periods import last_days
from tests.analytics.worlds import POSTS, TODAY, SmallWorld
from tests.analytics_world import Shape

MONDAY = TODAY.toordinal() - TODAY.weekday()


def grid(*hours: tuple[int, int, int], views: int = 100) -> HourGrid:
    """Of some hours of a Monday: (hour, posts, likes of each)."""
    rows = [(hour, likes) for hour, posts, likes in hours for _ in range(posts)]
    hour, likes = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    none = np.zeros(len(rows), np.int64)
    counts = np.stack((none + views, likes, none, none, none))
    return grid_of(Posts(none, none + MONDAY, hour, none, counts))


def best(found: HourGrid) -> list[int]:
    return [cell.hour for cell in found.best(3)]


def test_an_hour_below_all_posts_is_not_called_best() -> None:
    assert best(grid((9, 20, 5), (15, 20, 1))) == [9]


def test_the_only_hour_is_no_better_than_all_posts() -> None:
    assert best(grid((9, 40, 5))) == []


def test_an_hour_of_few_posts_is_not_called_best_however_much_they_brought() -> None:
    assert best(grid((9, BEST_POSTS - 1, 90), (15, 30, 1))) == []
    assert best(grid((9, BEST_POSTS, 90), (15, 30, 1))) == [9]


def test_of_more_than_three_the_best_stand_first() -> None:
    hours = [(hour, 10, 10 + hour) for hour in (8, 12, 10, 9)]
    assert best(grid(*hours, (20, 60, 1))) == [12, 10, 9]


def test_posts_whose_counts_are_unknown_count_for_nothing() -> None:
    assert best(grid((9, 20, -1), (15, 20, 1), (16, 20, 2))) == [16]


def test_best_hours_are_those_of_sql(tmp_path: Path) -> None:
    world, span = SmallWorld(tmp_path), last_days(TODAY, 60)
    key = world.add(Shape(days=60, posts=70))
    rated = f"{POSTS} WHERE day BETWEEN ? AND ? AND engagement + views NOT NULL"
    query = f"""SELECT weekday, hour, 1.0 * sum(engagement) / sum(views) AS rate FROM {rated}
        GROUP BY weekday, hour HAVING count(*) >= 10 AND rate > ? ORDER BY rate DESC LIMIT 3"""
    dates = (span.first.isoformat(), span.last.isoformat())
    usual = world.sql(key, f"SELECT 1.0 * sum(engagement) / sum(views) FROM {rated}", dates)[0][0]
    expected = world.sql(key, query, (*dates, usual))
    assert len(expected) == 3
    found = world.analytics.report([key], span).hours.best(3)
    assert [(cell.weekday, cell.hour, cell.rate.value) for cell in found] == expected
