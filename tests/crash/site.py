"""The stand-in for x.com that the fast kills use: it lives in the test's process, so its truth survives each kill.

Unlike x.com it takes the same text twice, so that a post that is sent twice shows.
"""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from types import TracebackType
from typing import Any

LATEST = 2.5
"""Seconds within which a post that was taken shows on the profile; less than `decide_after_seconds` of the tests."""


@dataclass(frozen=True)
class Weather:
    """How often what goes wrong, as shares of 1."""

    lost_answer: float = 0.12  # the post stands, its answer is lost
    lost_request: float = 0.05  # the post does not stand, its answer is lost
    refused: float = 0.03  # x.com says no, in words
    down_before_send: float = 0.03
    unreadable_profile: float = 0.05


FAIR = Weather(0, 0, 0, 0, 0)


@dataclass(frozen=True)
class Stored:
    """A post that stands on the site."""

    id: str
    handle: str
    text: str
    posted_at: datetime  # by the site's own clock
    visible_at: float  # monotonic seconds


@dataclass
class Site:
    """The truth, and a small HTTP server that tells it. A context manager.

    `skew` is how far the site's clock is ahead of ours. `on_post` is told of each post that arrives, before it is
    taken ("arrived") and after it stands ("taken"): the harness may kill the asking process there.
    """

    random: Random
    weather: Weather = Weather()
    skew: timedelta = timedelta(0)
    posts: list[Stored] = field(default_factory=list)
    on_post: Callable[[str], None] | None = None

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(1_900_000_000_000_000_001)
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.site = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def place(self, handle: str, text: str, age: timedelta) -> None:
        """Let a post stand that is so old."""
        with self._lock:
            moment = datetime.now(UTC) + self.skew - age
            self.posts.append(Stored(str(next(self._numbers)), handle, text, moment, time.monotonic()))

    def posts_of(self, handle: str) -> list[Stored]:
        """Every post of the account, shown already or not, oldest first."""
        with self._lock:
            return [post for post in self.posts if post.handle == handle]

    # what the server asks, each in the thread of its request

    def answer(self, call: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """The answer to one call; None when it is lost."""
        calls = {"post": self._post, "own_posts": self._own_posts, "weather": self._weather, "profile": self._profile}
        return calls[call](body)

    def _weather(self, _body: dict[str, Any]) -> dict[str, Any]:
        return {"down": self._draw() < self.weather.down_before_send}

    def _profile(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"followers": 120, "following": 30, "posts": len(self.posts_of(str(body["handle"])))}

    def _own_posts(self, body: dict[str, Any]) -> dict[str, Any]:
        if self._draw() < self.weather.unreadable_profile:
            return {"down": True}
        now = time.monotonic()
        shown = [post for post in self.posts_of(str(body["handle"])) if post.visible_at <= now]
        newest = sorted(shown, key=lambda post: post.posted_at, reverse=True)[: int(body["limit"])]
        told = [{"id": post.id, "text": post.text, "at": post.posted_at.isoformat()} for post in newest]
        return {"posts": told}

    def _post(self, body: dict[str, Any]) -> dict[str, Any] | None:
        luck = self._draw()
        self._tell("arrived")
        time.sleep(self._lag(0.03, 1.0))
        if luck < self.weather.refused:
            return {"refused": "This request looks like it might be automated."}
        if luck < self.weather.refused + self.weather.lost_request:
            return None
        post = self._store(str(body["handle"]), str(body["text"]))
        self._tell("taken")
        time.sleep(self._lag(0.03, 0.2))
        if luck < self.weather.refused + self.weather.lost_request + self.weather.lost_answer:
            return None
        return {"id": post.id}

    def _store(self, handle: str, text: str) -> Stored:
        with self._lock:
            shows_in = self.random.choice((0.0, 0.0, 0.1, LATEST - 1.5))
            moment = datetime.now(UTC) + self.skew
            post = Stored(str(next(self._numbers)), handle, text, moment, time.monotonic() + shows_in)
            self.posts.append(post)
            return post

    def _tell(self, point: str) -> None:
        if self.on_post is not None:
            self.on_post(point)

    def _draw(self) -> float:
        with self._lock:
            return self.random.random()

    def _lag(self, usual: float, rare: float) -> float:
        with self._lock:
            return self.random.uniform(0, rare if self.random.random() < 0.05 else usual)

    def __enter__(self) -> Site:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    site: Site

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A process that was killed in the middle of a call is what this is for; nothing to report."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer = self.server.site.answer(self.path.strip("/"), body)
        if answer is None:
            self.close_connection = True
            return
        data = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class names it so
        """Quiet."""
