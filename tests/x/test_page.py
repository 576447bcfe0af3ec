"""Waiting, and what Selenium's exceptions become."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

import pytest
from selenium.common.exceptions import (
    ElementClickInterceptedException,
    InvalidSessionIdException,
    JavascriptException,
    NoSuchWindowException,
    StaleElementReferenceException,
    TimeoutException,
    WebDriverException,
)
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from urllib3.exceptions import MaxRetryError, NewConnectionError, ReadTimeoutError

from bot.clock import FakeClock, StopSignal
from bot.errors import BrowserDied, PageChanged, PageTimeout, ProxyFailed, Stopped, Trouble, XDown
from bot.x.page import HOME_URL, CoveredError, Page, StaleError, Timeouts, translated

POOL = cast(Any, None)


def make_page(stop: StopSignal | None = None) -> Page:
    clock = FakeClock(datetime(2026, 1, 1, tzinfo=UTC))
    return Page(cast(WebDriver, object()), clock, stop or StopSignal(), Timeouts())


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (InvalidSessionIdException("invalid session id"), BrowserDied),
        (NoSuchWindowException("no such window"), BrowserDied),
        (WebDriverException("disconnected: not connected to DevTools"), BrowserDied),
        (WebDriverException("tab crashed"), BrowserDied),
        (WebDriverException("chrome not reachable"), BrowserDied),
        (MaxRetryError(POOL, "/session", NewConnectionError(POOL, "refused")), BrowserDied),
        (ConnectionResetError("reset"), BrowserDied),
        (TimeoutException("timeout: Timed out receiving message from renderer"), PageTimeout),
        (ReadTimeoutError(POOL, "/session", "read timed out"), PageTimeout),
        (WebDriverException("unknown error: net::ERR_NAME_NOT_RESOLVED"), XDown),
        (WebDriverException("unknown error: net::ERR_TUNNEL_CONNECTION_FAILED"), ProxyFailed),
        (WebDriverException("element not interactable"), PageChanged),
    ],
)
def test_what_selenium_raises_leaves_as_a_trouble(error: Exception, expected: type[Trouble]) -> None:
    with pytest.raises(expected) as caught, translated():
        raise error
    assert type(caught.value) is expected
    assert caught.value.__cause__ is error


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ElementClickInterceptedException("covered"), CoveredError),
        (StaleElementReferenceException("stale"), StaleError),
        (JavascriptException("document unloaded while waiting for result"), StaleError),
    ],
)
def test_what_can_simply_be_tried_again_stays_inside(error: Exception, expected: type[Exception]) -> None:
    with pytest.raises(expected), translated():
        raise error


def test_polling_asks_until_something_is_there() -> None:
    answers = iter([None, None, "here"])
    assert make_page().poll(lambda: next(answers), 5) == "here"


def test_polling_ends_with_nothing_when_the_time_is_up() -> None:
    page = make_page()
    started = page.clock.monotonic()
    assert page.poll(lambda: None, 3) is None
    assert 3 <= page.clock.monotonic() - started < 3.5


def test_an_element_replaced_meanwhile_is_looked_for_again() -> None:
    answers = iter([StaleError("replaced"), "here"])

    def look() -> object:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert make_page().poll(look, 5) == "here"


def test_a_stop_ends_a_wait_but_not_one_in_the_middle_of_something() -> None:
    stop = StopSignal()
    stop.set("a person pressed Stop")
    page = make_page(stop)
    with pytest.raises(Stopped):
        page.poll(lambda: None, 5)
    assert page.poll(lambda: "done", 5, stoppable=False) == "done"


class Opened:
    """A driver that keeps which addresses were loaded."""

    def __init__(self) -> None:
        self.addresses: list[str] = []

    def get(self, address: str) -> None:
        self.addresses.append(address.removeprefix(HOME_URL))


@pytest.fixture
def opened() -> Opened:
    return Opened()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture
def page(opened: Opened, clock: FakeClock) -> Page:
    return Page(cast(WebDriver, opened), clock, StopSignal(), Timeouts())


def test_a_page_that_was_just_opened_serves_once_more(page: Page, opened: Opened) -> None:
    page.open("home")
    page.come_to("home")
    assert opened.addresses == ["home"]
    page.come_to("home")
    assert opened.addresses == ["home", "home"]


def test_what_was_come_to_is_loaded_for_the_next(page: Page, opened: Opened) -> None:
    page.come_to("home")
    page.come_to("home")
    assert opened.addresses == ["home", "home"]


def test_another_page_and_one_opened_a_while_ago_are_loaded(page: Page, opened: Opened, clock: FakeClock) -> None:
    page.open("ayu")
    page.come_to("home")
    page.open("home")
    clock.advance(61)
    page.come_to("home")
    assert opened.addresses == ["ayu", "home", "home", "home"]


def test_a_page_that_was_clicked_on_is_loaded_again(page: Page, opened: Opened) -> None:
    page.open("home")
    page.click(cast(WebElement, Clickable()))
    page.come_to("home")
    assert opened.addresses == ["home", "home"]


class Clickable:
    def click(self) -> None:
        return


class SilentDriver:
    """Its pages come in time only from the `after`th on."""

    def __init__(self, after: int) -> None:
        self._left = after

    def get(self, _address: str) -> None:
        self._left -= 1
        if self._left >= 0:
            raise TimeoutException("timeout: Timed out receiving message from renderer")


def page_over(driver: object, *, is_proxied: bool) -> Page:
    clock = FakeClock(datetime(2026, 1, 1, tzinfo=UTC))
    return Page(cast(WebDriver, driver), clock, StopSignal(), Timeouts(), is_proxied=is_proxied)


def test_where_no_page_ever_came_through_the_proxy_it_is_the_proxy_that_keeps_silent() -> None:
    with pytest.raises(ProxyFailed, match="no page came through it"):
        page_over(SilentDriver(1), is_proxied=True).open("home")
    with pytest.raises(PageTimeout):
        page_over(SilentDriver(1), is_proxied=False).open("home")


def test_once_a_page_came_silence_may_be_anybodys() -> None:
    driver = SilentDriver(0)
    page = page_over(driver, is_proxied=True)
    page.open("home")
    driver._left = 1
    with pytest.raises(PageTimeout):
        page.open("home")
