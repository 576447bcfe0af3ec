"""The folder of an account: made with the files it begins with, and deleted."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from bot.account_templates_view import AccountTemplate
from bot.errors import ArchiveError, RosterRefusal
from bot.files_view import AccountFile
from bot.fleet.account_templates import copy_missing
from bot.fleet.registry import Member
from bot.roster_view import NewAccount
from bot.settings.home import AccountFolder, Home
from bot.settings.new_account import KEYWORDS, TEMPLATES, at_times, for_clone, starting_settings

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


@dataclass(frozen=True)
class Source:
    """What a new account begins with: the texts of its files, and a folder with media."""

    settings: str
    keywords: str
    content: str
    media: Path


def source_of(member: Member | None, template: AccountTemplate | None) -> Source | None:
    """The account to clone, or the template; None for neither. Raises RosterRefusal for both."""
    if member is not None and template is not None:
        raise RosterRefusal("an account begins as a clone or from a template, not both", remedy="Choose one of them.")
    if member is not None:
        folder = member.folder
        texts = (_text(folder.settings_yaml, ""), _text(folder.keywords_yaml, KEYWORDS))
        return Source(*texts, _text(folder.templates_yaml, TEMPLATES), folder.root / "media")
    if template is not None:
        kept = template.texts
        settings, keywords = kept[AccountFile.SETTINGS], kept.get(AccountFile.KEYWORDS, KEYWORDS)
        return Source(settings, keywords, kept.get(AccountFile.TEMPLATES, TEMPLATES), template.folder / "media")
    return None


def fill_folder(folder: AccountFolder, new: NewAccount, source: Source | None) -> None:
    """Make the folder with the files a new account begins with. Raises SettingsError for a source that is broken."""
    config = folder.root / "config"
    config.mkdir(parents=True)
    (folder.root / "media").mkdir()
    texts = {"settings.yaml": _settings(new, source), "keywords.yaml": KEYWORDS, "templates.yaml": TEMPLATES}
    if source is not None:
        texts["keywords.yaml"] = source.keywords
        if new.with_content:
            texts["templates.yaml"] = source.content
            copy_missing(source.media, folder.root / "media")
    for name, text in texts.items():
        (config / name).write_text(text, encoding="utf-8", newline="")


def _settings(new: NewAccount, source: Source | None) -> str:
    if source is None:
        return at_times(starting_settings(new.handle, new.timezone or _DEFAULT_ZONE), new.slot_times)
    return at_times(for_clone(source.settings, new.handle, new.timezone), new.slot_times)


def _text(file: Path, default: str) -> str:
    return file.read_bytes().decode("utf-8-sig") if file.exists() else default


def delete_folder(folder: Path) -> None:
    """Delete the folder; it is out of the way at once, although a program may still have a file of it open."""
    gone = folder.with_name(f".{folder.name}.removed")
    shutil.rmtree(gone, ignore_errors=True)
    try:
        folder.rename(gone)
    except OSError as error:
        raise ArchiveError(f"{folder.name} could not be deleted: {error.strerror or error}") from error
    shutil.rmtree(gone, ignore_errors=True)
