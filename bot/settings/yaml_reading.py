"""Reading YAML as people mean it, and knowing the line of every key.

PyYAML follows YAML 1.1, where NO is false, 0123 is 83 and an unquoted 13:00 is 780. The loader here keeps
such words as the text that was written; the schema then says what each key takes.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.errors import SettingsError, SettingsProblem

MAX_BYTES = 2 * 1024 * 1024
KeyPath = tuple[str | int, ...]


class _PlainLoader(yaml.SafeLoader):
    """Words are text unless they are plainly null, true, false or a decimal number."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012  PyYAML's own way

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.MarkedYAMLError(problem=f"the key {key!r} stands twice", problem_mark=key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def _resolve(tag: str, pattern: str, first: str) -> None:
    _PlainLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(rf"^(?:{pattern})$"), list(first))


_resolve("null", r"~|null|Null|NULL|", "~nN\0")
_resolve("bool", r"true|True|TRUE|false|False|FALSE", "tTfF")
_resolve("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789")
_resolve("float", r"[-+]?(?:0|[1-9][0-9]*)\.[0-9]*(?:[eE][-+]?[0-9]+)?", "-+0123456789")
_resolve("merge", "<<", "<")
_PlainLoader.yaml_implicit_resolvers.setdefault("", []).append(("tag:yaml.org,2002:null", re.compile("^$")))


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
        return SettingsProblem(self.file, self.line_of(path), ".".join(str(part) for part in path), message)


def read_yaml(file: Path) -> Document:
    """Read `file`. Raises SettingsError (with file and line) when it is missing, too large or no YAML."""
    try:
        if file.stat().st_size > MAX_BYTES:
            raise SettingsError([SettingsProblem(file, 0, "", f"is larger than {MAX_BYTES // 1024} KiB")])
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SettingsError([SettingsProblem(file, 0, "", f"cannot be read: {error.strerror or error}")]) from error
    except UnicodeDecodeError as error:
        raise SettingsError([SettingsProblem(file, 0, "", "is not saved as UTF-8")]) from error
    return parse_yaml(text, file)


def parse_yaml(text: str, file: Path) -> Document:
    """Parse `text`; `file` names it in messages. Raises SettingsError."""
    loader = _PlainLoader(text)
    try:
        node = loader.get_single_node()
        lines: dict[KeyPath, int] = {}
        if node is None:
            return Document(file, {}, lines)
        _note_lines(node, (), lines, frozenset())
        return Document(file, loader.construct_document(node), lines)
    except yaml.MarkedYAMLError as error:
        raise SettingsError([_syntax_problem(file, error)]) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise SettingsError([SettingsProblem(file, 0, "", f"is not valid YAML: {error}")]) from error
    finally:
        loader.dispose()


def _syntax_problem(file: Path, error: yaml.MarkedYAMLError) -> SettingsProblem:
    mark = error.problem_mark or error.context_mark
    what = " ".join(part for part in (error.context, error.problem) if part)
    return SettingsProblem(file, mark.line + 1 if mark else 0, "", f"is not valid YAML: {what}")


def _note_lines(node: yaml.Node, path: KeyPath, lines: dict[KeyPath, int], above: frozenset[int]) -> None:
    """Remember where each key stands. `above` stops anchors that contain themselves."""
    lines.setdefault(path, node.start_mark.line + 1)
    if id(node) in above:
        return
    above |= {id(node)}
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            child = (*path, str(key.value))
            lines[child] = key.start_mark.line + 1
            _note_lines(value, child, lines, above)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _note_lines(item, (*path, index), lines, above)
