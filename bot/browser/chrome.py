"""The driver `chrome`: plain Selenium with an installed Chrome, Chromium or Edge."""

from __future__ import annotations

import errno
import os

from selenium.common.exceptions import SessionNotCreatedException, WebDriverException
from selenium.webdriver.chrome.options import Options as ChromeOptions
from selenium.webdriver.chrome.service import Service as ChromeService
from selenium.webdriver.chrome.webdriver import WebDriver as ChromeDriver
from selenium.webdriver.chromium.webdriver import ChromiumDriver
from selenium.webdriver.edge.options import Options as EdgeOptions
from selenium.webdriver.edge.service import Service as EdgeService
from selenium.webdriver.edge.webdriver import WebDriver as EdgeDriver
from selenium.webdriver.remote.remote_connection import RemoteConnection
from selenium.webdriver.remote.webdriver import WebDriver
from urllib3.exceptions import HTTPError

from bot.browser.contract import Browser, BrowserRequest
from bot.browser.finding import Installed, find_installed
from bot.browser.flags import fill_options
from bot.browser.processes import DRIVER_FOLDER
from bot.browser.reaper import free_profile, reap
from bot.browser.running import RunningBrowser
from bot.errors import AviaryError, BrowserDied, BrowserMissing

NO_OVERRIDE = "AVIARY_NO_DRIVER_OVERRIDE"
"""Selenium lets an environment variable replace the driver it is given; this one is never set."""


class ChromeOpener:
    """Opens browsers with the driver that fits them. Selenium Manager never runs once a driver is found."""

    name = "chrome"

    def open(self, request: BrowserRequest) -> Browser:
        """Open one; a browser left behind on the same profile is ended first."""
        installed = find_installed(request.binary, request.driver_path)
        prepare_profile(request)
        try:
            driver = _start(request, installed)
        except (WebDriverException, HTTPError, OSError) as error:
            reap(request.profile)
            raise explain_start(error, request) from error
        return adopt(driver, request)


def prepare_profile(request: BrowserRequest) -> None:
    """Make the profile folder and free it of a browser that an earlier process left there."""
    (request.profile / DRIVER_FOLDER).mkdir(parents=True, exist_ok=True)
    reap(request.profile)
    free_profile(request.profile)
    os.environ.setdefault("SE_AVOID_STATS", "true")


def adopt(driver: ChromiumDriver, request: BrowserRequest) -> Browser:
    """Give the fresh driver its time limits and wrap it. A hung driver must not hold a worker for long."""
    browser = RunningBrowser(driver, request.profile)
    try:
        limit_answers(driver, int(request.page_load_seconds) + 15)
        driver.set_page_load_timeout(request.page_load_seconds)
        driver.set_script_timeout(min(request.page_load_seconds, 20.0))
    except (WebDriverException, HTTPError, OSError) as error:
        browser.close()
        raise explain_start(error, request) from error
    return browser


def limit_answers(driver: WebDriver, seconds: int) -> None:
    """Wait at most `seconds` for the driver's answer to any one command."""
    executor = driver.command_executor
    if isinstance(executor, RemoteConnection):
        executor.client_config.timeout = seconds


def explain_start(error: Exception, request: BrowserRequest) -> AviaryError:
    """What a failed start means: something is missing or does not fit, or the browser died."""
    text = str(getattr(error, "msg", None) or error).strip()
    first_line = text.splitlines()[0] if text else type(error).__name__
    if "only supports" in text and "version" in text:
        remedy = "Install the chromedriver of the same version as the browser, or run the set-up again."
        return BrowserMissing(f"Browser and driver do not fit each other: {first_line}", remedy=remedy)
    if "user data directory is already in use" in text:
        remedy = f"Close the browser that uses {request.profile}, then try again."
        return BrowserDied("The account's profile is open in another browser.", remedy=remedy)
    if isinstance(error, OSError) and not isinstance(error, ConnectionError) and error.errno != errno.ETXTBSY:
        return BrowserMissing(f"The browser's driver cannot be started: {first_line}")
    ended = "ended at once" if isinstance(error, SessionNotCreatedException) else "did not start"
    return BrowserDied(f"The browser {ended}: {first_line}")


def _start(request: BrowserRequest, installed: Installed) -> ChromiumDriver:
    log = str(request.profile.resolve() / DRIVER_FOLDER / "driver.log")
    quiet = ["--log-level=SEVERE", f"--log-path={log}"]
    if installed.family == "edge":
        edge_service = EdgeService(str(installed.driver), service_args=quiet, driver_path_env_key=NO_OVERRIDE)
        return EdgeDriver(options=fill_options(EdgeOptions(), request, installed.browser), service=edge_service)
    service = ChromeService(str(installed.driver), service_args=quiet, driver_path_env_key=NO_OVERRIDE)
    return ChromeDriver(options=fill_options(ChromeOptions(), request, installed.browser), service=service)
