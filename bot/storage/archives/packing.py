"""Writing the zip: piece by piece, with a list of every file and its hash; there as a whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import shutil
import time
import zipfile
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from bot.errors import ArchiveError, StorageError
from bot.settings.home import AccountFolder
from bot.storage.archives.contents import Contents, SourceFile, contents_of_account
from bot.storage.archives.manifest import ACCOUNT_FORMAT, MANIFEST, VERSION, Manifest
from bot.storage.archives.progress import Progress, Tell, tell_nobody
from bot.storage.archives.unpacking import check_content
from bot.storage.database import copy_database, why_damaged
from bot.storage.files import sync_folder

CHUNK = 1024 * 1024
_LEVEL = 1
"""Pictures and videos are packed already; for texts and databases the fastest way is good enough."""
_SPARE_BYTES = 16 * 1024**2
_MEMBER_BYTES = 512
"""What a zip needs for a file beside its content, more than enough."""
_OLDEST = (1980, 1, 1, 0, 0, 0)  # a zip knows no earlier time


def pack(
    folder: AccountFolder,
    entry: Mapping[str, Any],
    file: Path,
    at: datetime,
    session: str,
    *,
    with_session: bool = False,
    tell: Tell = tell_nobody,
) -> Manifest:
    """Write the account into the zip `file`, which is there as a whole or not at all.

    `session` is the name of its cookie file, which goes along `with_session`, where it lies encrypted. Databases may
    be in use. Raises ArchiveError.
    """
    try:
        contents = contents_of_account(folder, session, with_session=with_session)
    except OSError as error:
        raise cannot_write(file, error) from error
    manifest = Manifest(format=ACCOUNT_FORMAT, version=VERSION, made_at=at, entry=dict(entry), files={})
    return write_zip(contents, manifest, file, tell)


def write_zip(contents: Contents, manifest: Manifest, file: Path, tell: Tell = tell_nobody) -> Manifest:
    """Write `contents` and check what was written; returns the manifest with all that was found out.

    Nothing is left behind when it fails. Raises ArchiveError, and whatever `tell` raises.
    """
    temporary = file.with_name(f".{file.name}.{secrets.token_hex(4)}.tmp")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(file, error) from error
    try:
        _refuse_full_disk(contents, file.parent)
        _Writer(contents, temporary, tell).write(manifest)
        written = check_content(temporary, tell)
        os.replace(temporary, file)  # noqa: PTH105  the same as Path.replace; both are one step
        sync_folder(file.parent)
    except (OSError, StorageError, zipfile.BadZipFile) as error:
        raise cannot_write(file, error) from error
    finally:
        temporary.unlink(missing_ok=True)
    return written


class _Writer:
    """Writes one zip, and counts."""

    def __init__(self, contents: Contents, file: Path, tell: Tell) -> None:
        self._contents = contents
        self._file = file
        self._tell = tell
        self._files, self._bytes = 0, 0
        self._of_bytes = sum(source.size for source in contents.files)
        self._hashes: dict[str, str] = {}
        self._damaged: list[str] = []

    def write(self, manifest: Manifest) -> None:
        """Every file, then the list of them, on disk on return."""
        descriptor = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descriptor, "wb") as out:
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
                for source in self._contents.files:
                    self._add(archive, source)
                    self._files += 1
                    self._say()
                told = {
                    "files": self._hashes,
                    "left_out": tuple(self._contents.left_out),
                    "damaged": tuple(self._damaged),
                }
                archive.writestr(MANIFEST, manifest.model_copy(update=told).model_dump_json(indent=1))
            out.flush()
            os.fsync(out.fileno())

    def _add(self, archive: zipfile.ZipFile, source: SourceFile) -> None:
        if source.content is not None:
            self._copy(archive, source, BytesIO(source.content))
        elif source.is_database:
            self._add_database(archive, source)
        else:
            self._add_file(archive, source, source.path)

    def _add_database(self, archive: zipfile.ZipFile, source: SourceFile) -> None:
        """A copy of one moment; a damaged one as it lies there, so that one account's trouble takes nothing away."""
        copy = self._file.with_name(f"{self._file.name}.db")
        try:
            trouble = _copied(source.path, copy)
            if trouble:
                self._damaged.append(source.name)
                self._contents.left_out.append(f"{source.name}: it is damaged, and packed as it is ({trouble})")
            self._add_file(archive, source, source.path if trouble else copy)
        finally:
            copy.unlink(missing_ok=True)

    def _add_file(self, archive: zipfile.ZipFile, source: SourceFile, path: Path) -> None:
        try:
            reader = path.open("rb")
        except FileNotFoundError:
            return  # it went since the folder was looked at
        with reader:
            self._copy(archive, source, reader)

    def _copy(self, archive: zipfile.ZipFile, source: SourceFile, reader: IO[bytes]) -> None:
        digest = hashlib.sha256()
        with archive.open(_info(source), "w", force_zip64=True) as writer:
            while chunk := reader.read(CHUNK):
                digest.update(chunk)
                writer.write(chunk)
                self._bytes += len(chunk)
                self._say()
        self._hashes[source.name] = digest.hexdigest()

    def _say(self) -> None:
        total = max(self._of_bytes, self._bytes)
        self._tell(Progress("packing", self._files, len(self._contents.files), self._bytes, total))


def _copied(source: Path, copy: Path) -> str:
    """Copy the database; what is damaged in it, "" for nothing. Raises StorageError when that cannot be told now."""
    try:
        copy_database(source, copy)
    except StorageError:
        trouble = why_damaged(source)
        if not trouble:
            raise
        return trouble
    return why_damaged(copy)


def _info(source: SourceFile) -> zipfile.ZipInfo:
    try:
        at = time.localtime(source.path.stat().st_mtime)[:6]
    except (OSError, ValueError):
        at = _OLDEST
    info = zipfile.ZipInfo(source.name, max(_OLDEST, min(at, (2107, 12, 31, 23, 59, 58))))
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o100600 << 16
    return info


def _refuse_full_disk(contents: Contents, folder: Path) -> None:
    """Raises ArchiveError before anything is written, when it surely has no room."""
    packed = sum(source.size // 1000 for source in contents.files)  # no zip gets smaller
    largest = max((source.size for source in contents.files if source.is_database), default=0)
    needed = packed + largest + len(contents.files) * _MEMBER_BYTES + _SPARE_BYTES
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise OSError(errno.ENOSPC, f"it needs {needed // 1024**2} MB, {free // 1024**2} MB are free")


def cannot_write(file: Path, error: Exception) -> ArchiveError:
    """What to tell of a zip that could not be written."""
    said = error.message if isinstance(error, StorageError) else str(getattr(error, "strerror", "") or error)
    if getattr(error, "errno", None) == errno.ENOSPC or "disk is full" in said:
        remedy = "Make room, or choose another disk; nothing was changed."
        return ArchiveError(f"{file.name} could not be written: the disk is full ({said})", remedy=remedy)
    if isinstance(error, PermissionError):
        remedy = "Give the user that Aviary runs as the right to it, then try again; nothing was changed."
        which = getattr(error, "filename", None) or file
        return ArchiveError(f"{file.name} could not be written: no permission for {which}", remedy=remedy)
    return ArchiveError(f"{file.name} could not be written: {said}")
