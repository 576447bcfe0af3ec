"""Backups of a working fleet: made when they are due, put back without anything going out twice."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from bot.account_manager import AccountManager
from bot.backups_view import Fate
from bot.errors import ArchiveError, AviaryError
from bot.fleet_view import Refusal, StateKind
from bot.outcomes.view import Entry
from bot.roster_view import NewAccount
from bot.settings.home import Home
from bot.storage import swaps
from bot.storage.database import Database
from bot.storage.planned_posts import PostState, Written
from bot.storage.swaps import finish_swaps
from tests import legacy
from tests.worlds import World, finish, pass_time, state


def made(manager: AccountManager) -> str:
    """Have a backup made by hand, and wait for it; its name."""
    assert not isinstance(manager.backups.begin(), Refusal)
    wait(manager)
    return manager.backups.all()[0].name


def wait(manager: AccountManager) -> None:
    thread = manager.backups._thread
    assert thread is not None
    thread.join(60)
    work = manager.backups.work
    assert work is not None
    assert (work.is_running, work.trouble) == (False, "")


def restore(manager: AccountManager, name: str, account_id: str = "") -> str:
    return manager.backups.restore_file(manager.backups.folder / name, account_id)


def write(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def listed(world: World) -> dict[str, Any]:
    text = (world.home.root / "config" / "accounts.yaml").read_text(encoding="utf-8")
    return {entry["id"]: entry for entry in yaml.safe_load(text)["accounts"]}


@pytest.fixture
def two(world: World) -> tuple[World, AccountManager]:
    world.add("one", "OneShop")
    world.add("two", "TwoShop")
    return world, world.open()


def test_a_restored_account_waits_for_a_person_and_knows_what_it_sent_since(two: tuple[World, AccountManager]) -> None:
    world, manager = two
    folder = world.home.root / "accounts" / "one_OneShop"
    manager.queues.add("one", Written("Toko buka"), "budi")
    name = made(manager)
    before = (folder / "config" / "templates.yaml").read_bytes()
    write(folder / "config" / "templates.yaml", "offer 1", "offer 99")
    manager.run_account("one", "morning")
    finish(manager)
    (post,) = manager.posts("one")
    told = restore(manager, name, "one")
    assert "1 posts that were sent since" in told
    assert (folder / "config" / "templates.yaml").read_bytes() == before
    assert [each.text for each in manager.posts("one")] == [post.text]
    assert state(manager, "one") is StateKind.NEEDS_ATTENTION
    assert state(manager, "two") is StateKind.WAITING
    posts = len(manager.posts("one"))
    pass_time(world, manager, world.clock.now() + timedelta(hours=3))
    assert len(manager.posts("one")) == posts


def test_what_waited_is_held_and_what_was_sent_since_is_never_queued_again(two: tuple[World, AccountManager]) -> None:
    _world, manager = two
    for text in ("Toko buka", "Toko tutup"):
        manager.queues.add("one", Written(text), "budi")
    name = made(manager)
    manager.run_account("one", "morning")
    finish(manager)
    assert [post.text for post in manager.posts("one")] == ["Toko buka"]
    restore(manager, name, "one")
    (post,) = manager.queues.look("one").posts
    assert (post.text, post.state) == ("Toko tutup", PostState.DRAFT)
    assert "look whether it was sent" in post.reason
    manager.start_account("one")
    manager.run_account("one", "morning")
    finish(manager)
    assert [post.text for post in manager.posts("one")].count("Toko buka") == 1


def test_the_slot_that_has_run_since_does_not_run_again_after_the_restore(two: tuple[World, AccountManager]) -> None:
    world, manager = two
    name = made(manager)
    pass_time(world, manager, world.clock.now() + timedelta(minutes=5))
    assert len(manager.posts("one")) == 1
    restore(manager, name)
    for account_id in ("one", "two"):
        manager.start_account(account_id)
    pass_time(world, manager, world.clock.now() + timedelta(hours=5))
    assert [len(manager.posts(account_id)) for account_id in ("one", "two")] == [1, 1]


def test_an_account_at_work_is_ended_first(two: tuple[World, AccountManager]) -> None:
    world, manager = two
    name = made(manager)
    world.hold(manager, "one")
    restore(manager, name, "one")
    assert world.x.open_clients == 0
    assert state(manager, "one") is StateKind.NEEDS_ATTENTION


def test_all_brings_back_removed_accounts_and_keeps_those_it_does_not_know(two: tuple[World, AccountManager]) -> None:
    world, manager = two
    name = made(manager)
    manager.roster.remove("two", archive=False)
    manager.roster.add(NewAccount("Three", "ThreeShop", id="three"))
    preview = manager.backups.preview(name)
    assert {each.id: each.fate for each in preview.accounts} == {
        "one": Fate.REPLACED,
        "two": Fate.ADDED,
        "three": Fate.KEPT,
    }
    assert "config/accounts.yaml" in preview.settings
    restore(manager, name)
    assert set(listed(world)) == {"one", "two", "three"}
    assert (world.home.root / "accounts" / "two_TwoShop" / "config" / "settings.yaml").exists()
    assert state(manager, "two") is StateKind.NEEDS_ATTENTION
    assert any(each.kind == "before-restore" for each in manager.backups.all())


def test_media_of_groups_come_back_and_those_that_are_there_stay(two: tuple[World, AccountManager]) -> None:
    world, manager = two
    media = world.home.root / "data" / "group-media" / "media"
    media.mkdir(parents=True)
    (media / "kopi.png").write_bytes(b"of the backup")
    (media / "teh.png").write_bytes(b"of the backup")
    name = made(manager)
    (media / "kopi.png").unlink()
    (media / "teh.png").write_bytes(b"of now")
    (media / "susu.png").write_bytes(b"of now")
    restore(manager, name)
    found = {file.name: file.read_bytes() for file in media.iterdir()}
    assert found == {"kopi.png": b"of the backup", "teh.png": b"of now", "susu.png": b"of now"}


def test_logins_that_were_left_out_are_taken_from_the_list_that_is_there(world: World) -> None:
    world.add("one", "OneShop")
    world.home.entries[0]["proxy"] = "http://user:secret@proxy.example:8080"
    world.home.write()
    manager = world.open()
    restore(manager, made(manager))
    assert listed(world)["one"]["proxy"] == "http://user:secret@proxy.example:8080"


def test_a_session_that_is_there_stays_and_one_without_its_key_is_left_out(two: tuple[World, AccountManager]) -> None:
    world, manager = two
    folder = world.home.root / "accounts" / "one_OneShop"
    manager.run_account("one")
    finish(manager)
    name = made(manager)
    present = (folder / "cookies.json").read_bytes()
    (folder / "cookies.json").write_bytes(present + b"\n")
    restore(manager, name, "one")
    assert (folder / "cookies.json").read_bytes() == present + b"\n"
    (folder / "cookies.json").unlink()
    (world.home.root / "data" / "session.key").unlink()
    assert "not here; import its cookies on its tab Session" in restore(manager, name, "one")
    assert not (folder / "cookies.json").exists()


def test_the_list_keeps_its_comments_and_what_is_equal_letter_by_letter(two: tuple[World, AccountManager]) -> None:
    world, manager = two
    file = world.home.root / "config" / "accounts.yaml"
    more = "\n".join(
        [
            "settings:",
            "  minimum_gap_seconds: 5     # short",
            "  browser:",
            "    language: 'en-US'   # as the shop writes",
            "  backup: {keep: 9}",
            "",
        ]
    )
    text = file.read_text(encoding="utf-8").partition("settings:")[0] + more
    file.write_text(text, encoding="utf-8")
    name = made(manager)
    restore(manager, name)
    assert file.read_text(encoding="utf-8") == text
    file.write_text(text.replace("keep: 9", "keep: 3").replace("seconds: 5", "seconds: 8"), encoding="utf-8")
    restore(manager, name)
    assert file.read_text(encoding="utf-8") == text


def test_a_handle_that_another_account_has_now_is_refused_and_nothing_changes(
    two: tuple[World, AccountManager],
) -> None:
    world, manager = two
    name = made(manager)
    manager.roster.remove("two", archive=False)
    manager.roster.add(NewAccount("New", "TwoShop", id="other"))
    before = listed(world)
    with pytest.raises(ArchiveError, match="its handle is used by the account other"):
        restore(manager, name)
    assert listed(world) == before


def test_what_was_read_since_the_backup_stays_known(world: World) -> None:
    folder = world.add("one", "OneShop")
    manager = world.open()
    name = made(manager)
    manager.run_account("one")
    finish(manager)

    def known() -> list[tuple[object, ...]]:
        database = Database(folder / "data" / "metrics.db", "account")
        try:
            tables = ("own_posts", "post_readings", "profile_readings")
            return [tuple(row) for table in tables for row in database.rows(f"SELECT * FROM {table}")]
        finally:
            database.close()

    before = known()
    assert len(before) == 3
    restore(manager, name)
    assert known() == before


def test_a_list_that_is_lost_or_broken_comes_back(world: World) -> None:
    world.add("one", "OneShop")
    manager = world.open()
    manager.run_account("one")
    finish(manager)
    name = made(manager)
    good = (world.home.root / "config" / "accounts.yaml").read_bytes()
    for bad in ("accounts: [", ""):
        (world.home.root / "config" / "accounts.yaml").write_text(bad, encoding="utf-8")
        manager.close()
        world.managers.remove(manager)
        manager = world.open()
        restore(manager, name)
        assert (world.home.root / "config" / "accounts.yaml").read_bytes() == good
        assert state(manager) is StateKind.NEEDS_ATTENTION
        assert len(manager.posts("one")) == 1


def test_the_single_account_of_old_is_put_back_where_it_lies(world: World) -> None:
    root = world.home.root
    legacy.write_account(root)
    legacy.write_metrics(root / "data" / "metrics.db")
    (root / "media").mkdir()
    (root / "media" / "a.png").write_bytes(b"png")
    (root / "main.py").write_text("print()", encoding="utf-8")
    manager = world.open()
    name = made(manager)
    files = ("config/settings.yaml", "config/templates.yaml", "media/a.png")
    before = {each: (root / each).read_bytes() for each in files}
    cookies = (root / "cookies.json").read_bytes()
    for each in files:
        (root / each).write_bytes(before[each] + b"# other\n")
    restore(manager, name)
    assert {each: (root / each).read_bytes() for each in files} == before
    assert (root / "cookies.json").read_bytes() == cookies
    assert not (root / "config" / "accounts.yaml").exists()
    assert (root / "main.py").exists()
    assert state(manager, "account1") is StateKind.NEEDS_ATTENTION


def test_a_failure_before_the_swap_leaves_all_as_it_was(
    two: tuple[World, AccountManager], monkeypatch: pytest.MonkeyPatch
) -> None:
    world, manager = two
    name = made(manager)
    before = {file: file.read_bytes() for file in world.home.root.rglob("*.yaml")}
    monkeypatch.setattr("bot.fleet.backups.merge_fleet", _fails)
    with pytest.raises(ArchiveError, match="broken here"):
        restore(manager, name)
    assert {file: file.read_bytes() for file in world.home.root.rglob("*.yaml")} == before
    assert state(manager, "one") is StateKind.WAITING
    assert not (world.home.root / ".restore").exists()


def _fails(*_: object, **__: object) -> None:
    raise ArchiveError("broken here")


def test_a_crash_at_any_rename_leaves_the_old_or_the_new_whole(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.add("one", "OneShop")
    manager = world.open()
    folder = world.home.root / "accounts" / "one_OneShop"
    name = made(manager)
    good = (folder / "config" / "templates.yaml").read_bytes()
    renames = 0
    real = Path.rename

    def count_down(self: Path, target: Path) -> Path:
        nonlocal left, renames
        if ".restore" in str(self) + str(target) and is_swapping:
            renames += 1
            left -= 1
            if left == 0:
                raise KeyboardInterrupt
        return real(self, target)

    real_swap = swaps._carry_out

    def carry_out(*arguments: Any) -> None:
        nonlocal is_swapping
        is_swapping = True
        try:
            real_swap(*arguments)
        finally:
            is_swapping = False

    monkeypatch.setattr(Path, "rename", count_down)
    monkeypatch.setattr(swaps, "_carry_out", carry_out)
    is_swapping, step = False, 0
    while True:
        step, left = step + 1, step + 1
        write(folder / "config" / "templates.yaml", "offer", f"other{step} offer")
        manager.reload()
        try:
            restore(manager, name, "one")
        except KeyboardInterrupt:
            left = 0
            assert finish_swaps(Home(world.home.root))
            manager.reload()
            assert (folder / "config" / "templates.yaml").read_bytes() == good
            assert not (world.home.root / ".restore").exists()
            assert manager.posts("one") == []
            continue
        assert (folder / "config" / "templates.yaml").read_bytes() == good
        break
    assert step > 4


def test_a_backup_is_made_when_it_is_due_and_the_last_seven_are_kept(two: tuple[World, AccountManager]) -> None:
    world, manager = two
    manager.backups.look()
    assert manager.backups.all() == []
    world.clock.advance(3600)
    for day in range(9):
        manager.backups.look()
        wait(manager)
        assert len(manager.backups.all()) == min(day + 1, 7)
        manager.backups.look()
        assert not manager.backups._is_busy
        world.clock.advance(86400)


def test_a_time_of_the_day_can_be_named(world: World) -> None:
    world.home.fleet["backup"] = {"at": "03:30", "keep": 2}
    world.add("one", "OneShop")
    manager = world.open()
    due = manager.backups.next_at
    assert due is not None
    assert (due.astimezone().hour, due.astimezone().minute) == (3, 30)
    assert timedelta(0) < due - world.clock.now() <= timedelta(days=1)


def test_one_that_fails_is_told_and_tried_again_an_hour_later(two: tuple[World, AccountManager]) -> None:
    world, manager = two
    (world.home.root / "backups").write_text("in the way", encoding="utf-8")
    manager.backups.look()
    world.clock.advance(3600)
    manager.backups.look()
    thread = manager.backups._thread
    assert thread is not None
    thread.join(30)
    assert any("The last backup" in line for line in manager.overview().warnings)
    manager.backups.look()
    assert not manager.backups._is_busy
    (world.home.root / "backups").unlink()
    world.clock.advance(3601)
    manager.backups.look()
    wait(manager)
    assert manager.overview().warnings == ()


def test_only_one_is_made_at_a_time(two: tuple[World, AccountManager], monkeypatch: pytest.MonkeyPatch) -> None:
    _world, manager = two
    gate = threading.Event()
    monkeypatch.setattr("bot.fleet.backups.write_backup", lambda *_: gate.wait(30) and _fails())
    manager.backups.begin()
    assert isinstance(manager.backups.begin(), Refusal)
    gate.set()
    assert manager.backups._thread is not None
    manager.backups._thread.join(30)
    assert manager.backups.work is not None
    assert "broken here" in manager.backups.work.trouble


# bundles


def test_a_bundle_moves_an_account_with_its_session_where_the_key_is_the_same(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AVIARY_KEY", "bXktMzItYnl0ZS1rZXktZm9yLXRlc3RzLW9ubHkhISE=")
    world.add("one", "OneShop")
    manager = world.open()
    manager.run_account("one")
    finish(manager)
    bundle = manager.backups.bundle("one")
    there = World(tmp_path / "there")
    account_id, left_out = there.open().backups.take_bundle(bundle)
    assert (account_id, left_out) == ("one", ())
    assert there.managers[0].sessions.look("one").saved_at is not None
    there.close()
    monkeypatch.setenv("AVIARY_KEY", "")
    elsewhere = World(tmp_path / "elsewhere")
    account_id, left_out = elsewhere.open().backups.take_bundle(bundle)
    assert "session was left out" in left_out[0]
    assert "import its cookies on its tab Session" in left_out[0]
    assert not (tmp_path / "elsewhere" / "accounts" / "one_OneShop" / "cookies.json").exists()
    elsewhere.close()


def test_a_bundle_that_is_a_backup_is_refused(two: tuple[World, AccountManager]) -> None:
    _world, manager = two
    name = made(manager)
    with pytest.raises(AviaryError):
        manager.backups.take_bundle(manager.backups.folder / name)


def test_orders_that_came_since_stay_and_codes_are_known_where_the_backup_is_put_back(
    two: tuple[World, AccountManager], tmp_path: Path
) -> None:
    _world, manager = two
    desk, codes = manager.outcomes, manager._number_rooms.codes
    kept = desk.enter(Entry("one", orders=1), "hand", "budi")[0].outcome
    gone = desk.enter(Entry("one", orders=10), "hand", "budi")[0].outcome
    code = codes.free_code("one", Random(3))
    codes.bind(code, "one", "promo", "T", 1)
    name = made(manager)
    desk.change("one", kept.id, Entry(orders=2), 1)
    desk.delete("one", gone.id, 1)
    desk.enter(Entry("one", orders=100, external_id="INV-1"), "api", "a shop")
    restore(manager, name)
    assert desk.look("one").sums[1].orders == 102
    other = World(tmp_path / "other")
    other.add("one", "OneShop")
    elsewhere = other.open()
    elsewhere.backups.restore_file(manager.backups.folder / name, "one")
    found = elsewhere._number_rooms.codes.find(code)
    assert found is not None
    assert (found.account_id, elsewhere.outcomes.look("one").sums[1].orders) == ("one", 11)
    other.close()
