"""Templates of an account: what templates.yaml holds, in every form existing users have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

_BRACES = re.compile(r"\{([^{}]*)\}")


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
_LISTS = ("tips", "locations", "reviews", "tutorials", "faqs", "facts")
_KINDS = {"promo_templates": "promo", "value_templates": "value"}


def read_content(data: Mapping[str, Any]) -> Content:
    """Take in the data of templates.yaml. Raises ValueError("key.index: what is wrong")."""
    templates = [
        _read_template(kind, key, index, entry)
        for key, kind in _KINDS.items()
        for index, entry in enumerate(_list(data, key))
    ]
    return Content(tuple(templates), {name: tuple(_list(data, name)) for name in _LISTS})


def _list(data: Mapping[str, Any], key: str) -> list[Any]:
    value = data.get(key) or []
    if not isinstance(value, list):
        raise ValueError(f"{key}: must be a list")
    return value


def _read_template(kind: str, key: str, index: int, entry: Any) -> Template:
    """A plain text, or {text, media}; media is null, one path, or a list of paths."""
    if isinstance(entry, str):
        return Template(kind, entry)
    if not isinstance(entry, dict) or not isinstance(entry.get("text"), str):
        raise ValueError(f"{key}.{index}: must be a text, or have the keys text and media")
    media = entry.get("media") or []
    paths = [media] if isinstance(media, str) else media
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        raise ValueError(f"{key}.{index}.media: must be a path, a list of paths, or null")
    return Template(kind, entry["text"], tuple(paths))


def render(template: Template, content: Content, fixed: Mapping[str, str], random: Random) -> Rendered | None:
    """Fill the known variables; a brace that names none stays as text.

    `fixed` gives wa_number, wa_link and number. Variables of one list entry (question and answer) come from the
    same entry. None when a list that the template needs is empty: better no post than one with a hole.
    """
    values = dict(fixed)
    for name in set(_BRACES.findall(template.text)) & _DRAWN.keys():
        list_name, _ = _DRAWN[name]
        if not content.lists.get(list_name):
            return None
    for list_name in sorted({_DRAWN[name][0] for name in _BRACES.findall(template.text) if name in _DRAWN}):
        values.update(_draw(list_name, content, random))
    text = _BRACES.sub(lambda match: values.get(match.group(1), match.group(0)), template.text)
    return Rendered(template, text.strip())


def _draw(list_name: str, content: Content, random: Random) -> dict[str, str]:
    """One entry of a list, under every variable that is drawn from it."""
    entry = random.choice(content.lists[list_name])
    values: dict[str, str] = {}
    for name, (source, key) in _DRAWN.items():
        if source == list_name:
            values[name] = str(entry.get(key, "") if key and isinstance(entry, dict) else entry)
    return values
