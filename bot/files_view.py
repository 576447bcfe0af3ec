"""The YAML files of one account as panel and API change them: plain records, and what the files promise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from bot.content.templates import Content
from bot.errors import SettingsProblem
from bot.planning.slots import Occurrence
from bot.settings.account import AccountSettings
from bot.storage.kept_files import FileVersion


class AccountFile(StrEnum):
    """The files of an account that people write."""

    SETTINGS = "settings"
    KEYWORDS = "keywords"
    TEMPLATES = "templates"

    @property
    def filename(self) -> str:
        return f"{self.value}.yaml"


@dataclass(frozen=True)
class FileState:
    """One state of a file. `mark` stands for it; "" for one that can be neither shown nor written over."""

    file: AccountFile
    text: str
    mark: str
    problems: tuple[SettingsProblem, ...] = ()  # why it cannot be used
    hints: tuple[SettingsProblem, ...] = ()  # keys that look misspelled; they stop nothing
    settings: AccountSettings | None = None  # of settings.yaml without problems
    keywords: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # of keywords.yaml without problems
    content: Content = field(default_factory=Content)  # of templates.yaml without problems


class AccountFiles(Protocol):
    """Reading and changing; bot.fleet.editing.AccountFiles is the real one.

    All methods raise KeyError for an unknown account, or one whose entry in accounts.yaml cannot be used. Those that
    write check first: SettingsError with every problem, ChangedMeanwhile when the file is not the one that `mark`
    stands for, StorageError when it cannot be written.
    """

    def read(self, account_id: str, file: AccountFile) -> FileState:
        """The file as it is now, also when it is broken."""

    def read_as_of(self, account_id: str, file: AccountFile, mark: str) -> FileState | None:
        """The state that `mark` stands for, if it is still known."""

    def check(self, account_id: str, file: AccountFile, text: str) -> FileState:
        """What `text` would be as this file; its mark is ""."""

    def save(self, account_id: str, file: AccountFile, text: str, mark: str) -> FileState:
        """Put `text` in its place."""

    def change(self, account_id: str, file: AccountFile, change: Callable[[Any], None], mark: str) -> FileState:
        """Let `change` change the data in place, as bot.settings.account_editing does; other lines stay as they are.

        Raises whatever `change` raises, too.
        """

    def versions(self, account_id: str, file: AccountFile) -> list[FileVersion]:
        """Its former states, newest first."""

    def version(self, account_id: str, file: AccountFile, version_id: str) -> FileState:
        """A former state. Raises KeyError for an unknown one."""

    def restore(self, account_id: str, file: AccountFile, version_id: str, mark: str) -> FileState:
        """Put a former state in its place. Raises KeyError for an unknown one."""

    def coming(self, account_id: str, days: int = 7) -> list[Occurrence]:
        """When its slots come up in the next days, as the planner has it, the soonest first."""
