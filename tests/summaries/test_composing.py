"""A figure beside the one before: what is of other accounts is not compared."""

from __future__ import annotations

import pytest

from bot.summaries.composing import MEASURES, Figure


@pytest.mark.parametrize(
    ("total", "before", "known", "known_before", "change", "is_of_others", "is_of_some"),
    [
        (10, 4, 3, 3, 6, False, False),
        (10, 4, 2, 2, 6, False, True),
        (10, 4, 3, 2, None, True, True),
        (10, None, 3, 0, None, False, False),
        (None, None, 0, 0, None, False, False),
    ],
)
def test_only_figures_of_the_same_accounts_are_compared(
    total: int | None,
    before: int | None,
    known: int,
    known_before: int,
    change: int | None,
    is_of_others: bool,
    is_of_some: bool,
) -> None:
    figure = Figure(MEASURES[0], total, before, known, known_before, 3)
    assert (figure.change, figure.is_of_others, figure.is_of_some) == (change, is_of_others, is_of_some)
