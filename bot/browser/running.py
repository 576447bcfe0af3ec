"""A browser that runs on this machine, and how it ends: politely first, then by force, always."""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path

import psutil
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chromium.webdriver import ChromiumDriver
from selenium.webdriver.remote.command import Command
from selenium.webdriver.remote.webdriver import WebDriver
from urllib3.exceptions import HTTPError

from bot.browser.processes import DRIVER_FOLDER, family, find_own, kill, runs, wait_until_gone
from bot.browser.reaper import free_profile

POLITE_SECONDS = 5.0
"""How long a browser gets to end by itself before it is killed."""


class RunningBrowser:
    """A `Browser` (contract.py) whose driver and browser are processes of this machine."""

    def __init__(self, driver: ChromiumDriver, profile: Path) -> None:
        self._driver = driver
        self._profile = profile
        self._browser_pids = [own.pid for own in find_own(profile) if own.path.name != DRIVER_FOLDER]
        self._closing = threading.Lock()
        self._closed = False

    @property
    def driver(self) -> WebDriver:
        return self._driver

    def is_alive(self) -> bool:
        """Whether driver and browser are both there; costs no call to the driver."""
        if self._closed:
            return False
        pids = [self._driver.service.process.pid, *self._browser_pids]
        return all(family(pid) and runs(family(pid)[0]) for pid in pids)

    def close(self) -> None:
        with self._closing:
            if self._closed:
                return
            self._closed = True
            self._end()

    def _end(self) -> None:
        members = self._members()
        asking = threading.Thread(target=self._ask_to_end, name="browser-quit", daemon=True)
        asking.start()
        # Once the browser itself has ended its files are written; driver and helpers need no more time.
        wait_until_gone((one for one in members if one.pid in self._browser_pids), POLITE_SECONDS)
        asking.join(0.5)
        # Helpers started meanwhile are caught by the second look.
        kill([*members, *self._members()])
        asking.join(POLITE_SECONDS)
        self._let_go()
        free_profile(self._profile)

    def _let_go(self) -> None:
        service = self._driver.service
        try:
            # A killed process with many threads cannot be collected at once, and Selenium would talk to it.
            service.process.wait(POLITE_SECONDS)
            service.stop()
            self._driver.stop_client()
        except (subprocess.TimeoutExpired, WebDriverException, HTTPError, OSError):
            return

    def _members(self) -> list[psutil.Process]:
        heads = {self._driver.service.process.pid, *(own.pid for own in find_own(self._profile))}
        return list({member.pid: member for head in heads for member in family(head)}.values())

    def _ask_to_end(self) -> None:
        try:
            # Closing by DevTools lets the browser write its cookies, also one the driver only attached to.
            self._driver.execute_cdp_cmd("Browser.close", {})
            self._driver.execute(Command.QUIT)
        except (WebDriverException, HTTPError, OSError):
            # It hung or was gone already; the processes are ended by force right after.
            return
