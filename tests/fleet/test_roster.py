"""Accounts added, changed, cloned, archived, removed and brought back, while people edit accounts.yaml by hand."""

from __future__ import annotations

import json
import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.account_manager import AccountManager
from bot.errors import ArchiveError, ChangedMeanwhile, RosterRefusal, SettingsError
from bot.fleet_view import StateKind
from bot.roster_view import NewAccount
from bot.settings.account import Policy
from bot.storage.planned_posts import PostState, Written
from tests.worlds import World, finish, state


def listed(world: World) -> dict[str, Any]:
    text = (world.home.root / "config" / "accounts.yaml").read_text(encoding="utf-8")
    return {entry["id"]: entry for entry in yaml.safe_load(text)["accounts"]}


def folder_of(world: World, account_id: str) -> Path:
    return world.home.root / listed(world)[account_id]["folder"]


def settings_of(manager: AccountManager, account_id: str) -> Any:
    return manager._registry.members[account_id].settings


# adding


def test_the_first_account_makes_the_list(world: World) -> None:
    manager = world.open()
    assert manager.roster.add(NewAccount("Toko Satu", "TokoSatu")) == "tokosatu"
    assert state(manager, "tokosatu") is StateKind.WAITING
    entry = listed(world)["tokosatu"]
    assert (entry["name"], entry["username"], entry["folder"]) == (
        "Toko Satu",
        "@TokoSatu",
        "accounts/tokosatu_TokoSatu",
    )
    assert entry["created_at"].startswith("2026-03-02T07:59")


def test_a_new_account_posts_by_itself_and_likes_and_follows_only_after_a_persons_word(world: World) -> None:
    manager = world.open()
    manager.roster.add(NewAccount("One", "OneShop", timezone="Asia/Makassar"))
    settings = settings_of(manager, "oneshop")
    assert settings.policy.post is Policy.AUTOMATIC
    assert {settings.policy.like, settings.policy.follow, settings.policy.reply} == {Policy.APPROVE}
    assert settings.schedule.timezone == "Asia/Makassar"
    assert [slot.name for slot in settings.schedule.all_slots if slot.enabled] == ["morning", "afternoon", "evening"]


def test_comments_and_order_of_the_list_stay(world: World) -> None:
    world.add("one", "OneShop")
    file = world.home.root / "config" / "accounts.yaml"
    before = "# my shops\n" + file.read_text(encoding="utf-8").replace("enabled: true", "enabled: true  # on", 1)
    file.write_text(before, encoding="utf-8")
    manager = world.open()
    manager.roster.add(NewAccount("Two", "TwoShop"))
    manager.roster.change("one", {"description": "the first"})
    after = file.read_text(encoding="utf-8")
    assert after.startswith("# my shops\n")
    assert "enabled: true  # on" in after
    assert list(listed(world)) == ["one", "twoshop"]


@pytest.mark.parametrize("handle", ["", "not a handle", "way_too_long_for_x", "toko.satu", "../x"])
def test_a_handle_that_is_none_is_refused_and_leaves_nothing(world: World, handle: str) -> None:
    manager = world.open()
    with pytest.raises(RosterRefusal, match="handle"):
        manager.roster.add(NewAccount("One", handle))
    assert not (world.home.root / "accounts").exists()


@pytest.mark.parametrize("account_id", ["-x", "a b", "x" * 65, "../x"])
def test_an_id_that_is_none_is_refused_and_leaves_nothing(world: World, account_id: str) -> None:
    manager = world.open()
    with pytest.raises((SettingsError, RosterRefusal)):
        manager.roster.add(NewAccount("One", "OneShop", id=account_id))
    assert manager.overview().accounts == ()
    assert list((world.home.root).rglob("settings.yaml")) == []


def test_a_handle_or_id_that_another_account_has_is_refused(world: World) -> None:
    world.add("one", "OneShop")
    manager = world.open()
    with pytest.raises(RosterRefusal, match="used by the account one"):
        manager.roster.add(NewAccount("Again", "oneshop"))
    for taken in ("ONE", "new", "all"):
        with pytest.raises(RosterRefusal, match="is taken"):
            manager.roster.add(NewAccount("Again", "TwoShop", id=taken))


def test_of_two_names_alike_the_second_gets_a_number(world: World) -> None:
    world.add("one", "OneShop")
    manager = world.open()
    (world.home.root / "accounts" / "two_TwoShop").mkdir()
    assert manager.roster.add(NewAccount("x", "One")) == "one-2"
    manager.roster.add(NewAccount("x", "TwoShop", id="two"))
    assert listed(world)["two"]["folder"] == "accounts/two_TwoShop-2"


def test_a_list_that_cannot_be_read_is_not_written_over(world: World) -> None:
    manager = world.open()
    file = world.home.root / "config" / "accounts.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text("accounts: [\n", encoding="utf-8")
    with pytest.raises(SettingsError):
        manager.roster.add(NewAccount("One", "OneShop"))
    assert file.read_text(encoding="utf-8") == "accounts: [\n"
    assert list(world.home.root.rglob("settings.yaml")) == []


# cloning


def test_a_clone_has_settings_slots_and_keywords_of_the_other_and_nothing_else(world: World) -> None:
    source = world.add("one", "OneShop")
    (source / "media").mkdir()
    (source / "media" / "a.png").write_bytes(b"png")
    manager = world.open()
    manager.run_account("one")
    finish(manager)
    manager.roster.add(NewAccount("Two", "TwoShop", clone_of="one"))
    folder = folder_of(world, "twoshop")
    assert settings_of(manager, "twoshop").account.username == "@TwoShop"
    assert settings_of(manager, "twoshop").schedule == settings_of(manager, "one").schedule
    assert (folder / "config" / "keywords.yaml").read_bytes() == (source / "config" / "keywords.yaml").read_bytes()
    assert "OneShop offer" not in (folder / "config" / "templates.yaml").read_text(encoding="utf-8")
    left = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    assert left == {"config/settings.yaml", "config/keywords.yaml", "config/templates.yaml"}


def test_content_is_cloned_only_when_asked_for(world: World) -> None:
    source = world.add("one", "OneShop")
    (source / "media").mkdir()
    (source / "media" / "a.png").write_bytes(b"png")
    manager = world.open()
    manager.roster.add(NewAccount("Two", "TwoShop", clone_of="one", with_content=True))
    folder = folder_of(world, "twoshop")
    assert (folder / "media" / "a.png").read_bytes() == b"png"
    assert "OneShop offer" in (folder / "config" / "templates.yaml").read_text(encoding="utf-8")
    assert not (folder / "cookies.json").exists()
    with pytest.raises(KeyError):
        manager.roster.add(NewAccount("Three", "ThreeShop", clone_of="nobody"))


def test_accounts_that_the_panel_adds_or_clones_post_little_at_first_and_those_of_before_as_ever(world: World) -> None:
    world.add("one", "OneShop")
    manager = world.open()
    manager.roster.add(NewAccount("Two", "TwoShop"))
    manager.roster.add(NewAccount("Three", "ThreeShop", clone_of="one"))
    limits = {key: manager.account_view(key).posts_limit for key in ("one", "twoshop", "threeshop")}
    assert limits == {"one": 50, "twoshop": 2, "threeshop": 2}
    world.clock.advance(8 * 86400)
    manager._viewing.refresh()
    assert manager.account_view("threeshop").posts_limit == 5


# changing


def test_a_change_is_taken_up_at_once_and_keeps_what_it_does_not_name(world: World) -> None:
    world.add("one", "OneShop")
    world.home.entries[0]["mine"] = "kept"
    world.home.write()
    manager = world.open()
    manager.roster.change("one", {"enabled": False, "groups": ["bali"], "name": "Toko Baru"})
    view = manager.account_view("one")
    assert (view.state.kind, view.groups, view.name) == (StateKind.DISABLED, ("bali",), "Toko Baru")
    assert listed(world)["one"]["mine"] == "kept"


def test_of_two_who_change_the_same_account_the_second_is_told(world: World) -> None:
    world.add("one", "OneShop")
    world.add("two", "TwoShop")
    manager = world.open()
    one, two = manager.roster.entry("one"), manager.roster.entry("two")
    manager.roster.change("one", {"name": "First"}, one.mark)
    with pytest.raises(ChangedMeanwhile):
        manager.roster.change("one", {"name": "Second"}, one.mark)
    manager.roster.change("two", {"name": "Another account is another matter"}, two.mark)
    assert listed(world)["one"]["name"] == "First"


@pytest.mark.parametrize("values", [{"username": "no handle"}, {"enabled": "perhaps"}, {"driver": "horse"}])
def test_a_value_that_is_none_is_refused_and_changes_nothing(world: World, values: dict[str, Any]) -> None:
    world.add("one", "OneShop")
    manager = world.open()
    before = listed(world)
    with pytest.raises(SettingsError):
        manager.roster.change("one", values)
    assert listed(world) == before


def test_id_and_folder_are_not_changed(world: World) -> None:
    world.add("one", "OneShop")
    manager = world.open()
    for values in ({"id": "uno"}, {"folder": "elsewhere"}):
        with pytest.raises(RosterRefusal):
            manager.roster.change("one", values)


def test_a_hand_edit_between_two_changes_stays(world: World) -> None:
    world.add("one", "OneShop")
    manager = world.open()
    manager.roster.change("one", {"name": "A"})
    file = world.home.root / "config" / "accounts.yaml"
    file.write_text(file.read_text("utf-8").replace("version:", "# by hand\nversion:"), "utf-8")
    manager.roster.change("one", {"name": "B"})
    assert "# by hand" in file.read_text("utf-8")


def test_many_at_once_lose_nothing_and_leave_a_list_that_can_be_read_at_every_moment(world: World) -> None:
    manager = world.open()
    file = world.home.root / "config" / "accounts.yaml"
    over = threading.Event()
    unreadable: list[object] = []

    def watch() -> None:
        while not over.wait(0.02):  # without a breath it would take a core from those it watches
            if file.exists() and not isinstance(yaml.safe_load(file.read_text("utf-8")), dict):
                unreadable.append(file.read_text("utf-8"))

    def work(number: int) -> None:
        for count in range(4):
            account_id = manager.roster.add(NewAccount("x", f"Shop{number}_{count}"))
            manager.roster.change(account_id, {"groups": [f"g{number}"]})
            if count == 3:
                manager.roster.remove(account_id, archive=False)

    watcher = threading.Thread(target=watch)
    watcher.start()
    workers = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    over.set()
    watcher.join()
    assert unreadable == []
    assert {key: entry["groups"] for key, entry in listed(world).items()} == {
        f"shop{number}_{count}": [f"g{number}"] for number in range(8) for count in range(3)
    }


# removing and bringing back


def test_a_removed_account_is_gone_and_can_be_brought_back_disabled(world: World) -> None:
    world.add("one", "OneShop")
    manager = world.open()
    manager.run_account("one")
    finish(manager)
    folder = folder_of(world, "one")
    name = manager.roster.remove("one")
    assert not folder.exists()
    assert listed(world) == {}
    with pytest.raises(KeyError):
        manager.account_view("one")
    assert [each.name for each in manager.roster.archives()] == [name]
    assert manager.roster.restore(name) == "one"
    assert state(manager, "one") is StateKind.DISABLED
    assert [run.posts for run in manager.runs("one")] == [1]
    assert not (folder_of(world, "one") / "cookies.json").exists()


def test_an_archive_holds_no_session_no_login_of_a_proxy_and_no_browser(world: World) -> None:
    folder = world.add("one", "OneShop", session="canary-session")
    world.home.entries[0]["proxy"] = "http://user:canary-proxy@127.0.0.1:9"
    world.home.write()
    profile = folder / "data" / "profile" / "Default"
    profile.mkdir(parents=True)
    (profile / "Cookies").write_text("canary-profile", encoding="utf-8")
    (folder / "cookies.json.bak").write_text("canary-backup", encoding="utf-8")
    (folder / "private").mkdir()
    (folder / "private" / "login.json.old").write_text("canary-elsewhere", encoding="utf-8")
    settings = folder / "config" / "settings.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("account:", "account:\n  cookies_file: private/login.json"), encoding="utf-8")
    manager = world.open()
    name = manager.roster.archive("one")
    with zipfile.ZipFile(world.home.root / "archive" / name) as archive:
        content = b"".join(archive.read(each) for each in archive.namelist())
    assert b"canary" not in content
    assert b"http://127.0.0.1:9" in content


def test_an_account_at_work_ends_its_run_before_it_is_removed(world: World) -> None:
    world.add("one", "OneShop")
    manager = world.open()
    world.hold(manager, "one")
    manager.roster.remove("one")
    assert world.x.open_clients == 0
    assert listed(world) == {}


def test_a_new_account_under_the_id_of_a_removed_one_begins_anew(world: World) -> None:
    world.add("one", "OneShop")
    manager = world.open()
    manager.roster.remove("one", archive=False)
    manager.roster.add(NewAccount("One", "OtherShop", id="one"))
    assert state(manager, "one") is StateKind.WAITING
    assert manager.roster.archives() == []


def test_the_home_of_the_single_account_of_old_is_never_deleted(world: World) -> None:
    world.add("one", "OneShop")
    folder = world.home.root / "accounts" / "one_OneShop"
    for file in list(folder.iterdir()):
        if file.name != "config":
            file.rename(world.home.root / file.name)
    for file in (folder / "config").iterdir():
        file.rename(world.home.root / "config" / file.name)
    world.home.entries[0]["folder"] = "."
    world.home.write()
    manager = world.open()
    manager.roster.remove("one", archive=False)
    assert (world.home.root / "config" / "settings.yaml").exists()
    assert listed(world) == {}


def test_what_waited_in_its_queue_comes_back_as_drafts_since_it_may_have_been_sent_meanwhile(world: World) -> None:
    world.add("one", "OneShop")
    manager = world.open()
    manager.queues.add("one", Written("Toko buka"), "budi")
    name = manager.roster.archive("one")
    manager.run_account("one", "morning")
    finish(manager)
    manager.roster.remove("one", archive=False)
    account_id = manager.roster.restore(name)
    (post,) = manager.queues.look(account_id).posts
    assert post.state is PostState.DRAFT
    assert "it came back with an archive" in post.reason


def test_an_account_whose_id_is_taken_comes_back_under_another(world: World) -> None:
    world.add("one", "OneShop")
    manager = world.open()
    name = manager.roster.remove("one")
    manager.roster.add(NewAccount("New", "OtherShop", id="one"))
    assert manager.roster.restore(name) == "oneshop"
    with pytest.raises(RosterRefusal, match="used by the account"):
        manager.roster.restore(name)
    with pytest.raises(KeyError):
        manager.roster.restore("../../etc/passwd")


def test_an_archive_that_was_tampered_with_is_refused_and_leaves_nothing(world: World) -> None:
    world.add("one", "OneShop")
    manager = world.open()
    name = manager.roster.remove("one")
    file = world.home.root / "archive" / name
    with zipfile.ZipFile(file) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    manifest = json.loads(parts["manifest.json"])
    manifest["entry"]["id"] = "../../x"
    manifest["entry"]["folder"] = "../../elsewhere"
    parts["manifest.json"] = json.dumps(manifest).encode()
    parts["config/settings.yaml"] += b"# more\n"
    with zipfile.ZipFile(file, "w") as archive:
        for each, content in parts.items():
            archive.writestr(each, content)
    with pytest.raises(ArchiveError, match="damaged"):
        manager.roster.restore_file(file)
    assert listed(world) == {}
    assert list((world.home.root / "accounts").iterdir()) == []


# former states of the list


def test_a_former_state_of_the_list_can_be_put_back(world: World) -> None:
    world.add("one", "OneShop")
    manager = world.open()
    manager.roster.change("one", {"name": "Changed"})
    [version] = manager.roster.versions()
    assert "Shop OneShop" in manager.roster.version(version.id)
    _, mark = manager.roster.read_list()
    manager.roster.restore_version(version.id, mark)
    assert manager.account_view("one").name == "Shop OneShop"
    with pytest.raises(ChangedMeanwhile):
        manager.roster.restore_version(version.id, mark)
