"""A page of x.com in a browser: finding, waiting, clicking. The only module of bot/x that calls Selenium.

Waits are for conditions and end at once when the run is stopped. What Selenium raises leaves as a `Trouble`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from selenium.common.exceptions import (
    ElementClickInterceptedException,
    InvalidSelectorException,
    InvalidSessionIdException,
    JavascriptException,
    NoSuchElementException,
    NoSuchWindowException,
    StaleElementReferenceException,
    TimeoutException,
    WebDriverException,
)
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from urllib3.exceptions import HTTPError, ReadTimeoutError

from bot.clock import Clock, StopSignal
from bot.errors import BrowserDied, PageChanged, PageTimeout, ProxyFailed, Trouble
from bot.x import scripts
from bot.x.net_errors import trouble_of_net_error
from bot.x.selectors import BUILT_IN, Selector, SelectorSet

HOME_URL = "https://x.com/"
_FRESH_SECONDS = 60.0
"""So long a page that was opened is as good as a new one."""

_Found = TypeVar("_Found")


@dataclass(frozen=True)
class Timeouts:
    """How long to wait, in seconds (x_dom_facts: Timing and limits, waits used by maintained code)."""

    element: float = 20.0  # for a page to show what it is there for
    bare_list: float = 5.0  # for posts on a profile that says it has none
    image_upload: float = 60.0
    video_upload: float = 300.0
    typing: float = 10.0
    confirm_post: float = 30.0  # for the toast after the click that sends
    confirm_hurried: float = 5.0  # the same once somebody asked to stop
    effect: float = 8.0  # for a like or follow to show
    settle: float = 1.5  # x.com flips the button first and takes it back when the server refuses
    scroll: float = 4.0  # for new posts after a scroll
    poll: float = 0.1


class CoveredError(Exception):
    """A click hit something that lies over its target; nothing was clicked."""


class StaleError(Exception):
    """The page has replaced the element meanwhile: find it anew."""


class Page:
    """One browser tab, with the run's clock and stop signal."""

    def __init__(
        self,
        driver: WebDriver,
        clock: Clock,
        stop: StopSignal,
        timeouts: Timeouts,
        selectors: SelectorSet = BUILT_IN,
        *,
        is_proxied: bool = False,
    ) -> None:
        self._driver = driver
        self.clock = clock
        self.stop = stop
        self.timeouts = timeouts
        self.selectors = selectors
        self._fresh: tuple[str, float] | None = None
        self._is_proxied = is_proxied
        self._has_met_site = False

    def open(self, path: str) -> None:
        """Load `path` ("home", "ayu/status/1"). Raises XDown, PageTimeout, ProxyFailed, ProxyRefused, BrowserDied."""
        self.stop.check()
        self._fresh = None
        with self._without_answer(), translated(is_proxied=self._is_proxied):
            self._driver.get(HOME_URL + path)
        self._has_met_site = True
        self._fresh = (path, self.clock.monotonic())

    @contextmanager
    def _without_answer(self) -> Iterator[None]:
        """Where no page ever came through a proxy, it is the proxy that keeps silent."""
        try:
            yield
        except PageTimeout as silence:
            if not self._is_proxied or self._has_met_site:
                raise
            raise ProxyFailed("The proxy cannot be used: no page came through it in time.") from silence

    def come_to(self, path: str) -> None:
        """As `open`, but a page that was just opened there and only looked at serves once more.

        Who reads on where another has read spares x.com a page load, and the account a visit.
        """
        fresh, self._fresh = self._fresh, None
        if fresh is None or fresh[0] != path or self.clock.monotonic() - fresh[1] > _FRESH_SECONDS:
            self.open(path)
            self._fresh = None

    @property
    def url(self) -> str:
        with translated():
            return str(self._driver.current_url)

    def run(self, script: str, *arguments: Any) -> Any:
        """Run a script of bot/x/scripts with the selectors and `arguments`."""
        with translated():
            return self._driver.execute_script(scripts.load(script), self.selectors.as_css(), *arguments)

    def evaluate(self, source: str, *arguments: Any) -> Any:
        """Run a line of JavaScript."""
        with translated():
            return self._driver.execute_script(source, *arguments)

    def send_command(self, command: str, parameters: dict[str, Any]) -> Any:
        """A DevTools command; None when this kind of browser takes none (a Grid without it)."""
        execute = getattr(self._driver, "execute_cdp_cmd", None)
        if execute is None:
            return None
        with translated():
            return execute(command, parameters)

    def css_of(self, selector: Selector) -> str:
        """What finds `selector` on this page, as one selector list."""
        return self.selectors[selector.name].any_css

    def find(self, selector: Selector) -> WebElement | None:
        """The first element that the first of its ways finds, or None. Raises PageChanged for CSS no browser takes."""
        for css in self.selectors[selector.name].ways:
            with translated(selector.name):
                found = self._driver.find_elements(By.CSS_SELECTOR, css)
            if found:
                return found[0]
        return None

    def poll(
        self, condition: Callable[[], _Found | None], seconds: float, *, stoppable: bool = True, every: float = 0.0
    ) -> _Found | None:
        """Ask `condition` until it gives something, for up to `seconds`; None when it never did.

        `every` seconds, or as often as the timeouts say.

        Raises Stopped when the run is stopped, unless not `stoppable`: then something is half done.
        """
        deadline = self.clock.monotonic() + seconds
        signal = self.stop if stoppable else StopSignal()
        while True:
            signal.check()
            try:
                found = condition()
            except StaleError:
                found = None
            if found or self.clock.monotonic() >= deadline:
                return found or None
            self.clock.pause(every or self.timeouts.poll, signal)

    def click(self, element: WebElement) -> None:
        """Click once. Raises CoveredError or StaleError when surely nothing was clicked."""
        self._fresh = None
        with translated():
            element.click()

    def type_into(self, element: WebElement, *keys: str) -> None:
        """Send keys, or file paths to a file input."""
        with translated():
            element.send_keys(*keys)

    def add_cookie(self, cookie: dict[str, Any]) -> None:
        """Add a cookie for the site that is open, by WebDriver."""
        with translated():
            self._driver.add_cookie(cookie)

    def cookies(self) -> list[dict[str, Any]]:
        """The cookies the open page would be asked with, HttpOnly ones too."""
        with translated():
            return list(self._driver.get_cookies())

    def delete_cookies(self) -> None:
        """Delete the cookies of the open page."""
        with translated():
            self._driver.delete_all_cookies()

    def picture(self) -> bytes:
        """A PNG of what the window shows."""
        with translated():
            return bytes(self._driver.get_screenshot_as_png())

    @property
    def title(self) -> str:
        with translated():
            return str(self._driver.title)


@contextmanager
def translated(looked_for: str = "", *, is_proxied: bool = False) -> Iterator[None]:
    """Turn what Selenium raises into ours, so that no exception of Selenium leaves bot/x.

    `looked_for` names the selector that is looked for; `is_proxied` says that the browser goes through a proxy.
    """
    try:
        yield
    except InvalidSelectorException as error:
        raise PageChanged(f"The browser does not take the CSS of '{looked_for}'.", selector=looked_for) from error
    except (ElementClickInterceptedException, StaleElementReferenceException) as error:
        raise _passing(error) from error
    except JavascriptException as error:
        # A script is cut off when the page is left meanwhile; it can simply be run again.
        raise StaleError(str(error.msg)) from error
    except (WebDriverException, HTTPError, OSError) as error:
        raise trouble_of(error, is_proxied=is_proxied) from error


def _passing(error: WebDriverException) -> Exception:
    covered = isinstance(error, ElementClickInterceptedException)
    return CoveredError(str(error.msg)) if covered else StaleError(str(error.msg))


def trouble_of(error: Exception, *, is_proxied: bool = False) -> Trouble:
    """The trouble behind an exception of Selenium or of the connection to the driver."""
    text = str(getattr(error, "msg", None) or error)
    line = text.splitlines()[0] if text else type(error).__name__
    if _is_death(error, text):
        return BrowserDied(f"The browser went away: {line}")
    if isinstance(error, TimeoutException | ReadTimeoutError | TimeoutError):
        return PageTimeout("The page did not load in time.")
    if "net::ERR_" in text:
        return trouble_of_net_error(text[text.index("net::ERR_") :].split(maxsplit=1)[0], is_proxied=is_proxied)
    if isinstance(error, HTTPError | OSError):
        return BrowserDied(f"The driver does not answer: {line}")
    if isinstance(error, NoSuchElementException):
        return PageChanged(f"An element is not on the page: {line}")
    return PageChanged(f"The page does not do what is asked of it: {line}")


_DEATHS = (
    "disconnected",
    "not reachable",
    "crashed",
    "invalid session id",
    "no such window",
    "web view not found",
    "target window already closed",
    "unable to receive message from renderer",
)


def _is_death(error: Exception, text: str) -> bool:
    if isinstance(error, InvalidSessionIdException | NoSuchWindowException):
        return True
    if isinstance(error, WebDriverException):
        return any(words in text.lower() for words in _DEATHS)
    return isinstance(error, HTTPError | OSError) and not isinstance(error, ReadTimeoutError | TimeoutError)
