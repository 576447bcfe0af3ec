"""The backup that a migration makes first."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from bot.errors import HomeError
from bot.migration.belongings import media_elsewhere, single_settings
from bot.settings.home import Home
from bot.settings.single import SINGLE_FOLDER
from bot.storage.backups import write_backup


def make_backup(home: Home, file: Path, at: datetime) -> tuple[str, ...]:
    """Write a backup of the home into `file`, which is checked then; returns what is not in it, in words.

    Raises ArchiveError, SettingsError, and HomeError when the single account would not be in it.
    """
    manifest = write_backup(home, file, at)
    if SINGLE_FOLDER not in {account.folder for account in manifest.accounts}:
        file.unlink()
        raise HomeError(
            "config/accounts.yaml names no account, so that no backup would hold the single one",
            remedy="Give that file another name, then try again; its settings can be written into the new one.",
        )
    settings = single_settings(home)
    elsewhere = media_elsewhere(home, settings) if settings is not None else []
    missing = [name for name in elsewhere if not _is_in(name, manifest.files)]
    return (*manifest.left_out, *(f"{name}: it lies outside of media/; have a copy of your own" for name in missing))


def _is_in(name: str, files: Collection[str]) -> bool:
    return any(file == name or file.startswith(f"{name}/") for file in files)
