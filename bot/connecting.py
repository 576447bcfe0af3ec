"""From an account's settings to a running browser with a TwitterClient in it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.browser.contract import BrowserRequest
from bot.browser.drivers import opener
from bot.browser.proxied import open_proxied
from bot.browser.reaper import reap
from bot.clock import Clock, StopSignal
from bot.settings.fleet import BrowserSettings
from bot.settings.proxy import Proxy
from bot.x.client import TwitterClient
from bot.x.contract import Progress, XClient
from bot.x.page import Timeouts
from bot.x.selectors import BUILT_IN, SelectorSet


@dataclass(frozen=True)
class ConnectRequest:
    """What is needed to open x.com for one account."""

    handle: str
    profile: Path
    driver: str  # "" is the installation's choice
    browser: BrowserSettings
    clock: Clock
    stop: StopSignal
    progress: Progress
    selectors: SelectorSet = BUILT_IN
    in_window: bool = False  # where a person can see it, whatever the installation has chosen
    proxy: Proxy | None = None  # with its login; None connects directly


Connect = Callable[[ConnectRequest], XClient]
"""Opens x.com for one account. Raises BrowserMissing or Trouble."""


def connect_browser(request: ConnectRequest, timeouts: Timeouts | None = None) -> XClient:
    """Open a real browser on the account's own profile. A browser left over on that profile is ended first."""
    reap(request.profile)
    chosen = opener(request.driver or request.browser.driver, grid_url=request.browser.grid_url)
    wanted = BrowserRequest(
        profile=request.profile,
        headless=request.browser.headless and not request.in_window,
        x_address=os.environ.get("AVIARY_X_ADDRESS", "") or request.browser.x_address,
        binary=request.browser.binary,
        driver_path=request.browser.driver_path,
        language=request.browser.language,
        proxy=request.proxy,
    )
    browser = open_proxied(chosen, wanted) if wanted.proxy else chosen.open(wanted)
    return TwitterClient(
        browser,
        request.handle,
        clock=request.clock,
        stop=request.stop,
        progress=request.progress,
        timeouts=timeouts,
        selectors=request.selectors,
        is_proxied=wanted.proxy is not None,
    )
