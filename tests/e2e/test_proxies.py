"""Accounts behind real proxies: what they do goes through, or nothing of them goes out at all."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from bot.browser.processes import find_own
from bot.fleet_view import RunState, StateKind
from bot.roster_view import WantedProxy
from bot.x.page import Timeouts
from tests.e2e.fleets import PracticeFleet
from tests.proxies import Login, TestProxy

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]
LOGIN = Login("canary-user-7", "canary:pass/wörd@7")
WRONG = Login("canary-user-7", "canary-wrong-7")
KINDS: dict[str, Login | None] = {
    "http": None,
    "httplogin": LOGIN,
    "httpslogin": LOGIN,
    "socks": None,
    "sockslogin": LOGIN,
}
REFUSED = {"wrong": ("http", WRONG), "without": ("https", None), "sockswrong": ("socks5", WRONG)}


def scheme_of(name: str) -> str:
    return {"socks": "socks5"}.get(name.removesuffix("login"), name.removesuffix("login"))


class ProxiedFleet(PracticeFleet):
    """Accounts that each have a proxy of their own."""

    def __init__(self, root: Path) -> None:
        super().__init__(root, seats=4, timeouts=Timeouts(element=8))
        self.proxies: dict[str, TestProxy] = {}
        self._ended = ExitStack()

    def start_proxy(self, name: str, scheme: str, target: str, login: Login | None = None) -> str:
        """The proxy of the account `name`; returns its address."""
        self.proxies[name] = self._ended.enter_context(TestProxy(scheme, target, login))
        return self.proxies[name].address()

    def add_behind(self, name: str, address: str, login: Login | None = None) -> None:
        """An account whose proxy was given as a person gives it in the panel."""
        self.add(name, f"t_{name}", slot={"like": 0, "follow": 0}, promo=[f"{name} buka hari ini"])
        self.home.entries[-1]["proxy"] = address  # the list is written anew for each account
        self.manager.load_accounts()
        user, password = (login.user, login.password) if login else ("", "")
        self.manager.roster.set_proxy(name, WantedProxy(address, user, password))

    def posts_of(self, name: str) -> list[Any]:
        found: list[Any] = self.state()[f"t_{name}"]["posts"]
        return found

    def everything_written(self) -> dict[str, bytes]:
        files = [file for file in self.root.rglob("*") if file.is_file() and not file.is_symlink()]
        return {str(file.relative_to(self.root)): file.read_bytes() for file in files}

    def __exit__(self, *error: Any) -> None:
        super().__exit__(*error)
        self._ended.close()


def command_lines(fleet: PracticeFleet) -> str:
    """Those of all browsers, drivers and their helpers."""
    words: list[str] = []
    for own in find_own(fleet.root):
        try:
            head = psutil.Process(own.pid)
            words += [word for each in (head, *head.children(recursive=True)) for word in each.cmdline()]
        except psutil.NoSuchProcess:
            continue
    return " ".join(words)


@dataclass
class Day:
    """What became of all accounts, and what could be seen meanwhile."""

    fleet: ProxiedFleet
    command_lines: str
    went_past: bool
    """Whether anything came to the place that a browser without its proxy would come to."""


def _closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    """Each account does its slot once: some behind a proxy of their own that works, some behind one that does not."""
    with socket.create_server(("127.0.0.1", 0)) as trap, ProxiedFleet(tmp_path_factory.mktemp("proxies")) as fleet:
        trap.setblocking(False)
        fleet.home.fleet["browser"]["x_address"] = f"127.0.0.1:{trap.getsockname()[1]}"
        fleet.add_behind("dead", f"http://127.0.0.1:{_closed_port()}", LOGIN)
        target = fleet.site.address
        for name, login in KINDS.items():
            fleet.add_behind(name, fleet.start_proxy(name, scheme_of(name), target, login), login)
        for name, (scheme, login) in REFUSED.items():
            fleet.add_behind(name, fleet.start_proxy(name, scheme, target, LOGIN), login)
        fleet.manager.run_all_accounts()
        lines = ""
        while not fleet.manager.wait_until_idle(0.5):
            lines += command_lines(fleet)
        try:
            trap.accept()[0].close()
            went_past = True
        except BlockingIOError:
            went_past = False
        yield Day(fleet, lines, went_past)


@pytest.mark.parametrize("name", KINDS)
def test_all_that_an_account_does_goes_through_its_proxy(day: Day, name: str) -> None:
    run = day.fleet.manager.runs(name)[0]
    assert run.state is RunState.DONE, run.reason
    assert [post["text"] for post in day.fleet.posts_of(name)] == [f"{name} buka hari ini"]
    assert {"x.com:443", "abs-0.twimg.com:443"} <= set(day.fleet.proxies[name].passed)


def test_a_proxy_that_does_not_answer_is_told_as_such(day: Day) -> None:
    assert "proxy cannot be used" in day.fleet.manager.runs("dead")[0].reason
    assert "ERR_PROXY_CONNECTION_FAILED" in day.fleet.manager.runs("dead")[0].reason
    assert day.fleet.manager.account_view("dead").state.kind is StateKind.WAITING  # one failure opens no circuit
    assert any("ProxyFailed" in file for file in day.fleet.everything_written()), "a picture of it"


@pytest.mark.parametrize("name", REFUSED)
def test_a_proxy_that_takes_no_login_waits_for_a_person(day: Day, name: str) -> None:
    state = day.fleet.manager.account_view(name).state
    assert state.kind is StateKind.NEEDS_ATTENTION
    assert "407" in state.reason
    assert "page Account" in state.remedy
    assert day.fleet.proxies[name].refused
    assert day.fleet.proxies[name].passed == []


def test_nothing_goes_past_a_proxy_whether_it_works_or_not(day: Day) -> None:
    assert not day.went_past
    for name in ("dead", *REFUSED):
        assert day.fleet.posts_of(name) == []
    assert day.fleet.processes_left() == []


def test_a_login_is_told_to_the_proxy_and_to_nobody_else(day: Day) -> None:
    assert "--proxy-server=http://127.0.0.1:" in day.command_lines
    manager = day.fleet.manager
    told = [day.command_lines, str([manager.why(name, limit=500) for name in ("dead", *KINDS, *REFUSED)])]
    written = day.fleet.everything_written()
    for secret in (LOGIN.user, LOGIN.password, WRONG.password, "canary%3Apass"):
        assert not [text for text in told if secret in text]
        assert not [name for name, content in written.items() if secret.encode() in content]
