from __future__ import annotations

import pytest

from bot.statistics.sizes import FEWEST, is_uneven, posts_per_arm


def test_the_size_is_that_of_the_tables() -> None:
    """Cohen (1988): half a standard deviation, 5 % and 80 %: 64 per group; three looks take two in a hundred more.

    He has one variance for both groups; that of counts half as high again is half as large again in one of them.
    """
    assert posts_per_arm(1.0, 0.5, level=0.05) == pytest.approx(64 * 1.25, abs=1.5)
    assert posts_per_arm(1.0, 0.2, level=0.05) == pytest.approx(393 * 1.02 * 1.1, abs=2)


def test_a_size_is_never_too_small_to_say_anything() -> None:
    assert posts_per_arm(0.1, 1.0) == FEWEST


def test_what_is_not_positive_is_refused() -> None:
    with pytest.raises(ValueError, match="greater than 0"):
        posts_per_arm(0.0, 0.2)


def test_counts_that_should_be_alike() -> None:
    assert not is_uneven(0, 0)
    assert not is_uneven(3, 8)
    assert is_uneven(2, 20)
