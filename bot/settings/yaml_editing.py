"""Changing a YAML file of the operator so that comments, order and everything not touched stay as they are.

Text in, text out. ruamel.yaml keeps state from one file to the next, so each call has an instance of its own.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.representer import RoundTripRepresenter
from ruamel.yaml.scalarstring import SingleQuotedScalarString
from yaml import YAMLError as PlainYAMLError
from yaml import safe_load

from bot.errors import SettingsError, SettingsProblem
from bot.settings.line_keeping import keep_lines
from bot.settings.yaml_reading import parse_yaml

_LINE = re.compile(r"^(?P<indent> *)(?P<dash>- +)?(?P<rest>[^\s#][^\n]*)$", re.MULTILINE)
_NULL = re.compile(r": +null *$", re.MULTILINE)
_OPENS = re.compile(r":\s*(?:#.*)?$")


def edit_yaml(text: str, change: Callable[[CommentedMap], None], file: Path) -> str:
    """`text` after `change` has changed its top mapping in place; an empty text becomes one with a mapping.

    `file` names it in messages. Raises SettingsError for a text that cannot be read, before or after, and whatever
    `change` raises.
    """
    parse_yaml(text, file)  # its messages are plainer, and it refuses what must not be unfolded
    yaml = _editor(text)
    try:
        data = yaml.load(text)
        if data is None:
            return _with_first_keys(yaml, text, change)
        if not isinstance(data, CommentedMap):
            raise SettingsError([SettingsProblem(file, 1, "", "must have keys at its top")])
        untouched = _dump(yaml, data, text)
        change(data)
        written = _dump(yaml, data, text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SettingsError([SettingsProblem(file, line, "", f"cannot be changed here: {error.problem}")]) from error
    except YAMLError as error:
        raise SettingsError([SettingsProblem(file, 1, "", f"cannot be changed here: {error}")]) from error
    wanted = parse_yaml(written, file).data
    kept = keep_lines(text, untouched, written)
    return kept if _reads_as(kept, wanted, file) else written


def _reads_as(text: str, data: Any, file: Path) -> bool:
    try:
        return bool(parse_yaml(text, file).data == data)
    except SettingsError:
        return False


def _with_first_keys(yaml: YAML, text: str, change: Callable[[CommentedMap], None]) -> str:
    """A text without any key may hold comments all the same."""
    data = CommentedMap()
    change(data)
    if not data:
        return text
    comments = text if text.endswith("\n") or not text else f"{text}\n"
    return comments + _dump(yaml, data, text)


def _editor(text: str) -> YAML:
    """A round trip in the text's own indentation."""
    yaml = YAML()
    if _NULL.search(text):  # ruamel.yaml forgets which of the two ways an empty value was written in
        yaml.Representer = _WithNulls
    yaml.preserve_quotes = True
    yaml.width = 10_000  # never fold what stands on one line
    yaml.allow_unicode = True
    mapping, dash, after = _indentation(text)
    yaml.indent(mapping=mapping, sequence=dash + after, offset=dash)
    return yaml


class _WithNulls(RoundTripRepresenter):
    """Writes an empty value as null."""

    def represent_none(self, data: None) -> Any:
        return self.represent_scalar("tag:yaml.org,2002:null", "null")


_WithNulls.add_representer(type(None), _WithNulls.represent_none)


def _indentation(text: str) -> tuple[int, int, int]:
    """Blanks before a nested key, before the dash of a list below a key, and from the dash to what follows.

    The first of each kind in the text counts; ruamel.yaml knows one of each for a whole file.
    """
    mapping: int | None = None
    dash: int | None = None
    after: int | None = None
    for outer, inner in pairwise(_lines(text)):
        deeper = inner["indent"] - outer["indent"]
        if inner["dash"] and after is None:
            after = inner["dash"]
        if outer["dash"] or not outer["opens"]:
            continue
        if inner["dash"]:
            dash = deeper if dash is None and deeper >= 0 else dash
        elif mapping is None and deeper > 0:
            mapping = deeper
    return mapping or 2, dash or 0, after or 2


def _lines(text: str) -> Iterator[dict[str, int]]:
    """Of each line that is neither blank nor a comment: its indent, the width of its dash, whether it opens a block."""
    for match in _LINE.finditer(text):
        opens = _OPENS.search(match["rest"]) is not None
        yield {"indent": len(match["indent"]), "dash": len(match["dash"] or ""), "opens": int(opens)}


def as_yaml(value: Any) -> Any:
    """A new value as it is put into a file: words that another program would take for no text get quotes.

    A list gets a line for each entry, a tuple is [written, on, one].
    """
    if isinstance(value, dict):
        return CommentedMap((key, as_yaml(each)) for key, each in value.items())
    if isinstance(value, list | tuple):
        entries = CommentedSeq(as_yaml(each) for each in value)
        if isinstance(value, tuple):
            entries.fa.set_flow_style()
        return entries
    if isinstance(value, str) and "\n" not in value and _is_misread(value):
        return SingleQuotedScalarString(value)
    return value


def _is_misread(text: str) -> bool:
    """Whether YAML 1.1, as PyYAML has it, reads the bare word as something else: NO, 13:00, 0123."""
    try:
        return bool(text) and safe_load(text) != text
    except PlainYAMLError:
        return False  # ruamel.yaml quotes what cannot stand bare


def _dump(yaml: YAML, data: Any, before: str) -> str:
    out = io.StringIO()
    yaml.dump(data, out)
    written = out.getvalue()
    return written.replace("\n", "\r\n") if "\r\n" in before else written
