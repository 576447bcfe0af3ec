"""The way back: the account's files return to where they were, with all that came to them since."""

from __future__ import annotations

from dataclasses import replace

from bot.errors import AviaryError, HomeError, SettingsError, StorageError
from bot.migration.belongings import path_of
from bot.migration.listing import list_below
from bot.migration.moving import (
    Means,
    not_done,
    remove_new,
    restore_list,
    settle,
    unchanged,
    why,
    with_fleet,
    write_first,
)
from bot.migration.plan import ids_of, present_list
from bot.migration.record import Kind, Record, State, forget_record, write_record
from bot.migration.transfer import Transfer
from bot.settings.account import load_account_settings
from bot.settings.home import AccountFolder, Home, is_there, relative_parts
from bot.settings.single import SINGLE_FOLDER
from bot.storage.identities import follow_folder, forget_folder
from bot.storage.kept_files import KeptFile
from bot.storage.sealing import is_sealed

_ADD_AGAIN = "Archive them first (their page Account in the panel, “Archive”, then “Remove”): --undo then goes on."


def why_not_undo(home: Home, record: Record) -> HomeError | None:
    """What keeps the way back closed, with what to do; None when nothing does. Raises HomeError."""
    return _why_not_back(home, record) if record.kind is Kind.MOVE else _why_not_unmade(home, record)


def _why_not_back(home: Home, record: Record) -> HomeError | None:
    fleet = present_list(home)
    entry = next((each for each in fleet.accounts if _is_in(each.folder, record.folder)), None)
    others = [each for each in ids_of(fleet) if entry is None or each != entry.id]
    if entry is None:
        return HomeError(
            f"accounts.yaml does not name the account in {record.folder} any more",
            remedy="Put its entry back into config/accounts.yaml with this folder, then run --undo again.",
        )
    if record.is_listed:
        return None  # the list stays, and names the home as its folder again
    if others:
        return HomeError(f"accounts were added since: {', '.join(others)}", remedy=_ADD_AGAIN)
    if entry.proxy is not None:
        return HomeError(
            f"{entry.id} goes by a proxy, which a single account cannot have: it would go without",
            remedy="Stay with several accounts, or take the proxy away on its page Account first.",
        )
    return None


def _why_not_unmade(home: Home, record: Record) -> HomeError | None:
    fleet = present_list(home)
    ours = {str(entry["id"]) for entry in record.entries}
    others = [each for each in ids_of(fleet) if each not in ours]
    if others:
        return HomeError(f"accounts were added since: {', '.join(others)}", remedy=_ADD_AGAIN)
    there = [name for name in record.folders if (home.root / name).is_dir()]
    present = {item.path for item in list_below(home.root, there, with_hashes=False).items}
    of_before = {item.path for item in record.listing.items}
    used = sorted({*unchanged(home.root, record.listing.items), *(present - of_before)} & present)
    if used:
        return HomeError(
            f"the new accounts are in use: {used[0]} was written since",
            remedy="Archive and remove these accounts in the panel; then run --undo again.",
        )
    return None


def _is_in(folder: str, other: str) -> bool:
    return relative_parts(folder) == relative_parts(other)


def remarks_on(home: Home, record: Record) -> list[str]:
    """What a single account cannot keep of its entry in accounts.yaml."""
    told = _remarks_on_session(home, record)
    if record.is_listed:
        return told
    told += ["config/accounts.yaml goes; what was changed in it is kept in config/versions/accounts.yaml/."]
    entry = next((each for each in present_list(home).accounts if _is_in(each.folder, record.folder)), None)
    if entry is not None and not entry.enabled:
        told.append(f"{entry.id} is disabled now; as a single account it works whenever Aviary does.")
    return told if record.kind is Kind.MOVE or not _is_as_written(home, record) else []


def _remarks_on_session(home: Home, record: Record) -> list[str]:
    """An older program cannot read what Aviary encrypted meanwhile."""
    if record.kind is not Kind.MOVE:
        return []
    folder = AccountFolder(path_of(home, record.folder))
    try:
        file = folder.root / load_account_settings(folder).account.cookies_file
        is_encrypted = is_there(file) and is_sealed(file.read_bytes())
    except (SettingsError, OSError):
        return []  # it is told where it is in the way
    if not is_encrypted:
        return []
    return [f"{file.name} is encrypted since; an older program needs the cookies exported from your browser once more."]


def undo(means: Means, record: Record) -> None:
    """Bring back what was before. Raises AviaryError; then the several accounts work on, or the message says more."""
    reason = why_not_undo(means.home, record)
    if reason is not None:
        raise reason
    if record.kind is Kind.MOVE:
        begun = _begin(means, record)
        _with_way_kept(means, begun)
    else:
        begun = replace(record, state=State.UNDOING)
        write_first(means, begun)
        try:
            restore_list(means, record)
        except OSError as error:
            raise not_done(error, "the accounts are as they were") from error
    finish_undo(means, begun)


def _begin(means: Means, record: Record) -> Record:
    home, source = means.home, path_of(means.home, record.folder)
    settle(means, AccountFolder(source))
    means.tell("Looking at every file …")
    try:
        way = Transfer(means.work, source, home.root, list_below(source, ["."]))
    except OSError as error:
        raise not_done(error, "nothing was changed") from error
    taken = way.taken()
    if taken:
        raise HomeError(
            f"{taken[0]} is in the place where the account's own would go back to",
            remedy="Move it elsewhere, then run --undo again.",
        )
    made = [folder.relative_to(home.root).as_posix() for folder in way.folders_to_make()]
    begun = replace(record, state=State.UNDOING, undo=way.listing, undo_made=tuple(made))
    write_first(means, begun)
    return begun


def _with_way_kept(means: Means, record: Record) -> None:
    try:
        _place_back(means, record)
    except (OSError, AviaryError, KeyboardInterrupt) as error:
        if not record.is_in_force(means.home):
            return
        keep_as_is(means, record)
        if isinstance(error, OSError):
            raise not_done(error, "the several accounts work on as before") from error
        raise


def _place_back(means: Means, record: Record) -> None:
    way = _way_back(means, record)
    means.tell(f"Placing {len(record.undo.items)} files back …")
    way.place()
    way.check()
    with_fleet(means, lambda database: follow_folder(database, record.folder, SINGLE_FOLDER))
    if not record.is_listed and not _is_as_written(means.home, record):
        _keep_list(means)
    restore_list(means, record)


def _is_as_written(home: Home, record: Record) -> bool:
    return home.accounts_yaml.read_bytes() == record.accounts_written.encode()


def _keep_list(means: Means) -> None:
    """What people wrote into accounts.yaml since is not lost."""
    means.work.announce("keep accounts.yaml")
    KeptFile(means.home.accounts_yaml, means.clock).keep_present()


def _way_back(means: Means, record: Record) -> Transfer:
    return Transfer(means.work, path_of(means.home, record.folder), means.home.root, record.undo)


def keep_as_is(means: Means, record: Record) -> list[str]:
    """Take away what was placed back before the change; returns what stays. Raises OSError."""
    left: list[str] = []
    if record.kind is Kind.MOVE:
        left = _way_back(means, record).take_back([means.home.root / name for name in record.undo_made])
        with_fleet(means, lambda database: forget_folder(database, SINGLE_FOLDER))
    write_record(means.home, replace(record, state=State.DONE), means.work)
    return left


def finish_undo(means: Means, record: Record) -> None:
    """After the change: the account's folder goes. Raises HomeError when it cannot; another run then goes on."""
    home = means.home
    try:
        if record.kind is Kind.MOVE:
            for name in _way_back(means, record).clear():
                means.tell(f"{record.folder}/{name} stays: it was changed meanwhile.")
            for name in reversed(record.made):
                means.work.remove_empty(home.root / name)
        else:
            for name in remove_new(means, record):
                means.tell(f"{name} stays: it was changed meanwhile.")
        for folder in record.folders:
            with_fleet(means, lambda database, folder=folder: forget_folder(database, folder))  # type: ignore[misc]
        forget_record(home, means.work)
    except (OSError, StorageError) as error:
        raise HomeError(
            f"everything is back in its place, but not all was cleared away: {why(error)}",
            remedy="Remove what hinders it, then run migrate_to_multi_account.py --undo again.",
        ) from error
