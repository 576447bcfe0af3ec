"""Keys that look like a slip of the pen. Unknown keys stay allowed and kept; a person should hear of such ones."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Any, get_args

from pydantic import BaseModel

from bot.errors import SettingsProblem
from bot.settings.yaml_reading import Document, KeyPath

_CLOSE_ENOUGH = 0.75
"""difflib's ratio; 1 is the same word. "tiem" is as close as this to "time"."""


def hints_of(document: Document, model: type[BaseModel], path: KeyPath = ()) -> tuple[SettingsProblem, ...]:
    """The keys at and below `path` that are nearly ones of `model`, and so have no effect.

    A key whose likely meaning stands beside it is left alone: then it is the user's own.
    """
    return tuple(_walk(document, model, path, _at(document.data, path)))


def hints_of_keys(
    document: Document, data: Any, known: Collection[str], path: KeyPath = ()
) -> tuple[SettingsProblem, ...]:
    """The same for one level, with the keys that are known there."""
    if not isinstance(data, dict):
        return ()
    meant = {key: nearest(str(key), frozenset(known)) for key in data if key not in known}
    return tuple(
        document.problem((*path, str(key)), f"is not known; did you mean {word}? It is not applied.")
        for key, word in meant.items()
        if word and word not in data
    )


@lru_cache(maxsize=4096)  # a thousand accounts have the same few extra keys
def nearest(word: str, known: frozenset[str]) -> str:
    """The known word that `word` was most likely meant to be; "" when none is near."""
    plain = word.casefold().replace("-", "_").replace(" ", "_")
    found = difflib.get_close_matches(plain, sorted(known), n=1, cutoff=_CLOSE_ENOUGH)
    return found[0] if found else ""


def _walk(document: Document, model: type[BaseModel], path: KeyPath, data: Any) -> Iterator[SettingsProblem]:
    if isinstance(data, list):
        for index, item in enumerate(data):
            yield from _walk(document, model, (*path, index), item)
    elif isinstance(data, dict):
        yield from hints_of_keys(document, data, model.model_fields.keys(), path)
        for name, below in _sections(model):
            yield from _walk(document, below, (*path, name), data.get(name))


@lru_cache(maxsize=256)
def _sections(model: type[BaseModel]) -> tuple[tuple[str, type[BaseModel]], ...]:
    """The keys of `model` that have keys of their own below them."""
    found = ((name, _model_in(field.annotation)) for name, field in model.model_fields.items())
    return tuple((name, below) for name, below in found if below is not None)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model of a field: itself, or inside `Model | None` and `tuple[Model, ...]`; None for plain values."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for each in get_args(annotation) if (found := _model_in(each))), None)


def _at(data: Any, path: KeyPath) -> Any:
    """What stands at `path` of data read from YAML; None when nothing does."""
    for part in path:
        if isinstance(data, dict):
            data = data.get(part)
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            return None
    return data
