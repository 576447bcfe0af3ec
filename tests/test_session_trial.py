"""Imported cookies are tried by a log-in before they replace a session that could work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from bot.account_manager import AccountManager
from bot.errors import AccountLocked, SessionExpired, SessionObjection, Trouble, XDown
from bot.fleet_view import RunState, StateKind
from bot.storage.sealing import SessionKeys, is_sealed
from bot.storage.session_file import SessionFile
from tests.test_sessions import export
from tests.worlds import World, finish, state

TOKEN = "4e35e550" * 5


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    world.add("one", "OneShop")
    world.add("two", "TwoShop")
    yield world
    world.close()


@pytest.fixture
def manager(world: World) -> AccountManager:
    """Its account one has logged in anew: TOKEN is what x.com takes, until somebody says otherwise."""
    manager = world.open()
    world.x.add_account("OneShop", session=TOKEN)
    return manager


def folder(world: World) -> Path:
    return world.home.root / "accounts" / "one_OneShop"


def token(world: World) -> str:
    """The login in the session of account one."""
    keys = SessionKeys(world.home.root / "data", "")
    login = SessionFile(folder(world) / "cookies.json", keys).read().export.login
    return login.value if login else ""


def test_good_cookies_of_the_account_replace_the_session_after_a_log_in(world: World, manager: AccountManager) -> None:
    world.hold_at(lambda: manager.sessions.take("one", export(world, TOKEN)))
    view = manager.sessions.look("one")
    assert view.has_candidate
    assert token(world) == "token-OneShop", "the present one stays meanwhile"
    assert is_sealed((folder(world) / "cookies.json.candidate").read_bytes())
    world.gate.set()
    finish(manager)
    view = manager.sessions.look("one")
    assert view.check is not None
    assert (view.check.handle, view.has_candidate, view.refused) == ("OneShop", False, None)
    assert token(world) == TOKEN
    assert not (folder(world) / "data" / "trial-profile").exists()
    run = manager.runs("one")[0]
    assert (run.slot, run.state, run.posts) == ("check-session", RunState.DONE, 0)


def test_the_line_for_the_person_says_what_comes_next(world: World, manager: AccountManager) -> None:
    words = manager.sessions.take("one", export(world, TOKEN))
    assert "The present session stays until a log-in has shown" in words
    assert words.endswith("Shop OneShop: the look whose the session is begins now.")
    finish(manager)


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (SessionExpired("x.com shows its login."), "x.com shows its login."),
        (AccountLocked("x.com has locked the account."), "x.com has locked the account."),
        (None, "The cookies belong to @Stranger, not to @OneShop."),
    ],
)
def test_cookies_that_do_not_work_or_are_somebody_elses_leave_session_and_account_as_they_were(
    world: World, manager: AccountManager, trouble: Trouble | None, words: str
) -> None:
    world.x.add_account("Stranger", session="token-Stranger")
    if trouble is not None:
        world.x.fail_next("log_in", trouble)
    manager.sessions.take("one", export(world, "token-Stranger"))
    finish(manager)
    run = manager.runs("one")[0]
    assert (run.state, run.reason) == (RunState.FAILED, f"The imported cookies were not taken: {words}")
    assert "The present session stays." in run.remedy
    view = manager.sessions.look("one")
    assert view.refused is not None
    assert (view.refused.problem, view.has_candidate) == (words, False)
    assert view.refused.handle == ("" if trouble else "Stranger")
    assert token(world) == "token-OneShop"
    assert state(manager) is StateKind.WAITING
    manager.sessions.take("one", export(world, TOKEN), anyway=True)
    assert manager.sessions.look("one").refused is None, "that was said beside another session"


def test_cookies_that_could_not_be_tried_wait_for_the_next_check(world: World, manager: AccountManager) -> None:
    world.x.fail_next("log_in", XDown("x.com cannot be reached."), times=3)
    manager.sessions.take("one", export(world, TOKEN))
    finish(manager)
    assert "could not be tried" in manager.runs("one")[0].reason
    assert manager.sessions.look("one").has_candidate
    assert state(manager) is StateKind.WAITING
    manager.check_session("one")
    finish(manager)
    assert token(world) == TOKEN


def test_cookies_wait_while_the_account_works(world: World, manager: AccountManager) -> None:
    world.x.add_account("OneShop", session="token-OneShop")
    world.hold(manager, "one")
    assert "has a run already" in manager.sessions.take("one", export(world, TOKEN))
    world.gate.set()
    finish(manager)
    assert manager.runs("one")[0].posts == 1, "it worked on with the session there was"
    assert manager.sessions.look("one").has_candidate


def test_a_session_that_cannot_work_is_replaced_at_once(world: World, manager: AccountManager) -> None:
    manager.check_session("one")
    finish(manager)
    assert manager.sessions.look("one").check is not None, "x.com did not take it"
    assert "The session was imported" in manager.sessions.take("one", export(world, TOKEN))
    assert token(world) == TOKEN
    (folder(world) / "cookies.json").unlink()
    assert "The session was imported" in manager.sessions.take("one", export(world, TOKEN))


def test_on_explicit_wish_it_is_replaced_at_once_and_what_waited_is_gone(world: World, manager: AccountManager) -> None:
    world.x.fail_next("log_in", XDown("x.com cannot be reached."), times=3)
    manager.sessions.take("one", export(world, TOKEN))
    finish(manager)
    assert "was imported" in manager.sessions.take("one", export(world, "another"), anyway=True)
    assert (token(world), manager.sessions.look("one").has_candidate) == ("another", False)


def test_what_speaks_against_them_is_told_before_any_log_in(world: World, manager: AccountManager) -> None:
    with pytest.raises(SessionObjection, match="this is the session of Shop TwoShop"):
        manager.sessions.take("one", export(world, "token-TwoShop"))
    assert not manager.sessions.look("one").has_candidate
    assert manager.runs("one") == []


def test_cookies_imported_while_others_are_tried_are_not_lost(world: World, manager: AccountManager) -> None:
    world.hold_at(lambda: manager.sessions.take("one", export(world, TOKEN)))
    manager.sessions.take("one", export(world, "newer"))
    world.gate.set()
    finish(manager)
    assert manager.runs("one")[0].reason == "Other cookies were imported while these were tried."
    assert (token(world), manager.sessions.look("one").has_candidate) == ("token-OneShop", True)


def test_what_waits_is_in_no_archive(world: World, manager: AccountManager) -> None:
    world.x.fail_next("log_in", XDown("x.com cannot be reached."), times=3)
    manager.sessions.take("one", export(world, TOKEN))
    finish(manager)
    (folder(world) / "data" / "trial-profile").mkdir()
    (folder(world) / "data" / "trial-profile" / "Cookies").write_text("left by a crash")
    with ZipFile(manager.roster.archive_folder / manager.roster.archive("one")) as archive:
        assert not [name for name in archive.namelist() if "cookies" in name.lower()]
