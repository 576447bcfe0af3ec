"""Sessions as a person sees, replaces and checks them, through the manager; and that no value of a cookie gets out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.account_manager import AccountManager
from bot.errors import AccountLocked, SessionExpired, SessionFileError, SessionObjection, StorageError
from bot.fleet_view import RunState, StateKind, Trigger
from bot.storage.sealing import KEY_FILE, is_sealed
from tests.worlds import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


def export(world: World, token: str = "token-OneShop", *, days: float | None = 90, **values: str) -> bytes:
    """An export of a browser extension; `values` are further cookies."""
    ends = {} if days is None else {"expirationDate": (world.clock.now() + timedelta(days=days)).timestamp()}
    named = {"auth_token": token, "ct0": "c0" * 16, **values}
    entries: list[dict[str, Any]] = [{"name": key, "value": value, "domain": ".x.com"} for key, value in named.items()]
    return json.dumps([{**entry, **ends} for entry in entries if entry["value"]]).encode()


def finish(manager: AccountManager) -> None:
    assert manager.wait_until_idle(20)


def close(world: World, manager: AccountManager) -> None:
    world.managers.remove(manager)
    manager.close()


@pytest.fixture
def manager(world: World) -> AccountManager:
    world.add("one", "OneShop")
    world.add("two", "TwoShop")
    return world.open()


def session_file(world: World, handle: str = "one_OneShop") -> Path:
    return world.home.root / "accounts" / handle / "cookies.json"


def test_a_plain_session_is_shown_as_it_is(manager: AccountManager) -> None:
    view = manager.sessions.look("one")
    assert (view.is_there, view.is_sealed, view.problem) == (True, False, "")
    assert (view.ends, view.days_left, view.missing, view.check) == (None, None, ("ct0",), None)


def test_the_first_run_encrypts_it_and_tells_whose_it_is(world: World, manager: AccountManager) -> None:
    manager.run_account("one")
    finish(manager)
    assert is_sealed(session_file(world).read_bytes())
    assert (world.home.root / "data" / KEY_FILE).exists()
    view = manager.sessions.look("one")
    assert view.is_sealed
    assert view.check is not None
    assert (view.check.handle, view.check.problem) == ("OneShop", "")


def test_an_encrypted_session_works_after_a_restart(world: World, manager: AccountManager) -> None:
    manager.run_account("one")
    finish(manager)
    close(world, manager)
    again = world.open()
    again.run_account("one")
    finish(again)
    assert again.runs("one")[0].posts == 1


def test_an_import_replaces_it_and_says_when_it_ends(world: World, manager: AccountManager) -> None:
    words = manager.sessions.replace("one", export(world))
    assert words == "The session was imported; it ends in 90 days. Check it to see whose it is."
    view = manager.sessions.look("one")
    assert (view.days_left, view.missing, view.is_sealed, view.problem) == (90, (), True, "")
    assert [(cookie.name, cookie.is_needed) for cookie in view.cookies] == [("auth_token", True), ("ct0", True)]
    assert "another session was imported" in [entry.text for entry in manager.why("one")]
    manager.run_account("one")
    finish(manager)
    assert manager.runs("one")[0].posts == 1


def test_an_import_ends_what_the_card_said_of_the_missing_session(world: World, manager: AccountManager) -> None:
    session_file(world).unlink()
    manager.sessions.replace("two", export(world, "token-TwoShop"))
    manager.reload()
    refreshed(manager)
    assert any("cookies.json is missing" in line for line in manager.account_view("one").warnings)
    manager.sessions.replace("one", export(world))
    assert manager.account_view("one").warnings == ()


def refreshed(manager: AccountManager) -> None:
    """Files are looked at again, as they are every 30 s."""
    manager._viewing.refresh()


@pytest.mark.parametrize(("days", "words"), [(14, ""), (13.9, "in 13 days"), (1.5, "in 1 day"), (0.5, "within a day")])
def test_the_card_tells_before_it_ends(world: World, manager: AccountManager, days: float, words: str) -> None:
    manager.sessions.replace("one", export(world, days=days), anyway=True)
    warnings = " ".join(manager.account_view("one").warnings)
    assert (f"the session ends {words}: log in" in warnings) == bool(words)
    assert manager.sessions.look("one").ends_soon == bool(words)


def test_the_card_tells_when_it_has_ended_without_any_run(world: World, manager: AccountManager) -> None:
    manager.sessions.replace("one", export(world, days=20))
    world.clock.advance(timedelta(days=21).total_seconds())
    refreshed(manager)
    (line,) = (line for line in manager.account_view("one").warnings if "ended on" in line)
    assert "import them on its tab Session" in line
    assert "ended on" in manager.sessions.look("one").problem


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "what you sent is empty"),
        (b"[{]", "what you sent is not valid JSON"),
        (b'{"ct0": "ab"}', "what you sent holds no auth_token"),
        (
            b'[{"name": "auth_token", "value": "a", "domain": ".x.com", "expires": 5}]',
            "what you sent ended on 01 Jan 1970",
        ),
    ],
)
def test_what_is_no_session_replaces_nothing(
    world: World, manager: AccountManager, content: bytes, message: str
) -> None:
    before = session_file(world).read_bytes()
    for anyway in (False, True):
        with pytest.raises(SessionFileError, match=message):
            manager.sessions.replace("one", content, anyway=anyway)
    assert session_file(world).read_bytes() == before


def test_a_session_that_aviary_has_encrypted_is_no_export(world: World, manager: AccountManager) -> None:
    manager.sessions.replace("one", export(world))
    with pytest.raises(SessionFileError, match="a session that Aviary has encrypted"):
        manager.sessions.replace("two", session_file(world).read_bytes())


@pytest.mark.parametrize(
    ("changes", "objection"),
    [
        ({"twid": "u%3D43"}, "it belongs to another account on X"),
        ({"ct0": ""}, "it holds no ct0"),
        ({"days": 30}, "before the present one"),
        ({"token": "token-TwoShop"}, "this is the session of Shop TwoShop"),
    ],
)
def test_what_is_worse_than_the_present_one_needs_an_explicit_wish(
    world: World, manager: AccountManager, changes: dict[str, Any], objection: str
) -> None:
    manager.sessions.replace("one", export(world, twid="u%3D42"))
    before = session_file(world).read_bytes()
    with pytest.raises(SessionObjection, match=objection) as caught:
        manager.sessions.replace("one", export(world, **changes))
    assert "Replace it anyway" in caught.value.remedy
    assert session_file(world).read_bytes() == before
    manager.sessions.replace("one", export(world, **changes), anyway=True)
    assert session_file(world).read_bytes() != before


def test_nothing_of_the_present_one_speaks_against_replacing_it_once_it_has_ended(
    world: World, manager: AccountManager
) -> None:
    manager.sessions.replace("one", export(world, days=20, twid="u%3D42"))
    world.clock.advance(timedelta(days=21).total_seconds())
    assert "was imported" in manager.sessions.replace("one", export(world, ct0="", days=0.5, twid="u%3D43"))


def test_what_could_be_wrong_with_it_is_told(world: World, manager: AccountManager) -> None:
    sent = export(world, ct0="", days=None).replace(b".x.com", b".twitter.com")
    words = manager.sessions.replace("one", sent)
    assert "ct0 is missing; x.com hands out another" in words
    assert "exported for twitter.com" in words


def test_a_session_of_a_lost_key_is_told_and_set_aside_only_on_wish(world: World, manager: AccountManager) -> None:
    manager.sessions.replace("one", export(world))
    key = world.home.root / "data" / KEY_FILE
    kept = key.read_bytes()
    key.unlink()
    refreshed(manager)
    view = manager.sessions.look("one")
    assert "encrypted with another key" in view.problem
    assert str(key) in view.remedy
    assert any("encrypted with another key" in line for line in manager.account_view("one").warnings)
    with pytest.raises(SessionObjection, match="it would be set aside"):
        manager.sessions.replace("one", export(world))
    key.write_bytes(kept)
    assert manager.sessions.look("one").problem == "", "a key that is put back is found at once"
    key.unlink()
    manager.sessions.replace("one", export(world), anyway=True)
    assert len(list(session_file(world).parent.glob("cookies.json.unopened-*"))) == 1


def test_a_run_with_a_session_of_a_lost_key_needs_attention_and_keeps_the_file(
    world: World, manager: AccountManager
) -> None:
    manager.sessions.replace("one", export(world))
    (world.home.root / "data" / KEY_FILE).unlink()
    before = session_file(world).read_bytes()
    manager.run_account("one")
    finish(manager)
    state = manager.account_view("one").state
    assert (state.kind, state.reason) == (StateKind.NEEDS_ATTENTION, "cookies.json was encrypted with another key")
    assert KEY_FILE in state.remedy
    assert session_file(world).read_bytes() == before


def test_a_check_logs_in_and_does_nothing_else(world: World, manager: AccountManager) -> None:
    assert "begins now" in manager.check_session("one")
    finish(manager)
    run = manager.runs("one")[0]
    assert (run.slot, run.trigger, run.state) == ("check-session", Trigger.SESSION, RunState.DONE)
    assert (run.posts, run.likes, run.follows) == (0, 0, 0)
    assert world.x.posts == []
    check = manager.sessions.look("one").check
    assert check is not None
    assert check.handle == "OneShop"


def test_a_check_of_a_foreign_session_says_whose_it_is(world: World, manager: AccountManager) -> None:
    manager.sessions.replace("one", export(world, "token-TwoShop"), anyway=True)
    manager.check_session("one")
    finish(manager)
    check = manager.sessions.look("one").check
    assert check is not None
    assert (check.handle, check.problem) == ("TwoShop", "The cookies belong to @TwoShop, not to @OneShop.")
    assert manager.account_view("one").state.kind is StateKind.NEEDS_ATTENTION


def test_a_session_that_x_com_does_not_take_is_told(world: World, manager: AccountManager) -> None:
    world.x.fail_next("log_in", SessionExpired("x.com shows its login"))
    manager.check_session("one")
    finish(manager)
    check = manager.sessions.look("one").check
    assert check is not None
    assert (check.handle, check.problem) == ("", "x.com shows its login")


def test_what_was_said_of_the_old_session_does_not_stand_for_the_new_one(world: World, manager: AccountManager) -> None:
    manager.check_session("one")
    finish(manager)
    manager.sessions.replace("one", export(world))
    assert manager.sessions.look("one").check is None


def test_a_check_is_done_in_a_pause_of_the_fleet_and_leaves_needs_attention_to_the_person(
    world: World, manager: AccountManager
) -> None:
    world.x.fail_next("log_in", AccountLocked("locked"))
    manager.run_account("one")
    finish(manager)
    manager.pause_fleet()
    manager.check_session("one")
    finish(manager)
    assert manager.runs("one")[0].state is RunState.DONE
    assert manager.account_view("one").state.kind is StateKind.NEEDS_ATTENTION


@pytest.mark.parametrize("account_id", ["nobody", "broken"])
def test_an_account_without_settings_has_no_session_to_look_at(world: World, account_id: str) -> None:
    (world.add("broken", "ThreeShop") / "config" / "settings.yaml").write_text("[", encoding="utf-8")
    manager = world.open()
    with pytest.raises(KeyError):
        manager.sessions.look(account_id)
    with pytest.raises(KeyError):
        manager.sessions.replace(account_id, export(world))


def test_an_account_that_cannot_be_written_to_is_told(world: World, manager: AccountManager) -> None:
    session_file(world).unlink()
    session_file(world).mkdir()
    with pytest.raises(StorageError, match="cannot be written"):
        manager.sessions.replace("one", export(world))


CANARY = "ca9a51e7" * 5
CANARIES = {"auth_token": CANARY, "ct0": "Canary-ct0-" + "x7" * 20, "twid": "u%3D7700770077", "kdt": "Canary-kdt-value"}


def test_no_value_of_a_cookie_is_in_any_file_but_the_encrypted_one(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.add("one", "OneShop")
    world.x.add_account("OneShop", session=CANARY)
    session_file(world).write_bytes(export(world, **CANARIES_TO_SEND))
    manager = world.open()
    manager.run_account("one")
    finish(manager)
    manager.sessions.replace("one", export(world, **CANARIES_TO_SEND))
    manager.check_session("one")
    finish(manager)
    world.x.fail_next("log_in", SessionExpired("x.com shows its login"))
    manager.check_session("one")
    finish(manager)
    with pytest.raises(SessionFileError) as refused:
        manager.sessions.replace("one", b"[" + export(world, **CANARIES_TO_SEND))
    told = [str(manager.sessions.look("one")), repr(manager.account_view("one")), str(manager.why("one")), caplog.text]
    told += [str(refused.value), refused.value.remedy]
    close(world, manager)
    files = [file for file in world.home.root.rglob("*") if file.is_file()]
    assert any(file.name == "metrics.db" for file in files)
    for secret in CANARIES.values():
        assert not [file.name for file in files if secret.encode() in file.read_bytes()]
        assert not [text for text in told if secret in text]


CANARIES_TO_SEND = {"token": CANARY, **{key: value for key, value in CANARIES.items() if key != "auth_token"}}
