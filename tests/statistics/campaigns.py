"""Made-up posts as accounts have them: a few with most of the views, rates that differ by post, many noughts."""

from __future__ import annotations

import numpy as np

from bot.statistics.comparison import Comparison, PlannedLook, compare_at_looks, spread_of
from bot.statistics.looks import SHARES, look_sizes, spent
from bot.statistics.measured import Measured

ACCOUNTS = (1.0, 3.0, 0.4)
"""How many more views each account has."""


def engaged_posts(random: np.random.Generator, pairs: int, lift: float = 0.0) -> list[Measured]:
    """Views are log-normal, rates of a post beta around 3 % of its account; the second arm does better by `lift`."""
    return [
        post
        for pair in range(pairs)
        for post in _pair(random, pair, lambda arm, views, account: _engagements(random, views, account, arm * lift))
    ]


def selling_posts(random: np.random.Generator, pairs: int, lift: float = 0.0) -> list[Measured]:
    """Orders per post: most have none, a few have many (a gamma mixture of Poisson)."""
    found = []
    for pair in range(pairs):
        arms = random.permutation(2)
        for arm in arms:
            orders = random.poisson(random.gamma(0.5, 0.6 * (1 + arm * lift)))
            found.append(Measured(int(arm), float(orders), 1.0, pair % 3, pair))
    return found


def _pair(random: np.random.Generator, pair: int, engage: object) -> list[Measured]:
    account = pair % len(ACCOUNTS)
    found = []
    for arm in random.permutation(2):
        views = int(20 + random.lognormal(5.5, 1.3) * ACCOUNTS[account])
        assert callable(engage)
        found.append(Measured(int(arm), float(engage(int(arm), views, account)), float(views), account, pair))
    return found


def _engagements(random: np.random.Generator, views: int, account: int, lift: float) -> int:
    rate = 0.03 * (1 + 0.5 * account) * (1 + lift)
    return int(random.binomial(views, random.beta(2 * rate / 0.03, 2 * (1 - rate) / 0.03)))


def carried_out(posts: list[Measured], size: int, seed: int, draws: int) -> Comparison | None:
    """The test as Aviary does it: look by look, until one calls a winner; None when none does."""
    sizes = zip(look_sizes(size), SHARES, strict=True)
    looks = [PlannedLook(2 * wanted, spent(share)) for wanted, share in sizes]
    results = compare_at_looks(posts, looks, seed, draws)
    return next((result for result in results if result.winner is not None), None)


def spread(posts: list[Measured]) -> float:
    found = spread_of(posts)
    assert found is not None
    return found
