"""Coming to a page: open it and wait until it shows what it is there for, or in which trouble it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from selenium.webdriver.remote.webelement import WebElement

from bot.errors import PageChanged, PageTimeout, Trouble, XDown
from bot.x.page import Page
from bot.x.selectors import Selector
from bot.x.trouble import PageState, is_access_undecided, trouble_of_page

_Found = TypeVar("_Found")


_ACCESS_SECONDS = 5.0


def read_state(page: Page) -> PageState:
    """The state of the present page."""
    return PageState.read(page.run("state"))


def find_trouble(page: Page) -> Trouble | None:
    """The trouble the present page is in. A page that stops the account gets a moment to say why."""
    state = read_state(page)
    if is_access_undecided(state):
        settled = page.poll(lambda: _decided(page), _ACCESS_SECONDS, stoppable=False)
        state = settled or state
    return trouble_of_page(state)


def find_lasting_trouble(page: Page) -> Trouble | None:
    """The trouble of the present page that no second try would end."""
    trouble = find_trouble(page)
    return trouble if trouble and not trouble.retriable else None


def find_trouble_ahead(page: Page) -> Trouble | None:
    """The trouble that stops the account, also when x.com is only on the way to the page that tells it.

    A toast without a reason can stand for a moment before x.com leads to its login or to the page of a locked
    account. Not stoppable: a click was made.
    """
    return page.poll(lambda: find_lasting_trouble(page), page.timeouts.settle, stoppable=False)


def _decided(page: Page) -> PageState | None:
    state = read_state(page)
    return None if is_access_undecided(state) else state


def check(page: Page) -> PageState:
    """The state of the present page; raises the trouble it is in."""
    state = read_state(page)
    if trouble_of_page(state):
        trouble = find_trouble(page)
        if trouble:
            raise trouble
    return state


def wait_for(page: Page, ready: Callable[[], _Found | None], missing: Callable[[], Trouble]) -> _Found:
    """Wait until `ready` gives something; raises the page's trouble as soon as it shows, else `missing()`."""

    def look() -> _Found | None:
        check(page)
        return ready()

    found = page.poll(look, page.timeouts.element)
    if found is None:
        raise missing()
    return found


def wait_for_element(page: Page, selector: Selector) -> WebElement:
    """Wait for an element. Raises PageChanged when the page came and the element is not on it."""
    return wait_for(page, lambda: page.find(selector), lambda: missing_element(page, selector))


def missing_element(page: Page, selector: Selector) -> Trouble:
    """What it means that `selector` is not there: the page has not come yet, or it is another than known."""
    state = check(page)
    if state.script_failed and not state.column_shown:
        return XDown("The scripts of x.com did not load.")  # each app shell holds that note, shown only then
    if not state.column_shown:
        return PageTimeout(f"The page {state.path} did not finish loading.")
    return PageChanged(f"'{selector.name}' is not on the page {state.path}.", selector=selector.name)
