"""A person logs in in a window, through the manager over a fake x.com: what comes of it, and what it never touches."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.account_manager import AccountManager
from bot.actions.window_log_in import PATIENCE_SECONDS
from bot.errors import BrowserMissing, SessionExpired, SessionNotTaken, XDown
from bot.fleet_view import Refusal, RunState, RunView, StateKind, Trigger
from bot.storage.cookies import Cookie
from bot.storage.sealing import is_sealed
from bot.x.contract import LoggedIn
from tests.worlds import World, finish, state

TOKEN = "f4e55e55" * 5


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    world.add("one", "OneShop")
    world.add("two", "TwoShop")
    yield world
    world.close()


@pytest.fixture
def manager(world: World) -> AccountManager:
    return world.open()


def somebody(handle: str = "oneshop", token: str = TOKEN) -> LoggedIn:
    """As x.com writes the handle, which need not be as the settings do."""
    return LoggedIn(handle, (Cookie("auth_token", token, expires=1_900_000_000), Cookie("ct0", "c7" * 16)))


def session_file(world: World) -> Path:
    return world.home.root / "accounts" / "one_OneShop" / "cookies.json"


def log_in(manager: AccountManager) -> RunView:
    """One window, from the order to its end."""
    assert not isinstance(manager.log_in_in_window("one"), Refusal)
    finish(manager)
    return manager.runs("one")[0]


def test_the_log_in_becomes_the_session_encrypted_and_with_whose_it_is(world: World, manager: AccountManager) -> None:
    world.x.people = [somebody()]
    assert "begins now" in manager.log_in_in_window("one")
    finish(manager)
    run = manager.runs("one")[0]
    assert (run.slot, run.trigger, run.state) == ("log-in", Trigger.WINDOW, RunState.DONE)
    assert [each.in_window for each in world.connected] == [True]
    assert is_sealed(session_file(world).read_bytes())
    view = manager.sessions.look("one")
    assert view.check is not None
    assert (view.check.handle, view.problem, view.missing) == ("oneshop", "", ())
    assert "logged in as @oneshop in the window; this is the account's session now" in [
        entry.text for entry in manager.why("one")
    ]


def test_the_next_run_works_with_it_in_a_browser_as_the_settings_say(world: World, manager: AccountManager) -> None:
    world.x.add_account("OneShop", session=TOKEN)
    world.x.people = [somebody()]
    log_in(manager)
    manager.run_account("one")
    finish(manager)
    assert manager.runs("one")[0].posts == 1
    assert [each.in_window for each in world.connected] == [True, False]


def test_an_account_without_any_session_gets_its_first_one(world: World, manager: AccountManager) -> None:
    session_file(world).unlink()
    manager._viewing.refresh()
    assert any("cookies.json is missing" in line for line in manager.account_view("one").warnings)
    world.x.people = [somebody()]
    assert log_in(manager).state is RunState.DONE
    assert manager.account_view("one").warnings == ()


def test_somebody_else_in_the_window_replaces_nothing_and_is_named(world: World, manager: AccountManager) -> None:
    before = session_file(world).read_bytes()
    world.x.people = [somebody("TwoShop")]
    run = log_in(manager)
    assert (run.state, run.posts) == (RunState.FAILED, 0)
    assert run.reason == "The log-in was as @TwoShop, and this account is @OneShop: nothing was taken over."
    assert "log in as @OneShop" in run.remedy
    assert session_file(world).read_bytes() == before
    assert state(manager) is StateKind.WAITING


@pytest.mark.parametrize(
    "trouble",
    [
        SessionNotTaken("The window was closed before the log-in was complete."),
        XDown("x.com cannot be reached"),
        BrowserMissing("There is no browser."),
    ],
)
def test_what_ends_without_a_log_in_is_told_and_is_no_trouble_of_the_account(
    world: World, manager: AccountManager, trouble: SessionNotTaken
) -> None:
    before = session_file(world).read_bytes()
    world.x.fail_next("let_person_log_in", trouble, times=4)
    for _ in range(4):
        run = log_in(manager)
        assert (run.state, run.reason, run.remedy) == (RunState.FAILED, trouble.message, trouble.remedy)
    assert session_file(world).read_bytes() == before
    assert state(manager) is StateKind.WAITING
    assert not any(entry.evidence for entry in manager.why("one")), "what is typed there is not pictured"
    assert world.x.open_clients == 0


def test_a_window_that_nobody_comes_to_is_closed_after_a_while(world: World, manager: AccountManager) -> None:
    before = world.clock.monotonic()
    run = log_in(manager)
    assert run.reason == "Nobody was logged in within 10 minutes, so the window was closed."
    assert world.clock.monotonic() - before == PATIENCE_SECONDS


def test_a_cancelled_log_in_closes_its_window_and_stops_nothing_else(world: World, manager: AccountManager) -> None:
    world.hold_at(lambda: manager.log_in_in_window("one"))
    step = manager.account_view("one").state.step
    assert step is not None
    assert "has a run already" in manager.log_in_in_window("one")
    assert "the window is closed" in manager.cancel_log_in("one")
    finish(manager)
    run = manager.runs("one")[0]
    assert (run.state, run.reason) == (RunState.STOPPED, "the log-in in the window was cancelled")
    assert state(manager) is StateKind.WAITING
    assert isinstance(manager.cancel_log_in("one"), Refusal)


def test_a_log_in_that_waits_for_a_seat_can_be_cancelled_and_other_runs_go_on(world: World) -> None:
    world.home.fleet["max_concurrent_accounts"] = 1
    world.home.write()
    manager = world.open()
    world.hold(manager, "two")
    assert "waits for a free seat" in manager.log_in_in_window("one")
    assert "the window is closed" in manager.cancel_log_in("one")
    assert isinstance(manager.cancel_log_in("two"), Refusal), "a run of a slot is none of its business"
    world.gate.set()
    finish(manager)
    assert manager.runs("one")[0].state is RunState.STOPPED
    assert manager.runs("two")[0].posts == 1


def test_stop_ends_it_too(world: World, manager: AccountManager) -> None:
    world.hold_at(lambda: manager.log_in_in_window("one"))
    manager.stop_account("one")
    finish(manager)
    assert manager.runs("one")[0].state is RunState.STOPPED
    assert state(manager) is StateKind.STOPPED


def test_without_a_screen_nothing_is_queued_and_the_other_way_is_named(world: World, manager: AccountManager) -> None:
    world.no_window = "There is no screen."
    why_not = manager.log_in_in_window("one")
    assert isinstance(why_not, Refusal)
    assert why_not == manager.why_no_window("one")
    assert why_not.startswith("There is no screen. Log in to x.com as this account in your own browser instead")
    assert manager.runs("one") == []


def test_needs_attention_is_left_to_the_person_also_after_a_good_log_in(world: World, manager: AccountManager) -> None:
    world.x.fail_next("log_in", SessionExpired("x.com shows its login"))
    manager.run_account("one")
    finish(manager)
    manager.pause_fleet()
    world.x.people = [somebody()]
    assert log_in(manager).state is RunState.DONE
    assert state(manager) is StateKind.NEEDS_ATTENTION


def test_an_unknown_account_has_no_window(manager: AccountManager) -> None:
    for ask in (manager.why_no_window, manager.log_in_in_window, manager.cancel_log_in):
        with pytest.raises(KeyError):
            ask("nobody")


def test_no_value_of_a_cookie_is_in_any_other_file(world: World, manager: AccountManager) -> None:
    world.x.people = [somebody(), somebody("TwoShop")]
    log_in(manager)
    log_in(manager)
    world.managers.remove(manager)
    manager.close()
    assert not [f for f in world.home.root.rglob("*") if f.is_file() and TOKEN.encode() in f.read_bytes()]
