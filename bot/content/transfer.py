"""Templates as a table (CSV), out and in again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.content.templates import (
    Content,
    ContentError,
    Template,
    changes_of,
    entry_of,
    key_of_kind,
    kind_of_key,
    read_content,
    read_entry,
)
from bot.settings.template_editing import add_template, change_template

COLUMNS = ("kind", "name", "enabled", "weight", "cool_down_days", "media", "text", "poll_options", "poll_minutes")
BETWEEN_POSTS = "\n---\n"
"""Stands between the posts of a thread in one cell."""
MOST_ROWS = 5_000
_BETWEEN_OPTIONS = "|"
_BETWEEN_FILES = ";"


class TableError(ValueError):
    """A table that cannot be taken in; the message says the line and what to do."""


def to_table(content: Content) -> str:
    """All templates, one a row."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(_row(template) for template in content.templates)
    return out.getvalue()


def _row(template: Template) -> dict[str, object]:
    poll = template.poll
    return {
        "kind": template.kind,
        "name": template.name,
        "enabled": "yes" if template.enabled else "no",
        "weight": template.weight,
        "cool_down_days": template.cool_down_days,
        "media": _BETWEEN_FILES.join(template.media),
        "text": BETWEEN_POSTS.join(template.posts),
        "poll_options": _BETWEEN_OPTIONS.join(poll.options) if poll else "",
        "poll_minutes": poll.minutes if poll else "",
    }


@dataclass(frozen=True)
class Table:
    """The templates of a table, and which of their keys it has columns for."""

    templates: tuple[Template, ...]
    keys: frozenset[str]


def from_table(text: str) -> Table:
    """The templates of a table with at least the columns kind and text. Raises TableError."""
    lines = io.StringIO(text.removeprefix("\ufeff"), newline="")
    rows = csv.DictReader(lines, delimiter=_delimiter(text))
    try:
        names = [str(name).strip().lower() for name in rows.fieldnames or ()]
        _check_columns(names)
        rows.fieldnames = names
        found = [_template(row, rows.line_num) for row in rows if any(_cells(row).values())]
    except csv.Error as error:
        raise TableError(f"line {rows.line_num}: {error}") from error
    if len(found) > MOST_ROWS:
        raise TableError(f"has {len(found)} rows; up to {MOST_ROWS} are taken at once")
    polls = {"poll"} if "poll_options" in names else set()
    return Table(tuple(found), frozenset({"text", "thread", *names, *polls}))


def _check_columns(names: list[str]) -> None:
    missing = [name for name in ("kind", "text") if name not in names]
    unknown = [name for name in names if name and name not in COLUMNS]
    if missing:
        raise TableError(f"line 1: the column {missing[0]} is missing; the first line names the columns")
    if unknown:
        raise TableError(f"line 1: the column {unknown[0]} is not known; known are {', '.join(COLUMNS)}")


def merge(data: Any, table: Table) -> None:
    """Put templates into the data of templates.yaml: those that are there, by name or else by text, are changed.

    What the table has no column for stays as it is.
    """
    present = read_content(data).templates
    for template in table.templates:
        key = key_of_kind(template.kind)
        known = _find(present, template)
        if known is None:
            add_template(data, key, entry_of(template))
        elif changes := {name: value for name, value in changes_of(known, template).items() if name in table.keys}:
            change_template(data, key, known.place, changes)


def _find(present: Iterable[Template], template: Template) -> Template | None:
    own = [each for each in present if each.kind == template.kind]
    by_name = [each for each in own if template.name and each.name == template.name]
    by_text = [each for each in own if each.posts == template.posts and (not each.name or not template.name)]
    return next(iter(by_name or by_text), None)


def _delimiter(text: str) -> str:
    """As in the first line: spreadsheets of some countries write semicolons."""
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


def _cells(row: Mapping[Any, Any]) -> dict[str, str]:
    return {str(name): str(cell or "").strip() for name, cell in row.items() if name}


def _template(row: Mapping[Any, Any], line: int) -> Template:
    cells = _cells(row)
    kind = cells["kind"].lower()
    if row.get(None) or not kind_of_key(key_of_kind(kind)):
        what = "has more cells than the first line" if row.get(None) else f"“{kind}” is no kind of templates"
        raise TableError(f"line {line}: {what}")
    try:
        return read_entry(kind, _entry(cells))
    except ContentError as error:
        raise TableError(
            f"line {line}: {'.'.join(map(str, error.path[2:]))} {error.what}".replace("  ", " ")
        ) from error


def _entry(cells: Mapping[str, str]) -> dict[str, Any]:
    posts = cells["text"].replace("\r\n", "\n").split(BETWEEN_POSTS)
    entry: dict[str, Any] = {key: cells.get(key) or None for key in ("name", "enabled", "weight", "cool_down_days")}
    entry["media"] = [name.strip() for name in cells.get("media", "").split(_BETWEEN_FILES) if name.strip()]
    entry.update({"thread": posts} if len(posts) > 1 else {"text": posts[0]})
    if options := cells.get("poll_options"):
        parts = [option.strip() for option in options.split(_BETWEEN_OPTIONS)]
        entry["poll"] = {"options": parts, "minutes": cells.get("poll_minutes") or None}
    return entry
