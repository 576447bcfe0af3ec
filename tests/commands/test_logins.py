"""API tokens and lost logins by the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import main as command_line
from bot.clock import SystemClock
from bot.commands.answer import ExitCode
from bot.storage.panel import PanelStore
from bot.storage.panel.audit import AuditQuery
from bot.storage.panel.tokens import Scope
from bot.storage.panel.users import Role
from tests.webapp.access.people import OTHER_PASSWORD
from tests.webapp.panel import QUICK_HASHER
from webapp.access.service import Access, Visitor

HERE = Visitor("127.0.0.1")


def _run(home: Path, *words: str) -> int:
    return command_line.main(["--home", str(home), *words])


@pytest.fixture
def store(tmp_path: Path) -> PanelStore:
    """The store of a panel that works on the home."""
    return PanelStore(tmp_path / "data")


def test_the_token_stands_alone_on_the_last_line(
    tmp_path: Path, store: PanelStore, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(tmp_path, "--create-api-token", "nightly report", "--scope", "operate") == ExitCode.DONE
    secret = capsys.readouterr().out.splitlines()[-1]
    token = store.tokens.find(secret, SystemClock().now())
    assert token
    assert (token.name, token.effective_scope, token.made_by) == ("nightly report", Scope.OPERATE, "")
    assert token.made_at
    assert token.expires_at
    assert (token.expires_at - token.made_at).days == 90


def test_a_token_may_only_read_and_may_never_end_when_asked_so(tmp_path: Path, store: PanelStore) -> None:
    _run(tmp_path, "--create-api-token", "report", "--days", "0")
    [token] = store.tokens.all()
    assert (token.scope, token.expires_at) == (Scope.READ, None)


def test_the_token_as_json(tmp_path: Path, store: PanelStore, capsys: pytest.CaptureFixture[str]) -> None:
    _run(tmp_path, "--json", "--create-api-token", "report")
    told = json.loads(capsys.readouterr().out)
    assert store.tokens.find(told["token"], SystemClock().now())
    assert told["scope"] == "read"


def test_a_user_is_added_with_a_link_that_opens_the_panel_once(
    tmp_path: Path, store: PanelStore, capsys: pytest.CaptureFixture[str]
) -> None:
    access = Access(store, SystemClock(), hasher=QUICK_HASHER)
    access.set_first_password(access.issue_setup_token(), OTHER_PASSWORD)
    assert _run(tmp_path, "--json", "--add-user", " Siti  Aminah", "--role", "operator") == ExitCode.DONE
    told = json.loads(capsys.readouterr().out)
    user = store.users.find("Siti Aminah")
    assert user is not None
    assert (user.role, user.has_password, told["role"]) == (Role.OPERATOR, False, "operator")
    assert told["path"].startswith("/invitation?token=")
    assert store.links.spend("invitation", told["path"].partition("=")[2], SystemClock().now())
    assert _run(tmp_path, "--add-user", "Budi") == ExitCode.DONE
    budi = store.users.find("budi")
    assert budi is not None
    assert budi.role is Role.VIEWER
    assert _run(tmp_path, "--add-user", "budi") == ExitCode.REFUSED
    assert _run(tmp_path, "--add-user", "x" * 41) == ExitCode.REFUSED
    assert capsys.readouterr().err.count("\n") == 2
    assert {(each.way, each.action) for each in store.audit.search(AuditQuery(), 10)} == {("console", "users.invite")}


def test_the_first_user_of_a_panel_is_an_admin(
    tmp_path: Path, store: PanelStore, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(tmp_path, "--add-user", "Siti") == ExitCode.REFUSED
    assert "--role admin" in capsys.readouterr().err
    assert _run(tmp_path, "--add-user", "Siti", "--role", "admin") == ExitCode.DONE
    assert [user.role for user in store.users.all()] == [Role.ADMIN]


def test_a_token_made_on_the_console_stands_in_the_audit_log(tmp_path: Path, store: PanelStore) -> None:
    _run(tmp_path, "--create-api-token", "report")
    [entry] = store.audit.search(AuditQuery(), 10)
    assert (entry.way, entry.action) == ("console", "tokens.make")


@pytest.mark.parametrize("words", [["--list-accounts", "--scope", "read"], ["--create-api-token", "x", "--days", "-1"]])
def test_wrong_usage_makes_no_token(tmp_path: Path, store: PanelStore, words: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        _run(tmp_path, *words)
    assert caught.value.code == 2
    assert store.tokens.all() == ()


def test_a_home_that_is_not_there_is_not_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(tmp_path / "nowhere", "--create-api-token", "report") == ExitCode.REFUSED
    assert not (tmp_path / "nowhere").exists()
    assert "no folder" in capsys.readouterr().err


def test_a_lost_login_is_set_anew_by_a_link(
    tmp_path: Path, store: PanelStore, capsys: pytest.CaptureFixture[str]
) -> None:
    access = Access(store, SystemClock(), hasher=QUICK_HASHER)
    access.set_first_password(access.issue_setup_token(), "forgotten by now", name="Dewi")
    assert _run(tmp_path, "--reset-login", "dewi") == ExitCode.DONE
    path = capsys.readouterr().out.splitlines()[-1]
    access.accept_invitation(path.partition("token=")[2], OTHER_PASSWORD, HERE)
    assert access.enter_by_password("dewi", OTHER_PASSWORD, HERE).session_id


def test_a_login_that_is_not_there_is_told_with_those_that_are(
    tmp_path: Path, store: PanelStore, capsys: pytest.CaptureFixture[str]
) -> None:
    store.users.add("Dewi", Role.VIEWER, SystemClock().now())
    assert _run(tmp_path, "--reset-login", "budi") == ExitCode.REFUSED
    assert "there is: Dewi" in capsys.readouterr().err
