"""When a test is looked at, and how much of its level each look may spend.

Looking every day and stopping at the first “significant” day would call a winner among like texts far more often than
one time in twenty. So there are three looks, set beforehand, which spend one level between them: little at the
first ones, most at the last (O'Brien and Fleming 1979, as a spending function by Lan and DeMets 1983).
"""

from __future__ import annotations

import math

from scipy.special import ndtr, ndtri

LEVEL = 0.04
"""Of tests of like arms, the share that may call a winner: 1 in 25, so that 1 in 20 is kept with room to spare."""
SHARES = (0.5, 0.75, 1.0)
"""At these shares of the full size a test is looked at."""


def look_sizes(size: int) -> tuple[int, ...]:
    """Posts per arm at each look."""
    return tuple(math.ceil(share * size) for share in SHARES)


def spent(share: float, level: float = LEVEL) -> float:
    """How much of `level` may be spent by this share of the full size: half of it for either direction."""
    return float(4 * ndtr(ndtri(level / 4) / math.sqrt(share)))
