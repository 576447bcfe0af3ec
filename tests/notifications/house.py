"""A panel's users with channels, a fleet with something to tell, and a service that listens on the loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from bot.clock import FakeClock
from bot.notifications.causes import Cause, Kind, Sight, key_of
from bot.notifications.delivery import Send
from bot.notifications.desk import NotificationDesk, Surroundings
from bot.notifications.sending import Sent
from bot.storage.database import Database
from bot.storage.panel import PanelStore
from bot.storage.panel.notifications import Hours
from bot.storage.panel.users import Role
from bot.storage.sealing import SessionKeys
from bot.summaries.room import Summaries

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
ADDRESS = "http://127.0.0.1:9/hook/s3cret"


def cause(kind: Kind = Kind.TROUBLE, folder: str = "accounts/one", reason: str = "lock", **changes: str) -> Cause:
    named = {
        "account_id": folder.rpartition("/")[2],
        "name": f"Shop {folder.rpartition('/')[2]}",
        "what": f"needs attention: {reason}",
        "remedy": "Look at it",
        "page": "Runs and posts",
        "path": f"/accounts/{folder.rpartition('/')[2]}",
    }
    return Cause(key=key_of(kind, folder, reason), kind=kind, folder=folder, **{**named, **changes})


class House:
    """A desk over files of its own; what it sends is kept in `sent` instead, unless `send` is handed in."""

    def __init__(self, root: Path, send: Send | None = None) -> None:
        self.root = root
        self.clock = FakeClock(NOW)
        self.sight = Sight(())
        self.sent: list[tuple[str, str, str]] = []
        self.problem = ""  # what every sending ends with
        self.groups: dict[str, frozenset[str]] = {}
        self.panel = ""
        self.store = PanelStore(root)
        self._send = send or self._keep
        self.user = self.store.users.add("ani", Role.ADMIN, NOW).id
        self.desk = self.open()

    def open(self) -> NotificationDesk:
        """A desk as after a start."""
        self.database = Database(self.root / "fleet.db", "fleet")
        around = Surroundings(lambda: self.sight, lambda: self.groups, lambda: self.panel)
        desk = NotificationDesk(
            self.root / "panel.db",
            SessionKeys(self.root, ""),
            self.clock,
            around,
            send=self._send,
            start=lambda work: work(),
        )
        desk.begin(self.database, Summaries(dict, lambda _start, _end: [], self.clock))
        self.desk = desk
        return desk

    def restart(self) -> None:
        self.database.close()
        self.open()

    def channel(self, *kinds: Kind, user: int = 0, **hours: Any) -> str:
        """A webhook of the user's, to which these kinds go."""
        user = user or self.user
        channel_id = self.desk.add(user, "", "webhook", {"address": ADDRESS})
        wishes = {each.channel.id: [Kind(kind) for kind in each.channel.wishes] for each in self.desk.channels(user)}
        self.desk.choose(user, {**wishes, channel_id: kinds}, Hours(**hours))
        return channel_id

    def show(self, *causes: Cause, seconds: float = 0) -> None:
        """Let so much time pass, then look at these."""
        self.clock.advance(seconds)
        self.sight = Sight(tuple(causes))
        self.desk.look()

    @property
    def bodies(self) -> list[str]:
        return [body for _, _, body in self.sent]

    def _keep(self, url: str, subject: str, body: str) -> Sent:
        if not self.problem:
            self.sent.append((url, subject, body))
        return Sent(self.problem)


class Service:
    """What listens there: keeps what comes, and answers with `status`."""

    def __init__(self, server: HTTPServer) -> None:
        self.address = f"http://127.0.0.1:{server.server_port}"
        self.status = 200
        self.came: list[tuple[str, dict[str, Any]]] = []


@contextmanager
def listening() -> Iterator[Service]:
    """A service on a free port of the loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            service.came.append((self.path, json.loads(content)))
            self.send_response(service.status)
            if 300 <= service.status < 400:
                self.send_header("Location", f"{service.address}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    service = Service(server)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
