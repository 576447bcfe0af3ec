"""The YAML files of each account, read and changed by people in panel and API."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog

from bot.clock import Clock
from bot.content.readiness import hints_of_templates
from bot.content.templates import ContentError, read_content
from bot.errors import ChangedMeanwhile, SettingsError, SettingsProblem, StorageError
from bot.files_view import AccountFile, FileState
from bot.planning.slots import Occurrence, TimeOf, occurrences, own_time
from bot.settings.account import AccountSettings
from bot.settings.content import keywords_of, templates_of
from bot.settings.hints import hints_of
from bot.settings.home import AccountFolder
from bot.settings.validation import check
from bot.settings.yaml_editing import edit_yaml
from bot.settings.yaml_reading import MAX_BYTES, Document, parse_yaml
from bot.storage.kept_files import MISSING, FileVersion, KeptFile

_REMEMBERED = 64  # texts
_MOST_REMEMBERED = 128 * 1024  # characters of one
_log = structlog.get_logger(__name__)


class AccountFiles:
    """Implements `bot.files_view.AccountFiles`. Safe for threads.

    `folder_of` gives the folder of an account and raises KeyError; `changed` is told of each account whose files are
    other ones now, and takes them in; `stagger_minutes` is the fleet's, `time_of` gives the times of its slots.
    """

    def __init__(
        self,
        folder_of: Callable[[str], AccountFolder],
        clock: Clock,
        changed: Callable[[str], None],
        stagger_minutes: Callable[[], float],
        time_of: Callable[[str], TimeOf] = lambda _account_id: own_time,
    ) -> None:
        self._folder_of = folder_of
        self._clock = clock
        self._changed = changed
        self._stagger_minutes = stagger_minutes
        self._time_of = time_of
        self._lock = threading.RLock()  # from looking at a mark to the write it allows
        self._shown: OrderedDict[tuple[Path, str], str] = OrderedDict()

    # looking

    def read(self, account_id: str, file: AccountFile) -> FileState:
        kept = self._kept(account_id, file)
        try:
            content, mark = _content(kept)
        except SettingsError as error:
            return FileState(file, "", "", tuple(error.problems))
        state = replace(_state(file, content, kept.path), mark=mark)
        if file is AccountFile.SETTINGS and mark == MISSING:  # the others may be missing
            state = replace(state, problems=(SettingsProblem(kept.path, 0, "", "is missing"),), settings=None)
        self._remember(kept.path, state)
        return state

    def read_as_of(self, account_id: str, file: AccountFile, mark: str) -> FileState | None:
        kept = self._kept(account_id, file)
        present = self.read(account_id, file)
        if present.mark == mark:
            return present
        with self._lock:
            text = self._shown.get((kept.path, mark))
        content = text.encode("utf-8") if text is not None else kept.content_of(mark)
        return None if content is None else replace(_state(file, content, kept.path), mark=mark)

    def check(self, account_id: str, file: AccountFile, text: str) -> FileState:
        return _check(file, text, self._kept(account_id, file).path)

    def versions(self, account_id: str, file: AccountFile) -> list[FileVersion]:
        return self._kept(account_id, file).versions()

    def version(self, account_id: str, file: AccountFile, version_id: str) -> FileState:
        kept = self._kept(account_id, file)
        return _state(file, kept.version_content(version_id), kept.path)

    def coming(self, account_id: str, days: int = 7) -> list[Occurrence]:
        settings = self.read(account_id, AccountFile.SETTINGS).settings
        if settings is None or not settings.schedule.enabled:
            return []
        now, schedule, stagger = self._clock.now(), settings.schedule, self._stagger_minutes()
        until, times = now + timedelta(days=days), self._time_of(account_id)
        found = (
            occurrences(account_id, slot, schedule.zone, now, until, stagger, times) for slot in schedule.all_slots
        )
        return sorted(each for of_slot in found for each in of_slot)

    # changing

    def save(self, account_id: str, file: AccountFile, text: str, mark: str) -> FileState:
        kept = self._kept(account_id, file)
        with self._lock:
            _refuse_other(kept, mark)
            state = self._write(kept, _check(file, text, kept.path), mark)
        self._tell(account_id, file)
        return state

    def change(self, account_id: str, file: AccountFile, change: Callable[[Any], None], mark: str) -> FileState:
        kept = self._kept(account_id, file)
        with self._lock:
            _refuse_other(kept, mark)
            text = edit_yaml(kept.read()[0], change, kept.path)
            state = self._write(kept, _check(file, text, kept.path), mark)
        self._tell(account_id, file)
        return state

    def restore(self, account_id: str, file: AccountFile, version_id: str, mark: str) -> FileState:
        former = self.version(account_id, file, version_id)
        if former.problems:
            raise SettingsError(list(former.problems))
        return self.save(account_id, file, former.text, mark)

    # inside

    def _kept(self, account_id: str, file: AccountFile) -> KeptFile:
        return KeptFile(self._folder_of(account_id).config / file.filename, self._clock)

    def _write(self, kept: KeptFile, state: FileState, mark: str) -> FileState:
        if state.problems:
            raise SettingsError(list(state.problems))
        try:
            written = replace(state, mark=kept.write(state.text, mark))
        except OSError as error:
            raise StorageError(f"{kept.path.name} cannot be written: {error.strerror or error}") from error
        self._remember(kept.path, written)
        return written

    def _tell(self, account_id: str, file: AccountFile) -> None:
        _log.info("file changed", account=account_id, file=file.filename)
        self._changed(account_id)

    def _remember(self, path: Path, state: FileState) -> None:
        """What a person was shown: when somebody changes the file by hand meanwhile, it is kept nowhere else."""
        if len(state.text) > _MOST_REMEMBERED:
            return
        with self._lock:
            self._shown[path, state.mark] = state.text
            self._shown.move_to_end((path, state.mark))
            while len(self._shown) > _REMEMBERED:
                self._shown.popitem(last=False)


def _content(kept: KeptFile) -> tuple[bytes, str]:
    """What is in the file, and its mark. Raises SettingsError for what a person cannot mend as a text."""
    if kept.path.exists() and not kept.path.is_file():
        message = "is a folder or a device; put a file in its place"
        raise SettingsError([SettingsProblem(kept.path, 0, "", message)])
    content, mark = kept.read_content()
    if len(content) > MAX_BYTES:
        raise SettingsError([_too_large(kept.path)])
    return content, mark


def _state(file: AccountFile, content: bytes, path: Path) -> FileState:
    """The content as a state of the file, without a mark. Text of an unknown encoding is shown as well as may be."""
    try:
        return _check(file, content.decode("utf-8-sig"), path)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = "is not saved as UTF-8: put right the signs that are shown as \ufffd, then save it here"
        problem = SettingsProblem(path, line, "", message)
        return FileState(file, content.decode("utf-8-sig", "replace"), "", (problem,))


def _check(file: AccountFile, text: str, path: Path) -> FileState:
    """The text as a state of the file, with all that is wrong with it."""
    state = FileState(file, text, "")
    try:
        if len(text.encode("utf-8", "replace")) > MAX_BYTES:
            raise SettingsError([_too_large(path)])
        return _CHECKS[file](state, parse_yaml(text, path))
    except SettingsError as error:
        return replace(state, problems=tuple(error.problems))


def _check_settings(state: FileState, document: Document) -> FileState:
    settings = check(document, AccountSettings)
    return replace(state, settings=settings, hints=hints_of(document, AccountSettings))


def _check_keywords(state: FileState, document: Document) -> FileState:
    return replace(state, keywords=keywords_of(document))


def _check_templates(state: FileState, document: Document) -> FileState:
    try:
        content = read_content(templates_of(document))
    except ContentError as error:
        raise SettingsError([document.problem(error.path, error.what)]) from error
    return replace(state, hints=tuple(hints_of_templates(document)), content=content)


_CHECKS: dict[AccountFile, Callable[[FileState, Document], FileState]] = {
    AccountFile.SETTINGS: _check_settings,
    AccountFile.KEYWORDS: _check_keywords,
    AccountFile.TEMPLATES: _check_templates,
}


def _refuse_other(kept: KeptFile, mark: str) -> None:
    """Raises ChangedMeanwhile, before the new text is looked at: a mistake may come from the other's change."""
    if kept.read_content()[1] != mark:
        raise ChangedMeanwhile(f"{kept.path.name} was changed by somebody else meanwhile")


def _too_large(path: Path) -> SettingsProblem:
    return SettingsProblem(path, 0, "", f"is larger than {MAX_BYTES // 1024} KiB")
