"""The accounts as the files name them, read again whenever a file changes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from bot.content.templates import ContentError, read_content
from bot.errors import SettingsError, SettingsProblem
from bot.guards.engagement import FleetPeople
from bot.settings.account import AccountSettings, load_account_settings
from bot.settings.content import load_keywords, read_templates
from bot.settings.fleet import AccountEntry, BrokenEntry, FleetFile, is_handle
from bot.settings.home import AccountFolder, Home, is_there, relative_parts
from bot.settings.selectors import SelectorsFile, load_selectors_file
from bot.settings.single import load_fleet, watched_files
from bot.settings.yaml_reading import UnreadFile
from bot.x.selectors import NAMES, SelectorSet

Stamp = tuple[int, int, int]
Signature = tuple[Stamp, ...]


@dataclass(frozen=True)
class Member:
    """One account: its entry in the master list, and its settings or what is wrong with them."""

    entry: AccountEntry
    folder: AccountFolder
    settings: AccountSettings | None
    problems: tuple[SettingsProblem, ...] = ()
    is_left_out: bool = False  # this process was asked to work for another account alone

    @property
    def is_usable(self) -> bool:
        """Whether it may work: enabled, not left out, and its files can be read."""
        return self.entry.enabled and not self.is_left_out and self.settings is not None and not self.problems

    @property
    def is_unread(self) -> bool:
        """Whether the system kept a file from being read, which may pass without any change to the file."""
        return _are_unread(self.problems)


def name_of(members: Mapping[str, Member], account_id: str) -> str:
    """What people call the account; its id where `members` do not have it."""
    member = members.get(account_id)
    return member.entry.display_name if member else account_id


def find_owner(members: Mapping[str, Member], account_id: str, root: Path | None) -> Member | None:
    """Of `members`, the one whose folder is `root`: that of `account_id`, or of the id the account has by now."""
    member = members.get(account_id)
    if member is not None and member.folder.root == root:
        return member
    return next((each for each in members.values() if each.folder.root == root), None)


class Registry:
    """config/accounts.yaml, config/selectors.yaml and each account's own files, as last read. Not safe for threads.

    With `only`, an id, all other accounts are left out of the work; what they are and post counts all the same.
    """

    def __init__(self, home: Home, only: str = "") -> None:
        self._home = home
        self._only = only
        self._signatures: dict[tuple[str, ...], Signature] = {}
        self._files: dict[str, tuple[str, ...]] = {}  # account id -> what is watched
        self._entries: dict[str, AccountEntry] = {}  # as accounts.yaml has them
        self._read: dict[str, Member] = {}
        self.fleet = FleetFile()
        self.selectors = SelectorSet()
        self._list_problems: tuple[SettingsProblem, ...] = ()
        self._selectors_file = SelectorsFile()
        self.members: dict[str, Member] = {}
        self.leaving: set[str] = set()
        """Ids of accounts that are being removed: nothing begins in them."""

    @property
    def broken(self) -> tuple[BrokenEntry, ...]:
        """The entries of accounts.yaml that cannot be used."""
        return self.fleet.broken

    @property
    def fleet_problems(self) -> tuple[SettingsProblem, ...]:
        """What is wrong with the files that concern all accounts."""
        return self._list_problems + self._selectors_file.problems

    def people(self) -> FleetPeople:
        """The handles of all accounts of the list, disabled and broken ones too, and those never to be engaged."""
        members = tuple(self.members.values())
        handles = {each.entry.handle for each in members} | {entry.handle for entry in self.broken}
        handles |= {each.settings.account.username.removeprefix("@") for each in members if each.settings}
        never = {handle.removeprefix("@").lower() for handle in self.fleet.settings.never_engage}
        return FleetPeople(frozenset(handle.lower() for handle in handles if handle), frozenset(never))

    def name_of(self, account_id: str) -> str:
        return name_of(self.members, account_id)

    def owner(self, account_id: str, root: Path) -> Member | None:
        """The account whose folder is `root`, under `account_id` or the id it has now; None when there is none."""
        return find_owner(self.members, account_id, root)

    def refresh(self) -> set[str] | None:
        """Read what changed on disk. Returns the ids of accounts that changed or went; None when nothing did."""
        changed: set[str] = set()
        fleet_before = (self.fleet, self._selectors_file, self._list_problems)
        if self._has_changed(self._list_files()) or _are_unread(self._list_problems):
            changed |= self._read_master_list()
        if self._has_changed((str(self._home.selectors_yaml),)) or _are_unread(self._selectors_file.problems):
            self._read_selectors()
        for account_id, member in self._read.items():
            if self._take_in(member, is_new=account_id in changed):
                changed.add(account_id)
        if not changed and fleet_before == (self.fleet, self._selectors_file, self._list_problems):
            return None
        before, self.members = self.members, self._narrowed(_with_doubled_handles(self._read))
        return changed | {key for key, member in self.members.items() if member != before.get(key)}

    def _narrowed(self, members: dict[str, Member]) -> dict[str, Member]:
        if not self._only:
            return members
        return {key: replace(member, is_left_out=key != self._only) for key, member in members.items()}

    def _list_files(self) -> tuple[str, ...]:
        """accounts.yaml, and the folders of entries that are broken: that may be mended in the folder alone.

        Without accounts.yaml, the files of the single account.
        """
        folders = [entry.folder for entry in self.broken if entry.folder]
        roots = (self._home.root.joinpath(*relative_parts(folder)) for folder in folders)
        single = watched_files(self._home) if self.fleet.is_missing else ()
        return (str(self._home.accounts_yaml), *map(str, roots), *single)

    def _read_master_list(self) -> set[str]:
        """Take in accounts.yaml. When it is broken as a whole, or gone, the last good list stays in force."""
        try:
            fleet = load_fleet(self._home)
        except SettingsError as error:
            self._list_problems = tuple(error.problems)
            return set()
        if fleet.is_missing and self._read and not (self.fleet.is_missing and fleet.accounts):
            # Many editors delete a file for a moment when they save it; the accounts must not go with it.
            if self.fleet.is_missing:
                return set()  # the settings of the single account: its own problem
            missing = SettingsProblem(self._home.accounts_yaml, 0, "", "is missing; the accounts it named stay")
            self._list_problems = (missing,)
            return set()
        self._list_problems = fleet.problems
        self.fleet = fleet
        entries = {entry.id: entry for entry in fleet.accounts}
        changed = {key for key, entry in entries.items() if entry != self._entries.get(key)}
        gone = self._entries.keys() - entries.keys()
        self._entries = entries
        fresh = {key: Member(entries[key], self._folder(entries[key]), None) for key in changed}
        self._read = {key: fresh.get(key) or self._read[key] for key in entries}
        self._files = {key: files for key, files in self._files.items() if key in entries}
        return gone | changed

    def _folder(self, entry: AccountEntry) -> AccountFolder:
        """Put together alone: reading the list has followed it already, and refused what leads out."""
        return AccountFolder(self._home.root.joinpath(*relative_parts(entry.folder)))

    def _take_in(self, member: Member, *, is_new: bool) -> bool:
        """Read the account's files if there is a reason to; whether anything may be different now."""
        account_id = member.entry.id
        touched = is_new or self._has_changed(self._files[account_id])
        if not touched and not member.is_unread:
            return False
        self._files[account_id] = _files(member.folder)
        self._has_changed(self._files[account_id])  # noted before they are read: what comes later is a change
        fresh = _read_member(self._entries[account_id], member.folder)
        self._read[account_id] = fresh
        return touched or fresh != member

    def _read_selectors(self) -> None:
        """Take in selectors.yaml; while it has mistakes, the built-in selectors are in force."""
        file = load_selectors_file(self._home, NAMES)
        if file != self._selectors_file:
            self._selectors_file = file
            self.selectors = SelectorSet(file.replacements)

    def _has_changed(self, files: tuple[str, ...]) -> bool:
        signature = tuple(map(_stamp, files))
        if self._signatures.get(files) == signature:
            return False
        self._signatures[files] = signature
        return True


def _are_unread(problems: tuple[SettingsProblem, ...]) -> bool:
    return any(isinstance(problem, UnreadFile) for problem in problems)


def _files(folder: AccountFolder) -> tuple[str, ...]:
    """As text: they are looked at every other second, and paths would be put together each time.

    Without settings.yaml, both of the places where it may turn up.
    """
    files = (folder.settings_yaml, folder.templates_yaml, folder.keywords_yaml)
    flat = () if is_there(folder.settings_yaml) else (folder.root / "settings.yaml",)
    return tuple(map(str, (*files, *flat)))


def _stamp(file: str) -> Stamp:
    """Changes with the content, and with a file that is put in its place; zeros for one that cannot be looked at."""
    try:
        status = os.stat(file)  # noqa: PTH116  a Path for each look would cost more than the look itself
    except (OSError, ValueError):  # ValueError: a name that this system cannot write
        return (0, 0, 0)
    return (status.st_mtime_ns, status.st_size, status.st_ino)


def _with_doubled_handles(members: dict[str, Member]) -> dict[str, Member]:
    """The members; of two with one handle, only the first can work. accounts.yaml alone does not show this:
    where it names no handle, the account's own settings.yaml does.
    """
    owners: dict[str, str] = {}
    checked: dict[str, Member] = {}
    for account_id, member in members.items():
        owner = owners.setdefault(member.entry.handle.casefold() or f"none: {account_id}", account_id)
        if owner != account_id:
            message = f"@{member.entry.handle} is used by the account {owner!r} already"
            problem = SettingsProblem(member.folder.settings_yaml, 0, "account.username", message)
            member = replace(member, problems=(*member.problems, problem))  # noqa: PLW2901
        checked[account_id] = member
    return checked


def _with_handle(entry: AccountEntry, settings: AccountSettings) -> AccountEntry:
    """The entry with the handle of settings.yaml where accounts.yaml names none."""
    own = settings.account.username
    if entry.handle or not is_handle(own.removeprefix("@")):
        return entry
    return entry.model_copy(update={"username": own})


def _read_member(entry: AccountEntry, folder: AccountFolder) -> Member:
    """The account with everything that its files hold, or all that is wrong with them."""
    problems: list[SettingsProblem] = []
    settings: AccountSettings | None = None
    try:
        settings = load_account_settings(folder)
        entry = _with_handle(entry, settings)
    except SettingsError as error:
        problems += error.problems
    for look in (load_keywords, _check_templates):
        try:
            look(folder)
        except SettingsError as error:
            problems += error.problems
    return Member(entry, folder, settings, tuple(problems))


def _check_templates(folder: AccountFolder) -> None:
    """Raises SettingsError. An account without the file can do all but post."""
    if not is_there(folder.templates_yaml):
        return
    document = read_templates(folder)
    try:
        read_content(document.data)
    except ContentError as error:
        raise SettingsError([document.problem(error.path, error.what)]) from error
