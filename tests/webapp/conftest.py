"""The panel over a fake fleet, with a clock that stands still and passwords that hash quickly."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bot.clock import FakeClock
from bot.fleet.fake import FakeFleet, make_account
from tests.webapp.panel import NOW, Panel, make_panel


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def fleet(clock: FakeClock) -> FakeFleet:
    return FakeFleet(clock, (make_account("warung", "Warung Paket"), make_account("kopi", "Kopi Senja")))


@pytest.fixture
def panel(fleet: FakeFleet, clock: FakeClock, tmp_path: Path) -> Panel:
    return make_panel(fleet, clock, tmp_path / "data")


@pytest.fixture
def operator(fleet: FakeFleet, clock: FakeClock, tmp_path: Path) -> FlaskClient:
    """Logged in, on a panel whose forms need no token: for tests about what a page or a button does."""
    return make_panel(fleet, clock, tmp_path / "data", config={"WTF_CSRF_ENABLED": False}).operator()
