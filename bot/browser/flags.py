"""How our browsers are started: quiet, small, and on the real x.com unless a practice address is given."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, TypeVar

from selenium.webdriver.chromium.options import ChromiumOptions

from bot.browser.contract import BrowserRequest
from bot.settings.proxy import Proxy

_Options = TypeVar("_Options", bound=ChromiumOptions)

_X_HOSTS = ("x.com", "*.x.com", "twitter.com", "*.twitter.com", "*.twimg.com", "t.co")

_ALWAYS = (
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-quic",
    "--disable-notifications",
    "--disable-save-password-bubble",
    "--disable-session-crashed-bubble",
    "--hide-crash-restore-bubble",
    "--mute-audio",
    "--process-per-site",
    "--disk-cache-size=52428800",
    "--disable-features=Translate,MediaRouter,OptimizationHints,AutofillServerCommunication,"
    # The list under the address bar is a page of its own since Chromium 156 or before: 150 MB and a second of CPU in
    # each browser (measured on Debian 12), for a bar that nobody types into.
    "WebUIOmniboxPopup,WebUIOmniboxAimPopup",
)

_PREFERENCES: dict[str, Any] = {
    "credentials_enable_service": False,
    "profile.password_manager_enabled": False,
    "profile.default_content_setting_values.notifications": 2,
    "profile.default_content_setting_values.geolocation": 2,
}

_PROXIED_PREFERENCES: dict[str, Any] = {
    "webrtc.ip_handling_policy": "disable_non_proxied_udp",
    "webrtc.multiple_routes_enabled": False,
    "webrtc.nonproxied_udp_enabled": False,
}
"""Calls of a page (WebRTC) would otherwise go past the proxy and tell the machine's own address."""


def arguments(request: BrowserRequest) -> list[str]:
    """The command line for `request`. Holds no cookie, password or other secret: any user can read it."""
    width, height = request.window
    is_mapped = request.x_address and not request.proxy
    return [
        *_ALWAYS,
        f"--user-data-dir={request.profile.resolve()}",
        f"--window-size={width},{height}",
        *(["--headless=new", "--disable-gpu"] if request.headless else ["--ozone-platform-hint=auto"]),
        *(_through(request.proxy) if request.proxy else []),
        *([f"--lang={request.language}"] if request.language else []),
        *_for_this_system(),
        *([f"--host-resolver-rules={resolver_rules(request.x_address)}"] if is_mapped else []),
    ]


def _through(proxy: Proxy) -> list[str]:
    """All connections go through `proxy`, those to the loopback, which browsers leave out by themselves, too.

    The proxy looks up names, that of the practice site as well; the browser may look up the proxy's alone.
    """
    return [
        f"--proxy-server={proxy.address}",
        "--proxy-bypass-list=<-loopback>",
        f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {proxy.host}",
        "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    ]


def resolver_rules(x_address: str) -> str:
    """Map x.com and its asset hosts to `x_address` ("127.0.0.1:8443") and every other host to nothing."""
    mapped = [f"MAP {host}:443 {x_address}" for host in _X_HOSTS]
    return ", ".join([*mapped, "MAP * ~NOTFOUND", "EXCLUDE 127.0.0.1"])


def fill_options(options: _Options, request: BrowserRequest, browser: Path | None) -> _Options:
    """Put everything `request` asks for into `options`; `browser` is None when another machine starts it."""
    for argument in arguments(request):
        options.add_argument(argument)
    languages = {"intl.accept_languages": request.language} if request.language else {}
    proxied = _PROXIED_PREFERENCES if request.proxy else {}
    options.add_experimental_option("prefs", {**_PREFERENCES, **proxied, **languages})
    options.page_load_strategy = "eager"
    options.unhandled_prompt_behavior = "accept"
    if request.x_address:
        options.accept_insecure_certs = True
    if browser:
        options.binary_location = str(browser)
    return options


def _for_this_system() -> list[str]:
    if sys.platform != "linux":
        return []
    as_root = os.geteuid() == 0
    return ["--disable-dev-shm-usage", "--password-store=basic", *(["--no-sandbox"] if as_root else [])]
