"""The pages of tests over a real manager: planned, started, followed, stopped, and the winner used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bot.storage.experiments import ExperimentState
from tests.experiments.houses import House
from tests.experiments.trials import fleet_store, post_for, wanted
from tests.webapp.panel import Panel, csrf_token, make_panel_of
from tests.worlds import World

FORM = {
    "where": "account:one",
    "compares": "texts",
    "name": "Question or statement",
    "first": "promo|question",
    "second": "promo|statement",
    "outcome": "engagement",
    "smallest": "100",
    "longest": "26",
}


class Place(House):
    """A fleet of one account that can test, and its panel."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.panel: Panel = make_panel_of(self.manager, world.clock)
        self.client: FlaskClient = self.panel.operator()

    def get(self, address: str) -> str:
        answer = self.client.get(address)
        assert answer.status_code == 200, answer.text
        return answer.text

    def post(self, address: str, **data: object) -> tuple[int, str]:
        token = csrf_token(self.get("/experiments/new?where=account:one&compares=texts"))
        answer = self.client.post(address, data={"csrf_token": token, **data}, follow_redirects=True)
        return answer.status_code, answer.text

    def finish_one(self) -> int:
        """A test that has found its winner."""
        experiment = self.desk.create(wanted(), "eko")
        self.desk.start(experiment.id)
        experiment = self.desk.all()[0]
        days = [date(2026, 3, 16) + timedelta(days=number) for number in range(28)]
        post_for(experiment, self.root, days, fleet_store(self.manager), lift=3)
        self.world.clock.advance(54 * 86400)
        self.desk.look()
        self.client = self.panel.operator()  # weeks later, the login has ended
        return experiment.id


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    world = World(tmp_path)
    yield Place(world)
    world.close()


def test_without_a_test_the_page_says_how_to_begin(place: Place) -> None:
    html = place.get("/experiments")
    assert "There is no test yet." in html
    assert 'href="/experiments/new"' in html


def test_size_and_duration_are_told_before_the_start(place: Place) -> None:
    status, html = place.post("/experiments/preview", **FORM)
    assert status == 200
    assert "20 posts each, 40 in all: about 7 weeks" in html
    assert "Assumed, since fewer than ten posts have numbers" in html
    assert place.desk.all() == []


def test_a_draft_is_kept_started_and_stopped(place: Place) -> None:
    status, html = place.post("/experiments", **FORM)
    assert status == 200
    assert "A draft: it would take 20 posts each of A and B." in html
    assert "2026, if it is started now, at 7 such posts a week." in html
    assert "runs: A and B are drawn from tomorrow on" in place.post("/experiments/1/start")[1]
    html = place.get("/experiments/1")
    assert "Not enough data yet: 0 of 20 posts each." in html
    assert "Looked at next with 10 posts each." in html
    assert "20 posts each, to find a difference of 100 %" in html
    assert "is stopped" in place.post("/experiments/1/stop")[1]
    (stopped,) = place.desk.all()
    assert stopped.state is ExperimentState.STOPPED
    assert stopped.why.endswith("stopped it")


def test_stopping_asks_first_and_says_how_far_the_test_is(place: Place) -> None:
    number = place.begin().id
    html = place.get(f"/experiments/{number}")
    asked = re.search(r'data-confirm="([^"]+)"[^>]*>Stop it</button>', html)
    assert asked
    assert asked[1].startswith("0 of 20 posts each are counted. A stopped test cannot go on, and it names no winner")
    post_for(place.desk.all()[0], place.root, place.days(14), place.store)
    place.world.clock.advance(54 * 86400)
    place.client = place.panel.operator()
    assert 'data-confirm="7 of 20 posts each are counted.' in place.get(f"/experiments/{number}")


def test_names_of_templates_have_their_texts_beside_them(place: Place) -> None:
    html = place.get("/experiments/new?where=account:one&compares=texts")
    assert "“Who of OneShop knows {tip}?”" in html
    place.post("/experiments", **FORM)
    html = place.get("/experiments/1")
    first, second = html.index("“Who of OneShop knows {tip}?”"), html.index("“Nobody beats OneShop now: {tip}!”")
    assert html.index("<strong>A</strong> question") < first < html.index("<strong>B</strong> statement") < second


def test_what_is_wrong_stands_at_its_field_and_what_was_filled_in_stays(place: Place) -> None:
    status, html = place.post("/experiments", **{**FORM, "second": "promo|question"})
    assert status == 409
    assert "A and B must differ" in html
    assert 'value="Question or statement"' in html


def test_the_form_for_times_asks_for_a_slot_and_two_times(place: Place) -> None:
    assert 'name="first_time"' in place.get("/experiments/new?where=account:one&compares=times")
    times = {"compares": "times", "slot": "morning", "first_time": "07:00", "second_time": "19:00"}
    _, html = place.post("/experiments", **{**FORM, **times})
    assert "slot “morning” at 07:00" in html


def test_the_result_shows_means_interval_and_probability(place: Place) -> None:
    number = place.finish_one()
    html = place.get(f"/experiments/{number}")
    assert "B did better: look 1 of 3 found a difference" in html
    assert "of 1,000 such tests" in html
    assert '<svg class="experiment-interval"' in html
    assert "So they differ." in html
    assert re.search(r"B did better: [\d.]+ per 100 views, with A [\d.]+ per 100 views\.", html)
    assert "Where there is none, such a test names one at most once in twenty" in html


def test_what_another_test_stands_in_the_way_of_is_told_before_the_start(place: Place) -> None:
    place.post("/experiments", **FORM)
    place.post("/experiments/1/start")
    times = {**FORM, "compares": "times", "slot": "morning", "first_time": "07:00", "second_time": "19:00"}
    assert "is about the same slots of the same account" in place.post("/experiments/preview", **times)[1]
    place.post("/experiments", **times)
    assert 'id="in-the-way"' in place.get("/experiments/2")
    place.post("/experiments/1/stop")
    assert 'id="in-the-way"' not in place.get("/experiments/2")


def test_the_winner_is_used_after_its_changes_were_shown(place: Place) -> None:
    number = place.finish_one()
    before = (place.root / "config" / "templates.yaml").read_text(encoding="utf-8")
    assert "template “question” of A is switched off" in place.get(f"/experiments/{number}/winner")
    assert (place.root / "config" / "templates.yaml").read_text(encoding="utf-8") == before
    assert "Changed: one." in place.post(f"/experiments/{number}/winner")[1]
    assert "enabled: false" in (place.root / "config" / "templates.yaml").read_text(encoding="utf-8")


def test_without_a_winner_there_is_nothing_to_use(place: Place) -> None:
    place.post("/experiments", **FORM)
    assert place.client.get("/experiments/1/winner").status_code == 404


def test_a_draft_can_be_deleted(place: Place) -> None:
    place.post("/experiments", **FORM)
    assert "is deleted" in place.post("/experiments/1/delete")[1]
    assert place.client.get("/experiments/1").status_code == 404


def test_a_test_that_is_not_there_is_told(place: Place) -> None:
    assert place.client.get("/experiments/77").status_code == 404
    assert place.client.get("/experiments/99999999999999999999999").status_code == 404
