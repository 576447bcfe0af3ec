"""Frees a button from what lies over it: a cookie question or a dialog is closed once, never answered."""

from __future__ import annotations

from collections.abc import Callable

from selenium.webdriver.remote.webelement import WebElement

from bot.errors import PageChanged
from bot.x.page import CoveredError, Page, StaleError
from bot.x.selectors import CONFIRM_CANCEL, COOKIE_BANNER, DIALOG_CLOSE

_CLOSE_SECONDS = 3.0

REFUSE_COOKIES = """
const bars = [...document.querySelectorAll(arguments[0])];
const buttons = bars.flatMap((bar) => [...bar.querySelectorAll('button')]);
return buttons.at(-1) || null;
"""


def click_once(page: Page, find: Callable[[], WebElement | None], name: str) -> None:
    """Click the element exactly once; tried again only when surely nothing was clicked.

    Raises PageChanged, naming the element and what covers it, when that does not help.
    """
    for _attempt in range(3):
        try:
            page.click(uncover(page, find, name))
        except (CoveredError, StaleError):
            continue
        return
    raise PageChanged(f"'{name}' cannot be clicked: something keeps moving over it.", selector=name)


def uncover(page: Page, find: Callable[[], WebElement | None], name: str) -> WebElement:
    """Bring the element that `find` gives into view and free; closes one overlay if need be."""
    element = _present(find, name)
    cover = _cover(page, element)
    if cover is None:
        return element
    _close(page, cover["selector"])
    page.poll(lambda: _cover(page, _present(find, name)) is None, _CLOSE_SECONDS)
    element = _present(find, name)
    still = _cover(page, element)
    if still is not None:
        raise PageChanged(f"{still['what']} lies over '{name}' and could not be closed.", selector=name)
    return element


def _present(find: Callable[[], WebElement | None], name: str) -> WebElement:
    element = find()
    if element is None:
        raise PageChanged(f"'{name}' is not on the page any more.", selector=name)
    return element


def _cover(page: Page, element: WebElement) -> dict[str, str] | None:
    cover: dict[str, str] | None = page.run("cover", element)
    return cover


def _close(page: Page, kind: str) -> None:
    closer = _closer(page, kind)
    if closer is None:
        return
    try:
        page.click(closer)
    except (CoveredError, StaleError):
        return


def _closer(page: Page, kind: str) -> WebElement | None:
    if kind in ("cookie_mask", "cookie_banner"):
        button: WebElement | None = page.evaluate(REFUSE_COOKIES, page.css_of(COOKIE_BANNER))
        return button
    return page.find(CONFIRM_CANCEL if kind == "confirm_sheet" else DIALOG_CLOSE)
