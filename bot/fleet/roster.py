"""Which accounts there are: added, changed, cloned, archived, removed and brought back."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from bot.account_templates_view import AccountTemplate
from bot.clock import Clock
from bot.errors import ChangedMeanwhile, RosterRefusal, SettingsError, SettingsProblem, StorageError
from bot.fleet.account_folders import delete_folder, fill_folder, find_free_folder, first_free, source_of
from bot.fleet.master_list import MasterList, find_entry, mark_of, shown_entry
from bot.fleet.proxy_choice import choose_proxy, present_proxy, view_of
from bot.fleet.registry import Member, Registry
from bot.roster_view import CHANGEABLE, NewAccount, ProxyView, RosterEntry, WantedProxy
from bot.settings.fleet import is_handle
from bot.settings.home import AccountFolder, Home, is_there
from bot.settings.proxy import hide_logins
from bot.settings.yaml_editing import as_yaml
from bot.storage.archives import ArchiveFile, Manifest, list_archives, pack, read_manifest, unpack
from bot.storage.database import to_text
from bot.storage.kept_files import FileVersion
from bot.storage.proxy_login import ProxyLoginFile
from bot.storage.restored_journal import carry_over
from bot.storage.sealing import SessionKeys

_RESTORED = ("name", "username", "description", "groups", "driver", "proxy", "created_at")
_RESERVED = frozenset({"new", "choices", "all"})
"""Ids that would be addresses of the panel or the API."""
_CAME_BACK = "it came back with an archive: look whether it was sent before you queue it"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_log = structlog.get_logger(__name__)


@contextmanager
def _kept_together(file: ProxyLoginFile) -> Iterator[None]:
    """What is done to the login inside is undone when the rest fails. Raises StorageError."""
    try:
        before = file.content()
        try:
            yield
        except BaseException:
            file.put_back(before)
            raise
    except OSError as error:
        raise StorageError(f"the proxy's login cannot be written: {error.strerror or error}") from error


@dataclass(frozen=True)
class AtWork:
    """What the rest of the fleet does when the list changes."""

    reload: Callable[[], None]
    """Takes in what changed on disk."""
    stop: Callable[[str], bool]
    """Asks an account's work to end and waits; False when that work goes on all the same."""
    forget: Callable[[str], None]
    """Drops where an account stands."""


class Roster:
    """Shares the manager's lock. Every change is made in the file itself, so that hand edits are never undone.

    `find_template` gives the account template of a name. Methods with an `account_id` raise KeyError for an unknown
    one.
    """

    def __init__(
        self,
        home: Home,
        lock: threading.RLock,
        registry: Registry,
        clock: Clock,
        at_work: AtWork,
        keys: SessionKeys,
        find_template: Callable[[str], AccountTemplate],
    ) -> None:
        self._home = home
        self._keys = keys
        self._lock = lock
        self._registry = registry
        self._clock = clock
        self._reload, self._stop, self._forget = at_work.reload, at_work.stop, at_work.forget
        self._find_template = find_template
        self._list = MasterList(home, clock)
        self._coming: list[dict[str, Any]] = []  # entries whose folders are being made

    @property
    def archive_folder(self) -> Path:
        return self._home.root / "archive"

    # looking

    @property
    def is_unwritten(self) -> bool:
        """Whether there is no accounts.yaml yet, but the single account of old: a change writes one that names it."""
        return self._list.is_unwritten

    def entry(self, account_id: str) -> RosterEntry:
        """The account's entry as the file has it now. Raises SettingsError when the file cannot be read."""
        with self._lock:
            found = find_entry(self._list.entries(), account_id)
        return RosterEntry(account_id, shown_entry(found), mark_of(found))

    def entries(self) -> list[RosterEntry]:
        """All entries that have an id, in the order of the file. Raises SettingsError when it cannot be read."""
        with self._lock:
            found = self._list.entries()
        named = [each for each in found if isinstance(each, dict) and isinstance(each.get("id"), str)]
        return [RosterEntry(each["id"], shown_entry(each), mark_of(each)) for each in named]

    def archives(self) -> list[ArchiveFile]:
        """Newest first."""
        return list_archives(self.archive_folder)

    def versions(self) -> list[FileVersion]:
        """Former states of accounts.yaml, newest first."""
        return self._list.file.versions()

    def version(self, version_id: str) -> str:
        """The text of a former state, without the logins of proxies. Raises KeyError for an unknown one."""
        return hide_logins(self._list.file.version(version_id))

    # changing

    def add(self, new: NewAccount) -> str:
        """Make the account's folder and enter it; returns its id.

        Raises RosterRefusal for what cannot be, SettingsError for values that are none or a template that is broken,
        KeyError for an unknown account to clone or template.
        """
        template = self._usable_template(new.template) if new.template else None
        with self._lock:
            member = self._registry.members[new.clone_of] if new.clone_of else None
            source = source_of(member, template)
            self._refuse_handle(new.handle)
            account_id = new.id or self._free_id(new.handle)
            folder, name = self._free_folder(f"{account_id}_{new.handle}")
            entry = self._reserve(self._new_entry(account_id, new, name))
        self._enter(entry, folder.root, lambda: fill_folder(folder, new, source))
        _log.info("account added", account=account_id, clone_of=new.clone_of, template=new.template)
        return account_id

    def change(self, account_id: str, values: Mapping[str, Any], mark: str = "") -> RosterEntry:
        """Change what CHANGEABLE names; other keys and the entry's comments stay.

        Raises ChangedMeanwhile when the entry is not the one that `mark` stands for, and SettingsError.
        """
        _refuse_keys(values)

        with self._lock:
            self._change_entry(account_id, values, mark)
            return self.entry(account_id)

    def _change_entry(self, account_id: str, values: Mapping[str, Any], mark: str) -> None:
        """Change these keys; those whose value is None go."""

        def change(entries: list[Any]) -> None:
            entry = find_entry(entries, account_id)
            if mark and mark_of(entry) != mark:
                raise ChangedMeanwhile(f"the account {account_id} was changed by somebody else meanwhile")
            _set_values(entry, values)

        self._change_list(change)
        self._reload()
        _log.info("account changed", account=account_id, keys=sorted(values))

    def proxy(self, account_id: str) -> ProxyView:
        """The account's proxy. Raises SettingsError when accounts.yaml cannot be read."""
        with self._lock:
            found = find_entry(self._list.entries(), account_id)
            return view_of(present_proxy(found.get("proxy")), self._login_file(self._member(account_id)))

    def set_proxy(self, account_id: str, wanted: WantedProxy, mark: str = "") -> ProxyView:
        """Give the account another proxy, or none; its login is sealed, and accounts.yaml names the address alone.

        Raises SettingsError for what is no proxy, ChangedMeanwhile as `change` does, SessionFileError when the login
        that shall stay cannot be opened, StorageError.
        """
        with self._lock:
            file = self._login_file(self._member(account_id))
            written = find_entry(self._list.entries(), account_id).get("proxy")
            try:
                proxy = choose_proxy(wanted, written, file)
            except ValueError as error:
                raise SettingsError([SettingsProblem(self._home.accounts_yaml, 0, "proxy", str(error))]) from None
            with _kept_together(file):
                if proxy is not None and proxy.has_login:
                    file.keep(proxy)
                else:
                    file.forget()
                self._change_entry(account_id, {"proxy": proxy.address if proxy else None}, mark)
            return self.proxy(account_id)

    def change_many(
        self, account_ids: Sequence[str], values_of: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    ) -> list[str]:
        """Change several entries in one write; returns the ids of those that became others.

        Raises RosterRefusal, SettingsError, ChangedMeanwhile; then none is changed.
        """
        changed: list[str] = []

        def change(entries: list[Any]) -> None:
            changed.clear()  # the file may be read anew when somebody else writes it, too
            for entry in (each for each in entries if isinstance(each, dict) and each.get("id") in wanted):
                values = values_of(entry)
                _refuse_keys(values)
                if _set_values(entry, values):
                    changed.append(str(entry["id"]))

        wanted = set(account_ids)
        with self._lock:
            self._change_list(change)
            self._reload()
        _log.info("accounts changed", accounts=changed)
        return changed

    def remove(self, account_id: str, *, archive: bool = True) -> str:
        """End its work, archive it unless told not to, take it out of the list and delete its folder.

        Returns the archive's name, "" without one. The folder of the single account of old, the home itself, stays.
        Raises RosterRefusal while a run does not end, ArchiveError, SettingsError.
        """
        member = self._member(account_id)
        self._registry.leaving.add(account_id)  # nothing begins in it from here on
        try:
            if not self._stop(account_id):
                raise RosterRefusal(f"{account_id} still works; wait until its run has ended, then remove it")
            name = self._archive(member) if archive else ""
            with self._lock:
                self._change_list(lambda entries: entries.remove(find_entry(entries, account_id)))
                self._reload()
                self._forget(account_id)
            if member.folder.root != self._home.root:
                delete_folder(member.folder.root)
            else:
                self._login_file(member).forget()
        finally:
            self._registry.leaving.discard(account_id)
        _log.info("account removed", account=account_id, archive=name)
        return name

    def archive(self, account_id: str) -> str:
        """Write the account into a zip, also while it works; returns its name. Raises ArchiveError."""
        return self._archive(self._member(account_id))

    def restore(self, name: str) -> str:
        """Bring an archived account back, disabled until a person has looked at it; returns its id.

        Raises KeyError for an unknown archive, ArchiveError, SettingsError.
        """
        if name not in {each.name for each in self.archives()}:
            raise KeyError(name)
        return self.restore_file(self.archive_folder / name)

    def restore_file(self, file: Path) -> str:
        """As above, from a zip that may come from elsewhere."""
        manifest = read_manifest(file)
        with self._lock:
            entry, root = self._restored_entry(manifest)
            self._reserve(entry)
        self._enter(entry, root, lambda: _unpack(file, root, self._clock.now()))
        _log.info("account restored", account=entry["id"], archive=file.name)
        return str(entry["id"])

    def _restored_entry(self, manifest: Manifest) -> tuple[dict[str, Any], Path]:
        """The entry with an id and a folder that are free, and the folder."""
        handle = str(manifest.entry.get("username", "")).removeprefix("@")
        self._refuse_handle(handle)
        account_id = str(manifest.entry.get("id", ""))
        if not _ID.fullmatch(account_id) or account_id.casefold() in self._taken():
            account_id = self._free_id(handle)
        folder, name = self._free_folder(f"{account_id}_{handle}" if handle else account_id)
        known = {key: value for key, value in shown_entry(manifest.entry).items() if key in _RESTORED}
        return {"id": account_id, **known, "folder": name, "enabled": False}, folder.root

    def _reserve(self, entry: dict[str, Any]) -> dict[str, Any]:
        """Check the entry and keep others off its id, handle and folder until `_enter` is done with it."""
        if str(entry["id"]).casefold() in self._taken():
            raise RosterRefusal(f"the id {entry['id']} is taken; choose another one")
        self._list.check(entry)
        self._coming.append(entry)
        return entry

    def _enter(self, entry: dict[str, Any], root: Path, make_folder: Callable[[], object]) -> None:
        """Make the folder, which may take a while and holds nobody up, and put the entry into the list, or neither."""
        try:
            make_folder()
            with self._lock:
                self._change_list(lambda entries: entries.append(as_yaml(entry)))
                self._reload()
        except BaseException:
            shutil.rmtree(root, ignore_errors=True)
            raise
        finally:
            with self._lock:
                self._coming.remove(entry)

    def restore_version(self, version_id: str, mark: str) -> None:
        """Put a former state of accounts.yaml in place of the one that `mark` stands for.

        Raises KeyError, ChangedMeanwhile, SettingsError.
        """
        with self._lock:
            self._list.restore(version_id, mark)
            self._reload()

    def read_list(self) -> tuple[str, str]:
        """accounts.yaml as it is, without the logins of proxies, and the mark of this state."""
        text, mark = self._list.file.read()
        return hide_logins(text), mark

    # inside

    def _login_file(self, member: Member) -> ProxyLoginFile:
        return ProxyLoginFile(member.folder, self._keys)

    def _member(self, account_id: str) -> Member:
        with self._lock:
            return self._registry.members[account_id]

    def _usable_template(self, name: str) -> AccountTemplate:
        template = self._find_template(name)
        if template.problems:
            raise SettingsError(list(template.problems))
        return template

    def _archive(self, member: Member) -> str:
        stamp = self._clock.now().strftime("%Y%m%d-%H%M%S")
        file = self.archive_folder / f"{member.entry.id}_{stamp}.zip"
        session = member.settings.account.cookies_file if member.settings else "cookies.json"
        values = self.entry(member.entry.id).values  # with its proxy's address: what comes back must not go without
        pack(member.folder, values, file, self._clock.now(), session)
        return file.name

    def _change_list(self, change: Callable[[list[Any]], None]) -> None:
        self._list.change(change, {entry.id for entry in self._registry.broken})

    def _refuse_handle(self, handle: str) -> None:
        """Raises RosterRefusal for a handle that is none, or that another account has: perhaps in its own file."""
        if not handle or not is_handle(handle):
            raise RosterRefusal("a handle has 1 to 15 letters, digits and _")
        coming = [
            str(entry["id"]) for entry in self._coming if str(entry["username"]).casefold() == f"@{handle}".casefold()
        ]
        owners = coming + [
            key for key, each in self._registry.members.items() if each.entry.handle.casefold() == handle.casefold()
        ]
        if owners:
            remedy = "Two accounts cannot share one handle: remove that account first, or give it another handle."
            raise RosterRefusal(f"@{handle} is used by the account {owners[0]} already", remedy=remedy)

    def _new_entry(self, account_id: str, new: NewAccount, folder: str) -> dict[str, Any]:
        entry: dict[str, Any] = {
            "id": account_id,
            "name": new.name or new.handle,
            "username": f"@{new.handle}",
            "enabled": new.enabled,
            "folder": folder,
            "created_at": to_text(self._clock.now()),
        }
        if new.description:
            entry["description"] = new.description
        if new.groups:
            entry["groups"] = list(new.groups)
        return entry

    def _taken(self) -> set[str]:
        registry = self._registry
        names = {each.casefold() for each in (*registry.members, *(entry.id for entry in registry.broken))}
        return names | _RESERVED | {str(entry["id"]).casefold() for entry in self._coming}

    def _free_folder(self, wanted: str) -> tuple[AccountFolder, str]:
        return find_free_folder(self._home, wanted, {str(entry["folder"]) for entry in self._coming})

    def _free_id(self, handle: str) -> str:
        wanted = re.sub(r"[^a-z0-9_-]+", "-", handle.casefold()).strip("-_")[:40] or "account"
        taken = self._taken()
        return first_free(wanted, lambda name: name not in taken)


def _refuse_keys(values: Mapping[str, Any]) -> None:
    unknown = ", ".join(sorted(set(values) - set(CHANGEABLE)))
    if unknown:
        raise RosterRefusal(f"{unknown} cannot be changed here")


def _set_values(entry: Any, values: Mapping[str, Any]) -> bool:
    """Write what is other than in the entry, and take away keys whose value is None; whether anything was."""
    others = {key: value for key, value in values.items() if entry.get(key) != value}
    for key, value in others.items():
        if value is None:
            del entry[key]
        else:
            entry[key] = as_yaml(value)
    return bool(others)


def _unpack(file: Path, root: Path, at: datetime) -> None:
    """What waited in its queue becomes drafts: since the archive was made, it may have been sent."""
    unpack(file, root)
    folder = AccountFolder(root)
    if is_there(folder.metrics_db):
        try:
            carry_over(folder.metrics_db, None, at, why=_CAME_BACK)
        except StorageError as error:
            _log.warning("account has a damaged database", folder=str(root), error=error.message)
