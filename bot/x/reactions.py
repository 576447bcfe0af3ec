"""How x.com reacts to a click: its toasts, which vanish within seconds, and its server's answers."""

from __future__ import annotations

from dataclasses import dataclass

from bot.errors import SlowDown, Trouble
from bot.x.page import Page
from bot.x.trouble import trouble_of_words


@dataclass(frozen=True)
class Toast:
    """A short message at the bottom, with the paths its links lead to."""

    text: str
    links: tuple[str, ...] = ()


def watch(page: Page) -> None:
    """Keep every toast and every answer from now on, until the page is left. Forgets what was kept before."""
    page.run("watch")


def seen_toasts(page: Page) -> list[Toast]:
    """The toasts since `watch`, oldest first."""
    raw = page.evaluate("return window.aviaryWatch ? window.aviaryWatch.toasts : [];")
    return [Toast(one["text"], tuple(one["links"])) for one in raw]


def seen_answers(page: Page) -> list[int]:
    """The HTTP status of each answer X's server gave to a request made since `watch`."""
    raw = page.evaluate("return window.aviaryWatch ? window.aviaryWatch.answers : [];")
    return [int(status) for status in raw]


def trouble_of_answers(page: Page) -> Trouble | None:
    """What the answers say in any language: 429 is "too many requests"."""
    return SlowDown("x.com answers: too many requests (429).") if 429 in seen_answers(page) else None


def trouble_of_toasts(page: Page) -> Trouble | None:
    """The first trouble the toasts name."""
    troubles = (trouble_of_words(toast.text) for toast in seen_toasts(page))
    return next((trouble for trouble in troubles if trouble), None)
