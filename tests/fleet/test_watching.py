"""What the fleet finds worth telling, from what it shows; over a real manager."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.account_manager import AccountManager
from bot.fleet.aside import Aside
from bot.notifications.causes import Cause, Kind
from bot.storage.panel import PanelStore
from bot.storage.standings import StandingKind
from tests.homes import write_yaml
from tests.worlds import World
from webapp import Access, create_app


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "home")
    for account_id, handle in (("one", "OneShop"), ("two", "TwoShop")):
        world.add(account_id, handle)
    yield world
    world.close()


def folder(world: World, account_id: str) -> Path:
    """Of the account."""
    return next(world.home.root / str(each["folder"]) for each in world.home.entries if each["id"] == account_id)


def found(manager: AccountManager, kind: Kind, account_id: str = "") -> list[Cause]:
    sight = manager._number_rooms.watching.look()
    return [each for each in sight.causes if each.kind is kind and each.account_id == account_id]


def test_a_fleet_in_order_has_nothing_to_tell(world: World) -> None:
    manager = world.open()
    assert manager._number_rooms.watching.look().causes == ()


def test_an_account_that_needs_attention_is_one_cause_whatever_it_does_meanwhile(world: World) -> None:
    manager = world.open()
    stand = manager._standings
    stand.set("one", StandingKind.NEEDS_ATTENTION, reason="x.com shows its login", remedy="Import a session.")
    [cause] = found(manager, Kind.TROUBLE, "one")
    assert (cause.what, cause.remedy) == ("needs attention: x.com shows its login", "Import a session.")
    assert cause.path == "/accounts/one"
    assert found(manager, Kind.TROUBLE, "two") == []


def test_a_failing_account_is_the_same_cause_with_each_failure_until_a_run_worked(world: World) -> None:
    manager = world.open()
    for failures in (3, 4):
        until = world.clock.now() + timedelta(minutes=30)
        manager._standings.set("one", StandingKind.FAILING, reason=f"{failures} runs failed", until=until)
        [cause] = found(manager, Kind.TROUBLE, "one")
        world.clock.advance(3600)  # its rest is over, and nothing has worked yet
        [later] = found(manager, Kind.TROUBLE, "one")
        assert later.key == cause.key
    manager._standings.set("one", StandingKind.ACTIVE)
    assert found(manager, Kind.TROUBLE, "one") == []


def test_files_that_cannot_be_read_are_trouble_and_leave_all_else_of_the_account_as_it_was(world: World) -> None:
    manager = world.open()
    (folder(world, "one") / "config" / "settings.yaml").write_text("account: [", encoding="utf-8")
    world.clock.advance(3)
    manager.reload()
    sight = manager._number_rooms.watching.look()
    [cause] = [each for each in sight.causes if each.account_id == "one"]
    assert cause.kind is Kind.TROUBLE
    assert {kind for kind, folder in sight.unseen if folder == cause.folder} >= {Kind.REVIEW, Kind.SESSION, Kind.RUNWAY}


def test_a_missing_session_is_told(world: World) -> None:
    (folder(world, "one") / "cookies.json").unlink()
    manager = world.open()
    [cause] = found(manager, Kind.SESSION, "one")
    assert cause.path == "/accounts/one/session"
    assert cause.remedy


def test_texts_that_run_out_are_told_in_two_sentences_that_stand_alone(world: World) -> None:
    write_yaml(folder(world, "one") / "config" / "templates.yaml", {"promo_templates": ["a", "b"]})
    manager = world.open()
    manager._runways.refresh()
    [cause] = found(manager, Kind.RUNWAY, "one")
    assert cause.what == "The texts of promo_templates last for 2 more days"
    assert cause.remedy == "Write more, or let slots post less often."


def test_a_pause_that_began_by_itself_is_told_and_one_of_a_person_is_not(world: World) -> None:
    manager = world.open()
    manager.pause_fleet()
    assert found(manager, Kind.TROUBLE) == []
    manager.resume_fleet()
    manager._viewing._pause.begin("several accounts fell into trouble")
    [cause] = found(manager, Kind.TROUBLE)
    assert "several accounts fell into trouble" in cause.what


def test_before_its_texts_were_looked_at_nothing_is_said_of_an_account_s_runway(world: World) -> None:
    manager = world.open()
    assert {kind for kind, _ in manager._number_rooms.watching.look().unseen} == {Kind.RUNWAY}
    manager._runways.refresh()
    assert manager._number_rooms.watching.look().unseen == frozenset()


def test_disabled_accounts_are_left_alone(world: World) -> None:
    world.home.entries[0]["enabled"] = False
    world.home.write()
    (folder(world, "one") / "cookies.json").unlink()
    manager = world.open()
    assert [each for each in manager._number_rooms.watching.look().causes if each.account_id == "one"] == []


def test_one_look_is_taken_at_a_time(world: World) -> None:
    manager = world.open()
    watch = Aside(manager.notifications.look, "watch")
    for _ in range(3):
        watch.begin()
    watch.wait()
    manager._standings.set("one", StandingKind.NEEDS_ATTENTION, reason="lock")
    watch.begin()
    watch.wait()
    assert [each.kind for each in manager.notifications.messages.lasting().values()] == [Kind.TROUBLE]


def test_pages_that_causes_lead_to_are_there(world: World) -> None:
    manager = world.open()
    manager._standings.set("one", StandingKind.NEEDS_ATTENTION, reason="lock")
    (folder(world, "two") / "cookies.json").unlink()
    app = create_app(manager, Access(PanelStore(manager.home.data), world.clock), clock=world.clock)
    routes = app.url_map.bind("localhost")
    paths = {each.path for each in manager._number_rooms.watching.look().causes}
    assert paths == {"/accounts/one", "/accounts/two/session"}
    for path in (
        *paths,
        "/accounts/one/content",
        "/accounts/one/queue",
        "/approvals",
        "/backups",
        "/summaries/2026-11-27",
    ):
        assert routes.match(path)
