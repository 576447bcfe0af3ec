"""What a card says before any run: keys that are not applied, files that are missing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot.account_manager import AccountManager
from bot.fleet.cards import NOT_IN_ORDER
from bot.fleet_view import StateKind
from tests.homes import settings, write_yaml
from tests.worlds import World, finish, state


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


def warnings(manager: AccountManager, account_id: str = "one") -> tuple[str, ...]:
    return manager.account_view(account_id).warnings


def refresh(manager: AccountManager) -> None:
    """What the ticker does every 30 seconds."""
    manager._viewing.refresh()


def misspell(folder: Path, key: str) -> None:
    write_yaml(folder / "config" / "settings.yaml", settings("OneShop", policy={key: "off"}))


def test_a_misspelled_key_is_on_the_card_and_stops_nothing(world: World) -> None:
    misspell(world.add("one", "OneShop"), "likes")
    manager = world.open()
    (line,) = warnings(manager)
    assert "one_OneShop/config/settings.yaml, line " in line
    assert "policy.likes: is not known; did you mean like? It is not applied." in line
    assert state(manager) is StateKind.WAITING


def test_a_misspelled_key_of_the_master_list_is_on_its_accounts_card_or_on_the_overview(world: World) -> None:
    world.add("one", "OneShop")
    world.add("two", "TwoShop")
    world.home.entries[0]["groupz"] = ["shops"]
    world.home.fleet["stager_minutes"] = 5
    world.home.write()
    manager = world.open()
    assert "did you mean groups?" in warnings(manager)[0]
    assert warnings(manager, "two") == ()
    (line,) = manager.overview().warnings
    assert "did you mean stagger_minutes?" in line


def test_what_is_to_be_put_right_is_logged_once_for_each_change(world: World) -> None:
    folder = world.add("one", "OneShop")
    world.home.fleet["stager_minutes"] = 5
    world.home.write()
    misspell(folder, "likes")

    def told(logs: Any) -> list[str]:
        return [str(log["what"]).partition("did you mean ")[2] for log in logs if log["event"] == NOT_IN_ORDER]

    with structlog.testing.capture_logs() as logs:
        manager = world.open()
        refresh(manager)
        manager.run_account("one")
        finish(manager)
    assert sorted(told(logs)) == ["like? It is not applied.", "stagger_minutes? It is not applied."]
    with structlog.testing.capture_logs() as logs:
        misspell(folder, "folow")
        manager.reload()
        manager.reload()
    assert told(logs) == ["follow? It is not applied."]


def test_a_missing_session_is_on_the_card_before_any_run(world: World) -> None:
    folder = world.add("one", "OneShop")
    (folder / "cookies.json").unlink()
    manager = world.open()
    assert state(manager) is StateKind.WAITING
    assert warnings(manager)[0].startswith("cookies.json is missing: export ")


def test_a_file_that_comes_or_goes_is_seen_when_cards_are_refreshed(world: World) -> None:
    session = world.add("one", "OneShop") / "cookies.json"
    manager = world.open()
    content = session.read_bytes()
    session.unlink()
    version = manager.overview().version
    refresh(manager)
    assert len(warnings(manager)) == 1
    assert manager.overview().version > version
    session.write_bytes(content)
    refresh(manager)
    assert warnings(manager) == ()


def test_the_poll_looks_at_no_file(world: World) -> None:
    session = world.add("one", "OneShop") / "cookies.json"
    manager = world.open()
    session.unlink()
    manager.reload()
    assert manager.overview().accounts[0].warnings == ()


def test_a_new_template_with_a_missing_picture_is_told_when_its_file_is_read(world: World) -> None:
    folder = world.add("one", "OneShop")
    manager = world.open()
    entry = {"text": "murah", "media": "media/poster.png"}
    write_yaml(folder / "config" / "templates.yaml", {"promo_templates": [entry]})
    manager.reload()
    assert warnings(manager)[0].startswith("media/poster.png is missing: put it into the account's folder")


def test_an_account_whose_files_cannot_be_read_is_told_of_them_alone(world: World) -> None:
    folder = world.add("one", "OneShop")
    (folder / "cookies.json").unlink()
    (folder / "config" / "keywords.yaml").write_text("high_intent: kuota\n", encoding="utf-8")
    manager = world.open()
    assert state(manager) is StateKind.BROKEN
    assert warnings(manager) == ()


def test_a_run_without_a_session_says_to_press_resume_and_says_it_once(world: World) -> None:
    session = world.add("one", "OneShop") / "cookies.json"
    content = session.read_bytes()
    session.unlink()
    manager = world.open()
    manager.run_account("one")
    finish(manager)
    view = manager.account_view("one")
    assert (view.state.kind, view.state.reason) == (StateKind.NEEDS_ATTENTION, "cookies.json is missing")
    assert view.state.remedy.endswith("save them as cookies.json in its folder, then press Resume.")
    assert view.warnings == ()
    session.write_bytes(content)
    refresh(manager)
    view = manager.account_view("one")
    assert view.state.kind is StateKind.NEEDS_ATTENTION
    assert view.state.reason == "cookies.json was missing and is there now"
    assert view.state.remedy == "Press Resume."
    manager.start_account("one")
    assert state(manager) is StateKind.WAITING


def test_an_account_with_broken_settings_has_no_limit_of_posts(world: World) -> None:
    folder = world.add("one", "OneShop")
    (folder / "config" / "settings.yaml").write_text("schedule: {timezone: WIB}\n", encoding="utf-8")
    world.home.entries.append({"id": "bad", "folder": "../outside"})
    world.home.write()
    manager = world.open()
    assert [view.posts_limit for view in manager.overview().accounts] == [None, None]
