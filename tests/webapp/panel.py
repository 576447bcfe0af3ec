"""A panel over a fake fleet, for the tests of the panel."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.test import TestResponse

from bot.account_manager import AccountManager
from bot.clock import Clock, FakeClock
from bot.fleet.fake import FakeFleet
from bot.storage.panel import PanelStore
from webapp import Access, create_app

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
PASSWORD = "kopi susu pagi hari"
QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
HTMX = {"HX-Request": "true"}


class WholeAnswers(FlaskClient):
    """Reads each answer to its end, so that no file behind it stays open."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return super().open(*args, **{**kwargs, "buffered": True})


class _CompiledOnce(BytecodeCache):
    """Templates compiled for one app serve all apps of this process: each test has an app of its own."""

    def __init__(self) -> None:
        self._codes: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._codes:
            bucket.bytecode_from_string(self._codes[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key] = bucket.bytecode_to_string()


COMPILED = _CompiledOnce()


@dataclass
class Panel:
    """The panel under test, and the strings to it."""

    app: Flask
    access: Access
    fleet: FakeFleet
    clock: Clock
    store: PanelStore

    def visitor(self) -> FlaskClient:
        """A browser nobody has logged in with."""
        return self.app.test_client()

    def operator(self) -> FlaskClient:
        """A browser that has come in by the one-time link."""
        client = self.visitor()
        answer = client.get(f"/login?token={self.access.issue_login_token()}")
        assert answer.status_code == 302
        return client

    def set_password(self) -> None:
        self.access.set_first_password(self.access.issue_setup_token(), PASSWORD)

    def fake_clock(self) -> FakeClock:
        assert isinstance(self.clock, FakeClock)
        return self.clock


def agreed_access(folder: Path, clock: Clock) -> Access:
    """The way into a panel whose notice has been agreed to, as all but its first moments have it."""
    access = Access(PanelStore(folder), clock, hasher=QUICK_HASHER)
    access.give_consent("operator")
    return access


def make_panel(fleet: FakeFleet, clock: Clock, folder: Path, *, is_agreed: bool = True, **options: Any) -> Panel:
    """A panel that keeps its store in `folder`; `options` go to create_app."""
    store = PanelStore(folder)
    if isinstance(fleet, FakeFleet):
        fleet.panel_db = folder / "panel.db"
    access = agreed_access(folder, clock) if is_agreed else Access(store, clock, hasher=QUICK_HASHER)
    app = create_app(fleet, access, clock=clock, **options)
    app.test_client_class = WholeAnswers
    app.jinja_env.bytecode_cache = COMPILED
    return Panel(app, access, fleet, clock, store)


def make_panel_of(manager: AccountManager, clock: Clock, **options: Any) -> Panel:
    """A panel over a real manager, which keeps its store where that one keeps its own."""
    return make_panel(cast(FakeFleet, manager), clock, manager.home.data, **options)


def csrf_token(html: str) -> str:
    """The token of the first form on a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', html)
    assert found, "the page has no form with a token"
    return found[1]


def mark(html: str) -> str:
    """What the page's poll says it has seen."""
    found = re.search(r'name="since" value="([^"]+)"', html)
    assert found, "the page has no poll"
    return found[1]


def shown(html: str) -> str:
    found = re.search(r'name="shown" value="([^"]+)"', html)
    assert found, "the page has no poll of cards"
    return found[1]
