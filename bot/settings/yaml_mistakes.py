"""What a person got wrong in a YAML file, in plain words. The parser says where it gave up and names its own parts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import yaml

_BEGINS = "put a text that begins with {sign} between quotes"
_INDENTED = (
    "is indented otherwise than the lines it belongs to: keys of one section, and dashes of one list, begin in the "
    "same column"
)
_NO_COLON = "has a key without its colon: write “key: value”, with a blank after the colon"
_NO_COLON_OR_QUOTES = (
    "has a key without its colon, or begins a text that holds one: write “key: value”, or put the whole text between "
    "quotes"
)
_TWO_COLONS = "has a second colon: put a text that holds a colon between quotes"
_GOES_ON = (
    "goes on after a closing quote or bracket: put the whole text between quotes, and look whether a quote further up "
    "is not closed"
)
_UNKNOWN = (
    "cannot be read: check indentation, colons and quotes in this line and in the one above (the reader says: {})"
)


@dataclass(frozen=True)
class Mistake:
    """One mistake: the line (from 1) to look at, and what to do there."""

    line: int
    words: str


@dataclass(frozen=True)
class _Stop:
    """Where and how the parser stopped."""

    lines: list[str]
    said: str
    at: yaml.Mark
    opened: yaml.Mark  # where the thing began that it could not finish

    @property
    def sign(self) -> str:
        return self.lines[self.at.line][self.at.column : self.at.column + 1] if self.at.line < len(self.lines) else ""

    @property
    def before(self) -> str:
        """What stands on the line before the place, less blanks and the dashes of list items."""
        line = self.lines[self.at.line] if self.at.line < len(self.lines) else ""
        return re.sub(r"^\s*(- +)*", "", line[: self.at.column])

    def here(self, words: str) -> Mistake:
        return Mistake(self.at.line + 1, words)

    def where_it_began(self, words: str) -> Mistake:
        return Mistake(self.opened.line + 1, words)


def explain(text: str, error: yaml.MarkedYAMLError) -> Mistake:
    """What is wrong with `text`, which could not be read."""
    said = " ".join(part for part in (error.context, error.problem) if part)
    at = error.problem_mark or error.context_mark
    if at is None:
        return Mistake(1, _UNKNOWN.format(said))
    stop = _Stop(text.splitlines(), said, at, error.context_mark or at)
    for pattern, look in _CAUSES:
        if re.search(pattern, said):
            return look(stop)
    return stop.here(_UNKNOWN.format(said))


def _here(words: str) -> Callable[[_Stop], Mistake]:
    return lambda stop: stop.here(words)


def _where_it_began(words: str) -> Callable[[_Stop], Mistake]:
    return lambda stop: stop.where_it_began(words)


def _bad_start(stop: _Stop) -> Mistake:
    return _tab(stop) if stop.sign == "\t" else stop.here(_BEGINS.format(sign=stop.sign))


def _tab(stop: _Stop) -> Mistake:
    return stop.here("holds a tab, which counts for nothing in YAML: use blanks, two for each level")


def _no_value(stop: _Stop) -> Mistake:
    return stop.here(f"has {stop.sign or 'nothing'} where a value must stand: {_BEGINS.format(sign='such a sign')}")


def _stray_colon(stop: _Stop) -> Mistake:
    """A colon that cannot stand where it does: in a text, after a line that lacks its own, or too far to the right."""
    if re.search(r":\s", stop.before):
        return stop.here(_TWO_COLONS)
    above = _line_above(stop)
    if above is not None and not re.search(r":(\s|$)", stop.lines[above]):
        in_list = stop.lines[above].lstrip().startswith("- ")
        return Mistake(above + 1, _NO_COLON_OR_QUOTES if in_list else _NO_COLON)
    return stop.here(_INDENTED)


def _line_above(stop: _Stop) -> int | None:
    """Index of the nearest line above that holds more than a comment."""
    above = range(stop.at.line - 1, -1, -1)
    return next((index for index in above if re.match(r"\s*[^\s#]", stop.lines[index])), None)


def _out_of_place(stop: _Stop) -> Mistake:
    """Something that belongs to nothing: at the beginning of a line it is indented wrongly."""
    return stop.here(_GOES_ON if stop.before else _INDENTED)


# What the two parsers say -> what it means. The first that matches counts.
_CAUSES: tuple[tuple[str, Callable[[_Stop], Mistake]], ...] = (
    (r"^is nested", lambda stop: stop.here(stop.said)),  # our own words
    (r"cannot start any token", _bad_start),
    (r"\btab character\b", _tab),
    (r"mapping values are not allowed", _stray_colon),
    (r"could not find expected ':'", _where_it_began(_NO_COLON)),
    (r"quoted scalar found unexpected", _where_it_began("opens a quote that is never closed")),
    (r"escape|hexdecimal", _here("has a backslash between double quotes: put this text between single quotes")),
    (
        r"parsing a flow sequence",
        _where_it_began("opens a list with [: put commas between its items and close it with ]"),
    ),
    (
        r"parsing a flow mapping",
        _where_it_began("opens a group with {: put commas between its entries and close it with }"),
    ),
    (r"undefined alias|scanning an alias", _where_it_began(_BEGINS.format(sign="*"))),
    (r"scanning an anchor", _where_it_began(_BEGINS.format(sign="&"))),
    (r"scanning a tag|parsing a tag", _where_it_began(_BEGINS.format(sign="!"))),
    (r"scanning a directive|incompatible YAML", _where_it_began(_BEGINS.format(sign="%"))),
    (r"mapping keys are not allowed", _here(_BEGINS.format(sign="?"))),
    (r"scanning a block scalar", _where_it_began(_BEGINS.format(sign="| or >") + ", or begin it on the next line")),
    (r"sequence entries are not allowed", _here("begins a list behind its key: put each dash on a line of its own")),
    (r"node content", _no_value),
    (r"another document", _here("divides the file in two: delete the line ---")),
    (r"<document start>.*<stream end>", lambda stop: stop.here(_UNKNOWN.format(stop.said))),
    (r"expected <block end>|expected key|expected '-'|<document start>", _out_of_place),
)
