"""A panel on a real manager over a fake x.com, for the pages that change an account's files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from flask.testing import FlaskClient

from bot.account_manager import AccountManager
from tests.webapp.panel import Panel, make_panel
from tests.worlds import World


@dataclass
class Desk:
    """Somebody at the panel, logged in, with one account `one` (@OneShop)."""

    world: World
    manager: AccountManager
    client: FlaskClient
    panel: Panel

    def file(self, name: str) -> Path:
        return self.world.home.root / "accounts" / "one_OneShop" / "config" / name

    def text(self, name: str) -> str:
        return self.file(name).read_text(encoding="utf-8")

    def data(self, name: str) -> Any:
        return yaml.safe_load(self.text(name))

    def write(self, name: str, text: str) -> None:
        """As a person with an editor does."""
        self.file(name).write_text(text, encoding="utf-8")
        self.manager.reload()

    def get(self, path: str) -> str:
        answer = self.client.get(f"/accounts/one/{path}")
        assert answer.status_code == 200, answer.status_code
        return answer.text

    def mark(self, path: str) -> str:
        return hidden(self.get(path), "mark")

    def post(self, path: str, **data: Any) -> tuple[int, str]:
        """The status, and the page a person then sees. Names of fields have __ for a full stop."""
        sent = {name.replace("__", "."): value for name, value in data.items()}
        answer = self.client.post(f"/accounts/one/{path}", data=sent)
        if answer.status_code == 302:
            return 302, self.client.get(answer.headers["Location"]).text
        return answer.status_code, answer.text


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, f"no hidden field {name}"
    return found[1]


def sit_down(tmp_path: Path) -> Desk:
    """Close `desk.world` in the end."""
    world = World(tmp_path)
    world.add("one", "OneShop")
    manager = world.open()
    panel = make_panel(
        manager,  # type: ignore[arg-type]
        world.clock,
        world.home.root / "data",
        config={"WTF_CSRF_ENABLED": False},
    )
    return Desk(world, manager, panel.operator(), panel)
