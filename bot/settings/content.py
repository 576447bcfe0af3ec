"""Reading templates.yaml and keywords.yaml of one account, with file, line and key for each mistake."""

from __future__ import annotations

from typing import Any

from bot.errors import SettingsError
from bot.settings.home import AccountFolder, is_there
from bot.settings.yaml_reading import Document, KeyPath, read_yaml


def load_templates(folder: AccountFolder) -> dict[str, Any]:
    """The data of templates.yaml, whose forms bot.content.templates knows. Raises SettingsError."""
    data: dict[str, Any] = read_templates(folder).data
    return data


def read_templates(folder: AccountFolder) -> Document:
    """templates.yaml with its lines; its data has keys. Raises SettingsError."""
    document = read_yaml(folder.templates_yaml)
    templates_of(document)
    return document


def templates_of(document: Document) -> dict[str, Any]:
    """The data of a templates.yaml. Raises SettingsError when it has no keys."""
    if not isinstance(document.data, dict):
        raise SettingsError([document.problem((), "must have keys such as promo_templates")])
    return document.data


def load_keywords(folder: AccountFolder) -> dict[str, tuple[str, ...]]:
    """Group -> keywords of keywords.yaml; empty when there is no such file. Raises SettingsError."""
    if not is_there(folder.keywords_yaml):
        return {}
    return keywords_of(read_yaml(folder.keywords_yaml))


def keywords_of(document: Document) -> dict[str, tuple[str, ...]]:
    """Group -> keywords of a keywords.yaml. Raises SettingsError."""
    if not isinstance(document.data, dict):
        raise SettingsError([document.problem((), "must have keys such as high_intent")])
    return {str(group): _texts(document, (group,), words) for group, words in document.data.items()}


def _texts(document: Document, path: KeyPath, words: Any) -> tuple[str, ...]:
    if not isinstance(words, list | None):
        raise SettingsError([document.problem(path, "must be a list of keywords")])
    for index, word in enumerate(words or ()):
        if isinstance(word, list | dict):
            raise SettingsError([document.problem((*path, index), "must be a text; put it between quotes")])
    return tuple(str(word).strip() for word in words or () if word is not None and str(word).strip())
