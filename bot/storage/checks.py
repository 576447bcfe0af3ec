"""Reports on x.com's pages, with their pictures and pages, each in a folder of its own named by its time."""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from bot.storage.files import write_atomically

KEPT = 10
"""So many reports an account keeps; the oldest go first."""

REPORT = "report.json"
_ID = re.compile(r"\d{8}-\d{6}")
_FILE = re.compile(r"[a-z]{1,20}\.(?:png|html)")


def check_id(at: datetime) -> str:
    """The name of the folder of a report made at `at`."""
    return f"{at.astimezone(UTC):%Y%m%d-%H%M%S}"


def save_check(folder: Path, name: str, report: str, files: Mapping[str, bytes]) -> None:
    """Save a report under `name` (see check_id) with its files; the report comes last, so that it is never half there.

    Raises ValueError for a name that `find_check_file` would not find.
    """
    if not _ID.fullmatch(name) or not all(_FILE.fullmatch(file) for file in files):
        raise ValueError(f"{name!r} with {sorted(files)} are no names for a report and its files")
    for file, content in files.items():
        write_atomically(folder / name / file, content, private=True)
    # A page may hold half an emoji (a text that a script cut), which UTF-8 cannot write.
    write_atomically(folder / name / REPORT, report.encode("utf-8", "replace"), private=True)
    _drop_oldest(folder)


def newest_check(folder: Path) -> Path | None:
    """The newest whole report's file."""
    found = [each / REPORT for each in _folders(folder) if (each / REPORT).is_file()]
    return found[-1] if found else None


def find_check_file(folder: Path, name: str, file: str) -> Path | None:
    """A file of the report `name`; None for unknown or unsafe names."""
    if not _ID.fullmatch(name) or not (file == REPORT or _FILE.fullmatch(file)):
        return None
    found = folder / name / file
    return found if found.is_file() else None


def _folders(folder: Path) -> list[Path]:
    """Those of all reports, oldest first."""
    return sorted(each for each in folder.glob("*") if _ID.fullmatch(each.name) and each.is_dir())


def _drop_oldest(folder: Path) -> None:
    for old in _folders(folder)[:-KEPT]:
        # Windows does not delete a picture that the panel is just sending: it goes at the next turn.
        with contextlib.suppress(PermissionError):
            shutil.rmtree(old)
