"""Opening a browser that goes through its account's proxy, or not at all."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace

import psutil
from selenium.webdriver.remote.webdriver import WebDriver

from bot.browser.contract import Browser, BrowserOpener, BrowserRequest
from bot.browser.forwarder import Forwarder
from bot.browser.processes import DRIVER_FOLDER, find_own
from bot.browser.proxy_login import ProxyLogin, connect, find_devtools
from bot.errors import BrowserDied, ProxyRefused
from bot.settings.proxy import Proxy

_REMOTE = "grid"
"""The driver whose browsers are on other machines."""


class ProxiedBrowser:
    """A `Browser` with what stands between it and its proxy; that ends with it."""

    def __init__(self, browser: Browser, end: Callable[[], object]) -> None:
        self._browser = browser
        self._end = end
        self._closing = threading.Lock()

    @property
    def driver(self) -> WebDriver:
        return self._browser.driver

    def is_alive(self) -> bool:
        return self._browser.is_alive()

    def close(self) -> None:
        with self._closing:
            self._end()


def open_proxied(chosen: BrowserOpener, request: BrowserRequest) -> Browser:
    """Open a browser whose every connection goes through `request.proxy`.

    Raises ProxyRefused for a proxy that cannot be used so, BrowserMissing and BrowserDied.
    """
    proxy = request.proxy
    if proxy is None:
        raise ValueError("there is no proxy to go through")
    _refuse_impossible(proxy, chosen.name, request.x_address)
    with ExitStack() as opened:
        if proxy.scheme == "socks5" and proxy.has_login:
            forwarder = Forwarder(proxy)
            opened.callback(forwarder.close)
            proxy = forwarder.proxy
        browser = chosen.open(replace(request, proxy=proxy))
        opened.callback(browser.close)
        _check_command_line(request, chosen.name, proxy)
        if proxy.scheme != "socks5":
            login = ProxyLogin(connect(find_devtools(browser.driver, is_remote=chosen.name == _REMOTE)), proxy)
            opened.callback(login.close)
        kept = opened.pop_all()
    return ProxiedBrowser(browser, kept.close)


def _refuse_impossible(proxy: Proxy, driver: str, x_address: str) -> None:
    if driver == _REMOTE and proxy.scheme == "socks5" and proxy.has_login:
        raise ProxyRefused(
            "A browser of a Grid cannot give a socks5 proxy its login.",
            remedy="Use the proxy's http or https port, or another driver for this account; then press Resume.",
        )
    if x_address and not proxy.is_on_this_machine:
        raise ProxyRefused(
            "A practice site is in use, and this proxy would lead to the real x.com.",
            remedy="Take the proxy out of the account while you practise, or browser.x_address out of the settings.",
        )


def _check_command_line(request: BrowserRequest, driver: str, proxy: Proxy) -> None:
    """Raises BrowserDied when the browser that was started was not told of the proxy, whoever lost it on the way."""
    if driver == _REMOTE:
        return
    told = f"--proxy-server={proxy.address}"
    heads = [own.pid for own in find_own(request.profile) if own.path.name != DRIVER_FOLDER]
    try:
        is_told = bool(heads) and all(told in psutil.Process(pid).cmdline() for pid in heads)
    except psutil.Error as error:
        raise BrowserDied("The browser ended at once.") from error
    if not is_told:
        raise BrowserDied("The browser was not started with the account's proxy.")
