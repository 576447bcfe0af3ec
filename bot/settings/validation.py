"""From a YAML document to a checked model, with a line for every mistake."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from bot.errors import SettingsError, SettingsProblem
from bot.settings.hints import nearest
from bot.settings.yaml_reading import Document, KeyPath

Model = TypeVar("Model", bound=BaseModel)
_SECTION = "must have keys of its own below it, each as “key: value”"
# pydantic's error type -> plain words; other messages of pydantic are plain enough.
_WORDS = {
    "missing": "is missing",
    "model_type": _SECTION,
    "dict_type": _SECTION,
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "string_type": "must be a text",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "string_pattern_mismatch": "may have letters, digits, _ and - only, and not too many of them",
}
_WITHOUT_VALUE = frozenset({"missing", "model_type", "dict_type"})
_LONGEST_SHOWN = 40


def check(document: Document, model: type[Model]) -> Model:
    """The document as `model`. Raises SettingsError with every mistake found."""
    return check_part(document, model, (), document.data)


def check_part(document: Document, model: type[Model], path: KeyPath, data: object) -> Model:
    """The part of the document at `path`, as `model`. Raises SettingsError."""
    if data is None:
        data = {}
    if not isinstance(data, dict):
        raise SettingsError([document.problem(path, _SECTION)])
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise SettingsError(_problems(document, path, error)) from error


def _problems(document: Document, path: KeyPath, error: ValidationError) -> list[SettingsProblem]:
    """One problem a place; a mistake in a union is reported by pydantic once per member."""
    found: dict[KeyPath, SettingsProblem] = {}
    for detail in error.errors():
        place = (*path, *_known_prefix(document, path, detail["loc"]))
        found.setdefault(place, document.problem(place, _message(detail)))
    return list(found.values())


def _message(detail: Mapping[str, Any]) -> str:
    words = _WORDS.get(detail["type"])
    if words is None:
        return str(detail["msg"]).removeprefix("Value error, ")
    if detail["type"] in _WITHOUT_VALUE:
        return words + _written_otherwise(detail)
    shown = repr(detail["input"])
    return f"{words}, not {shown if len(shown) <= _LONGEST_SHOWN else shown[:_LONGEST_SHOWN] + '…'}"


def _written_otherwise(detail: Mapping[str, Any]) -> str:
    """The key that was probably meant to be the missing one; "" when none looks like it."""
    if detail["type"] != "missing" or not isinstance(detail["input"], dict):
        return ""
    wanted = frozenset({str(detail["loc"][-1])})
    slip = next((str(key) for key in detail["input"] if nearest(str(key), wanted)), "")
    return f"; the key {slip} is not known, did you mean it?" if slip else ""


def _known_prefix(document: Document, path: KeyPath, location: tuple[str | int, ...]) -> KeyPath:
    """`location` without pydantic's own parts (names of union members), but with a missing last key."""
    kept: KeyPath = ()
    for part in location:
        if (*path, *kept, part) in document.lines:
            kept = (*kept, part)
        elif part == location[-1] and isinstance(part, str) and part.isidentifier():
            return (*kept, part)
    return kept
