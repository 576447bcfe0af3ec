"""The accounts as the files name them, read again whenever a file changes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.content.templates import read_content
from bot.errors import SettingsError, SettingsProblem
from bot.settings.account import AccountSettings, load_account_settings
from bot.settings.content import load_keywords, load_templates
from bot.settings.fleet import AccountEntry, BrokenEntry, FleetFile, load_fleet_file
from bot.settings.home import AccountFolder, Home

Signature = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Member:
    """One account: its entry in the master list, and its settings or what is wrong with them."""

    entry: AccountEntry
    folder: AccountFolder
    settings: AccountSettings | None
    problems: tuple[SettingsProblem, ...] = ()

    @property
    def is_usable(self) -> bool:
        """Whether it may work: enabled, and its files can be read."""
        return self.entry.enabled and self.settings is not None and not self.problems


class Registry:
    """config/accounts.yaml and each account's own files, as last read. Not safe for threads."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._signatures: dict[Path, Signature] = {}
        self.fleet = FleetFile()
        self.fleet_problems: tuple[SettingsProblem, ...] = ()
        self.members: dict[str, Member] = {}

    @property
    def broken(self) -> tuple[BrokenEntry, ...]:
        return self.fleet.broken

    def refresh(self) -> set[str] | None:
        """Read what changed on disk. Returns the ids of accounts that changed or went; None when nothing did."""
        changed: set[str] = set()
        if self._has_changed(self._home.accounts_yaml, (self._home.accounts_yaml,)):
            changed |= self._read_master_list()
            fleet_changed = True
        else:
            fleet_changed = False
        for account_id, member in self.members.items():
            touched = self._has_changed(member.folder.root, _files(member.folder))
            if touched or account_id in changed:
                self.members[account_id] = _read_member(member.entry, member.folder)
                changed.add(account_id)
        return changed if changed or fleet_changed else None

    def _read_master_list(self) -> set[str]:
        """Take in accounts.yaml. When it is broken as a whole the last good list stays in force."""
        try:
            fleet = load_fleet_file(self._home)
        except SettingsError as error:
            self.fleet_problems = tuple(error.problems)
            return set()
        self.fleet_problems = fleet.problems
        self.fleet = fleet
        before = self.members
        self.members = {}
        for entry in fleet.accounts:
            known = before.get(entry.id)
            if known is not None and known.entry == entry:
                self.members[entry.id] = known
            else:
                folder = self._home.account(entry.folder)
                self.members[entry.id] = Member(entry, folder, None)
        gone = before.keys() - self.members.keys()
        return gone | {key for key, member in self.members.items() if member is not before.get(key)}

    def _has_changed(self, key: Path, files: tuple[Path, ...]) -> bool:
        signature = tuple(_stamp(file) for file in files)
        if self._signatures.get(key) == signature:
            return False
        self._signatures[key] = signature
        return True


def _files(folder: AccountFolder) -> tuple[Path, ...]:
    return (folder.settings_yaml, folder.templates_yaml, folder.keywords_yaml)


def _stamp(file: Path) -> tuple[int, int]:
    """Changes with the content; (0, 0) for a file that is not there."""
    try:
        status = file.stat()
    except OSError:
        return (0, 0)
    return (status.st_mtime_ns, status.st_size)


def _read_member(entry: AccountEntry, folder: AccountFolder) -> Member:
    """The account with everything that its files hold, or all that is wrong with them."""
    problems: list[SettingsProblem] = []
    settings: AccountSettings | None = None
    try:
        settings = load_account_settings(folder)
    except SettingsError as error:
        problems += error.problems
    try:
        _check_content(folder)
    except SettingsError as error:
        problems += error.problems
    return Member(entry, folder, settings, tuple(problems))


def _check_content(folder: AccountFolder) -> None:
    load_keywords(folder)
    if not folder.templates_yaml.exists():
        return
    try:
        read_content(load_templates(folder))
    except ValueError as error:
        raise SettingsError([SettingsProblem(folder.templates_yaml, 0, "", str(error))]) from error
