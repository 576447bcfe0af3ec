from __future__ import annotations

import numpy as np
import pytest

from bot.statistics.comparison import PlannedLook, compare_at_looks
from bot.statistics.looks import LEVEL, SHARES, look_sizes, spent
from bot.statistics.measured import Measured


def test_the_spending_leads_to_the_boundaries_of_the_tables() -> None:
    """Lan-DeMets with O'Brien-Fleming spending, two-sided 5 %, two looks: 2.963 and 1.969 standard errors.

    Tabled e.g. in Proschan, Lan and Wittes (2006); many well-behaved posts come near to them.
    """
    random = np.random.default_rng(2)
    posts = [Measured(number % 2, value, block=number) for number, value in enumerate(random.normal(10, 1, 600))]
    looks = compare_at_looks(posts, [PlannedLook(300, spent(0.5, 0.05)), PlannedLook(600, 0.05)], seed=5, draws=20_000)
    error = np.std([post.amount for post in posts], ddof=1)
    first, last = ((each.high - each.low) / 2 / error for each in looks if each.high and each.low is not None)
    assert first / (2 / 150) ** 0.5 == pytest.approx(2.963, abs=0.2)
    assert last / (2 / 300) ** 0.5 == pytest.approx(1.969, abs=0.08)


def test_what_may_be_spent_is_that_of_the_tables() -> None:
    """The same source: 0.00305 at half of the posts."""
    assert spent(0.5, 0.05) == pytest.approx(0.00305, abs=0.00001)
    assert spent(1.0) == pytest.approx(LEVEL)
    assert spent(0.2) < 0.00001


def test_the_last_look_is_at_the_full_size() -> None:
    assert look_sizes(61) == (31, 46, 61)
    assert SHARES[-1] == 1.0


def test_what_is_called_at_one_look_leaves_less_for_the_next() -> None:
    posts = [Measured(number % 2, float(number % 7), block=number // 2) for number in range(80)]
    alone = compare_at_looks(posts, [PlannedLook(80, 0.05)], seed=1)[0]
    after = compare_at_looks(posts, [PlannedLook(40, 0.04), PlannedLook(80, 0.05)], seed=1)[1]
    assert alone.high is not None
    assert after.high is not None
    assert after.high > alone.high
