"""Account templates as panel and API show them: plain records, and what those who keep them promise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from bot.errors import SettingsProblem
from bot.files_view import AccountFile
from bot.settings.account import AccountSettings


class Part(StrEnum):
    """What of a template is taken over by an account."""

    SETTINGS = "settings"  # policies, limits, delays
    SLOTS = "slots"  # and the time zone they follow
    KEYWORDS = "keywords"
    BUSINESS = "business"  # the number and the link that posts show
    CONTENT = "content"  # texts and media: the same ones on two accounts break X's rules


@dataclass(frozen=True)
class AccountTemplate:
    """One template. `texts` are those of its files; a file that it does not have is not in there."""

    name: str
    folder: Path
    texts: Mapping[AccountFile, str] = field(default_factory=dict)
    description: str = ""
    saved_at: datetime | None = None  # None where the file does not say it
    media: tuple[str, ...] = ()  # paths as templates.yaml names them
    settings: AccountSettings | None = None  # None while the file cannot be used
    keywords: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: tuple[SettingsProblem, ...] = ()  # why it cannot be used

    @property
    def has_content(self) -> bool:
        """Whether it holds texts to post."""
        return AccountFile.TEMPLATES in self.texts


class AccountTemplates(Protocol):
    """Keeping templates; bot.fleet.account_templates.AccountTemplates is the real one.

    Methods with the `name` of a template that is there raise KeyError for an unknown one.
    """

    def all(self) -> list[AccountTemplate]:
        """By name; those that cannot be used, too."""

    def find(self, name: str) -> AccountTemplate: ...

    def save(self, account_id: str, name: str, *, description: str = "", with_content: bool = False) -> AccountTemplate:
        """Make one of an account: its settings, slots and keywords, and its texts and media only when asked.

        Raises KeyError for an unknown account, TemplateRefused, SettingsError (the account's own files), StorageError.
        """

    def rename(self, name: str, new_name: str) -> None:
        """Raises TemplateRefused and StorageError."""

    def delete(self, name: str) -> None:
        """Accounts that were made from it keep all they have. Raises StorageError."""

    def missing_media(self, name: str, account_id: str) -> list[str]:
        """The template's media that the account has no file of that name for. Raises KeyError for it, too."""

    def copy_media(self, name: str, account_id: str) -> int:
        """Give the account the media it lacks, and put none over another; returns how many. Raises StorageError."""
