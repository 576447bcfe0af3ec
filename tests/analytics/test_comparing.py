"""Sides on the same axes: each is its own report, and per 1,000 followers counts the same accounts above and below."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.analytics.comparing import MEASURES, MOST_SIDES
from bot.analytics.periods import last_days
from tests.analytics.worlds import TODAY, SmallWorld
from tests.analytics_world import Shape

MONTH = last_days(TODAY, 30)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> SmallWorld:
    world = SmallWorld(tmp_path_factory.mktemp("accounts"))
    world.add(Shape(days=60, posts=2))
    world.add(Shape(days=60, posts=4))
    world.add(Shape(days=60, posts=3, missed=1.1))  # its profile was never read ...
    world.change("a2", "DELETE FROM follower_growth")
    return world


def test_a_side_has_the_numbers_of_its_accounts(world: SmallWorld) -> None:
    alone, group = world.analytics.compare([("a0", ["a0"]), ("all", list(world.places))], MONTH).sides
    for side, ids in ((alone, ["a0"]), (group, list(world.places))):
        period = world.analytics.report(ids, MONTH).period
        assert side.line("posts").total == period.summary.posts
        assert side.line("engagement").days == tuple(day.engagement.value for day in period.days)
        assert side.line("gained").total == period.summary.gained
        assert side.line("orders").total == period.summary.outcome.orders


def test_per_1000_followers_leaves_out_accounts_whose_followers_are_unknown(world: SmallWorld) -> None:
    (side,) = world.analytics.compare([("all", list(world.places))], MONTH).sides
    earlier = "SELECT followers FROM profile_readings WHERE read_at < ? ORDER BY read_at DESC LIMIT 1"
    base = {key: world.sql(key, earlier, ("2026-10-28T17:00",))[0][0] for key in ("a0", "a1")}
    posts = sum(world.analytics.report([key], MONTH).period.summary.posts or 0 for key in base)
    assert side.followers == sum(base.values())
    assert side.line("posts").total_per == pytest.approx(posts * 1000 / sum(base.values()))
    assert (side.line("posts").total or 0) > posts


def test_of_a_side_whose_followers_are_unknown_nothing_is_told_per_follower(world: SmallWorld) -> None:
    (side,) = world.analytics.compare([("a2", ["a2"])], MONTH).sides
    assert side.followers is None
    for measure in MEASURES:
        assert side.line(measure).total_per is None
    assert side.line("gained").total is None
    assert side.line("posts").total is not None


def test_more_than_eight_are_refused(world: SmallWorld) -> None:
    sides = [("x", ["a0"])] * (MOST_SIDES + 1)
    with pytest.raises(ValueError, match="up to 8"):
        world.analytics.compare(sides, MONTH)


def test_a_side_without_accounts_is_empty(tmp_path: Path) -> None:
    (side,) = SmallWorld(tmp_path).analytics.compare([("nobody", [])], MONTH).sides
    assert side.report.is_empty
    assert side.line("posts").total is None
