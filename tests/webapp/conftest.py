"""A panel over a fake fleet, with a clock that stands still and passwords that hash quickly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from bot.clock import FakeClock
from bot.fake_fleet import FakeFleet, make_account
from bot.storage.panel_store import PanelStore
from webapp import Access, create_app

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
PASSWORD = "kopi susu pagi hari"
QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass
class Panel:
    """The panel under test, and the strings to it."""

    app: Flask
    access: Access
    fleet: FakeFleet
    clock: FakeClock
    store: PanelStore

    def visitor(self) -> FlaskClient:
        """A browser nobody has logged in with."""
        return self.app.test_client()

    def operator(self) -> FlaskClient:
        """A browser that has come in by the one-time link."""
        client = self.app.test_client()
        answer = client.get(f"/login?token={self.access.issue_login_token()}")
        assert answer.status_code == 302
        return client

    def set_password(self) -> None:
        self.access.set_first_password(self.access.issue_setup_token(), PASSWORD)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def fleet(clock: FakeClock) -> FakeFleet:
    return FakeFleet(clock, (make_account("warung", "Warung Paket"), make_account("kopi", "Kopi Senja")))


@pytest.fixture
def panel(fleet: FakeFleet, clock: FakeClock, tmp_path: Path) -> Panel:
    store = PanelStore(tmp_path / "data")
    access = Access(store, clock, hasher=QUICK_HASHER)
    app = create_app(fleet, access, clock=clock, config={"TESTING": False})
    return Panel(app, access, fleet, clock, store)


@pytest.fixture
def operator(panel: Panel) -> FlaskClient:
    return panel.operator()


@pytest.fixture
def operator_without_csrf(fleet: FakeFleet, clock: FakeClock, tmp_path: Path) -> FlaskClient:
    """Logged in, on a panel whose forms need no token: for tests about what a button does."""
    access = Access(PanelStore(tmp_path / "data"), clock, hasher=QUICK_HASHER)
    app = create_app(fleet, access, clock=clock, config={"WTF_CSRF_ENABLED": False})
    client = app.test_client()
    client.get(f"/login?token={access.issue_login_token()}")
    return client
