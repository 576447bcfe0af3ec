"""How our browsers are started: quiet, small, and on the real x.com unless a practice address is given."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, TypeVar

from selenium.webdriver.chromium.options import ChromiumOptions

from bot.browser.contract import BrowserRequest

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


def arguments(request: BrowserRequest) -> list[str]:
    """The command line for `request`. Holds no cookie, password or other secret: any user can read it."""
    width, height = request.window
    return [
        *_ALWAYS,
        f"--user-data-dir={request.profile.resolve()}",
        f"--window-size={width},{height}",
        *(["--headless=new", "--disable-gpu"] if request.headless else ["--ozone-platform-hint=auto"]),
        *([f"--lang={request.language}"] if request.language else []),
        *_for_this_system(),
        *([f"--host-resolver-rules={resolver_rules(request.x_address)}"] if request.x_address else []),
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
    options.add_experimental_option("prefs", {**_PREFERENCES, **languages})
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
