"""The way through a socks5 proxy with a login."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Iterator

import pytest

from bot.browser.forwarder import Forwarder
from bot.settings.proxy import Proxy, parse_proxy
from tests.proxies import Login, TestProxy

LOGIN = Login("ayu", "kopi susu: ½")


@pytest.fixture
def echo() -> Iterator[str]:
    """The address of a server that says back what it is told, until it is told no more."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_echo, args=(listener,))
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def _echo(listener: socket.socket) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        with client:
            while content := client.recv(65536):
                client.sendall(content)


def ask(forwarder: Forwarder, request: str, *, login: bool = True) -> socket.socket:
    """A connection to the forwarder that has asked for something."""
    client = socket.create_connection((forwarder.proxy.host, forwarder.proxy.port), 10)
    given = base64.b64encode(f"{forwarder.proxy.user}:{forwarder.proxy.password}".encode()).decode()
    header = f"Proxy-Authorization: Basic {given}\r\n" if login else ""
    client.sendall(f"{request} HTTP/1.1\r\nHost: x\r\n{header}\r\n".encode())
    return client


def status(client: socket.socket) -> int:
    return int(client.recv(4096).split(b" ")[1])


def upstream(proxy: TestProxy, login: Login) -> Proxy:
    return parse_proxy(proxy.address()).with_login(login.user, login.password)


def test_it_leads_through_the_proxy_with_its_login(echo: str) -> None:
    with TestProxy("socks5", echo, LOGIN) as proxy:
        forwarder = Forwarder(upstream(proxy, LOGIN))
        with ask(forwarder, f"CONNECT {echo}") as client:
            assert status(client) == 200
            content = b"x" * 1_000_000
            sender = threading.Thread(target=client.sendall, args=(content,))
            sender.start()
            came = b""
            while len(came) < len(content):
                came += client.recv(65536)
            sender.join()
            assert came == content
        with ask(forwarder, "CONNECT x.com:443") as client:
            assert status(client) == 200
        forwarder.close()
        assert proxy.passed == [echo, "x.com:443"]


def test_others_on_this_machine_cannot_use_it(echo: str) -> None:
    with TestProxy("socks5", echo, LOGIN) as proxy:
        forwarder = Forwarder(upstream(proxy, LOGIN))
        with ask(forwarder, f"CONNECT {echo}", login=False) as client:
            assert status(client) == 407
        forwarder.close()
        assert proxy.passed == []
        assert forwarder.proxy.host == "127.0.0.1"
        assert forwarder.proxy.password not in repr(forwarder.proxy)


def test_a_login_that_the_proxy_does_not_take_is_told_as_a_proxy_tells_it(echo: str) -> None:
    with TestProxy("socks5", echo, LOGIN) as proxy:
        forwarder = Forwarder(upstream(proxy, Login("ayu", "teh")))
        with ask(forwarder, f"CONNECT {echo}") as client:
            assert status(client) == 407
        forwarder.close()
        assert proxy.refused


def test_a_proxy_that_is_not_there_and_a_place_it_does_not_lead_to_give_no_tunnel(echo: str, unused_port: int) -> None:
    forwarder = Forwarder(Proxy("socks5", "127.0.0.1", unused_port, "ayu", "kopi"))
    with ask(forwarder, f"CONNECT {echo}") as client:
        assert status(client) == 502
    forwarder.close()
    with TestProxy("socks5", echo, LOGIN) as proxy:
        forwarder = Forwarder(upstream(proxy, LOGIN))
        for place in ("example.com:443", "nonsense", "[::1]:1"):
            with ask(forwarder, f"CONNECT {place}") as client:
                assert status(client) == 502
        forwarder.close()


def test_it_takes_nothing_but_tunnels(echo: str) -> None:
    forwarder = Forwarder(Proxy("socks5", "127.0.0.1", 1, "ayu", "kopi"))
    with ask(forwarder, "GET http://example.com/") as client:
        assert status(client) == 405
    forwarder.close()


def test_it_ends_with_all_that_goes_through_it(echo: str) -> None:
    with TestProxy("socks5", echo, LOGIN) as proxy:
        forwarder = Forwarder(upstream(proxy, LOGIN))
        with ask(forwarder, f"CONNECT {echo}") as client:
            assert status(client) == 200
            forwarder.close()
            forwarder.close()
            assert client.recv(1) == b""
        with pytest.raises(OSError, match="refused"):
            socket.create_connection((forwarder.proxy.host, forwarder.proxy.port), 5)
