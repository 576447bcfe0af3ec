"""What a program asks of accounts: each done by the real engine, and a refusal is no success."""

from __future__ import annotations

from typing import Any

import pytest

from bot.fleet_view import StateKind
from bot.storage.panel.tokens import Scope
from tests.webapp.api.conftest import Api
from tests.webapp.api.test_accounts import kind
from tests.worlds import finish, state


def test_stop_and_start_answer_with_words_and_the_new_state(api: Api) -> None:
    answer = api.post("/accounts/one/stop")
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["message"] == "Shop OneShop is stopped."
    assert answer.json["account"]["state"]["kind"] == "stopped"
    answer = api.post("/accounts/one/start")
    assert answer.json is not None
    assert answer.json["message"] == "Shop OneShop is started; next is morning, 08:00."
    assert state(api.manager) is StateKind.WAITING


def test_a_start_of_a_disabled_account_says_to_enable_it_first(api: Api) -> None:
    api.post("/accounts/one/disable")
    answer = api.post("/accounts/one/start")
    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["detail"].startswith("Shop OneShop is disabled: enable it first")


def test_a_start_while_all_are_paused_promises_no_run(api: Api) -> None:
    api.manager.pause_fleet()
    for order in ("stop", "start"):
        answer = api.post(f"/accounts/one/{order}")
    assert answer.json is not None
    assert answer.json["message"] == "Shop OneShop is started; no run begins before the pause of all accounts ends."


def test_pause_and_resume_may_be_asked_for_twice(api: Api) -> None:
    for _ in range(2):
        assert api.post("/accounts/one/pause").status_code == 200
        assert state(api.manager) is StateKind.PAUSED
    for _ in range(2):
        assert api.post("/accounts/one/resume").status_code == 200
        assert state(api.manager) is StateKind.WAITING


def test_the_numbers_are_read_now_and_nothing_else_is_done(api: Api) -> None:
    answer = api.post("/accounts/one/refresh")
    assert answer.status_code == 202
    assert answer.json is not None
    assert answer.json["message"] == "Shop OneShop: the reading of its numbers begins now."
    finish(api.manager)
    assert len(api.world.x.calls_of("read_profile", "OneShop")) == 1
    assert api.world.x.posts_of("OneShop") == []
    api.manager.pause_fleet()
    assert api.post("/accounts/one/refresh").status_code == 409


def test_a_slot_runs_now(api: Api) -> None:
    answer = api.post("/accounts/one/run", {"slot": "morning"})
    assert answer.status_code == 202
    assert answer.json is not None
    assert answer.json["message"] == "Shop OneShop: morning begins now."
    finish(api.manager)
    assert len(api.world.x.posts_of("OneShop")) == 1


def test_a_slot_that_there_is_not_is_told_with_those_there_are(api: Api) -> None:
    answer = api.post("/accounts/one/run", {"slot": "midnight"})
    assert kind(answer) == (409, "refused")
    assert answer.json is not None
    assert answer.json["errors"] == [{"pointer": "/slot", "detail": "there is no such slot; there are morning"}]


def stop(api: Api) -> None:
    api.manager.stop_account("one")


def disable(api: Api) -> None:
    api.manager.roster.change("one", {"enabled": False})


def pause_all(api: Api) -> None:
    api.manager.pause_fleet()


def begin_run(api: Api) -> None:
    api.world.hold(api.manager, "one")


@pytest.mark.parametrize(
    ("before", "deed", "words"),
    [
        (stop, "pause", "there is nothing to pause"),
        (disable, "start", "is disabled"),
        (disable, "run", "is disabled"),
        (pause_all, "run", "The fleet is paused"),
        (begin_run, "run", "has a run already"),
    ],
)
def test_what_the_engine_refuses_is_a_conflict_in_its_words(api: Api, before: Any, deed: str, words: str) -> None:
    before(api)
    answer = api.post(f"/accounts/one/{deed}")
    assert kind(answer) == (409, "refused")
    assert answer.json is not None
    assert words in answer.json["detail"]


def test_a_post_in_doubt_is_decided_once(api: Api) -> None:
    api.world.x.lose_next_answer(handle="OneShop", stored=False)
    api.post("/accounts/one/run")
    finish(api.manager)
    post = api.json("/accounts/one/tweets")["items"][0]
    assert post["state"] in {"sending", "needs_review"}
    address = f"/accounts/one/posts/{post['id']}/decide"
    answer = api.post(address, {"is_there": True})
    assert answer.json is not None
    assert answer.json["message"] == "The post counts as sent."
    assert api.json("/accounts/one/tweets")["items"][0]["state"] == "sent"
    assert kind(api.post(address, {"is_there": False})) == (409, "refused")
    assert kind(api.post("/accounts/one/posts/999/decide", {"is_there": True})) == (404, "not-found")


def test_who_may_only_read_lets_nothing_work(api: Api) -> None:
    reader = api.with_scope(Scope.READ)
    assert reader.get("/accounts/one").status_code == 200
    for path in ("/accounts/one/start", "/accounts/one/run", "/fleet/pause", "/accounts"):
        answer = reader.post(path, {})
        assert answer.status_code == 403
        assert answer.mimetype == "application/problem+json"
    assert api.manager.overview().paused == ""
