"""Carrying a migration out: each ends as a whole or leaves all as it was, whatever happens in between."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bot.clock import Clock
from bot.errors import AviaryError, HomeError, StorageError
from bot.migration.belongings import media_that_resolve, path_of
from bot.migration.file_work import FileWork
from bot.migration.listing import Item, Listing, item_of, list_below
from bot.migration.plan import MovePlan, ScratchPlan, list_with_home
from bot.migration.record import Kind, Record, State, bytes_of, forget_record, text_of, write_record
from bot.migration.transfer import Transfer
from bot.settings.account import load_account_settings
from bot.settings.home import AccountFolder, Home, is_there
from bot.settings.single import SINGLE_FOLDER
from bot.storage.database import Database
from bot.storage.identities import follow_folder, forget_folder
from bot.storage.settling import settle_database

Backup = Callable[[Home, Path, datetime], Sequence[str]]
"""Writes a backup of the home into the file, and checks it; returns what is not in it. Raises AviaryError, OSError."""


@dataclass(frozen=True)
class Means:
    """What a migration works with. The caller holds the home's lock."""

    home: Home
    work: FileWork
    clock: Clock
    backup: Backup
    tell: Callable[[str], None]


def move(means: Means, plan: MovePlan) -> Record:
    """Give the single account its folder. Raises AviaryError; all is as it was then, or the message says more."""
    backup = write_safety(means)
    settle(means, AccountFolder(means.home.root))
    record = _begin_move(means, plan, backup)
    with_rollback(means, record, lambda: _place_move(means, record))
    return finish(means, record)


def make(means: Means, plan: ScratchPlan) -> Record:
    """Make new accounts. Raises AviaryError as `move` does."""
    home = means.home
    folders = [home.root / name for name in _folders_of(plan)]
    record = Record(
        kind=Kind.SCRATCH,
        state=State.OPEN,
        at=means.clock.now().isoformat(),
        entries=tuple(dict(entry) for entry in plan.entries),
        listing=Listing(items=tuple(item_of(name, content) for name, content in plan.files.items())),
        made=tuple(_missing(home, folders)),
        accounts_before=None if plan.accounts_before is None else text_of(plan.accounts_before),
        accounts_written=plan.accounts_after,
    )
    write_first(means, record)
    with_rollback(means, record, lambda: _place_new(means, record, plan))
    return finish(means, record)


def write_safety(means: Means) -> str:
    """A verified backup of the home; returns its name. Raises AviaryError; then nothing else is done."""
    stamp = means.clock.now().strftime("%Y%m%d-%H%M%S")
    name = f"backups/before-migration-{stamp}.zip"
    means.tell("Making a backup and reading it again …")
    file = means.home.root / name
    try:
        means.work.announce(f"back up {name}")
        file.parent.mkdir(exist_ok=True)
        left_out = means.backup(means.home, file, means.clock.now())
    except (OSError, AviaryError) as error:
        means.work.remove_empty(file.parent)
        raise not_done(error, "no backup could be made, and so nothing was moved") from error
    for line in left_out:
        means.tell(f"  Not in the backup: {line}")
    return name


def settle(means: Means, folder: AccountFolder) -> None:
    """Bring the account's database to rest. Raises StorageError while another program uses it, HomeError."""
    if not is_there(folder.metrics_db):
        return
    try:
        means.work.announce(f"settle {folder.metrics_db}")
        settle_database(folder.metrics_db)
    except OSError as error:
        raise not_done(error, "nothing was changed") from error


def _begin_move(means: Means, plan: MovePlan, backup: str) -> Record:
    home = means.home
    means.tell("Looking at every file …")
    try:
        listing = list_below(home.root, plan.tops)
    except OSError as error:
        raise not_done(error, "not every file can be read, and so nothing was moved") from error
    way = Transfer(means.work, home.root, path_of(home, plan.folder), listing)
    record = Record(
        kind=Kind.MOVE,
        state=State.OPEN,
        at=means.clock.now().isoformat(),
        entries=(dict(plan.entry),),
        listing=listing,
        made=tuple(_missing(home, way.folders_to_make())),
        accounts_before=None if plan.accounts_before is None else text_of(plan.accounts_before),
        accounts_written=plan.accounts_after,
        backup=backup,
        is_listed=plan.is_listed,
    )
    write_first(means, record)
    return record


def write_first(means: Means, record: Record) -> None:
    """Nothing is begun before it stands on the disk what will be."""
    try:
        write_record(means.home, record, means.work)
    except OSError as error:
        raise not_done(error, "nothing was changed") from error


def _missing(home: Home, folders: list[Path]) -> list[str]:
    return [folder.relative_to(home.root).as_posix() for folder in folders if not folder.is_dir()]


def _folders_of(plan: ScratchPlan) -> list[str]:
    own = [f"{entry['folder']}{below}" for entry in plan.entries for below in ("", "/config", "/media", "/media/promo")]
    return ["config", "accounts", *own]


def way_of(means: Means, record: Record) -> Transfer:
    """From the home to the account's folder."""
    return Transfer(means.work, means.home.root, path_of(means.home, record.folder), record.listing)


def _place_move(means: Means, record: Record) -> None:
    """All up to and with the one write that makes the change."""
    home, way = means.home, way_of(means, record)
    means.tell(f"Placing {len(record.listing.items)} files into {record.folder} …")
    way.place()
    way.check()
    _check_meaning(AccountFolder(way.source), AccountFolder(way.target))
    with_fleet(means, lambda database: follow_folder(database, SINGLE_FOLDER, record.folder))
    means.work.write(home.accounts_yaml, record.accounts_written.encode())


def _check_meaning(before: AccountFolder, after: AccountFolder) -> None:
    """Raises AviaryError when the files would mean something else in the new folder."""
    if load_account_settings(before) != load_account_settings(after):
        raise HomeError("settings.yaml does not read the same in the new folder")
    lost = media_that_resolve(before) - media_that_resolve(after)
    if lost:
        raise HomeError(f"{min(lost)}, which a template names, would not be found in the new folder")


def with_fleet(means: Means, change: Callable[[Database], None]) -> None:
    """Change fleet.db, where there is one: a panel that never worked here knows of no account."""
    if is_there(means.home.fleet_db):
        means.work.announce("change data/fleet.db")
        with closing(Database(means.home.fleet_db, "fleet", busy_seconds=3)) as database:
            change(database)


def _place_new(means: Means, record: Record, plan: ScratchPlan) -> None:
    for name in record.made:
        means.work.make_folder(means.home.root / name)
    for name, content in plan.files.items():
        means.work.write(means.home.root / name, content)
    means.work.write(means.home.accounts_yaml, record.accounts_written.encode())


def with_rollback(means: Means, record: Record, steps: Callable[[], None]) -> None:
    """Carry out `steps`, the last of which makes the change. Raises AviaryError when it was not made."""
    try:
        steps()
    except (OSError, AviaryError, KeyboardInterrupt) as error:
        if record.is_in_force(means.home):
            return  # the very last thing failed, after the change
        try:
            roll_back(means, record)
        except (OSError, AviaryError) as second:
            raise not_done(second, "it was not done, and what was begun could not all be taken away") from error
        if isinstance(error, OSError):
            raise not_done(error, "everything is as it was") from error
        raise


def roll_back(means: Means, record: Record) -> list[str]:
    """Take away what was placed before the change; returns what stays. The home is as it was. Raises OSError."""
    home = means.home
    if record.kind is Kind.MOVE:
        left = way_of(means, record).take_back([home.root / name for name in record.made])
    else:
        left = remove_new(means, record)
    for folder in record.folders:
        with_fleet(means, lambda database, folder=folder: forget_folder(database, folder))  # type: ignore[misc]
    forget_record(home, means.work)
    return left


def remove_new(means: Means, record: Record) -> list[str]:
    """Remove the files and folders of new accounts; returns what stays since it became another file. Raises OSError."""
    root = means.home.root
    left = [item.path for item in record.listing.items if os.path.lexists(root / item.path) and not item.is_at(root)]
    for item in record.listing.items:
        means.work.remove_unwritten(root / item.path)
        if item.path not in left:
            means.work.remove(root / item.path)
    for name in reversed(record.made):
        means.work.remove_empty(root / name)
    return left


def finish(means: Means, record: Record) -> Record:
    """After the change: the former names go. Raises AviaryError when they cannot; another run then goes on."""
    try:
        if record.kind is Kind.MOVE:
            means.tell("Clearing the former places …")
            for name in way_of(means, record).clear():
                means.tell(f"{name} stays where it was: it was changed meanwhile.")
            with_fleet(means, lambda database: forget_folder(database, SINGLE_FOLDER))
        done = replace(record, state=State.DONE)
        write_record(means.home, done, means.work)
    except (OSError, StorageError) as error:
        raise HomeError(
            f"the accounts are in their new folders and work, but not all was cleared away: {why(error)}",
            remedy="Remove what hinders it, then run migrate_to_multi_account.py again: it goes on where it was.",
        ) from error
    return done


def not_done(error: OSError | AviaryError, then: str) -> HomeError:
    """What the system said, in words, with what that means for the home."""
    if isinstance(error, AviaryError):
        return HomeError(f"{error.message}; {then}", remedy=error.remedy or _TRY_AGAIN)
    return HomeError(f"{why(error)}; {then}", remedy=_REMEDIES.get(error.errno or 0, _TRY_AGAIN))


def why(error: OSError | AviaryError) -> str:
    """The error in words, with the file where the system names one."""
    if isinstance(error, AviaryError):
        return error.message
    named = f"{error.filename}: " if error.filename else ""
    return f"{named}{error.strerror or error}"


_TRY_AGAIN = "Correct that, then run migrate_to_multi_account.py again."
_REMEDIES = {
    errno.ENOSPC: "Make room on the disk, then run migrate_to_multi_account.py again.",
    errno.EACCES: "Give this user the right to write there, then run migrate_to_multi_account.py again.",
    errno.EPERM: "Give this user the right to write there, then run migrate_to_multi_account.py again.",
    errno.EROFS: "The disk can only be read: choose another home, or have it mounted for writing.",
}


def restore_list(means: Means, record: Record) -> None:
    """accounts.yaml as it was before the migration: the one step that undoes it. Raises OSError, SettingsError."""
    present = means.home.accounts_yaml.read_bytes()
    if record.is_listed and present != record.accounts_written.encode():
        text = list_with_home(means.home, present.decode("utf-8-sig"), record.folder)
        means.work.write(means.home.accounts_yaml, text.encode())
    elif record.accounts_before is None:
        means.work.remove(means.home.accounts_yaml)
        means.work.sync([means.home.accounts_yaml.parent])
    else:
        means.work.write(means.home.accounts_yaml, bytes_of(record.accounts_before))


def unchanged(root: Path, items: tuple[Item, ...]) -> list[str]:
    """Those of the items that are not as they were listed."""
    return [item.path for item in items if not item.is_at(root)]
