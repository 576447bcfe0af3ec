"""A template as a form has it: texts alone, and what of the entry in templates.yaml they come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from bot.content.templates import ContentError, Template, key_of_kind, kind_of_key, read_entry
from webapp.files.fields import NO, YES

KIND_UNKNOWN = "Letters, digits, - and _; not none, engagement or reply."
_LABELS = {
    "thread": "The thread",
    "media": "Media",
    "poll": "The poll",
    "name": "The name",
    "weight": "The weight",
    "cool_down_days": "The rest",
    "enabled": "The switch",
}


@dataclass(frozen=True)
class TemplateForm:
    """What a person wrote. The first of `texts` is the post, the others are those of its thread."""

    kind: str = ""
    texts: tuple[str, ...] = ("",)
    media: tuple[str, ...] = ()
    name: str = ""
    weight: str = "1"
    cool_down_days: str = "0"
    enabled: str = YES
    poll_options: tuple[str, ...] = ()
    poll_minutes: str = "1440"
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, form: MultiDict[str, str]) -> TemplateForm:
        """Read it from the parameters, `text` and `media` as often as there are such."""
        texts = [_plain(text) for text in form.getlist("text")] or [""]
        more = [text for text in texts[1:] if text.strip()]
        return cls(
            form.get("kind", "").strip().lower(),
            (texts[0], *more),
            tuple(dict.fromkeys(name.strip() for name in form.getlist("media") if name.strip())),
            form.get("name", "").strip(),
            form.get("weight", "1").strip(),
            form.get("cool_down_days", "0").strip(),
            form.getlist("enabled")[-1] if "enabled" in form else YES,
            tuple(line.strip() for line in form.get("poll_options", "").splitlines() if line.strip()),
            form.get("poll_minutes", "1440").strip(),
        )

    @classmethod
    def showing(cls, template: Template) -> TemplateForm:
        poll = template.poll
        return cls(
            template.kind,
            template.posts,
            template.media,
            template.name,
            str(template.weight),
            str(template.cool_down_days),
            YES if template.enabled else NO,
            poll.options if poll else (),
            str(poll.minutes) if poll else "1440",
        )

    def template(self) -> Template:
        """Raises ContentError."""
        if not kind_of_key(key_of_kind(self.kind)):
            raise ContentError((key_of_kind(self.kind), 0, "kind"), KIND_UNKNOWN)
        return read_entry(self.kind, self._entry())

    def _entry(self) -> dict[str, Any]:
        entry: dict[str, Any] = {
            "media": list(self.media),
            "name": self.name or None,
            "weight": self.weight or None,
            "cool_down_days": self.cool_down_days or None,
            "enabled": self.enabled == YES,
        }
        if self.poll_options:
            entry["poll"] = {"options": list(self.poll_options), "minutes": self.poll_minutes or None}
        return {**entry, **({"thread": list(self.texts)} if len(self.texts) > 1 else {"text": self.texts[0]})}


def wrong_in(error: ContentError) -> dict[str, str]:
    """Name of a part of the form -> what is wrong with it."""
    part = str(error.path[2]) if len(error.path) > 2 else "text"
    what = error.what if part == "kind" else f"{_LABELS.get(part, 'The text')} {error.what}."
    return {part: what}


def _plain(text: str) -> str:
    """A browser ends each line as Windows does, and X takes blanks off the ends of a post."""
    return text.replace("\r\n", "\n").strip()
