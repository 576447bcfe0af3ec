"""One account in a zip: what it is made of, with a list of every file and its hash, and back again.

A zip that comes from elsewhere is data: names, sizes and hashes are checked before and while it is unpacked. The
session (cookies), the login of its proxy and the browser's own profile are never in it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from bot.errors import ArchiveError
from bot.settings.home import AccountFolder, relative_parts
from bot.storage.database import copy_database
from bot.storage.proxy_login import LOGIN_FILE

FORMAT = "aviary-account"
VERSION = 1
MANIFEST = "manifest.json"
MOST_FILES = 20_000
MOST_BYTES = 4 * 1024**3
_MOST_MANIFEST_BYTES = 8 * 1024**2
_CHUNK = 1024 * 1024
_LEFT_OUT = frozenset({"profile", "trial-profile", "evidence", "checks"})
"""Folders below data/: the browser's own, and pictures of trouble."""
_SECRETS = ("cookies", LOGIN_FILE)
"""How the names of files begin that hold what nobody else may have."""
_DATABASE_PARTS = (".db-wal", ".db-shm", ".db-journal")


class Manifest(BaseModel):
    """What an archive says of itself."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    format: str
    version: int
    made_at: AwareDatetime
    entry: dict[str, Any]
    files: dict[str, str]
    """Path, with slashes -> SHA-256."""


@dataclass(frozen=True)
class ArchiveFile:
    """An archive as it is listed."""

    name: str
    size: int
    entry: Mapping[str, Any]
    made_at: datetime


def pack(folder: AccountFolder, entry: Mapping[str, Any], file: Path, at: datetime, session: str) -> None:
    """Write the account into the zip `file`, which is there as a whole or not at all.

    `session` is the name of its cookie file, which is left out. Databases may be in use. Raises ArchiveError.
    """
    temporary = file.with_name(f".{file.name}.tmp")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _write(folder, entry, temporary, at, session)
        read_manifest(temporary)
        temporary.replace(file)
    except (OSError, zipfile.BadZipFile) as error:
        raise ArchiveError(f"the archive could not be written: {error}") from error
    finally:
        temporary.unlink(missing_ok=True)


def _write(folder: AccountFolder, entry: Mapping[str, Any], file: Path, at: datetime, session: str) -> None:
    hashes: dict[str, str] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for source in _files_of(folder, session):
            name = source.relative_to(folder.root).as_posix()
            if source.suffix == ".db":
                copy = file.with_name(f".{file.name}.db")
                try:
                    copy_database(source, copy)
                    hashes[name] = _add(archive, copy, name)
                finally:
                    copy.unlink(missing_ok=True)
            else:
                hashes[name] = _add(archive, source, name)
        manifest = Manifest(format=FORMAT, version=VERSION, made_at=at, entry=dict(entry), files=hashes)
        archive.writestr(MANIFEST, manifest.model_dump_json(indent=1))


def _files_of(folder: AccountFolder, session: str) -> Iterator[Path]:
    """Every file but those that are left out; links are not followed."""
    for here, names, files in _walk(folder.own_roots):
        if here == folder.data:
            names[:] = [name for name in names if name not in _LEFT_OUT]
        names.sort()
        for name in sorted(files):
            path = here / name
            is_secret = name.startswith(_SECRETS) or path.relative_to(folder.root).as_posix().startswith(session)
            if not is_secret and not path.is_symlink() and path.is_file() and not name.endswith(_DATABASE_PARTS):
                yield path


def _walk(roots: Iterable[Path]) -> Iterator[tuple[Path, list[str], list[str]]]:
    """As os.walk, for folders and single files."""
    for root in roots:
        if root.is_file():
            yield root.parent, [], [root.name]
        else:
            yield from ((Path(parent), names, files) for parent, names, files in os.walk(root, followlinks=False))


def _add(archive: zipfile.ZipFile, source: Path, name: str) -> str:
    """Put the file into the archive piece by piece; returns its hash."""
    digest = hashlib.sha256()
    with source.open("rb") as reader, archive.open(name, "w", force_zip64=True) as writer:
        while chunk := reader.read(_CHUNK):
            digest.update(chunk)
            writer.write(chunk)
    return digest.hexdigest()


def read_manifest(file: Path) -> Manifest:
    """What the archive says of itself, and that it holds just that. Raises ArchiveError."""
    try:
        with zipfile.ZipFile(file) as archive:
            return _manifest_of(archive)
    except (OSError, zipfile.BadZipFile, NotImplementedError) as error:
        raise ArchiveError(f"{file.name} is no archive that can be read: {error}") from error


def _manifest_of(archive: zipfile.ZipFile) -> Manifest:
    members = {info.filename: info for info in archive.infolist()}
    if MANIFEST not in members or members[MANIFEST].file_size > _MOST_MANIFEST_BYTES:
        raise ArchiveError("it was not made by Aviary: it has no list of its files")
    try:
        manifest = Manifest.model_validate_json(archive.read(MANIFEST))
    except (ValidationError, ValueError) as error:
        raise ArchiveError("its list of files cannot be read") from error
    if manifest.format != FORMAT:
        raise ArchiveError("it is no archive of an account")
    if manifest.version > VERSION:
        raise ArchiveError("it was made by a newer Aviary; update this one first")
    if set(members) != {MANIFEST, *manifest.files} or len(members) != len(archive.infolist()):
        raise ArchiveError("it does not hold the files that its list names")
    _check_members(members, manifest)
    return manifest


def _check_members(members: Mapping[str, zipfile.ZipInfo], manifest: Manifest) -> None:
    if len(members) > MOST_FILES or sum(info.file_size for info in members.values()) > MOST_BYTES:
        raise ArchiveError(f"it unpacks into more than {MOST_FILES} files or {MOST_BYTES // 1024**3} GiB")
    seen: set[str] = set()
    for name in manifest.files:
        try:
            parts = relative_parts(name)
        except ValueError as error:
            raise ArchiveError(f"it holds a path that leads astray: {name!r}") from error
        if "/".join(parts) != name or name.casefold() in seen:
            raise ArchiveError(f"it holds a path that leads astray: {name!r}")
        seen.add(name.casefold())


def unpack(file: Path, root: Path) -> Manifest:
    """Unpack the archive into `root`, a folder that is not there yet; it is there as a whole or not at all.

    Raises ArchiveError for what was not made by Aviary, was damaged, or does not fit.
    """
    fresh = root.with_name(f".{root.name}.unpacked")
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = _manifest_of(archive)
            shutil.rmtree(fresh, ignore_errors=True)
            for name, expected in manifest.files.items():
                _take_out(archive, name, fresh.joinpath(*relative_parts(name)), expected)
        root.parent.mkdir(parents=True, exist_ok=True)
        fresh.rename(root)
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise ArchiveError(f"{file.name} could not be unpacked: {error}") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return manifest


def _take_out(archive: zipfile.ZipFile, name: str, target: Path, expected: str) -> None:
    """Unpack one file; no more of it is written than its entry says."""
    target.parent.mkdir(parents=True, exist_ok=True)
    left = archive.getinfo(name).file_size
    digest = hashlib.sha256()
    with archive.open(name) as reader, target.open("xb") as writer:
        while chunk := reader.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise ArchiveError(f"{name} is larger than the archive says")
            digest.update(chunk)
            writer.write(chunk)
    if digest.hexdigest() != expected:
        raise ArchiveError(f"{name} is not what was packed: the archive is damaged")


def list_archives(folder: Path) -> list[ArchiveFile]:
    """The archives in `folder`, newest first; what cannot be read as one is left out."""
    found: list[ArchiveFile] = []
    for file in sorted(folder.glob("*.zip"), reverse=True) if folder.is_dir() else []:
        try:
            manifest = read_manifest(file)
        except ArchiveError:
            continue
        found.append(ArchiveFile(file.name, file.stat().st_size, manifest.entry, manifest.made_at))
    return sorted(found, key=lambda each: each.made_at, reverse=True)
