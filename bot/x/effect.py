"""Confirms that a click had its effect, and that x.com did not take it back."""

from __future__ import annotations

from collections.abc import Callable

from bot.errors import Trouble
from bot.x.arrival import find_trouble
from bot.x.page import Page
from bot.x.reactions import find_trouble_ahead, seen_answers, seen_toasts, trouble_of_answers, trouble_of_toasts


def wait_for_effect(
    page: Page,
    is_done: Callable[[], bool],
    refused: Callable[[], Trouble],
    is_done_anew: Callable[[], bool],
) -> None:
    """Wait for the effect and that it stays. Raises what x.com says is wrong, else `refused()`.

    x.com shows the effect at once, before its server knows, and takes it back when the server refuses
    (x_dom_facts: Action bar, like). So the server's answer is waited for; when none is seen, `is_done_anew`
    loads the page again and looks. Not stoppable: the click was made, and its outcome is worth the seconds.
    """

    def stands() -> bool:
        raise_refusal(page)
        return is_done()

    def shows() -> str:
        if stands():
            return "done"
        return "refused" if seen_answers(page) and seen_toasts(page) else ""

    if page.poll(shows, page.timeouts.effect, stoppable=False) != "done":
        raise_refusal(page)
        raise find_trouble_ahead(page) or refused()
    answered = page.poll(lambda: bool(seen_answers(page)) or not stands(), page.timeouts.effect, stoppable=False)
    if page.poll(lambda: not stands(), page.timeouts.settle, stoppable=False):
        raise_refusal(page)
        raise find_trouble_ahead(page) or refused()
    if not answered and not is_done_anew():
        raise refused()


def raise_refusal(page: Page) -> None:
    """Raise what a toast or the page itself says against the action."""
    trouble = trouble_of_toasts(page) or trouble_of_answers(page) or find_trouble(page)
    if trouble:
        raise trouble
