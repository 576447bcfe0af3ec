"""Accounts behind real proxies: what they do goes through, or nothing of them goes out at all."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
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
KINDS = {"http": None, "httplogin": LOGIN, "httpslogin": LOGIN, "socks": None, "sockslogin": LOGIN}


def scheme_of(name: str) -> str:
    return {"socks": "socks5"}.get(name.removesuffix("login"), name.removesuffix("login"))


class ProxiedFleet(PracticeFleet):
    """Accounts that each have a proxy of their own."""

    def __init__(self, root: Path) -> None:
        super().__init__(root, timeouts=Timeouts(element=8))
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


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[ProxiedFleet]:
    with ProxiedFleet(tmp_path) as fleet:
        yield fleet


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


def test_all_that_an_account_does_goes_through_its_proxy_and_its_login_is_told_to_nobody_else(
    fleet: ProxiedFleet, caplog: pytest.LogCaptureFixture
) -> None:
    for name, login in KINDS.items():
        fleet.add_behind(name, fleet.start_proxy(name, scheme_of(name), fleet.site.address, login), login)
    fleet.manager.run_all_accounts()
    lines = ""
    while not fleet.manager.wait_until_idle(0.5):
        lines += command_lines(fleet)
    for name in KINDS:
        assert fleet.manager.runs(name)[0].state is RunState.DONE, fleet.manager.runs(name)[0].reason
        assert [post["text"] for post in fleet.posts_of(name)] == [f"{name} buka hari ini"]
        assert "x.com:443" in fleet.proxies[name].passed
        assert f"127.0.0.1:{fleet.proxies[name].port}" in lines or name == "sockslogin"
    assert "--proxy-server=" in lines
    told = [lines, caplog.text, str([fleet.manager.why(name) for name in KINDS])]
    for secret in (LOGIN.user, LOGIN.password, "canary%3Apass"):
        assert not [text for text in told if secret in text]
        assert not [name for name, content in fleet.everything_written().items() if secret.encode() in content]


def test_without_its_proxy_an_account_does_nothing_at_all(fleet: ProxiedFleet, unused_port: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.setblocking(False)
        target = f"127.0.0.1:{trap.getsockname()[1]}"
        fleet.home.fleet["browser"]["x_address"] = target  # where a browser without its proxy would come to
        fleet.add_behind("dead", f"http://127.0.0.1:{unused_port}")
        fleet.add_behind("wrong", fleet.start_proxy("wrong", "http", target, LOGIN), WRONG)
        fleet.add_behind("without", fleet.start_proxy("without", "https", target, LOGIN))
        fleet.add_behind("sockswrong", fleet.start_proxy("sockswrong", "socks5", target, LOGIN), WRONG)
        fleet.run_all(120)
        with pytest.raises(BlockingIOError):
            trap.accept()
    assert "ERR_PROXY_CONNECTION_FAILED" in fleet.manager.runs("dead")[0].reason
    assert fleet.manager.account_view("dead").state.kind is StateKind.WAITING  # one failure opens no circuit
    for name in ("wrong", "without", "sockswrong"):
        state = fleet.manager.account_view(name).state
        assert state.kind is StateKind.NEEDS_ATTENTION, name
        assert "407" in state.reason
        assert "page Account" in state.remedy
        assert fleet.proxies[name].refused
        assert fleet.proxies[name].passed == []
    assert fleet.processes_left() == []
