"""The beginning of a text, where all of it would be too much."""

from __future__ import annotations


def excerpt(text: str, most: int = 60) -> str:
    """Its beginning on one line, of at most so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
