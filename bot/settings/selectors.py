"""What config/selectors.yaml may say: CSS that replaces selectors of bot/x/selectors.py until a new release has it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, NoReturn

from cssselect import HTMLTranslator, SelectorError
from cssselect.parser import Relation
from cssselect.xpath import ExpressionError, XPathExpr

from bot.errors import SettingsError, SettingsProblem
from bot.settings.home import Home, is_there
from bot.settings.yaml_reading import Document, KeyPath, read_yaml

MOST_WAYS = 10
"""So many CSS selectors one name may list."""
_NOT_USED = "is not used while it has mistakes; the built-in selectors are in force"


@dataclass(frozen=True)
class SelectorsFile:
    """The file as read. `replacements` is name -> CSS in the order to try; empty while there is any problem."""

    replacements: dict[str, tuple[str, ...]] = field(default_factory=dict)
    problems: tuple[SettingsProblem, ...] = ()


def load_selectors_file(home: Home, known: Collection[str]) -> SelectorsFile:
    """Read the file; `known` are the names that can be replaced. Missing, it replaces nothing. Never raises.

    One mistake leaves the whole file out of use, so that a page is never read half by old and half by new selectors.
    """
    file = home.selectors_yaml
    if not is_there(file):
        return SelectorsFile()
    try:
        return _read(read_yaml(file), known)
    except SettingsError as error:
        return _refused(SettingsProblem(file, 0, "", _NOT_USED), *error.problems)


def _refused(*problems: SettingsProblem) -> SelectorsFile:
    return SelectorsFile(problems=problems)


def _read(document: Document, known: Collection[str]) -> SelectorsFile:
    """Raises SettingsError with every mistake."""
    if not isinstance(document.data, dict):
        raise SettingsError([document.problem((), "must have the names of selectors as keys, each as “name: CSS”")])
    replacements: dict[str, tuple[str, ...]] = {}
    problems: list[SettingsProblem] = []
    for name, value in document.data.items():
        try:
            ways = _ways(document, str(name), value, known)
        except SettingsError as error:
            problems += error.problems
            continue
        if ways:
            replacements[str(name)] = ways
    if problems:
        raise SettingsError(problems)
    return SelectorsFile(replacements)


def _ways(document: Document, name: str, value: Any, known: Collection[str]) -> tuple[str, ...]:
    """The CSS of one name, in order; none for a key with nothing after it. Raises SettingsError."""
    if name not in known:
        raise SettingsError([document.problem((name,), f"is no selector of Aviary{_meant(name, known)}")])
    if value is None:
        return ()
    if not isinstance(value, list):
        return (_css(document, (name,), value),)
    if not 1 <= len(value) <= MOST_WAYS:
        raise SettingsError([document.problem((name,), f"must be CSS, or a list of 1 to {MOST_WAYS} of them")])
    return tuple(_css(document, (name, index), item) for index, item in enumerate(value))


def _meant(name: str, known: Collection[str]) -> str:
    close = get_close_matches(name, sorted(known), n=1)
    return f"; is {close[0]!r} meant?" if close else "; docs/settings.md says where their names are"


def _css(document: Document, path: KeyPath, value: Any) -> str:
    """Raises SettingsError for what no browser takes as CSS."""
    if not isinstance(value, str) or not value.strip():
        message = "must be CSS between quotes, such as '[data-testid=\"like\"]'"
        raise SettingsError([document.problem(path, message)])
    try:
        _BrowserCss().css_to_xpath(value)
    except (SelectorError, RecursionError) as error:
        raise SettingsError([document.problem(path, f"is no CSS that a browser takes: {error}")]) from error
    return value.strip()


class _BrowserCss(HTMLTranslator):
    """Refuses, beside wrong CSS, what this library takes and browsers do not."""

    _inside_has = False

    def xpath_contains_function(self, *_arguments: Any) -> NoReturn:
        """`:contains(…)`."""
        raise ExpressionError("The pseudo-class :contains() is unknown")

    def xpath_attrib_different(self, *_arguments: Any) -> NoReturn:
        """`[name!=value]`."""
        raise ExpressionError("The operator != is unknown; write :not([name=value])")

    def xpath_relation(self, relation: Relation) -> XPathExpr:
        """`:has(…)`; browsers take none inside another."""
        for _, argument in relation.arguments:
            if self._inside_has:
                raise ExpressionError("The pseudo-class :has() cannot stand inside another :has()")
            self._inside_has = True
            self.xpath(argument.parsed_tree)
            self._inside_has = False
        return super().xpath_relation(relation)
