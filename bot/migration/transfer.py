"""Files that go from one folder to another in three steps: placed there too, checked, then cleared away here."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from bot.errors import HomeError, StorageError
from bot.migration.file_work import FileWork
from bot.migration.listing import Item, Listing
from bot.settings.home import AccountFolder, is_there
from bot.storage.settling import count_rows


@dataclass(frozen=True)
class Transfer:
    """The way of `listing` from `source` to `target`. All methods may be called again after a crash."""

    work: FileWork
    source: Path
    target: Path
    listing: Listing

    def folders_to_make(self) -> list[Path]:
        """Those that are not there yet, the outer ones first."""
        wanted = [*reversed(self.target.parents), self.target]
        wanted += [self.target / name for name in self.listing.needed_folders()]
        return [folder for folder in wanted if not folder.is_dir()]

    def taken(self) -> list[str]:
        """Names that something else has at the target."""
        return [item.path for item in self.listing.items if os.path.lexists(self.target / item.path)]

    def place(self) -> None:
        """Give everything its place at the target; nothing changes at the source. Raises OSError."""
        fresh = self.folders_to_make()
        for folder in fresh:
            like = self.source / folder.relative_to(self.target) if folder.is_relative_to(self.target) else None
            self.work.make_folder(folder, like)
        for item in self.listing.items:
            self.work.place(self.source / item.path, self.target / item.path)
        filled = {folder.parent for folder in fresh} | {self.target / name for name in self.listing.needed_folders()}
        self.work.sync([self.target, *sorted(filled - {self.target})])

    def check(self) -> None:
        """Raises HomeError, StorageError when not every file and every row of the source is at the target.

        A second name of the same file needs no reading; a copy is read.
        """
        for item in self.listing.items:
            if not (_is_one_file(self.source / item.path, self.target / item.path) or item.is_at(self.target)):
                raise HomeError(f"{item.path} did not arrive as it was")
        before, after = AccountFolder(self.source).metrics_db, AccountFolder(self.target).metrics_db
        if is_there(before) and count_rows(before) != count_rows(after):
            raise StorageError("data/metrics.db did not arrive with all its rows")

    def take_back(self, made: list[Path]) -> list[str]:
        """Remove what was placed, and the folders `made` for it; returns what stays since it became another file."""
        left = [item.path for item in self.listing.items if not self._remove(item, self.target, self.source)]
        for item in self.listing.items:
            self.work.remove_half(self.target / item.path)
        for folder in reversed(made):
            self.work.remove_empty(folder)
        return left

    def clear(self) -> list[str]:
        """Remove the former names, and folders that are empty then; returns what stays since it became another file."""
        first = AccountFolder(Path()).metrics_db.as_posix()  # two names of a database are not for long
        items = sorted(self.listing.items, key=lambda item: item.path != first)
        left = [item.path for item in items if not self._remove(item, self.source, self.target)]
        for name in sorted(self.listing.folders, key=lambda name: -name.count("/") if name != "." else 1):
            self.work.remove_empty(self.source / name)
        return left

    def _remove(self, item: Item, here: Path, there: Path) -> bool:
        """Remove the name here, for sure a second one of what is there, or a copy of what was moved."""
        file, other = here / item.path, there / item.path
        if not os.path.lexists(file):
            return True
        if not os.path.lexists(other):
            return False
        if not (_is_one_file(file, other) or item.is_at(here)):
            return False
        self.work.remove(file)
        return True


def _is_one_file(file: Path, other: Path) -> bool:
    """Whether both are names of one file; not told of links, nor where the disk does not say."""
    try:
        first, second = file.lstat(), other.lstat()
    except OSError:
        return False
    return (first.st_dev, first.st_ino) == (second.st_dev, second.st_ino) and first.st_ino != 0
