"""Eight programs add, edit, clone, group and remove thirty accounts at once, while five others run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.fleet_view import StateKind
from bot.settings.fleet import load_fleet_file
from bot.settings.home import Home
from tests.webapp.api.conftest import Api, open_api
from tests.webapp.api.test_accounts import editable, listed
from tests.worlds import World, finish, state

RUNNING = [f"run{number}" for number in range(5)]
PROGRAMS = 8
ADDED = 30


@pytest.fixture
def busy(world: World) -> Api:
    """Five accounts, each held in the middle of a run."""
    world.home.fleet["max_concurrent_accounts"] = 5
    for account_id in RUNNING:
        world.add(account_id, f"{account_id}_x")
    api = open_api(world, world.open())
    world.gate.clear()
    for account_id in RUNNING:
        assert api.post(f"/accounts/{account_id}/run").status_code == 202
    return api


@dataclass
class Program:
    """One of the clients: which accounts it adds, and every answer it got."""

    number: int
    api: Api
    statuses: list[int] = field(default_factory=list)

    @property
    def accounts(self) -> list[str]:
        return [f"p{number}" for number in range(ADDED) if number % PROGRAMS == self.number]

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        answer = self.api.ask(method, path, body, **headers)
        self.statuses.append(answer.status_code)
        return answer

    def work(self) -> None:
        first, *others = self.accounts
        self.ask("POST", "/accounts", {"id": first, "username": f"{first}_x", "groups": ["new"]}, Idempotency_Key=first)
        for account_id in others:
            body = {"id": account_id, "username": f"{account_id}_x", "clone_of": self.api_choice(account_id, first)}
            self.ask("POST", "/accounts", body, Idempotency_Key=account_id)
        for account_id in self.accounts:
            self.ask("PATCH", f"/accounts/{account_id}", {"name": f"Name of {account_id}"})
            self.ask("PUT", f"/accounts/{account_id}/groups", {"groups": [f"program{self.number}"]})
            self.change(account_id, lambda told, own=account_id: editable(told, description=f"About {own}"))
        self.change("run0", lambda told: editable(told, groups=[*told["groups"], f"program{self.number}"]))
        self.ask("GET", "/accounts?limit=200")
        last = self.accounts[-1]
        self.ask("DELETE", f"/accounts/{last}?confirm={last}_x&archive={'true' if self.number % 2 else 'false'}")

    @staticmethod
    def api_choice(account_id: str, first: str) -> str:
        """Half of the clones are of an account that runs, half of one that was added a moment ago."""
        return "run1" if int(account_id[1:]) % 2 else first

    def change(self, account_id: str, change: Callable[[Any], Any]) -> None:
        """Read, change, write; again for as long as somebody else is faster."""
        while True:
            got = self.ask("GET", f"/accounts/{account_id}")
            path, mark = f"/accounts/{account_id}", got.headers["ETag"]
            if self.ask("PUT", path, change(got.json), If_Match=mark).status_code != 412:
                return


@dataclass
class Watcher:
    """Reads accounts.yaml all the time, as somebody with an editor may."""

    home: Path
    looks: int = 0
    wrong: list[Any] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        while not self.is_over.wait(0.02):  # without a breath it would take a core from those it watches
            found = load_fleet_file(Home(self.home))
            self.looks += 1
            ids = {entry.id for entry in found.accounts}
            if found.broken or found.problems or found.is_missing or not set(RUNNING) <= ids:
                self.wrong.append((found.broken, found.problems, ids))


@contextmanager
def watching(api: Api) -> Iterator[Watcher]:
    watcher = Watcher(api.world.home.root)
    thread = threading.Thread(target=watcher.watch)
    thread.start()
    try:
        yield watcher
    finally:
        watcher.is_over.set()
        thread.join()


def let_work(programs: list[Program]) -> None:
    threads = [threading.Thread(target=program.work) for program in programs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_nothing_is_lost_or_mixed_while_eight_programs_change_thirty_accounts(busy: Api) -> None:
    programs = [Program(number, busy) for number in range(PROGRAMS)]
    with watching(busy) as watcher:
        let_work(programs)
    assert watcher.wrong == []
    assert watcher.looks > 1
    statuses = {status for program in programs for status in program.statuses}
    assert statuses <= {200, 201, 412}, statuses
    removed = {program.accounts[-1] for program in programs}
    expected = {f"p{number}" for number in range(ADDED)} - removed
    entries = listed(busy)
    assert set(entries) == expected | set(RUNNING)
    for program in programs:
        for account_id in set(program.accounts) - removed:
            entry = entries[account_id]
            told = (entry["username"], entry["name"], entry["description"], entry["groups"])
            wanted = (f"@{account_id}_x", f"Name of {account_id}", f"About {account_id}", [f"program{program.number}"])
            assert told == wanted
    # Eight programs added themselves to one account, each to what the others had made of it.
    assert sorted(entries["run0"]["groups"]) == [f"program{number}" for number in range(PROGRAMS)]
    assert_folders_belong_to_their_accounts(busy, entries)
    assert_the_five_ran_on(busy)


def assert_folders_belong_to_their_accounts(api: Api, entries: dict[str, Any]) -> None:
    root = api.world.home.root
    for entry in entries.values():
        settings = yaml.safe_load((root / entry["folder"] / "config" / "settings.yaml").read_text(encoding="utf-8"))
        assert settings["account"]["username"] == entry["username"]
    left = {f"accounts/{folder.name}" for folder in (root / "accounts").iterdir() if folder.is_dir()}
    assert left == {entry["folder"] for entry in entries.values()}
    assert len(list((root / "archive").glob("*.zip"))) == PROGRAMS // 2


def assert_the_five_ran_on(api: Api) -> None:
    assert {state(api.manager, account_id) for account_id in RUNNING} == {StateKind.WORKING}
    api.world.gate.set()
    finish(api.manager)
    assert [len(api.world.x.posts_of(f"{account_id}_x")) for account_id in RUNNING] == [1] * 5
    assert [api.json(f"/accounts/{account_id}")["today"]["posts"] for account_id in RUNNING] == [1] * 5
