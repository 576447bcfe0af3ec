"""How cookies are handed to the browser (cookie_formats: Traps)."""

from __future__ import annotations

from bot.x.contract import Cookie
from bot.x.session import _for_devtools, _for_webdriver


def test_a_domain_cookie_keeps_its_domain_and_expiry() -> None:
    cookie = Cookie("auth_token", "x", same_site="None", http_only=True, expires=2_000_000_000)
    assert _for_webdriver(cookie) == {
        "name": "auth_token",
        "value": "x",
        "domain": ".x.com",
        "path": "/",
        "secure": True,
        "httpOnly": True,
        "sameSite": "None",
        "expiry": 2_000_000_000,
    }
    devtools = _for_devtools(cookie)
    assert devtools["expires"] == 2_000_000_000.0
    assert "expiry" not in devtools
    assert "url" not in devtools


def test_a_session_cookie_without_same_site_leaves_both_keys_out() -> None:
    taken = _for_webdriver(Cookie("ct0", "y"))
    assert "expiry" not in taken
    assert "sameSite" not in taken


def test_a_cookie_of_one_host_names_no_domain() -> None:
    assert "domain" not in _for_webdriver(Cookie("lang", "id", domain="x.com"))
    assert _for_devtools(Cookie("lang", "id", domain="x.com"))["url"] == "https://x.com/"
    assert "domain" not in _for_webdriver(Cookie("__Host-guest", "z"))


def test_same_site_none_is_always_secure() -> None:
    assert _for_webdriver(Cookie("a", "b", secure=False, same_site="None"))["secure"] is True


def test_the_value_of_a_cookie_is_never_shown() -> None:
    assert "secret-value" not in repr(Cookie("auth_token", "secret-value"))
