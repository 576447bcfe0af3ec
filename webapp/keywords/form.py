"""Groups of keywords as a form has them: a keyword a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from bot.settings.account import AccountSettings
from bot.settings.account_editing import delete_keywords, set_keywords

Groups = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class GroupsForm:
    """What a person wrote. `deleted` are groups that shall go; `new` is the name of one that shall come."""

    groups: dict[str, tuple[str, ...]]
    deleted: frozenset[str] = frozenset()
    new: str = ""
    new_words: tuple[str, ...] = ()

    @classmethod
    def of(cls, form: MultiDict[str, str]) -> GroupsForm:
        """Read it from the parameters group and words (as many of each), delete, new_group and new_words."""
        named = zip(form.getlist("group"), form.getlist("words"), strict=False)
        groups = {group: words_of(text) for group, text in named}
        new_words = words_of(form.get("new_words", ""))
        return cls(groups, frozenset(form.getlist("delete")), form.get("new_group", "").strip(), new_words)

    def is_changed(self, base: Groups) -> bool:
        return bool(self.changed(base) or self.gone(base) or self.new)

    def changed(self, base: Groups) -> dict[str, tuple[str, ...]]:
        """Groups with other words than in `base`, and the new one."""
        kept = {group: words for group, words in self.groups.items() if group in base and group not in self.deleted}
        found = {group: words for group, words in kept.items() if list(words) != list(base[group])}
        return found | ({self.new: self.new_words} if self.new else {})

    def gone(self, base: Groups) -> list[str]:
        return [group for group in base if group in self.deleted]

    def write(self, data: Any, base: Groups) -> None:
        """Change the data of keywords.yaml."""
        for group in self.gone(base):
            delete_keywords(data, group)
        set_keywords(data, self.changed(base))

    def merged(self, base: Groups, now: Groups) -> GroupsForm:
        """With the file as it is now for groups that this person left alone."""
        mine = {group: words for group, words in self.changed(base).items() if group != self.new}
        groups = {group: tuple(words) for group, words in now.items()} | mine
        return GroupsForm(groups, self.deleted & now.keys(), self.new, self.new_words)


def words_of(text: str) -> tuple[str, ...]:
    """The lines that say something, each once."""
    return tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def uses(settings: AccountSettings | None) -> dict[str, list[str]]:
    """Group -> the slots that search for its words."""
    found: dict[str, list[str]] = {}
    for slot in settings.schedule.all_slots if settings else ():
        asked = ((slot.like, slot.like_from), (slot.follow, slot.follow_from), (slot.reply, slot.reply_from))
        wanted = {group for number, group in asked if number}
        for group in sorted(wanted):
            found.setdefault(group, []).append(slot.name)
    return found
