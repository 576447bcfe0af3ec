"""Account templates: a folder of plain YAML files each, below config/account_templates/."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

from bot.account_templates_view import AccountTemplate
from bot.clock import Clock
from bot.errors import SettingsError, StorageError, TemplateRefused
from bot.files_view import AccountFile, FileState
from bot.settings.account import AccountSettings
from bot.settings.account_template import settings_for_template
from bot.settings.content import keywords_of
from bot.settings.home import AccountFolder, is_there, relative_parts
from bot.settings.validation import check
from bot.settings.yaml_editing import as_yaml, edit_yaml
from bot.settings.yaml_reading import parse_yaml, read_text
from bot.storage.database import to_text
from bot.storage.files import write_atomically

LONGEST_NAME = 40
RESERVED_NAMES = frozenset({"new"})
"""Would be addresses of the panel."""
_NAME = re.compile(rf"[A-Za-z0-9](?:[A-Za-z0-9 _-]{{0,{LONGEST_NAME - 2}}}[A-Za-z0-9_-])?")
_NAME_RULE = f"Use up to {LONGEST_NAME} letters, digits, blanks, _ and -; it begins with a letter or a digit."
_ABOUT = "about.yaml"
_MEDIA = "media"
_log = structlog.get_logger(__name__)


class AccountTemplates:
    """Implements `bot.account_templates_view.AccountTemplates`. Safe for threads.

    `root` gives the folder they lie in, None where there is no home; `folder_of` gives that of an account and raises
    KeyError; `read` reads a file of an account.
    """

    def __init__(
        self,
        root: Callable[[], Path | None],
        folder_of: Callable[[str], AccountFolder],
        read: Callable[[str, AccountFile], FileState],
        clock: Clock,
    ) -> None:
        self._root_of = root
        self._folder_of = folder_of
        self._read = read
        self._clock = clock
        self._lock = threading.Lock()

    # looking

    def all(self) -> list[AccountTemplate]:
        return [_look_at(folder) for folder in sorted(self._folders(), key=lambda each: each.name.casefold())]

    def find(self, name: str) -> AccountTemplate:
        return _look_at(self._folder(name))

    def missing_media(self, name: str, account_id: str) -> list[str]:
        target, template = self._folder_of(account_id).root, self.find(name)
        return [path for path in template.media if not is_there(target / path)]

    # changing

    def save(self, account_id: str, name: str, *, description: str = "", with_content: bool = False) -> AccountTemplate:
        texts, account = self._texts_of(account_id, with_content=with_content), self._folder_of(account_id)
        about = {"description": description, "saved_at": to_text(self._clock.now())}
        with self._lock:
            self._refuse_name(name)
            fresh = self._root / f".{name}.new"
            try:
                shutil.rmtree(fresh, ignore_errors=True)
                _write(fresh, texts, about)
                if with_content:
                    copy_missing(account.root / _MEDIA, fresh / _MEDIA)
                fresh.rename(self._root / name)  # there as a whole or not at all
            except OSError as error:
                shutil.rmtree(fresh, ignore_errors=True)
                raise StorageError(f"the template {name} cannot be written: {error.strerror or error}") from error
        _log.info("account template saved", template=name, account=account_id, with_content=with_content)
        return self.find(name)

    def rename(self, name: str, new_name: str) -> None:
        with self._lock:
            folder = self._folder(name)
            self._refuse_name(new_name, but=name)
            try:
                folder.rename(self._root / new_name)
            except OSError as error:
                raise StorageError(f"{name} cannot be renamed: {error.strerror or error}") from error
        _log.info("account template renamed", template=name, to=new_name)

    def delete(self, name: str) -> None:
        with self._lock:
            folder = self._folder(name)
            gone = folder.with_name(f".{name}.removed")  # out of the way at once, as a whole
            try:
                shutil.rmtree(gone, ignore_errors=True)
                folder.rename(gone)
            except OSError as error:
                raise StorageError(f"{name} cannot be deleted: {error.strerror or error}") from error
            shutil.rmtree(gone, ignore_errors=True)
        _log.info("account template deleted", template=name)

    def copy_media(self, name: str, account_id: str) -> int:
        try:
            return copy_missing(self._folder(name) / _MEDIA, self._folder_of(account_id).root / _MEDIA)
        except OSError as error:
            raise StorageError(f"media of {name} cannot be copied: {error.strerror or error}") from error

    # inside

    @property
    def _root(self) -> Path:
        root = self._root_of()
        if root is None:
            raise TemplateRefused("there is no home folder that templates could lie in")
        return root

    def _folders(self) -> list[Path]:
        root = self._root_of()
        found = root.iterdir() if root is not None and root.is_dir() else ()
        return [each for each in found if _NAME.fullmatch(each.name) and each.is_dir() and not each.is_symlink()]

    def _folder(self, name: str) -> Path:
        folder = next((each for each in self._folders() if each.name == name), None)
        if folder is None:
            raise KeyError(name)
        return folder

    def _refuse_name(self, name: str, but: str = "") -> None:
        """Raises TemplateRefused for a name that is none, or that another template has."""
        if not _is_name(name):
            raise TemplateRefused(f"“{name}” cannot be the name of a template", remedy=_NAME_RULE)
        if any(each.name.casefold() == name.casefold() for each in self._folders() if each.name != but):
            raise TemplateRefused(
                f"there is a template “{name}” already", remedy="Choose another name, or delete that one first."
            )

    def _texts_of(self, account_id: str, *, with_content: bool) -> dict[AccountFile, str]:
        """What goes into the template. Raises SettingsError for files of the account that cannot be used."""
        wanted = [AccountFile.SETTINGS, AccountFile.KEYWORDS, *([AccountFile.TEMPLATES] if with_content else [])]
        states = {file: self._read(account_id, file) for file in wanted}
        problems = [problem for state in states.values() for problem in state.problems]
        if problems:
            raise SettingsError(problems)
        texts = {file: state.text for file, state in states.items()}
        file = self._folder_of(account_id).settings_yaml
        return {**texts, AccountFile.SETTINGS: settings_for_template(texts[AccountFile.SETTINGS], file)}


def copy_missing(source: Path, target: Path) -> int:
    """Copy the files below `source` that `target` has none of the same name for; links are left out. Raises OSError."""
    copied = 0
    for file in _files_below(source):
        wanted = target / file.relative_to(source)
        if not is_there(wanted):
            wanted.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, wanted)
            copied += 1
    return copied


def _is_name(name: str) -> bool:
    try:
        relative_parts(name)
    except ValueError:  # the name of a device
        return False
    return _NAME.fullmatch(name) is not None and name.casefold() not in RESERVED_NAMES


def _write(folder: Path, texts: Mapping[AccountFile, str], about: Mapping[str, str]) -> None:
    text = edit_yaml("", lambda data: data.update(as_yaml(dict(about))), folder / _ABOUT)
    write_atomically(folder / _ABOUT, text.encode("utf-8"))
    for file, content in texts.items():
        write_atomically(folder / file.filename, content.encode("utf-8"))


def _look_at(folder: Path) -> AccountTemplate:
    """The template as its files are now, with what is wrong with them."""
    template = AccountTemplate(folder.name, folder, media=_media_of(folder))
    settings, keywords = (folder / file.filename for file in (AccountFile.SETTINGS, AccountFile.KEYWORDS))
    try:
        template = replace(template, **_about(folder), texts=_texts_in(folder))
        words = parse_yaml(template.texts.get(AccountFile.KEYWORDS, ""), keywords)
        read = check(parse_yaml(template.texts[AccountFile.SETTINGS], settings), AccountSettings)
        return replace(template, settings=read, keywords=keywords_of(words))
    except SettingsError as error:
        return replace(template, problems=tuple(error.problems))


def _texts_in(folder: Path) -> dict[AccountFile, str]:
    """The texts of its files. settings.yaml must be there. Raises SettingsError."""
    files = {file: folder / file.filename for file in AccountFile}
    return {file: read_text(path) for file, path in files.items() if file is AccountFile.SETTINGS or is_there(path)}


def _about(folder: Path) -> dict[str, Any]:
    """Description and moment of saving, where its file says them. Raises SettingsError."""
    file = folder / _ABOUT
    data = parse_yaml(read_text(file), file).data if is_there(file) else {}
    found = data if isinstance(data, dict) else {}
    return {"description": str(found.get("description") or ""), "saved_at": _moment(found.get("saved_at"))}


def _moment(written: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(written))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _media_of(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(file.relative_to(folder).as_posix() for file in _files_below(folder / _MEDIA)))


def _files_below(folder: Path) -> Iterator[Path]:
    """Every plain file; nothing behind a link, and nothing hidden: that is half an upload."""
    if not folder.is_dir() or folder.is_symlink():
        return
    for each in sorted(folder.iterdir()):
        if each.is_symlink() or each.name.startswith("."):
            continue
        if each.is_dir():
            yield from _files_below(each)
        elif each.is_file():
            yield each
