"""What lies in a folder, file by file, so that it can be told later whether all of it is there."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from bot.errors import HomeError
from bot.migration.file_work import hash_of

HASHED_UP_TO = 64 * 1024**2
"""Bytes. A larger file is known by its size and time: a film of 2 GB is not read through for being renamed."""
_COARSEST_CLOCK = 2 * 10**9
"""Nanoseconds: FAT keeps the times of files by two seconds."""


@dataclass(frozen=True)
class Item:
    """A file, or a symbolic link. `path` has slashes and begins at the folder that was listed."""

    path: str
    size: int = 0
    mtime_ns: int = 0
    sha256: str = ""
    link: str = ""
    """Where a symbolic link points to."""

    def is_at(self, root: Path) -> bool:
        """Whether the file below `root` is, as far as can be told, the very same content."""
        file = root / self.path
        try:
            status = file.lstat()
            if self.link or stat.S_ISLNK(status.st_mode):
                return stat.S_ISLNK(status.st_mode) and str(file.readlink()) == self.link
            if status.st_size != self.size:
                return False
            if self.sha256:
                return hash_of(file) == self.sha256
            return abs(status.st_mtime_ns - self.mtime_ns) <= _COARSEST_CLOCK
        except OSError:
            return False


@dataclass(frozen=True)
class Listing:
    """Files and links, and the folders that hold nothing else."""

    folders: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(item.size for item in self.items)

    def needed_folders(self) -> list[str]:
        """Every folder that must be there for the items, the outer ones first; without the root itself."""
        names = {*self.folders}
        for path in (*self.folders, *(item.path for item in self.items)):
            names |= {parent.as_posix() for parent in PurePosixPath(path).parents}
        return sorted(names - {"."}, key=lambda name: (name.count("/"), name))

    def as_data(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Listing:
        """Raises KeyError and TypeError for what `as_data` did not make."""
        return cls(tuple(map(str, data["folders"])), tuple(Item(**item) for item in data["items"]))


def list_below(root: Path, tops: Iterable[str], *, with_hashes: bool = True) -> Listing:
    """All that lies at or below `tops`, by names relative to `root`. Raises OSError, HomeError for what cannot move."""
    folders: list[str] = []
    items: dict[str, Item] = {}
    for top in tops:
        for path in _walk(root / top):
            name = path.relative_to(root).as_posix()
            if path.is_dir() and not path.is_symlink():
                folders.append(name)
                _refuse_mounted(path, name)
            elif path.is_symlink():
                items[name] = Item(name, link=_portable_link(path, root / top, name))
            elif path.is_file():  # sockets and the like of a browser that is gone stay
                items[name] = _item(path, name, with_hashes=with_hashes)
    return Listing(tuple(dict.fromkeys(folders)), tuple(items.values()))


def item_of(path: str, content: bytes) -> Item:
    """A file that is to be written with this content."""
    return Item(path, len(content), sha256=hashlib.sha256(content).hexdigest())


def _walk(top: Path) -> Iterator[Path]:
    """`top`, and all that is in it; folders before what they hold. Links are not followed."""
    if not os.path.lexists(top):
        return
    yield top
    if top.is_symlink() or not top.is_dir():
        return
    for parent, names, files in os.walk(top, onerror=_raise):
        for name in sorted((*names, *files)):
            yield Path(parent) / name


def _raise(error: OSError) -> None:
    raise error


def _item(path: Path, name: str, *, with_hashes: bool) -> Item:
    status = path.stat()
    digest = hash_of(path) if with_hashes and status.st_size <= HASHED_UP_TO else ""
    return Item(name, status.st_size, status.st_mtime_ns, digest)


def _portable_link(path: Path, top: Path, name: str) -> str:
    """Where the link points to. Raises HomeError when it would point elsewhere from another folder."""
    link = str(path.readlink())
    meant = Path(os.path.normpath(path.parent / link))
    if not Path(link).is_absolute() and (path == top or not meant.is_relative_to(top)):
        raise HomeError(
            f"{name} is a link to {link}, which would lead elsewhere from another folder",
            remedy="Put the file itself in its place, or a link with the full path; then try again.",
        )
    return link


def _refuse_mounted(folder: Path, name: str) -> None:
    if folder.is_mount():
        raise HomeError(
            f"{name} is a disk of its own (mounted there), and cannot be moved",
            remedy="Unmount it, migrate, then mount it inside the account's new folder.",
        )
