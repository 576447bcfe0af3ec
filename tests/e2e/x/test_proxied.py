"""A browser behind a proxy with a login: whoever drives it, and whatever a page tries."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.common.exceptions import WebDriverException

from bot.browser.contract import Browser, BrowserRequest
from bot.browser.drivers import opener
from bot.browser.processes import find_own
from bot.browser.proxied import open_proxied
from bot.clock import StopSignal, SystemClock
from bot.settings.proxy import parse_proxy
from bot.x.client import TwitterClient
from tests.e2e.x.conftest import HANDLE, QUICK, Shop
from tests.proxies import Login, TestProxy

pytestmark = pytest.mark.e2e
LOGIN = Login("ayu", "kopi: ½@susu")
CALL = """
const [udp, done] = arguments;
const call = new RTCPeerConnection({iceServers: [{urls: `stun:127.0.0.1:${udp}`}]});
call.createDataChannel("any");
call.onicecandidate = (event) => event.candidate === null && done();
call.createOffer().then((offer) => call.setLocalDescription(offer));
setTimeout(done, 3000);
"""


@pytest.fixture
def proxy(shop: Shop) -> Iterator[TestProxy]:
    with TestProxy("http", shop.site.address, LOGIN) as proxy:
        yield proxy


def open_behind(proxy: TestProxy, shop: Shop, profile: Path, driver: str = "chrome") -> Browser:
    named = parse_proxy(proxy.address()).with_login(LOGIN.user, LOGIN.password)
    return open_proxied(opener(driver), BrowserRequest(profile=profile, x_address=shop.site.address, proxy=named))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # undetected drops a Popen unread
def test_undetected_goes_through_it_too(proxy: TestProxy, shop: Shop, tmp_path: Path) -> None:
    browser = open_behind(proxy, shop, tmp_path / "profile", "undetected")
    client = TwitterClient(browser, HANDLE, clock=SystemClock(), stop=StopSignal(), timeouts=QUICK, is_proxied=True)
    assert client.log_in(shop.cookies) == HANDLE
    client.close()
    assert {"x.com:443", "abs-0.twimg.com:443"} <= set(proxy.passed)
    assert find_own(tmp_path) == []


def test_a_page_finds_no_way_past_it(proxy: TestProxy, shop: Shop, tmp_path: Path) -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        socket.create_server(("127.0.0.1", 0)) as tcp,
    ):
        udp.bind(("127.0.0.1", 0))
        for trap in (udp, tcp):
            trap.setblocking(False)
        browser = open_behind(proxy, shop, tmp_path / "profile")
        try:
            browser.driver.get("https://x.com/i/flow/login")
            browser.driver.execute_async_script(CALL, udp.getsockname()[1])
            for host in ("127.0.0.1", "localhost"):
                with pytest.raises(WebDriverException, match="ERR_TUNNEL_CONNECTION_FAILED"):
                    browser.driver.get(f"https://{host}:{tcp.getsockname()[1]}/")
        finally:
            browser.close()
        with pytest.raises(BlockingIOError):
            udp.recv(1)
        with pytest.raises(BlockingIOError):
            tcp.accept()
    assert [each for each in proxy.foreign if "127.0.0.1" in each]
    assert [each for each in proxy.foreign if "localhost" in each]
