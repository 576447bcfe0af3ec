"""The templates of all accounts, as panel and API look at them: previews, counts, last uses, how long they last."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from random import Random

from bot.clock import Clock
from bot.content.choosing import use_of
from bot.content.media import check_media
from bot.content.previewing import Preview, preview
from bot.content.runway import KindRunway, look_ahead
from bot.content.templates import Content, Template
from bot.content.variables import at_their_longest, vocabulary_of
from bot.content.vocabulary import Vocabulary
from bot.errors import MediaRefused, sentences
from bot.settings.account import AccountSettings
from bot.settings.home import AccountFolder
from bot.storage.journal import TemplateUse
from bot.wa_links import SAMPLE

_OWN_WORDS = 4
"""Of so few words as in “Tip {number}: {tip}”, what the variables stand for makes the post."""
_VARIABLE = re.compile(r"\{[^{|}]*\}")


@dataclass(frozen=True)
class History:
    """What was posted: uses by template, texts with their last time, how many posts in all."""

    uses: Mapping[str, TemplateUse] = field(default_factory=dict)
    texts: Mapping[str, datetime] = field(default_factory=dict)
    posts_sent: int = 0


@dataclass(frozen=True)
class TemplateView:
    """A template with what is known of it."""

    template: Template
    preview: Preview
    last_use: datetime | None
    missing: tuple[str, ...] = ()  # of its files


@dataclass(frozen=True)
class KindView:
    """The templates of one kind in their order. `runway` is None for a kind that no slot posts."""

    kind: str
    templates: tuple[TemplateView, ...]
    runway: KindRunway | None


class ContentDesk:
    """Safe for threads. `folder_of` gives the folder of an account and raises KeyError for an unknown one.

    `history_of` reads an account's database, with the texts of so many days; an empty history when it cannot be read.
    `why_not` says what the guards have against a text of an account, `are_alike` whether two texts are one to them.
    """

    def __init__(
        self,
        clock: Clock,
        folder_of: Callable[[str], AccountFolder],
        history_of: Callable[[AccountFolder, int], History],
        why_not: Callable[[str, str], str] = lambda _account_id, _text: "",
        are_alike: Callable[[str, str], bool] = lambda one, other: one == other,
    ) -> None:
        self._clock = clock
        self._are_alike = are_alike
        self._why_not = why_not
        self._folder_of = folder_of
        self._history_of = history_of

    def look(self, account_id: str, settings: AccountSettings, content: Content) -> list[KindView]:
        """All templates by kind."""
        looking = self._looking(account_id, settings, content)
        runways = {each.kind: each for each in looking.runways()}
        views = [looking.view(each) for each in content.templates]
        return [
            KindView(kind, tuple(view for view in views if view.template.kind == kind), runways.get(kind))
            for kind in dict.fromkeys([*content.kinds, *runways])
        ]

    def look_at(
        self, account_id: str, settings: AccountSettings, content: Content, template: Template, seed: int = 0
    ) -> TemplateView:
        """One template, in the file or not, and what the guards say to it. Another `seed` gives another example."""
        looking = self._looking(account_id, settings, content)
        found = looking.view(template, seed)
        text = found.preview.posts[0].text if found.preview.posts else ""
        why = self._why_not(account_id, text) if text else ""
        more = looking.near(template, self._are_alike)
        if why:
            more.append(f"A run would pass over this post now: it {why}.")
        return replace(found, preview=replace(found.preview, warnings=(*found.preview.warnings, *more)))

    def runways(self, account_id: str, settings: AccountSettings, content: Content) -> tuple[KindRunway, ...]:
        """How long each kind lasts that slots post."""
        return self._looking(account_id, settings, content).runways()

    def _looking(self, account_id: str, settings: AccountSettings, content: Content) -> _Looking:
        folder = self._folder_of(account_id)
        history = self._history_of(folder, settings.content.repeat_after_days)
        return _Looking(folder, settings, content, history, self._clock.now())


class _Looking:
    """One look at the content of one account."""

    def __init__(
        self, folder: AccountFolder, settings: AccountSettings, content: Content, history: History, now: datetime
    ) -> None:
        self._folder = folder
        self._settings = settings
        self._content = content
        self._history = history
        self._now = now
        self._places: dict[str, list[tuple[str, int]]] = {}
        for template in content.templates:
            self._places.setdefault(_plain(template.text), []).append((template.kind, template.place))
        number = history.posts_sent + 1
        sample = SAMPLE if settings.business.wa_codes else ""
        self._vocabulary: Vocabulary = vocabulary_of(content, settings, now, number, sample)
        self._without_codes = vocabulary_of(content, settings, now, number)
        self._longest = at_their_longest(self._vocabulary, settings, now, number)

    def view(self, template: Template, seed: int = 0) -> TemplateView:
        seen = preview(template, self._vocabulary, self._longest, Random(seed))
        problem = _media_problem(self._folder, template)
        more = (*([problem] if problem else []), *self._same_as(template))
        times = use_of(template, self._history.uses).times
        seen = replace(seen, warnings=(*seen.warnings, *more), valid=seen.valid and not problem)
        return TemplateView(template, seen, times[0] if times else None, self._missing(template))

    def runways(self) -> tuple[KindRunway, ...]:
        history = self._history.texts
        return look_ahead(
            self._content,
            self._without_codes,
            self._settings,
            history,
            self._now,
            lambda template: not _media_problem(self._folder, template),
        )

    def _same_as(self, template: Template) -> list[str]:
        """A warning when another template says the same."""
        mine = _plain(template.text)
        for kind, place in self._places.get(mine, ()) if mine else ():
            if (kind, place) != (template.kind, template.place):
                return [f"Another template says the same: {kind} {place + 1}."]
        return []

    def near(self, template: Template, are_alike: Callable[[str, str], bool]) -> list[str]:
        """A warning when another template says nearly, not just, the same; what variables stand for is left out."""
        if self._same_as(template) or not (mine := _own_words(template.text)):
            return []
        for other in self._content.templates:
            is_itself = (other.kind, other.place) == (template.kind, template.place)
            if not is_itself and (words := _own_words(other.text)) and are_alike(mine, words):
                return [f"It is nearly the same as another template: {other.kind} {other.place + 1}."]
        return []

    def _missing(self, template: Template) -> tuple[str, ...]:
        return tuple(name for name in template.media if not _is_there(self._folder, name))


def _is_there(folder: AccountFolder, name: str) -> bool:
    try:
        return folder.media_file(name).is_file()
    except ValueError:
        return False


def _media_problem(folder: AccountFolder, template: Template) -> str:
    """Why its files cannot go with it; "" when they can."""
    try:
        files: list[Path] = [folder.media_file(name) for name in template.media]
        check_media(files)
    except ValueError as error:
        return f"{error}. Name a file below this account's own folder."
    except MediaRefused as refused:
        return sentences(refused.message, refused.remedy)
    return ""


def _own_words(text: str) -> str:
    """The text without its variables; "" when too little is left to say that one is like another."""
    own = _VARIABLE.sub(" ", text)
    return own if len(own.split()) >= _OWN_WORDS else ""


def _plain(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum() or sign in "{|}")
