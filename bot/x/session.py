"""Puts an account's session into the browser and makes sure whose it is (x_dom_facts: Session cookies)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from bot.errors import ForeignSession, SessionExpired
from bot.x.arrival import check, missing_element, wait_for
from bot.x.contract import Cookie
from bot.x.page import HOME_URL, Page
from bot.x.selectors import OWN_AVATAR

_SESSION_COOKIE = "auth_token"
_LIGHT_PATH = "robots.txt"
_LANGUAGE = Cookie("lang", "en", domain="x.com")
"""Decides the language of the pages in this browser alone (cookie_formats: What makes up a session). Elements are
found in any language, but a refusal is only told by its words, and only the English ones are known for sure."""


def log_in(page: Page, handle: str, cookies: Sequence[Cookie]) -> str:
    """Put `cookies` in place, open home and return the handle the session belongs to."""
    if not any(cookie.name == _SESSION_COOKIE and cookie.value for cookie in cookies):
        raise SessionExpired("The cookies hold no X session (auth_token).")
    if not put_cookies(page, cookies):
        raise SessionExpired("The browser does not take the session cookie; it may be out of date.")
    page.open("home")
    owner = wait_for(page, lambda: check(page).own_handle, lambda: missing_element(page, OWN_AVATAR))
    if owner.casefold() != handle.casefold():
        raise ForeignSession(f"The cookies belong to @{owner}, not to @{handle}.", owner=owner)
    return owner


def put_cookies(page: Page, cookies: Sequence[Cookie]) -> bool:
    """Make `cookies` the browser's session; True when the session cookie is in place.

    A profile that already holds this very session keeps its cookies: x.com may have renewed some of them.
    """
    own = [cookie for cookie in cookies if cookie.name != _LANGUAGE.name]
    usable = [cookie for cookie in own if cookie.expires is None or cookie.expires > time.time()]
    wanted = next((cookie.value for cookie in usable if cookie.name == _SESSION_COOKIE), None)
    if wanted is None:
        return False
    return _put_by_devtools(page, usable, wanted) or _put_by_webdriver(page, usable, wanted)


def _put_by_devtools(page: Page, cookies: Sequence[Cookie], wanted: str) -> bool:
    if page.send_command("Network.enable", {}) is None:
        return False
    if _session_in(_present(page)) != wanted:
        page.send_command("Network.clearBrowserCookies", {})
        page.send_command("Network.setCookies", {"cookies": [_for_devtools(cookie) for cookie in cookies]})
    page.send_command("Network.setCookies", {"cookies": [_for_devtools(_LANGUAGE)]})
    return _session_in(_present(page)) == wanted


def _present(page: Page) -> list[dict[str, Any]]:
    answer = page.send_command("Network.getCookies", {"urls": [HOME_URL]})
    found: list[dict[str, Any]] = answer["cookies"]
    return found


def _put_by_webdriver(page: Page, cookies: Sequence[Cookie], wanted: str) -> bool:
    page.open(_LIGHT_PATH)  # WebDriver sets cookies only for the site that is open
    if _session_in(page.cookies()) != wanted:
        page.delete_cookies()
        for cookie in cookies:
            page.add_cookie(_for_webdriver(cookie))
    page.add_cookie(_for_webdriver(_LANGUAGE))
    return _session_in(page.cookies()) == wanted


def _session_in(cookies: Sequence[dict[str, Any]]) -> str | None:
    return next((str(cookie["value"]) for cookie in cookies if cookie["name"] == _SESSION_COOKIE), None)


def _for_webdriver(cookie: Cookie) -> dict[str, Any]:
    taken: dict[str, Any] = {
        "name": cookie.name,
        "value": cookie.value,
        "path": cookie.path,
        "secure": _is_secure(cookie),
        "httpOnly": cookie.http_only,
    }
    if _is_for_domain(cookie):
        taken["domain"] = cookie.domain
    if cookie.expires is not None:
        taken["expiry"] = cookie.expires
    if cookie.same_site is not None:
        taken["sameSite"] = cookie.same_site
    return taken


def _for_devtools(cookie: Cookie) -> dict[str, Any]:
    taken = _for_webdriver(cookie)
    expiry = taken.pop("expiry", None)
    return (
        taken
        | ({} if expiry is None else {"expires": float(expiry)})
        | ({} if "domain" in taken else {"url": HOME_URL})
    )


def _is_for_domain(cookie: Cookie) -> bool:
    return cookie.domain.startswith(".") and not cookie.name.startswith("__Host-")


def _is_secure(cookie: Cookie) -> bool:
    return cookie.secure or cookie.same_site == "None" or cookie.name.startswith("__")
