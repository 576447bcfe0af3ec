"""The lists that variables are drawn from, as a form has them: an entry a line, those with keys as rows of fields."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from bot.content.templates import DRAWN, KEYS_OF_ENTRIES, LISTS, Content
from bot.settings.template_editing import set_list, set_own_list

KEYED = {name: KEYS_OF_ENTRIES[name] for name in LISTS if name in KEYS_OF_ENTRIES}
PLAIN = tuple(name for name in LISTS if name not in KEYED)
VARIABLES = {name: tuple(each for each, (of, _) in DRAWN.items() if of == name) for name in LISTS}
"""List -> the variables that are drawn from it."""
_SIGNS = {"\\\\": "\\", "\\n": "\n"}

Row = tuple[str, ...]


@dataclass(frozen=True)
class ListsForm:
    """What a person wrote: lists of texts, rows of the keyed lists, and the operator's own lists."""

    plain: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    keyed: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    own: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    deleted: frozenset[str] = frozenset()  # of the own
    new: str = ""
    new_texts: tuple[str, ...] = ()

    @classmethod
    def showing(cls, content: Content) -> ListsForm:
        plain = {name: tuple(content.lists.get(name, ())) for name in PLAIN}
        own = {name: tuple(texts) for name, texts in content.lists.items() if name not in LISTS}
        return cls(plain, {name: _rows(content, name) for name in KEYED}, own)

    @classmethod
    def of(cls, form: MultiDict[str, str]) -> ListsForm:
        """Read it from list.NAME, NAME.KEY (as many of each key), own and own_texts, delete, new and new_texts."""
        plain = {name: texts_of(form[f"list.{name}"]) for name in PLAIN if f"list.{name}" in form}
        keyed = {name: _sent_rows(form, name) for name in KEYED if f"{name}.{KEYED[name][0]}" in form}
        named = zip(form.getlist("own"), form.getlist("own_texts"), strict=False)
        own = {name: texts_of(text) for name, text in named}
        new, new_texts = form.get("new", "").strip(), texts_of(form.get("new_texts", ""))
        return cls(plain, keyed, own, frozenset(form.getlist("delete")), new, new_texts)

    def write(self, data: Any, base: ListsForm) -> None:
        """Change the data of templates.yaml where this is other than `base`."""
        for name, texts in self.plain.items():
            if texts != base.plain.get(name):
                set_list(data, name, texts)
        for name, rows in self.keyed.items():
            if rows != base.keyed.get(name):
                set_list(data, name, [_entry(name, row) for row in rows])
        for name, texts in self.own.items():
            if name in base.own and (name in self.deleted or texts != base.own[name]):
                set_own_list(data, name, None if name in self.deleted else texts)
        if self.new:
            set_own_list(data, self.new, self.new_texts)

    def merged(self, base: ListsForm, now: ListsForm) -> ListsForm:
        """With the file as it is now for lists that this person left alone."""
        return ListsForm(
            {**now.plain, **_mine(self.plain, base.plain)},
            {**now.keyed, **_mine(self.keyed, base.keyed)},
            {**now.own, **_mine(self.own, base.own)},
            self.deleted & now.own.keys(),
            self.new,
            self.new_texts,
        )


def texts_of(text: str) -> tuple[str, ...]:
    """An entry a line; \\n is a new line inside of one, and \\\\ a backslash."""
    lines = (line.strip() for line in text.splitlines())
    return tuple(re.sub(r"\\\\|\\n", lambda sign: _SIGNS[sign.group()], line) for line in lines if line)


def as_lines(texts: Sequence[str]) -> str:
    """What `texts_of` reads back."""
    return "\n".join(text.replace("\\", "\\\\").replace("\n", "\\n") for text in texts)


def _rows(content: Content, name: str) -> tuple[Row, ...]:
    entries = content.lists.get(name, ())
    return tuple(tuple(entry.get(key, "") for key in KEYED[name]) for entry in entries)


def _sent_rows(form: MultiDict[str, str], name: str) -> tuple[Row, ...]:
    columns = [form.getlist(f"{name}.{key}") for key in KEYED[name]]
    rows = (tuple(cell.replace("\r\n", "\n").strip() for cell in row) for row in zip(*columns, strict=False))
    return tuple(row for row in rows if any(row))


def _entry(name: str, row: Row) -> dict[str, str]:
    return {key: cell for key, cell in zip(KEYED[name], row, strict=True) if cell}


def _mine(values: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value != base.get(name)}
