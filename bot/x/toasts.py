"""The short messages x.com shows at the bottom; they vanish within seconds, so they are watched."""

from __future__ import annotations

from dataclasses import dataclass

from bot.errors import Trouble
from bot.x.page import Page
from bot.x.trouble import trouble_of_words


@dataclass(frozen=True)
class Toast:
    """A message, with the paths its links lead to."""

    text: str
    links: tuple[str, ...] = ()


def watch_toasts(page: Page) -> None:
    """Keep every toast from now on, until the page is left."""
    page.run("watch_toasts")


def seen_toasts(page: Page) -> list[Toast]:
    """The toasts since `watch_toasts`, oldest first."""
    raw = page.evaluate("return window.aviaryToasts ? window.aviaryToasts.list : [];")
    return [Toast(one["text"], tuple(one["links"])) for one in raw]


def trouble_of_toasts(page: Page) -> Trouble | None:
    """The first trouble the toasts name."""
    troubles = (trouble_of_words(toast.text) for toast in seen_toasts(page))
    return next((trouble for trouble in troubles if trouble), None)
