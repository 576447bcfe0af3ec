"""The accounts as the files name them, read again when a file changes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from bot.fleet.registry import Registry
from bot.settings.home import Home
from bot.x.selectors import SelectorSet
from tests import legacy
from tests.homes import HomeBuilder, write_yaml


@pytest.fixture
def home(tmp_path: Path) -> HomeBuilder:
    home = HomeBuilder(tmp_path)
    home.add("one", "OneShop")
    home.add("two", "TwoShop")
    return home


def read(root: Path) -> Registry:
    registry = Registry(Home(root))
    registry.refresh()
    return registry


def test_it_reads_what_an_existing_user_has(tmp_path: Path) -> None:
    legacy.write_account(tmp_path / "accounts" / "account1_TokoContoh")
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "accounts.yaml").write_text(legacy.ACCOUNTS, encoding="utf-8")
    member = read(tmp_path).members["account1"]
    assert member.problems == ()
    assert member.is_usable


def test_it_tells_what_changed_and_nothing_else(home: HomeBuilder) -> None:
    registry = Registry(Home(home.root))
    assert registry.refresh() == {"one", "two"}
    assert registry.refresh() is None
    folder = registry.members["two"].folder
    write_yaml(folder.settings_yaml, {"schedule": {"timezone": "Asia/Jakarta"}})
    assert registry.refresh() == {"two"}
    assert registry.members["two"].settings is not None
    assert registry.members["two"].settings.schedule.timezone == "Asia/Jakarta"
    assert registry.refresh() is None


def test_an_account_that_leaves_the_list_and_comes_back_is_read_anew(home: HomeBuilder) -> None:
    registry = read(home.root)
    entry = home.entries.pop()
    home.write()
    assert registry.refresh() == {"two"}
    assert list(registry.members) == ["one"]
    home.entries.append(entry)
    home.write()
    assert registry.refresh() == {"two"}
    assert registry.members["two"].is_usable


def test_a_change_of_the_fleet_alone_is_told_without_accounts(home: HomeBuilder) -> None:
    registry = read(home.root)
    home.fleet["max_concurrent_accounts"] = 7
    home.write()
    assert registry.refresh() == set()
    assert registry.fleet.settings.max_concurrent_accounts == 7


def test_a_list_that_breaks_keeps_the_last_good_one(home: HomeBuilder) -> None:
    registry = read(home.root)
    home_file = Home(home.root).accounts_yaml
    home_file.write_text("accounts: [\n", encoding="utf-8")
    assert registry.refresh() == set()
    assert list(registry.members) == ["one", "two"]
    assert registry.fleet_problems[0].line >= 1
    home.write()
    registry.refresh()
    assert registry.fleet_problems == ()


def test_a_list_that_is_gone_for_a_moment_takes_no_account_with_it(home: HomeBuilder) -> None:
    registry = read(home.root)
    home_file = Home(home.root).accounts_yaml
    content = home_file.read_bytes()
    home_file.unlink()
    assert registry.refresh() == set()
    assert list(registry.members) == ["one", "two"]
    assert "is missing; the accounts it named stay" in str(registry.fleet_problems[0])
    home_file.write_bytes(content)
    assert registry.refresh() == set()
    assert registry.fleet_problems == ()


def test_one_broken_account_leaves_the_others(home: HomeBuilder) -> None:
    registry = read(home.root)
    one = registry.members["one"].folder
    one.settings_yaml.write_text("schedule:\n  timezone: WIB\n", encoding="utf-8")
    one.templates_yaml.write_text("tips:\n- Hemat: matikan data\n", encoding="utf-8")
    one.keywords_yaml.write_text("high_intent: kuota\n", encoding="utf-8")
    assert registry.refresh() == {"one"}
    told = [(problem.file.name, problem.line, problem.key) for problem in registry.members["one"].problems]
    assert told == [
        ("settings.yaml", 2, "schedule.timezone"),
        ("keywords.yaml", 1, "high_intent"),
        ("templates.yaml", 2, "tips.0"),
    ]
    assert not registry.members["one"].is_usable
    assert registry.members["two"].is_usable


def test_an_account_without_settings_says_so(home: HomeBuilder) -> None:
    registry = read(home.root)
    registry.members["one"].folder.settings_yaml.unlink()
    registry.refresh()
    assert str(registry.members["one"].problems[0]) == "one_OneShop/config/settings.yaml: is missing"


def test_an_account_without_templates_and_keywords_can_work(home: HomeBuilder) -> None:
    registry = read(home.root)
    registry.members["one"].folder.templates_yaml.unlink()
    registry.members["one"].folder.keywords_yaml.unlink()
    assert registry.refresh() == {"one"}
    assert registry.members["one"].is_usable


def test_a_disabled_account_is_not_usable(home: HomeBuilder) -> None:
    home.entries[0]["enabled"] = False
    home.write()
    assert not read(home.root).members["one"].is_usable


def unnamed(home: HomeBuilder, index: int, username: Any) -> None:
    """Let accounts.yaml name no handle, and settings.yaml this one."""
    del home.entries[index]["username"]
    home.write()
    folder = home.root / home.entries[index]["folder"]
    write_yaml(folder / "config" / "settings.yaml", {"account": {"username": username}})


def test_a_handle_that_only_settings_yaml_names_is_the_accounts_handle(home: HomeBuilder) -> None:
    unnamed(home, 0, "@ToKo")
    registry = read(home.root)
    assert registry.members["one"].entry.handle == "ToKo"
    assert registry.members["one"].is_usable


def test_two_accounts_never_share_a_handle_that_only_settings_yaml_names(home: HomeBuilder) -> None:
    unnamed(home, 1, "@oneshop")
    registry = read(home.root)
    assert registry.members["one"].is_usable
    assert not registry.members["two"].is_usable
    assert "@oneshop is used by the account 'one' already" in str(registry.members["two"].problems[0])
    write_yaml(registry.members["two"].folder.settings_yaml, {"account": {"username": "@another"}})
    assert registry.refresh() == {"two"}
    assert registry.members["two"].is_usable


def test_accounts_without_any_handle_do_not_clash(home: HomeBuilder) -> None:
    unnamed(home, 0, None)
    unnamed(home, 1, "no handle at all")
    registry = read(home.root)
    assert [member.is_usable for member in registry.members.values()] == [True, True]


def test_a_file_put_in_anothers_place_is_seen_even_with_its_time_and_size(home: HomeBuilder) -> None:
    registry = read(home.root)
    file = registry.members["one"].folder.keywords_yaml
    file.write_text("high_intent: [aaaa]\n", encoding="utf-8")
    registry.refresh()
    status = file.stat()
    fresh = file.with_name("fresh.yaml")
    fresh.write_text("high_intent: {a: b}\n", encoding="utf-8")
    fresh.replace(file)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert file.stat().st_size == status.st_size
    assert registry.refresh() == {"one"}


def test_selectors_are_read_again_when_their_file_changes(tmp_path: Path) -> None:
    home = HomeBuilder(tmp_path)
    home.add("one", "OneShop")
    registry = Registry(Home(tmp_path))
    registry.refresh()
    file = Home(tmp_path).selectors_yaml
    file.write_text("like: a.new\n", encoding="utf-8")
    assert registry.refresh() is not None
    assert registry.selectors["like"].ways == ("a.new",)
    assert registry.refresh() is None
    file.write_text("like: 'a['\n", encoding="utf-8")
    assert registry.refresh() is not None
    assert registry.selectors["like"] == SelectorSet()["like"]
    assert "the built-in selectors are in force" in str(registry.fleet_problems[0])
    assert "selectors.yaml, line 1: like: " in str(registry.fleet_problems[1])
    file.unlink()
    registry.refresh()
    assert registry.fleet_problems == ()


def told(registry: Registry, account_id: str) -> str:
    return "; ".join(map(str, registry.members[account_id].problems))


def test_a_folder_name_that_no_disk_takes_leaves_the_others_and_is_mended_by_a_shorter_one(home: HomeBuilder) -> None:
    good = home.entries[0]["folder"]
    home.entries[0]["folder"] = "accounts/" + "a" * 300
    home.write()
    registry = read(home.root)
    assert list(registry.members) == ["two"]
    assert "choose a shorter one" in str(registry.broken[0].problems[0])
    home.entries[0]["folder"] = good
    home.write()
    assert registry.refresh() == {"one"}
    assert registry.broken == ()
    assert registry.members["one"].is_usable


def test_a_folder_name_that_becomes_too_long_while_aviary_runs_leaves_the_others(home: HomeBuilder) -> None:
    registry = read(home.root)
    home.entries[0]["folder"] = "accounts/" + "a" * 300
    home.write()
    assert registry.refresh() == {"one"}
    assert [entry.id for entry in registry.broken] == ["one"]
    assert registry.members["two"].is_usable
    assert registry.refresh() is None


def test_a_path_that_is_too_long_only_with_its_files_leaves_the_others(home: HomeBuilder) -> None:
    """The folder itself can be looked at, what would lie in it cannot."""
    room = 4095 - len(str(home.root)) - 20  # bytes that Linux takes as a path; elsewhere the files are just missing
    home.entries[0]["folder"] = "/".join(["a" * 80] * (room // 81) + ["b" * (room % 81)]).strip("/")
    home.write()
    registry = read(home.root)
    assert registry.members["two"].is_usable
    broken = [*registry.broken, *(member for member in registry.members.values() if not member.is_usable)]
    assert len(broken) == 1


@pytest.mark.parametrize("name", ["settings.yaml", "templates.yaml", "keywords.yaml"])
def test_a_folder_in_place_of_a_file_breaks_that_account_until_the_file_is_back(home: HomeBuilder, name: str) -> None:
    registry = read(home.root)
    file = registry.members["one"].folder.config / name
    content = file.read_bytes()
    file.unlink()
    file.mkdir()
    assert registry.refresh() == {"one"}
    assert f"one_OneShop/config/{name}: is a folder" in told(registry, "one")
    assert registry.members["two"].is_usable
    assert registry.refresh() is None
    file.rmdir()
    file.write_bytes(content)
    assert registry.refresh() == {"one"}
    assert registry.members["one"].is_usable


def test_a_file_in_place_of_a_folder_breaks_that_account_until_the_folder_is_back(home: HomeBuilder) -> None:
    registry = read(home.root)
    root = registry.members["one"].folder.root
    root.rename(root.with_name("aside"))
    root.write_text("", encoding="utf-8")
    assert registry.refresh() == {"one"}
    assert "one_OneShop/config/settings.yaml" in told(registry, "one")
    assert registry.members["two"].is_usable
    root.unlink()
    root.with_name("aside").rename(root)
    assert registry.refresh() == {"one"}
    assert registry.members["one"].is_usable


def test_a_folder_that_leads_in_a_circle_is_mended_without_a_change_of_the_list(home: HomeBuilder) -> None:
    root = home.root / home.entries[0]["folder"]
    root.rename(root.with_name("aside"))
    try:
        root.symlink_to(root)
    except OSError:
        pytest.skip("this user may make no symbolic links")
    registry = read(home.root)
    assert [entry.id for entry in registry.broken] == ["one"]
    assert registry.members["two"].is_usable
    assert registry.refresh() is None
    root.unlink()
    root.with_name("aside").rename(root)
    assert registry.refresh() == {"one"}
    assert registry.members["one"].is_usable


def test_settings_that_turn_up_beside_the_session_are_found(home: HomeBuilder) -> None:
    """An account may have its files flat in its folder; the one that waits for settings.yaml looks there, too."""
    registry = read(home.root)
    folder = registry.members["one"].folder
    folder.settings_yaml.rename(folder.root / "aside.yaml")
    assert registry.refresh() == {"one"}
    assert registry.refresh() is None
    (folder.root / "aside.yaml").rename(folder.root / "settings.yaml")
    assert registry.refresh() == {"one"}
    assert registry.members["one"].is_usable


needs_rights = pytest.mark.skipif(
    os.name == "nt" or (hasattr(os, "geteuid") and os.geteuid() == 0), reason="needs POSIX rights"
)


@needs_rights
@pytest.mark.parametrize("name", [".", "config", "config/settings.yaml", "config/templates.yaml"])
def test_a_file_that_may_not_be_read_breaks_that_account_until_it_may(home: HomeBuilder, name: str) -> None:
    registry = read(home.root)
    path = registry.members["one"].folder.root / name
    rights = path.stat().st_mode
    path.chmod(0)
    try:
        again = read(home.root)  # as a start
        assert "Permission denied; give the user" in told(again, "one")
        assert again.members["two"].is_usable
        assert again.refresh() is None
    finally:
        path.chmod(rights)
    assert again.refresh() == {"one"}
    assert again.members["one"].is_usable


@needs_rights
def test_lists_that_may_not_be_read_are_told_once_and_read_as_soon_as_they_may(home: HomeBuilder) -> None:
    config = Home(home.root).accounts_yaml.parent
    rights = config.stat().st_mode
    config.chmod(0)
    try:
        registry = read(home.root)
        assert "accounts.yaml: cannot be read" in str(registry.fleet_problems[0])
        assert registry.refresh() is None
    finally:
        config.chmod(rights)
    assert registry.refresh() == {"one", "two"}
    assert registry.fleet_problems == ()
