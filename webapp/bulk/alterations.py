"""What becomes other in an account's files, in words: "Posts a day: 10 → 5"."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from bot.file_edits import SLOT, Alteration
from bot.files_view import AccountFile
from bot.settings.account import Slot
from webapp import wording
from webapp.plan.page import days_words
from webapp.settings.fields import FIELDS

_NONE = "none"
_CHOICES = {field.path[0]: dict(field.choices) for field in FIELDS if field.choices}
"""Section -> its values in words: all policies have the same ones."""
_LABELS = (
    {field.path: field.label for field in FIELDS}
    | {("policy", "reply"): "Replies"}
    | {
        ("safety", "rate_limits", f"{deed}_per_{span}"): f"{label} {'an' if span == 'hour' else 'a'} {span}"
        for deed, label in {
            "tweets": "Posts",
            "likes": "Likes",
            "follows": "Follows",
            "replies": "Replies",
            "retweets": "Reposts",
        }.items()
        for span in ("hour", "day")
    }
)
LIMITS = {path[-1]: label for path, label in _LABELS.items() if path[:2] == ("safety", "rate_limits")}
"""Key below safety.rate_limits -> what it is called."""


def alteration_words(file: AccountFile, alteration: Alteration) -> str:
    """One line on what becomes other."""
    if file is AccountFile.SETTINGS:
        return _of_settings(alteration)
    old, new = _count(alteration.old), _count(alteration.new)
    name = alteration.path[-1]
    if file is AccountFile.KEYWORDS:
        return f"Keywords of {name}: {_counted(old, new, 'keyword')}"
    return f"{str(name).replace('_', ' ').capitalize()}: {_counted(old, new, 'text')}"


def slot_words(slot: Slot) -> str:
    """A slot in a few words: "12:15, Mon–Fri, a value post, 5 likes"."""
    deeds = [f"a {slot.post} post"] if slot.post != "none" else []
    deeds += [wording.counted(slot.like, "like", "likes")] if slot.like else []
    deeds += [wording.counted(slot.follow, "follow", "follows")] if slot.follow else []
    off = ["switched off"] if not slot.enabled else []
    return ", ".join([f"{slot.time:%H:%M}", days_words(slot.weekdays), *deeds, *off])


def _of_settings(alteration: Alteration) -> str:
    path, old, new = alteration.path, alteration.old, alteration.new
    if path[: len(SLOT)] == SLOT:
        return _of_slot(str(path[-1]), old, new)
    label = _LABELS.get(path) or ".".join(str(part) for part in path)
    words = _CHOICES.get(path[0], {})
    return f"{label}: {_in_words(words, old)} → {_in_words(words, new)}"


def _in_words(words: Mapping[Any, str], value: Any) -> str:
    """A value by its name where it has one; lists and sections have none."""
    return (words.get(value) if isinstance(value, Hashable) else None) or _text(value)


def _of_slot(name: str, old: Slot | None, new: Slot | None) -> str:
    if new is None:
        return f"Slot {name}: {slot_words(old) if old else _NONE} → deleted"
    if old is None:
        return f"Slot {name}: new, {slot_words(new)}"
    before, after = slot_words(old), slot_words(new)
    return f"Slot {name}: {before} → {after}" if before != after else f"Slot {name}: other details"


def _text(value: Any) -> str:
    if value is None or value == "":
        return _NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "–".join(_text(each) for each in value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value)
    return f"{text[:60]}…" if len(text) > 60 else text


def _count(entries: Sequence[Any] | None) -> int:
    return len(entries or ())


def _counted(old: int, new: int, one: str) -> str:
    if old == new:
        return f"{wording.counted(new, f'other {one}', f'other {one}s')}"
    return f"{old:,} → {wording.counted(new, one, f'{one}s')}"
