"""Which template is posted next: the one unused for longest, by its weight, that gives a post which may go out."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.content.length import why_unfit
from bot.content.longest import surely_fits
from bot.content.templates import Rendered, Template
from bot.excerpts import excerpt
from bot.storage.journal import TemplateUse

_NEVER = datetime.min.replace(tzinfo=UTC)
_DRAWS = 12
_UNUSED = TemplateUse()


@dataclass(frozen=True)
class Choice:
    """What was chosen, or None; `why`, and why the templates before it were passed over."""

    post: Rendered | None
    passed_over: tuple[str, ...]
    why: str = ""


def choose(
    templates: Sequence[Template],
    uses: Mapping[str, TemplateUse],
    now: datetime,
    render: Callable[[Template], Rendered | None],
    why_not: Callable[[Rendered], str] = lambda _post: "",
    media_problem: Callable[[Template], str] = lambda _template: "",
) -> Choice:
    """Go through the templates in their turn until one gives a post that may go out.

    `media_problem` says why a template's files cannot go with it, "" when they can; `why_not` the same of a post, as
    the last: the first post it lets pass is chosen. A template with drawn variables gets several draws before it is
    passed over.
    """
    return choose_in_order(in_turn(templates, uses), uses, now, render, why_not, media_problem)


def choose_in_order(
    templates: Iterable[Template],
    uses: Mapping[str, TemplateUse],
    now: datetime,
    render: Callable[[Template], Rendered | None],
    why_not: Callable[[Rendered], str],
    media_problem: Callable[[Template], str],
) -> Choice:
    """`choose`, of templates that stand in their turn already."""
    passed_over: list[str] = []
    for template in templates:
        use = use_of(template, uses)
        post, why = None, _rests(template, use, now) or media_problem(template)
        if not why:
            post, why = _try(template, render, why_not)
        if post is not None:
            return Choice(post, tuple(passed_over), _why(template, use, now))
        passed_over.append(f"“{shortened(template.key)}” {why}")
    return Choice(None, tuple(passed_over))


def in_turn(templates: Sequence[Template], uses: Mapping[str, TemplateUse]) -> list[Template]:
    """Least recently used first. One of weight 2 has two turns: the older of its two last uses counts, and so on.

    Those never used come in the order of the file.
    """

    return sorted(templates, key=lambda template: _turn(template, uses))


def _turn(template: Template, uses: Mapping[str, TemplateUse]) -> tuple[datetime, datetime]:
    times = use_of(template, uses).times
    nth = times[template.weight - 1] if len(times) >= template.weight else _NEVER
    return nth, times[0] if times else _NEVER


class Turns:
    """What `in_turn` says, kept up to date while `uses` grow: a simulation asks for it at each post."""

    def __init__(self, templates: Sequence[Template], uses: Mapping[str, TemplateUse]) -> None:
        self._templates = templates
        self._uses = uses
        self._keys = [(*_turn(template, uses), place) for place, template in enumerate(templates)]
        self._order = sorted(self._keys)
        self._places: dict[str, list[int]] = {}
        for place, template in enumerate(templates):
            for key in {template.key, template.text}:
                self._places.setdefault(key, []).append(place)

    def __iter__(self) -> Iterator[Template]:
        return (self._templates[place] for _, _, place in self._order)

    def follow(self, key: str) -> None:
        """The uses under this key are others."""
        for place in self._places.get(key, ()):
            before, now = self._keys[place], (*_turn(self._templates[place], self._uses), place)
            self._keys[place] = now
            del self._order[bisect.bisect_left(self._order, before)]
            bisect.insort(self._order, now)


def use_of(template: Template, uses: Mapping[str, TemplateUse]) -> TemplateUse:
    """Its uses, also those from before it got its name."""
    by_name, by_text = uses.get(template.key, _UNUSED), uses.get(template.text, _UNUSED)
    if not template.name or by_text is _UNUSED:
        return by_name
    times = sorted({*by_name.times, *by_text.times}, reverse=True)
    posted = [each for each in (by_name.posted_at, by_text.posted_at) if each]
    return TemplateUse(tuple(times), max(posted, default=None))


def _rests(template: Template, use: TemplateUse, now: datetime) -> str:
    """Why its cool-down holds it back; "" when it does not."""
    if not template.cool_down_days or use.posted_at is None:
        return ""
    if now - use.posted_at >= timedelta(days=template.cool_down_days):
        return ""
    return f"rests for {_days(template.cool_down_days)} after each post; its last was {_ago(now - use.posted_at)}"


def _try(
    template: Template, render: Callable[[Template], Rendered | None], why_not: Callable[[Rendered], str]
) -> tuple[Rendered | None, str]:
    why, seen = "", set[tuple[str, ...]]()
    for _ in range(_DRAWS):
        post = render(template)
        if post is None:
            return None, "names a variable that has no value in settings.yaml or templates.yaml"
        if post.posts in seen:
            continue  # it is refused already
        seen.add(post.posts)
        why = next(filter(None, map(_why_unfit, post.posts)), "") or why_not(post)
        if not why:
            return post, ""
    return None, why


def _why_unfit(text: str) -> str:
    """Counting exactly takes a millisecond, and many texts are surely short enough."""
    return "" if surely_fits(text) else why_unfit(text)


def _why(template: Template, use: TemplateUse, now: datetime) -> str:
    """In words that stand behind its name."""
    if not use.times:
        return "it was never used before"
    weight = f", and it has weight {template.weight}" if template.weight > 1 else ""
    return f"its turn has come: last used {_ago(now - use.times[0])}{weight}"


def _ago(time: timedelta) -> str:
    if time < timedelta(hours=1):
        return "less than an hour ago"
    if time < timedelta(days=2):
        return f"{time // timedelta(hours=1)} h ago"
    return f"{time.days} days ago"


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def shortened(text: str) -> str:
    """The text's beginning on one line."""
    return excerpt(text, 40)
