"""A window in which a person logs in to x.com. Aviary opens x.com's own log-in there, and watches until it is done.

It types and clicks nothing, and looks at two things alone: whether the cookies of a session are there, and whose page
is shown. What x.com asks of the person, a code or a check, is between the two.
"""

from __future__ import annotations

import json
from typing import Any

from bot.errors import BrowserDied, ProxyRefused, SessionNotTaken, Unavailable
from bot.storage.cookies import NEEDED, read_export
from bot.x.arrival import read_state
from bot.x.contract import LoggedIn
from bot.x.page import HOME_URL, Page
from bot.x.trouble import trouble_of_page

_LOG_IN_PATH = "i/flow/login"
"""Leads on to the log-in that x.com has now (x_dom_facts: pages, login)."""
_FORGOTTEN = (*NEEDED, "twid", "auth_multi")
"""What a log-in in this browser is made of. The rest stays: by kdt x.com knows the device again (cookie_formats)."""
_SECONDS_BETWEEN_LOOKS = 1.0
_CLOSED = "The window was closed before the log-in was complete."


def watch_log_in(page: Page, seconds: float) -> LoggedIn:
    """Open the log-in and wait for up to `seconds` until a person is through it.

    Raises SessionNotTaken, ProxyRefused, Stopped, and what opening a page raises.
    """
    try:
        for name in _FORGOTTEN:
            page.send_command("Network.deleteCookies", {"name": name, "url": HOME_URL})
        page.open(_LOG_IN_PATH)
        _refuse_without_proxy(page)
        done = page.poll(lambda: _look(page), seconds, every=_SECONDS_BETWEEN_LOOKS)
    except BrowserDied as died:
        raise SessionNotTaken(_CLOSED) from died
    if done is None:
        raise SessionNotTaken(f"Nobody was logged in within {seconds / 60:.0f} minutes, so the window was closed.")
    return done


def _refuse_without_proxy(page: Page) -> None:
    """Nobody can log in on the empty page of a proxy that takes no login. Raises ProxyRefused."""
    state = page.poll(lambda: read_state(page), page.timeouts.settle)
    trouble = trouble_of_page(state) if state else None
    if isinstance(trouble, ProxyRefused):
        raise trouble


def _look(page: Page) -> LoggedIn | None:
    """The log-in once it is complete: the cookies are there, and x.com shows somebody's own page."""
    try:
        cookies = _cookies(page)
        if not all(any(cookie["name"] == name for cookie in cookies) for name in NEEDED):
            return None
        owner = read_state(page).own_handle
    except BrowserDied:
        raise
    except Unavailable:
        return None  # a page that loads slowly just now
    return LoggedIn(owner, read_export(json.dumps(cookies), "the window").cookies) if owner else None


def _cookies(page: Page) -> list[dict[str, Any]]:
    answer = page.send_command("Network.getCookies", {"urls": [HOME_URL]})
    found: list[dict[str, Any]] = answer["cookies"] if answer else page.cookies()
    return found
