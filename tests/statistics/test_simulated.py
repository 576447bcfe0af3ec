"""Thousands of whole tests with posts as they are: how often like arms get a winner, and a difference is found."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from bot.statistics.looks import LEVEL
from bot.statistics.measured import Measured
from bot.statistics.sizes import POWER, posts_per_arm
from tests.statistics.campaigns import carried_out, engaged_posts, selling_posts, spread

Made = Callable[[np.random.Generator, int, float], list[Measured]]


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("make", [engaged_posts, selling_posts])
@pytest.mark.parametrize("size", [20, 60])
def test_like_arms_get_a_winner_in_at_most_five_of_a_hundred(make: Made, size: int) -> None:
    random, tests = np.random.default_rng(size), 4000
    called = sum(carried_out(make(random, size, 0.0), size, seed, 999) is not None for seed in range(tests))
    print(f"{make.__name__} of {size}: {called / tests:.4f}")  # noqa: T201 - the figure is worth reading
    # Three standard errors above the level: a test that keeps it fails here once in seven hundred times.
    assert called / tests <= LEVEL + 3 * (LEVEL * (1 - LEVEL) / tests) ** 0.5


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("make", "smallest"), [(engaged_posts, 0.3), (selling_posts, 0.6)])
def test_the_stated_difference_is_found_about_as_often_as_promised(make: Made, smallest: float) -> None:
    random, tests = np.random.default_rng(3), 500
    size = posts_per_arm(spread(make(random, 400, 0.0)), smallest)
    results = [carried_out(make(random, size, smallest), size, seed, 999) for seed in range(tests)]
    found = sum(result is not None and result.winner == 1 for result in results)
    wrong = sum(result is not None and result.winner == 0 for result in results)
    print(f"{make.__name__} of {size}: found {found / tests:.3f}, wrong {wrong / tests:.3f}")  # noqa: T201
    assert found / tests >= POWER - 0.1
    assert wrong <= 2
