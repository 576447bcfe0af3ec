"""Two days are foreseen, then lived through in the practice world: plan and record are compared one by one."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.account_manager import AccountManager
from bot.fleet.forecast.pictures import USUAL_SECONDS
from bot.fleet.records import open_records
from bot.fleet_view import RunState
from bot.forecast_view import Cause, Forecast, ForecastRun, Outcome
from bot.queue_view import Written
from bot.storage.experiments import Compared, OutcomeKind, Plan
from bot.storage.group_queues import GroupWritten, HandState, RotationMode
from bot.storage.journal import Intent, IntentState, RunRecord
from bot.storage.planned_posts import QUEUE_SLOT
from tests.homes import own_name, write_yaml
from tests.simulation.practice_days import PracticeDays

START = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)  # a Monday
DAYS = timedelta(days=2)
Key = tuple[str, str, datetime]
TESTED_TEXTS = ("Morning bulletin about vouchers {number}", "Evening letter on cheap data plans {number}")
TESTED_TIMES = ("06:50", "09:20")  # neither is what the slot says


def slots(*times: str, **work: Any) -> list[dict[str, Any]]:
    """Slots that post, one for each time."""
    return [{"name": f"at{at.replace(':', '')}", "time": at, "post": "promo", **work} for at in times]


def schedule(*times: str, zone: str = "UTC", **work: Any) -> dict[str, Any]:
    return {"timezone": zone, "slots": slots(*times, **work)}


def safety(**limits: int) -> dict[str, Any]:
    wide = {"tweets_per_hour": 40, "tweets_per_day": 50, "likes_per_hour": 40, "likes_per_day": 90}
    none = {"min_delay": 0, "max_delay": 0, "after_tweet": 0, "after_follow": 0, "after_error": 0}
    return {"delays": none, "rate_limits": {**wide, "follows_per_hour": 40, "follows_per_day": 40, **limits}}


def write_templates(folder: Path, texts: list[Any]) -> None:
    write_yaml(folder / "config" / "templates.yaml", {"promo_templates": texts})


def fill(days: PracticeDays, seats: int, posts_per_hour: int) -> None:
    """Thirteen accounts with something in the way of most of them."""
    days.home.fleet |= {"max_concurrent_accounts": seats, "stagger_minutes": 7}
    days.home.fleet["global_rate_limit"] |= {"tweets_per_hour": posts_per_hour, "likes_per_hour": 12}
    days.add("plain", "Plain", schedule=schedule("08:00", "14:10", "19:30"))
    days.add("jakarta", "Jakarta", schedule=schedule("08:00", "12:00", "21:30", zone="Asia/Jakarta"))
    days.add("york", "York", schedule=schedule("07:30", "11:45", zone="America/New_York", weekdays=["tue"]))
    for number in range(3):  # all at one time: seats are short, then the limit of all accounts
        days.add(f"crowd{number}", f"Crowd{number}", schedule=schedule("09:00", "09:10", "15:00", "15:20"))
    days.add("daily", "Daily", schedule=schedule("07:00", "10:00", "13:00", "20:00"), safety=safety(tweets_per_day=2))
    days.add("likes", "Likes", schedule=schedule("10:30", "16:30", like=5, follow=2), safety=safety(likes_per_day=8))
    days.add("paused", "Paused", schedule=schedule("11:00", "17:00"))
    dry = days.add("dry", "Dry", schedule=schedule("07:15", "12:15", "18:15"))
    write_templates(dry, ["Dry offer of kuota one", "Last stock of dry vouchers two"])
    copy = days.add("copy", "Copy", schedule=schedule("08:40", "22:00"))
    write_templates(copy, ["Plainba offer: call {wa_number}"])
    write_templates(copy, [f"{own_name('Plain')} offer 0: call {{wa_number}}"])
    ending = days.add("ending", "Ending", schedule=schedule("08:20", "18:40"))
    end_session(ending, START + timedelta(hours=20), "Ending")
    queue = days.add("queue", "Queue", schedule=schedule("09:30", "18:00"))
    write_templates(queue, [*TESTED_TEXTS, "Neither of the two is this bulletin {number}"])
    add_groups(days)
    drawn = days.add("drawn", "Drawn", schedule=schedule("11:30", "23:40"))
    rare = {"text": "Weekly drawn news", "cool_down_days": 9}
    write_templates(drawn, ["{Cheap|Fast} drawn pulsa for you today", rare])


def add_groups(days: PracticeDays) -> None:
    """Members by turn, and by the fewest posts; one of them is paused, and the session of one ends."""
    for number, times in enumerate((("08:05", "13:35"), ("09:35", "17:05"), ("10:50",))):
        days.add(f"turn{number}", f"Turn{number}", schedule=schedule(*times), groups=["bali"])
    days.add("still", "Still", schedule=schedule("08:50"), groups=["bali", "java"])
    ends = days.add("ends", "Ends", schedule=schedule("12:20", "20:40"), groups=["bali"])
    end_session(ends, START + timedelta(hours=8), "Ends")
    days.add("few0", "Few0", schedule=schedule("07:45", "12:40", "18:55"), groups=["java"])
    days.add("few1", "Few1", schedule=schedule("10:05", "16:15"), groups=["java"])


def fill_groups(manager: AccountManager) -> None:
    queues = manager.group_queues
    texts = ("alpha kuota", "bravo pulsa", "charlie paket", "delta promo", "echo kartu", "foxtrot data", "golf roaming")
    queues.add("bali", [GroupWritten(f"Bali tells of {text} today") for text in texts], "ayu")
    queues.add("bali", [GroupWritten("Bali opens its doors again", at=START + timedelta(hours=20))], "ayu")
    queues.set_mode("java", RotationMode.FEWEST)
    queues.add("java", [GroupWritten(f"Java greets everybody: {text}") for text in texts[:4]], "ayu")


def begin_tests(manager: AccountManager) -> None:
    """A test of two texts and one of two times draw already since the day before."""
    wanted = [
        ("queue", Compared.TEXTS, "promo", [(text,) for text in TESTED_TEXTS]),
        ("york", Compared.TIMES, "at0730", [(time,) for time in TESTED_TIMES]),
    ]
    for account_id, compares, subject, (one, other) in wanted:
        folder = manager.get_account(account_id).folder_key
        plan = Plan(account_id, compares, (folder,), subject, (one, other), OutcomeKind.ENGAGEMENT, 0.2, 50, 28)
        experiment = manager._number_rooms.experiment_book.add(plan, 5, START, "ayu")
        assert manager._number_rooms.experiment_book.start(experiment.id, START - timedelta(days=1))
    manager._number_rooms._slots_changed([account_id for account_id, *_ in wanted])


def end_session(folder: Path, at: datetime, handle: str) -> None:
    cookie = {"name": "auth_token", "value": f"token-{handle}", "domain": ".x.com", "expirationDate": at.timestamp()}
    (folder / "cookies.json").write_text(json.dumps([cookie]), encoding="utf-8")


@dataclass(frozen=True)
class Recorded:
    """One run of the record with its post."""

    run: RunRecord
    intent: Intent | None


@dataclass(frozen=True)
class Both:
    """What was foreseen and what is in the record."""

    forecast: Forecast
    plan: dict[Key, ForecastRun]
    record: dict[Key, Recorded]
    dates: dict[str, set[tuple[str, str]]]
    handed_on: list[str]  # why posts of groups left a member
    seats: int


FEW_PERMITS = pytest.param((1, 6), id="few permits")  # with more seats, chance decides who gets the one that frees
FEW_SEATS = pytest.param((2, 500), id="few seats", marks=pytest.mark.nightly)


@pytest.fixture(scope="module", params=[FEW_PERMITS, FEW_SEATS])
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Both:
    days = PracticeDays(tmp_path_factory.mktemp("days"), START, USUAL_SECONDS, timedelta(minutes=1))
    fill(days, *request.param)
    manager = days.open()
    manager.pause_accounts(["paused", "still"])
    begin_tests(manager)
    queues = manager.queues
    queues.add("queue", Written("A post written for half past ten", at=START + timedelta(hours=4)), "ayu")
    queues.add("queue", Written("Written for the next slot, with kuota", at=None), "ayu")
    queues.add("paused", Written("Nobody sends this while it is paused", at=START + timedelta(hours=5)), "ayu")
    queues.add("daily", Written("One more than a day allows, at eleven", at=START + timedelta(hours=5)), "ayu")
    fill_groups(manager)
    forecast = manager.forecasts.look()
    days.live(DAYS)
    record, dates = {}, {}
    for account_id in manager._registry.members:
        with open_records(manager._registry.members[account_id].folder) as records:
            sent = records.journal.intents(states=[IntentState.SENT])
            intents = {intent.run_id: intent for intent in sent if not intent.reply_to}
            for run in records.journal.runs(1000):
                record[account_id, run.slot, run.planned_at] = Recorded(run, intents.get(run.id))
            dates[account_id] = set(records.journal.slots_run_since(START))
    shown = [post for group in ("bali", "java") for post in manager.group_queues.look(group).sent]
    handed_on = [hand.reason for post in shown for hand in post.hands if hand.state is HandState.BACK]
    manager.close()
    plan = {(run.account_id, run.slot, run.planned_at): run for run in forecast.runs if run.planned_at < START + DAYS}
    return Both(forecast, plan, record, dates, handed_on, request.param[0])


def test_the_two_days_had_something_of_each(both: Both) -> None:
    causes = Counter(run.cause for run in both.plan.values())
    wanted = {Cause.NONE, Cause.SEAT, Cause.LIMIT, Cause.DUPLICATE, Cause.RUNWAY, Cause.SESSION, Cause.STANDING}
    assert wanted | {Cause.MISSED} <= set(causes), causes
    assert len(both.plan) > 70
    assert sum(run.is_posted for run in both.plan.values()) > 35


def test_the_same_runs_were_foreseen_at_the_same_times(both: Both) -> None:
    missed_posts = {key for key, run in both.plan.items() if run.slot == QUEUE_SLOT and run.cause is Cause.MISSED}
    assert set(both.plan) - missed_posts == set(both.record)  # a post that was missed has no run in the record
    for account_id, dates in both.dates.items():
        own = [run for run in both.plan.values() if run.account_id == account_id and run.slot != QUEUE_SLOT]
        assert {(run.slot, run.local_date) for run in own} == {each for each in dates if each[0] != QUEUE_SLOT}


def test_each_began_when_it_was_foreseen(both: Both) -> None:
    differing = {
        key: (plan.started_at, both.record[key].run.started_at)
        for key, plan in both.plan.items()
        if key in both.record and plan.started_at != both.record[key].run.started_at
    }
    assert differing == {}


def test_each_posted_or_did_not_as_foreseen_by_the_same_template(both: Both) -> None:
    for key, recorded in both.record.items():
        plan, intent = both.plan[key], recorded.intent
        assert plan.is_posted == (intent is not None), (plan, recorded)
        if intent is not None:
            assert (plan.template, plan.posted_at) == (intent.template, intent.sending_at), (plan, recorded)
            if "{" not in plan.template:
                assert plan.text == intent.text


def test_each_liked_and_followed_as_much_as_foreseen(both: Both) -> None:
    for key, recorded in both.record.items():
        plan, run = both.plan[key], recorded.run
        assert (plan.likes, plan.follows, plan.replies) == (run.likes, run.follows, run.replies), (plan, run)
    assert sum(run.likes for run in both.plan.values()) > 10


STATES = {
    Outcome.DONE: {RunState.DONE},
    Outcome.LATE: {RunState.DONE, RunState.QUEUED, RunState.RUNNING},
    Outcome.PARTLY: {RunState.PARTLY},
    Outcome.LEFT_OUT: {RunState.SKIPPED, RunState.PARTLY},
    Outcome.FAILED: {RunState.FAILED},
}


def test_each_ended_as_foreseen_and_for_the_same_reason(both: Both) -> None:
    for key, recorded in both.record.items():
        plan, run = both.plan[key], recorded.run
        if run.planned_at > START + DAYS - timedelta(hours=3) and run.state in {RunState.QUEUED, RunState.RUNNING}:
            continue  # its end lies behind the two days
        assert run.state in STATES[plan.outcome], (plan, run)
        if plan.outcome in {Outcome.PARTLY, Outcome.LEFT_OUT, Outcome.FAILED}:
            assert plan.reason == run.reason, (plan, run)


def test_members_of_groups_send_what_was_foreseen(both: Both) -> None:
    """That plan and record are the same is shown above; here, that the queues of the groups had a say in it."""
    sent = {
        key: recorded.intent.text
        for key, recorded in both.record.items()
        if recorded.intent is not None and recorded.intent.text.startswith(("Bali", "Java"))
    }
    assert {key: run.text for key, run in both.plan.items() if run.group and run.is_posted} == sent
    assert len(set(sent.values())) == len(sent) == 12
    assert {run.group for run in both.plan.values()} == {"", "bali", "java"}
    assert {account_id for account_id, *_ in sent} >= {"turn0", "turn1", "turn2", "few0", "few1"}
    left = " ".join(both.handed_on)
    assert "the session in cookies.json ended" in left
    if both.seats == 1:  # there, permits are few, and a member that has none gives its post to the next one
        assert "not sent 16 min after its time" in left
    assert "still" not in {account_id for account_id, *_ in sent}


def test_what_was_foreseen_is_told_in_words_that_name_no_draw(both: Both) -> None:
    """The template is foreseen; which of its texts chance takes is not."""
    drawn = [run for run in both.plan.values() if run.account_id == "drawn" and run.is_posted]
    assert drawn
    assert all(re.match("(Cheap|Fast|Weekly) drawn", run.text) for run in drawn)


def test_running_tests_draw_texts_and_times_as_foreseen(both: Both) -> None:
    """That plan and record are the same is shown above; here, that the tests had a say in it."""
    tested = [run for run in both.plan.values() if run.account_id == "queue" and run.kind == "promo" and run.is_posted]
    assert tested
    assert {run.template for run in tested} <= set(TESTED_TEXTS)
    (york,) = [run for run in both.plan.values() if run.slot == "at0730" and run.account_id == "york"]
    zone = ZoneInfo("America/New_York")
    times = [datetime.fromisoformat(f"{york.local_date} {time}").replace(tzinfo=zone) for time in TESTED_TIMES]
    assert any(timedelta(0) <= york.planned_at - time <= timedelta(minutes=7) for time in times)


def test_nothing_was_written_by_looking_ahead(both: Both) -> None:
    assert both.forecast.made_at == START
    assert both.forecast.end == START + timedelta(days=7)
