"""What follows from a run's end: further looks for a lost post, standings in words, rests that last their time."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from bot.errors import PostLimitReached, XDown
from bot.fleet_view import RunState, StateKind, Trigger
from tests.engines import START
from tests.worlds import World, finish, pass_time, state


def test_while_the_profile_cannot_be_read_looks_for_a_lost_post_come_ever_more_rarely(world: World) -> None:
    world.add("one", "OneShop", schedule={"timezone": "UTC", "morning": {"time": "20:00"}})
    world.x.lose_next_answer(stored=True)
    world.x.fail_next("read_own_posts", XDown("503"), times=999)
    manager = world.open()
    manager.run_account("one")
    finish(manager)
    manager.run_account("one")
    finish(manager)
    pass_time(world, manager, START + timedelta(hours=5))
    checks = sorted(run.planned_at for run in manager.runs("one") if run.trigger is Trigger.CHECK)
    waits = [(after - before).total_seconds() / 60 for before, after in pairwise(checks)]
    assert 5 <= len(checks) <= 9, "each used to plan the next at once"
    assert waits == sorted(waits)
    assert waits[-1] >= 60


def test_a_look_that_decided_nothing_is_not_called_done(world: World) -> None:
    world.add("one", "OneShop", schedule={"timezone": "UTC", "morning": {"time": "20:00"}})
    world.x.lose_next_answer(stored=True)
    world.x.fail_next("read_own_posts", XDown("503"), times=999)
    manager = world.open()
    manager.run_account("one")
    finish(manager)
    pass_time(world, manager, START + timedelta(minutes=10))
    check = next(run for run in manager.runs("one") if run.trigger is Trigger.CHECK and run.ended_at)
    assert (check.state, check.reason) == (
        RunState.PARTLY,
        "a post whose answer was lost could not be found or ruled out yet",
    )


def test_a_run_that_rests_with_a_lost_post_looks_for_it_before_it_goes_on(world: World) -> None:
    world.home.fleet["global_rate_limit"] = {"tweets_per_hour": 500, "likes_per_hour": 1, "follows_per_hour": 500}
    world.add("one", "OneShop", schedule={"timezone": "UTC", "morning": {"time": "20:00", "like": 2}})
    for number in range(4):
        world.x.add_post(f"stranger{number}", f"cari paket data {number}")
    world.x.lose_next_answer(stored=True)
    world.x.fail_next("read_own_posts", XDown("503"), times=4)
    manager = world.open()
    manager.run_account("one")
    finish(manager)
    assert state(manager) is StateKind.LIMITED
    assert manager.posts("one")[0].state == "sending"
    pass_time(world, manager, START + timedelta(minutes=10))
    assert state(manager) is StateKind.LIMITED
    assert manager.posts("one")[0].state == "sent"


def test_a_look_for_a_post_that_is_found_by_now_opens_no_browser(world: World) -> None:
    world.add("one", "OneShop", schedule={"timezone": "UTC", "morning": {"time": "20:00"}})
    world.x.lose_next_answer(stored=True)
    world.x.fail_next("read_own_posts", XDown("503"), times=4)
    manager = world.open()
    manager.run_account("one")
    finish(manager)
    manager.run_account("one")
    finish(manager)
    assert manager.posts("one")[-1].state == "sent"
    logged_in = len(world.x.calls_of("log_in"))
    pass_time(world, manager, START + timedelta(minutes=10))
    assert len(world.x.calls_of("log_in")) == logged_in
    check = next(run for run in manager.runs("one") if run.trigger is Trigger.CHECK)
    assert check.state is RunState.DONE


def test_a_circuit_that_opens_again_is_in_the_record_again(world: World) -> None:
    world.add("one", "OneShop", schedule={"timezone": "UTC", "morning": {"time": "20:00"}})
    world.x.fail_next("log_in", XDown("503"), times=99)
    manager = world.open()
    for _ in range(4):
        manager.run_account("one")
        finish(manager)
    opened = manager.why("one", words="failed in a row")
    assert [step.text.split(":")[1].split(" ")[1] for step in opened] == ["4", "3"]


def test_a_rest_that_x_com_asked_for_lasts_its_time_whatever_works_meanwhile(world: World) -> None:
    world.add("one", "OneShop", schedule={"timezone": "UTC", "morning": {"time": "20:00"}})
    world.x.fail_next("post", PostLimitReached("limit"))
    manager = world.open()
    world.hold(manager, "one")
    world.gate.set()
    finish(manager)
    assert state(manager) is StateKind.LIMITED
    manager.check_pages("one")
    finish(manager)
    assert state(manager) is StateKind.LIMITED
