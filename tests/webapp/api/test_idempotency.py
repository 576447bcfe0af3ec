"""A request with an Idempotency-Key is done once: sent twice, at once, and after a restart."""

from __future__ import annotations

import threading
from datetime import timedelta

from werkzeug.test import TestResponse

from bot.storage.panel.tokens import Scope
from tests.webapp.api.conftest import Api, open_api
from tests.webapp.api.test_accounts import kind, listed

BODY = {"username": "NewShop"}


def test_the_same_request_sent_again_is_answered_as_before_and_not_done_again(api: Api) -> None:
    first = api.post("/accounts", BODY, Idempotency_Key="k1")
    again = api.post("/accounts", BODY, Idempotency_Key="k1")
    assert (again.status_code, again.data, again.mimetype) == (201, first.data, "application/json")
    for name in ("Location", "ETag"):
        assert again.headers[name] == first.headers[name]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert list(listed(api)) == ["one", "two", "newshop"]
    assert kind(api.post("/accounts", BODY, Idempotency_Key="k2")) == (409, "clash")


def test_an_answer_outlives_a_restart(api: Api) -> None:
    first = api.post("/accounts/one/archive", Idempotency_Key="k1")
    api.world.managers.remove(api.manager)
    api.manager.close()
    later = open_api(api.world, api.world.open())
    later.token = api.token
    again = later.post("/accounts/one/archive", Idempotency_Key="k1")
    assert again.data == first.data
    assert len(later.json("/archives")["items"]) == 1


def test_a_refusal_is_kept_too(api: Api) -> None:
    api.manager.pause_fleet()
    assert kind(api.post("/accounts/one/run", Idempotency_Key="k1")) == (409, "refused")
    api.manager.resume_fleet()
    again = api.post("/accounts/one/run", Idempotency_Key="k1")
    assert kind(again) == (409, "refused")
    assert again.headers["Idempotency-Replayed"] == "true"


def test_a_key_of_another_request_is_refused(api: Api) -> None:
    api.post("/accounts", BODY, Idempotency_Key="k1")
    other_body = api.post("/accounts", {"username": "Other"}, Idempotency_Key="k1")
    other_address = api.post("/accounts/one/stop", Idempotency_Key="k1")
    assert kind(other_body) == kind(other_address) == (422, "key-reused")
    assert "other" not in listed(api)


def test_a_request_whose_values_will_not_do_leaves_its_key_free(api: Api) -> None:
    assert kind(api.post("/accounts", {"username": "no handle"}, Idempotency_Key="k1")) == (422, "values")
    assert api.post("/accounts", BODY, Idempotency_Key="k1").status_code == 201


def test_keys_of_two_tokens_have_nothing_to_do_with_each_other(api: Api) -> None:
    admin = api.with_scope(Scope.ADMIN)
    assert api.post("/accounts/one/stop", Idempotency_Key="k1").json is not None
    assert admin.post("/accounts/two/stop", Idempotency_Key="k1").status_code == 200


def test_after_a_day_a_key_is_free_again(api: Api) -> None:
    api.post("/accounts/one/archive", Idempotency_Key="k1")
    api.world.clock.advance(timedelta(hours=23).total_seconds())
    assert "Idempotency-Replayed" in api.post("/accounts/one/archive", Idempotency_Key="k1").headers
    api.world.clock.advance(timedelta(hours=2).total_seconds())
    assert "Idempotency-Replayed" not in api.post("/accounts/one/archive", Idempotency_Key="k1").headers
    assert len(api.json("/archives")["items"]) == 2


def test_of_many_sent_at_once_one_is_done(api: Api) -> None:
    answers: list[TestResponse] = []

    def send() -> None:
        answers.append(api.post("/accounts", BODY, Idempotency_Key="k1"))

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = [answer for answer in answers if answer.status_code == 201]
    others = [answer for answer in answers if answer.status_code != 201]
    assert len({answer.data for answer in made}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in made) == 1
    assert all(kind(answer) == (409, "in-progress") for answer in others)
    assert list(listed(api)) == ["one", "two", "newshop"]


def test_a_request_that_was_cut_off_is_not_done_again_in_the_dark(api: Api) -> None:
    answers = api.access.answers
    with_key = {"Idempotency_Key": "k1"}
    api.app.config["PROPAGATE_EXCEPTIONS"] = False
    keep, answers.keep = answers.keep, _fail  # type: ignore[method-assign]
    assert api.post("/accounts/one/archive", **with_key).status_code == 500
    answers.keep = keep  # type: ignore[method-assign]
    assert kind(api.post("/accounts/one/archive", **with_key)) == (409, "in-progress")
    assert len(api.json("/archives")["items"]) == 1


def _fail(*_parts: object) -> None:
    raise RuntimeError("the power went")


def test_a_key_that_is_none_is_refused(api: Api) -> None:
    for key in ("two words", "x" * 256, ""):
        assert kind(api.post("/accounts/one/stop", Idempotency_Key=key)) == (400, "not-read")
