"""What was done last with a suggestion, kept for the next page of the same person, with the button that undoes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from flask import session

from webapp.audit.recording import note_refusal

_KEY = "suggestion_notice"


@dataclass(frozen=True)
class Notice:
    """One line. `undo` is the address that undoes it, "" without one; `fields` is what its form sends."""

    words: str
    tone: str = "good"
    undo: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


def tell(words: str, *, undo: str = "", fields: Mapping[str, str] | None = None) -> None:
    """Show this line on the next page."""
    session[_KEY] = asdict(Notice(words, "good", undo, fields or {}))


def tell_refusal(words: str) -> None:
    """Show on the next page why nothing was done."""
    note_refusal()
    session[_KEY] = asdict(Notice(words, "bad"))


def take_notice() -> Notice | None:
    """The line for this page; it is shown once."""
    kept = session.pop(_KEY, None)
    return Notice(**kept) if isinstance(kept, dict) else None
