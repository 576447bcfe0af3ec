"""The single account of an existing user: its files stay where they are, and no list is written until it must be."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
import yaml

from bot.account_manager import AccountManager
from bot.automation import BotAutomation
from bot.errors import RosterRefusal
from bot.fleet.registry import Registry
from bot.fleet_view import RunState, StateKind
from bot.roster_view import NewAccount
from bot.settings.home import AccountFolder, Home
from tests import legacy
from tests.homes import NO_DELAYS, settings, write_yaml
from tests.worlds import World, finish, state

HANDLE = "TokoContoh"


@pytest.fixture
def single(world: World) -> World:
    """Their folder, with limits and delays that a test can wait for."""
    root = world.home.root
    legacy.write_account(root)
    legacy.write_metrics(root / "data" / "metrics.db")
    (root / "media" / "promo").mkdir(parents=True)
    (root / "media" / "promo" / "poster.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"x" * 90)
    text = (root / "config" / "settings.yaml").read_text(encoding="utf-8")
    text = text.replace("min_delay: 10", "min_delay: 0").replace("[30, 60]", "0").replace("[20, 45]", "0")
    (root / "config" / "settings.yaml").write_text(text, encoding="utf-8")
    world.x.add_account(HANDLE, session=legacy.AUTH_TOKEN)
    for number in range(6):
        world.x.add_post(f"orang{number}", f"butuh paket data nomor {number}")
    return world


def files_of(root: Path) -> dict[str, bytes]:
    """All but what is under data/."""
    files = (file for file in root.rglob("*") if file.is_file())
    return {
        name: file.read_bytes() for file in files if not (name := file.relative_to(root).as_posix()).startswith("data/")
    }


def entries(root: Path) -> list[dict[str, object]]:
    return list(yaml.safe_load((root / "config" / "accounts.yaml").read_text(encoding="utf-8"))["accounts"])


def test_it_works_where_it_lies_and_only_its_data_changes(single: World) -> None:
    root = single.home.root
    before = files_of(root)
    manager = single.open()
    assert [entry.id for entry in manager.load_accounts()] == ["account1"]
    assert state(manager, "account1") is StateKind.WAITING
    manager.run_account("account1", "morning")
    finish(manager)
    (run,) = manager.runs("account1")
    assert (run.state, run.posts, run.likes, run.follows) == (RunState.DONE, 1, 5, 5), run.reason
    assert single.connected[0].profile == root / "data" / "profile"
    assert files_of(root) == before


def test_its_numbers_of_before_go_on(single: World) -> None:
    manager = single.open()
    posts = {post.tweet_id for post in manager.numbers("account1").posts}
    assert posts == {"1900000000000000001"}
    assert manager.account_view("account1").followers == 118


def test_what_it_said_before_counts_for_the_guards(single: World) -> None:
    manager = single.open()
    assert "." in manager.guards.filled


def test_another_handle_in_its_settings_is_taken_over(single: World) -> None:
    registry = Registry(Home(single.home.root))
    assert registry.refresh() == {"account1"}
    assert registry.refresh() is None
    file = single.home.root / "config" / "settings.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("@TokoContoh", "@TokoLain"), encoding="utf-8")
    assert registry.refresh() == {"account1"}
    assert (registry.members["account1"].entry.name, registry.members["account1"].entry.handle) == ("TokoLain",) * 2
    file.unlink()
    registry.refresh()
    assert "account1" in registry.members, "an editor may delete a file for a moment"


def test_an_automation_without_a_folder_is_this_account(single: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AVIARY_HOME", str(single.home.root))
    bot = BotAutomation(connect=single.connect, clock=single.clock)
    assert (bot.entry.id, bot.entry.handle, bot.folder.root) == ("account1", HANDLE, single.home.root.resolve())
    assert bot.run_slot("afternoon").state is RunState.PARTLY  # medium_intent names no keyword in this file
    assert (single.home.root / "cookies.json").read_text(encoding="utf-8") == json.dumps(legacy.COOKIES)
    bot.close()


def test_an_automation_alone_is_the_account_that_the_list_has_in_its_folder(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = world.add("one", "OneShop")
    world.home.entries[0]["proxy"] = "http://127.0.0.1:9"
    world.home.write()
    monkeypatch.setenv("AVIARY_HOME", str(world.home.root))
    bot = BotAutomation(folder, connect=world.connect, clock=world.clock)
    assert (bot.entry.id, bot.entry.proxy is not None) == ("one", True)
    assert bot.shared.fleet_settings.minimum_gap_seconds == 0
    bot.close()


# More accounts beside it


def test_a_second_account_writes_the_list_with_the_first_in_it(single: World) -> None:
    root = single.home.root
    before = files_of(root)
    manager = single.open()
    manager.run_account("account1", "morning")
    finish(manager)
    assert manager.roster.is_unwritten
    manager.roster.add(NewAccount("Toko Dua", "TokoDua"))
    assert not manager.roster.is_unwritten
    first, second = entries(root)
    assert first == {"id": "account1", "name": HANDLE, "username": f"@{HANDLE}", "enabled": True, "folder": "."}
    assert second["folder"] == "accounts/tokodua_TokoDua"
    assert [run.posts for run in manager.runs("account1")] == [1], "it is the account of before"
    assert {key: files_of(root)[key] for key in before} == before
    manager.run_account("account1", "evening")
    finish(manager)
    assert (root / "cookies.json").read_bytes() == before["cookies.json"]


def test_what_is_changed_of_it_is_written_into_a_list(single: World) -> None:
    manager = single.open()
    entry = manager.roster.entry("account1")
    assert entry.values["folder"] == "."
    manager.roster.change("account1", {"groups": ["bandung"]}, entry.mark)
    assert entries(single.home.root)[0]["groups"] == ["bandung"]
    assert manager.account_view("account1").groups == ("bandung",)


def test_its_handle_belongs_to_nobody_else(single: World) -> None:
    manager = single.open()
    with pytest.raises(RosterRefusal, match="account1"):
        manager.roster.add(NewAccount("Toko", HANDLE))
    assert not (single.home.root / "config" / "accounts.yaml").exists()


def test_removing_it_leaves_the_home(single: World) -> None:
    root = single.home.root
    before = files_of(root)
    manager = single.open()
    name = manager.roster.remove("account1")
    assert entries(root) == []
    assert {key: files_of(root)[key] for key in before} == before
    assert manager.roster.restore(name) == "account1"
    assert AccountFolder(root / str(entries(root)[0]["folder"])).settings_yaml.is_file()


def test_its_archive_holds_its_own_files_and_nothing_of_the_panel(single: World) -> None:
    root = single.home.root
    manager = single.open()
    (root / "app.py").write_text("the program may lie in the same folder", encoding="utf-8")
    manager.roster.add(NewAccount("Toko Dua", "TokoDua"))
    name = manager.roster.archive("account1")
    with zipfile.ZipFile(root / "archive" / name) as archive:
        assert set(archive.namelist()) == {
            "manifest.json",
            "config/settings.yaml",
            "config/templates.yaml",
            "config/keywords.yaml",
            "data/metrics.db",
            "media/promo/poster.png",
        }


def test_a_list_that_goes_missing_leaves_its_accounts(world: World) -> None:
    world.add("one", "OneShop")
    write_yaml(world.home.root / "config" / "settings.yaml", settings("OldShop", safety={"delays": NO_DELAYS}))
    manager = world.open()
    (world.home.root / "config" / "accounts.yaml").unlink()
    manager.reload()
    assert [entry.id for entry in manager.load_accounts()] == ["one"]


def test_a_second_process_is_kept_off(single: World) -> None:
    single.open()
    other = AccountManager(single.home.root, clock=single.clock, connect=single.connect)
    with pytest.raises(Exception, match="another Aviary works on"):
        other.open()
