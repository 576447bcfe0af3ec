"""Leads a browser through a socks5 proxy that wants a login: browsers know no such login, so somebody must give it.

It is an HTTP proxy on this machine's loopback for one browser, there as long as that is. Others on the machine cannot
use it: it wants a login of its own, random, which the browser is given as it is given that of any proxy.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hmac
import ipaddress
import secrets
import socket
import threading
from enum import IntEnum

from bot.settings.proxy import Proxy

_CHUNK = 64 * 1024
_LONGEST_HEAD = 32 * 1024
_SECONDS = 30.0
"""For the upstream proxy to open a tunnel, and for a client to say what it wants."""
_USER = "aviary"
_ASK_LOGIN = (
    b'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="aviary"\r\n'
    b"Content-Length: 0\r\nConnection: close\r\n\r\n"
)
_OPEN = b"HTTP/1.1 200 Connection established\r\n\r\n"
_NO_TUNNEL = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_NOT_SO = b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class _Socks(IntEnum):
    """What SOCKS5 says in one byte (RFC 1928, RFC 1929)."""

    VERSION = 5
    LOGIN_VERSION = 1
    NO_LOGIN = 0
    LOGIN = 2
    CONNECT = 1
    IPV4 = 1
    NAME = 3
    IPV6 = 4
    GOOD = 0


class _LoginRefusedError(Exception):
    """The upstream proxy does not take the login."""


class Forwarder:
    """Leads to `upstream`. `proxy` is how its browser reaches it."""

    def __init__(self, upstream: Proxy) -> None:
        self._upstream = upstream
        self._listener = socket.create_server(("127.0.0.1", 0))
        password = secrets.token_urlsafe(32)
        self.proxy = Proxy("http", "127.0.0.1", int(self._listener.getsockname()[1]), _USER, password)
        self._wanted = b"basic " + base64.b64encode(f"{_USER}:{password}".encode())
        self._loop = asyncio.new_event_loop()
        self._ended = asyncio.Event()
        self._thread = threading.Thread(target=self._work, name="proxy-forwarder", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End all that goes through it. Idempotent."""
        with contextlib.suppress(RuntimeError):  # its loop is closed already
            self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(_SECONDS)

    def _work(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:  # ends what still runs on its way out
            runner.run(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._meet, sock=self._listener, limit=_LONGEST_HEAD)
        await self._ended.wait()
        server.close()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._lead((reader, writer))
        except (OSError, EOFError, asyncio.LimitOverrunError):
            pass  # one side went, as browsers and proxies do
        finally:
            writer.close()

    async def _lead(self, client: _Streams) -> None:
        async with asyncio.timeout(_SECONDS):
            head = await client[0].readuntil(b"\r\n\r\n")
        method, _, rest = head.partition(b" ")
        if not self._is_ours(head):
            return await _say(client, _ASK_LOGIN)
        if method != b"CONNECT":
            return await _say(client, _NOT_SO)
        try:
            async with asyncio.timeout(_SECONDS):
                upstream = await self._open_tunnel(rest.partition(b" ")[0].decode("ascii"))
        except _LoginRefusedError:
            return await _say(client, _ASK_LOGIN)
        except (OSError, EOFError, ValueError):
            return await _say(client, _NO_TUNNEL)
        try:
            await _say(client, _OPEN)
            await _carry_both_ways(client, upstream)
        finally:
            upstream[1].close()
        return None

    def _is_ours(self, head: bytes) -> bool:
        """Whether the client knows this forwarder's own login."""
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.strip().lower() == b"proxy-authorization":
                kind, _, given = value.strip().partition(b" ")
                return hmac.compare_digest(kind.lower() + b" " + given, self._wanted)
        return False

    async def _open_tunnel(self, place: str) -> _Streams:
        """A tunnel to `place` (host:port). Raises _LoginRefusedError, OSError, EOFError, ValueError."""
        host, _, port = place.rpartition(":")
        wanted = _address_bytes(host.strip("[]")) + int(port).to_bytes(2, "big")
        reader, writer = await asyncio.open_connection(self._upstream.host, self._upstream.port)
        try:
            await self._log_in((reader, writer))
            writer.write(bytes([_Socks.VERSION, _Socks.CONNECT, 0]) + wanted)
            _version, answer, _, kind = await reader.readexactly(4)
            if answer != _Socks.GOOD:
                raise ConnectionRefusedError(f"the proxy answers {answer}")
            length = {_Socks.IPV4: 4, _Socks.IPV6: 16}.get(_Socks(kind)) or (await reader.readexactly(1))[0]
            await reader.readexactly(length + 2)
        except BaseException:
            writer.close()
            raise
        return reader, writer

    async def _log_in(self, upstream: _Streams) -> None:
        reader, writer = upstream
        writer.write(bytes([_Socks.VERSION, 2, _Socks.NO_LOGIN, _Socks.LOGIN]))
        _version, method = await reader.readexactly(2)
        if method == _Socks.NO_LOGIN:
            return
        if method != _Socks.LOGIN:
            raise _LoginRefusedError
        user, password = self._upstream.user.encode(), self._upstream.password.encode()
        writer.write(bytes([_Socks.LOGIN_VERSION, len(user)]) + user + bytes([len(password)]) + password)
        _version, answer = await reader.readexactly(2)
        if answer != _Socks.GOOD:
            raise _LoginRefusedError


def _address_bytes(host: str) -> bytes:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        name = host.encode("ascii")
        return bytes([_Socks.NAME, len(name)]) + name
    return bytes([_Socks.IPV4 if address.version == 4 else _Socks.IPV6]) + address.packed


async def _say(client: _Streams, answer: bytes) -> None:
    client[1].write(answer)
    await client[1].drain()


async def _carry_both_ways(client: _Streams, upstream: _Streams) -> None:
    """Until both sides have said all, or one has gone."""
    await asyncio.gather(_carry(client[0], upstream[1]), _carry(upstream[0], client[1]))


async def _carry(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while content := await source.read(_CHUNK):
        sink.write(content)
        await sink.drain()
    if sink.can_write_eof():
        sink.write_eof()
