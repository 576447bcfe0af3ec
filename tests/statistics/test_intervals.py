"""Against cases of textbooks, and against SciPy's own tests where those compute the same in another way."""

from __future__ import annotations

from random import Random

import pytest
from scipy import stats

from bot.statistics.intervals import (
    Sample,
    Stratum,
    difference_interval,
    discoveries,
    level_of_found,
    mean_interval,
    probability_of_score,
    share_interval,
    share_ratio_interval,
    shuffled_score,
    welch_probability,
)

# Student (1908), hours of sleep gained by two drugs; R's `sleep`, where t.test gives the figures below.
ONE_DRUG = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
OTHER_DRUG = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
# Admissions to Berkeley, 1973, six departments: men admitted and rejected, women admitted and rejected (Bickel 1975).
BERKELEY = [
    (512, 313, 89, 19),
    (353, 207, 17, 8),
    (120, 205, 202, 391),
    (138, 279, 131, 244),
    (53, 138, 94, 299),
    (22, 351, 24, 317),
]


def test_welch_gives_what_students_sleep_data_gives() -> None:
    one, other = Sample.of(ONE_DRUG), Sample.of(OTHER_DRUG)
    interval = difference_interval(one, other)
    assert interval.low == pytest.approx(-3.3654832, abs=1e-6)
    assert interval.high == pytest.approx(0.2054832, abs=1e-6)
    assert welch_probability(one, other) == pytest.approx(0.07939, abs=1e-5)


def test_the_mean_of_students_sleep_data_has_its_interval() -> None:
    interval = mean_interval(Sample.of(OTHER_DRUG))
    assert interval.estimate == pytest.approx(2.33)
    assert (interval.low, interval.high) == pytest.approx((0.8976775, 3.7623225), abs=1e-6)


def strata_of_berkeley() -> list[Stratum]:
    return [
        Stratum(men_in + men_out + women_in + women_out, men_in + women_in, men_in + women_in, men_in + men_out, men_in)
        for men_in, men_out, women_in, women_out in BERKELEY
    ]


def test_mantel_and_haenszel_clear_berkeley() -> None:
    assert shuffled_score(strata_of_berkeley()) ** 2 == pytest.approx(1.5246, abs=1e-4)
    assert shuffled_score(strata_of_berkeley(), step=1) ** 2 == pytest.approx(1.4269, abs=1e-4)


def test_without_the_departments_berkeley_looks_guilty() -> None:
    each = strata_of_berkeley()
    whole = Stratum(
        sum(one.size for one in each),
        sum(one.total for one in each),
        sum(one.squares for one in each),
        sum(one.inside for one in each),
        sum(one.inside_total for one in each),
    )
    assert probability_of_score(shuffled_score([whole])) < 1e-15


def test_shuffled_ranks_are_wilcoxons_test() -> None:
    both = ONE_DRUG + OTHER_DRUG
    ranks = [float(rank) for rank in stats.rankdata(both)]
    stratum = Stratum(len(both), sum(ranks), sum(rank**2 for rank in ranks), len(ONE_DRUG), sum(ranks[: len(ONE_DRUG)]))
    known = stats.mannwhitneyu(ONE_DRUG, OTHER_DRUG, use_continuity=False, method="asymptotic").pvalue
    assert probability_of_score(shuffled_score([stratum])) == pytest.approx(float(known))


def test_the_example_of_benjamini_and_hochberg_finds_four() -> None:
    # Their paper of 1995, the fifteen hypotheses of section 3.2.
    chances = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
    chances += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    assert discoveries(chances, 0.05) == [True] * 4 + [False] * 11
    assert discoveries(chances[::-1], 0.05) == [False] * 11 + [True] * 4
    assert level_of_found(4, 15, 0.05) == pytest.approx(1 - 0.05 * 4 / 15)


def test_nothing_is_found_among_nothing() -> None:
    assert discoveries([], 0.05) == []
    assert level_of_found(0, 0, 0.05) == 0.95


@pytest.mark.parametrize(("hits", "size"), [(1, 10), (7, 12), (40, 200)])
def test_jeffreys_interval_is_that_of_the_beta_distribution(hits: int, size: int) -> None:
    interval = share_interval(hits, size)
    low, high = stats.beta(hits + 0.5, size - hits + 0.5).interval(0.95)
    assert (interval.low, interval.high) == pytest.approx((float(low), float(high)))


def test_a_share_of_none_or_all_has_an_end_at_the_edge() -> None:
    assert share_interval(0, 20).low == 0
    assert share_interval(20, 20).high == 1
    with pytest.raises(ValueError, match="no share"):
        share_interval(0, 0)
    with pytest.raises(ValueError, match="no share"):
        share_interval(3, 2)


def test_jeffreys_interval_covers_the_truth_as_often_as_it_says() -> None:
    share, size = 0.2, 50
    covered = sum(
        float(stats.binom.pmf(hits, size, share)) for hits in range(size + 1) if share_interval(hits, size).has(share)
    )
    assert covered == pytest.approx(0.95, abs=0.02)


def test_the_ratio_of_two_shares_is_that_of_the_aspirin_trial() -> None:
    # Physicians' Health Study: 104 of 11,037 with aspirin, 189 of 11,034 without; relative risk 0.55 (0.43 to 0.70).
    interval = share_ratio_interval(104, 11_037, 189, 11_034)
    assert (interval.estimate, interval.low, interval.high) == pytest.approx((0.55, 0.43, 0.70), abs=0.006)


def test_a_ratio_is_known_without_a_single_hit() -> None:
    interval = share_ratio_interval(0, 30, 6, 30)
    assert 0 < interval.low < interval.estimate < 1 < interval.high
    with pytest.raises(ValueError, match="two groups"):
        share_ratio_interval(0, 0, 1, 2)


def test_sums_and_values_make_the_same_sample() -> None:
    sums = Sample.of_sums(len(ONE_DRUG), sum(ONE_DRUG), sum(value**2 for value in ONE_DRUG))
    assert (sums.mean, sums.variance) == pytest.approx((Sample.of(ONE_DRUG).mean, Sample.of(ONE_DRUG).variance))


def test_values_that_are_all_the_same_differ_by_exactly_that() -> None:
    three, five = Sample.of([3.0] * 5), Sample.of([5.0] * 5)
    assert difference_interval(five, three).low == 2
    assert welch_probability(five, three) == 0
    assert welch_probability(five, five) == 1
    with pytest.raises(ValueError, match="two values"):
        difference_interval(five, Sample.of([1.0]))
    with pytest.raises(ValueError, match="two values"):
        mean_interval(Sample.of([1.0]))


def test_a_label_that_all_or_none_have_says_nothing() -> None:
    assert shuffled_score([Stratum(4, 2, 2, 4, 2), Stratum(4, 2, 2, 0, 0), Stratum(1, 1, 1, 1, 1)]) == 0


def test_chance_alone_is_found_in_one_world_of_twenty_at_most() -> None:
    """Ranks of nothing in particular, in strata of uneven size and label: the score is as normal as it claims."""
    random, found, worlds = Random(5), 0, 1000
    for _ in range(worlds):
        strata = []
        for size, inside in ((12, 3), (30, 8), (7, 5)):
            values = [random.expovariate(1) for _ in range(size)]
            ranks = [float(rank) for rank in _ranks(values)]
            strata.append(Stratum(size, sum(ranks), sum(rank**2 for rank in ranks), inside, sum(ranks[:inside])))
        found += probability_of_score(shuffled_score(strata)) <= 0.05
    assert 0.03 * worlds < found < 0.07 * worlds


def _ranks(values: list[float]) -> list[int]:
    order = sorted(values)
    return [order.index(value) for value in values]
