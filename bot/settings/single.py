"""The single account of old: a home with config/settings.yaml and without accounts.yaml. Nothing is written for it."""

from __future__ import annotations

from dataclasses import replace

from bot.errors import SettingsError
from bot.settings.account import load_account_settings
from bot.settings.fleet import AccountEntry, FleetFile, is_handle, load_fleet_file
from bot.settings.home import AccountFolder, Home, is_there

SINGLE_ID = "account1"
SINGLE_FOLDER = "."


def load_fleet(home: Home) -> FleetFile:
    """The master list; where there is none, the single account if there is one. Raises SettingsError."""
    fleet = load_fleet_file(home)
    single = read_single(home) if fleet.is_missing else None
    return replace(fleet, accounts=(single,)) if single else fleet


def read_single(home: Home) -> AccountEntry | None:
    """The account whose folder is the home itself, named after the handle that its settings.yaml has.

    None where accounts.yaml names the accounts, and where there is no such account. What is wrong with its settings
    is told by whoever reads them.
    """
    folder = AccountFolder(home.root)
    if is_there(home.accounts_yaml) or not _is_account(folder):
        return None
    handle = _handle(folder)
    username = f"@{handle}" if handle else ""
    return AccountEntry(id=SINGLE_ID, name=handle, username=username, folder=SINGLE_FOLDER)


def watched_files(home: Home) -> tuple[str, ...]:
    """What decides whether there is a single account, and how it is called."""
    return (str(home.root / "settings.yaml"), str(home.root / "config" / "settings.yaml"))


def _is_account(folder: AccountFolder) -> bool:
    """Whether config/settings.yaml is there, or settings.yaml flat beside a session: the name alone says little."""
    is_flat = folder.config == folder.root
    return is_there(folder.settings_yaml) and (not is_flat or is_there(folder.cookies_json))


def _handle(folder: AccountFolder) -> str:
    try:
        handle = load_account_settings(folder).account.username.removeprefix("@")
    except SettingsError:
        return ""
    return handle if is_handle(handle) else ""
