"""What edits of accounts.yaml do to accounts that work, wait, or stand in trouble."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.account_manager import AccountManager
from bot.errors import AccountLocked
from bot.fleet.records import open_records
from bot.fleet_view import RunState, StateKind, Trigger
from bot.settings.home import AccountFolder
from tests.engines import START
from tests.homes import DAY_LONG, NO_DELAYS
from tests.worlds import World, finish, pass_time, state


def _rename(world: World, manager: AccountManager, old: str, new: str) -> None:
    for entry in world.home.entries:
        if entry["id"] == old:
            entry["id"] = new
    world.home.write()
    manager.reload()


def _few_posts(world: World, account_id: str = "one", handle: str = "OneShop") -> Path:
    limits = {**DAY_LONG, "tweets_per_day": 1}
    return world.add(account_id, handle, safety={"delays": NO_DELAYS, "rate_limits": limits})


def _runs(folder: Path) -> list[tuple[str, str]]:
    with open_records(AccountFolder(folder)) as records:
        return [(run.state, run.reason) for run in records.journal.runs(10)]


def test_an_account_with_another_id_keeps_what_counts_against_its_limits(world: World) -> None:
    _few_posts(world)
    manager = world.open()
    manager.run_account("one")
    finish(manager)
    _rename(world, manager, "one", "uno")
    manager.run_account("uno")
    finish(manager)
    assert len(world.x.posts_of("OneShop")) == 1


def test_also_when_the_id_was_changed_while_aviary_was_not_running(world: World) -> None:
    _few_posts(world)
    world.x.fail_next("log_in", AccountLocked("locked"), handle="OneShop")
    manager = world.open()
    manager.run_account("one")
    finish(manager)
    manager.close()
    world.managers.clear()
    world.home.entries[0]["id"] = "uno"
    world.home.write()
    again = world.open()
    assert state(again, "uno") is StateKind.NEEDS_ATTENTION
    assert "needs attention first" in again.run_account("uno")


def test_accounts_whose_ids_change_places_take_their_standing_along(world: World) -> None:
    world.add("one", "OneShop")
    world.add("two", "TwoShop")
    manager = world.open()
    manager.stop_account("one")
    manager.pause_accounts(["two"])
    world.home.entries[0]["id"], world.home.entries[1]["id"] = "two", "one"
    world.home.write()
    manager.reload()
    assert state(manager, "two") is StateKind.STOPPED
    assert state(manager, "one") is StateKind.PAUSED


def test_an_account_in_a_new_folder_begins_anew_under_the_id_of_one_that_is_gone(world: World) -> None:
    world.add("one", "OneShop")
    manager = world.open()
    manager.stop_account("one")
    world.home.entries.clear()
    world.home.write()
    manager.reload()
    world.add("other", "TwoShop")
    manager.reload()
    assert state(manager, "other") is StateKind.WAITING


def test_an_account_that_gets_another_id_at_work_ends_its_run_and_never_opens_a_second_browser(world: World) -> None:
    world.add("one", "OneShop")
    world.home.fleet["max_concurrent_accounts"] = 3
    world.home.write()
    manager = world.open()
    world.hold(manager, "one")
    _rename(world, manager, "one", "uno")
    assert "has a run already" in manager.run_account("uno")
    world.gate.set()
    finish(manager)
    [run] = manager.runs("uno")
    assert (run.state, run.reason) == (RunState.STOPPED, "its id in config/accounts.yaml was changed")
    assert state(manager, "uno") is StateKind.WAITING
    assert world.x.most_open_clients == 1


def test_a_run_that_waits_belongs_to_the_new_id(world: World) -> None:
    world.home.fleet["max_concurrent_accounts"] = 1
    world.add("one", "OneShop")
    world.add("two", "TwoShop")
    manager = world.open()
    world.hold(manager, "one")
    manager.run_account("two")
    _rename(world, manager, "two", "dos")
    assert state(manager, "dos") is StateKind.QUEUED
    world.gate.set()
    finish(manager)
    assert [run.state for run in manager.runs("dos")] == [RunState.PARTLY]
    assert len(world.x.posts_of("TwoShop")) == 1


def test_a_mistake_in_the_list_that_is_mended_loses_no_run(world: World) -> None:
    world.home.fleet["max_concurrent_accounts"] = 1
    world.add("one", "OneShop")
    world.add("two", "TwoShop")
    manager = world.open()
    world.hold(manager, "one")
    manager.run_account("two")
    for entry in world.home.entries:
        entry["enabled"] = "perhaps"
    world.home.write()
    manager.reload()
    for entry in world.home.entries:
        entry["enabled"] = True
    world.home.write()
    manager.reload()
    world.gate.set()
    finish(manager)
    assert [run.posts for run in manager.runs("one") + manager.runs("two")] == [1, 1]


def test_trouble_counts_although_the_account_is_out_of_the_list_at_that_moment(world: World) -> None:
    world.add("one", "OneShop")
    world.x.fail_next("log_in", AccountLocked("locked"), handle="OneShop")
    manager = world.open()
    world.hold(manager, "one")
    entries = list(world.home.entries)
    world.home.entries.clear()
    world.home.write()
    manager.reload()
    world.gate.set()
    finish(manager)
    world.home.entries += entries
    world.home.write()
    manager.reload()
    assert state(manager) is StateKind.NEEDS_ATTENTION
    assert manager.why("one", words="needs attention"), "and stands in the record"


def test_a_run_that_waits_for_an_account_that_is_gone_ends_in_its_record_at_its_turn(world: World) -> None:
    world.home.fleet["max_concurrent_accounts"] = 1
    world.add("one", "OneShop")
    folder = world.add("two", "TwoShop")
    manager = world.open()
    world.hold(manager, "one")
    manager.run_account("two")
    world.home.entries.pop()
    world.home.write()
    manager.reload()
    world.gate.set()
    finish(manager)
    assert _runs(folder) == [("skipped", "the account was disabled, removed or broken meanwhile")]


def test_a_folder_that_was_taken_away_is_not_made_again(world: World) -> None:
    world.home.fleet["max_concurrent_accounts"] = 1
    world.add("one", "OneShop")
    folder = world.add("two", "TwoShop")
    manager = world.open()
    world.hold(manager, "one")
    manager.run_account("two")
    world.home.entries.pop()
    world.home.write()
    folder.rename(folder.parent.parent / "away")
    manager.reload()
    world.gate.set()
    finish(manager)
    assert not folder.exists()


def test_a_run_planned_in_one_folder_does_not_work_in_another(world: World) -> None:
    world.home.fleet["max_concurrent_accounts"] = 1
    world.add("one", "OneShop")
    before = world.add("two", "TwoShop")
    after = world.add("three", "ThreeShop")
    manager = world.open()
    world.hold(manager, "one")
    manager.run_account("two")
    two, three = world.home.entries[1:]
    two["folder"], two["username"] = three["folder"], "@ThreeShop"
    world.home.entries.pop()
    world.home.write()
    manager.reload()
    world.gate.set()
    finish(manager)
    assert _runs(before) == [("skipped", "the account was disabled, removed or broken meanwhile")]
    assert not AccountFolder(after).metrics_db.exists()
    assert world.x.posts_of("ThreeShop") == []


def test_an_account_that_was_disabled_at_the_start_is_picked_up_when_it_is_enabled(world: World) -> None:
    world.add("one", "OneShop")
    world.x.lose_next_answer(stored=True)
    first = world.open()
    world.x.fail_next("read_own_posts", AccountLocked("locked"))
    first.run_account("one")
    finish(first)
    first.start_account("one")
    first.close()
    world.managers.clear()
    assert len(world.x.posts_of("OneShop")) == 1
    world.home.entries[0]["enabled"] = False
    world.home.write()
    second = world.open()
    second.tick()
    finish(second)
    assert second.posts("one")[0].state == "sending"
    world.home.entries[0]["enabled"] = True
    world.home.write()
    second.reload()
    second.tick()
    finish(second)
    assert second.posts("one")[-1].state == "sent"


def test_a_slot_that_is_switched_off_does_not_run_any_more_though_it_waited(world: World) -> None:
    world.home.fleet["max_concurrent_accounts"] = 1
    world.add("one", "OneShop", schedule={"timezone": "UTC", "morning": {"time": "07:59"}})
    folder = world.add("two", "TwoShop")
    manager = world.open()
    world.hold(manager, "one")
    world.clock.advance(90)
    manager.tick()
    assert state(manager, "two") is StateKind.QUEUED
    settings = folder / "config" / "settings.yaml"
    settings.write_text(settings.read_text("utf-8").replace("morning:", "morning:\n    enabled: false"), "utf-8")
    manager.reload()
    world.gate.set()
    finish(manager)
    assert [(run.state, run.reason) for run in manager.runs("two")] == [
        (RunState.SKIPPED, "the slot was switched off or removed meanwhile")
    ]


def test_what_rested_and_is_not_gone_on_with_ends_partly_for_it_has_worked(world: World) -> None:
    world.home.fleet["global_rate_limit"] = {"tweets_per_hour": 500, "likes_per_hour": 1, "follows_per_hour": 500}
    world.add("one", "OneShop")
    for number in range(4):
        world.x.add_post(f"stranger{number}", f"cari paket data {number}")
    manager = world.open()
    pass_time(world, manager, START + timedelta(minutes=5))
    assert state(manager) is StateKind.LIMITED
    manager.pause_accounts(["one"])
    pass_time(world, manager, START + timedelta(hours=2))
    [run] = manager.runs("one")
    assert run.trigger is Trigger.SCHEDULE
    assert (run.state, run.reason) == (
        RunState.PARTLY,
        "the rest was left out: the account is paused: paused by a person",
    )


def test_staggering_changed_in_the_file_holds_at_once_and_drops_no_slot(world: World) -> None:
    world.home.fleet["stagger_minutes"] = 120
    for number in range(6):
        world.add(f"a{number}", f"Shop{number}")
    manager = world.open()
    pass_time(world, manager, START + timedelta(minutes=20))
    posted = len(world.x.posts)
    assert posted < 6
    world.home.fleet["stagger_minutes"] = 0
    world.home.write()
    manager.reload()
    pass_time(world, manager, START + timedelta(minutes=23))
    assert [len(world.x.posts_of(f"Shop{number}")) for number in range(6)] == [1] * 6
    pass_time(world, manager, START + timedelta(hours=3))
    assert len(world.x.posts) == 6
