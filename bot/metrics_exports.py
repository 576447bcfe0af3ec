"""One database for all, as people ask for it: into a place of their choice, or as a file to take away."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.clock import Clock
from bot.errors import ExportFailed
from bot.storage.metrics_export.accounts import AccountList
from bot.storage.metrics_export.exporting import ExportReport, Progress, export_metrics
from bot.storage.metrics_export.table_files import Separator, export_tables, pack_tables

_ROOM = "Free some room in the system's folder for temporary files, or set TMPDIR to another."


class ExportForm(StrEnum):
    """As what it is taken away."""

    DATABASE = "db"
    TABLES = "csv"
    """In one zip."""

    @property
    def ending(self) -> str:
        """Of the file."""
        return "zip" if self is ExportForm.TABLES else "db"


@dataclass(frozen=True)
class TakenAway:
    """An export to be sent to somebody. `close` removes it from this machine."""

    file: Path
    report: ExportReport
    folder: tempfile.TemporaryDirectory[str]

    def close(self) -> None:
        self.folder.cleanup()


class MetricsExports:
    """Exports of all accounts. `accounts` tells which there are."""

    def __init__(self, accounts: Callable[[], AccountList], clock: Clock) -> None:
        self._accounts = accounts
        self._clock = clock
        self._busy = threading.Lock()

    def write(self, place: str, separator: Separator | None, progress: Progress) -> ExportReport:
        """Bring the file up to date; CSV files into `place` when it is a folder or ends in a slash.

        Raises ExportFailed, also for a list without accounts: all would be marked as removed.
        """
        path = Path(place)
        is_folder = place.endswith(("/", "\\")) or path.is_dir()
        if not is_folder and path.suffix.lower() == ".csv":
            raise ExportFailed(
                f"{place} would be one file, and there is a table of CSV for each kind of row",
                remedy="Name a folder, with a slash at its end: all/",
            )
        if not is_folder and separator is not None:
            raise ExportFailed(f"{place} is a database: it has no separators", remedy="Name a folder for CSV: all/")
        wanted, at = self._wanted(), self._clock.now()
        if is_folder:
            return export_tables(wanted, path, at, progress, separator or Separator.COMMA)
        return export_metrics(wanted, path, at, progress)

    def make(self, form: ExportForm, separator: Separator = Separator.COMMA) -> TakenAway:
        """A file in a folder of its own, which the caller closes. They are made one at a time. Raises ExportFailed."""
        if not self._busy.acquire(blocking=False):
            raise ExportFailed(
                "an export is being made for somebody else just now", remedy="Try again when that one is done."
            )
        try:
            folder = tempfile.TemporaryDirectory(prefix="aviary-export-")
        except OSError as error:
            self._busy.release()
            raise ExportFailed(f"there is no place for the export: {error.strerror or error}", remedy=_ROOM) from error
        try:
            return TakenAway(*self._make(form, separator, Path(folder.name)), folder)
        except BaseException:
            folder.cleanup()
            raise
        finally:
            self._busy.release()

    def _make(self, form: ExportForm, separator: Separator, folder: Path) -> tuple[Path, ExportReport]:
        wanted, at, file = self._wanted(), self._clock.now(), folder / f"aviary.{form.ending}"
        if form is ExportForm.DATABASE:
            return file, export_metrics(wanted, file, at, _untold)
        report = export_tables(wanted, folder / "tables", at, _untold, separator)
        pack_tables(folder / "tables", file)
        return file, report

    def _wanted(self) -> AccountList:
        wanted = self._accounts()
        if not wanted.accounts and not wanted.broken:
            raise ExportFailed("there is no account to export", remedy="See config/accounts.yaml.")
        return wanted


def _untold(_done: int, _all: int, _account_id: str) -> None:
    """Whoever waits for a download sees none of it."""
