"""Finds a browser and the driver that fits it, on Linux, macOS and Windows.

Order: the paths asked for, AVIARY_BROWSER and AVIARY_DRIVER, what is installed, what the set-up fetched
(.setup/browser.json), and only then Selenium Manager, which needs the network.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.selenium_manager import SeleniumManager

from bot.errors import BrowserMissing

SETUP_FILE = Path(__file__).resolve().parents[2] / ".setup" / "browser.json"

_BROWSER_NAMES = (
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "chromium",
    "chromium-browser",
    "microsoft-edge",
    "msedge",
)
_DRIVER_NAMES = {"chrome": "chromedriver", "edge": "msedgedriver"}

_MAC_PLACES = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
_WINDOWS_PLACES = (
    "Google/Chrome/Application/chrome.exe",
    "Chromium/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
)
_DRIVER_PLACES = (Path("/usr/lib/chromium"), Path("/usr/lib/chromium-browser"), Path("/opt/homebrew/bin"))


@dataclass(frozen=True)
class Installed:
    """A browser and its driver, both there as files. `family` is "chrome" (also Chromium) or "edge"."""

    browser: Path
    driver: Path

    @property
    def family(self) -> str:
        return family_of(self.browser)


def family_of(browser: Path) -> str:
    """ "edge" for Microsoft Edge, "chrome" for Chrome and Chromium; they take different drivers."""
    return "edge" if "edge" in browser.name.lower() else "chrome"


def find_installed(
    binary: str = "",
    driver_path: str = "",
    *,
    environ: Mapping[str, str] | None = None,
    setup_file: Path = SETUP_FILE,
) -> Installed:
    """The browser and driver to use. Raises `BrowserMissing` that says which one is missing and what to do."""
    found = find_here(binary, driver_path, environ=environ, setup_file=setup_file)
    return found if isinstance(found, Installed) else _ask_selenium_manager(found)


def find_here(
    binary: str = "",
    driver_path: str = "",
    *,
    environ: Mapping[str, str] | None = None,
    setup_file: Path = SETUP_FILE,
) -> Installed | Path | None:
    """As above without the network: a browser alone where there is no driver for it here, None without either.

    Raises `BrowserMissing` for a path that was named and is none.
    """
    environ = os.environ if environ is None else environ
    set_up = _read_setup(setup_file)
    named_browser = _named(binary, "settings.browser.binary") or _named(
        environ.get("AVIARY_BROWSER", ""), "AVIARY_BROWSER"
    )
    named_driver = _named(driver_path, "settings.browser.driver_path") or _named(
        environ.get("AVIARY_DRIVER", ""), "AVIARY_DRIVER"
    )
    browser = named_browser or next(_browsers(environ), None)
    driver = named_driver or (next(_drivers(browser, environ), None) if browser else None)
    if browser and driver:
        return Installed(browser, driver)
    if set_up and not named_browser:
        return Installed(set_up.browser, named_driver or set_up.driver)
    if set_up and named_browser and family_of(set_up.browser) == family_of(named_browser):
        return Installed(named_browser, set_up.driver)
    return browser


def _named(path: str, source: str) -> Path | None:
    if not path:
        return None
    found = shutil.which(path)
    if found is None:
        message = f"{source} names {path}, and there is no such program."
        raise BrowserMissing(message, remedy=f"Correct {source}, or leave it empty to use what is installed.")
    return Path(found)


def _browsers(environ: Mapping[str, str]) -> Iterator[Path]:
    return _existing([*_on_path(_BROWSER_NAMES, environ), *_browser_places(environ)])


def _drivers(browser: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    name = _DRIVER_NAMES[family_of(browser)]
    file = f"{name}.exe" if sys.platform == "win32" else name
    beside = (browser.parent / file, browser.resolve().parent / file)
    return _existing([*beside, *_on_path([name], environ), *(place / file for place in _DRIVER_PLACES)])


def _on_path(names: Iterable[str], environ: Mapping[str, str]) -> list[Path]:
    found = (shutil.which(name, path=environ.get("PATH", "")) for name in names)
    return [Path(path) for path in found if path]


def _browser_places(environ: Mapping[str, str]) -> list[Path]:
    if sys.platform == "darwin":
        roots = [Path("/Applications"), Path.home() / "Applications"]
        return [root / place for root in roots for place in _MAC_PLACES]
    if sys.platform == "win32":
        variables = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
        roots = [Path(environ[name]) for name in variables if environ.get(name)]
        return [root / place for root in roots for place in _WINDOWS_PLACES]
    return [Path("/opt/google/chrome/chrome"), Path("/opt/microsoft/msedge/msedge")]


def _existing(paths: Iterable[Path]) -> Iterator[Path]:
    return (path for path in paths if path.is_file())


def _read_setup(file: Path) -> Installed | None:
    try:
        words = json.loads(file.read_text(encoding="utf-8"))
        pair = Installed(Path(words["browser"]), Path(words["driver"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return pair if pair.browser.is_file() and pair.driver.is_file() else None


def _ask_selenium_manager(browser: Path | None) -> Installed:
    os.environ.setdefault("SE_AVOID_STATS", "true")
    wanted = {"chrome": "chrome", "edge": "MicrosoftEdge"}[family_of(browser)] if browser else "chrome"
    arguments = ["--browser", wanted, *(["--browser-path", str(browser)] if browser else [])]
    try:
        found = SeleniumManager().binary_paths(arguments)
    except WebDriverException as error:
        raise BrowserMissing(what_is_missing(browser)) from error
    pair = Installed(browser or Path(found["browser_path"]), Path(found["driver_path"]))
    if not (pair.browser.is_file() and pair.driver.is_file()):
        raise BrowserMissing(what_is_missing(browser))
    return pair


def what_is_missing(browser: Path | None) -> str:
    """In words: the driver of `browser`, or any browser."""
    if browser:
        return f"{browser} is there, but no driver for it ({_DRIVER_NAMES[family_of(browser)]}) was found."
    return "No Chrome, Chromium or Edge was found on this machine."
