"""Confirms that a click had its effect, and that x.com did not take it back."""

from __future__ import annotations

from collections.abc import Callable

from bot.errors import Trouble
from bot.x.arrival import read_state
from bot.x.page import Page
from bot.x.toasts import trouble_of_toasts
from bot.x.trouble import trouble_of_page


def wait_for_effect(page: Page, is_done: Callable[[], bool], refused: Callable[[], Trouble]) -> None:
    """Wait for the effect and that it stays. Raises what x.com says is wrong, else `refused()`.

    x.com shows the effect at once and takes it back when the server refuses (x_dom_facts: Action bar, like).
    Not stoppable: the click was made, and the few seconds to its outcome are worth knowing it.
    """

    def look() -> bool:
        raise_refusal(page)
        return is_done()

    if not page.poll(look, page.timeouts.effect, stoppable=False):
        raise refused()
    if page.poll(lambda: not look(), page.timeouts.settle, stoppable=False):
        raise_refusal(page)
        raise refused()


def raise_refusal(page: Page) -> None:
    """Raise what a toast or the page itself says against the action."""
    trouble = trouble_of_toasts(page) or trouble_of_page(read_state(page))
    if trouble:
        raise trouble
