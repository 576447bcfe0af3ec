"""Replies of an account: the groups of reply_templates and the list engagement_templates of templates.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.content.templates import ContentError, Template

REPLY = "reply"
ENGAGEMENT_GROUP = "engagement"
"""The name under which engagement_templates, which have no group, are asked for."""


def read_reply_templates(data: Mapping[str, Any]) -> dict[str, tuple[Template, ...]]:
    """Group -> its templates; a reply_templates that is a plain list is the group "". Raises ContentError."""
    found = data.get("reply_templates") or {}
    groups = found if isinstance(found, dict) else {"": found}
    read = {str(group): _read(("reply_templates", str(group)), texts) for group, texts in groups.items()}
    return read | {ENGAGEMENT_GROUP: _read(("engagement_templates",), data.get("engagement_templates"))}


def replies_of(groups: Mapping[str, tuple[Template, ...]], group: str) -> tuple[Template, ...]:
    """The templates of one group; with "" those of every group."""
    if group:
        return groups.get(group, ())
    return tuple(template for templates in groups.values() for template in templates)


def _read(path: tuple[str | int, ...], texts: Any) -> tuple[Template, ...]:
    if not isinstance(texts, list | None):
        raise ContentError(path, "must be a list of texts")
    for index, text in enumerate(texts or ()):
        if text is not None and not isinstance(text, str | int | float):
            raise ContentError((*path, index), "must be a text; put it between quotes if it holds a colon or braces")
    return tuple(Template(REPLY, str(text)) for text in texts or () if text is not None and str(text).strip())
