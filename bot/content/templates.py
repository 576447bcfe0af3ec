"""Templates of an account: what templates.yaml holds, in every form existing users have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

_BRACES = re.compile(r"\{([^{}]*)\}")


class ContentError(ValueError):
    """templates.yaml holds something that cannot be posted. `path` leads to it, key by key."""

    def __init__(self, path: tuple[str | int, ...], what: str) -> None:
        super().__init__(f"{'.'.join(str(part) for part in path)}: {what}")
        self.path = path
        self.what = what


@dataclass(frozen=True)
class Template:
    """One template. `media` are paths relative to the account's root."""

    kind: str  # promo, value
    text: str
    media: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rendered:
    """A post made of a template."""

    template: Template
    text: str
    worded_by: str = ""  # "model" when a language model did


@dataclass(frozen=True)
class Content:
    """All of templates.yaml that posting needs."""

    templates: tuple[Template, ...] = ()
    lists: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

    def of_kind(self, kind: str) -> tuple[Template, ...]:
        return tuple(template for template in self.templates if template.kind == kind)


# variable -> (list it is drawn from, key in its entries; "" when the entries are texts)
_DRAWN = {
    "tip": ("tips", ""),
    "location": ("locations", ""),
    "review": ("reviews", ""),
    "fact": ("facts", ""),
    "tutorial_title": ("tutorials", "title"),
    "tutorial_content": ("tutorials", "content"),
    "question": ("faqs", "question"),
    "answer": ("faqs", "answer"),
}
_DEPTH = 3
"""So often variables are filled that came in with a drawn text; one that names itself never ends."""
_FIXED = ("wa_number", "wa_link", "number")
_LISTS = ("tips", "locations", "reviews", "tutorials", "faqs", "facts")
_KINDS = {"promo_templates": "promo", "value_templates": "value"}
KEY_OF_KIND = {kind: key for key, kind in _KINDS.items()}
KEYS_OF_FILE = (*_KINDS, *_LISTS)
KEYS_OF_ENTRIES = {
    **dict.fromkeys(_KINDS, ("text", "media")),
    "tutorials": ("title", "content"),
    "faqs": ("question", "answer"),
}
"""List -> the keys of its entries, where they are no plain texts."""


def read_content(data: Mapping[str, Any]) -> Content:
    """Take in the data of templates.yaml. Raises ContentError."""
    templates = [
        _read_template(kind, key, index, entry)
        for key, kind in _KINDS.items()
        for index, entry in enumerate(_list(data, key))
        if entry is not None
    ]
    return Content(tuple(templates), {name: _read_list(data, name) for name in _LISTS})


def _list(data: Mapping[str, Any], key: str) -> list[Any]:
    value = data.get(key) or []
    if not isinstance(value, list):
        raise ContentError((key,), "must be a list")
    return value


def _read_list(data: Mapping[str, Any], name: str) -> tuple[Any, ...]:
    """A list that variables are drawn from: of texts, or of entries with keys. Empty entries are left out."""
    keys = _keys_of(name)
    read = _read_text if keys == {""} else _read_keyed
    return tuple(read(name, index, entry, keys) for index, entry in enumerate(_list(data, name)) if entry is not None)


def _keys_of(name: str) -> set[str]:
    return {key for source, key in _DRAWN.values() if source == name}


def _read_text(name: str, index: int, entry: Any, _keys: set[str]) -> str:
    if isinstance(entry, bool) or not isinstance(entry, str | int | float):
        raise ContentError((name, index), "must be a text; put it between quotes if it holds a colon or braces")
    return str(entry)


def _read_keyed(name: str, index: int, entry: Any, keys: set[str]) -> dict[str, str]:
    if not isinstance(entry, dict):
        raise ContentError((name, index), f"must have the keys {' and '.join(sorted(keys))}")
    found = {key: entry[key] for key in sorted(keys) if entry.get(key) is not None}
    for key, value in found.items():
        if isinstance(value, dict | list):
            raise ContentError((name, index, key), "must be a text")
    return {key: str(value) for key, value in found.items()}


def _read_template(kind: str, key: str, index: int, entry: Any) -> Template:
    """A plain text, or {text, media}; media is null, one path, or a list of paths."""
    if isinstance(entry, str):
        return Template(kind, entry)
    if not isinstance(entry, dict) or not isinstance(entry.get("text"), str):
        raise ContentError((key, index), "must be a text between quotes, or have the keys text and media")
    media = entry.get("media") or []
    paths = [media] if isinstance(media, str) else media
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        raise ContentError((key, index, "media"), "must be a path, a list of paths, or null")
    return Template(kind, entry["text"], tuple(paths))


def render(template: Template, content: Content, fixed: Mapping[str, str], random: Random) -> Rendered | None:
    """Fill the known variables, also those inside what was drawn; a brace that names none stays as text.

    `fixed` gives wa_number, wa_link and number. Variables of one list entry (question and answer) come from the
    same entry. None when a variable has no value: better no post than one with a hole.
    """
    values = {name: value for name, value in fixed.items() if value}
    drawn: set[str] = set()
    text = template.text
    for _ in range(_DEPTH):
        wanted = _known(text) - values.keys()
        for list_name in sorted({_DRAWN[name][0] for name in wanted & _DRAWN.keys()} - drawn):
            values.update(_draw(list_name, wanted, content, random))
            drawn.add(list_name)
        if not _known(text) <= values.keys():
            return None
        text = _BRACES.sub(lambda match: values.get(match.group(1), match.group(0)), text)
        if not _known(text):
            return Rendered(template, text.strip())
    return None


def _known(text: str) -> set[str]:
    """The variables that `text` names."""
    return {name for name in _BRACES.findall(text) if name in _DRAWN or name in _FIXED}


def _draw(list_name: str, wanted: set[str], content: Content, random: Random) -> dict[str, str]:
    """One entry of a list that has all that is wanted of it, under every variable; nothing when there is none."""
    names = {name: key for name, (source, key) in _DRAWN.items() if source == list_name}
    entries = [
        {name: entry.get(key, "") if key else entry for name, key in names.items()}
        for entry in content.lists.get(list_name, ())
    ]
    usable = [values for values in entries if all(values[name].strip() for name in wanted & values.keys())]
    if not usable:
        return {}
    return {name: value for name, value in random.choice(usable).items() if value.strip()}
