"""Serving a WSGI application from threads of this process, with or without TLS, and stopping for sure."""

from __future__ import annotations

import contextlib
import socket
import ssl
import sys
import threading
from typing import Any

import trustme
from flask import Flask
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

HOST = "127.0.0.1"
NAMES = ("x.com", "*.x.com", "twitter.com", "*.twitter.com", "twimg.com", "*.twimg.com", "localhost", HOST)
"""What the certificate is for."""
_HANDSHAKE_SECONDS = 10.0


class _Quiet(WSGIRequestHandler):
    """Writes no access log."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's name
        """Say nothing: a newcomer's console is for what matters."""


class _Listener(ThreadedWSGIServer):
    """A thread per connection; the TLS handshake is done there, so that a silent client blocks nobody."""

    request_queue_size = 128

    def __init__(self, app: Flask, port: int, tls: ssl.SSLContext | None) -> None:
        with _bound(port) as ours:  # werkzeug itself would end the whole process when a port is taken
            super().__init__(HOST, ours.getsockname()[1], app, handler=_Quiet, fd=ours.fileno())
        self.ssl_context = tls
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Serve one connection until it ends."""
        with contextlib.suppress(ssl.SSLError, ConnectionError, TimeoutError, OSError):
            connection = self._greet(request)
            with self._open_lock:
                self._open.add(connection)
            try:
                _Quiet(connection, client_address, self)
            finally:
                with self._open_lock:
                    self._open.discard(connection)
                connection.close()

    def _greet(self, request: socket.socket) -> socket.socket:
        if self.ssl_context is None:
            return request
        request.settimeout(_HANDSHAKE_SECONDS)
        connection = self.ssl_context.wrap_socket(request, server_side=True)
        connection.settimeout(None)
        return connection

    def hang_up(self) -> None:
        """End every connection that is still open."""
        with self._open_lock:
            connections = list(self._open)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


def _bound(port: int) -> socket.socket:
    ours = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":  # there it would let two programs share the port
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        ours.bind((HOST, port))
        ours.listen(_Listener.request_queue_size)
    except OSError:
        ours.close()
        raise
    return ours


class Server:
    """One port. `port` 0 takes a free one; `port` afterwards is the real one."""

    def __init__(self, app: Flask, port: int, tls: ssl.SSLContext | None = None) -> None:
        self._listener = _Listener(app, port, tls)
        self.port: int = self._listener.socket.getsockname()[1]
        self._thread = threading.Thread(
            target=self._listener.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True, name="practice"
        )

    def start(self) -> None:
        """Answer from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Take no more connections, end those that are open, and free the port."""
        if self._thread.is_alive():
            self._listener.shutdown()
            self._thread.join()
        self._listener.hang_up()
        self._listener.server_close()


def make_tls() -> ssl.SSLContext:
    """A certificate of our own making for x.com and its asset hosts; no browser trusts it by itself."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert(*NAMES).configure_cert(context)
    return context
