"""How far the writing or reading of a zip is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """`step` is "packing", "checking" or "unpacking"; done so far, and of how much."""

    step: str
    files: int
    of_files: int
    bytes: int
    of_bytes: int


Tell = Callable[[Progress], None]


def tell_nobody(_progress: Progress) -> None:
    """For whoever asks for no progress."""
