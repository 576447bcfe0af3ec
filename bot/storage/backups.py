"""A backup of a home: everything that makes its accounts, in one zip that was checked after it was written."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from bot.errors import ArchiveError, SettingsError
from bot.settings.account import load_account_settings
from bot.settings.fleet import load_fleet_file
from bot.settings.home import AccountFolder, Home, is_there
from bot.settings.single import SINGLE_FOLDER, read_single
from bot.storage.archives import (
    ArchiveFile,
    Manifest,
    PackedAccount,
    Tell,
    check_content,
    list_zips,
    read_manifest,
    tell_nobody,
    write_zip,
)
from bot.storage.archives.contents import Contents, contents_of_account, contents_of_folder
from bot.storage.archives.manifest import BACKUP_FORMAT, VERSION
from bot.storage.archives.packing import cannot_write
from bot.storage.group_media import group_media_folder

_DEFAULT_SESSION = "cookies.json"
GROUP_MEDIA = "data/group-media/"
"""Below it, in a backup as in a home, lie pictures and videos of posts of groups."""
NEVER = (
    "Users, passwords and tokens of the panel, keys (also that of the sessions), browser profiles, pictures of "
    "trouble, the archives of removed accounts and other backups are never in a backup."
)


def write_backup(home: Home, file: Path, at: datetime, progress: Tell = tell_nobody) -> Manifest:
    """Write config/, the media of groups, every account and the fleet's database into `file`, also while all work.

    It is there as a whole and checked, or not at all. Each database is as it stood at one moment; fleet.db comes last,
    so that it knows of each limit and claim that a journal in the backup used. Raises ArchiveError with a remedy.
    """
    contents = Contents()
    try:
        accounts = packed_accounts(home)
        contents_of_folder(home.root / "config", "config/", contents)
        contents_of_folder(group_media_folder(home).root, GROUP_MEDIA, contents)
        for account in accounts:
            _add_account(home, account, contents)
        if is_there(home.fleet_db):
            contents.add(home.fleet_db, "data/fleet.db")
    except OSError as error:
        raise cannot_write(file, error) from error
    manifest = Manifest(format=BACKUP_FORMAT, version=VERSION, made_at=at, accounts=accounts, files={})
    return write_zip(contents, manifest, file, progress)


def verify_backup(file: Path, progress: Tell = tell_nobody) -> Manifest:
    """Read all of a backup: its list, the hash of each file, every database. Raises ArchiveError for any fault."""
    manifest = check_content(file, progress)
    if not manifest.is_backup:
        raise ArchiveError(f"{file.name} is the archive of one account, no backup of all")
    return manifest


def list_backups(folder: Path) -> list[ArchiveFile]:
    """The backups in `folder`, newest first. What they say of themselves is read, not each file in them."""
    return list_zips(folder, BACKUP_FORMAT)


def list_strangers(folder: Path) -> list[tuple[str, str]]:
    """The zips in `folder` that are no backups, each with its name and why, in words."""
    told: list[tuple[str, str]] = []
    for file in sorted(folder.glob("*.zip")) if folder.is_dir() else []:
        try:
            if not read_manifest(file).is_backup:
                told.append((file.name, "It is one account, no backup of all: add it as an account."))
        except ArchiveError as error:
            told.append((file.name, error.in_words))
    return told


def packed_accounts(home: Home) -> tuple[PackedAccount, ...]:
    """The accounts of the list, broken entries too, whose folders are there; or the single account of old."""
    single = read_single(home)
    if single is not None:
        return (_packed(single.id, single.name, single.username, single.folder),)
    try:
        fleet = load_fleet_file(home)
    except SettingsError:  # the list as a whole cannot be read: then all there is
        folders = sorted(each.name for each in (home.root / "accounts").glob("*") if each.is_dir())
        return tuple(_packed(name, name, "", f"accounts/{name}") for name in folders)
    found = [_packed(each.id, each.name, each.username, each.folder) for each in fleet.accounts]
    known = {each.folder for each in found}
    broken = [each for each in fleet.broken if each.folder and _normal(each.folder) not in known]
    found += [_packed(each.id, each.name, each.handle, each.folder) for each in broken]
    return tuple(each for each in found if (home.root / each.folder).is_dir())


def session_name(folder: AccountFolder) -> str:
    """The name of its cookie file, as its settings give it; that of old where they cannot be read."""
    try:
        return load_account_settings(folder).account.cookies_file
    except SettingsError:
        return _DEFAULT_SESSION


def _packed(account_id: str, name: str, username: str, folder: str) -> PackedAccount:
    return PackedAccount(id=account_id, name=name, username=username, folder=_normal(folder))


def _normal(folder: str) -> str:
    return Path(folder.replace("\\", "/")).as_posix()


def _add_account(home: Home, account: PackedAccount, contents: Contents) -> None:
    """Its files, named as they lie below the home. One that lies in the home itself has its settings in config/."""
    is_home = account.folder == SINGLE_FOLDER
    below = "" if is_home else f"{account.folder}/"
    folder = AccountFolder(home.root if is_home else home.root / account.folder, is_home)
    taken = {source.path for source in contents.files}
    own = contents_of_account(folder, session_name(folder), below=below, with_session=True)
    contents.left_out += [line for line in own.left_out if line not in contents.left_out]
    for source in own.files:
        if source.path not in taken:
            contents.take(source)
