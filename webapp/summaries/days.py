"""Which days there can be a summary of."""

from __future__ import annotations

from datetime import date, timedelta

_FIRST = date(2006, 3, 21)
"""The day of the first post on what is X now."""


def day_of(text: str) -> date | None:
    """The day that "2026-11-27" tells; None for anything else."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def is_told(day: date, today: date) -> bool:
    """Whether something can be told of that day. Tomorrow is today already somewhere."""
    return _FIRST <= day <= today + timedelta(days=1)
