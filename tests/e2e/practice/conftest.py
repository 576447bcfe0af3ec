"""A practice site and a headless browser for which it is x.com; a fresh account for each test."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import TypeVar

import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from practice.faults import Fault
from practice.model import User
from practice.seed import seeded_world
from practice.site import PracticeSite
from practice.world import cookies_for

T = TypeVar("T")
WAIT_SECONDS = 30
_NUMBERS = count(1)


def browser_arguments(address: str) -> list[str]:
    """What makes the practice site at `address` x.com for a browser, and everything else nothing."""
    mapped = ", ".join(f"MAP {host}:443 {address}" for host in ("x.com", "*.x.com", "*.twimg.com"))
    arguments = [
        f"--host-resolver-rules={mapped}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        "--headless=new",
        "--window-size=1280,1000",
        "--no-first-run",
        "--disable-background-networking",
    ]
    return [*arguments, "--no-sandbox"] if sys.platform == "linux" else arguments


@pytest.fixture(scope="module")
def site() -> Iterator[PracticeSite]:
    with PracticeSite(seeded_world(1), upload_seconds=0.4) as site:
        yield site


@pytest.fixture(scope="module")
def browser(site: PracticeSite) -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.accept_insecure_certs = True
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    for argument in browser_arguments(site.address):
        options.add_argument(argument)
    binary, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if binary:
        options.binary_location = binary
    chrome = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    try:
        yield chrome
    finally:
        chrome.quit()


class Page:
    """A browser tab of one account on the practice site."""

    def __init__(self, browser: webdriver.Chrome, site: PracticeSite, account: User) -> None:
        self.browser = browser
        self.site = site
        self.account = account

    def log_in(self) -> None:
        self.browser.get("https://x.com/robots.txt")
        self.browser.delete_all_cookies()
        self.browser.execute_script("localStorage.clear(); sessionStorage.clear()")
        for cookie in cookies_for(self.account):
            kept = {key: cookie[key] for key in ("name", "value", "domain", "path", "secure", "httpOnly")}
            self.browser.add_cookie(kept)

    def open(self, path: str) -> None:
        self.browser.get(f"https://x.com{path}")

    def all(self, selector: str) -> list[WebElement]:
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> WebElement:
        """The first match, waited for."""
        return self.until(lambda: next(iter(self.all(selector)), None), selector)

    def until(self, found: Callable[[], T | None], words: str = "") -> T:
        wait = WebDriverWait(self.browser, WAIT_SECONDS, 0.05, (StaleElementReferenceException,))
        return wait.until(lambda _: found(), f"waited for {words or found}")

    def button(self, testid: str) -> WebElement:
        """The button, once it may be used."""
        return self.until(
            lambda: next((b for b in self.all(f"[data-testid={testid}]") if b.is_enabled()), None), testid
        )

    def toast(self) -> str:
        return self.one("[data-testid=toast]").text

    def run(self, script: str, *arguments: object) -> object:
        return self.browser.execute_script(script, *arguments)

    def state(self) -> dict:
        accounts = self.site.world.state()["accounts"]
        return next(account for account in accounts if account["handle"] == self.account.handle)

    def fault(self, kind: str, at: str = "", **more: object) -> None:
        self.site.faults.add(Fault(self.account.handle, kind, at=at, **more))

    def wait_for_path(self, path: str) -> None:
        self.until(lambda: self.browser.current_url.startswith(f"https://x.com{path}") or None, path)

    def strangers_post(self, number: int = 3):
        """A plain post by somebody else."""
        return [post for post in self.site.world.timeline(None) if not post.media and not post.quote_id][number]


@pytest.fixture
def page(browser: webdriver.Chrome, site: PracticeSite) -> Page:
    """A tab logged in as an account made for this test."""
    number = next(_NUMBERS)
    page = Page(browser, site, site.world.add_account(f"toko_{number}", f"Toko {number}"))
    page.log_in()
    return page


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    from PIL import Image  # noqa: PLC0415 - only the media tests need it

    folder = tmp_path_factory.mktemp("pictures")
    files = [folder / name for name in ("satu.png", "dua.jpg")]
    for number, file in enumerate(files):
        Image.new("RGB", (64, 48), (90 * number, 120, 40)).save(file)
    return files
