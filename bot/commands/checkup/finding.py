"""One thing that was looked at, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is."""

    GOOD = "ok"
    WARNING = "warning"  # it works, but not as it could, or not for long
    WRONG = "wrong"  # something does not work


@dataclass(frozen=True)
class Finding:
    """`what` was looked at, and `told` is what was seen; `remedy` is what to do, "" where there is nothing."""

    what: str
    level: Level
    told: str
    remedy: str = ""
