"""Posts as a table: CSV as programs and spreadsheets write it, read whatever they make of it. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time

from bot.errors import TableUnreadable

MOST_BYTES = 1024 * 1024
MOST_ROWS = 2000
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
_SEPARATORS = ",;\t"
_DATES = (
    re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>\d{4})"),
)
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.]\d{2})?")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula; written with an apostrophe before it."""


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
    if len(content) > MOST_BYTES:
        raise TableUnreadable(f"the file is larger than {MOST_BYTES // 1024} kB", remedy="Send it in parts.")
    text = _decoded(content).replace("\r\n", "\n").replace("\r", "\n")
    skipped = 1 if text[:4].casefold() == "sep=" else 0
    text = text.partition("\n")[2] if skipped else text
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    try:
        places = _places(next(reader, []), needed)
        return _rows(reader, places, skipped)
    except csv.Error as error:
        line = reader.line_num + skipped
        raise TableUnreadable(f"line {line}: {error}", remedy="Save the table as CSV (UTF-8) once more.") from error


def _rows(reader: Iterable[list[str]], places: dict[str, int], skipped: int) -> list[TableRow]:
    rows: list[TableRow] = []
    line = skipped + 1
    for cells in reader:
        begins, line = line + 1, getattr(reader, "line_num", line + 1) + skipped
        if not any(cell.strip() for cell in cells):
            continue
        values = {name: cells[place] if place < len(cells) else "" for name, place in places.items()}
        values = {name: _plain(values.get(name, "")) for name in COLUMNS}
        rows.append(TableRow(begins, **values))
        if len(rows) > MOST_ROWS:
            raise TableUnreadable(f"the file has more than {MOST_ROWS} posts", remedy="Send it in parts.")
    return rows


def write_table(rows: Iterable[TableRow], separator: str = ",") -> bytes:
    """A CSV file that spreadsheets open and `read_table` reads back: UTF-8 with its mark, Windows line ends."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_guarded(getattr(row, name)) for name in COLUMNS])
    return out.getvalue().encode("utf-8-sig")


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


def _decoded(content: bytes) -> str:
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:  # an old Excel; emoji are lost in it, letters are not
        return content.decode("cp1252", "replace")


def _separator(text: str) -> str:
    heading = text.partition("\n")[0]
    return max(_SEPARATORS, key=heading.count)


def _places(heading: list[str], needed: Sequence[str]) -> dict[str, int]:
    """Column -> its place."""
    found: dict[str, int] = {}
    for place, name in enumerate(heading):
        column = _NAMES.get(name.strip().casefold())
        if column is not None:
            found.setdefault(column, place)
    missing = [name for name in needed if name not in found]
    if missing:
        raise TableUnreadable(
            f"the first line has no column {' and no column '.join(missing)}",
            remedy=f"Its columns are {', '.join(COLUMNS)}; the example file shows them.",
        )
    return found


def _plain(cell: str) -> str:
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*_FORMULA, "'")) else cell


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith((*_FORMULA, "'")) else cell
