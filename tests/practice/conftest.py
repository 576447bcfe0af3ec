"""What the tests of the practice site share: a small world with a clock that stands still until told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from practice.app import make_app
from practice.control import make_control
from practice.faults import FaultBook
from practice.model import User
from practice.site import VENDOR
from practice.visits import Door
from practice.world import World


class HandClock:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **time: float) -> None:
        self.moment += timedelta(**time)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def world(clock: HandClock) -> World:
    return World(clock)


@pytest.fixture
def shop(world: World) -> User:
    return world.add_account("toko_satu", "Toko Satu")


@pytest.fixture
def book() -> FaultBook:
    return FaultBook()


@pytest.fixture
def door(world: World, book: FaultBook) -> Door:
    return Door(world, book)


@pytest.fixture
def vendor() -> Path:
    return VENDOR


@pytest.fixture
def stranger_page(door: Door, vendor: Path) -> Iterator[FlaskClient]:
    """A browser without a session."""
    with make_app(door, vendor, upload_seconds=0).test_client() as client:
        yield client


@pytest.fixture
def page(stranger_page: FlaskClient, shop: User) -> FlaskClient:
    """A browser with the shop's session."""
    session = shop.sessions[-1]
    stranger_page.set_cookie("auth_token", session.token)
    stranger_page.set_cookie("ct0", session.ct0)
    stranger_page.environ_base["HTTP_X_CSRF_TOKEN"] = session.ct0
    return stranger_page


@pytest.fixture
def control(world: World, book: FaultBook) -> Iterator[FlaskClient]:
    with make_control(world, book).test_client() as client:
        yield client
