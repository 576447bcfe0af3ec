"""Form fields that stand for keys of a settings file: what they show, and what of it a person changed.

A form holds texts alone; the schema of the file says whether a text is what its key takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import Any

from pydantic import BaseModel
from werkzeug.datastructures import MultiDict

from bot.errors import SettingsProblem
from bot.settings.yaml_reading import KeyPath

YES, NO = "yes", "no"
Values = Mapping[str, str]
"""Name of an input -> its text."""


class Kind(StrEnum):
    """How a field is filled in."""

    TEXT = "text"
    NUMBER = "number"
    RANGE = "range"  # two numbers
    CHOICE = "choice"
    TICK = "tick"
    TIME = "time"
    TICKS = "ticks"  # any of its choices
    LINES = "lines"  # a list, an entry a line
    LONG = "long"  # a text of several lines


@dataclass(frozen=True)
class Field:
    """One key. `rule` is what X says to it."""

    path: KeyPath
    label: str
    kind: Kind = Kind.TEXT
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    rule: str = ""
    suggestions: str = ""  # id of a list on the page
    most: int | None = None
    unit: str = ""

    @property
    def key(self) -> str:
        """As messages name it, and the name of its input."""
        return ".".join(str(part) for part in self.path)

    @property
    def inputs(self) -> tuple[str, ...]:
        return (f"{self.key}.from", f"{self.key}.to") if self.kind is Kind.RANGE else (self.key,)


def shown(fields: Iterable[Field], model: BaseModel) -> dict[str, str]:
    """What the fields show of these settings."""
    values: dict[str, str] = {}
    for field in fields:
        found: Any = model
        for part in field.path:
            found = getattr(found, str(part))
        if field.kind is Kind.LINES:
            texts = ["\n".join(found)]
        else:
            texts = [_text(each) for each in found] if field.kind is Kind.RANGE else [_text(found)]
        values |= dict(zip(field.inputs, texts, strict=True))
    return values


def sent(fields: Iterable[Field], form: MultiDict[str, str], base: Values) -> dict[str, str]:
    """What a form says; what it does not have is as in `base`. Of a tick, the last value counts: it hides a no."""
    values = dict(base)
    for field in fields:
        for name in field.inputs:
            texts = ["\n".join(text.strip().splitlines()) for text in form.getlist(name)]
            if texts and field.kind is Kind.TICKS:
                values[name] = ",".join(value for value, _ in field.choices if value in texts)
            elif texts:
                values[name] = texts[-1]
    return values


def changes(fields: Iterable[Field], values: Values, base: Values) -> dict[KeyPath, Any]:
    """Path -> value to write, for what is other than in `base`."""
    return {field.path: written(field, values) for field in fields if is_changed(field, values, base)}


def is_changed(field: Field, values: Values, base: Values) -> bool:
    return any(values[name] != base.get(name) for name in field.inputs)


def written(field: Field, values: Values) -> Any:
    """The value as it is put into the file."""
    texts = [values[name] for name in field.inputs]
    if field.kind is Kind.RANGE:
        return tuple(number(text) for text in texts)
    if field.kind is Kind.TICKS:
        return tuple(text for text in texts[0].split(",") if text)
    if field.kind is Kind.LINES:
        return tuple(line.strip() for line in texts[0].splitlines() if line.strip())
    if field.kind is Kind.TICK:
        return texts[0] == YES
    return number(texts[0]) if field.kind is Kind.NUMBER else texts[0]


def number(text: str) -> int | float | str:
    """The number a text is; the text itself when it is none, so that the schema can say so."""
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return text


def merged(fields: Iterable[Field], values: Values, base: Values, now: Values) -> dict[str, str]:
    """What the person changed, and for the rest what somebody else made of it meanwhile."""
    mine = {name for field in fields if is_changed(field, values, base) for name in field.inputs}
    return {name: values[name] if name in mine else now.get(name, values[name]) for name in values}


def errors(fields: Sequence[Field], problems: Iterable[SettingsProblem], above: KeyPath = ()) -> dict[str, str]:
    """Key of a field -> what is wrong with it. `above` is where the fields' paths begin in the file."""
    begin = "".join(f"{part}." for part in above)
    of_key = {problem.key: problem.message for problem in problems}
    return {field.key: of_key[begin + field.key] for field in fields if begin + field.key in of_key}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    if isinstance(value, time):
        return f"{value:%H:%M:%S}" if value.second else f"{value:%H:%M}"
    return ",".join(value) if isinstance(value, tuple) else str(value)
