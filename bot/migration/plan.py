"""What a migration would do, looked at and told before anything is done."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import HomeError, SettingsError, SettingsProblem
from bot.migration.belongings import belongings, explain, handle_of, path_of, single_settings
from bot.migration.listing import Listing, list_below
from bot.settings.account import AccountSettings
from bot.settings.fleet import AccountEntry, FleetFile, load_fleet_file, read_fleet
from bot.settings.home import AccountFolder, Home, is_there, relative_parts
from bot.settings.new_account import KEYWORDS, TEMPLATES, for_another, starting_settings
from bot.settings.single import SINGLE_ID
from bot.settings.yaml_editing import as_yaml, edit_yaml
from bot.settings.yaml_reading import parse_yaml

_EXAMPLE = Path(__file__).resolve().parents[2] / "config" / "settings.example.yaml"
_ZONE = "Asia/Jakarta"
MOST_NEW = 200


@dataclass(frozen=True)
class Wanted:
    """An account as a person names it; empty for what they leave to us."""

    id: str = ""
    name: str = ""
    username: str = ""

    @property
    def handle(self) -> str:
        return self.username.strip().removeprefix("@")


@dataclass(frozen=True)
class MovePlan:
    """The single account gets a folder of its own."""

    entry: Mapping[str, Any]
    tops: tuple[str, ...]
    listing: Listing
    """Without hashes: they are taken when it is carried out."""
    accounts_before: bytes | None
    accounts_after: str
    is_listed: bool = False
    """Whether accounts.yaml names it already, with the home as its folder."""
    remarks: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        return str(self.entry["folder"])


@dataclass(frozen=True)
class ScratchPlan:
    """New accounts are made. `files`: name below the home -> content."""

    entries: tuple[Mapping[str, Any], ...]
    files: Mapping[str, bytes]
    accounts_before: bytes | None
    accounts_after: str
    leaves_single: bool


def present_list(home: Home) -> FleetFile:
    """accounts.yaml as it is. Raises HomeError when it cannot be read."""
    try:
        return load_fleet_file(home)
    except SettingsError as error:
        raise explain(error) from error


def ids_of(fleet: FleetFile) -> list[str]:
    """Of all accounts of the list, broken ones too."""
    return [entry.id for entry in fleet.accounts] + [entry.id for entry in fleet.broken]


def plan_move(home: Home, wanted: Wanted) -> MovePlan:
    """Look what would move. Raises HomeError with what keeps it from being done."""
    try:
        settings = single_settings(home)
        if settings is None:
            raise HomeError(
                f"there is no single account in {home.root}: it has no config/settings.yaml",
                remedy="Name the folder of your bot with --home, or set up new accounts with --choice 3.",
            )
        listed = entry_of_home(present_list(home))
        entry = _entry(_with_defaults(wanted, settings, listed))
        tops = tuple(belongings(home, settings))
        before, after = _list_with(home, [entry], listed.id if listed else "")
    except SettingsError as error:
        raise explain(error) from error
    _refuse_taken_folders(home, [entry])
    listing = _listed(home, tops)
    _refuse_unwritable(home, listing)
    return MovePlan(entry, tops, listing, before, after, listed is not None, tuple(_remarks(settings, wanted)))


def plan_scratch(home: Home, wanted: Sequence[Wanted]) -> ScratchPlan:
    """Look what would be made. Raises HomeError with what keeps it from being done."""
    if not 1 <= len(wanted) <= MOST_NEW:
        raise HomeError(f"{len(wanted)} accounts cannot be made", remedy=f"Choose a number from 1 to {MOST_NEW}.")
    named = [_numbered(each, number) for number, each in enumerate(wanted, 1)]
    entries = [_entry(each) for each in named]
    try:
        before, after = _list_with(home, entries)
    except SettingsError as error:
        raise explain(error) from error
    _refuse_taken_folders(home, entries)
    _refuse_readonly(home.root)
    files: dict[str, bytes] = {}
    for each, entry in zip(named, entries, strict=True):
        files |= {f"{entry['folder']}/config/{name}": text.encode() for name, text in _starting_files(each).items()}
    return ScratchPlan(tuple(entries), files, before, after, is_there(AccountFolder(home.root).settings_yaml))


def entry_of_home(fleet: FleetFile) -> AccountEntry | None:
    """The entry whose folder is the home itself: the panel writes one for a single account that others join."""
    return next((entry for entry in fleet.accounts if not relative_parts(entry.folder)), None)


def _with_defaults(wanted: Wanted, settings: AccountSettings, listed: AccountEntry | None) -> Wanted:
    """What a person left out is as accounts.yaml has it, else as settings.yaml."""
    known = Wanted(listed.id, listed.name, listed.username) if listed else Wanted(SINGLE_ID)
    handle = wanted.handle or known.handle or handle_of(settings)
    account_id = wanted.id.strip() or known.id
    return Wanted(account_id, wanted.name.strip() or known.name or handle or account_id, handle)


def _numbered(wanted: Wanted, number: int) -> Wanted:
    account_id = wanted.id.strip() or f"account{number}"
    return Wanted(account_id, wanted.name.strip() or wanted.handle or account_id, wanted.handle)


def _entry(wanted: Wanted) -> dict[str, Any]:
    """Without `created_at`: nobody knows how old the account is, and a ramp must not slow down an old one."""
    folder = f"accounts/{wanted.id}_{wanted.handle}" if wanted.handle else f"accounts/{wanted.id}"
    username = f"@{wanted.handle}" if wanted.handle else ""
    return {"id": wanted.id, "name": wanted.name, "username": username, "enabled": True, "folder": folder}


def _list_with(home: Home, entries: Sequence[Mapping[str, Any]], listed: str = "") -> tuple[bytes | None, str]:
    """accounts.yaml as it is, and with these entries; its comments and settings stay. Raises SettingsError, and
    HomeError for entries that cannot be.

    `listed` is the id of the one that is there already: it becomes the first of the entries.
    """
    file = home.accounts_yaml
    before = file.read_bytes() if is_there(file) else None
    text = "" if before is None else before.decode("utf-8-sig")

    def change(data: Any) -> None:
        if not data:
            data["version"] = as_yaml("1.0")
        if listed:
            _change_entry(data, listed, {key: entries[0][key] for key in ("id", "name", "username", "folder")})
        else:
            data["accounts"] = as_yaml([dict(entry) for entry in entries])

    after = edit_yaml(text, change, file)
    known = {entry.id for entry in present_list(home).broken}
    broken = [entry for entry in read_fleet(parse_yaml(after, file), home).broken if entry.id not in known]
    if broken:
        raise _unusable([problem for entry in broken for problem in entry.problems])
    return before, after


def _unusable(problems: Sequence[SettingsProblem]) -> HomeError:
    """Named as the person gave it: the list they would stand in is not written yet."""
    fields = [problem.key.rpartition(".")[2] for problem in problems]
    options = [f"--{'id' if field == 'folder' else field}" for field in fields]
    told = "; ".join(f"{option}: {each.message}" for option, each in zip(options, problems, strict=True))
    return HomeError(told, remedy=f"Give another {' and '.join(dict.fromkeys(options))}; nothing was changed.")


def _change_entry(data: Any, account_id: str, values: Mapping[str, Any]) -> None:
    """Write what is other than in the entry; what is empty and was not there stays out."""
    entry = next(each for each in data["accounts"] if isinstance(each, dict) and each.get("id") == account_id)
    for key, value in values.items():
        if entry.get(key) != value and (value or key in entry):
            entry[key] = as_yaml(value)


def list_with_home(home: Home, text: str, folder: str) -> str:
    """accounts.yaml with the account of this folder in the home itself again; all else stays. Raises SettingsError."""
    entry = next(each for each in present_list(home).accounts if relative_parts(each.folder) == relative_parts(folder))
    return edit_yaml(text, lambda data: _change_entry(data, entry.id, {"folder": "."}), home.accounts_yaml)


def _starting_files(wanted: Wanted) -> dict[str, str]:
    return {"settings.yaml": _settings(wanted.handle), "keywords.yaml": KEYWORDS, "templates.yaml": TEMPLATES}


def _settings(handle: str) -> str:
    """The example of settings.yaml with the account's handle; where it is not at hand, what the panel begins with."""
    if not handle:
        return starting_settings("", _ZONE).replace("username: '@'", "username: ''")
    try:
        return for_another(_EXAMPLE.read_text(encoding="utf-8"), handle)
    except FileNotFoundError:
        return starting_settings(handle, _ZONE)


def _listed(home: Home, tops: Sequence[str]) -> Listing:
    try:
        return list_below(home.root, tops, with_hashes=False)
    except OSError as error:
        raise HomeError(
            f"not every file of the account can be read: {error}",
            remedy="Give this user the right to read it, then try again.",
        ) from error


def _refuse_taken_folders(home: Home, entries: Sequence[Mapping[str, Any]]) -> None:
    for entry in entries:
        folder = path_of(home, str(entry["folder"]))
        if os.path.lexists(folder) and not (folder.is_dir() and not any(folder.iterdir())):
            raise HomeError(
                f"{entry['folder']} is there already",
                remedy="Move it elsewhere or give it another name, or choose another --id.",
            )


def _refuse_unwritable(home: Home, listing: Listing) -> None:
    """Before anything is done: names are taken out of these folders at the end."""
    parents = {home.root / Path(item.path).parent for item in listing.items}
    for folder in sorted({home.root, home.root / "config", *parents}):
        _refuse_readonly(folder)


def _refuse_readonly(folder: Path) -> None:
    if folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK):
        raise HomeError(
            f"{folder} cannot be written to", remedy=f"Give this user the right to write to {folder}, then try again."
        )


def _remarks(settings: AccountSettings, wanted: Wanted) -> list[str]:
    own = handle_of(settings)
    if wanted.handle and own and wanted.handle.casefold() != own.casefold():
        return [f"config/settings.yaml says @{own}; accounts.yaml will say @{wanted.handle}, and that holds."]
    if not wanted.handle and not own:
        return ["No handle is known: write it as account.username into its settings.yaml, or give --username."]
    return []
