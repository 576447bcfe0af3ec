"""Tests of texts and times over the API: listed, planned, started, stopped."""

from __future__ import annotations

import pytest

from bot.storage.panel.tokens import Scope
from tests.experiments.trials import write_arms
from tests.webapp.api.conftest import Api
from tests.webapp.api.test_accounts import kind

BODY = {
    "name": "Question or statement",
    "compares": "texts",
    "account": "one",
    "subject": "promo",
    "first": ["question"],
    "second": ["statement"],
    "smallest_percent": 100,
}


@pytest.fixture
def tested(api: Api) -> Api:
    write_arms(api.world.home.root / "accounts" / "one_OneShop", "OneShop")
    api.manager.reload()
    return api


def test_one_is_planned_started_and_stopped(tested: Api) -> None:
    answer = tested.post("/experiments", BODY)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == "/api/experiments/1"
    standing = tested.json("/experiments/1")
    assert standing["experiment"]["state"] == "draft"
    assert standing["experiment"]["size"] == 20
    assert (standing["accounts"], standing["counted"], standing["next_look"]) == (["one"], [0, 0], 10)
    assert tested.post("/experiments/1/start").status_code == 200
    assert kind(tested.post("/experiments/1/start")) == (409, "refused")
    stopped = tested.post("/experiments/1/stop").json
    assert stopped is not None
    assert (stopped["experiment"]["state"], stopped["experiment"]["verdict"]) == ("stopped", "too_little")
    assert kind(tested.post("/experiments/1/stop")) == (409, "refused")


def test_they_are_listed_in_parts_newest_first(tested: Api) -> None:
    for _ in range(3):
        tested.post("/experiments", BODY)
    first = tested.json("/experiments?limit=2")
    assert [each["id"] for each in first["items"]] == [3, 2]
    rest = tested.json(f"/experiments?limit=2&cursor={first['next']}")
    assert ([each["id"] for each in rest["items"]], rest["next"]) == ([1], None)


def test_what_cannot_be_tested_is_refused_at_its_field(tested: Api) -> None:
    answer = tested.post("/experiments", {**BODY, "second": ["question"]})
    assert kind(answer) == (409, "unfit")
    assert answer.json is not None
    assert [each["pointer"] for each in answer.json["errors"]] == ["/second"]
    assert kind(tested.get("/experiments/9")) == (404, "not-found")


def test_reading_is_enough_to_look_and_not_to_plan(tested: Api) -> None:
    tested.post("/experiments", BODY)
    reader = tested.with_scope(Scope.READ)
    assert reader.get("/experiments/1").status_code == 200
    assert reader.post("/experiments", BODY).status_code == 403
    assert reader.post("/experiments/1/start").status_code == 403
