"""Answers for the login of a proxy, beside the driver: by DevTools, so that it is on no command line and in no file.

Selenium has one command at a time under way, and a page that waits for a login is one; so this has a connection of its
own to the browser. It only sees the first request of each page, not what a page then fetches: once the browser has been
given a login, it uses it for all that goes through the proxy.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections import deque
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from typing import Any, Protocol

import structlog
import websocket
from selenium.webdriver.remote.webdriver import WebDriver

from bot.errors import BrowserDied
from bot.settings.proxy import Proxy

_SECONDS = 10.0
_DOCUMENTS = {"handleAuthRequests": True, "patterns": [{"urlPattern": "*", "resourceType": "Document"}]}
_log = structlog.get_logger(__name__)


def find_devtools(driver: WebDriver, *, is_remote: bool) -> str:
    """The address of the browser's DevTools. Raises BrowserDied when there is none.

    `is_remote`: the browser runs on another machine, whose Grid passes DevTools on (its capability se:cdp).
    """
    named = str(driver.capabilities.get("se:cdp") or "")
    if named or is_remote:
        if not named:
            remedy = "Let the Grid offer DevTools (se:cdp), or use a proxy without a login, or another driver."
            raise BrowserDied("This Grid cannot answer for the login of a proxy.", remedy=remedy)
        return named
    capabilities = driver.capabilities
    options = capabilities.get("goog:chromeOptions") or capabilities.get("ms:edgeOptions") or {}
    host, _, port = str(options.get("debuggerAddress", "")).rpartition(":")
    return _ask_address(host, int(port or 0))


def _ask_address(host: str, port: int) -> str:
    connection = HTTPConnection(host, port, timeout=_SECONDS)
    try:
        connection.request("GET", "/json/version")
        return str(json.loads(connection.getresponse().read())["webSocketDebuggerUrl"])
    except (OSError, HTTPException, ValueError, KeyError) as error:
        raise BrowserDied(f"The browser's DevTools do not answer: {type(error).__name__}") from error
    finally:
        connection.close()


class Connection(Protocol):
    """One to DevTools: texts of JSON both ways."""

    def send(self, payload: str) -> object: ...

    def recv(self) -> str | bytes:
        """The next text; an empty one when the other side has gone."""

    def interrupt(self) -> None:
        """Make `recv` in another thread end."""

    def close(self) -> None:
        """Let go of it, once nobody reads any more."""


class _Socket:
    """A WebSocket as `Connection`."""

    def __init__(self, opened: websocket.WebSocket) -> None:
        self._opened = opened
        self.send = opened.send
        self.recv = opened.recv

    def interrupt(self) -> None:
        if self._opened.sock is not None:
            with contextlib.suppress(OSError):
                self._opened.sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        if self._opened.sock is not None:
            self._opened.sock.close()


def connect(devtools: str) -> Connection:
    """A connection to the DevTools at this address. Raises BrowserDied."""
    try:
        # No Origin, since DevTools take none; never through a proxy of the environment.
        opened = websocket.create_connection(devtools, timeout=_SECONDS, suppress_origin=True, http_no_proxy=["*"])
    except (OSError, ValueError, websocket.WebSocketException) as error:
        raise BrowserDied(f"The browser's DevTools do not answer: {type(error).__name__}") from error
    opened.settimeout(None)
    return _Socket(opened)


class ProxyLogin:
    """Gives `proxy`'s login when it is asked for; a login that was not taken is not given again for that request.

    Without a login it says so at once, where a browser with a window would wait for a person.
    """

    def __init__(self, connection: Connection, proxy: Proxy) -> None:
        """Raises BrowserDied when the browser does not take it."""
        self._connection = connection
        self._proxy = proxy
        self._answered: deque[str] = deque(maxlen=64)
        self._ids = 0
        self._asked: dict[int, str] = {}  # commands whose answers are awaited
        self._watched = 0  # tabs
        self._is_ready = threading.Event()
        self._is_closed = False
        self._thread = threading.Thread(target=self._listen, name="proxy-login", daemon=True)
        self._thread.start()
        if not self._is_ready.wait(_SECONDS):
            self.close()
            raise BrowserDied("The browser does not let its proxy's login be answered.")

    def close(self) -> None:
        """Stop answering. Idempotent."""
        self._is_closed = True
        self._connection.interrupt()
        self._thread.join(_SECONDS)
        self._connection.close()

    def _listen(self) -> None:
        try:
            self._ask("Target.setAutoAttach", {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": True})
            while True:
                content = self._connection.recv()
                if not content:
                    return
                self._take(json.loads(content))
        except (OSError, ValueError, websocket.WebSocketException) as error:
            if not self._is_closed:
                # The browser went; its driver says so, too. Never the error itself: it may hold what was sent.
                _log.info("the login of a proxy is not answered any more", reason=type(error).__name__)

    def _take(self, message: Mapping[str, Any]) -> None:
        told, tab = message.get("params", {}), str(message.get("sessionId", ""))
        match message.get("method"):
            case "Target.attachedToTarget" if told["targetInfo"]["type"] == "page":
                self._ask("Fetch.enable", _DOCUMENTS, told["sessionId"])
            case "Fetch.requestPaused":
                self._send("Fetch.continueRequest", {"requestId": told["requestId"]}, tab)
            case "Fetch.authRequired":
                answer = {"requestId": told["requestId"], "authChallengeResponse": self._answer(told)}
                self._send("Fetch.continueWithAuth", answer, tab)
            case None:
                self._take_answer(message)

    def _take_answer(self, message: Mapping[str, Any]) -> None:
        """Once each tab that was there is watched, it is ready. One that went meanwhile gives an error."""
        asked = self._asked.pop(message["id"], "")
        self._watched += asked == "Fetch.enable" and "error" not in message
        if self._watched and not self._asked:
            self._is_ready.set()

    def _answer(self, asked: Mapping[str, Any]) -> dict[str, str]:
        """The login for the proxy, and for nobody else."""
        is_of_proxy = asked["authChallenge"].get("source") == "Proxy"
        if not is_of_proxy or not self._proxy.has_login or asked["requestId"] in self._answered:
            return {"response": "CancelAuth"}
        self._answered.append(asked["requestId"])
        return {
            "response": "ProvideCredentials",
            "username": self._proxy.user,
            "password": self._proxy.password,
        }

    def _ask(self, method: str, parameters: Mapping[str, Any], tab: str = "") -> None:
        """Send a command whose answer is awaited."""
        self._asked[self._ids + 1] = method
        self._send(method, parameters, tab)

    def _send(self, method: str, parameters: Mapping[str, Any], tab: str = "") -> None:
        self._ids += 1
        command = {"id": self._ids, "method": method, "params": parameters, **({"sessionId": tab} if tab else {})}
        self._connection.send(json.dumps(command))
