"""What a driver must offer: one browser, owned by one account, that can be ended for sure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from selenium.webdriver.remote.webdriver import WebDriver

from bot.settings.proxy import Proxy


@dataclass(frozen=True)
class BrowserRequest:
    """How a browser is to be opened."""

    profile: Path  # profile folder of the account; made when missing; its path is how the reaper knows ours
    headless: bool = True
    x_address: str = ""  # "127.0.0.1:8443": map x.com there and every other host to nothing; "" is the real x.com
    binary: str = ""  # path of the browser; "" finds one
    driver_path: str = ""  # path of chromedriver; "" finds one
    proxy: Proxy | None = None  # all goes through it; None connects directly. Its login: bot/browser/proxied.py
    language: str = ""  # e.g. "en-US"; "" leaves the machine's own
    page_load_seconds: float = 45.0
    window: tuple[int, int] = (1280, 1000)


class Browser(Protocol):
    """One running browser."""

    @property
    def driver(self) -> WebDriver:
        """The Selenium session."""

    def is_alive(self) -> bool:
        """Whether browser and driver processes are both there."""

    def close(self) -> None:
        """End browser and driver, politely first, by force after 5 s; both are gone on return. Idempotent."""


class BrowserOpener(Protocol):
    """A way to open browsers: chrome, undetected, grid."""

    name: str

    def open(self, request: BrowserRequest) -> Browser:
        """Open one. Raises BrowserMissing (nothing to start) or BrowserDied (started, but died)."""
