"""The folder of an account: made with the files it begins with, and deleted."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection
from pathlib import Path

from bot.errors import ArchiveError, RosterRefusal
from bot.fleet.registry import Member
from bot.roster_view import NewAccount
from bot.settings.home import AccountFolder, Home
from bot.settings.new_account import KEYWORDS, TEMPLATES, for_clone, starting_settings

_DEFAULT_ZONE = "Asia/Jakarta"


def find_free_folder(home: Home, wanted: str, taken: Collection[str]) -> tuple[AccountFolder, str]:
    """A folder that is not there yet nor `taken`, and its name as accounts.yaml has it. Raises RosterRefusal."""
    folder = first_free(f"accounts/{wanted}", lambda name: name not in taken and not (home.root / name).exists())
    try:
        return home.account(folder), folder
    except ValueError as error:
        raise RosterRefusal(str(error)) from error


def first_free(wanted: str, is_free: Callable[[str], bool]) -> str:
    """`wanted`, or with the first number behind it that makes it free."""
    number = 1
    while not is_free(name := wanted if number == 1 else f"{wanted}-{number}"):
        number += 1
    return name


def fill_folder(folder: AccountFolder, new: NewAccount, source: Member | None) -> None:
    """Make the folder with the files a new account begins with. Raises SettingsError for a source that is broken."""
    config = folder.root / "config"
    config.mkdir(parents=True)
    (folder.root / "media").mkdir()
    texts = {"settings.yaml": _settings(new, source), "keywords.yaml": KEYWORDS, "templates.yaml": TEMPLATES}
    if source is not None:
        texts["keywords.yaml"] = _text(source.folder.keywords_yaml, KEYWORDS)
        if new.with_content:
            texts["templates.yaml"] = _text(source.folder.templates_yaml, TEMPLATES)
            _copy_media(source.folder.root / "media", folder.root / "media")
    for name, text in texts.items():
        (config / name).write_text(text, encoding="utf-8", newline="")


def _settings(new: NewAccount, source: Member | None) -> str:
    if source is None:
        return starting_settings(new.handle, new.timezone or _DEFAULT_ZONE)
    return for_clone(_text(source.folder.settings_yaml, ""), new.handle, new.timezone)


def _text(file: Path, default: str) -> str:
    return file.read_bytes().decode("utf-8-sig") if file.exists() else default


def _copy_media(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True, ignore=lambda parent, names: _links(Path(parent), names))


def _links(parent: Path, names: list[str]) -> list[str]:
    return [name for name in names if (parent / name).is_symlink()]


def delete_folder(folder: Path) -> None:
    """Delete the folder; it is out of the way at once, although a program may still have a file of it open."""
    gone = folder.with_name(f".{folder.name}.removed")
    shutil.rmtree(gone, ignore_errors=True)
    try:
        folder.rename(gone)
    except OSError as error:
        raise ArchiveError(f"{folder.name} could not be deleted: {error.strerror or error}") from error
    shutil.rmtree(gone, ignore_errors=True)
