"""Backups as panel, API and command line meet them: plain records, and what the room promises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from bot.storage.archives import Progress


class BackupKind(StrEnum):
    """Why a backup was made; the beginning of its name."""

    SCHEDULED = "scheduled"
    BY_HAND = "by-hand"
    BEFORE_RESTORE = "before-restore"


@dataclass(frozen=True)
class BackupView:
    """A backup as it is listed."""

    name: str
    made_at: datetime
    size: int
    kind: str  # a BackupKind, "" for a file that a person put there
    accounts: tuple[str, ...]
    files: int
    left_out: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()


class Fate(StrEnum):
    """What a restore does to an account."""

    ADDED = "added"
    REPLACED = "replaced"
    KEPT = "kept"  # it is not in the backup, or was not asked for
    REFUSED = "refused"


@dataclass(frozen=True)
class AccountPreview:
    """One account before a restore."""

    id: str
    name: str
    fate: Fate
    why: str = ""
    new_files: int = 0
    changed_files: int = 0
    same_files: int = 0


@dataclass(frozen=True)
class RestorePreview:
    """What a restore would change."""

    backup: BackupView
    version: int  # of the format
    accounts: tuple[AccountPreview, ...]
    settings: tuple[str, ...]  # files of the home itself that become others
    is_whole: bool

    @property
    def refusals(self) -> tuple[str, ...]:
        return tuple(f"{each.id}: {each.why}" for each in self.accounts if each.fate is Fate.REFUSED)


@dataclass(frozen=True)
class Work:
    """What is being done, or was done last. `trouble` says in words why it failed."""

    what: str
    is_running: bool
    progress: Progress | None = None
    done: str = ""
    trouble: str = ""

    @property
    def percent(self) -> int:
        """Of the present step."""
        progress = self.progress
        if progress is None or not progress.of_bytes:
            return 0
        return min(100, progress.bytes * 100 // progress.of_bytes)


class Backups(Protocol):
    """bot.fleet.backups.Backups is the real one. Methods with a name raise KeyError for an unknown backup."""

    @property
    def folder(self) -> Path:
        """Where the backups lie."""

    @property
    def work(self) -> Work | None:
        """What is being done, else what was done last since the start; None for nothing."""

    @property
    def trouble(self) -> str:
        """Why the last scheduled backup failed; "" when it did not."""

    @property
    def next_at(self) -> datetime | None:
        """When the next scheduled one is due; None when none is."""

    def all(self) -> Sequence[BackupView]:
        """Newest first."""

    def strangers(self) -> Sequence[tuple[str, str]]:
        """Zips in the folder that are no backups, such as one that was cut off: name, and why with a remedy."""

    def find(self, name: str) -> BackupView: ...

    def begin(self) -> str:
        """Begin to make one, in a thread of its own; a line in words, a Refusal while other work goes on."""

    def delete(self, name: str) -> None:
        """Raises ArchiveError when it cannot be deleted."""

    def preview(self, name: str, account_id: str = "") -> RestorePreview:
        """What restoring all of it, or one account, would change. Raises ArchiveError."""

    def begin_restore(self, name: str, account_id: str = "") -> str:
        """Begin to restore, as `begin` does."""

    def bundle(self, account_id: str) -> Path:
        """Write one account into a zip that another installation takes; KeyError for an unknown account."""

    def take_bundle(self, file: Path) -> tuple[str, tuple[str, ...]]:
        """Add the account of such a zip; returns its id, and what was left out. Raises AviaryError."""
