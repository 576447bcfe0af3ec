"""Reading YAML as people mean it, and knowing the line of every key.

PyYAML follows YAML 1.1, where NO is false, 0123 is 83 and an unquoted 13:00 is 780. The loader here keeps
such words as the text that was written; the schema then says what each key takes.
"""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.errors import SettingsError, SettingsProblem
from bot.settings.yaml_mistakes import explain

MAX_BYTES = 2 * 1024 * 1024
MAX_ENTRIES = 200_000
"""Anchors let a small file unfold into a huge one; no settings file has this many keys and list items."""
MAX_DEPTH = 60
KeyPath = tuple[str | int, ...]
_TAG = "tag:yaml.org,2002:"
_KNOWN_TAGS = frozenset(_TAG + name for name in ("null", "bool", "int", "float", "str", "seq", "map", "merge"))
# What may stand for what: (tag, pattern, first characters). A phone number keeps its + and its leading zero.
_WORDS = (
    ("null", r"~|null|Null|NULL", "~nN"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"-?(?:0|[1-9][0-9]{0,17})", "-0123456789"),
    ("float", r"-?(?:0|[1-9][0-9]{0,17})\.[0-9]*(?:[eE][-+]?[0-9]{1,3})?", "-0123456789"),
    ("merge", r"<<", "<"),
    ("null", "", ""),
)


def _resolvers() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    """PyYAML's table: first character -> (tag, pattern)."""
    table: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for tag, pattern, first in _WORDS:
        for character in first or ("",):
            table.setdefault(character, []).append((_TAG + tag, re.compile(rf"(?:{pattern})\Z")))
    return table


class _DepthGuard:
    """Refuses deep nesting while a file is composed: libyaml would overflow the stack and end the process."""

    _depth = 0

    def descend_resolver(self, parent: yaml.Node | None, _index: object) -> None:
        """PyYAML calls this on the way into each node; its own version serves path resolvers, which are not used."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            mark = parent.start_mark if parent is not None else None
            raise yaml.MarkedYAMLError(problem=f"is nested more than {MAX_DEPTH} deep", problem_mark=mark)

    def ascend_resolver(self) -> None:
        """On the way out."""
        self._depth -= 1


@dataclass(frozen=True)
class UnreadFile(SettingsProblem):
    """The system did not let the file be read. That may pass while the file stays as it is, so it is tried again."""


class PythonLoader(_DepthGuard, yaml.SafeLoader):
    """Words are text unless they are plainly null, true, false or a decimal number."""

    yaml_implicit_resolvers = _resolvers()


class LibraryLoader(_DepthGuard, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # not everywhere
    """The same by libyaml, about ten times as fast: a thousand accounts have three thousand files."""

    yaml_implicit_resolvers = _resolvers()


@dataclass(frozen=True)
class Document:
    """A YAML file's content, with the line (from 1) of each key and list item."""

    file: Path
    data: Any
    lines: dict[KeyPath, int]

    def line_of(self, path: KeyPath) -> int:
        """The line of `path`, or of the nearest key above it; 1 when none is known."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return 1

    def problem(self, path: KeyPath, message: str) -> SettingsProblem:
        """A problem at `path`, with its file, line and key."""
        return SettingsProblem(self.file, self.line_of(path), _dotted(path), message)


def read_yaml(file: Path) -> Document:
    """Read `file`. Raises SettingsError (with file and line) when it is missing, unreadable, too large or no YAML."""
    return parse_yaml(read_text(file), file)


def read_text(file: Path) -> str:
    """The text of `file`. Raises SettingsError when it is missing, unreadable, too large or no text."""
    try:
        _refuse_no_file(file)
        content = file.read_bytes()
    except FileNotFoundError as error:
        raise SettingsError([SettingsProblem(file, 0, "", "is missing")]) from error
    except OSError as error:
        raise SettingsError([UnreadFile(file, 0, "", f"cannot be read: {_why_unread(error)}")]) from error
    return _decode(content, file)


def _refuse_no_file(file: Path) -> None:
    """Raises SettingsError for what is no plain file (a pipe or a device never ends) or too large, and OSError."""
    status = file.stat()
    if not stat.S_ISREG(status.st_mode):
        raise SettingsError([SettingsProblem(file, 0, "", "is a folder or a device; put a file in its place")])
    if status.st_size > MAX_BYTES:
        raise SettingsError([SettingsProblem(file, 0, "", f"is larger than {MAX_BYTES // 1024} KiB")])


def _why_unread(error: OSError) -> str:
    """In the system's words, with what a person can do where that is plain."""
    why = str(error.strerror or error)
    if isinstance(error, PermissionError):
        return f"{why}; give the user that Aviary runs as the right to read it"
    return why


def _decode(content: bytes, file: Path) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = "is not saved as UTF-8; save it again with the encoding UTF-8"
        raise SettingsError([SettingsProblem(file, line, "", message)]) from error


def parse_yaml(text: str, file: Path, loader_class: type[Any] = LibraryLoader) -> Document:
    """Parse `text`; `file` names it in messages. Raises SettingsError."""
    _refuse_unprintable(text, file)
    loader = loader_class(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return Document(file, {}, {})
        lines = _Walk(file).lines_of(node)
        return Document(file, loader.construct_document(node), lines)
    except yaml.MarkedYAMLError as error:
        mistake = explain(text, error)
        raise SettingsError([SettingsProblem(file, mistake.line, "", mistake.words)]) from error
    except (yaml.YAMLError, ValueError, LookupError, RecursionError) as error:
        raise SettingsError([SettingsProblem(file, 1, "", f"is not valid YAML: {error}")]) from error
    finally:
        loader.dispose()


def _refuse_unprintable(text: str, file: Path) -> None:
    """Characters that YAML forbids, found before PyYAML does, which names no line for them."""
    match = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if match:
        line = text.count("\n", 0, match.start()) + 1
        message = f"holds the character U+{ord(match.group()):04X}, which no text can have; delete it"
        raise SettingsError([SettingsProblem(file, line, "", message)])


def _dotted(path: KeyPath) -> str:
    return ".".join(str(part) for part in path)


class _Walk:
    """One walk through a file's nodes: notes the line of each, and refuses what PyYAML lets pass."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lines: dict[KeyPath, int] = {}

    def lines_of(self, root: yaml.Node) -> dict[KeyPath, int]:
        """Path -> line (from 1). Raises SettingsError."""
        self._visit(root, (), frozenset())
        return self._lines

    def _visit(self, node: yaml.Node, path: KeyPath, above: frozenset[int]) -> None:
        line = self._lines.setdefault(path, node.start_mark.line + 1)
        if id(node) in above:
            raise self._problem(line, path, "contains itself (an anchor & that is used below itself)")
        if len(self._lines) > MAX_ENTRIES:
            raise self._problem(line, path, f"unfolds into more than {MAX_ENTRIES} entries")
        if node.tag not in _KNOWN_TAGS:
            tagged = f"has the tag {node.tag!r}, which settings do not use"
            raise self._problem(line, path, f"{tagged}; put a text that begins with ! between quotes")
        if isinstance(node, yaml.MappingNode):
            self._visit_mapping(node, path, above | {id(node)})
        elif isinstance(node, yaml.SequenceNode):
            for index, item in enumerate(node.value):
                self._visit(item, (*path, index), above | {id(node)})
        elif not _is_storable(node.value):
            raise self._problem(line, path, "holds half of an emoji (\\ud83d, say); write the emoji itself")

    def _visit_mapping(self, node: yaml.MappingNode, path: KeyPath, above: frozenset[int]) -> None:
        seen: set[str] = set()
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise self._problem(line, path, "has a list or braces as a key; put a text with braces between quotes")
            child = (*path, str(key.value))
            if key.value in seen:
                raise self._problem(line, child, "stands twice")
            seen.add(key.value)
            self._lines[child] = line
            self._visit(value, child, above)

    def _problem(self, line: int, path: KeyPath, message: str) -> SettingsError:
        return SettingsError([SettingsProblem(self._file, line, _dotted(path), message)])


def _is_storable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
