"""What a message says. Plain text: the library that sends it makes of it what each service wants."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from bot.errors import ended
from bot.excerpts import excerpt
from bot.notifications.causes import CAUSES, Kind
from bot.storage.messages import KeptCause

_TOLD_AT_ONCE = 20  # causes in one message
_LONGEST_LINE = 300
_TITLES = {
    Kind.TROUBLE: "Trouble",
    Kind.REVIEW: "Needs review",
    Kind.SESSION: "Session",
    Kind.RUNWAY: "Texts run out",
}
_CALLS = re.compile(r"@(?=everyone\b|here\b|channel\b|all\b)", re.IGNORECASE)
TEST = (
    "Aviary: a test",
    "This is the test message that you asked for. Messages of Aviary will come to this place.",
)


def plain(text: str, longest: int = _LONGEST_LINE) -> str:
    """`text` in one line, without control and direction characters, and without what calls everybody of a chat."""
    flat = "".join(" " if unicodedata.category(letter) in {"Cc", "Cf", "Zl", "Zp"} else letter for letter in text)
    return excerpt(_CALLS.sub("@\u200b", " ".join(flat.split())).replace("<!", "< !"), longest)


def compose(causes: Sequence[KeptCause], panel: str) -> tuple[str, str]:
    """Subject and body of one message about these. `panel` is the address of the panel, "" when it is not known."""
    ordered = sorted(causes, key=lambda cause: [kind.value for kind in CAUSES].index(cause.kind))
    lines = [_line(cause, panel) for cause in ordered[:_TOLD_AT_ONCE]]
    if len(ordered) > _TOLD_AT_ONCE:
        lines.append(f"And {len(ordered) - _TOLD_AT_ONCE:,} more. {where('Overview', '/', panel)}")
    return _subject(ordered), "\n\n".join(lines)


def where(page: str, path: str, panel: str) -> str:
    """Where to go: an address when that of the panel is known, else the page's name."""
    return panel.rstrip("/") + path if panel else f"In Aviary: {page}."


def _subject(causes: Sequence[KeptCause]) -> str:
    first = causes[0]
    if len(causes) == 1:
        return f"Aviary: {_TITLES[Kind(first.kind)].lower()} · {plain(first.name, 60)}"
    counts = [(_TITLES[kind], sum(cause.kind == kind for cause in causes)) for kind in CAUSES]
    told = ", ".join(f"{number:,} × {words.lower()}" for words, number in counts if number)
    return f"Aviary: {told}"


def _line(cause: KeptCause, panel: str) -> str:
    what, remedy = plain(cause.what), plain(cause.remedy)
    told = f"{_TITLES[Kind(cause.kind)]} · {plain(cause.name, 60)}: {ended(what)}"
    return "\n".join(part for part in (told, ended(remedy), where(cause.page, cause.path, panel)) if part)
