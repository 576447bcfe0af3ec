"""A visit only for the numbers: when no run has read them, once a day, and never in the way of posts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.account_manager import AccountManager
from bot.errors import XDown
from bot.fleet.records import open_records
from bot.fleet_view import Refusal, RunState, StateKind
from bot.slot_work import READING_SLOT
from tests.engines import START
from tests.worlds import World, finish, state

NO_SLOTS: dict[str, Any] = {"timezone": "UTC", "slots": []}
MORNING: dict[str, Any] = {"timezone": "UTC", "morning": {"time": "08:00", "post": "promo", "like": 0, "follow": 0}}


def live(world: World, manager: AccountManager, hours: float, step_minutes: float = 10) -> None:
    """Let the fleet live so long, with a tick and a look for readings in each step."""
    for _ in range(round(hours * 60 / step_minutes)):
        world.clock.advance(step_minutes * 60)
        manager.tick()
        finish(manager)
        manager.look_for_readings()
        finish(manager)


def visits(world: World, handle: str = "") -> int:
    return len(world.x.calls_of("read_profile", handle))


def slots_run(manager: AccountManager, account_id: str = "one") -> list[str]:
    return [run.slot for run in reversed(manager.runs(account_id, 100))]


def test_an_account_without_a_run_is_read_once_a_day(world: World) -> None:
    world.add("one", "OneShop", schedule=NO_SLOTS)
    manager = world.open()
    live(world, manager, 72)
    assert visits(world) == 3
    assert slots_run(manager) == [READING_SLOT] * 3
    assert {run.state for run in manager.runs("one")} == {RunState.DONE}


def test_an_account_whose_slots_run_daily_is_not_visited_besides(world: World) -> None:
    world.add("one", "OneShop", schedule=MORNING)
    manager = world.open()
    live(world, manager, 72)
    assert slots_run(manager) == ["morning"] * 3
    assert visits(world) == 3


def test_the_card_shows_the_next_slot_and_the_last_one_not_the_reading(world: World) -> None:
    world.add(
        "one", "OneShop", schedule={"timezone": "UTC", "slots": [{"name": "fri", "time": "08:00", "weekdays": ["fri"]}]}
    )
    manager = world.open()
    live(world, manager, 3)
    assert slots_run(manager) == [READING_SLOT]
    card = manager.account_view("one")
    assert (card.next_slot, card.last_run) == ("fri", None)


@pytest.mark.parametrize(
    "changes",
    [
        {"schedule": NO_SLOTS, "numbers": {"own_visit": False}},
        {"schedule": {**NO_SLOTS, "enabled": False}},
    ],
)
def test_what_is_switched_off_is_not_visited(world: World, changes: dict[str, Any]) -> None:
    world.add("one", "OneShop", **changes)
    manager = world.open()
    live(world, manager, 30, 60)
    assert visits(world) == 0


def test_neither_a_paused_fleet_nor_a_paused_account_is_visited(world: World) -> None:
    world.add("one", "OneShop", schedule=NO_SLOTS)
    manager = world.open()
    manager.pause_fleet()
    live(world, manager, 26, 60)
    manager.resume_fleet()
    manager.pause_accounts(["one"])
    live(world, manager, 26, 60)
    assert visits(world) == 0
    manager.resume_accounts(["one"])
    live(world, manager, 2)
    assert visits(world) == 1


def test_a_visit_that_failed_is_not_tried_again_that_day(world: World) -> None:
    world.add("one", "OneShop", schedule=NO_SLOTS)
    manager = world.open()
    world.x.fail_next("read_profile", XDown("503"), times=3)
    live(world, manager, 12)
    assert [run.state for run in manager.runs("one")] == [RunState.FAILED]
    live(world, manager, 24)
    assert [run.state for run in manager.runs("one")] == [RunState.DONE, RunState.FAILED]


def test_a_restart_makes_no_second_visit_of_a_day(world: World) -> None:
    world.add("one", "OneShop", schedule=NO_SLOTS)
    manager = world.open()
    world.x.fail_next("read_profile", XDown("503"), times=3)
    live(world, manager, 3)
    manager.close()
    world.managers.remove(manager)
    manager = world.open()
    live(world, manager, 6)
    assert [run.state for run in manager.runs("one")] == [RunState.FAILED]


def test_one_visit_is_queued_at_a_time_and_only_for_a_free_seat(world: World) -> None:
    for number in range(8):
        world.add(f"shop{number}", f"Shop{number}", schedule=NO_SLOTS)
    manager = world.open()
    manager.look_for_readings()
    world.clock.advance(2 * 3600)
    world.gate.clear()
    for _ in range(12):
        manager.look_for_readings()
    seats = manager.overview().seats
    world.wait_at_gate(seats)
    runs = [run for number in range(8) for run in manager.runs(f"shop{number}")]
    assert len(runs) == seats
    assert manager.overview().queued == 0
    world.gate.set()
    finish(manager)
    for _ in range(8):
        manager.look_for_readings()
        finish(manager)
    assert visits(world) == 8


def test_an_account_without_a_session_is_left_alone(world: World) -> None:
    folder = world.add("one", "OneShop", schedule=NO_SLOTS)
    for file in folder.glob("cookies*"):
        file.unlink()
    manager = world.open()
    live(world, manager, 6)
    assert slots_run(manager) == []
    assert state(manager) is not StateKind.NEEDS_ATTENTION


def test_a_person_has_the_numbers_read_at_once_and_as_often_as_wanted(world: World) -> None:
    world.add("one", "OneShop", schedule=MORNING)
    manager = world.open()
    for _ in range(2):
        assert manager.refresh_numbers("one") == "Shop OneShop: the reading of its numbers begins now."
        finish(manager)
    assert visits(world) == 2
    assert slots_run(manager) == [READING_SLOT] * 2
    with open_records(manager._folder_of("one")) as records:
        assert records.readings.last_at() == world.clock.now()
    manager.pause_fleet()
    answer = manager.refresh_numbers("one")
    assert isinstance(answer, Refusal)
    assert "paused" in answer
    assert world.clock.now() < START + timedelta(minutes=10)
