"""How long the texts of an account last at its present schedule."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.content.branching import TooMany, number_of_ways, texts_of, unfold
from bot.content.counting import count_posts
from bot.content.dates import words_of_any_day
from bot.content.language import parse, variables_in
from bot.content.length import fits
from bot.content.longest import weight_at_most
from bot.content.templates import Content, Template
from bot.content.vocabulary import Vocabulary
from bot.settings.account import AccountSettings, Policy
from bot.wa_links import without_code

_GONE_THROUGH = 500  # texts of one template; of more there are plenty
_CHANGING = frozenset({"number", "weekday", "date", "day", "month", "year", "time"})
_DAY_WORDS = sorted(
    {word for language in ("id", "en") for name in ("weekday", "month") for word in words_of_any_day(language, 0)[name]}
)
_CHANGES = re.compile(rf"\d+|\b(?:{'|'.join(_DAY_WORDS)})\b")


@dataclass(frozen=True)
class KindRunway:
    """How long one kind lasts. `days` is None when it never runs out: texts come back as fast as they are used."""

    kind: str
    per_week: int
    fresh: int  # texts that could be posted now; of very many, at least so many
    days: int | None


@dataclass(frozen=True)
class _Supply:
    """The texts of one template: those that are free, and in how many days each of the others will be."""

    fresh: int
    comes_back: tuple[float, ...]
    cool_down_days: int

    def by(self, days: int) -> int:
        """How many posts it can make until then."""
        free = self.fresh + sum(1 for wait in self.comes_back if wait <= days)
        return min(free, 1 + days // self.cool_down_days) if self.cool_down_days else free


def look_ahead(
    content: Content,
    vocabulary: Vocabulary,
    settings: AccountSettings,
    used: Mapping[str, datetime],
    now: datetime,
    may_go: Callable[[Template], bool] = lambda _template: True,
) -> tuple[KindRunway, ...]:
    """Each kind that slots post by themselves, the one that runs out first in front.

    `used` are the texts of the last days, without codes, with their time, `may_go` says whether a template's files are
    there. Texts that differ in the number of the post or the day alone count as one.
    """
    found = []
    for kind, per_week in posts_per_week(settings).items():
        templates = [each for each in content.of_kind(kind) if may_go(each) and not each.more and not each.poll]
        supplies = [_supply(each, vocabulary, settings.content.repeat_after_days, used, now) for each in templates]
        days = _days(supplies, per_week, settings.content.repeat_after_days)
        found.append(KindRunway(kind, per_week, sum(each.fresh for each in supplies), days))
    return tuple(sorted(found, key=lambda each: math.inf if each.days is None else each.days))


def warn(runways: Iterable[KindRunway], settings: AccountSettings) -> tuple[str, ...]:
    """A line for each kind that lasts for fewer days than the settings want."""
    least = settings.content.runway_warning_days
    return tuple(
        f"The texts of {each.kind}_templates last for {_in_words(each.days)}: write more, or let slots post less often."
        for each in runways
        if each.days is not None and each.days < least
    )


def posts_per_week(settings: AccountSettings) -> dict[str, int]:
    """Kind -> how many posts its slots make by themselves."""
    found: Counter[str] = Counter()
    if settings.schedule.enabled and settings.policy.post is Policy.AUTOMATIC:
        for slot in settings.schedule.all_slots:
            if slot.enabled and slot.post != "none":
                found[slot.post] += len(set(slot.weekdays))
    return dict(found)


def _supply(
    template: Template, vocabulary: Vocabulary, repeat_days: int, used: Mapping[str, datetime], now: datetime
) -> _Supply:
    count = count_posts(template, vocabulary).number
    texts = _texts(template, vocabulary) if count <= _GONE_THROUGH else None
    if texts is None:
        return _Supply(count, (), template.cool_down_days)
    if _is_changing(template, vocabulary):
        texts = {_same_each_time(text) for text in texts}
        used = _newest((_same_each_time(text), at) for text, at in used.items())
    back = (used[text] + timedelta(days=repeat_days) - now for text in texts if text in used)
    waits = tuple(wait / timedelta(days=1) for wait in back if wait > timedelta())
    return _Supply(len(texts) - len(waits), waits, template.cool_down_days)


def _texts(template: Template, vocabulary: Vocabulary) -> set[str] | None:
    """The texts that X takes; None when there are too many ways to them."""
    try:
        branches = unfold(parse(template.text), vocabulary)
    except TooMany:
        return None
    if sum(map(number_of_ways, branches)) > 10 * _GONE_THROUGH:
        return None
    found = {without_code(text.strip()) for branch in branches for text in texts_of(branch)}
    return {text for text in found if text and (weight_at_most(text) <= 280 or fits(text))}


def _is_changing(template: Template, vocabulary: Vocabulary) -> bool:
    """Whether the text names what is another one each time, by itself or in what is drawn."""
    known: set[str] = set()
    coming = list(variables_in(parse(template.text)))
    while coming:
        name = coming.pop()
        if name in known or name not in vocabulary:
            continue
        known.add(name)
        for entry in vocabulary.entries.get(vocabulary.list_of[name], ()):
            coming += variables_in(parse(entry.get(name, "")))
    return bool(known & _CHANGING)


def _same_each_time(text: str) -> str:
    return _CHANGES.sub("#", text)


def _newest(times: Iterable[tuple[str, datetime]]) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for text, at in times:
        found[text] = max(at, found.get(text, at))
    return found


def _days(supplies: list[_Supply], per_week: int, repeat_days: int) -> int | None:
    """Whole days for which every post finds a text, looked at up to the day on which the first of them comes back."""
    for day in range(1, repeat_days + 2):
        if sum(each.by(day) for each in supplies) < math.ceil(per_week * day / 7):
            return day - 1
    return None


def _in_words(days: int | None) -> str:
    return "1 more day" if days == 1 else f"{days} more days" if days else "less than a day"
