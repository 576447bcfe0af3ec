"""The page of the coming week and "what if", over a real manager with a home of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bot.account_manager import AccountManager
from bot.clock import FakeClock
from bot.fleet.fake import FakeFleet
from bot.forecast_view import Cause, Changes, Forecast, ForecastRun, Limits, Outcome
from bot.storage.group_queues import GroupWritten
from tests.homes import HomeBuilder, templates, write_yaml
from tests.webapp.panel import make_panel, make_panel_of
from webapp.week.page import counts_of
from webapp.week.trying import compare

NOW = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)
SLOTS = [
    {"name": "early", "time": "08:00", "post": "promo"},
    {"name": "late", "time": "20:00", "post": "promo", "like": 3},
]


@pytest.fixture
def home(tmp_path: Path) -> HomeBuilder:
    home = HomeBuilder(tmp_path / "home")
    for name in ("Ayu", "Budi"):
        folder = home.add(name.lower(), name, schedule={"timezone": "UTC", "slots": SLOTS}, groups=["bali"])
        write_yaml(folder / "config" / "templates.yaml", templates(name, 20))
    return home


@pytest.fixture
def manager(home: HomeBuilder) -> Iterator[AccountManager]:
    manager = AccountManager(home.root, clock=FakeClock(NOW))
    manager.open()
    yield manager
    manager.close()


@pytest.fixture
def client(manager: AccountManager, tmp_path: Path) -> FlaskClient:
    return make_panel_of(manager, FakeClock(NOW)).operator()


def test_it_shows_each_run_with_a_letter_and_words(client: FlaskClient) -> None:
    page = client.get("/week").text
    assert 'aria-label="Shop Ayu, early Mon 08:00, posts"' in page
    assert "Coming week" in page
    assert "on the clock of UTC" in page


def test_a_paused_account_says_why_nothing_comes_of_its_runs(client: FlaskClient, manager: AccountManager) -> None:
    manager.pause_accounts(["ayu"])
    page = client.get("/week").text
    assert "Shop Ayu, early Mon 08:00, the account holds still: the account is paused" in page


def test_a_mark_leads_to_the_text_the_reason_and_the_remedy(client: FlaskClient, manager: AccountManager) -> None:
    manager.pause_accounts(["ayu"])
    run = "ayu|early|2026-03-02T08:00:00+00:00"
    page = client.get("/week", query_string={"run": run}).text
    assert "Resume or start the account" in page
    run = "budi|early|2026-03-02T08:00:00+00:00"
    assert "Budi offer 0" in client.get("/week", query_string={"run": run}).text


def test_a_post_of_a_group_is_shown_with_the_member_that_gets_it(client: FlaskClient, manager: AccountManager) -> None:
    assert not [run for run in manager.forecasts.look().runs if run.group]
    manager.group_queues.add("bali", [GroupWritten("Bali opens at nine")], "ayu")
    (run,) = [run for run in manager.forecasts.look().runs if run.group]
    assert (run.account_id, run.slot, run.local_date, run.text) == ("ayu", "early", "2026-03-02", "Bali opens at nine")
    page = client.get("/week", query_string={"run": f"ayu|early|{run.planned_at.isoformat()}"}).text
    assert "Bali opens at nine" in page
    assert 'href="/groups/bali/queue"' in page
    told = client.get("/api/week").get_json()["runs"]
    assert [(each["account"], each["group"], each["post_id"]) for each in told if each["group"]] == [
        ("ayu", "bali", None)
    ]


def test_what_if_an_account_leaves_its_group(client: FlaskClient, manager: AccountManager) -> None:
    texts = ("Sun over Kuta", "Sea at Sanur", "Hills of Ubud")
    manager.group_queues.add("bali", [GroupWritten(text) for text in texts], "ayu")
    before = [run.account_id for run in manager.forecasts.look().runs if run.group]
    assert before == ["ayu", "budi", "ayu"]
    page = client.get("/week/try?account=budi&leaves=bali").text
    assert "posts for bali" in page
    assert re.search("Posts of groups</th><td>3</td><td>3</td>", page)
    after = manager.forecasts.try_out(Changes(accounts=("budi",), leaves="bali"))
    assert [run.account_id for run in after.runs if run.group] == ["ayu"] * 3
    assert manager.get_account("budi").groups == ("bali",)


def test_what_if_a_group_gets_another_member_needs_the_account(client: FlaskClient) -> None:
    answer = client.get("/week/try?joins=bali")
    assert answer.status_code == 422
    assert "choose an account or a group above" in answer.text


def test_a_search_leaves_some_and_an_unknown_run_shows_none(client: FlaskClient) -> None:
    page = client.get("/week?q=budi&run=nobody|x|y&page=99&day=77&zone=Nowhere").text
    assert "Shop Budi, early" in page
    assert "Shop Ayu, early" not in page
    assert 'id="run"' not in page


def test_without_accounts_it_tells_the_next_step(tmp_path: Path) -> None:
    clock = FakeClock(NOW)
    page = make_panel(FakeFleet(clock), clock, tmp_path).operator().get("/week").text
    assert "No account yet" in page
    assert "Add account" in page


def test_a_person_can_ask_for_another_look(client: FlaskClient, manager: AccountManager) -> None:
    first = manager.forecasts.look()
    assert manager.forecasts.look() is first
    token = client.get("/week").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    assert client.post("/week/again", data={"csrf_token": token}).status_code == 302
    assert manager.forecasts.look() is not first


def test_what_if_a_slot_is_off_tells_both_weeks_and_saves_nothing(client: FlaskClient, home: HomeBuilder) -> None:
    before = {file: file.read_bytes() for file in home.root.rglob("*.yaml")}
    page = client.get("/week/try?account=ayu&slot=early&switch=off").text
    assert "7 fewer posts." in page
    assert "/accounts/ayu/plan/slots/early" in page
    assert {file: file.read_bytes() for file in home.root.rglob("*.yaml")} == before


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (Outcome.LEFT_OUT, Outcome.DONE, "1 fewer run is left out."),
        (Outcome.DONE, Outcome.LEFT_OUT, "1 more run is left out."),
    ],
)
def test_what_if_tells_of_runs_left_out_in_a_whole_sentence(before: Outcome, after: Outcome, words: str) -> None:
    assert words in compare(week_of(before), week_of(after)).words
    many = compare(week_of(*[before] * 7), week_of(*[after] * 7)).words
    assert words.replace("1", "7").replace("run is", "runs are") in many


def week_of(*outcomes: Outcome) -> Forecast:
    """A week with a run of each outcome, an hour after the other."""
    runs = [
        ForecastRun("ayu", f"slot{number}", "2026-11-23", NOW + timedelta(hours=number), outcome)
        for number, outcome in enumerate(outcomes)
    ]
    return Forecast(NOW, NOW, NOW + timedelta(days=7), runs, Limits(1, 1, 1, 1, 1), 0, 60)


def test_what_if_marks_the_runs_that_differ_in_both_weeks(client: FlaskClient) -> None:
    page = client.get("/week/try?account=ayu&slot=early&time=11:11").text
    now, then = page.split('<section aria-label="Now"', 1)[1].split('<section aria-label="With the change"', 1)
    assert now.count("mark-differs") == then.count("mark-differs") == 7
    assert "11:11" not in now
    assert "early Mon 11:11" in then or "early Tue 11:11" in then


def test_a_slot_that_sends_another_post_is_one_run_that_differs(client: FlaskClient, manager: AccountManager) -> None:
    texts = ("Sun over Kuta", "Sea at Sanur")
    manager.group_queues.add("bali", [GroupWritten(text) for text in texts], "ayu")
    page = client.get("/week/try?account=ayu&slot=early&switch=off").text
    rows = re.findall(
        '<tr><th scope="row">Shop (.*?)</th><td>(.*?)</td><td>2026-03-02</td><td>(.*?)</td><td>(.*?)</td>', page
    )
    assert rows == [
        ("Ayu", "early", "08:00, posts for bali", "–"),
        ("Ayu", "late", "20:00, posts", "20:00, posts for bali “Sun over Kuta”"),
    ]


def test_the_counts_are_those_of_the_accounts_that_are_shown(client: FlaskClient) -> None:
    assert "<dt>runs</dt><dd>28</dd>" in client.get("/week").text
    assert "<dt>runs</dt><dd>14</dd>" in client.get("/week?q=ayu").text


def test_what_if_the_fleet_may_post_less_an_hour(client: FlaskClient) -> None:
    page = client.get("/week/try?all_tweets_per_hour=1").text
    assert "The longest wait of a run is 60 minutes (now none)." in page


def test_what_if_nothing_changes_says_so(client: FlaskClient) -> None:
    assert "Nothing changes in the coming week." in client.get("/week/try?seats=64").text


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("seats=0", "At least 1."),
        ("seats=many", "A whole number from 0 to 64."),
        ("tweets_per_day=-1", "A whole number from 0 to 1000."),
        ("time=25:00&slot=early", "A time of day"),
        ("switch=off", "Name the slot"),
        (
            "account=ayu&slot=noon&switch=off",
            "None of these accounts has a slot of this name. Their slots: early, late.",
        ),
    ],
)
def test_a_form_with_a_mistake_says_what_is_wrong(client: FlaskClient, query: str, told: str) -> None:
    answer = client.get(f"/week/try?{query}")
    assert answer.status_code == 422
    assert told in answer.text


def test_unknown_accounts_and_templates_are_not_found(client: FlaskClient) -> None:
    assert client.get("/week/try?account=nobody&seats=1").status_code == 404
    assert client.get("/week/try?template=nothing").status_code == 404


def test_the_api_tells_the_same_runs(client: FlaskClient, manager: AccountManager) -> None:
    told = client.get("/api/week?account=ayu").get_json()
    own = manager.forecasts.look().of_accounts(["ayu"])
    assert [run["slot"] for run in told["runs"]] == [run.slot for run in own]
    assert told["runs"][0]["posted_at"] == "2026-03-02T08:00:00Z"
    assert sum(hour["posts"] for hour in told["hours"]) == sum(run.is_posted for run in manager.forecasts.look().runs)


def test_a_run_that_waited_for_a_seat_and_then_found_no_text_waited_too() -> None:
    at = datetime(2026, 3, 2, 8, tzinfo=UTC)
    run = ForecastRun(
        "ayu", "early", "2026-03-02", at, Outcome.PARTLY, Cause.RUNWAY, started_at=at + timedelta(minutes=9)
    )
    runs = [run, replace(run, started_at=at), replace(run, cause=Cause.LIMIT), replace(run, cause=Cause.SEAT)]
    assert counts_of(runs)["wait for a seat"] == 2
