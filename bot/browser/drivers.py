"""The drivers that can be chosen, by name."""

from __future__ import annotations

from bot.browser.chrome import ChromeOpener
from bot.browser.contract import BrowserOpener
from bot.browser.grid import GridOpener
from bot.browser.undetected import UndetectedOpener
from bot.errors import BrowserMissing

DRIVER_NAMES = ("chrome", "undetected", "grid")


def opener(name: str, *, grid_url: str = "") -> BrowserOpener:
    """The opener called `name`. Raises `BrowserMissing` for an unknown name, or for a grid without its URL."""
    if name == "chrome":
        return ChromeOpener()
    if name == "undetected":
        return UndetectedOpener()
    if name == "grid" and grid_url:
        return GridOpener(grid_url)
    remedy = f"Set settings.browser.driver to one of: {', '.join(DRIVER_NAMES)}; grid needs grid_url too."
    raise BrowserMissing(f"There is no driver called '{name}' that can be opened.", remedy=remedy)
