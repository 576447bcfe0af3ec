"""Two ways of posting compared by the posts that went out each way.

The unit is the post, since posts are what was drawn for the one or the other way: the views of one post are no
independent trials, they rise and fall together. So a post has one rate, and the test asks how often drawing the ways
anew, in the very blocks in which they were drawn, would have shown a difference as large as the one that was seen.
That holds whatever the rates look like (Fisher 1935), and the statistic is divided by its standard error, so that it
holds for large numbers also where the two ways differ in spread (Chung and Romano 2013). The interval is the
difference and as many standard errors to both sides as that drawing says: it leaves out nought just when the test calls
a difference.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.statistics.measured import Measured

DRAWS = 9_999
_AT_ONCE = 2_000_000
"""Numbers that are worked on at once, which bounds the memory."""
_TIED = 1e-9
_ROOM = 1e-12
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Comparison:
    """What was found. `low` and `high` bound the difference (second arm less first); None where nothing can be said.

    `p_value`: how often chance alone would show a difference at least as large, were both arms alike.
    """

    posts: tuple[int, int]
    means: tuple[float, float]
    difference: float
    low: float | None
    high: float | None
    p_value: float | None

    @property
    def winner(self) -> int | None:
        """The arm that did better beyond doubt, as far as the level goes."""
        if self.low is None or self.high is None or self.low <= 0 <= self.high:
            return None
        return int(self.low > 0)


@dataclass(frozen=True)
class _Table:
    """The posts as columns."""

    arms: NDArray[np.int8]
    rates: Numbers
    weights: Numbers
    strata: Numbers  # one column per stratum, of noughts and ones


@dataclass(frozen=True)
class PlannedLook:
    """At so many posts, in their order, a difference may be called; `level` is what may be spent by then, in all."""

    posts: int
    level: float


def compare(posts: Sequence[Measured], level: float, seed: int, draws: int = DRAWS) -> Comparison:
    """Compare the two arms once; `level` is the share of tests of like arms that may call a difference.

    The same posts and seed give the same answer. Raises ValueError when an arm has no post.
    """
    return compare_at_looks(posts, [PlannedLook(len(posts), level)], seed, draws)[0]


def compare_at_looks(
    posts: Sequence[Measured], looks: Sequence[PlannedLook], seed: int, draws: int = DRAWS
) -> list[Comparison]:
    """Compare the arms at each of some planned looks, each of which has all posts of the look before.

    Each drawing goes through all the looks, and what would have called a difference at one of them counts as called
    from there on. What was seen is one of the drawings and treated as they are: of like arms any of them may as well
    have been the one that was seen. So of tests of like arms no more than the last level call a difference at any look:
    exactly, whatever the posts look like. Raises ValueError when an arm has no post at the first look.
    """
    blocks = _numbered([post.block for post in posts])
    # Block by block, so that posts that come later change nothing of a look that was made before.
    swapped = np.random.default_rng(seed).integers(0, 2, (int(blocks.max(initial=0)) + 1, draws + 1), dtype=np.int8).T
    swapped[0] = 0  # what was seen
    goes_on = np.ones(draws + 1, dtype=bool)
    found: list[Comparison] = []
    for look in looks:
        table = _table_of(posts[: look.posts])
        drawn = _drawn(table, swapped[:, blocks[: look.posts]])
        called = len(drawn) - int(goes_on.sum())
        bound = _bound(drawn[goes_on], math.floor(look.level * len(drawn)) - called)
        found.append(_comparison(table, drawn, bound))
        goes_on &= drawn <= bound
    return found


def _bound(drawn: Numbers, allowed: int) -> float:
    """The least size that no more than `allowed` of the drawings are beyond."""
    if not 0 < allowed < len(drawn):
        return math.inf
    place = len(drawn) - 1 - allowed
    return float(np.partition(drawn, place)[place]) + _TIED


def _comparison(table: _Table, drawn: Numbers, bound: float) -> Comparison:
    counts = (int((table.arms == 0).sum()), int((table.arms == 1).sum()))
    if not all(counts):
        raise ValueError("each arm needs a post")
    means = _mean(table, 0), _mean(table, 1)
    differences, errors = _differences(table, table.arms[np.newaxis, :])
    difference, error = float(differences[0]), float(errors[0])
    if error <= _ROOM:  # all rates are the same, or no stratum has both arms: nothing can be told apart
        return Comparison(counts, means, difference, None, None, None)
    p_value = float((drawn >= drawn[0] - _TIED).mean())
    if math.isinf(bound):
        return Comparison(counts, means, difference, None, None, p_value)
    width = bound * error
    return Comparison(counts, means, difference, difference - width, difference + width, p_value)


def spread_of(posts: Sequence[Measured]) -> float | None:
    """How much posts differ among each other, as a share of their mean (0.5: by half); None when that is unknown.

    It is the spread that counts for a mean in which posts weigh as they do in `compare`.
    """
    if len(posts) < 2:
        return None
    table = _table_of(posts)
    total = table.weights.sum()
    mean = float((table.weights * table.rates).sum() / total)
    freedom = len(posts) - table.strata.shape[1]
    if mean <= 0 or freedom < 1:
        return None
    rest = table.rates - table.strata @ _stratum_means(table, table.rates)
    variance = len(posts) * float((table.weights**2 * rest**2).sum()) / float(total) ** 2
    return math.sqrt(variance * len(posts) / freedom) / mean


def dispersion(amounts: Numbers, exposures: Numbers) -> float:
    """How alike the views of one post are, from 0 (each for itself) to 1, by moments (Kleinman 1973)."""
    total = float(exposures.sum())
    mean = float(amounts.sum()) / total
    noise = mean * (1 - mean)
    room = total - float((exposures**2).sum()) / total - (len(amounts) - 1)
    if noise <= 0 or room <= 0:
        return 0.0
    seen = float((exposures * (amounts / exposures - mean) ** 2).sum())
    return min(1.0, max(0.0, (seen / noise - (len(amounts) - 1)) / room))


def _table_of(posts: Sequence[Measured]) -> _Table:
    amounts = np.array([post.amount for post in posts], dtype=float)
    exposures = np.array([post.exposure for post in posts], dtype=float)
    strata = _numbered([post.stratum for post in posts])
    return _Table(
        np.array([post.arm for post in posts], dtype=np.int8),
        amounts / exposures,
        exposures / (1 + (exposures - 1) * dispersion(amounts, exposures)),
        np.eye(int(strata.max(initial=0)) + 1)[strata],
    )


def _numbered(names: Sequence[Hashable]) -> NDArray[np.int64]:
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(name, len(numbers)) for name in names], dtype=np.int64)


def _mean(table: _Table, arm: int) -> float:
    weights = table.weights * (table.arms == arm)
    return float((weights * table.rates).sum() / weights.sum())


def _stratum_means(table: _Table, values: NDArray[Any]) -> Numbers:
    """Of each row of `values`, or of the one row that it is."""
    means: Numbers = (values * table.weights) @ table.strata / (table.weights @ table.strata)
    return means


def _differences(table: _Table, arms: NDArray[np.int8]) -> tuple[Numbers, Numbers]:
    """Difference and standard error for each row of `arms`.

    Weighted least squares with a mean for each stratum, and errors that allow for unequal spread (HC2): with one
    stratum and equal weights this is Welch's test.
    """
    weights, own = table.weights, table.weights @ table.strata
    side = arms - _stratum_means(table, arms) @ table.strata.T
    total = (weights * side**2).sum(axis=1)
    known = np.maximum(total, _ROOM)
    rest = table.rates - table.strata @ _stratum_means(table, table.rates)
    differences = (weights * side * rest).sum(axis=1) / known
    errors = rest - differences[:, np.newaxis] * side
    leverage = weights / (table.strata @ own) + weights * side**2 / known[:, np.newaxis]
    parts = (weights * side * errors) ** 2 / np.maximum(1 - leverage, 1e-9)
    return differences, np.sqrt(parts.sum(axis=1)) / known


def _drawn(table: _Table, swapped: NDArray[np.int8]) -> Numbers:
    """The size of the statistic for each row of `swapped`, which says which posts change their arm."""
    found: list[Numbers] = []
    many = max(1, _AT_ONCE // len(table.arms))
    for begin in range(0, len(swapped), many):
        differences, errors = _differences(table, table.arms ^ swapped[begin : begin + many])
        found.append(np.abs(differences) / np.maximum(errors, _ROOM))
    return np.concatenate(found)
