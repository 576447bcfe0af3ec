"""Posts as a table: CSV as programs and spreadsheets write it, read whatever they make of it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, time

from bot.content.spreadsheets import MOST_BYTES, TableForm, read_rows, write_rows

MOST_ROWS = 2000
__all__ = ["COLUMNS", "MOST_BYTES", "MOST_ROWS", "TableRow", "read_date", "read_table", "read_time", "write_table"]

COLUMNS = ("account", "date", "time", "text", "media")
_NAMES = {
    **{name: name for name in COLUMNS},
    "akun": "account",
    "handle": "account",
    "username": "account",
    "id": "account",
    "tanggal": "date",
    "jam": "time",
    "waktu": "time",
    "teks": "text",
    "post": "text",
    "isi": "text",
    "gambar": "media",
    "foto": "media",
    "file": "media",
}
"""A heading -> the column it means. Indonesian ones, too."""
_DATES = (
    re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>\d{4})"),
)
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.]\d{2})?")
_FORM = TableForm(COLUMNS, ("account", "text"), _NAMES, MOST_ROWS, "posts")


@dataclass(frozen=True)
class TableRow:
    """One post as the table has it. `line` is where it begins, from 1."""

    line: int
    account: str
    date: str
    time: str
    text: str
    media: str

    @property
    def files(self) -> tuple[str, ...]:
        """The names in the column media: by | or line ends apart."""
        return tuple(filter(None, (name.strip() for name in re.split(r"[|\n]", self.media))))


def read_table(content: bytes, needed: Sequence[str] = ("account", "text")) -> list[TableRow]:
    """The rows of a CSV file that has the columns `needed`. Raises TableUnreadable."""
    form = replace(_FORM, needed=needed)
    return [TableRow(line, **values) for line, values in read_rows(content, form)]


def write_table(rows: Iterable[TableRow], separator: str = ",") -> bytes:
    """A CSV file that spreadsheets open and `read_table` reads back."""
    return write_rows(COLUMNS, ([getattr(row, name) for name in COLUMNS] for row in rows), separator)


def read_date(words: str) -> date | None:
    """2026-11-27, 27/11/2026, 27.11.2026: the day comes before the month. None for anything else."""
    for pattern in _DATES:
        if match := pattern.fullmatch(words.strip()):
            try:
                return date(int(match["year"]), int(match["month"]), int(match["day"]))
            except ValueError:
                return None
    return None


def read_time(words: str) -> time | None:
    """09:30 or 9.30; seconds are left out. None for anything else."""
    match = _TIME.fullmatch(words.strip())
    if match is None:
        return None
    try:
        return time(int(match[1]), int(match[2]))
    except ValueError:
        return None
