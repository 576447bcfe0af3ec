"""Tables as CSV: what programs and spreadsheets write, read whatever they make of it. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.errors import TableUnreadable

MOST_BYTES = 1024 * 1024
_SEPARATORS = ",;\t"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What spreadsheets take for the beginning of a formula; such texts are written with an apostrophe before them."""


@dataclass(frozen=True)
class TableForm:
    """What a table has: its columns, those of them it cannot be without, and the headings that mean them."""

    columns: Sequence[str]
    needed: Sequence[str]
    names: Mapping[str, str]  # a heading in small letters -> the column it means
    most_rows: int
    rows_are: str  # "posts"


def read_rows(content: bytes, form: TableForm) -> list[tuple[int, dict[str, str]]]:
    """Each row with the line where it begins (from 1) and a text for each column. Raises TableUnreadable."""
    if len(content) > MOST_BYTES:
        raise TableUnreadable(f"the file is larger than {MOST_BYTES // 1024} kB", remedy="Send it in parts.")
    text = _decoded(content).replace("\r\n", "\n").replace("\r", "\n")
    skipped = 1 if text[:4].casefold() == "sep=" else 0
    text = text.partition("\n")[2] if skipped else text
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    try:
        places = _places(next(reader, []), form)
        return _rows(reader, places, skipped, form)
    except csv.Error as error:
        line = reader.line_num + skipped
        raise TableUnreadable(f"line {line}: {error}", remedy="Save the table as CSV (UTF-8) once more.") from error


def write_rows(columns: Collection[str], rows: Iterable[Sequence[object]], separator: str = ",") -> bytes:
    """A CSV file that spreadsheets open and `read_rows` reads back: UTF-8 with its mark, Windows line ends.

    None is an empty cell. With semicolons, broken numbers have a comma, as spreadsheets of such countries want them.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(value, separator) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig", "replace")


def _rows(
    reader: Iterable[list[str]], places: dict[str, int], skipped: int, form: TableForm
) -> list[tuple[int, dict[str, str]]]:
    rows: list[tuple[int, dict[str, str]]] = []
    line = skipped + 1
    for cells in reader:
        begins, line = line + 1, getattr(reader, "line_num", line + 1) + skipped
        if not any(cell.strip() for cell in cells):
            continue
        values = {name: cells[place] if place < len(cells) else "" for name, place in places.items()}
        rows.append((begins, {name: _plain(values.get(name, "")) for name in form.columns}))
        if len(rows) > form.most_rows:
            raise TableUnreadable(
                f"the file has more than {form.most_rows} {form.rows_are}", remedy="Send it in parts."
            )
    return rows


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


def _places(heading: list[str], form: TableForm) -> dict[str, int]:
    """Column -> its place."""
    found: dict[str, int] = {}
    for place, name in enumerate(heading):
        column = form.names.get(name.strip().casefold())
        if column is not None:
            found.setdefault(column, place)
    missing = [name for name in form.needed if name not in found]
    if missing:
        raise TableUnreadable(
            f"the first line has no column {' and no column '.join(missing)}",
            remedy=f"Its columns are {', '.join(form.columns)}; the example file shows them.",
        )
    return found


def _plain(cell: str) -> str:
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*_FORMULA, "'")) else cell


def _cell(value: object, separator: str) -> object:
    if isinstance(value, str):
        return f"'{value}" if value.startswith((*_FORMULA, "'")) else value
    if isinstance(value, float):
        words = f"{value:.6f}".rstrip("0").rstrip(".")
        return words.replace(".", ",") if separator == ";" else words
    return "" if value is None else value
