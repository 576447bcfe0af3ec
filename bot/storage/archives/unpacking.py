"""Reading the zip: every file checked against its hash while it is read; unpacked as a whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from bot.errors import ArchiveError
from bot.settings.home import relative_parts
from bot.storage.archives.manifest import Manifest, manifest_of
from bot.storage.archives.progress import Progress, Tell, tell_nobody
from bot.storage.database import why_damaged

CHUNK = 1024 * 1024
_SPARE_BYTES = 16 * 1024**2
_DATABASES = (".db", ".sqlite", ".sqlite3")
_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError)


def unpack(file: Path, root: Path, tell: Tell = tell_nobody) -> Manifest:
    """Unpack the archive into `root`, a folder that is not there yet; it is there as a whole or not at all.

    Raises ArchiveError for what was not made by Aviary, was damaged, or does not fit.
    """
    return unpack_some(file, root, lambda name: name, tell)


def unpack_some(file: Path, root: Path, place: Callable[[str], str], tell: Tell = tell_nobody) -> Manifest:
    """As `unpack`, but each file goes where `place` says, relative to `root`; "" leaves it in the zip."""
    fresh = root.with_name(f".{root.name}.{secrets.token_hex(4)}.unpacked")
    try:
        with _opened(file) as (archive, manifest):
            wanted = {name: place(name) for name in manifest.files if place(name)}
            fresh.parent.mkdir(parents=True, exist_ok=True)
            _refuse_full_disk(sum(archive.getinfo(name).file_size for name in wanted), fresh.parent)
            fresh.mkdir()
            for name, reading in _each(archive, {name: manifest.files[name] for name in wanted}, "unpacking", tell):
                target = fresh.joinpath(*relative_parts(wanted[name]))
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("xb") as writer:
                    reading(writer)
                    writer.flush()
                    os.fsync(writer.fileno())  # what is put in place of other files must be on the disk before
        fresh.rename(root)
    except OSError as error:
        raise ArchiveError(f"{file.name} could not be unpacked: {error.strerror or error}") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return manifest


def check_content(file: Path, tell: Tell = tell_nobody) -> Manifest:
    """Read everything in the zip and compare it with its list; every database must be whole. Raises ArchiveError.

    Databases are unpacked for that, one after the other, into the system's folder for such things.
    """
    try:
        with _opened(file) as (archive, manifest), tempfile.TemporaryDirectory(prefix="aviary-check-") as folder:
            copy = Path(folder) / "copy.db"
            for name, reading in _each(archive, manifest.files, "checking", tell):
                if not name.endswith(_DATABASES) or name in manifest.damaged:
                    reading(None)
                    continue
                with copy.open("wb") as writer:
                    reading(writer)
                _refuse_damaged(copy, name)
    except OSError as error:
        raise ArchiveError(f"{file.name} could not be checked: {error.strerror or error}") from error
    return manifest


@contextmanager
def _opened(file: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """The zip and what it says of itself. What breaks while it is read is an ArchiveError."""
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive, manifest_of(archive, file.stat().st_size)
    except _BROKEN as error:
        raise ArchiveError(f"{file.name} is damaged, or no archive of Aviary: {error}") from error


Reading = Callable[[IO[bytes] | None], None]


def _each(archive: zipfile.ZipFile, hashes: Mapping[str, str], step: str, tell: Tell) -> Iterator[tuple[str, Reading]]:
    """Each file with what reads it, into another file or just so; what it read is what was packed, or it raises."""
    sizes = {name: archive.getinfo(name).file_size for name in hashes}
    total, done = sum(sizes.values()), 0
    for count, name in enumerate(hashes, 1):
        yield name, lambda writer, name=name: _read(archive, name, sizes[name], hashes[name], writer)  # type: ignore[misc]
        done += sizes[name]
        tell(Progress(step, count, len(sizes), done, total))


def _read(archive: zipfile.ZipFile, name: str, size: int, expected: str, writer: IO[bytes] | None) -> None:
    """Read one file; no more of it is written than its entry says."""
    digest = hashlib.sha256()
    left = size
    with archive.open(name) as reader:
        while chunk := reader.read(CHUNK):
            left -= len(chunk)
            if left < 0:
                raise ArchiveError(f"{name} is larger than the archive says")
            digest.update(chunk)
            if writer is not None:
                writer.write(chunk)
    if digest.hexdigest() != expected:
        raise ArchiveError(f"{name} is not what was packed: the archive is damaged")


def _refuse_damaged(copy: Path, name: str) -> None:
    """Raises ArchiveError for a database that is not whole; what is none at all only has its name."""
    with copy.open("rb") as file:
        is_database = file.read(16) == b"SQLite format 3\x00"
    trouble = why_damaged(copy) if is_database else ""
    for part in ("-wal", "-shm"):
        copy.with_name(copy.name + part).unlink(missing_ok=True)
    if trouble:
        raise ArchiveError(f"the database {name} in it is damaged: {trouble}")


def _refuse_full_disk(needed: int, folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if needed + _SPARE_BYTES > free:
        words = f"the disk is full: it needs {needed // 1024**2} MB, {free // 1024**2} MB are free"
        raise OSError(errno.ENOSPC, words)
