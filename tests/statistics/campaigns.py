"""Made-up posts as accounts have them: a few with most of the views, rates that differ by post, many noughts."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from datetime import date, timedelta

import numpy as np

from bot.experiments.deciding import planned_looks
from bot.planning.assignment import arm_of, block_of
from bot.statistics.comparison import Comparison, PlannedLook, compare_at_looks, spread_of
from bot.statistics.looks import SHARES, look_sizes, spent
from bot.statistics.measured import Measured

ACCOUNTS = (1.0, 3.0, 0.4)
"""How many more views each account has."""
DRAWS = 999
Made = Callable[[np.random.Generator, int, int, Hashable, float], Measured]


def engaged_post(random: np.random.Generator, arm: int, account: int, block: Hashable, lift: float = 0.0) -> Measured:
    """Views are log-normal, rates of a post beta around 3 % of its account; the second arm does better by `lift`."""
    views = int(20 + random.lognormal(5.5, 1.3) * ACCOUNTS[account])
    rate = 0.03 * (1 + 0.5 * account) * (1 + arm * lift)
    engaged = random.binomial(views, random.beta(2 * rate / 0.03, 2 * (1 - rate) / 0.03))
    return Measured(arm, float(engaged), float(views), account, block)


def selling_post(random: np.random.Generator, arm: int, account: int, block: Hashable, lift: float = 0.0) -> Measured:
    """Orders per post: most have none, a few have many (a gamma mixture of Poisson)."""
    orders = random.poisson(random.gamma(0.5, 0.6 * (1 + arm * lift)))
    return Measured(arm, float(orders), 1.0, account, block)


def in_pairs(make: Made, random: np.random.Generator, pairs: int, lift: float = 0.0) -> list[Measured]:
    """So many posts of each arm, drawn in pairs, none of which is left out."""
    return [
        make(random, int(arm), pair % len(ACCOUNTS), pair, lift)
        for pair in range(pairs)
        for arm in random.permutation(2)
    ]


def as_planned(make: Made, random: np.random.Generator, size: int, seed: int, left_out: float) -> list[Measured]:
    """Posts as slots of three accounts draw them, day by day, until both arms have `size`; some are left out."""
    found: list[Measured] = []
    counts, day = [0, 0], date(2026, 3, 2)
    while min(counts) < size:
        for account in range(len(ACCOUNTS)):
            if random.random() < left_out:
                continue
            arm = arm_of(seed, str(account), "morning", day)
            found.append(make(random, arm, account, block_of(str(account), "morning", day), 0.0))
            counts[arm] += 1
        day += timedelta(days=1)
    return found


def carried_out(posts: Sequence[Measured], size: int, seed: int, draws: int = DRAWS) -> Comparison | None:
    """The test look by look, until one calls a winner; None when none does. It has `size` whole pairs."""
    sizes = zip(look_sizes(size), SHARES, strict=True)
    return _first(posts, [PlannedLook(2 * wanted, spent(share)) for wanted, share in sizes], seed, draws)


def decided(posts: Sequence[Measured], size: int, seed: int, draws: int = DRAWS) -> Comparison | None:
    """The same with the looks where Aviary makes them, whatever is left out."""
    return _first(posts, planned_looks(posts, size), seed, draws)


def _first(posts: Sequence[Measured], looks: Sequence[PlannedLook], seed: int, draws: int) -> Comparison | None:
    results = compare_at_looks(posts, looks, seed, draws)
    return next((result for result in results if result.winner is not None), None)


def spread(posts: Sequence[Measured]) -> float:
    found = spread_of(posts)
    assert found is not None
    return found
