"""The driver `grid` against a WebDriver server of its own process: what a Grid's node offers, without the Grid.

ChromeDriver takes sessions and uploads over HTTP as a node does, and gives no DevTools commands to such a client.
Where a Grid passes on DevTools, it names their address in `se:cdp`.
"""

from __future__ import annotations

import json
import re
import subprocess
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

from bot.browser.contract import BrowserRequest
from bot.browser.drivers import opener
from bot.browser.finding import find_installed
from bot.browser.proxied import open_proxied
from bot.clock import StopSignal, SystemClock
from bot.errors import BrowserDied
from bot.settings.proxy import parse_proxy
from bot.x.client import TwitterClient
from bot.x.contract import Draft
from tests.e2e.x.conftest import HANDLE, QUICK, Shop
from tests.proxies import Login, TestProxy

pytestmark = pytest.mark.e2e
TEXT = "Baris satu 🇮🇩\nBaris dua #promo"


class Node:
    """A ChromeDriver, behind a server that gives its upload the name that Selenium Grid has for it."""

    def __init__(self) -> None:
        self.offers_devtools = False
        driver = str(find_installed().driver)
        self.process = subprocess.Popen([driver, "--port=0"], stdout=subprocess.PIPE, text=True, encoding="utf-8")
        assert self.process.stdout is not None
        found = (re.search(r"successfully on port (\d+)", line) for line in self.process.stdout)
        self.driver_port = int(next(filter(None, found)).group(1))
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def browsers(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self.process.kill()
        self.process.wait(10)
        if self.process.stdout is not None:
            self.process.stdout.close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        port, node = self.driver_port, self

        class Handler(BaseHTTPRequestHandler):
            def _pass_on(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                driver = HTTPConnection("127.0.0.1", port, timeout=60)
                try:
                    path = self.path.replace("/se/file", "/file")
                    driver.request(self.command, path, body, {"Content-Type": "application/json"})
                    answer = driver.getresponse()
                    content = answer.read()
                    if node.offers_devtools and self.command == "POST" and self.path == "/session":
                        content = name_devtools(content)
                except OSError:
                    self.close_connection = True
                    return
                finally:
                    driver.close()
                self.send_response(answer.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_DELETE = _pass_on  # noqa: N815  these names are what the server calls

            def log_message(self, *args: object) -> None:
                """Nothing on the console."""

        return Handler


def name_devtools(content: bytes) -> bytes:
    """The answer to a new session, as a Grid gives it that passes on DevTools."""
    answer = json.loads(content)
    capabilities = answer["value"]["capabilities"]
    with urlopen(f"http://{capabilities['goog:chromeOptions']['debuggerAddress']}/json/version") as told:
        capabilities["se:cdp"] = json.load(told)["webSocketDebuggerUrl"]
    return json.dumps(answer).encode()


@pytest.fixture
def node() -> Iterator[Node]:
    node = Node()
    yield node
    node.close()


def open_on(node: Node, shop: Shop, profile: Path) -> TwitterClient:
    request = BrowserRequest(profile=profile, x_address=shop.site.address)
    browser = opener("grid", grid_url=node.address).open(request)
    return TwitterClient(browser, HANDLE, clock=SystemClock(), stop=StopSignal(), timeouts=QUICK)


def test_it_logs_in_and_posts_lines_emoji_and_a_picture(node: Node, shop: Shop, picture: Path, tmp_path: Path) -> None:
    client = open_on(node, shop, tmp_path / "profile")
    assert client.log_in(shop.cookies) == HANDLE
    post_id = client.post(Draft(TEXT, (picture,)), before_send=lambda: None)
    [post] = shop.state()["posts"]
    assert (post["id"], post["text"]) == (post_id, TEXT)
    assert [media["name"] for media in post["media"]] == [picture.name]
    browsers = node.browsers()
    client.close()
    client.close()
    assert psutil.wait_procs(browsers, 20)[1] == []


def test_a_node_that_goes_away_is_a_browser_that_died(node: Node, shop: Shop, tmp_path: Path) -> None:
    client = open_on(node, shop, tmp_path / "profile")
    browsers = node.browsers()
    node.process.kill()
    node.process.wait(10)
    with pytest.raises(BrowserDied):
        client.read_profile(HANDLE)
    client.close()
    for browser in browsers:  # nobody is left to end them but us
        if browser.is_running():
            browser.kill()
    assert psutil.wait_procs(browsers, 20)[1] == []


def test_a_grid_that_offers_devtools_goes_through_a_proxy_with_a_login_and_another_one_says_that_it_cannot(
    node: Node, shop: Shop, tmp_path: Path
) -> None:
    login = Login("ayu", "kopi")
    with TestProxy("http", shop.site.address, login) as proxy:
        named = parse_proxy(proxy.address(login))
        request = BrowserRequest(profile=tmp_path / "profile", x_address=shop.site.address, proxy=named)
        grid = opener("grid", grid_url=node.address)
        with pytest.raises(BrowserDied, match="Grid") as refused:
            open_proxied(grid, request)
        assert "se:cdp" in refused.value.remedy
        node.offers_devtools = True
        client = TwitterClient(
            open_proxied(grid, request), HANDLE, clock=SystemClock(), stop=StopSignal(), timeouts=QUICK, is_proxied=True
        )
        assert client.log_in(shop.cookies) == HANDLE
        client.close()
        assert {"x.com:443", "abs-0.twimg.com:443"} <= set(proxy.passed)
