"""A backup put back into a home whose engine may work: what it would change, and doing it.

The accounts concerned are ended and waited for, what is new is laid ready beside the home, and takes its place by
renames that a crash cannot leave halfway (bot/storage/swaps.py). No restored account goes on before a person said so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

import structlog

from bot.backups_view import AccountPreview, Fate
from bot.errors import ArchiveError, SessionFileError, SettingsError, StorageError
from bot.fleet.master_list import find_entry
from bot.settings.home import AccountFolder, Home, is_there
from bot.settings.secret_keeping import take_back_secrets
from bot.settings.single import read_single
from bot.settings.yaml_editing import as_yaml, edit_yaml
from bot.settings.yaml_reading import parse_yaml, read_text
from bot.storage.archives import Manifest, PackedAccount, Tell, unpack_some
from bot.storage.backups import GROUP_MEDIA, session_name
from bot.storage.proxy_login import LOGIN_FILE
from bot.storage.restored_journal import carry_over
from bot.storage.sealing import SessionKeys, is_sealed
from bot.storage.swaps import STAGE, Swap

_HOME = "."
_LIST = "config/accounts.yaml"
_FLEET_DB = "data/fleet.db"
_YAML = ("settings.yaml", "templates.yaml", "keywords.yaml")
_OWN_IN_A_HOME = (*_YAML, *(f"config/{name}" for name in _YAML), "media/", "data/metrics.db", f"data/{LOGIN_FILE}")
_FRESH = "new"
_SHOWN_BYTES = 64 * 1024**2
"""Larger files are compared by their size alone: a preview must not take minutes."""
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Present:
    """An account as the list has it now."""

    id: str
    name: str
    handle: str
    folder: str  # below the home, "." for the home itself


@dataclass(frozen=True)
class Return:
    """One account of the backup, and where it goes."""

    packed: PackedAccount
    id: str
    folder: str
    replaces: Present | None
    why_not: str = ""

    @property
    def fate(self) -> Fate:
        return Fate.REFUSED if self.why_not else Fate.REPLACED if self.replaces else Fate.ADDED


def plan_returns(manifest: Manifest, present: Sequence[Present], home: Home, account_id: str) -> list[Return]:
    """The accounts that come back, all of them or the one of this id. Raises ArchiveError when it is not in there."""
    wanted = [each for each in manifest.accounts if account_id in {"", each.id}]
    if not wanted:
        listed = ", ".join(each.id for each in manifest.accounts) or "no account"
        raise ArchiveError(f"the account {account_id!r} is not in this backup", remedy=f"In it: {listed}.")
    return [_plan_one(packed, present, home) for packed in wanted]


def _plan_one(packed: PackedAccount, present: Sequence[Present], home: Home) -> Return:
    same_folder = (each for each in present if each.folder.casefold() == packed.folder.casefold())
    same_id = (each for each in present if each.id.casefold() == packed.id.casefold())
    before = next(same_folder, None) or next(same_id, None)
    if before is not None:
        return Return(packed, before.id, before.folder, before)
    handle = packed.username.removeprefix("@").casefold()
    owner = next((each.id for each in present if handle and each.handle.casefold() == handle), "")
    why_not = f"its handle is used by the account {owner} now; remove or rename that one first" if owner else ""
    if packed.folder == _HOME and present:
        return Return(packed, packed.id, f"accounts/{packed.id}", None, why_not)
    # A list that is lost or broken names nobody: then what lies there is what it named.
    if present and packed.folder != _HOME and (home.root / packed.folder).exists():
        why_not = why_not or f"the folder {packed.folder} is there, but not in the list; move it away first"
    return Return(packed, packed.id, packed.folder, None, why_not)


def look_at(each: Return, manifest: Manifest, home: Home) -> AccountPreview:
    """What would become of the account's files."""
    counts = {"new": 0, "changed": 0, "same": 0}
    for name, target in _targets(each, manifest.files).items():
        counts[_compare(home.root / target, manifest.files[name])] += 1
    name = each.packed.name or each.packed.id
    return AccountPreview(each.id, name, each.fate, each.why_not, counts["new"], counts["changed"], counts["same"])


def changed_settings(manifest: Manifest, home: Home) -> tuple[str, ...]:
    """Files of the home itself that would become others, by their names."""
    found = [name for name in _of_home(manifest) if name != _FLEET_DB]
    return tuple(name for name in found if _compare(home.root / name, manifest.files[name]) != "same")


def _compare(file: Path, expected: str) -> str:
    if not file.is_file():
        return "new"
    if file.stat().st_size > _SHOWN_BYTES:
        return "changed"
    with file.open("rb") as reader:
        return "same" if hashlib.file_digest(reader, "sha256").hexdigest() == expected else "changed"


def _targets(each: Return, names: Mapping[str, str]) -> dict[str, str]:
    """Name in the backup -> path below the home, of the files of one account."""
    source, target = each.packed.folder, each.folder
    found: dict[str, str] = {}
    for name in names:
        own = name if source == _HOME else name.removeprefix(f"{source}/") if name.startswith(f"{source}/") else ""
        if own and (_HOME not in {source, target} or _is_own_in_a_home(own)):
            found[name] = own if target == _HOME else f"{target}/{own}"
    return found


def _is_own_in_a_home(name: str) -> bool:
    """Whether it belongs to an account whose folder is the home, or would."""
    return name.startswith(_OWN_IN_A_HOME) or ("/" not in name and name.endswith(".json"))


def _of_home(manifest: Manifest) -> list[str]:
    """The files of the backup that belong to no account: config/ without what an account in the home has there."""
    folders = [f"{each.folder}/" for each in manifest.accounts if each.folder != _HOME]
    has_single = any(each.folder == _HOME for each in manifest.accounts)
    return [
        name
        for name in manifest.files
        if not name.startswith(tuple(folders))
        and not (has_single and _is_own_in_a_home(name))
        and not name.startswith("config/versions/")
    ]


class Restoring:
    """One restore. `at` is when it is done, `keys` open the sessions of this home."""

    def __init__(self, home: Home, keys: SessionKeys, manifest: Manifest, file: Path, at: datetime) -> None:
        self._home = home
        self._keys = keys
        self._manifest = manifest
        self._file = file
        self._at = at
        self._stage = home.root / STAGE
        self.notes: list[str] = []

    def lay_ready(self, returns: Sequence[Return], *, is_whole: bool, tell: Tell) -> None:
        """Unpack what comes back beside the home. Nothing of the home is changed. Raises ArchiveError."""
        places = {name: target for each in returns for name, target in _targets(each, self._manifest.files).items()}
        home_files = [name for name in _of_home(self._manifest) if is_whole or name in {_LIST, _FLEET_DB}]
        places.update({name: name for name in home_files})
        self._places = places
        unpack_some(self._file, self._stage / _FRESH, lambda name: places.get(name, ""), tell)

    def finish(self, returns: Sequence[Return], *, is_whole: bool) -> list[Swap]:
        """Make what was unpacked ready for use, with the accounts at rest; returns what is to be swapped.

        Raises ArchiveError, StorageError, SettingsError.
        """
        try:
            for each in returns:
                self._keep_secrets(each)
                self._keep_session(each)
                self._bring_up_to_date(each)
            self._write_list(returns, is_whole=is_whole)
        except OSError as error:
            raise ArchiveError(f"what was unpacked cannot be used: {error.strerror or error}") from error
        units = sorted({_unit(target, returns) for target in self._fresh_files()} - {_FLEET_DB})
        return [swap for unit in units if not self._is_kept(unit) for swap in _swaps(unit)]

    def _is_kept(self, unit: str) -> bool:
        """Whether the present one stays: posts of groups that are there now name the media that are there now."""
        return unit.startswith(GROUP_MEDIA) and (self._home.root / unit).exists()

    @property
    def fleet_db(self) -> Path | None:
        """The fleet's database of the backup; None when it holds none."""
        file = self._stage / _FRESH / _FLEET_DB
        return file if file.is_file() else None

    def _fresh_files(self) -> Iterator[str]:
        root = self._stage / _FRESH
        return (file.relative_to(root).as_posix() for file in root.rglob("*") if file.is_file())

    def _keep_secrets(self, each: Return) -> None:
        """What was left out of settings.yaml is taken from the one that is there."""
        for name in ("config/settings.yaml", "settings.yaml"):
            fresh = self._fresh(each, name)
            if fresh.is_file():
                present = self._home.root / each.folder / name
                text = read_text(fresh)
                kept = take_back_secrets(text, _text(present), fresh)
                if kept != text:
                    fresh.write_text(kept, encoding="utf-8", newline="")

    def _keep_session(self, each: Return) -> None:
        """A session that is there stays: it is newer. One of the backup needs its key."""
        folder = AccountFolder(self._home.root / each.folder)
        fresh_folder = AccountFolder(self._fresh(each, ""))
        for name in (session_name(fresh_folder), f"data/{LOGIN_FILE}"):
            fresh = fresh_folder.root / name
            if not fresh.is_file():
                continue
            if (folder.root / name).is_file():
                fresh.unlink()
            elif not opens(self._keys, fresh):
                fresh.unlink()
                self.notes.append(f"{each.id}: {left_out_without_key(name)}")

    def _bring_up_to_date(self, each: Return) -> None:
        fresh = self._fresh(each, "data/metrics.db")
        if not fresh.is_file():
            return
        present = self._home.root / each.folder / "data" / "metrics.db"
        try:
            learnt = carry_over(fresh, present if is_there(present) else None, self._at)
        except StorageError as error:
            if f"{each.packed.folder}/data/metrics.db" in self._manifest.damaged:
                raise ArchiveError(f"the database of {each.id} was damaged when the backup was made") from error
            self.notes.append(f"{each.id}: its present record could not be read ({error.message})")
            learnt = carry_over(fresh, None, self._at)
        if learnt:
            self.notes.append(f"{each.id}: {learnt} posts that were sent since the backup stay on record")

    def _write_list(self, returns: Sequence[Return], *, is_whole: bool) -> None:
        """accounts.yaml as it shall be: the present one with the entries that come back, of all with its settings."""
        file = self._stage / _FRESH / _LIST
        old_text = _text(file)
        old = parse_yaml(old_text, file).data if old_text else {}
        present_text = _text(self._home.accounts_yaml)
        if is_whole and not _is_readable(present_text, file):
            present_text = ""  # a list that is broken is one of the reasons to restore
        single = read_single(self._home)
        if not present_text and not old_text:
            only_single = all(each.folder == _HOME for each in returns)
            if only_single:
                return
        text = present_text if present_text or not is_whole else old_text
        entries = [_entry(each, old) for each in returns]

        def change(data: Any) -> None:
            listed = data.get("accounts")
            if listed is None:
                data["accounts"] = listed = as_yaml([])
                if single is not None and single.id not in {entry["id"] for entry in entries}:
                    listed.append(as_yaml({"id": single.id, "username": single.username, "folder": single.folder}))
            for entry in entries:
                _put_entry(listed, entry)
            if is_whole and isinstance(old, dict) and old.get("settings"):
                _put_settings(data, old["settings"])

        changed = edit_yaml(text, change, self._home.accounts_yaml)
        changed = take_back_secrets(changed, present_text, self._home.accounts_yaml)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(changed, encoding="utf-8", newline="")

    def _fresh(self, each: Return, name: str) -> Path:
        root = self._stage / _FRESH
        return (root if each.folder == _HOME else root / each.folder) / name


def left_out_without_key(name: str) -> str:
    """What is told of a session, or a proxy's login, that no key here opens; with the remedy."""
    what, remedy = (
        ("login of its proxy", "enter it on its page Account")
        if name.endswith(LOGIN_FILE)
        else ("session", "import its cookies on its tab Session")
    )
    return f"the {what} was left out, for the key that opens it is not here; {remedy}"


def _is_readable(text: str, file: Path) -> bool:
    try:
        return isinstance(parse_yaml(text, file).data, dict)
    except SettingsError:
        return False


def _entry(each: Return, old: Any) -> dict[str, Any]:
    """What the backup's list says of the account, under the id and in the folder it has here."""
    listed = old.get("accounts") if isinstance(old, dict) else None
    try:
        values = dict(find_entry(listed or [], each.packed.id))
    except KeyError:
        named = {"name": each.packed.name, "username": each.packed.username}
        values = {key: value for key, value in named.items() if value}
    return {**values, "id": each.id, "folder": each.folder}


def _put_entry(listed: Any, entry: dict[str, Any]) -> None:
    try:
        present = find_entry(listed, entry["id"])
    except KeyError:
        listed.append(as_yaml(entry))
        return
    _make_equal(present, entry)


def _put_settings(data: Any, settings: Any) -> None:
    if isinstance(data.get("settings"), dict) and isinstance(settings, dict):
        _make_equal(data["settings"], settings)
    else:
        data["settings"] = as_yaml(settings)


def _make_equal(present: Any, wanted: Mapping[str, Any]) -> None:
    """Touches what differs alone, however deep, so that the comments beside the rest stay."""
    for key in [key for key in present if key not in wanted]:
        del present[key]
    for key, value in wanted.items():
        if isinstance(value, dict) and value and isinstance(present.get(key), dict):
            _make_equal(present[key], value)
        elif key not in present or present[key] != value:
            present[key] = as_yaml(value)


def _unit(target: str, returns: Sequence[Return]) -> str:
    """The largest thing that is swapped as a whole: what an account has beside it and the backup has not stays."""
    for each in returns:
        if each.folder != _HOME and target.startswith(f"{each.folder}/"):
            parts = PurePosixPath(target[len(each.folder) + 1 :]).parts
            return "/".join([each.folder, *parts[: 2 if parts[0] == "data" else 1]])
    if target.startswith(GROUP_MEDIA):
        return target
    parts = PurePosixPath(target).parts
    return "/".join(parts[: 2 if parts[0] in {"data", "config"} else 1])


def _swaps(unit: str) -> Iterator[Swap]:
    """What SQLite keeps beside a database goes first: it belongs to the one that goes."""
    if unit.endswith(".db"):
        yield from (Swap(unit + part) for part in ("-wal", "-shm", "-journal"))
    yield Swap(unit, f"{STAGE}/{_FRESH}/{unit}")


def opens(keys: SessionKeys, file: Path) -> bool:
    """Whether a sealed file can be opened here."""
    try:
        content = file.read_bytes()
        keys.unseal(content, file.name) if is_sealed(content) else None
    except (OSError, SessionFileError):
        return False
    return is_sealed(content)


def _text(file: Path) -> str:
    """The text of a file, "" for one that is not there or cannot be read."""
    try:
        return read_text(file) if is_there(file) else ""
    except SettingsError as error:
        _log.warning("a file of settings cannot be read", file=str(file), error=error.message)
        return ""


@contextmanager
def kept_off(account_ids: Sequence[str], leaving: set[str], stop: Callable[[str], bool]) -> Iterator[None]:
    """Nothing begins in these accounts inside the block, and what works in them was ended. Raises ArchiveError."""
    leaving.update(account_ids)
    try:
        busy = [account_id for account_id in account_ids if not stop(account_id)]
        if busy:
            remedy = "Wait until their runs have ended, then try again; nothing was changed."
            raise ArchiveError(f"{', '.join(busy)} still work", remedy=remedy)
        yield
    finally:
        leaving.difference_update(account_ids)
