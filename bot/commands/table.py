"""Plain tables for a terminal."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_GAP = "  "
_NARROWEST = 20


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], width: int = 0) -> str:
    """The rows in columns. The last column is wrapped so that lines have up to `width` signs; 0 never wraps.

    Control characters, which texts of x.com may hold and a terminal obeys, become blanks.
    """
    lines = [[_CONTROL.sub(" ", cell) for cell in row] for row in (headings, *rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headings) - 1)]
    indent = sum(widths) + len(_GAP) * len(widths)
    room = max(width - indent, _NARROWEST) if width else 0
    return "\n".join(_line(line, widths, indent, room) for line in lines)


def _line(cells: Sequence[str], widths: Sequence[int], indent: int, room: int) -> str:
    first = "".join(f"{cell:<{width}}{_GAP}" for cell, width in zip(cells, widths, strict=False))
    last = textwrap.wrap(cells[-1], room) if room else [cells[-1]]
    return f"\n{' ' * indent}".join([first + (last[0] if last else ""), *last[1:]]).rstrip()
