"""The list of accounts as panel, API and command line change it: plain records, and what the roster promises."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from bot.storage.archives import ArchiveFile
from bot.storage.kept_files import FileVersion

CHANGEABLE = ("name", "username", "enabled", "description", "groups", "driver")
"""What `Roster.change` takes: keys of an entry of accounts.yaml."""


@dataclass(frozen=True)
class NewAccount:
    """What a person says of an account that shall be added."""

    name: str
    handle: str
    description: str = ""
    groups: tuple[str, ...] = ()
    enabled: bool = True
    timezone: str = ""  # "" is that of the account it is cloned from, or the default
    id: str = ""  # "" makes one of the handle
    clone_of: str = ""  # id of the account whose settings, slots and keywords it begins with
    template: str = ""  # name of the account template it begins with instead
    with_content: bool = False  # texts and media of either, too: the same texts on two accounts break X's rules


@dataclass(frozen=True)
class ProxyView:
    """The proxy of an account, as people see it: of its login only whether there is one."""

    address: str = ""  # scheme://host:port; "" when its browser connects directly
    has_login: bool = False
    problem: str = ""  # why it cannot be used; "" when nothing here speaks against it


@dataclass(frozen=True)
class WantedProxy:
    """The proxy that an account shall have. Without a user, a login that is kept for this address stays."""

    address: str  # may hold the login; "" lets the browser connect directly
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    forget_login: bool = False


@dataclass(frozen=True)
class RosterEntry:
    """An account as accounts.yaml has it, its proxy without the login. `mark` stands for this state of it."""

    id: str
    values: Mapping[str, Any] = field(default_factory=dict)
    mark: str = ""


class Roster(Protocol):
    """Adding, changing, archiving and removing accounts; bot.fleet.roster.Roster is the real one and says the rest.

    Methods that take an `account_id` raise KeyError for an unknown one; those that change something raise
    RosterRefusal, SettingsError (with file, line and key) and ChangedMeanwhile.
    """

    @property
    def archive_folder(self) -> Path:
        """Where the zips of archived accounts lie."""

    @property
    def is_unwritten(self) -> bool:
        """Whether there is no accounts.yaml yet, but the single account of old: a change writes one that names it."""

    def entry(self, account_id: str) -> RosterEntry: ...

    def entries(self) -> list[RosterEntry]:
        """All entries that have an id, in the order of the file. Raises SettingsError when it cannot be read."""

    def archives(self) -> list[ArchiveFile]:
        """Newest first."""

    def versions(self) -> list[FileVersion]:
        """Former states of accounts.yaml, newest first."""

    def version(self, version_id: str) -> str:
        """The text of a former state. Raises KeyError for an unknown one."""

    def read_list(self) -> tuple[str, str]:
        """accounts.yaml as it is, and the mark of this state."""

    def restore_version(self, version_id: str, mark: str) -> None:
        """Put a former state in place of the one that `mark` stands for."""

    def add(self, new: NewAccount) -> str:
        """Returns the id."""

    def change(self, account_id: str, values: Mapping[str, Any], mark: str = "") -> RosterEntry:
        """Change what CHANGEABLE names, if the entry is still the one that `mark` stands for."""

    def proxy(self, account_id: str) -> ProxyView: ...

    def set_proxy(self, account_id: str, wanted: WantedProxy, mark: str = "") -> ProxyView:
        """The login is sealed and never shown again; accounts.yaml names the address alone."""

    def change_many(
        self, account_ids: Sequence[str], values_of: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    ) -> list[str]:
        """Change several entries in one write, so that they take up one former state and no more.

        `values_of` says of an entry as the file has it now what of CHANGEABLE becomes other. Returns the ids of those
        that were changed; ids that are not there are left out.
        """

    def remove(self, account_id: str, *, archive: bool = True) -> str:
        """Returns the archive's name, "" without one."""

    def archive(self, account_id: str) -> str:
        """Returns the zip's name. Raises ArchiveError."""

    def restore(self, name: str) -> str:
        """Bring an archived account back, disabled; returns its id. Raises KeyError and ArchiveError."""
