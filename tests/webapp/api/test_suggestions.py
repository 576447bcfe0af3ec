"""Suggestions over the API: read, accepted, dismissed."""

from __future__ import annotations

from random import Random

import pytest

from bot.storage.panel.tokens import Scope
from tests.advice.worlds import enter_posts, make_posts
from tests.webapp.api.conftest import Api, open_api
from tests.worlds import World

SLOTS = {"timezone": "UTC", "slots": [{"name": "early", "time": "08:00", "post": "promo"}]}
PATH = "/accounts/one/slots/early/suggestion"


@pytest.fixture
def telling(world: World) -> Api:
    root = world.add("one", "OneShop", schedule=SLOTS)
    posts = make_posts(Random(1), (8, 13, 17, 19), 60, lambda post: 2.0 if post.posted_at.hour == 19 else 1.0)
    enter_posts(root / "data" / "metrics.db", posts)
    return open_api(world, world.open()).with_scope(Scope.OPERATE)


def test_a_suggestion_is_told_with_its_numbers_and_accepted(telling: Api) -> None:
    told = telling.json("/suggestions?account=one")
    [one] = told["suggestions"]
    assert (one["account"], one["slot"], one["present_time"], one["suggested"]["hour"]) == ("one", "early", "08:00", 19)
    assert one["better_by"]["low"] > 0
    assert told["accounts"] == [{"account": "one", "settled_posts": 240, "needed_posts": 40, "trouble": ""}]
    assert {each["kind"] for each in told["practices"]} == {"hour"}
    answer = telling.post(f"{PATH}/accept", {"time": one["time"]})
    assert answer.status_code == 200, answer.text
    assert telling.json("/accounts/one/slots")["items"][0]["time"] == one["time"]
    assert telling.json("/suggestions")["suggestions"] == []


def test_another_time_is_refused_and_so_is_a_slot_without_a_suggestion(telling: Api) -> None:
    assert telling.post(f"{PATH}/accept", {"time": "13:00"}).status_code == 409
    assert telling.post(f"{PATH}/accept", {"time": "25:00"}).status_code == 422
    assert telling.post("/accounts/one/slots/late/suggestion/dismiss").status_code == 409
    assert telling.post("/accounts/nobody/slots/early/suggestion/dismiss").status_code == 404
    assert telling.get("/suggestions?account=nobody").status_code == 404


def test_a_dismissed_one_is_not_told_again(telling: Api) -> None:
    assert telling.post(f"{PATH}/dismiss").status_code == 200
    assert telling.json("/suggestions")["suggestions"] == []
