"""Templates of an account: what templates.yaml holds, in every form existing users have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from bot.content.vocabulary import Entry, Vocabulary

MAX_WEIGHT, MAX_COOL_DOWN = 10, 365
MAX_THREAD = 25
"""x_dom_facts, Composer, limits: posts_per_thread."""


class ContentError(ValueError):
    """templates.yaml holds something that cannot be posted. `path` leads to it, key by key."""

    def __init__(self, path: tuple[str | int, ...], what: str) -> None:
        super().__init__(f"{'.'.join(str(part) for part in path)}: {what}")
        self.path = path
        self.what = what


@dataclass(frozen=True)
class Poll:
    """What is asked below a post. X's own limits: 2 to 4 options of up to 25 characters, 5 minutes to 7 days."""

    options: tuple[str, ...]
    minutes: int = 1440


@dataclass(frozen=True)
class Template:
    """One template. `media` are paths relative to the account's root; they go with the first post of a thread."""

    kind: str  # promo, value, or what the operator named
    text: str
    media: tuple[str, ...] = ()
    more: tuple[str, ...] = ()  # the further posts of a thread
    poll: Poll | None = None
    name: str = ""
    enabled: bool = True
    weight: int = 1
    cool_down_days: int = 0
    place: int = field(default=0, compare=False)  # in the list of its kind, from 0

    @property
    def key(self) -> str:
        """What its uses are recorded under: its name, else its text."""
        return self.name or self.text

    @property
    def parts(self) -> tuple[str, ...]:
        """All its texts: of the posts of its thread, then of the poll's options."""
        return (self.text, *self.more, *(self.poll.options if self.poll else ()))

    @property
    def posts(self) -> tuple[str, ...]:
        """The texts of the posts of its thread; of most templates one."""
        return (self.text, *self.more)

    def rendered(self, texts: Sequence[str]) -> Rendered:
        """The post whose parts have become these texts, in the order of `parts`."""
        end = 1 + len(self.more)
        poll = replace(self.poll, options=tuple(texts[end:])) if self.poll else None
        return Rendered(self, texts[0], tuple(texts[1:end]), poll)


@dataclass(frozen=True)
class Rendered:
    """A post made of a template."""

    template: Template
    text: str
    more: tuple[str, ...] = ()  # the further posts of a thread
    poll: Poll | None = None
    worded_by: str = ""  # "model" when a language model did

    @property
    def posts(self) -> tuple[str, ...]:
        return (self.text, *self.more)


@dataclass(frozen=True)
class Content:
    """All of templates.yaml but the texts for the posts of others (bot/content/replies.py)."""

    templates: tuple[Template, ...] = ()
    lists: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    unread: tuple[tuple[tuple[str | int, ...], str], ...] = ()  # path, why: what looks like templates and is none

    @property
    def kinds(self) -> tuple[str, ...]:
        """Those that there are templates of, and the two that every account knows."""
        return tuple(dict.fromkeys([*KINDS, *(template.kind for template in self.templates)]))

    def of_kind(self, kind: str) -> tuple[Template, ...]:
        """Those of a kind that are switched on."""
        return tuple(template for template in self.templates if template.kind == kind and template.enabled)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The variables that are drawn from the lists."""
        own = {name: name for name in self.lists if name not in LISTS}
        list_of = {name: source for name, (source, _) in DRAWN.items()} | own
        return Vocabulary({name: tuple(self._entries(name)) for name in (*LISTS, *own)}, list_of)

    def _entries(self, list_name: str) -> Iterator[Entry]:
        keys = {name: key for name, (source, key) in DRAWN.items() if source == list_name} or {list_name: ""}
        for entry in self.lists.get(list_name, ()):
            yield {name: entry.get(key, "") if key else entry for name, key in keys.items()}


# variable -> (list it is drawn from, key in its entries; "" when the entries are texts)
DRAWN = {
    "tip": ("tips", ""),
    "location": ("locations", ""),
    "review": ("reviews", ""),
    "fact": ("facts", ""),
    "tutorial_title": ("tutorials", "title"),
    "tutorial_content": ("tutorials", "content"),
    "question": ("faqs", "question"),
    "answer": ("faqs", "answer"),
}
LISTS = ("tips", "locations", "reviews", "tutorials", "faqs", "facts")
OWN_LISTS = "lists"
KINDS = ("promo", "value")
_ENDING = "_templates"
_NO_KINDS = ("engagement_templates", "reply_templates")
_KIND = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_LIST_NAME = re.compile(r"[^\W\d]\w{0,39}")
FIXED = ("wa_number", "wa_link", "number")
RESERVED = frozenset({*DRAWN, *FIXED, "weekday", "date", "day", "month", "year", "time"})
"""Variables that no list of the operator's own may be called after."""
KEYS_OF_TEMPLATE = ("text", "media", "thread", "poll", "enabled", "weight", "cool_down_days", "name")
KEYS_OF_FILE = (*(kind + _ENDING for kind in KINDS), *LISTS, OWN_LISTS, *_NO_KINDS)
KEYS_OF_ENTRIES = {
    **dict.fromkeys((kind + _ENDING for kind in KINDS), KEYS_OF_TEMPLATE),
    "tutorials": ("title", "content"),
    "faqs": ("question", "answer"),
}
"""List -> the keys of its entries, where they are no plain texts."""


def key_of_kind(kind: str) -> str:
    """The key of templates.yaml under which templates of the kind stand."""
    return kind + _ENDING


def kind_of_key(key: object) -> str:
    """The kind whose templates stand under a key of templates.yaml; "" when it is none of these."""
    if not isinstance(key, str) or not key.endswith(_ENDING) or key in _NO_KINDS:
        return ""
    kind = key.removesuffix(_ENDING)
    return kind if _KIND.fullmatch(kind) and kind != "none" else ""


def read_content(data: Mapping[str, Any]) -> Content:
    """Take in the data of templates.yaml. Raises ContentError."""
    kinds = dict.fromkeys([*(key_of_kind(kind) for kind in KINDS), *(key for key in data if kind_of_key(key))])
    templates: list[Template] = []
    unread: list[tuple[tuple[str | int, ...], str]] = []
    for key in kinds:
        try:
            templates += _read_templates(data, key)
        except ContentError as error:
            if kind_of_key(key) in KINDS:
                raise
            unread.append((error.path, f"{error.what}; nothing under {key} is posted"))  # may be the user's own
    lists = {name: _read_list(data, name) for name in LISTS} | _read_own_lists(data)
    return Content(tuple(templates), lists, tuple(unread))


def read_entry(kind: str, entry: Any) -> Template:
    """One entry of a list of templates. Raises ContentError; its path begins with the key of the kind and 0."""
    return _read_template(kind, key_of_kind(kind), 0, entry)


def entry_of(template: Template) -> dict[str, Any]:
    """The keys of a template as they are written; None where there is nothing to say."""
    poll = template.poll
    media = list(template.media)
    return {
        "text": None if template.more else template.text,
        "thread": list(template.posts) if template.more else None,
        "media": media[0] if len(media) == 1 else media or None,
        "poll": {"options": list(poll.options), "minutes": poll.minutes} if poll else None,
        "name": template.name or None,
        "weight": template.weight if template.weight != 1 else None,
        "cool_down_days": template.cool_down_days or None,
        "enabled": None if template.enabled else False,
    }


def changes_of(before: Template, after: Template) -> dict[str, Any]:
    """What of the entry has to be written to make the one of the other; {} when nothing does."""
    old, new = entry_of(before), entry_of(after)
    return {key: value for key, value in new.items() if value != old[key]}


def _read_templates(data: Mapping[str, Any], key: str) -> Iterator[Template]:
    kind = kind_of_key(key)
    for index, entry in enumerate(_list(data, key)):
        if entry is not None:
            yield replace(_read_template(kind, key, index, entry), place=index)


def _list(data: Mapping[str, Any], key: str) -> list[Any]:
    value = data.get(key) or []
    if not isinstance(value, list):
        raise ContentError((key,), "must be a list")
    return value


def _read_list(data: Mapping[str, Any], name: str) -> tuple[Any, ...]:
    """A list that variables are drawn from: of texts, or of entries with keys. Empty entries are left out."""
    keys = _keys_of(name)
    read = _read_text if keys == {""} else _read_keyed
    return tuple(read((name, index), entry, keys) for index, entry in enumerate(_list(data, name)) if entry is not None)


def _read_own_lists(data: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The lists that the operator named, each a variable of its name."""
    own = data.get(OWN_LISTS) or {}
    if not isinstance(own, dict):
        raise ContentError((OWN_LISTS,), "must have keys, each with a list of texts")
    found: dict[str, tuple[str, ...]] = {}
    for name, entries in own.items():
        path = (OWN_LISTS, str(name))
        if not isinstance(name, str) or not _LIST_NAME.fullmatch(name):
            raise ContentError(path, "a list is named with letters, digits and _, beginning with a letter")
        if name in RESERVED or name in LISTS:
            raise ContentError(path, f"{{{name}}} means something else already; choose another name")
        if not isinstance(entries, list | None):
            raise ContentError(path, "must be a list of texts")
        texts = enumerate(entries or ())
        found[name] = tuple(_read_text((*path, index), entry, {""}) for index, entry in texts if entry is not None)
    return found


def _keys_of(name: str) -> set[str]:
    return {key for source, key in DRAWN.values() if source == name}


def _read_text(path: tuple[str | int, ...], entry: Any, _keys: set[str]) -> str:
    if isinstance(entry, bool) or not isinstance(entry, str | int | float):
        raise ContentError(path, "must be a text; put it between quotes if it holds a colon or braces")
    return str(entry)


def _read_keyed(path: tuple[str | int, ...], entry: Any, keys: set[str]) -> dict[str, str]:
    if not isinstance(entry, dict):
        raise ContentError(path, f"must have the keys {' and '.join(sorted(keys))}")
    found = {key: entry[key] for key in sorted(keys) if entry.get(key) is not None}
    for key, value in found.items():
        if isinstance(value, dict | list):
            raise ContentError((*path, key), "must be a text")
    return {key: str(value) for key, value in found.items()}


def _read_template(kind: str, key: str, index: int, entry: Any) -> Template:
    """A plain text, or a mapping with text, or with thread, a list of texts."""
    if isinstance(entry, str):
        return Template(kind, entry)
    path = (key, index)
    if not isinstance(entry, dict):
        raise ContentError(path, "must be a text between quotes, or have the keys text and media")
    text, *more = _read_posts(path, entry)
    return Template(
        kind,
        text,
        _read_media(path, entry),
        tuple(more),
        _read_poll(path, entry),
        _read_name(path, entry),
        _read_switch(path, entry),
        _read_number(path, entry, "weight", 1, 1, MAX_WEIGHT),
        _read_number(path, entry, "cool_down_days", 0, 0, MAX_COOL_DOWN),
    )


def _read_posts(path: tuple[str | int, ...], entry: Mapping[str, Any]) -> list[str]:
    """The text, or the texts of a thread: under `thread`, or a list under `text`."""
    posts = entry.get("text") if entry.get("thread") is None else entry["thread"]
    if isinstance(posts, str) and entry.get("thread") is None:
        return [posts]
    if not isinstance(posts, list) or not posts or not all(isinstance(post, str) for post in posts):
        raise ContentError(path, "must be a text between quotes, or have the keys text and media")
    if len(posts) > MAX_THREAD:
        raise ContentError((*path, "thread"), f"has {len(posts)} posts; X takes up to {MAX_THREAD}")
    return list(posts)


def _read_media(path: tuple[str | int, ...], entry: Mapping[str, Any]) -> tuple[str, ...]:
    """null, one path, or a list of paths."""
    media = entry.get("media") or []
    paths = [media] if isinstance(media, str) else media
    if not isinstance(paths, list) or not all(isinstance(each, str) for each in paths):
        raise ContentError((*path, "media"), "must be a path, a list of paths, or null")
    return tuple(paths)


def _read_poll(path: tuple[str | int, ...], entry: Mapping[str, Any]) -> Poll | None:
    poll = entry.get("poll")
    if poll is None:
        return None
    options = poll.get("options") if isinstance(poll, dict) else None
    if not isinstance(options, list) or not all(isinstance(each, str | int | float) for each in options):
        raise ContentError((*path, "poll"), "must have the keys options, a list of texts, and minutes")
    if not 2 <= len(options) <= 4:
        raise ContentError((*path, "poll", "options"), f"must be 2 to 4 texts, not {len(options)}")
    if entry.get("media"):
        raise ContentError((*path, "poll"), "cannot go with media: X takes one of the two")
    minutes = _read_number((*path, "poll"), poll, "minutes", 1440, 5, 7 * 1440)
    return Poll(tuple(str(each) for each in options), minutes)


def _read_name(path: tuple[str | int, ...], entry: Mapping[str, Any]) -> str:
    name = entry.get("name")
    if isinstance(name, dict | list | bool):
        raise ContentError((*path, "name"), "must be a text")
    return "" if name is None else str(name).strip()


def _read_switch(path: tuple[str | int, ...], entry: Mapping[str, Any]) -> bool:
    value = entry.get("enabled")
    switch = _SWITCH.get(str(value).strip().lower())
    if switch is None:
        raise ContentError((*path, "enabled"), "must be true or false")
    return switch


_SWITCH = {"none": True, "true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def _read_number(
    path: tuple[str | int, ...], entry: Mapping[str, Any], key: str, default: int, least: int, most: int
) -> int:
    value = entry.get(key)
    if value is None:
        return default
    if isinstance(value, bool) or not re.fullmatch(r"\d{1,6}", str(value)) or not least <= int(value) <= most:
        raise ContentError((*path, key), f"must be a whole number from {least} to {most}")
    return int(value)
