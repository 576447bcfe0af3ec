from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.account_manager import AccountManager
from bot.errors import AccountLocked, HomeError, HomeInUse, PostLimitReached, SessionExpired, Trouble, XDown
from bot.fleet_view import AccountView, Fleet, RunState, StateKind, Trigger
from tests import media
from tests.engines import START
from tests.homes import NO_DELAYS, write_yaml
from tests.worlds import World, finish, pass_time, state


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


def test_it_is_the_fleet_the_panel_asks_for(world: World) -> None:
    fleet: Fleet = world.open()
    assert fleet.overview().accounts == ()


def test_no_accounts_yaml_is_an_empty_fleet_not_an_error(world: World) -> None:
    manager = world.open()
    assert manager.load_accounts() == []
    assert manager.overview().problems == ()


def test_a_slot_fires_at_its_time_and_once_a_day(world: World) -> None:
    world.add("one", "OneShop")
    manager = world.open()
    manager.tick()
    finish(manager)
    assert world.x.posts == []
    pass_time(world, manager, START + timedelta(hours=20))
    assert len(world.x.posts_of("OneShop")) == 1
    pass_time(world, manager, START + timedelta(hours=25))
    assert len(world.x.posts_of("OneShop")) == 2
    assert [run.trigger for run in manager.runs("one")] == [Trigger.SCHEDULE] * 2


def test_a_restart_does_not_fire_a_slot_again(world: World) -> None:
    world.add("one", "OneShop")
    first = world.open()
    pass_time(world, first, START + timedelta(minutes=5))
    first.close()
    world.managers.clear()
    second = world.open()
    pass_time(world, second, START + timedelta(minutes=30))
    assert len(world.x.posts_of("OneShop")) == 1


def test_a_time_changed_to_later_on_the_same_day_does_not_fire_again(world: World) -> None:
    folder = world.add("one", "OneShop")
    manager = world.open()
    pass_time(world, manager, START + timedelta(minutes=5))
    settings = folder / "config" / "settings.yaml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("08:00", "09:00"), encoding="utf-8")
    manager.reload()
    pass_time(world, manager, START + timedelta(hours=3))
    assert len(world.x.posts_of("OneShop")) == 1


def test_a_run_missed_for_a_short_while_is_caught_up_and_one_missed_for_long_is_left_out(world: World) -> None:
    world.add("one", "OneShop")
    first = world.open()
    first.close()
    world.managers.clear()
    world.clock.advance(20 * 60)
    second = world.open()
    second.tick()
    finish(second)
    assert [run.trigger for run in second.runs("one")] == [Trigger.CATCH_UP]
    second.close()
    world.managers.clear()
    world.clock.advance(25 * 3600)
    third = world.open()
    third.tick()
    finish(third)
    assert len(world.x.posts_of("OneShop")) == 1
    newest = third.runs("one")[0]
    assert newest.state is RunState.SKIPPED
    assert "missed by" in newest.reason


def test_never_more_accounts_work_at_once_than_there_are_seats(world: World) -> None:
    for number in range(10):
        world.add(f"a{number}", f"Shop{number}")
    world.gate.clear()
    manager = world.open()
    manager.run_all_accounts()
    _eventually(lambda: world.x.open_clients == 3)
    overview = manager.overview()
    assert (overview.working, overview.queued) == (3, 7)
    world.gate.set()
    finish(manager)
    assert world.x.most_open_clients == 3
    assert all(len(world.x.posts_of(f"Shop{number}")) == 1 for number in range(10))


def test_seats_added_in_the_file_are_used_at_once(world: World) -> None:
    for number in range(6):
        world.add(f"a{number}", f"Shop{number}")
    world.gate.clear()
    manager = world.open()
    manager.run_all_accounts()
    _eventually(lambda: world.x.open_clients == 3)
    world.home.fleet["max_concurrent_accounts"] = 5
    world.home.write()
    manager.reload()
    manager.tick()
    _eventually(lambda: world.x.open_clients == 5)
    world.gate.set()
    finish(manager)


def test_stop_ends_the_run_and_keeps_slots_from_firing_until_start(world: World) -> None:
    world.add("one", "OneShop")
    world.gate.clear()
    manager = world.open()
    manager.run_account("one")
    _eventually(lambda: world.x.open_clients == 1)
    assert "stopped" in manager.stop_account("one")
    finish(manager)
    assert state(manager) is StateKind.STOPPED
    assert manager.runs("one")[0].state is RunState.STOPPED
    world.gate.set()
    pass_time(world, manager, START + timedelta(minutes=5))
    assert world.x.posts == []
    assert manager.runs("one")[0].state is RunState.SKIPPED
    assert "next is morning, tomorrow 08:00" in manager.start_account("one")
    pass_time(world, manager, START + timedelta(hours=25))
    assert len(world.x.posts_of("OneShop")) == 1


def test_stopped_stays_stopped_after_a_restart(world: World) -> None:
    world.add("one", "OneShop")
    manager = world.open()
    manager.stop_account("one")
    manager.close()
    world.managers.clear()
    assert state(world.open()) is StateKind.STOPPED


@pytest.mark.parametrize("trouble", [SessionExpired("logged out"), AccountLocked("locked")])
def test_only_a_person_ends_needs_attention(world: World, trouble: Any) -> None:
    world.add("one", "OneShop")
    world.add("two", "TwoShop")
    world.x.fail_next("log_in", trouble, handle="OneShop")
    manager = world.open()
    manager.run_all_accounts()
    finish(manager)
    assert state(manager) is StateKind.NEEDS_ATTENTION
    assert manager.account_view("one").state.reason == trouble.message
    assert manager.account_view("one").state.remedy == trouble.remedy
    assert "needs attention first" in manager.run_account("one")
    assert len(world.x.posts_of("TwoShop")) == 1
    pass_time(world, manager, START + timedelta(days=2))
    assert world.x.posts_of("OneShop") == []
    manager.start_account("one")
    manager.run_account("one")
    finish(manager)
    assert len(world.x.posts_of("OneShop")) == 1
    assert state(manager) is StateKind.WAITING


def test_a_post_limit_rests_the_account_for_a_day_and_then_it_goes_on(world: World) -> None:
    world.add("one", "OneShop")
    world.x.fail_next("post", PostLimitReached("over the daily limit"), after_click=True)
    manager = world.open()
    manager.run_account("one")
    finish(manager)
    view = manager.account_view("one")
    assert view.state.kind is StateKind.LIMITED
    assert view.state.until == world.clock.now() + timedelta(hours=24)
    pass_time(world, manager, START + timedelta(hours=23))
    assert world.x.posts_of("OneShop") == []
    assert "over the daily limit" in manager.runs("one")[0].reason
    pass_time(world, manager, START + timedelta(hours=25))
    assert len(world.x.posts_of("OneShop")) == 1


def test_three_failed_runs_open_the_circuit_and_success_closes_it(world: World) -> None:
    world.add("one", "OneShop")
    world.x.fail_next("log_in", XDown("503"), handle="OneShop", times=9)
    manager = world.open()
    for _ in range(3):
        manager.run_account("one")
        finish(manager)
    assert state(manager) is StateKind.FAILING
    assert "3 runs failed in a row" in manager.account_view("one").state.reason
    opened = manager.why("one", words="failed in a row")[0]
    assert (opened.run_id, opened.level) == (None, "error")
    assert opened.next_at == world.clock.now() + timedelta(minutes=30)
    manager.run_account("one")
    finish(manager)
    assert state(manager) is StateKind.WAITING


def test_a_lost_answer_gets_a_later_look(world: World) -> None:
    world.add("one", "OneShop")
    world.x.lose_next_answer(stored=False)
    manager = world.open()
    manager.run_account("one")
    finish(manager)
    assert manager.posts("one")[0].state == "sending"
    for _ in range(4):
        world.clock.advance(60)
        manager.tick()
        finish(manager)
    assert [post.state for post in manager.posts("one")] == ["sent", "failed"], "the slot's own post, and the lost one"
    assert any(run.trigger is Trigger.CHECK for run in manager.runs("one"))


def test_a_run_that_a_crash_cut_off_is_closed_and_its_post_looked_for(world: World) -> None:
    world.add("one", "OneShop")
    first = world.open()
    world.x.lose_next_answer(stored=True)
    world.x.fail_next("read_own_posts", XDown("503"), times=3)
    first.run_account("one")
    finish(first)
    assert first.posts("one")[0].state == "sending"
    first.close()
    world.managers.clear()
    second = world.open()
    second.tick()
    finish(second)
    assert second.posts("one")[0].state == "sent"
    assert len(world.x.posts_of("OneShop")) == 1


def test_an_account_with_broken_yaml_says_where_and_the_others_run(world: World) -> None:
    folder = world.add("one", "OneShop")
    world.add("two", "TwoShop")
    (folder / "config" / "settings.yaml").write_text("schedule:\n  timezone: Mars\n", encoding="utf-8")
    manager = world.open()
    manager.run_all_accounts()
    finish(manager)
    broken = manager.account_view("one").state
    assert broken.kind is StateKind.BROKEN
    assert "settings.yaml, line 2: schedule.timezone: 'Mars'" in broken.reason
    assert len(world.x.posts_of("TwoShop")) == 1


def test_a_corrected_file_is_taken_up_without_a_restart(world: World) -> None:
    folder = world.add("one", "OneShop")
    good = (folder / "config" / "settings.yaml").read_text(encoding="utf-8")
    (folder / "config" / "settings.yaml").write_text("schedule: [", encoding="utf-8")
    manager = world.open()
    assert state(manager) is StateKind.BROKEN
    (folder / "config" / "settings.yaml").write_text(good, encoding="utf-8")
    manager.reload()
    assert state(manager) is StateKind.WAITING


def test_a_master_list_that_breaks_while_running_leaves_the_last_good_one_in_force(world: World) -> None:
    world.add("one", "OneShop")
    manager = world.open()
    (world.home.root / "config" / "accounts.yaml").write_text("accounts: [\n", encoding="utf-8")
    manager.reload()
    assert "accounts.yaml, line 2" in manager.overview().problems[0]
    pass_time(world, manager, START + timedelta(minutes=2))
    assert len(world.x.posts_of("OneShop")) == 1


def test_an_entry_that_cannot_be_used_is_shown_and_answers(world: World) -> None:
    world.add("one", "OneShop")
    world.home.entries.append({"id": "two", "folder": "../elsewhere", "username": "@TwoShop"})
    world.home.write()
    manager = world.open()
    assert state(manager, "two") is StateKind.BROKEN
    for answer in (manager.run_account("two"), manager.start_account("two"), manager.stop_account("two")):
        assert "cannot work" in answer
    assert manager.runs("two") == []


def test_a_damaged_database_is_told_and_the_others_run(world: World) -> None:
    folder = world.add("one", "OneShop")
    world.add("two", "TwoShop")
    (folder / "data").mkdir()
    (folder / "data" / "metrics.db").write_bytes(b"this is no database" * 100)
    manager = world.open()
    assert state(manager) is StateKind.BROKEN
    assert "metrics.db" in manager.account_view("one").state.reason
    assert "cannot work: data/metrics.db" in manager.run_account("one")
    assert "is stopped" in manager.stop_account("one")
    assert manager.why("one") == []
    pass_time(world, manager, START + timedelta(minutes=2))
    assert len(world.x.posts_of("TwoShop")) == 1


def test_a_disabled_account_never_works(world: World) -> None:
    world.add("one", "OneShop", enabled=False)
    manager = world.open()
    assert state(manager) is StateKind.DISABLED
    assert "enabled: true" in manager.run_account("one")
    pass_time(world, manager, START + timedelta(hours=30))
    assert world.x.calls == []


def test_an_account_removed_from_the_list_is_gone_from_the_overview(world: World) -> None:
    world.add("one", "OneShop")
    world.add("two", "TwoShop")
    manager = world.open()
    del world.home.entries[0]
    world.home.write()
    manager.reload()
    assert [view.id for view in manager.overview().accounts] == ["two"]
    with pytest.raises(KeyError):
        manager.account_view("one")


def test_versions_grow_only_with_visible_changes(world: World) -> None:
    world.add("one", "OneShop")
    manager = world.open()
    before = manager.overview().version
    manager.tick()
    manager.reload()
    assert manager.overview().version == before
    manager.stop_account("one")
    assert manager.overview().version > before


def test_a_second_process_on_the_same_home_is_refused(world: World) -> None:
    world.open()
    with pytest.raises(HomeInUse):
        world.open()


def test_a_home_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", encoding="utf-8")
    with pytest.raises(HomeError, match="cannot write"):
        AccountManager(blocked).open()


def test_closing_ends_the_work_and_frees_the_home(world: World) -> None:
    world.add("one", "OneShop")
    world.gate.clear()
    manager = world.open()
    manager.run_account("one")
    _eventually(lambda: world.x.open_clients == 1)
    manager.close()
    world.managers.clear()
    assert world.x.open_clients == 0
    assert world.open().runs("one")[0].state is RunState.STOPPED


def test_idle_accounts_keep_no_automation(world: World) -> None:
    world.add("one", "OneShop")
    manager = world.open()
    assert manager.instances == {}
    manager.run_account("one")
    finish(manager)
    assert manager.instances == {}


def test_an_error_nobody_foresaw_frees_the_seat_and_counts_as_a_failure(world: World) -> None:
    world.add("one", "OneShop")
    world.explodes = True
    manager = world.open()
    manager.run_account("one")
    finish(manager)
    newest: AccountView = manager.account_view("one")
    assert newest.last_run is not None
    assert newest.last_run.state is RunState.FAILED
    assert "an error inside Aviary" in newest.last_run.reason


def _eventually(holds: Callable[[], bool]) -> None:
    ended = threading.Event()
    for _ in range(1000):
        if holds():
            return
        ended.wait(0.01)
    raise AssertionError("it did not come about within 10 s")


# limits, pauses, review, and the record of why


def _one_post_an_hour(world: World, account_id: str = "one", handle: str = "OneShop", **slot: Any) -> None:
    limits = {"tweets_per_hour": 1, "tweets_per_day": 40, "likes_per_hour": 40, "likes_per_day": 90}
    work = {"time": "08:00", "like": 0, "follow": 0, **slot}
    world.add(
        account_id,
        handle,
        safety={"delays": NO_DELAYS, "rate_limits": limits},
        schedule={"timezone": "UTC", "morning": work},
    )


def test_a_run_that_hits_a_limit_goes_on_when_the_permit_frees(world: World) -> None:
    _one_post_an_hour(world)
    manager = world.open()
    manager.run_account("one")
    finish(manager)
    manager.run_account("one")
    finish(manager)
    view = manager.account_view("one")
    assert view.state.kind is StateKind.LIMITED
    assert "no permit for a post is free before 08:59" in view.state.reason
    assert len(world.x.calls_of("log_in")) == 1, "no browser is opened for what is not allowed"
    assert manager.why("one", words="permit")[0].next_at == START + timedelta(minutes=59)
    pass_time(world, manager, START + timedelta(minutes=58))
    assert len(world.x.posts_of("OneShop")) == 1
    pass_time(world, manager, START + timedelta(minutes=62))
    assert len(world.x.posts_of("OneShop")) == 2
    assert manager.account_view("one").last_run is not None


def test_a_run_that_did_part_of_its_work_does_only_the_rest_later(world: World) -> None:
    limits = {"tweets_per_hour": 40, "tweets_per_day": 40, "likes_per_hour": 1, "likes_per_day": 90}
    world.add("one", "OneShop", safety={"delays": NO_DELAYS, "rate_limits": limits})
    for number in range(4):
        world.x.add_post(f"stranger{number}", "cari paket data")
    manager = world.open()
    manager.run_account("one")
    finish(manager)
    assert (len(world.x.posts_of("OneShop")), len(world.x.likes_of("OneShop"))) == (1, 1)
    assert state(manager) is StateKind.LIMITED
    manager.stop_account("one")
    manager.start_account("one")
    assert state(manager) is StateKind.WAITING, "stop ends the run that rests"


def test_accounts_that_share_the_fleets_limit_all_get_their_turn(world: World) -> None:
    world.home.fleet["global_rate_limit"] = {"tweets_per_hour": 2}
    for number in range(6):
        _one_post_an_hour(world, f"a{number}", f"Shop{number}")
    manager = world.open()
    pass_time(world, manager, START + timedelta(minutes=30))
    assert len(world.x.posts) == 2
    pass_time(world, manager, START + timedelta(hours=2, minutes=30))
    assert len(world.x.posts) == 6
    assert {post.handle for post in world.x.posts} == {f"Shop{number}" for number in range(6)}


def test_posts_of_the_fleet_keep_the_gap_between_two_of_them(world: World) -> None:
    world.home.fleet |= {"minimum_gap_seconds": 120, "max_concurrent_accounts": 1}
    for number in range(3):
        _one_post_an_hour(world, f"a{number}", f"Shop{number}")
    manager = world.open()
    pass_time(world, manager, START + timedelta(minutes=1))
    first, second, third = (post.posted_at for post in world.x.posts)
    assert second - first == third - second == timedelta(seconds=120)
    assert world.x.most_open_clients == 1
    assert not manager.why("a1", words="limit"), "a turn is worth waiting for; no run ends over it"


def test_pause_keeps_slots_from_firing_and_resume_ends_it(world: World) -> None:
    world.add("one", "OneShop")
    world.add("two", "TwoShop")
    manager = world.open()
    assert manager.pause_accounts(["one"]) == ["Shop OneShop is paused."]
    assert state(manager) is StateKind.PAUSED
    pass_time(world, manager, START + timedelta(minutes=5))
    assert [post.handle for post in world.x.posts] == ["TwoShop"]
    assert "paused: paused by a person" in manager.runs("one")[0].reason
    manager.resume_accounts(["one"])
    pass_time(world, manager, START + timedelta(hours=25))
    assert len(world.x.posts_of("OneShop")) == 1


def test_a_pause_lets_the_present_run_go_on(world: World) -> None:
    world.add("one", "OneShop")
    world.gate.clear()
    manager = world.open()
    manager.run_account("one")
    _eventually(lambda: world.x.open_clients == 1)
    manager.pause_accounts(["one"])
    world.gate.set()
    finish(manager)
    assert len(world.x.posts_of("OneShop")) == 1
    assert state(manager) is StateKind.PAUSED


def test_the_fleet_can_be_paused_as_a_whole_and_stays_so_after_a_restart(world: World) -> None:
    world.add("one", "OneShop")
    manager = world.open()
    manager.pause_fleet()
    assert manager.overview().paused
    assert not manager.overview().paused_by_itself
    assert state(manager) is StateKind.PAUSED
    assert "The fleet is paused" in manager.run_account("one")
    manager.close()
    world.managers.clear()
    again = world.open()
    pass_time(world, again, START + timedelta(minutes=5))
    assert world.x.posts == []
    again.resume_fleet()
    pass_time(world, again, START + timedelta(hours=25))
    assert len(world.x.posts_of("OneShop")) == 1


def test_several_accounts_in_trouble_within_minutes_pause_the_fleet_and_say_why(world: World) -> None:
    for number in range(5):
        world.add(f"a{number}", f"Shop{number}")
    for number in range(3):
        world.x.fail_next("log_in", AccountLocked("locked"), handle=f"Shop{number}")
    manager = world.open()
    for number in range(3):
        manager.run_account(f"a{number}")
        finish(manager)
    assert "3 accounts fell into trouble within 10 minutes" in manager.overview().paused
    assert "a0: locked" in manager.overview().paused
    assert state(manager, "a0") is StateKind.NEEDS_ATTENTION
    assert state(manager, "a4") is StateKind.PAUSED
    assert manager.account_view("a4").state.with_fleet
    assert manager.overview().paused_by_itself
    pass_time(world, manager, START + timedelta(minutes=5))
    assert world.x.posts == []
    assert manager.resume_fleet() == "The fleet goes on."
    assert state(manager, "a4") is StateKind.WAITING


def test_troubles_that_lie_apart_do_not_pause_the_fleet(world: World) -> None:
    for number in range(3):
        world.add(f"a{number}", f"Shop{number}")
        world.x.fail_next("log_in", AccountLocked("locked"), handle=f"Shop{number}")
    manager = world.open()
    for number in range(3):
        manager.run_account(f"a{number}")
        finish(manager)
        world.clock.advance(11 * 60)
    assert manager.overview().paused == ""


def _needs_review(world: World) -> AccountManager:
    world.add("one", "OneShop")
    world.x.add_post("OneShop", "OneShop offer 0: call 080000000000")  # what is dated so near may be the lost one
    world.clock.advance(600)
    world.x.lose_next_answer(stored=False)
    manager = world.open()
    manager.run_account("one")
    finish(manager)
    manager.pause_accounts(["one"])
    world.clock.advance(25 * 3600)
    manager.resume_accounts(["one"])
    manager.tick()
    finish(manager)
    return manager


@pytest.mark.parametrize(("is_there", "end"), [(True, "sent"), (False, "failed")])
def test_a_person_decides_what_aviary_cannot(world: World, is_there: bool, end: str) -> None:
    manager = _needs_review(world)
    post = manager.posts("one")[-1]
    assert post.state == "needs_review"
    assert post.url == "https://x.com/OneShop"
    before = manager.account_view("one")
    assert before.needs_review == 1
    manager.decide_post("one", post.intent_id, is_there=is_there)
    assert manager.posts("one")[-1].state == end
    assert manager.account_view("one").needs_review == 0
    assert manager.account_view("one").version > before.version
    assert "decided already" in manager.decide_post("one", post.intent_id, is_there=not is_there)
    assert manager.posts("one")[-1].state == end
    with pytest.raises(KeyError):
        manager.decide_post("one", 999, is_there=True)


def test_why_it_did_not_post_today_is_answered_in_one_line(world: World) -> None:
    _one_post_an_hour(world)
    manager = world.open()
    assert manager.why_no_post_today("one") == (
        "Not posted today: no slot has come up yet today. Next: morning, 08:00."
    )
    manager.pause_accounts(["one"])
    pass_time(world, manager, START + timedelta(minutes=5))
    assert manager.why_no_post_today("one") == (
        "Not posted today: morning: the account is paused: paused by a person. Now paused: paused by a person."
    )
    manager.resume_accounts(["one"])
    manager.run_account("one")
    finish(manager)
    assert manager.why_no_post_today("one") == "Posted 1 time today."


def test_the_record_holds_what_people_decided_and_can_be_narrowed_and_paged(world: World) -> None:
    world.add("one", "OneShop")
    manager = world.open()
    manager.stop_account("one")
    manager.start_account("one")
    manager.run_account("one")
    finish(manager)
    everything = manager.why("one", limit=500)
    assert [entry.text for entry in everything[-2:]] == ["started by a person", "stopped by a person"]
    assert all(entry.level == "good" for entry in manager.why("one", levels=["good"]))
    assert manager.why("one", words="started by")[0].run_id is None
    first = manager.why("one", limit=3)
    rest = manager.why("one", limit=500, before=first[-1].id)
    assert first + rest == everything
    assert manager.why("one", words="100%_") == []


# A look at x.com's pages


def test_a_check_of_the_pages_is_a_run_of_its_own_with_a_report(world: World) -> None:
    world.add("one", "OneShop")
    manager = world.open()
    assert manager.page_report("one") is None
    assert "begins now" in manager.check_pages("one")
    finish(manager)
    run = manager.runs("one")[0]
    assert (run.slot, run.trigger, run.state, run.posts) == ("check-x", Trigger.PAGES, RunState.DONE, 0)
    report = manager.page_report("one")
    assert report is not None
    assert manager.page_report_file("one", report.id, "home.png") is not None
    assert manager.page_report_file("one", report.id, "../../metrics.db") is None
    assert world.x.posts == []


def test_a_check_waits_for_the_run_that_works(world: World) -> None:
    world.add("one", "OneShop")
    world.gate.clear()
    manager = world.open()
    manager.run_account("one")
    assert "has a run already" in manager.check_pages("one")
    world.gate.set()
    finish(manager)


def test_a_check_is_done_in_a_pause_of_the_fleet_and_nothing_else_is(world: World) -> None:
    world.add("one", "OneShop")
    world.add("two", "TwoShop")
    world.home.fleet["max_concurrent_accounts"] = 1
    world.home.write()
    manager = world.open()
    world.gate.clear()
    manager.run_account("one")
    manager.run_account("two")  # waits for the seat
    manager.pause_fleet()
    world.gate.set()
    assert "waits for a free seat" in manager.check_pages("two")
    assert "has a run already" in manager.check_pages("two")
    for _ in range(500):
        if manager.runs("two")[0].state is RunState.DONE:
            break
        threading.Event().wait(0.02)
    assert [(run.slot, run.state) for run in manager.runs("two")] == [
        ("check-x", RunState.DONE),
        ("morning", RunState.QUEUED),
    ]


def test_a_check_leaves_needs_attention_to_the_person(world: World) -> None:
    world.add("one", "OneShop")
    world.x.fail_next("log_in", AccountLocked("locked"))
    manager = world.open()
    manager.run_account("one")
    finish(manager)
    assert state(manager) is StateKind.NEEDS_ATTENTION
    manager.check_pages("one")
    finish(manager)
    assert manager.runs("one")[0].state is RunState.DONE
    assert state(manager) is StateKind.NEEDS_ATTENTION


def test_trouble_in_a_check_stops_the_account(world: World) -> None:
    world.add("one", "OneShop")
    world.x.fail_next("check_pages", SessionExpired("x.com shows its login"))
    manager = world.open()
    manager.check_pages("one")
    finish(manager)
    assert state(manager) is StateKind.NEEDS_ATTENTION


def test_an_account_that_rests_is_not_checked(world: World) -> None:
    world.add("one", "OneShop")
    world.x.fail_next("log_in", PostLimitReached("limit"))
    manager = world.open()
    manager.run_account("one")
    finish(manager)
    assert "rests: limit" in manager.check_pages("one")
    assert len(manager.runs("one")) == 1


def test_a_broken_or_disabled_account_is_not_checked(world: World) -> None:
    world.add("one", "OneShop", enabled=False)
    manager = world.open()
    assert "is disabled" in manager.check_pages("one")
    with pytest.raises(KeyError):
        manager.check_pages("nobody")
    with pytest.raises(KeyError):
        manager.page_report("nobody")


def test_replaced_selectors_are_used_by_the_next_run(world: World) -> None:
    world.add("one", "OneShop")
    manager = world.open()
    before = manager.create_bot_instance("one")
    assert before.shared.selectors["like"].ways == ('[data-testid="like"]',)
    manager.home.selectors_yaml.write_text("like: a.new\n", encoding="utf-8")
    manager.reload()
    assert manager.create_bot_instance("one").shared.selectors["like"].ways == ("a.new",)


def test_mistakes_in_selectors_yaml_are_told_on_the_overview(world: World) -> None:
    world.add("one", "OneShop")
    manager = world.open()
    seen = manager.overview().version
    manager.home.selectors_yaml.write_text("liek: a\n", encoding="utf-8")
    manager.reload()
    view = manager.overview()
    assert view.version > seen
    assert "the built-in selectors are in force" in view.problems[0]
    assert "selectors.yaml, line 1: liek: " in view.problems[1]


TWO_SLOTS = {
    "timezone": "UTC",
    "slots": [{"name": "a", "time": "08:00", "post": "promo"}, {"name": "b", "time": "08:05", "post": "promo"}],
}


def hold_first_of_two(world: World) -> AccountManager:
    """The first slot's run is at work, held in its log-in; the second one's waits."""
    world.add("one", "OneShop", schedule=TWO_SLOTS)
    manager = world.open()
    world.gate.clear()
    world.clock.advance(61)
    manager.tick()
    world.clock.advance(300)
    manager.tick()
    return manager


@pytest.mark.parametrize(
    ("call", "trouble", "expected"),
    [
        ("log_in", SessionExpired("x.com shows its login."), StateKind.NEEDS_ATTENTION),
        ("post", PostLimitReached("over the daily limit"), StateKind.LIMITED),
    ],
)
def test_a_slot_that_waited_does_not_run_once_the_account_came_into_trouble(
    world: World, call: str, trouble: Trouble, expected: StateKind
) -> None:
    manager = hold_first_of_two(world)
    world.x.fail_next(call, trouble)
    world.gate.set()
    finish(manager)
    assert (state(manager), len(world.x.posts)) == (expected, 0)
    assert {run.slot: run.state for run in manager.runs("one")} == {"a": RunState.FAILED, "b": RunState.SKIPPED}


def test_a_slot_that_waited_for_a_seat_does_not_run_once_the_account_is_paused(world: World) -> None:
    manager = hold_first_of_two(world)
    manager.pause_accounts(["one"])
    world.gate.set()
    finish(manager)
    assert {run.slot: run.state for run in manager.runs("one")}["b"] is RunState.SKIPPED


def test_media_that_a_template_names_is_missed_on_the_card_until_it_is_there(world: World) -> None:
    folder = world.add("one", "OneShop")
    templates = {"promo_templates": [{"text": "murah", "media": "media/a.png"}]}
    write_yaml(folder / "config" / "templates.yaml", templates)
    manager = world.open()
    assert "media/a.png is missing" in " ".join(manager.account_view("one").warnings)
    item = manager.media.add("one", "a.png", io.BytesIO(media.picture("PNG")))
    assert "media/a.png" not in " ".join(manager.account_view("one").warnings)
    manager.media.delete("one", item.name, use_mark=item.use_mark)
    assert "media/a.png is missing" in " ".join(manager.account_view("one").warnings)
    with pytest.raises(KeyError):
        manager.media.look("nobody")


def test_numbers_are_those_of_the_account_s_own_day(world: World) -> None:
    world.add("one", "OneShop")
    manager = world.open()
    assert manager.numbers("one").is_empty
    manager.run_account("one")
    finish(manager)
    numbers = manager.numbers("one")
    assert numbers.days[-1].day == START.date()
    assert (numbers.days[-1].posts, numbers.periods[0].posts, numbers.days[-2].posts) == (1, 1, None)
    assert len(numbers.posts) == 1
    with pytest.raises(KeyError):
        manager.numbers("nobody")
