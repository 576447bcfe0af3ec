"""A post as the statistics see it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """One post: what came of it, out of what (views; 1 where the thing itself is counted).

    `arm` is 0 or 1. Posts of one `stratum` are compared with each other alone (an account), and the arms of one `block`
    were drawn together.
    """

    arm: int
    amount: float
    exposure: float = 1.0
    stratum: Hashable = ""
    block: Hashable = ""
