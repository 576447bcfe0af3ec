"""Coming to a page: open it and wait until it shows what it is there for, or in which trouble it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from selenium.webdriver.remote.webelement import WebElement

from bot.errors import PageChanged, PageTimeout, Trouble
from bot.x.page import Page
from bot.x.selectors import Selector
from bot.x.trouble import PageState, trouble_of_page

_Found = TypeVar("_Found")


def read_state(page: Page) -> PageState:
    """The state of the present page."""
    return PageState.read(page.run("state"))


def check(page: Page) -> PageState:
    """The state of the present page; raises the trouble it is in."""
    state = read_state(page)
    trouble = trouble_of_page(state)
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
    if not state.column_shown:
        return PageTimeout(f"The page {state.path} did not finish loading.")
    return PageChanged(f"'{selector.name}' is not on the page {state.path}.", selector=selector.name)
