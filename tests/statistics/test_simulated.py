"""Thousands of whole tests with posts as they are: how often like arms get a winner, and a difference is found."""

from __future__ import annotations

import numpy as np
import pytest

from bot.statistics.sizes import POWER, posts_per_arm
from tests.statistics.campaigns import (
    Made,
    as_planned,
    carried_out,
    decided,
    engaged_post,
    in_pairs,
    selling_post,
    spread,
)

TESTS = 4000
MOST = 0.05
"""The share of tests of like arms that may call a winner, as it is counted, without room for chance."""


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("make", [engaged_post, selling_post])
@pytest.mark.parametrize("size", [20, 60])
def test_like_arms_get_a_winner_in_at_most_five_of_a_hundred(make: Made, size: int) -> None:
    random = np.random.default_rng(size)
    called = sum(carried_out(in_pairs(make, random, size), size, seed) is not None for seed in range(TESTS))
    print(f"like arms, {make.__name__}, {size}: {called / TESTS:.4f}")  # noqa: T201 - the figure is worth reading
    assert called / TESTS <= MOST


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("make", [engaged_post, selling_post])
def test_so_they_do_as_slots_draw_them_with_posts_left_out(make: Made) -> None:
    random, size = np.random.default_rng(4), 20
    called = sum(decided(as_planned(make, random, size, seed, 0.1), size, seed) is not None for seed in range(TESTS))
    print(f"like arms as planned, {make.__name__}, {size}: {called / TESTS:.4f}")  # noqa: T201
    assert called / TESTS <= MOST


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("make", "smallest"), [(engaged_post, 0.3), (selling_post, 0.6)])
def test_the_stated_difference_is_found_about_as_often_as_promised(make: Made, smallest: float) -> None:
    random, tests = np.random.default_rng(3), 500
    size = posts_per_arm(spread(in_pairs(make, random, 400)), smallest)
    results = [carried_out(in_pairs(make, random, size, smallest), size, seed) for seed in range(tests)]
    found = sum(result is not None and result.winner == 1 for result in results)
    wrong = sum(result is not None and result.winner == 0 for result in results)
    print(f"{make.__name__} of {size}: found {found / tests:.3f}, wrong {wrong / tests:.3f}")  # noqa: T201
    assert found / tests >= POWER - 0.1
    assert wrong <= 2
