"""Proxies for tests: real ones, on loopback, that lead to one place alone and count what passes through."""

from __future__ import annotations

import base64
import contextlib
import selectors
import socket
import ssl
import threading
from dataclasses import dataclass
from types import TracebackType

import trustme

_CHUNK = 65536
_SECONDS = 20.0


@dataclass(frozen=True)
class Login:
    """What a proxy asks for."""

    user: str
    password: str


class TestProxy:
    """A proxy of a kind ("http", "https", "socks5"); a context manager that ends it.

    It leads to `target` ("127.0.0.1:8443") under that address and under x.com's names, to nothing else. A `dumb` one
    takes connections and never answers.
    """

    __test__ = False

    def __init__(self, kind: str, target: str, login: Login | None = None, *, dumb: bool = False) -> None:
        self.kind = kind
        self.login = login
        self.passed: list[str] = []
        """Where each tunnel that was opened leads, as the client named it."""
        self.refused: list[str] = []
        """Where clients without the right login wanted to go."""
        self.foreign: list[str] = []
        """What else was asked for."""
        self._target = target
        self._dumb = dumb
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._ended = threading.Event()
        self._open: set[socket.socket] = set()
        self._threads = [threading.Thread(target=self._accept, name="proxy")]
        self._context = _tls() if kind == "https" else None

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    def address(self, login: Login | None = None) -> str:
        """As accounts.yaml names it."""
        who = f"{login.user}:{login.password}@" if login else ""
        return f"{self.kind}://{who}127.0.0.1:{self.port}"

    def __enter__(self) -> TestProxy:
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), 1).close()  # wakes the one that accepts
        self._threads[0].join()
        self._socket.close()
        for each in list(self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        for thread in self._threads[1:]:
            thread.join(_SECONDS)

    def _accept(self) -> None:
        while True:
            client, _ = self._socket.accept()
            if self._ended.is_set():
                client.close()
                return
            thread = threading.Thread(target=self._serve, args=(client,), name="proxy-client")
            self._threads.append(thread)
            thread.start()

    def _serve(self, client: socket.socket) -> None:
        client.settimeout(_SECONDS)
        self._open.add(client)
        wrapped: socket.socket = client
        try:
            if self._dumb:
                self._ended.wait()
                return
            if self._context is not None:
                wrapped = self._context.wrap_socket(client, server_side=True)
                self._open.add(wrapped)
            serve = self._serve_socks if self.kind == "socks5" else self._serve_connect
            serve(wrapped)
        except (OSError, EOFError):
            return  # the client went, as browsers do
        finally:
            self._open.discard(client)
            self._open.discard(wrapped)
            wrapped.close()
            client.close()

    def _serve_connect(self, client: socket.socket) -> None:
        while True:
            lines = _head(client).split("\r\n")
            method, wanted, _ = lines[0].split(" ", 2)
            headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
            given = next((line.split(": ", 1)[1] for line in lines if line.lower().startswith("proxy-auth")), "")
            if self.login and given != _basic(self.login):
                self.refused.append(wanted)
                body = b"who are you?"
                client.sendall(
                    b'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="test"\r\n'
                    b"Content-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
                )
                continue
            if method != "CONNECT" or not self._leads_to_target(wanted):
                self.foreign.append(f"{method} {wanted} {headers.get('host', '')}")
                client.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
                continue
            with self._dial() as upstream:
                self.passed.append(wanted)
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                self._pump(client, upstream)
            return

    def _serve_socks(self, client: socket.socket) -> None:
        _version, count = _exactly(client, 2)
        methods = _exactly(client, count)
        if self.login and not self._knows(client, methods):
            return
        if not self.login:
            client.sendall(b"\x05\x00")
        _exactly(client, 3)
        wanted = _socks_address(client)
        if not self._leads_to_target(wanted):
            self.foreign.append(wanted)
            client.sendall(b"\x05\x02\x00\x01\x00\x00\x00\x00\x00\x00")
            return
        with self._dial() as upstream:
            self.passed.append(wanted)
            client.sendall(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
            self._pump(client, upstream)

    def _knows(self, client: socket.socket, methods: bytes) -> bool:
        """Whether the client gives the right login (RFC 1929)."""
        assert self.login is not None
        if 2 not in methods:
            self.refused.append("without a login")
            client.sendall(b"\x05\xff")
            return False
        client.sendall(b"\x05\x02")
        _version, length = _exactly(client, 2)
        user = _exactly(client, length)
        password = _exactly(client, _exactly(client, 1)[0])
        is_right = (user, password) == (self.login.user.encode(), self.login.password.encode())
        if not is_right:
            self.refused.append("with a wrong login")
        client.sendall(b"\x01\x00" if is_right else b"\x01\x01")  # last: who hears it looks at what was noted
        return is_right

    def _leads_to_target(self, wanted: str) -> bool:
        host, _, port = wanted.rpartition(":")
        is_x = host in {"x.com", "t.co", "twitter.com"} or host.endswith((".x.com", ".twimg.com", ".twitter.com"))
        return wanted == self._target or (is_x and port == "443")

    def _dial(self) -> socket.socket:
        host, _, port = self._target.rpartition(":")
        upstream = socket.create_connection((host, int(port)), _SECONDS)
        self._open.add(upstream)
        return upstream

    def _pump(self, client: socket.socket, upstream: socket.socket) -> None:
        """Carry bytes both ways until one side ends."""
        with selectors.DefaultSelector() as selector:
            selector.register(client, selectors.EVENT_READ, upstream)
            selector.register(upstream, selectors.EVENT_READ, client)
            while not self._ended.is_set():
                for key, _ in selector.select(0.2):
                    source, sink = key.fileobj, key.data
                    assert isinstance(source, socket.socket)
                    content = source.recv(_CHUNK)
                    if not content:
                        return
                    sink.sendall(content)
                    while isinstance(source, ssl.SSLSocket) and source.pending():
                        sink.sendall(source.recv(_CHUNK))


def _tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    return context


def _basic(login: Login) -> str:
    return "Basic " + base64.b64encode(f"{login.user}:{login.password}".encode()).decode()


def _head(client: socket.socket) -> str:
    """The lines of a request, up to the empty one. Raises EOFError."""
    content = b""
    while not content.endswith(b"\r\n\r\n"):
        more = client.recv(1)
        if not more:
            raise EOFError
        content += more
    return content.decode("latin-1").removesuffix("\r\n\r\n")


def _exactly(client: socket.socket, count: int) -> bytes:
    content = b""
    while len(content) < count:
        more = client.recv(count - len(content))
        if not more:
            raise EOFError
        content += more
    return content


def _socks_address(client: socket.socket) -> str:
    kind = _exactly(client, 1)[0]
    if kind == 1:
        host = socket.inet_ntoa(_exactly(client, 4))
    elif kind == 3:
        host = _exactly(client, _exactly(client, 1)[0]).decode("ascii")
    else:
        host = socket.inet_ntop(socket.AF_INET6, _exactly(client, 16))
    return f"{host}:{int.from_bytes(_exactly(client, 2), 'big')}"
