"""The room of backups: made by schedule and by hand, kept so many, restored into a home that works."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from bot.backups_view import AccountPreview, BackupKind, BackupView, Fate, RestorePreview, Work
from bot.clock import Clock
from bot.errors import ArchiveError, AviaryError
from bot.fleet.registry import Registry
from bot.fleet.restoring import (
    Present,
    Restoring,
    Return,
    changed_settings,
    kept_off,
    left_out_without_key,
    look_at,
    opens,
    plan_returns,
)
from bot.fleet.roster import Roster
from bot.refusal import Refusal
from bot.settings.fleet import BackupSettings
from bot.settings.home import AccountFolder, Home, is_there
from bot.storage.archives import ArchiveFile, Manifest, Progress, Tell, pack, read_manifest, tell_nobody
from bot.storage.backups import list_backups, list_strangers, session_name, verify_backup, write_backup
from bot.storage.database import Database, to_moment, to_text
from bot.storage.kept_files import KeptFile
from bot.storage.permits import Permits
from bot.storage.proxy_login import LOGIN_FILE
from bot.storage.restored_journal import merge_fleet
from bot.storage.sealing import SessionKeys
from bot.storage.standings import Standing, StandingKind, Standings
from bot.storage.swaps import clear_stage, finish_swaps, is_under_way, swap_all

_AFTER_START = timedelta(hours=1)
"""A home that never had one gets its first backup so long after it was first seen."""
_AFTER_FAILURE = timedelta(hours=1)
_FIRST_SEEN, _MADE_AT, _TRIED_AT, _TROUBLE = "backup_first_seen", "backup_made_at", "backup_tried_at", "backup_trouble"
_COMPARE = "Look at its queue, its texts and its last posts on X: nothing is sent before you have. Then press Resume."
_RESTORE_IT = "To restore it, put it into the folder backups of this home: then it is on the page Backups."
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class AtRest:
    """What the rest of the fleet does for a restore."""

    take_in: Callable[[Sequence[str]], None]
    """Takes in what changed on disk, above all in these accounts."""
    stop: Callable[[str], bool]
    """Asks an account's work to end and waits; False when that work goes on all the same."""
    show: Callable[[], None]


class Backups:
    """Shares the manager's lock for short looks only; the work is done in a thread of its own, one at a time."""

    def __init__(
        self,
        home: Home,
        lock: threading.RLock,
        registry: Registry,
        clock: Clock,
        at_rest: AtRest,
        keys: SessionKeys,
        roster: Roster,
    ) -> None:
        self._home = home
        self._lock = lock
        self._registry = registry
        self._clock = clock
        self._at_rest = at_rest
        self._keys = keys
        self._roster = roster
        self._work: Work | None = None
        self._thread: threading.Thread | None = None
        self._begin_lock = threading.Lock()
        self._is_closing = False

    def open(self, database: Database, standings: Standings, permits: Permits) -> None:
        """Begin with an open home."""
        self._database, self._standings, self._permits = database, standings, permits
        self._trouble = standings.mark(_TROUBLE) or ""

    def mend(self) -> None:
        """Carry a restore that a crash cut off to its end, before anything else is read. Raises StorageError."""
        if finish_swaps(self._home):
            _log.warning("a restore that was cut off has been carried to its end")

    def close(self, patience_seconds: float = 10.0) -> None:
        """End what is under way at its next file, and wait for that."""
        self._is_closing = True
        if self._thread is not None:
            self._thread.join(patience_seconds)

    # looking

    @property
    def folder(self) -> Path:
        return self._home.root / "backups"

    @property
    def work(self) -> Work | None:
        return self._work

    @property
    def trouble(self) -> str:
        return self._trouble  # from memory: each poll of the overview asks

    @property
    def next_at(self) -> datetime | None:
        settings = self._settings
        if not settings.every_hours and settings.at is None:
            return None
        made, tried = self._mark(_MADE_AT), self._mark(_TRIED_AT)
        due = _due(settings, made, self._first_seen())
        return max(due, tried + _AFTER_FAILURE) if tried is not None and (made is None or tried > made) else due

    def all(self) -> list[BackupView]:
        return [_view(each) for each in list_backups(self.folder)]

    def strangers(self) -> list[tuple[str, str]]:
        return list_strangers(self.folder)

    def find(self, name: str) -> BackupView:
        found = next((each for each in self.all() if each.name == name), None)
        if found is None:
            raise KeyError(name)
        return found

    # making

    def look(self) -> None:
        """Begin a backup when one is due, and return at once. The ticker calls it every minute."""
        now, due = self._clock.now(), self.next_at
        if due is None or now < due or self._is_busy:
            return
        self._standings.set_mark(_TRIED_AT, to_text(now))
        self._start("The scheduled backup", lambda: self._make(BackupKind.SCHEDULED))

    def begin(self) -> str:
        return self._start("A backup", lambda: self._make(BackupKind.BY_HAND))

    def write(self, file: Path, tell: Tell = tell_nobody) -> Manifest:
        """Write one into this file, and wait for it. Raises ArchiveError."""
        return write_backup(self._home, file, self._clock.now(), tell)

    def delete(self, name: str) -> None:
        self.find(name)
        try:
            (self.folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise ArchiveError(f"{name} could not be deleted: {error.strerror or error}") from error
        _log.info("backup deleted", name=name)

    def _make(self, kind: BackupKind) -> str:
        name = f"{kind}_{self._clock.now():%Y%m%d-%H%M%S}.zip"
        try:
            manifest = self.write(self.folder / name, self._tell)
        except AviaryError as error:
            if kind is BackupKind.SCHEDULED:
                self._note_trouble(error.in_words)
            raise
        self._keep_newest(kind)
        if kind is BackupKind.SCHEDULED:
            self._standings.set_mark(_MADE_AT, to_text(self._clock.now()))
            damaged = f"These databases are damaged: {', '.join(manifest.damaged)}." if manifest.damaged else ""
            self._note_trouble(damaged)
        _log.info("backup made", name=name, files=len(manifest.files))
        return f"{name} is made and checked: {len(manifest.files)} files of {len(manifest.accounts)} accounts."

    def _note_trouble(self, words: str) -> None:
        self._trouble = words
        self._at_rest.show()
        self._standings.set_mark(_TROUBLE, words)

    def _keep_newest(self, kind: BackupKind) -> None:
        """Those that a person made stay until a person deletes them."""
        if kind is BackupKind.BY_HAND:
            return
        for old in [each for each in self.all() if each.kind == kind][self._settings.keep :]:
            (self.folder / old.name).unlink(missing_ok=True)

    # restoring

    def preview(self, name: str, account_id: str = "") -> RestorePreview:
        self.find(name)
        return self.preview_file(self.folder / name, account_id)

    def preview_file(self, file: Path, account_id: str = "") -> RestorePreview:
        """As above, of a zip that may come from elsewhere."""
        manifest = read_manifest(file)
        if not manifest.is_backup:
            raise ArchiveError("it is one account, no backup of all", remedy="Import it as an account.")
        present = self._present()
        returns = plan_returns(manifest, present, self._home, account_id)
        seen = [look_at(each, manifest, self._home) for each in returns]
        touched = {each.id for each in returns}
        seen += [AccountPreview(each.id, each.name, Fate.KEPT) for each in present if each.id not in touched]
        settings = () if account_id else changed_settings(manifest, self._home)
        listed = ArchiveFile(file.name, file.stat().st_size, {}, manifest.made_at, manifest)
        return RestorePreview(_view(listed), manifest.version, tuple(seen), settings, is_whole=not account_id)

    def begin_restore(self, name: str, account_id: str = "") -> str:
        self.find(name)
        return self._start("The restore", lambda: self.restore_file(self.folder / name, account_id, self._tell))

    def restore_file(self, file: Path, account_id: str = "", tell: Tell = tell_nobody) -> str:
        """Put all of a backup back, or one account, and wait for it; a backup of the state before is made first.

        Raises ArchiveError, StorageError, SettingsError; then the home is as it was.
        """
        manifest = verify_backup(file, tell)
        returns = plan_returns(manifest, self._present(), self._home, account_id)
        refused = [f"{each.id}: {each.why_not}" for each in returns if each.why_not]
        if refused:
            raise ArchiveError(f"nothing was restored. {'; '.join(refused)}")
        before = self.folder / f"{BackupKind.BEFORE_RESTORE}_{self._clock.now():%Y%m%d-%H%M%S}.zip"
        self.write(before, tell)
        self._keep_newest(BackupKind.BEFORE_RESTORE)
        restoring = Restoring(self._home, self._keys, manifest, file, self._clock.now())
        clear_stage(self._home)
        restoring.lay_ready(returns, is_whole=not account_id, tell=tell)
        standings = {each.replaces.id: self._standings.meet(each.replaces.id) for each in returns if each.replaces}
        try:
            with kept_off(list(standings), self._registry.leaving, self._at_rest.stop), self._lock:
                self._put_in_place(restoring, returns, manifest, is_whole=not account_id)
        except BaseException:
            if not is_under_way(self._home):  # nothing was changed: they stand as before
                self._stand_again(standings)
                clear_stage(self._home)
            raise
        _log.info("restored from a backup", backup=file.name, accounts=[each.id for each in returns])
        names = ", ".join(each.id for each in returns)
        held = f"Restored: {names}. They wait for you: look at each, then press Resume."
        return " ".join([held, *(f"{note}." for note in restoring.notes), f"The state before is {before.name}."])

    def _put_in_place(
        self, restoring: Restoring, returns: Sequence[Return], manifest: Manifest, *, is_whole: bool
    ) -> None:
        account_ids = [each.id for each in returns]
        swaps = restoring.finish(returns, is_whole=is_whole)
        for account_id in account_ids:
            self._hold(account_id, manifest.made_at)
        if restoring.fleet_db is not None:
            merge_fleet(self._database, restoring.fleet_db, account_ids, is_whole=is_whole)
            self._permits.forget_shares()
        self._keep_list()
        swap_all(self._home, swaps)
        self._at_rest.take_in(account_ids)

    def _stand_again(self, standings: Mapping[str, Standing]) -> None:
        for account_id, each in standings.items():
            self._standings.set(
                account_id,
                each.kind,
                reason=each.reason,
                remedy=each.remedy,
                until=each.until,
                failures=each.failures,
            )
        self._at_rest.take_in(list(standings))

    def _hold(self, account_id: str, made_at: datetime) -> None:
        reason = f"it was restored from the backup of {made_at:%d %b %Y, %H:%M} UTC"
        self._standings.set(account_id, StandingKind.NEEDS_ATTENTION, reason=reason, remedy=_COMPARE)

    def _keep_list(self) -> None:
        """The present accounts.yaml becomes a former state of it."""
        if is_there(self._home.accounts_yaml):
            KeptFile(self._home.accounts_yaml, self._clock).keep_present()

    def _present(self) -> list[Present]:
        with self._lock:
            members = [
                Present(key, each.entry.display_name, each.entry.handle, _below(self._home, each.folder.root))
                for key, each in self._registry.members.items()
            ]
            broken = [
                Present(each.id, each.name, each.handle, each.folder) for each in self._registry.broken if each.folder
            ]
        return members + broken

    # one account

    def bundle(self, account_id: str) -> Path:
        """Its session goes along where it lies encrypted: who has the same key can use it."""
        with self._lock:
            member = self._registry.members[account_id]
        values = self._roster.entry(account_id).values
        now = self._clock.now()
        file = self.folder / "bundles" / f"{account_id}_{now:%Y%m%d-%H%M%S}.zip"
        pack(member.folder, values, file, now, session_name(member.folder), with_session=True)
        for former in [each for each in file.parent.glob("*.zip") if each != file]:
            former.unlink(missing_ok=True)  # they were taken away when they were made
        _log.info("account bundled", account=account_id, name=file.name)
        return file

    def take_bundle(self, file: Path) -> tuple[str, tuple[str, ...]]:
        manifest = read_manifest(file)
        if manifest.is_backup:
            raise ArchiveError("it is a backup of all accounts, not one account", remedy=_RESTORE_IT)
        account_id = self._roster.restore_file(file)
        with self._lock:
            folder = self._registry.members[account_id].folder
        return account_id, (*manifest.left_out, *self._drop_unopened(folder))

    def _drop_unopened(self, folder: AccountFolder) -> list[str]:
        told: list[str] = []
        for file in (folder.root / session_name(folder), folder.data / LOGIN_FILE):
            if file.is_file() and not opens(self._keys, file):
                file.unlink()
                told.append(left_out_without_key(file.name))
        return told

    # inside

    @property
    def _settings(self) -> BackupSettings:
        return self._registry.fleet.settings.backup

    @property
    def _is_busy(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _start(self, what: str, work: Callable[[], str]) -> str:
        with self._begin_lock:
            if self._is_busy or self._is_closing:
                return Refusal("A backup or a restore is under way; wait until it has ended.")
            self._work = Work(what, is_running=True)
            self._thread = threading.Thread(target=self._do, args=(what, work), name="aviary-backup", daemon=True)
            self._thread.start()
        return f"{what} has begun."

    def _do(self, what: str, work: Callable[[], str]) -> None:
        try:
            done = work()
        except AviaryError as error:
            _log.warning("backup or restore failed", what=what, error=error.message)
            self._work = Work(what, is_running=False, trouble=error.in_words)
        except Exception as error:  # noqa: BLE001  the person who waits for it must learn that it ended; it is logged whole
            self._work = Work(what, is_running=False, trouble=f"it failed: {error}")
            _log.exception("backup or restore failed", what=what)
        else:
            self._work = Work(what, is_running=False, done=done)

    def _tell(self, progress: Progress) -> None:
        if self._is_closing:
            raise ArchiveError("Aviary ends", remedy="Begin it anew after the start.")
        if self._work is not None:
            self._work = replace(self._work, progress=progress)

    def _mark(self, name: str) -> datetime | None:
        return to_moment(self._standings.mark(name))

    def _first_seen(self) -> datetime:
        seen = self._mark(_FIRST_SEEN)
        if seen is None:
            seen = self._clock.now()
            self._standings.set_mark(_FIRST_SEEN, to_text(seen))
        return seen


def _due(settings: BackupSettings, made: datetime | None, first_seen: datetime) -> datetime:
    if settings.at is None:
        return made + timedelta(hours=settings.every_hours) if made else first_seen + _AFTER_START
    after = (made or first_seen).astimezone()
    due = after.replace(hour=settings.at.hour, minute=settings.at.minute, second=0, microsecond=0)
    return due if due > after else due + timedelta(days=1)


def _below(home: Home, folder: Path) -> str:
    return folder.relative_to(home.root).as_posix()


def _view(each: ArchiveFile) -> BackupView:
    manifest = each.manifest
    kind = each.name.partition("_")[0]
    return BackupView(
        each.name,
        each.made_at,
        each.size,
        kind if kind in set(BackupKind) else "",
        tuple(account.id for account in manifest.accounts),
        len(manifest.files),
        manifest.left_out,
        manifest.damaged,
    )
