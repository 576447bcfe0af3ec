from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from bot.statistics.comparison import PlannedLook, compare, compare_at_looks, dispersion, spread_of
from bot.statistics.measured import Measured
from tests.statistics.campaigns import Made, carried_out, engaged_post, in_pairs, selling_post

# Darwin's maize, in inches: heights of crossed and self-fertilised plants, in pairs (The Effects of Cross and Self
# Fertilisation, 1876), as Fisher used them (The Design of Experiments, 1935, § 21).
CROSSED = (23.5, 12, 21, 22, 19.125, 21.5, 22.125, 20.375, 18.25, 21.625, 23.25, 21, 22.125, 23, 12)
SELFED = (17.375, 20.375, 20, 20, 18.375, 18.625, 18.625, 15.25, 16.5, 18, 16.25, 18, 12.75, 15.5, 18)
# Sleep gained by ten patients with two drugs, in hours (Student, 1908); Welch's t is -1.8608, its p 0.0794.
FIRST_DRUG = (0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0)
SECOND_DRUG = (1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4)


def paired(first: tuple[float, ...], second: tuple[float, ...]) -> list[Measured]:
    pairs = enumerate(zip(first, second, strict=True))
    return [Measured(arm, value, block=pair) for pair, both in pairs for arm, value in enumerate(both)]


def each_for_itself(first: tuple[float, ...], second: tuple[float, ...]) -> list[Measured]:
    values = [(arm, value) for arm, values in enumerate((first, second)) for value in values]
    return [Measured(arm, value, block=number) for number, (arm, value) in enumerate(values)]


def test_it_finds_what_fisher_found_for_darwins_maize() -> None:
    """Of 32768 ways to draw, 863 give a sum of at least 314 eighths of an inch, and as many one of at most -314."""
    found = compare(paired(SELFED, CROSSED), 0.05, seed=4, draws=40_000)
    assert found.p_value == pytest.approx(1726 / 32768, abs=0.003)
    assert found.difference == pytest.approx(314 / 8 / 15)
    assert found.winner is None


def test_the_interval_leaves_out_nought_just_when_the_level_is_reached() -> None:
    posts = paired(SELFED, CROSSED)
    assert compare(posts, 0.04, seed=4).winner is None
    assert compare(posts, 0.07, seed=4).winner == 1


def test_with_posts_drawn_one_by_one_it_comes_near_to_welch() -> None:
    found = compare(each_for_itself(FIRST_DRUG, SECOND_DRUG), 0.05, seed=1, draws=20_000)
    reference = stats.ttest_ind(SECOND_DRUG, FIRST_DRUG, equal_var=False)
    assert reference.statistic == pytest.approx(1.8608, abs=1e-4)
    assert found.p_value == pytest.approx(0.0794, abs=0.012)
    assert found.difference == pytest.approx(1.58)
    assert found.low is not None
    assert found.low == pytest.approx(reference.confidence_interval().low, abs=0.12)


def test_accounts_are_compared_with_themselves() -> None:
    """An account with many times the orders of another must not hide what both show."""
    posts = [
        Measured(arm, 2.0 * arm + 100 * account + pair % 3, 1, account, (account, pair))
        for account in range(2)
        for pair in range(12)
        for arm in range(2)
    ]
    found = compare(posts, 0.05, seed=1)
    assert found.winner == 1
    assert found.difference == pytest.approx(2.0)


def test_a_post_of_few_views_weighs_less_and_a_famous_one_does_not_decide_alone() -> None:
    ordinary = [Measured(number % 2, 30 + number % 5 * 6, 1000, block=number // 2) for number in range(40)]
    with_a_small_one = compare([*ordinary, Measured(1, 1, 1, block=99)], 0.05, seed=1)
    assert with_a_small_one.winner is None
    assert with_a_small_one.means[1] == pytest.approx(compare(ordinary, 0.05, seed=1).means[1], abs=0.003)
    with_a_famous_one = compare([*ordinary, Measured(1, 1000, 1_000_000, block=99)], 0.05, seed=1)
    assert with_a_famous_one.means[1] > 0.03  # a thousandth, were it by the sum of all views


def test_nothing_is_claimed_where_nothing_differs() -> None:
    found = compare([Measured(number % 2, 0, block=number // 2) for number in range(20)], 0.05, seed=1)
    assert (found.low, found.high, found.p_value, found.winner) == (None, None, None, None)


def test_each_arm_needs_a_post() -> None:
    with pytest.raises(ValueError, match="needs a post"):
        compare([Measured(0, 1)], 0.05, seed=1)


def test_how_alike_the_views_of_a_post_are_is_found_again() -> None:
    random = np.random.default_rng(8)
    views = random.integers(200, 2000, 3000)
    likes = random.binomial(views, random.beta(1.2, 28.8, 3000))  # beta(a, b): alike by 1 / (a + b + 1)
    assert dispersion(likes.astype(float), views.astype(float)) == pytest.approx(1 / 31, rel=0.1)
    alone = random.binomial(views, 0.04)
    assert dispersion(alone.astype(float), views.astype(float)) < 0.001


def test_the_spread_is_that_of_the_posts() -> None:
    assert spread_of([Measured(0, 1), Measured(0, 3)]) == pytest.approx(math.sqrt(2) / 2)
    assert spread_of([Measured(0, 1)]) is None
    assert spread_of([Measured(0, 0), Measured(0, 0)]) is None


@pytest.mark.parametrize("make", [engaged_post, selling_post])
def test_of_like_arms_few_get_a_winner(make: Made) -> None:
    """A quick look; the nightly one counts thousands."""
    random = np.random.default_rng(5)
    called = sum(carried_out(in_pairs(make, random, 40), 40, seed, 199) is not None for seed in range(120))
    assert called <= 12  # of 120; of six expected, more than twelve come one time in a hundred


def test_the_second_look_spends_only_what_the_first_one_left() -> None:
    """With nine drawings and what was seen, a look may call whole tenths: two at the first look, two at the second."""
    random, tests = np.random.default_rng(7), 500
    looks = [PlannedLook(16, 0.2), PlannedLook(32, 0.4)]
    called = 0
    for seed in range(tests):
        found = compare_at_looks(in_pairs(engaged_post, random, 16), looks, seed, draws=9)
        called += any(look.winner is not None for look in found)
    assert called / tests == pytest.approx(0.4, abs=0.05)  # two standard errors; a tenth more would be beyond


def test_a_great_difference_is_found() -> None:
    random = np.random.default_rng(6)
    found = carried_out(in_pairs(engaged_post, random, 120, lift=1.0), 120, 1)
    assert found is not None
    assert found.winner == 1
