"""Intervals for shares and means, tests that shuffle within strata, and what many tests at once may claim.

SciPy is imported when it is first needed: it takes a while, and most starts of the program never ask it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from types import ModuleType

LEVEL = 0.95
_FEWEST = 2
"""Values that a variance needs."""


@dataclass(frozen=True)
class Interval:
    """An estimate with its limits, at the level it was asked for."""

    estimate: float
    low: float
    high: float

    def has(self, value: float) -> bool:
        """Whether the value lies within."""
        return self.low <= value <= self.high


@dataclass(frozen=True)
class Sample:
    """What means are made of: how many values, their mean, their variance (n - 1 below; 0.0 for fewer than 2)."""

    size: int
    mean: float
    variance: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Sample:
        """Of the values themselves; none have the mean 0.0."""
        size = len(values)
        mean = math.fsum(values) / size if size else 0.0
        spread = math.fsum((value - mean) ** 2 for value in values)
        return cls(size, mean, spread / (size - 1) if size >= _FEWEST else 0.0)

    @classmethod
    def of_sums(cls, size: int, total: float, squares: float) -> Sample:
        """Of the number of values, their sum and the sum of their squares."""
        mean = total / size if size else 0.0
        spread = max(squares - total * mean, 0.0)
        return cls(size, mean, spread / (size - 1) if size >= _FEWEST else 0.0)

    @property
    def error(self) -> float:
        """Variance of the mean."""
        return self.variance / self.size if self.size else 0.0


@dataclass(frozen=True)
class Shuffled:
    """How far labelled values lie above what shuffling gives, and its variance; of more strata these add up."""

    above: float = 0.0
    variance: float = 0.0

    def __add__(self, other: Shuffled) -> Shuffled:
        return Shuffled(self.above + other.above, self.variance + other.variance)

    def score(self, step: float = 0.0) -> float:
        """The distance in standard deviations; see `shuffled_score`."""
        if self.variance <= 0:
            return 0.0
        kept = max(abs(self.above) - step / 2, 0.0)
        return math.copysign(kept / math.sqrt(self.variance), self.above)


@dataclass(frozen=True)
class Stratum:
    """Values among which a label may be shuffled: all of them, and those that carry the label (`inside`)."""

    size: int
    total: float
    squares: float
    inside: int
    inside_total: float


def share_interval(hits: int, size: int, level: float = LEVEL) -> Interval:
    """A share with Jeffreys' interval, whose ends are 0 and 1 where none or all are hits (Brown, Cai, DasGupta 2001).

    Raises ValueError unless 0 <= hits <= size and size > 0.
    """
    if not 0 <= hits <= size or not size:
        raise ValueError(f"{hits} of {size} is no share")
    tail = (1 - level) / 2
    low = 0.0 if hits == 0 else float(_special().betaincinv(hits + 0.5, size - hits + 0.5, tail))
    high = 1.0 if hits == size else float(_special().betaincinv(hits + 0.5, size - hits + 0.5, 1 - tail))
    return Interval(hits / size, low, high)


def share_ratio_interval(hits: int, size: int, other_hits: int, other_size: int, level: float = LEVEL) -> Interval:
    """How many times as large the first share is (Katz 1978, each count of hits with half a one more).

    Raises ValueError for an empty group.
    """
    if not size or not other_size:
        raise ValueError("a ratio needs two groups")
    first, second = (hits + 0.5) / (size + 0.5), (other_hits + 0.5) / (other_size + 0.5)
    variance = 1 / (hits + 0.5) - 1 / (size + 0.5) + 1 / (other_hits + 0.5) - 1 / (other_size + 0.5)
    width = _normal_quantile((1 + level) / 2) * math.sqrt(max(variance, 0.0))
    ratio = math.log(first / second)
    return Interval(first / second, math.exp(ratio - width), math.exp(ratio + width))


def mean_interval(sample: Sample, level: float = LEVEL) -> Interval:
    """A mean with Student's interval. Raises ValueError for fewer than two values."""
    if sample.size < _FEWEST:
        raise ValueError("an interval needs two values")
    width = _student_quantile(sample.size - 1, (1 + level) / 2) * math.sqrt(sample.error)
    return Interval(sample.mean, sample.mean - width, sample.mean + width)


def difference_interval(first: Sample, second: Sample, level: float = LEVEL) -> Interval:
    """first - second with Welch's interval: the variances may differ. Raises ValueError for fewer than two values."""
    difference, error = first.mean - second.mean, math.sqrt(first.error + second.error)
    if not error:
        _freedom(first, second)
        return Interval(difference, difference, difference)
    width = _student_quantile(_freedom(first, second), (1 + level) / 2) * error
    return Interval(difference, difference - width, difference + width)


def welch_probability(first: Sample, second: Sample) -> float:
    """How likely a difference of means at least so great is by chance, in either direction (Welch's test)."""
    freedom, error = _freedom(first, second), math.sqrt(first.error + second.error)
    if not error:
        return 1.0 if first.mean == second.mean else 0.0
    return float(2 * _special().stdtr(freedom, -abs(first.mean - second.mean) / error))


def _freedom(first: Sample, second: Sample) -> float:
    """Degrees of freedom by Welch and Satterthwaite."""
    if min(first.size, second.size) < _FEWEST:
        raise ValueError("a comparison needs two values on each side")
    whole = (first.error + second.error) ** 2
    parts = first.error**2 / (first.size - 1) + second.error**2 / (second.size - 1)
    return whole / parts if parts else float(first.size + second.size - 2)


def shuffled_score(strata: Iterable[Stratum], step: float = 0.0) -> float:
    """By how many standard deviations the labelled values lie above what shuffling the label within strata gives.

    Mean and variance are those of drawing without replacement, so nothing is supposed of how values are spread. With
    ranks as values it is van Elteren's test (with one stratum Wilcoxon's), with 0 and 1 it is Mantel and Haenszel's.
    `step` is the least distance of two sums (1 for counts): half of it is taken off, for continuity. 0.0 where no
    shuffle would change anything.
    """
    return shuffle(strata).score(step)


def shuffle(strata: Iterable[Stratum]) -> Shuffled:
    """What `shuffled_score` is made of."""
    above, variance = 0.0, 0.0
    for each in strata:
        if each.size < _FEWEST or each.inside in {0, each.size}:
            continue
        mean = each.total / each.size
        spread = max(each.squares - each.total * mean, 0.0) / (each.size - 1)
        above += each.inside_total - each.inside * mean
        variance += spread * each.inside * (each.size - each.inside) / each.size
    return Shuffled(above, variance)


def probability_of_score(score: float) -> float:
    """How likely a score at least so far from 0 is by chance, in either direction."""
    return math.erfc(abs(score) / math.sqrt(2))


def discoveries(probabilities: Sequence[float], rate: float) -> list[bool]:
    """Which of many tests hold, by Benjamini and Hochberg (1995): of what holds, at most `rate` is wrong on average.

    Where there is nothing to find in any of them, something holds with a probability of at most `rate`.
    """
    ranked = sorted(probabilities)
    count = len(ranked)
    passing = [value for rank, value in enumerate(ranked, 1) if value <= rate * rank / count]
    limit = passing[-1] if passing else -1.0
    return [value <= limit for value in probabilities]


def level_of_found(found: int, tested: int, rate: float) -> float:
    """The level at which to draw the intervals of what was found, so that at most `rate` of them miss on average.

    Benjamini and Yekutieli (2005): intervals that are drawn only for what stands out have to be wider.
    """
    return 1 - rate * found / tested if tested and found else 1 - rate


@cache
def _special() -> ModuleType:
    from scipy import special  # noqa: PLC0415  takes a second or more, which most starts of the program need not

    found: ModuleType = special
    return found


def _student_quantile(freedom: float, probability: float) -> float:
    return float(_special().stdtrit(freedom, probability))


def _normal_quantile(probability: float) -> float:
    return float(_special().ndtri(probability))
