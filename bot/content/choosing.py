"""Which template is posted next: the one unused for longest whose text is new and fits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.content.length import why_unfit
from bot.content.templates import Rendered, Template

_NEVER = datetime.min.replace(tzinfo=UTC)
_DRAWS = 12


@dataclass(frozen=True)
class Choice:
    """What was chosen, or None, and why the templates before it were passed over."""

    post: Rendered | None
    passed_over: tuple[str, ...]


def choose(
    templates: Sequence[Template],
    last_use: Mapping[str, datetime],
    used_texts: Collection[str],
    render: Callable[[Template], Rendered | None],
    media_problem: Callable[[Template], str] = lambda _template: "",
    why_not: Callable[[Rendered], str] = lambda _post: "",
) -> Choice:
    """Go through the templates, least recently used first, until one gives a post that may go out.

    `media_problem` says why a template's files cannot go with it, "" when they can; `why_not` the same of a post, as
    the last: the first post it lets pass is chosen. A template with drawn variables gets several draws before it is
    passed over.
    """
    ordered = sorted(templates, key=lambda template: last_use.get(template.text, _NEVER))
    passed_over: list[str] = []
    for template in ordered:
        why = media_problem(template)
        post = None
        if not why:
            post, why = _try(template, used_texts, render, why_not)
        if post is not None:
            return Choice(post, tuple(passed_over))
        passed_over.append(f"“{_short(template.text)}” {why}")
    return Choice(None, tuple(passed_over))


def _try(
    template: Template,
    used_texts: Collection[str],
    render: Callable[[Template], Rendered | None],
    why_not: Callable[[Rendered], str],
) -> tuple[Rendered | None, str]:
    why = ""
    for _ in range(_DRAWS):
        post = render(template)
        if post is None:
            return None, "names a variable that has no value in settings.yaml or templates.yaml"
        why = why_unfit(post.text) or ("was posted in the last 30 days" if post.text in used_texts else "")
        why = why or why_not(post)
        if not why:
            return post, ""
    return None, why


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else line[:39] + "…"
