"""The driver `grid`: browsers of a Selenium Grid, for installations on more than one machine."""

from __future__ import annotations

from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.remote_connection import ChromeRemoteConnection
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.file_detector import LocalFileDetector
from selenium.webdriver.remote.webdriver import WebDriver
from urllib3.exceptions import HTTPError

from bot.browser.chrome import limit_answers
from bot.browser.contract import Browser, BrowserRequest
from bot.browser.flags import fill_options
from bot.errors import BrowserDied


class GridOpener:
    """Opens browsers on the Grid at `url`, e.g. http://grid:4444. Uploads are sent there file by file.

    The profile folder is a path on the node: mount it there under the same path, or each visit starts fresh.
    """

    name = "grid"

    def __init__(self, url: str) -> None:
        self._url = url

    def open(self, request: BrowserRequest) -> Browser:
        """Open one. Raises BrowserDied when the Grid cannot be reached or has no free place."""
        config = ClientConfig(self._url, keep_alive=True, timeout=int(request.page_load_seconds) + 75)
        try:
            driver = WebDriver(
                command_executor=ChromeRemoteConnection(self._url, client_config=config),
                options=fill_options(Options(), request, None),
                file_detector=LocalFileDetector(),
            )
        except (WebDriverException, HTTPError, OSError) as error:
            remedy = "Check that the Grid runs and that settings.browser.grid_url names it."
            raise BrowserDied(f"The Grid at {self._url} opened no browser.", remedy=remedy) from error
        driver.set_page_load_timeout(request.page_load_seconds)
        return GridBrowser(driver)


class GridBrowser:
    """A browser on another machine; its node ends the processes when the session ends."""

    def __init__(self, driver: WebDriver) -> None:
        self._driver = driver
        self._closed = False

    @property
    def driver(self) -> WebDriver:
        return self._driver

    def is_alive(self) -> bool:
        try:
            return not self._closed and bool(self._driver.window_handles)
        except (WebDriverException, HTTPError, OSError):
            return False

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        limit_answers(self._driver, 10)
        try:
            self._driver.quit()
        except (WebDriverException, HTTPError, OSError):
            # The Grid ends a session by itself once its client is silent.
            return
