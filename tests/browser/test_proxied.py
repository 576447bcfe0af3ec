"""A browser goes through its account's proxy, or is not opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.browser.contract import Browser, BrowserRequest
from bot.browser.proxied import open_proxied
from bot.errors import BrowserDied, ProxyRefused
from bot.settings.proxy import parse_proxy


class Opener:
    """Notes what it is asked for, and opens a browser that never was told of a proxy."""

    def __init__(self, name: str = "chrome") -> None:
        self.name = name
        self.asked: list[BrowserRequest] = []
        self.closed = 0

    def open(self, request: BrowserRequest) -> Browser:
        self.asked.append(request)
        return self  # type: ignore[return-value]

    def close(self) -> None:
        self.closed += 1


def request(tmp_path: Path, proxy: str, **more: str) -> BrowserRequest:
    return BrowserRequest(profile=tmp_path, proxy=parse_proxy(proxy), **more)  # type: ignore[arg-type]


def test_a_browser_that_lost_its_proxy_on_the_way_is_ended_at_once(tmp_path: Path) -> None:
    opener = Opener()
    with pytest.raises(BrowserDied, match="not started with the account's proxy"):
        open_proxied(opener, request(tmp_path, "http://h:1"))
    assert opener.closed == 1


def test_a_socks5_proxy_with_a_login_is_reached_by_a_forwarder_that_ends_with_the_browser(tmp_path: Path) -> None:
    opener = Opener()
    with pytest.raises(BrowserDied):
        open_proxied(opener, request(tmp_path, "socks5://ayu:kopi@h:1"))
    [asked] = opener.asked
    assert asked.proxy is not None
    assert asked.proxy.address.startswith("http://127.0.0.1:")
    assert "kopi" not in asked.proxy.password


def test_a_grid_cannot_give_a_socks5_proxy_its_login(tmp_path: Path) -> None:
    opener = Opener("grid")
    with pytest.raises(ProxyRefused, match="Grid") as told:
        open_proxied(opener, request(tmp_path, "socks5://ayu:kopi@h:1"))
    assert "http or https" in told.value.remedy
    assert opener.asked == []


def test_who_practises_is_not_led_to_the_real_x_by_a_proxy_elsewhere(tmp_path: Path) -> None:
    opener = Opener()
    with pytest.raises(ProxyRefused, match="the real x"):
        open_proxied(opener, request(tmp_path, "http://proxy.example:1", x_address="127.0.0.1:8443"))
    assert opener.asked == []
