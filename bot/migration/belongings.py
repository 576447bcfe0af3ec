"""What of a home is the single account's, and so moves with it. All else is of all accounts and stays."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from bot.content.templates import ContentError, read_content
from bot.errors import HomeError, SettingsError
from bot.settings.account import AccountSettings, load_account_settings
from bot.settings.content import load_keywords, load_templates
from bot.settings.home import AccountFolder, Home, is_there, relative_parts, safe_join

_CONFIG = ("settings.yaml", "templates.yaml", "keywords.yaml")
_DATA = (
    "metrics.db",
    "profile",
    "trial-profile",
    "evidence",
    "checks",
    "thumbnails",
    "session_check.json",
    "session_trial.json",
    "proxy_login.json",
)
_LOGS = "bot.log*"
"""Those of the old program; data/logs/aviary.log is of all accounts."""
_OF_ALL = frozenset({"config", "data", "accounts", "archive", "backups", "bot", "webapp", "practice", "static", "docs"})
"""No pictures of an account are looked for in these."""


def single_settings(home: Home) -> AccountSettings | None:
    """The settings of the single account; None where there is none. Raises SettingsError for files with mistakes.

    What cannot be read is not moved either: nobody could tell afterwards whether it still means the same.
    """
    folder = AccountFolder(home.root)
    if not is_there(folder.settings_yaml):
        return None
    settings = load_account_settings(folder)
    load_keywords(folder)
    return settings


def belongings(home: Home, settings: AccountSettings) -> list[str]:
    """What there is of the account: names below the home, with slashes, none inside of another.

    Raises HomeError and SettingsError.
    """
    wanted = [*_config(home), *_data(home), *_session(home, settings), *_media(home, settings)]
    there = [name for name in dict.fromkeys(wanted) if os.path.lexists(home.root / name)]
    return [name for name in there if not any(_is_inside(name, other) for other in there)]


def _is_inside(name: str, other: str) -> bool:
    return PurePosixPath(other) in PurePosixPath(name).parents


def _config(home: Home) -> Iterator[str]:
    config = AccountFolder(home.root).config.relative_to(home.root)
    for name in _CONFIG:
        yield (config / name).as_posix()
        yield (config / "versions" / name).as_posix()


def _data(home: Home) -> Iterator[str]:
    yield from (f"data/{name}" for name in _DATA)
    yield from (f"data/logs/{file.name}" for file in sorted((home.data / "logs").glob(_LOGS)))


def _session(home: Home, settings: AccountSettings) -> Iterator[str]:
    """The file that settings.yaml names and cookies.json, each with what Aviary keeps beside it."""
    for name in ("/".join(relative_parts(settings.account.cookies_file)), "cookies.json"):
        file = home.root / name
        yield name
        for beside in sorted(file.parent.glob(f"{glob.escape(file.name)}.*")):
            if beside.name == f"{file.name}.candidate" or beside.name.startswith(f"{file.name}.unopened-"):
                yield beside.relative_to(home.root).as_posix()


def _media(home: Home, settings: AccountSettings) -> Iterator[str]:
    """media/, the folder that an old settings.yaml names, and files that templates name outside of them."""
    yield "media"
    named = (settings.model_extra or {}).get("media")
    folder = named.get("folder") if isinstance(named, dict) else None
    yield from _plain(home, [folder] if isinstance(folder, str) else [])
    yield from _plain(home, _named_by_templates(home))


def media_elsewhere(home: Home, settings: AccountSettings) -> list[str]:
    """What there is of its pictures outside of media/, which is all that a backup of a home knows of."""
    there = [name for name in dict.fromkeys(_media(home, settings)) if os.path.lexists(home.root / name)]
    return [name for name in there if name != "media" and not _is_inside(name, "media")]


def _plain(home: Home, names: list[str]) -> Iterator[str]:
    """Those that lie inside the home, and not among what is of all accounts."""
    for name in names:
        try:
            path = safe_join(home.root, name)
        except ValueError:
            continue  # it never led to a file of the account
        parts = path.relative_to(home.root).parts
        if parts and parts[0] not in _OF_ALL:
            yield PurePosixPath(*parts).as_posix()


def _named_by_templates(home: Home) -> list[str]:
    folder = AccountFolder(home.root)
    if not is_there(folder.templates_yaml):
        return []
    try:
        content = read_content(load_templates(folder))
    except ContentError as error:
        raise HomeError(f"templates.yaml: {error}", remedy="Correct the file, then try again.") from error
    return [name for template in content.templates for name in template.media]


def media_that_resolve(folder: AccountFolder) -> set[str]:
    """The files that the account's templates name and that are there. Raises SettingsError, HomeError."""
    return {name for name in _named_by_templates(Home(folder.root)) if _resolves(folder, name)}


def _resolves(folder: AccountFolder, name: str) -> bool:
    try:
        return is_there(folder.media_file(name))
    except ValueError:
        return False


def explain(error: SettingsError) -> HomeError:
    """A mistake in a file as a reason not to move."""
    return HomeError(error.message, remedy="Correct the file, then try again.")


def handle_of(settings: AccountSettings) -> str:
    """The account's handle without @; "" where settings.yaml names none."""
    return settings.account.username.removeprefix("@").strip()


def path_of(home: Home, folder: str) -> Path:
    """The folder as written in accounts.yaml. Raises HomeError when it leads out."""
    try:
        return home.account(folder).root
    except ValueError as error:
        raise HomeError(str(error), remedy="Choose another --id.") from error
