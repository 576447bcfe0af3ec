"""Types a text into the composer so that the editor, not only the page, holds it.

The field is a rich-text editor that keeps its own state; only input it sees as typing counts. Whatever way is
used, the field is read back and compared (x_dom_facts: Composer, typing).
"""

from __future__ import annotations

import sys

from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from bot.errors import PageChanged
from bot.x.arrival import wait_for_element
from bot.x.overlays import click_once
from bot.x.page import Page
from bot.x.selectors import COMPOSER_TEXT, TYPEAHEAD

_PASTE = """
const data = new DataTransfer();
data.setData("text/plain", arguments[1]);
arguments[0].dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
return true;
"""

_SELECT_ALL_KEY = Keys.COMMAND if sys.platform == "darwin" else Keys.CONTROL


def type_text(page: Page, text: str) -> None:
    """Make the composer hold exactly `text`, whatever it held before.

    Raises PageChanged when no way of typing makes the field read back as `text`.
    """
    wanted = _plain(text)
    for way in (_insert_whole, _insert_by_line, _send_keys, _paste):
        _empty(page)
        if not wanted:
            return
        page.stop.check()
        way(page, wanted)
        if page.poll(lambda: read_field(page) == wanted, _settle(page)):
            _close_suggestions(page)
            return
    raise PageChanged("The composer does not take the text as it is.", selector=COMPOSER_TEXT.name)


def read_field(page: Page) -> str:
    """What the composer holds, with its line breaks."""
    field = page.find(COMPOSER_TEXT)
    return _plain(page.evaluate("return arguments[0].innerText;", field)) if field else ""


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\u00a0", " ").rstrip("\n")


def _settle(page: Page) -> float:
    return min(3.0, page.timeouts.typing)


def _field(page: Page) -> WebElement:
    return wait_for_element(page, COMPOSER_TEXT)


def _focus(page: Page) -> WebElement:
    click_once(page, lambda: page.find(COMPOSER_TEXT), COMPOSER_TEXT.name)
    return _field(page)


def _empty(page: Page) -> None:
    """Remove what an earlier visit left; the editor restores drafts by itself."""
    field = _focus(page)
    if read_field(page):
        page.type_into(field, _SELECT_ALL_KEY + "a" + Keys.NULL, Keys.BACKSPACE)
    if not page.poll(lambda: not read_field(page), page.timeouts.typing):
        raise PageChanged("The composer keeps an old text.", selector=COMPOSER_TEXT.name)


def _insert_whole(page: Page, text: str) -> None:
    page.send_command("Input.insertText", {"text": text})


def _insert_by_line(page: Page, text: str) -> None:
    for number, line in enumerate(text.split("\n")):
        if number:
            _close_suggestions(page)
            page.type_into(_field(page), Keys.ENTER)
        if line:
            page.send_command("Input.insertText", {"text": line})


def _send_keys(page: Page, text: str) -> None:
    for number, line in enumerate(text.split("\n")):
        if number:
            _close_suggestions(page)
            page.type_into(_field(page), Keys.ENTER)
        page.type_into(_field(page), line)


def _paste(page: Page, text: str) -> None:
    page.evaluate(_PASTE, _field(page), text)


def _close_suggestions(page: Page) -> None:
    """Close the list that "#" and "@" open: Enter would take an entry of it, and it may cover the button."""
    if page.find(TYPEAHEAD) is None:
        return
    page.type_into(_field(page), Keys.ESCAPE)
    page.poll(lambda: page.find(TYPEAHEAD) is None, _settle(page))
