"""A post that a person wrote for a moment goes out then, once, or it is told why not."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from bot.account_manager import AccountManager
from bot.errors import DuplicateRefused, PageTimeout, SessionExpired
from bot.fleet.records import open_records
from bot.fleet_view import RunState, StateKind, Trigger
from bot.settings.home import AccountFolder
from bot.storage.journal import Origin
from bot.storage.planned_posts import PlannedPost, PostState, Written
from tests.engines import START
from tests.worlds import World, finish, pass_time, state

NOON = START + timedelta(hours=4)
TEXT = "Toko buka sampai malam"
NO_SLOTS = {"schedule": {"timezone": "UTC", "slots": []}}


def queue(world: World, manager: AccountManager, text: str = TEXT, at: Any = NOON) -> int:
    return manager.queues.add("one", Written(text, (), at), "budi").id


def post_of(manager: AccountManager, number: int = 1) -> PlannedPost:
    return manager.queues.find("one", number)


def texts_on_x(world: World) -> list[str]:
    return [post.text for post in world.x.posts_of("OneShop")]


@pytest.fixture
def manager(world: World) -> AccountManager:
    world.add("one", "OneShop", **NO_SLOTS)
    return world.open()


def restart(world: World, manager: AccountManager, minutes: float) -> AccountManager:
    manager.close()
    world.managers.remove(manager)
    world.clock.advance(minutes * 60)
    return world.open()


def test_it_goes_out_at_its_moment_in_a_run_of_its_own(world: World, manager: AccountManager) -> None:
    queue(world, manager)
    assert manager.account_view("one").next_run == NOON
    pass_time(world, manager, NOON - timedelta(minutes=2))
    assert texts_on_x(world) == []
    pass_time(world, manager, NOON + timedelta(hours=3))
    assert texts_on_x(world) == [TEXT]
    (run,) = manager.runs("one")
    assert (run.slot, run.trigger, run.state) == ("queued post", Trigger.SCHEDULE, RunState.DONE)
    assert run.planned_at == NOON
    texts = [step.text for step in manager.steps("one", run.id)]
    assert f"queued post of budi posted: {TEXT}" in texts
    assert "queued post of budi, written for 12:00" in texts
    assert post_of(manager).state is PostState.SENT
    assert manager.account_view("one").next_run is None


def test_a_restart_at_its_moment_does_not_send_it_twice(world: World, manager: AccountManager) -> None:
    queue(world, manager)
    pass_time(world, manager, NOON)
    for minutes in (0, 1, 30):
        manager = restart(world, manager, minutes)
        manager.tick()
        finish(manager)
    assert texts_on_x(world) == [TEXT]
    assert len(manager.runs("one")) == 1


def test_one_that_was_missed_for_a_short_while_is_caught_up(world: World, manager: AccountManager) -> None:
    queue(world, manager)
    manager = restart(world, manager, 4 * 60 + 50)
    manager.tick()
    finish(manager)
    assert texts_on_x(world) == [TEXT]
    assert manager.runs("one")[0].trigger is Trigger.CATCH_UP


@pytest.mark.parametrize(("within", "minutes"), [(60, 62), (10, 15)])
def test_one_that_was_missed_for_longer_is_told_and_waits_for_a_person(world: World, within: int, minutes: int) -> None:
    world.add("one", "OneShop", schedule={"timezone": "UTC", "queue": {"within_minutes": within}})
    manager = world.open()
    queue(world, manager)
    manager = restart(world, manager, 4 * 60 + minutes)
    pass_time(world, manager, NOON + timedelta(hours=5))
    assert texts_on_x(world) == []
    assert post_of(manager).state is PostState.MISSED
    assert post_of(manager).reason == f"missed by {minutes} min: Aviary was not running or the machine slept"
    assert "queued post of budi was not sent" in manager.why("one")[0].text
    assert manager.account_view("one").warnings[-1].startswith("A queued post was not sent")
    manager.queues.move("one", 1, world.clock.now() + timedelta(minutes=5), 1)
    pass_time(world, manager, world.clock.now() + timedelta(minutes=6))
    assert texts_on_x(world) == [TEXT]


def test_it_waits_for_a_pause_to_end_and_is_missed_when_that_takes_too_long(
    world: World, manager: AccountManager
) -> None:
    queue(world, manager)
    queue(world, manager, "yang kedua", NOON + timedelta(hours=2))
    manager.pause_accounts(["one"])
    pass_time(world, manager, NOON + timedelta(minutes=30))
    manager.resume_accounts(["one"])
    pass_time(world, manager, NOON + timedelta(minutes=33))
    assert texts_on_x(world) == [TEXT]
    manager.pause_fleet()
    pass_time(world, manager, NOON + timedelta(hours=3, minutes=5))
    assert post_of(manager, 2).state is PostState.MISSED
    assert "the fleet is paused: paused by a person" in post_of(manager, 2).reason
    manager.resume_fleet()
    pass_time(world, manager, NOON + timedelta(hours=4))
    assert texts_on_x(world) == [TEXT]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"policy": {"post": "off"}, **NO_SLOTS}, "posting is set to “off” for this account"),
        ({"schedule": {"timezone": "UTC", "enabled": False}}, "the account's schedule is switched off"),
        ({"enabled": False, **NO_SLOTS}, "the account is disabled"),
    ],
)
def test_it_is_not_sent_where_the_account_posts_nothing(world: World, changes: dict[str, Any], why: str) -> None:
    world.add("one", "OneShop", **changes)
    manager = world.open()
    queue(world, manager)
    pass_time(world, manager, NOON + timedelta(minutes=65))
    assert texts_on_x(world) == []
    assert post_of(manager).state is PostState.MISSED
    assert why in post_of(manager).reason


def test_passing_trouble_is_tried_again_until_it_is_too_late(world: World, manager: AccountManager) -> None:
    queue(world, manager)
    world.x.fail_next("post", PageTimeout("the composer did not open"), handle="OneShop")
    pass_time(world, manager, NOON + timedelta(minutes=20))
    assert texts_on_x(world) == [TEXT]
    assert [run.state for run in manager.runs("one")] == [RunState.DONE, RunState.FAILED]
    queue(world, manager, "yang kedua", NOON + timedelta(hours=2))
    for _ in range(10):
        world.x.fail_next("post", PageTimeout("the composer did not open"), handle="OneShop")
    pass_time(world, manager, NOON + timedelta(hours=4))
    assert texts_on_x(world) == [TEXT]
    assert post_of(manager, 2).state is PostState.MISSED


def test_what_x_refuses_is_not_tried_again(world: World, manager: AccountManager) -> None:
    queue(world, manager)
    world.x.fail_next("post", DuplicateRefused("x.com says: already said"), handle="OneShop")
    pass_time(world, manager, NOON + timedelta(hours=2))
    assert post_of(manager).state is PostState.FAILED
    assert len(manager.runs("one")) == 1


def test_an_account_that_needs_attention_sends_it_once_a_person_has_helped(
    world: World, manager: AccountManager
) -> None:
    queue(world, manager)
    world.x.fail_next("log_in", SessionExpired("logged out"), handle="OneShop")
    pass_time(world, manager, NOON + timedelta(minutes=20))
    assert state(manager) is StateKind.NEEDS_ATTENTION
    assert post_of(manager).state is PostState.QUEUED
    manager.start_account("one")
    pass_time(world, manager, NOON + timedelta(minutes=25))
    assert texts_on_x(world) == [TEXT]


def test_a_limit_holds_it_back_no_longer_than_it_may_be_late(world: World) -> None:
    limits = {"rate_limits": {"tweets_per_hour": 1, "tweets_per_day": 50}}
    world.add("one", "OneShop", safety=limits, **NO_SLOTS)
    manager = world.open()
    for number, minutes in enumerate((0, 10, 15)):
        queue(world, manager, f"post {'abc'[number] * 5}", NOON + timedelta(minutes=minutes))
    pass_time(world, manager, NOON + timedelta(hours=3))
    assert len(texts_on_x(world)) == 2
    assert [post_of(manager, number).state for number in (1, 2, 3)] == [
        PostState.SENT,
        PostState.SENT,
        PostState.MISSED,
    ]


def test_one_that_is_moved_while_its_run_waits_goes_out_at_its_new_moment(world: World) -> None:
    world.home.fleet["max_concurrent_accounts"] = 1
    world.add("one", "OneShop", **NO_SLOTS)
    world.add("two", "TwoShop")
    manager = world.open()
    number = queue(world, manager)
    world.clock.advance((NOON - world.clock.now()).total_seconds())
    world.hold(manager, "two")
    manager.tick()
    manager.queues.move("one", number, NOON + timedelta(hours=1), 1)
    world.gate.set()
    finish(manager)
    assert texts_on_x(world) == []
    pass_time(world, manager, NOON + timedelta(hours=2))
    assert texts_on_x(world) == [TEXT]


def test_a_deleted_one_is_not_sent_and_one_brought_back_is(world: World, manager: AccountManager) -> None:
    number = queue(world, manager)
    manager.queues.delete("one", number, 1)
    assert manager.account_view("one").next_run is None
    manager.queues.restore("one", number)
    other = queue(world, manager, "yang kedua")
    manager.queues.delete("one", other, 1)
    pass_time(world, manager, NOON + timedelta(hours=2))
    assert texts_on_x(world) == [TEXT]


@pytest.mark.parametrize("stored", [True, False])
def test_a_lost_answer_is_looked_up_before_anything_else(world: World, manager: AccountManager, stored: bool) -> None:
    queue(world, manager)
    world.x.lose_next_answer(handle="OneShop", stored=stored)
    pass_time(world, manager, NOON + timedelta(minutes=59))
    assert texts_on_x(world) == [TEXT]
    assert post_of(manager).state is PostState.SENT


def test_what_the_process_died_in_is_tried_again_after_the_restart(world: World, manager: AccountManager) -> None:
    number = queue(world, manager)
    folder = AccountFolder(world.home.root / "accounts" / "one_OneShop")
    manager.close()
    world.managers.remove(manager)
    with open_records(folder) as records:  # as if it had died between the intent and the click
        run = records.posts.plan_run(records.posts.find(number), "schedule")
        assert run is not None
        records.journal.start_run(run, NOON)
        records.journal.intend(run, "queued", "", TEXT, (), 99, NOON, Origin(number))
    world.clock.advance((NOON - world.clock.now()).total_seconds() + 60)
    manager = world.open()
    pass_time(world, manager, NOON + timedelta(minutes=20))
    assert texts_on_x(world) == [TEXT]
    assert post_of(manager).state is PostState.SENT


def test_a_run_that_was_entered_when_the_process_died_is_done_once(world: World, manager: AccountManager) -> None:
    number = queue(world, manager)
    folder = AccountFolder(world.home.root / "accounts" / "one_OneShop")
    manager.close()
    world.managers.remove(manager)
    with open_records(folder) as records:
        assert records.posts.plan_run(records.posts.find(number), "schedule") is not None
    world.clock.advance((NOON - world.clock.now()).total_seconds() + 60)
    manager = world.open()
    pass_time(world, manager, NOON + timedelta(hours=2))
    assert texts_on_x(world) == [TEXT]
    assert len(manager.runs("one")) == 1


def test_a_record_that_cannot_be_written_is_tried_again_and_nothing_is_sent_twice(
    world: World, manager: AccountManager
) -> None:
    queue(world, manager)
    file = world.home.root / "accounts" / "one_OneShop" / "data" / "metrics.db"
    world.clock.advance((NOON - world.clock.now()).total_seconds() + 1)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        manager.tick()
        assert not manager._queue.holds("one", "queued post")
        other.execute("ROLLBACK")
    pass_time(world, manager, NOON + timedelta(minutes=5))
    assert texts_on_x(world) == [TEXT]


def test_a_run_whose_end_was_never_recorded_holds_its_post_up_no_longer(world: World, manager: AccountManager) -> None:
    number = queue(world, manager)
    with open_records(AccountFolder(world.home.root / "accounts" / "one_OneShop")) as records:
        assert records.posts.plan_run(records.posts.find(number), "schedule") is not None
    pass_time(world, manager, NOON + timedelta(minutes=15))
    assert texts_on_x(world) == [TEXT]


def test_a_clock_that_leaps_ahead_for_a_moment_misses_nothing(world: World, manager: AccountManager) -> None:
    queue(world, manager)
    manager.tick()
    world.clock.jump(3 * 86400)
    manager.tick()
    world.clock.jump(-3 * 86400)
    manager.tick()
    assert post_of(manager).state is PostState.QUEUED
    pass_time(world, manager, NOON + timedelta(minutes=5))
    assert texts_on_x(world) == [TEXT]
