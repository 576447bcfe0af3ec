"""The same as a folder of CSV files, one for each table, that spreadsheets open."""

from __future__ import annotations

import csv
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from bot.errors import ExportFailed
from bot.storage.metrics_export.accounts import AccountList
from bot.storage.metrics_export.exporting import ExportReport, Progress, export_metrics
from bot.storage.metrics_export.fitness import FIT
from bot.storage.metrics_export.placing import refused
from bot.storage.metrics_export.shape import columns_of, quoted

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What spreadsheets take for the beginning of a formula; such texts are written with an apostrophe before them."""
_HEAD = "account_id".encode("utf-8-sig")
_ACCOUNTS = """SELECT id AS account_id, name, handle, groups, enabled, folder, exported_at, trouble
  FROM accounts ORDER BY id"""


class Separator(StrEnum):
    """What stands between two cells."""

    COMMA = "comma"
    SEMICOLON = "semicolon"
    """As spreadsheets set to Indonesian want it; a comma stands in broken numbers then."""
    TAB = "tab"

    @property
    def sign(self) -> str:
        return {"comma": ",", "semicolon": ";", "tab": "\t"}[self.value]


def export_tables(
    wanted: AccountList, folder: Path, at: datetime, progress: Progress, separator: Separator = Separator.COMMA
) -> ExportReport:
    """Write all tables anew into `folder`, which is made if it is not there. Raises ExportFailed.

    The files take the places of former ones when all of them are written. Files of other names stay.
    """
    folder = folder.resolve()
    _check(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".export-") as work:
            database, fresh = Path(work) / "all.db", Path(work) / "tables"
            report = export_metrics(wanted, database, at, progress)
            fresh.mkdir()
            _write_all(database, fresh, separator)
            for file in sorted(fresh.iterdir()):
                file.replace(folder / file.name)
    except (OSError, sqlite3.Error) as error:
        raise refused(folder, error) from error
    return report


def _check(folder: Path) -> None:
    """Raises ExportFailed where files of the same names are not ours: ours begin with the account."""
    if folder.exists() and not folder.is_dir():
        raise ExportFailed(f"{folder} is a file, not a folder", remedy="Choose another name.")
    for name in ("accounts", *FIT):
        file = folder / f"{name}.csv"
        if _is_of_others(file):
            raise ExportFailed(f"{file} is no export of Aviary and stays as it is", remedy="Choose another folder.")


def _is_of_others(file: Path) -> bool:
    if not file.exists():
        return False
    try:
        with file.open("rb") as reader:
            return not reader.read(13).startswith(_HEAD)
    except OSError as error:
        raise ExportFailed(f"{file} cannot be read: {error.strerror or error}") from error


def _write_all(database: Path, folder: Path, separator: Separator) -> None:
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        connection.text_factory = _text
        _write(folder / "accounts.csv", connection.execute(_ACCOUNTS), separator)
        for table, fit in FIT.items():
            names = [row["name"] for row in columns_of(connection, table) if row["name"] != "gone_at"]
            query = (
                f"SELECT {', '.join(map(quoted, names))} FROM {quoted(table)} ORDER BY account_id, {quoted(fit.key)}"
            )
            _write(folder / f"{table}.csv", connection.execute(query), separator)


def _write(file: Path, rows: sqlite3.Cursor, separator: Separator) -> None:
    names = [str(column[0]) for column in rows.description]
    # With its mark: Excel takes UTF-8 without one for the code page of the machine.
    with file.open("w", encoding="utf-8-sig", errors="replace", newline="") as out:
        writer = csv.writer(out, delimiter=separator.sign, lineterminator="\r\n")
        writer.writerow([_harmless(name) for name in names])
        writer.writerows(_cells(rows, separator))


def _cells(rows: Iterable[sqlite3.Row], separator: Separator) -> Iterator[list[Any]]:
    for row in rows:
        yield [_cell(value, separator) for value in row]


def _cell(value: Any, separator: Separator) -> Any:
    if isinstance(value, str):
        return _harmless(value)
    if isinstance(value, float) and separator is Separator.SEMICOLON:
        return str(value).replace(".", ",")
    if isinstance(value, bytes):
        return value.hex()
    return value


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _text(content: bytes) -> str:
    """Texts of old programs may hold bytes that are no UTF-8."""
    return content.decode("utf-8", "replace")


def pack_tables(folder: Path, file: Path) -> None:
    """The tables in one zip. Raises ExportFailed."""
    try:
        shutil.make_archive(str(file.with_suffix("")), "zip", folder)
    except OSError as error:
        raise refused(file, error) from error
