"""Who answers a proxy that asks for a login, over a browser's DevTools that are played here."""

from __future__ import annotations

import json
import queue
import threading
from typing import Any, cast

import pytest
from selenium.webdriver.remote.webdriver import WebDriver

from bot.browser.proxy_login import ProxyLogin, connect, find_devtools
from bot.errors import BrowserDied
from bot.settings.proxy import Proxy, parse_proxy

PROXY = parse_proxy("http://ayu:kopi@h:1")
BARE = Proxy(PROXY.scheme, PROXY.host, PROXY.port)


class DevTools:
    """A browser with one tab, "tab", and what it was told."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self._news: queue.Queue[str] = queue.Queue()
        self._answered = threading.Semaphore(0)

    def send(self, payload: str) -> None:
        command = json.loads(payload)
        self.told.append(command)
        if command["method"] == "Target.setAutoAttach":
            for kind in ("page", "worker"):
                told = {"sessionId": "tab" if kind == "page" else "other", "targetInfo": {"type": kind}}
                self._say({"method": "Target.attachedToTarget", "params": told})
        self._say({"id": command["id"], "result": {}})
        if command["method"].startswith("Fetch.continue"):
            self._answered.release()

    def recv(self) -> str:
        return self._news.get()

    def interrupt(self) -> None:
        self._news.put("")

    def close(self) -> None:
        self.interrupt()

    def happen(self, method: str, **told: Any) -> dict[str, Any]:
        """What the tab is told to do about it."""
        self._say({"method": method, "sessionId": "tab", "params": told})
        assert self._answered.acquire(timeout=10)
        assert self.told[-1]["sessionId"] == "tab"
        answer: dict[str, Any] = self.told[-1]["params"]
        return answer

    def ask(self, request: str, source: str = "Proxy") -> dict[str, Any]:
        asked = self.happen("Fetch.authRequired", requestId=request, authChallenge={"source": source})
        found: dict[str, Any] = asked["authChallengeResponse"]
        return found

    def _say(self, message: dict[str, Any]) -> None:
        self._news.put(json.dumps(message))


def test_the_proxy_is_given_the_login_once_for_a_request() -> None:
    devtools = DevTools()
    login = ProxyLogin(devtools, PROXY)
    given = {"response": "ProvideCredentials", "username": "ayu", "password": "kopi"}
    assert devtools.ask("1") == given
    assert devtools.ask("1") == {"response": "CancelAuth"}
    assert devtools.ask("2") == given
    login.close()


def test_a_site_that_asks_for_a_login_is_never_given_it() -> None:
    devtools = DevTools()
    login = ProxyLogin(devtools, PROXY)
    assert devtools.ask("1", "Server") == {"response": "CancelAuth"}
    login.close()


def test_without_a_login_the_answer_is_no_at_once() -> None:
    devtools = DevTools()
    login = ProxyLogin(devtools, BARE)
    assert devtools.ask("1") == {"response": "CancelAuth"}
    login.close()


def test_only_the_pages_of_tabs_are_held_and_they_go_on() -> None:
    devtools = DevTools()
    login = ProxyLogin(devtools, PROXY)
    [watched] = [command for command in devtools.told if command["method"] == "Fetch.enable"]
    assert watched["sessionId"] == "tab"
    assert watched["params"]["patterns"] == [{"urlPattern": "*", "resourceType": "Document"}]
    assert devtools.happen("Fetch.requestPaused", requestId="7") == {"requestId": "7"}
    login.close()
    login.close()


def driver_with(**capabilities: Any) -> WebDriver:
    class Driver:
        pass

    driver = Driver()
    driver.capabilities = capabilities  # type: ignore[attr-defined]
    return cast(WebDriver, driver)


def test_a_grid_that_offers_devtools_is_asked_there_and_no_other() -> None:
    named = driver_with(**{"se:cdp": "ws://grid:4444/session/1/se/cdp"})
    assert find_devtools(named, is_remote=True) == "ws://grid:4444/session/1/se/cdp"
    local = driver_with(**{"goog:chromeOptions": {"debuggerAddress": "localhost:9"}})
    with pytest.raises(BrowserDied, match="Grid") as told:
        find_devtools(local, is_remote=True)
    assert "se:cdp" in told.value.remedy


def test_a_browser_that_does_not_answer_has_died(unused_port: int) -> None:
    gone = driver_with(**{"ms:edgeOptions": {"debuggerAddress": f"127.0.0.1:{unused_port}"}})
    with pytest.raises(BrowserDied, match="DevTools"):
        find_devtools(gone, is_remote=False)
    with pytest.raises(BrowserDied, match="DevTools"):
        connect(f"ws://127.0.0.1:{unused_port}/devtools")
