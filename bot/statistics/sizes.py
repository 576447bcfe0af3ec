"""How many posts a test needs, told before it begins."""

from __future__ import annotations

import math

from scipy.special import ndtri

from bot.statistics.looks import LEVEL

POWER = 0.8
"""How often a difference of the stated size is found, were the posts normal; of posts as they are, nearer to 0.73."""
FEWEST = 20
"""Posts per arm: below, neither a spread nor an interval means much."""
_FOR_LOOKS = 1.02
"""Looking three times, as in looks.py, takes two in a hundred posts more than looking once."""
_SUSPICIOUS = 2.576
"""Standard errors; chance alone goes beyond one time in a hundred."""


def posts_per_arm(spread: float, smallest: float, level: float = LEVEL, power: float = POWER) -> int:
    """Posts per arm for a difference of `smallest` (0.2: by a fifth of the mean) among posts of that `spread`.

    The difference of two means, by the normal approximation. Counts that are higher differ more: their variance grows
    as their mean does, so the better arm has more of it. Raises ValueError for what is not positive.
    """
    if spread <= 0 or smallest <= 0:
        raise ValueError("spread and difference must be greater than 0")
    sure = float(ndtri(1 - level / 2) + ndtri(power))
    variances = 1 + (1 + smallest)
    return max(FEWEST, math.ceil(_FOR_LOOKS * variances * (sure * spread / smallest) ** 2))


def is_uneven(first: int, second: int) -> bool:
    """Whether two counts that should be alike differ by more than chance does."""
    return abs(first - second) > _SUSPICIOUS * math.sqrt(first + second)
