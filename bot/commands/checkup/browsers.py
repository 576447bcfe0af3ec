"""The browsers that accounts work with, and whether their drivers fit them."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator

from bot.browser.finding import Installed, find_here, what_is_missing
from bot.browser.versions import major, read_version
from bot.commands.checkup.finding import Finding, Level
from bot.errors import BrowserMissing
from bot.fleet.registry import Registry
from bot.settings.fleet import BrowserSettings

_SET_UP = "python3 start.py setup fetches a browser with a driver that fits it"


def look_at_browsers(registry: Registry) -> Iterator[Finding]:
    """A line for browser and driver of this machine, and one for each other driver that an account uses."""
    settings = registry.fleet.settings.browser
    drivers = {member.entry.driver or settings.driver for member in registry.members.values()} or {settings.driver}
    if drivers - {"grid"}:
        yield _here(settings)
    if "undetected" in drivers:
        yield _undetected()
    if "grid" in drivers:
        yield _grid(settings)
    address = os.environ.get("AVIARY_X_ADDRESS", "") or settings.x_address
    if address:
        told = f"every browser reaches the practice site at {address} and nothing else"
        yield Finding("x.com", Level.WARNING, told, "For the real x.com, unset AVIARY_X_ADDRESS and browser.x_address.")


def _here(settings: BrowserSettings) -> Finding:
    try:
        found = find_here(settings.binary, settings.driver_path)
    except BrowserMissing as missing:
        return Finding("browser", Level.WRONG, missing.message, missing.remedy)
    if not isinstance(found, Installed):
        return Finding("browser", Level.WRONG, what_is_missing(found), f"{_SET_UP}; or install them.")
    return check_pair(found)


def check_pair(found: Installed) -> Finding:
    """Whether both run, and whether they fit."""
    browser, driver = read_version(found.browser), read_version(found.driver)
    told = f"{found.browser} {browser or '(no version)'}, {found.driver} {driver or '(no version)'}"
    if not browser or not driver:
        program = found.browser if not browser else found.driver
        return Finding("browser", Level.WRONG, told, f"{program} does not run: install it anew. {_SET_UP}.")
    if major(browser) != major(driver):
        remedy = f"Their first numbers must be the same: update the older one. {_SET_UP}."
        return Finding("browser", Level.WRONG, told, remedy)
    return Finding("browser", Level.GOOD, told)


def _undetected() -> Finding:
    if importlib.util.find_spec("undetected_chromedriver") is None:
        remedy = "Inside .venv: pip install undetected-chromedriver; or choose the driver chrome."
        return Finding("driver undetected", Level.WRONG, "its package is not installed", remedy)
    return Finding("driver undetected", Level.GOOD, "its package is installed")


def _grid(settings: BrowserSettings) -> Finding:
    if not settings.grid_url:
        remedy = "Write settings.browser.grid_url into config/accounts.yaml, or choose the driver chrome."
        return Finding("driver grid", Level.WRONG, "its address is not set", remedy)
    return Finding("driver grid", Level.GOOD, f"browsers are opened at {settings.grid_url}; it was not asked")
