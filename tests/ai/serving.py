"""A server on loopback that answers as an OpenAI-compatible one does, or as a broken one."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Handling = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """One request; its server says how it is handled."""

    protocol_version = "HTTP/1.1"
    server: ModelServer

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        self.body = self.rfile.read(length)
        with self.server.lock:
            self.server.requests.append((self.path, dict(self.headers), json.loads(self.body)))
            self.server.ports.add(self.client_address[1])
            handling = self.server.script.pop(0) if self.server.script else self.server.handling
        handling(self)

    def send(self, status: int, content: bytes, kind: str = "application/json", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_parts: Any) -> None:
        """Tests have nobody who reads it."""


class ModelServer(ThreadingHTTPServer):
    """`script` has what the next requests meet, `handling` what all after those do."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock = threading.Lock()
        self.requests: list[tuple[str, dict[str, str], Any]] = []
        self.ports: set[int] = set()
        self.script: list[Handling] = []
        self.handling: Handling = says("A better text")
        self.over = threading.Event()  # what is slow waits for it

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, *_parts: Any) -> None:
        """A client that hung up is what some tests are about."""


def chat(text: Any, **more: Any) -> bytes:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"} | more
    return json.dumps({"id": "1", "object": "chat.completion", "choices": [choice]}).encode()


def says(text: Any, **more: Any) -> Handling:
    return lambda handler: handler.send(200, chat(text, **more))


def fails(status: int, message: str = "no") -> Handling:
    return lambda handler: handler.send(status, json.dumps({"error": {"message": message}}).encode())


def sends(content: bytes, kind: str = "application/json", status: int = 200, **headers: str) -> Handling:
    return lambda handler: handler.send(status, content, kind, **headers)


def is_silent(handler: Handler) -> None:
    handler.server.over.wait(20)
    handler.close_connection = True


def hangs_up(handler: Handler) -> None:
    handler.close_connection = True


def drips(handler: Handler) -> None:
    """A byte now and then: no single wait is long."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    while not handler.server.over.wait(0.05):
        handler.wfile.write(b" ")
        handler.wfile.flush()
    handler.close_connection = True


@contextmanager
def serving() -> Iterator[ModelServer]:
    server = ModelServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join(10)
