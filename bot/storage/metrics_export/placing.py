"""The place of the one file: whose it is, and how a new one takes it."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from bot.errors import ExportFailed, StorageError
from bot.settings.home import is_there
from bot.storage.database import copy_database
from bot.storage.metrics_export.shape import APPLICATION_ID, FORMAT


def check_place(file: Path) -> None:
    """Raises ExportFailed where a file of somebody else stands, or nothing can be written."""
    if not file.parent.is_dir():
        raise ExportFailed(f"there is no folder {file.parent}", remedy="Make it, or choose another place.")
    if not is_there(file):
        return
    head = _head(file)
    if head and (not head.startswith(b"SQLite format 3\0") or int.from_bytes(head[68:72], "big") != APPLICATION_ID):
        raise ExportFailed(
            f"{file} is no export of Aviary and stays as it is", remedy="Choose another name for the export."
        )
    if int.from_bytes(head[60:64], "big") > FORMAT:
        raise ExportFailed(f"{file} was made by a newer Aviary", remedy="Update this one, or choose another name.")
    # Changes that lie beside the file would be played into the one that takes its place.
    if any(_has_content(file.with_name(file.name + end)) for end in ("-wal", "-journal")):
        raise ExportFailed(f"another program has {file} open", remedy="Close it there, then export again.")


def _head(file: Path) -> bytes:
    if not file.is_file():
        return b"a folder, or worse"
    try:
        with file.open("rb") as reader:
            return reader.read(100)
    except OSError as error:
        raise ExportFailed(f"{file} cannot be read: {error.strerror or error}") from error


def _has_content(file: Path) -> bool:
    try:
        return file.stat().st_size > 0
    except OSError:
        return False


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """Two exports into one file would take each other's copy."""
    lock = FileLock(file.with_name(f".{file.name}.lock"), blocking=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise ExportFailed(f"another export writes {file}", remedy="Wait until it has ended.") from error
    except OSError as error:
        raise refused(file, error) from error
    try:
        yield
    finally:
        lock.release()
        Path(lock.lock_file).unlink(missing_ok=True)


@contextmanager
def fresh_copy(file: Path) -> Iterator[Path]:
    """A copy of the file as it is, to be worked on; nothing is left of it afterwards."""
    fresh = file.with_name(f".{file.name}.tmp")
    fresh.unlink(missing_ok=True)
    try:
        if is_there(file) and file.stat().st_size:
            copy_database(file, fresh)
        yield fresh
    except (sqlite3.Error, OSError) as error:
        raise refused(file, error) from error
    except StorageError as error:
        raise refused(file, error.__cause__ or error) from error
    finally:
        for name in (fresh.name, f"{fresh.name}-journal"):
            fresh.with_name(name).unlink(missing_ok=True)


def settle(fresh: Path, file: Path) -> None:
    """The copy, on the disk, in the place of the file."""
    with fresh.open("rb+") as written:
        os.fsync(written.fileno())
    fresh.replace(file)


def refused(file: Path, error: BaseException) -> ExportFailed:
    """What kept the file from being written, in words."""
    full = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}  # Windows has no EDQUOT
    no_room = isinstance(error, OSError) and error.errno in full
    if no_room or (isinstance(error, sqlite3.Error) and is_of_target(error)):
        return ExportFailed(
            f"{file} could not be written: no room is left on its disk, or it is write-protected",
            remedy="Free some room, or choose another disk. What was there before is as it was.",
        )
    reason = getattr(error, "strerror", None) or error
    return ExportFailed(
        f"{file} could not be written: {reason}", remedy="Close programs that have it open, or choose another place."
    )


def is_of_target(error: sqlite3.Error) -> bool:
    """Whether the export could not be written, rather than an account not be read."""
    code = getattr(error, "sqlite_errorcode", None)
    writing = (sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_TRUNCATE)
    return code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_NOMEM, *writing)
