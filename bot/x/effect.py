"""Confirms that a click had its effect, and that x.com did not take it back."""

from __future__ import annotations

from collections.abc import Callable

from bot.errors import Trouble
from bot.x.arrival import find_trouble, find_trouble_ahead
from bot.x.page import Page
from bot.x.reactions import seen_answers, seen_toasts, trouble_of_answers, trouble_of_toasts


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
        trouble = _trouble_shown(page)
        if trouble:
            raise trouble
        return is_done()

    def shows() -> str:
        if stands():
            return "done"
        return "refused" if seen_answers(page) and seen_toasts(page) else ""

    if page.poll(shows, page.timeouts.effect, stoppable=False) != "done":
        raise _why_refused(page) or refused()
    answered = page.poll(lambda: bool(seen_answers(page)) or not stands(), page.timeouts.effect, stoppable=False)
    if page.poll(lambda: not stands(), page.timeouts.settle, stoppable=False):
        raise _why_refused(page) or refused()
    if not answered and not is_done_anew():
        raise refused()


def _trouble_shown(page: Page) -> Trouble | None:
    """What a toast, an answer or the page itself says against the action."""
    return trouble_of_toasts(page) or trouble_of_answers(page) or find_trouble(page)


def _why_refused(page: Page) -> Trouble | None:
    """The same for an action that was taken back: the page that says why may still be on its way."""
    return _trouble_shown(page) or find_trouble_ahead(page)
