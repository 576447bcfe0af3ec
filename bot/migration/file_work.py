"""The operations on files of a migration, each told before it is done: that is where tests pull the plug."""

from __future__ import annotations

import contextlib
import glob
import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from bot.storage.files import write_atomically

_PIECE = 1024 * 1024
_COMING = ".aviary-coming"
"""Behind the name of a copy that is not whole yet."""


def _silent(_operation: str) -> None:
    """Nobody listens."""


class FileWork:
    """Changes on the disk. All raise OSError.

    `announce` is called before each with what it will be. Without `links`, files are copied as across two disks.
    """

    def __init__(self, announce: Callable[[str], None] = _silent, *, links: bool = True) -> None:
        self.announce = announce
        self._links = links

    def make_folder(self, folder: Path, like: Path | None = None) -> None:
        """Make one folder, with the rights of `like`; one that is there stays."""
        if folder.is_dir():
            return
        self.announce(f"make {folder}")
        folder.mkdir()
        if like is not None and like.is_dir():
            shutil.copymode(like, folder)

    def place(self, source: Path, target: Path) -> None:
        """Give the file, or the link, a second name in another folder; its content is read only where that cannot be.

        Raises FileExistsError for a name that is taken.
        """
        if os.path.lexists(target):
            raise FileExistsError(f"{target} is there already")
        if source.is_symlink():
            self.announce(f"link {target}")
            target.symlink_to(source.readlink())
        elif not self._link(source, target):
            self._copy(source, target)

    def write(self, file: Path, content: bytes) -> None:
        """Replace the file in one step; it is on the disk then."""
        self.announce(f"write {file}")
        write_atomically(file, content)

    def remove(self, file: Path) -> None:
        """Take this name of the file away; one that is gone is well."""
        self.announce(f"remove {file}")
        file.unlink(missing_ok=True)

    def remove_half(self, target: Path) -> None:
        """Take away what a crash left of a copy to `target`."""
        half = _half(target)
        if half.exists():
            self.remove(half)

    def remove_unwritten(self, file: Path) -> None:
        """Take away what a crash left of a `write` to `file`, under the names that `write_atomically` gives."""
        for half in sorted(file.parent.glob(f".{glob.escape(file.name)}.*.tmp")):
            self.remove(half)

    def remove_empty(self, folder: Path) -> bool:
        """Take the folder away if nothing is in it; whether it is gone."""
        if not folder.is_dir() or folder.is_symlink():
            return not os.path.lexists(folder)
        if any(folder.iterdir()):
            return False
        self.announce(f"remove {folder}")
        folder.rmdir()
        return True

    def sync(self, folders: list[Path]) -> None:
        """Bring the names in these folders to the disk. Windows has no such call and needs none."""
        if os.name == "nt":
            return
        self.announce(f"sync {len(folders)} folders")
        for folder in folders:
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def _link(self, source: Path, target: Path) -> bool:
        """Whether this disk could do it; if not, copying will tell why, or can."""
        if not self._links:
            return False
        self.announce(f"link {target}")
        try:
            os.link(source, target)
        except (OSError, NotImplementedError):
            return False
        return True

    def _copy(self, source: Path, target: Path) -> None:
        """Copy, read the copy again, then give it its name."""
        half = _half(target)
        self.announce(f"copy {target}")
        half.unlink(missing_ok=True)
        written = _copy_content(source, half)
        if hash_of(half) != written:
            half.unlink()
            raise OSError(f"the copy of {source} is not what was copied")
        shutil.copystat(source, half)
        with contextlib.suppress(OSError, AttributeError):  # only root may, and where owners are known
            os.chown(half, source.stat().st_uid, source.stat().st_gid)
        self.announce(f"name {target}")
        half.rename(target)


def hash_of(file: Path) -> str:
    """SHA-256 of the content, in hexadecimal digits."""
    with file.open("rb") as reader:
        return hashlib.file_digest(reader, "sha256").hexdigest()


def _copy_content(source: Path, target: Path) -> str:
    """Copy piece by piece onto the disk, holes as holes; returns the hash of what was read."""
    digest = hashlib.sha256()
    with source.open("rb") as reader, target.open("xb") as writer:
        while piece := reader.read(_PIECE):
            digest.update(piece)
            if piece.count(0) == len(piece):
                writer.seek(len(piece), os.SEEK_CUR)
            else:
                writer.write(piece)
        writer.truncate()
        writer.flush()
        os.fsync(writer.fileno())
    return digest.hexdigest()


def _half(target: Path) -> Path:
    return target.with_name(f".{target.name}{_COMING}")
