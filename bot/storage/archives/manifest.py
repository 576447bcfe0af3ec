"""What a zip of Aviary says of itself, and whether it holds just that. One that comes from elsewhere is data."""

from __future__ import annotations

import stat
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from bot.errors import ArchiveError
from bot.settings.home import relative_parts

ACCOUNT_FORMAT = "aviary-account"
BACKUP_FORMAT = "aviary-backup"
VERSION = 2
"""1 was the archive of an account that never held a session."""
MANIFEST = "manifest.json"
MOST_FILES = {ACCOUNT_FORMAT: 20_000, BACKUP_FORMAT: 500_000}
MOST_BYTES = {ACCOUNT_FORMAT: 16 * 1024**3, BACKUP_FORMAT: 512 * 1024**3}
_MOST_MANIFEST_BYTES = 128 * 1024**2
_MOST_FOLD = 1100
"""Deflate packs 1032 bytes into one at most: a zip that says more of itself names the same bytes twice."""
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED = 0x1


class PackedAccount(BaseModel):
    """An account in a backup. `folder` is where its files lie in the zip, as below the home; "." is the home itself."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    name: str = ""
    username: str = ""
    folder: str


class Manifest(BaseModel):
    """What a zip says of itself."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    format: str
    version: int
    made_at: AwareDatetime
    entry: dict[str, Any] = {}
    """Of an account: what accounts.yaml said of it."""
    accounts: tuple[PackedAccount, ...] = ()
    """Of a backup."""
    left_out: tuple[str, ...] = ()
    """What is not in it, in words."""
    damaged: tuple[str, ...] = ()
    """Databases that were damaged when they were packed, as they lay there."""
    files: dict[str, str]
    """Path, with slashes -> SHA-256."""

    @property
    def is_backup(self) -> bool:
        return self.format == BACKUP_FORMAT


@dataclass(frozen=True)
class ArchiveFile:
    """A zip as it is listed."""

    name: str
    size: int
    entry: Mapping[str, Any]
    made_at: datetime
    manifest: Manifest


_COPY_AGAIN = "Copy it once more from where it was made, or choose another one: it was cut off or changed on its way."
_OF_AVIARY = "Choose a zip as Aviary made it: a backup, an archive or the zip of one account."


def read_manifest(file: Path) -> Manifest:
    """What the zip says of itself, and that it holds just that. Raises ArchiveError."""
    try:
        with zipfile.ZipFile(file) as archive:
            return manifest_of(archive, file.stat().st_size)
    except FileNotFoundError as error:
        raise ArchiveError(f"{file} is not there", remedy="Look at its name and its folder.") from error
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, UnicodeError, ValueError) as error:
        raise ArchiveError(f"{file.name} is no archive that can be read: {error}", remedy=_COPY_AGAIN) from error


def manifest_of(archive: zipfile.ZipFile, size: int) -> Manifest:
    """The same of one that is open; `size` is that of its file. Raises ArchiveError."""
    members = {info.filename: info for info in archive.infolist()}
    if MANIFEST not in members or members[MANIFEST].file_size > _MOST_MANIFEST_BYTES:
        raise ArchiveError("it was not made by Aviary: it has no list of its files", remedy=_OF_AVIARY)
    _refuse_odd_members(archive.infolist(), size)
    try:
        manifest = Manifest.model_validate_json(archive.read(MANIFEST))
    except (ValidationError, ValueError) as error:
        raise ArchiveError("its list of files cannot be read", remedy=_COPY_AGAIN) from error
    _refuse_foreign(manifest)
    if set(members) != {MANIFEST, *manifest.files} or len(members) != len(archive.infolist()):
        raise ArchiveError("it does not hold the files that its list names", remedy=_COPY_AGAIN)
    _refuse_too_much(members.values(), manifest.format)
    _refuse_paths([*manifest.files, *(f"{each.folder}/x" for each in manifest.accounts if each.folder != ".")])
    return manifest


def _refuse_odd_members(members: Iterable[zipfile.ZipInfo], size: int) -> None:
    """Raises ArchiveError for links, devices, what is locked, and bombs. Of each only what it says is looked at."""
    total = 0
    for info in members:
        mode = info.external_attr >> 16
        if info.is_dir() or (stat.S_IFMT(mode) and not stat.S_ISREG(mode)):
            raise ArchiveError(f"it holds something that is no plain file: {info.filename!r}")
        if info.flag_bits & _ENCRYPTED or info.compress_type not in _METHODS:
            raise ArchiveError(f"it was not made by Aviary: {info.filename!r} is packed in another way")
        total += info.file_size
    if total > size * _MOST_FOLD:
        raise ArchiveError("it says of itself that it unpacks into more than any zip of its size can hold")


def _refuse_foreign(manifest: Manifest) -> None:
    if manifest.format not in MOST_FILES:
        raise ArchiveError("it is neither the archive of an account nor a backup")
    if manifest.version > VERSION:
        raise ArchiveError("it was made by a newer Aviary; update this one first")
    if manifest.version < 1:
        raise ArchiveError("its list of files cannot be read")


def _refuse_too_much(members: Iterable[zipfile.ZipInfo], kind: str) -> None:
    sizes = [info.file_size for info in members]
    if len(sizes) > MOST_FILES[kind] or sum(sizes) > MOST_BYTES[kind]:
        raise ArchiveError(f"it unpacks into more than {MOST_FILES[kind]} files or {MOST_BYTES[kind] // 1024**3} GiB")


def _refuse_paths(names: Iterable[str]) -> None:
    """Raises ArchiveError for a path that leads out, or that would be another one on some system."""
    seen: set[str] = set()
    for name in names:
        if not is_plain_path(name) or folded(name) in seen:
            raise ArchiveError(f"it holds a path that leads astray: {name!r}")
        seen.add(folded(name))
    for name in seen:
        if any(parent in seen for parent in _parents(name)):
            raise ArchiveError(f"it holds a path that leads through a file: {name!r}")


def is_plain_path(name: str) -> bool:
    """Whether it is a path below a folder, written so that every system reads the same."""
    try:
        return "/".join(relative_parts(name)) == name and bool(name) and bool(name.encode("utf-8"))
    except ValueError:  # also UnicodeEncodeError: a name of bytes that are no text
        return False


def folded(name: str) -> str:
    """The same for names that are one file on some system: in other case, or with accents put together otherwise."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _parents(name: str) -> Iterator[str]:
    while "/" in name:
        name = name.rpartition("/")[0]
        yield name


def list_zips(folder: Path, kind: str) -> list[ArchiveFile]:
    """The zips of this format in `folder`, newest first; what cannot be read as one is left out."""
    found: list[ArchiveFile] = []
    for file in sorted(folder.glob("*.zip"), reverse=True) if folder.is_dir() else []:
        try:
            manifest, size = read_manifest(file), file.stat().st_size
        except (ArchiveError, OSError):
            continue
        if manifest.format == kind:
            found.append(ArchiveFile(file.name, size, manifest.entry, manifest.made_at, manifest))
    return sorted(found, key=lambda each: each.made_at, reverse=True)


def list_archives(folder: Path) -> list[ArchiveFile]:
    """The archives of accounts in `folder`, newest first."""
    return list_zips(folder, ACCOUNT_FORMAT)
