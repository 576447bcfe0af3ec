"""Changes of one account's settings and keywords, made on the data of its file as `edit_yaml` hands it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from bot.settings.yaml_editing import as_yaml
from bot.settings.yaml_reading import KeyPath

THREE_SLOTS = ("morning", "afternoon", "evening")
"""Those with a key of their own below `schedule`; all others stand in its list `slots`."""


def set_values(data: Any, values: Mapping[KeyPath, Any]) -> None:
    """Write each value at its path; the sections on the way are made where they are missing."""
    for path, value in values.items():
        *above, last = path
        section = data
        for key in above:
            section = _section(section, key)
        if not _has(section, last) or section[last] != value:
            section[last] = as_yaml(value)


def slot_path(data: Any, name: str) -> KeyPath:
    """Where the slot of that name stands. Raises KeyError."""
    schedule = data.get("schedule") if isinstance(data, dict) else None
    if not isinstance(schedule, dict):
        raise KeyError(name)
    if name in THREE_SLOTS and isinstance(schedule.get(name), dict):
        return ("schedule", name)
    slots = schedule.get("slots")
    for index, slot in enumerate(slots if isinstance(slots, list) else ()):
        if isinstance(slot, dict) and str(slot.get("name", "slot")) == name:
            return ("schedule", "slots", index)
    raise KeyError(name)


def change_slot(data: Any, name: str, values: Mapping[KeyPath, Any]) -> None:
    """Write values of one slot; their paths begin at the slot. Raises KeyError for an unknown slot."""
    path = slot_path(data, name)
    set_values(data, {(*path, *below): value for below, value in values.items()})


def add_slot(data: Any, name: str, values: Mapping[KeyPath, Any]) -> None:
    """Enter a new slot: one of the three under its own key, others at the end of the list.

    Raises ValueError when there is one of this name.
    """
    if _has_slot(data, name):
        raise ValueError(f"there is a slot {name!r} already")
    schedule = _section(data, "schedule")
    slot: Any = as_yaml({} if name in THREE_SLOTS else {"name": name})
    set_values(slot, values)
    if name in THREE_SLOTS:
        schedule[name] = slot
        return
    if not schedule.get("slots"):  # also an empty list, which may be written [] and would stay on one line
        schedule["slots"] = as_yaml([])
    schedule["slots"].append(slot)


def _has_slot(data: Any, name: str) -> bool:
    try:
        slot_path(data, name)
    except KeyError:
        return False
    return True


def delete_slot(data: Any, name: str) -> None:
    """Take a slot out. Raises KeyError."""
    *above, last = slot_path(data, name)
    section = data
    for key in above:
        section = section[key]
    del section[last]


def set_keywords(data: Any, groups: Mapping[str, Sequence[str]]) -> None:
    """Write the words of these groups; words that stay keep their place, their quotes and their comments."""
    for group, words in groups.items():
        present = data.get(group)
        if isinstance(present, list) and present:
            change_list(present, list(words))
        elif words or group not in data:
            data[group] = as_yaml(list(words))


def delete_keywords(data: Any, group: str) -> None:
    """Take a group out. Raises KeyError."""
    del data[group]


def change_list(present: list[Any], words: list[str]) -> None:
    """Make the entries of a list these texts; those that stay keep their quotes and their comments."""
    before = [_word(entry) for entry in present]
    for tag, start, end, first, last in reversed(SequenceMatcher(None, before, words, autojunk=False).get_opcodes()):
        if tag == "equal":
            continue
        shared = min(end - start, last - first)
        for index in range(shared):
            present[start + index] = as_yaml(words[first + index])
        for index in range(end - 1, start + shared - 1, -1):
            del present[index]
        for index in range(shared, last - first):
            present.insert(start + index, as_yaml(words[first + index]))


def _word(entry: Any) -> str:
    return "" if entry is None else str(entry).strip()


def _section(data: Any, key: str | int) -> Any:
    """What stands below `key`; a new section where there is none, or no more than a word."""
    if not _has(data, key) or not isinstance(data[key], dict | list):
        data[key] = as_yaml({})
    return data[key]


def _has(data: Any, key: str | int) -> bool:
    return key in data if isinstance(data, dict) else isinstance(key, int) and key < len(data)
