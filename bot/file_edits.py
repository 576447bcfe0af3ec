"""The same change made in the files of many accounts: what it would change in each, told before it is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.content.templates import KEYS_OF_FILE
from bot.errors import SettingsError
from bot.files_view import AccountFile, AccountFiles, FileState
from bot.settings.account import AccountSettings, Slot
from bot.settings.yaml_editing import edit_yaml
from bot.settings.yaml_reading import KeyPath, parse_yaml

SLOT: KeyPath = ("schedule", "slots")
"""Above the name of a slot, in the path of an alteration, wherever it stands in the file."""
_SLOT_FIELDS = {"morning", "afternoon", "evening", "slots"}


@dataclass(frozen=True)
class FileEdit:
    """One change of one file: text in, text out."""

    file: AccountFile
    edit: Callable[[str], str]

    @classmethod
    def of_data(cls, file: AccountFile, change: Callable[[Any], None]) -> FileEdit:
        """One that changes the data in place, as bot.settings.account_editing does; other lines stay as they are."""
        return cls(file, lambda text: edit_yaml(text, change, Path(file.filename)))


@dataclass(frozen=True)
class Alteration:
    """A value that becomes another one; None where there is none. A slot's value is the Slot."""

    path: KeyPath
    old: Any
    new: Any


@dataclass(frozen=True)
class Draft:
    """A file as it is and as it would be. Without alterations it means the same as before and need not be written."""

    before: FileState
    after: FileState
    alterations: tuple[Alteration, ...]

    @property
    def file(self) -> AccountFile:
        return self.before.file


def draft(files: AccountFiles, account_id: str, edits: Sequence[FileEdit]) -> list[Draft]:
    """What the edits would make of the account's files; at most one edit for each file. Nothing is written.

    Raises KeyError for an unknown account, SettingsError for a file that cannot be used, before or after, and whatever
    the edits raise.
    """
    return [_draft(files, account_id, edit) for edit in edits]


def save_drafts(files: AccountFiles, account_id: str, drafts: Sequence[Draft]) -> list[AccountFile]:
    """Write the drafts that change something; returns their files. Raises what AccountFiles.save raises."""
    changing = [each for each in drafts if each.alterations]
    for each in changing:
        files.save(account_id, each.file, each.after.text, each.before.mark)
    return [each.file for each in changing]


def _draft(files: AccountFiles, account_id: str, edit: FileEdit) -> Draft:
    before = files.read(account_id, edit.file)
    if before.problems:
        raise SettingsError(list(before.problems))
    after = files.check(account_id, edit.file, edit.edit(before.text))
    if after.problems:
        raise SettingsError(list(after.problems))
    old, new = _values(before), _values(after)
    paths = dict.fromkeys([*old, *new])
    found = (Alteration(path, old.get(path), new.get(path)) for path in paths)
    return Draft(before, after, tuple(each for each in found if not _are_same(each.old, each.new)))


def _are_same(old: Any, new: Any) -> bool:
    if isinstance(old, Slot) and isinstance(new, Slot):
        return old.model_dump() == new.model_dump()
    return bool(old == new)


def _values(state: FileState) -> Mapping[KeyPath, Any]:
    """Path -> value, as the file is understood: what it leaves out has its default."""
    if state.settings is not None:
        return dict(_values_of_settings(state.settings))
    if state.file is AccountFile.KEYWORDS:
        return {(group,): words for group, words in state.keywords.items() if words}
    data = parse_yaml(state.text, Path(state.file.filename)).data
    return {(key,): data[key] for key in KEYS_OF_FILE if data.get(key)}


def _values_of_settings(settings: AccountSettings) -> Iterator[tuple[KeyPath, Any]]:
    for slot in settings.schedule.all_slots:
        yield (*SLOT, slot.name), slot
    yield from _leaves(settings.model_dump(mode="json", exclude={"schedule": _SLOT_FIELDS}))


def _leaves(section: Mapping[str, Any], above: KeyPath = ()) -> Iterator[tuple[KeyPath, Any]]:
    for key, value in section.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, (*above, key))
        else:
            yield (*above, key), value
