"""From a YAML document to a checked model, with a line for every mistake."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from bot.errors import SettingsError, SettingsProblem
from bot.settings.yaml_reading import Document, KeyPath

Model = TypeVar("Model", bound=BaseModel)


def check(document: Document, model: type[Model]) -> Model:
    """The document as `model`. Raises SettingsError with every mistake found."""
    return check_part(document, model, (), document.data)


def check_part(document: Document, model: type[Model], path: KeyPath, data: object) -> Model:
    """The part of the document at `path`, as `model`. Raises SettingsError."""
    if data is None:
        data = {}
    if not isinstance(data, dict):
        raise SettingsError([document.problem(path, "must be a list of keys and values")])
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise SettingsError(_problems(document, path, error)) from error


def _problems(document: Document, path: KeyPath, error: ValidationError) -> list[SettingsProblem]:
    """One problem a place; a mistake in a union is reported by pydantic once per member."""
    found: dict[KeyPath, SettingsProblem] = {}
    for detail in error.errors():
        place = (*path, *_known_prefix(document, path, detail["loc"]))
        message = detail["msg"].removeprefix("Value error, ")
        found.setdefault(place, document.problem(place, message))
    return list(found.values())


def _known_prefix(document: Document, path: KeyPath, location: tuple[str | int, ...]) -> KeyPath:
    """`location` without pydantic's own parts (names of union members), but with a missing last key."""
    kept: KeyPath = ()
    for part in location:
        if (*path, *kept, part) in document.lines:
            kept = (*kept, part)
        elif part == location[-1] and isinstance(part, str) and part.isidentifier():
            return (*kept, part)
    return kept
