"""The driver `undetected`: undetected-chromedriver, for operators who choose it.

The package is GPL-3.0 and optional: it is imported only when such a browser is opened. It patches the driver
it is given, so each profile gets a copy of its own, and it keeps state in module globals, so launches happen
one at a time. With a driver path given it needs no network.
"""

from __future__ import annotations

import os
import shutil
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chromium.webdriver import ChromiumDriver
from urllib3.exceptions import HTTPError

from bot.browser.chrome import adopt, explain_start, prepare_profile
from bot.browser.contract import Browser, BrowserRequest
from bot.browser.finding import Installed, find_installed
from bot.browser.flags import fill_options
from bot.browser.processes import DRIVER_FOLDER
from bot.browser.reaper import reap
from bot.errors import BrowserMissing

_LAUNCH = threading.Lock()


class UndetectedOpener:
    """Opens browsers through undetected-chromedriver."""

    name = "undetected"

    def open(self, request: BrowserRequest) -> Browser:
        """Open one. Raises BrowserMissing also when the package, or setuptools on Python 3.12+, is missing."""
        package = _import_package()
        installed = find_installed(request.binary, request.driver_path)
        if installed.family != "chrome":
            raise BrowserMissing(
                "The driver 'undetected' works with Chrome and Chromium only.",
                remedy="Install Chrome or Chromium, or choose the driver 'chrome'.",
            )
        prepare_profile(request)
        # The package takes any argument with "lang" in it for the language; ours comes last and wins.
        request = replace(request, language=request.language or "en-US")
        with _LAUNCH:
            driver = _start(package, request, installed)
        return _UndetectedBrowser(adopt(driver, request), driver)


class _UndetectedBrowser:
    """A `Browser` whose driver object must forget its process id: the package kills that id again at exit."""

    def __init__(self, running: Browser, driver: Any) -> None:
        self._running = running
        self._driver = driver

    @property
    def driver(self) -> Any:
        return self._running.driver

    def is_alive(self) -> bool:
        return self._running.is_alive()

    def close(self) -> None:
        self._running.close()
        vars(self._driver).pop("browser_pid", None)


def own_driver(source: Path, profile: Path) -> Path:
    """The profile's own copy of the driver `source`; made anew when the source has changed."""
    facts = source.stat()
    suffix = ".exe" if sys.platform == "win32" else ""
    folder = profile.resolve() / DRIVER_FOLDER
    copy = folder / f"undetected-chromedriver-{facts.st_size}-{facts.st_mtime_ns}{suffix}"
    if copy.is_file():
        return copy
    folder.mkdir(parents=True, exist_ok=True)
    for outdated in folder.glob("undetected-chromedriver-*"):
        outdated.unlink()
    fresh = folder / f"copying{suffix}"
    shutil.copy2(source, fresh)
    return fresh.replace(copy)


def _import_package() -> Any:
    try:
        import undetected_chromedriver  # noqa: PLC0415 - optional, loaded only when this driver is chosen
    except ImportError as error:
        missing = "setuptools" if error.name in {"distutils", "distutils.version"} else "undetected-chromedriver"
        raise BrowserMissing(
            f"The driver 'undetected' needs the package {missing}, which is not installed.",
            remedy=f"Install it with: pip install {missing}. Or choose the driver 'chrome'.",
        ) from error
    return undetected_chromedriver


def _start(package: Any, request: BrowserRequest, installed: Installed) -> ChromiumDriver:
    options = fill_options(_own_options(package), request, installed.browser)
    try:
        driver: ChromiumDriver = package.Chrome(
            options=options,
            driver_executable_path=str(own_driver(installed.driver, request.profile)),
            browser_executable_path=str(installed.browser),
            no_sandbox=False,  # fill_options says it where it must be said
            version_main=115,  # only chooses the way to be headless: that of 108 and later
            log_level=3,
        )
    except (WebDriverException, HTTPError, OSError) as error:
        reap(request.profile)
        raise explain_start(error, request) from error
    return driver


def _own_options(package: Any) -> Any:
    """The package's options without what it adds on its own against ours: window size, no sandbox."""
    runs_as_root = sys.platform == "linux" and os.geteuid() == 0
    unwanted = {"--window-size=1920,1080", "--start-maximized", *(() if runs_as_root else ("--no-sandbox",))}

    class Options(package.ChromeOptions):  # type: ignore[misc]
        def add_argument(self, argument: str) -> None:
            if argument not in unwanted and argument not in self.arguments:
                super().add_argument(argument)

    return Options()
