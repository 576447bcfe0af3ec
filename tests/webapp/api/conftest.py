"""The API over a real manager, on a home and an x.com of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from bot.account_manager import AccountManager
from bot.storage.panel.tokens import Scope
from tests.webapp.panel import COMPILED, WholeAnswers, agreed_access
from tests.worlds import World
from webapp import Access, create_app


@dataclass
class Api:
    """A program that uses the API with a token, and what stands behind it."""

    app: Flask
    world: World
    manager: AccountManager
    access: Access
    token: str

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """Send a request; `headers` are written with _ for -."""
        sent = {"Authorization": f"Bearer {self.token}"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        more = {} if body is None else {"json": body}
        return self.app.test_client().open(f"/api{path}", method=method, headers=sent, **more)

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        return self.ask("POST", path, body, **headers)

    def json(self, path: str) -> Any:
        """What a GET that goes well tells."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json

    def with_scope(self, scope: Scope) -> Api:
        """The same, by a token of that scope."""
        return Api(self.app, self.world, self.manager, self.access, make_token(self.access, self.world, scope))


def make_token(access: Access, world: World, scope: Scope) -> str:
    now = world.clock.now()
    return access.tokens.make(f"a program that may {scope}", scope, now, now + timedelta(days=30))


def open_api(world: World, manager: AccountManager) -> Api:
    """The panel of the world's home; opened twice it is the panel before and after a restart."""
    access = agreed_access(world.home.root / "data", world.clock)
    app = create_app(manager, access, clock=world.clock)
    app.test_client_class = WholeAnswers
    app.jinja_env.bytecode_cache = COMPILED
    return Api(app, world, manager, access, make_token(access, world, Scope.OPERATE))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    found = World(tmp_path)
    yield found
    found.close()


@pytest.fixture
def api(world: World) -> Api:
    """Two accounts: one (@OneShop) and two (@TwoShop)."""
    world.add("one", "OneShop")
    world.add("two", "TwoShop")
    return open_api(world, world.open())
