"""Changes of templates.yaml, made on its data as `edit_yaml` hands it out. A template is named by its key and place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import LiteralScalarString

from bot.settings.account_editing import change_list
from bot.settings.yaml_editing import as_yaml

OWN_LISTS = "lists"
Values = Mapping[str, Any]
"""Key of a template -> its value; None takes the key out."""
_BLOCK = re.compile(r"\S.*\n.*\S", re.DOTALL)
_NOT_IN_BLOCK = re.compile(r"[^\S\n]\n|[^\S\n ]|[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]|^ ")


def add_template(data: Any, key: str, values: Values, place: int | None = None) -> int:
    """Enter a template, at the end or at `place`; returns where it is."""
    if not isinstance(data.get(key), list) or not data[key]:
        data[key] = as_yaml([])  # also instead of an empty list written [], which would stay on one line
    entries = data[key]
    at = len(entries) if place is None else min(place, len(entries))
    entries.insert(at, _written(values))
    return at


def change_template(data: Any, key: str, place: int, values: Values) -> None:
    """Write these keys of a template and leave its others. Raises KeyError for one that is not there."""
    entries = _entries(data, key, place)
    present = entries[place]
    if not isinstance(present, dict):
        entries[place] = _written({"text": present, **values})
        return
    for name, value in values.items():
        if value is None:
            present.pop(name, None)
        elif name not in present or present[name] != value:
            present[name] = _value(value)


def delete_template(data: Any, key: str, place: int) -> None:
    """Take a template out. Raises KeyError."""
    entries = _entries(data, key, place)
    del entries[place]


def duplicate_template(data: Any, key: str, place: int) -> int:
    """Put a copy behind it, switched off and without its name; returns where that is. Raises KeyError."""
    entry = _entries(data, key, place)[place]
    values = dict(entry) if isinstance(entry, dict) else {"text": entry}
    values.pop("name", None)
    return add_template(data, key, {**_plain(values), "enabled": False}, place + 1)


def move_template(data: Any, key: str, place: int, to: int) -> None:
    """Bring a template to another place of its list, step by step: its comment goes along. Raises KeyError."""
    entries = _entries(data, key, place)
    to = max(0, min(to, len(entries) - 1))
    step = 1 if to > place else -1
    for at in range(place, to, step):
        _swap(entries, at, at + step)


def set_list(data: Any, name: str, entries: Sequence[Any]) -> None:
    """Write the entries of a list that variables are drawn from: texts, or of tutorials and faqs mappings."""
    present = data.get(name)
    if isinstance(present, list) and present and all(not isinstance(each, dict) for each in [*present, *entries]):
        change_list(present, [str(entry) for entry in entries])
    elif isinstance(present, list) and present:
        _change_keyed(present, entries)
    elif entries:
        data[name] = as_yaml([_value(entry) for entry in entries])


def _change_keyed(present: list[Any], entries: Sequence[Any]) -> None:
    """Entries with keys, one by one in their order; keys that are not given stay."""
    for index, entry in enumerate(entries[: len(present)]):
        if isinstance(present[index], dict) and isinstance(entry, dict):
            present[index].update({key: _value(each) for key, each in entry.items() if present[index].get(key) != each})
        else:
            present[index] = _value(entry)
    for index in range(len(present) - 1, len(entries) - 1, -1):
        del present[index]
    present.extend(_value(entry) for entry in entries[len(present) :])


def set_own_list(data: Any, name: str, texts: Sequence[str] | None) -> None:
    """Write a list that the operator named; None takes it out."""
    own = data.get(OWN_LISTS)
    if texts is None:
        if isinstance(own, dict):
            own.pop(name, None)
        return
    if not isinstance(own, dict):
        own = data[OWN_LISTS] = as_yaml({})
    set_list(own, name, texts)


def _entries(data: Any, key: str, place: int) -> Any:
    entries = data.get(key) if isinstance(data, dict) else None
    if not isinstance(entries, list) or not 0 <= place < len(entries) or entries[place] is None:
        raise KeyError((key, place))
    return entries


def _written(values: Values) -> Any:
    """A plain text where there is nothing but one, else a mapping."""
    given = {name: value for name, value in values.items() if value is not None}
    if set(given) == {"text"} and isinstance(given["text"], str):
        return _value(given["text"])
    return CommentedMap((name, _value(value)) for name, value in given.items())


def _value(value: Any) -> Any:
    """As it is put into the file: a text of several lines as a block, when that reads back as it was."""
    if isinstance(value, str) and _BLOCK.fullmatch(value) and not _NOT_IN_BLOCK.search(value):
        return LiteralScalarString(value)
    if isinstance(value, dict):
        return CommentedMap((key, _value(each)) for key, each in value.items())
    if isinstance(value, list):
        return CommentedSeq(_value(each) for each in value)
    return as_yaml(value)


def _plain(value: Any) -> Any:
    """Without what ruamel.yaml keeps beside the data."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, str) else value


def _swap(entries: Any, one: int, other: int) -> None:
    comments = entries.ca.items
    mine, theirs = comments.pop(one, None), comments.pop(other, None)
    entries[one], entries[other] = entries[other], entries[one]
    if mine is not None:
        comments[other] = mine
    if theirs is not None:
        comments[one] = theirs
