"""Sessions over the API: cookies go in and never come out."""

from __future__ import annotations

import json

from bot.storage.cookies import Cookie
from bot.storage.panel.tokens import Scope
from bot.x.contract import LoggedIn
from tests.webapp.api.conftest import Api
from tests.webapp.api.test_accounts import kind
from tests.worlds import finish

CANARY = "c4n4ry" * 8
EXPORT = json.dumps(
    [
        {"name": "auth_token", "value": CANARY[:40], "domain": ".x.com", "path": "/", "expirationDate": 1_900_000_000},
        {"name": "ct0", "value": CANARY[8:40], "domain": ".x.com", "path": "/", "expirationDate": 1_900_000_000},
    ]
)


def test_cookies_replace_the_session_and_are_told_by_name_alone(api: Api) -> None:
    answer = api.ask("PUT", "/accounts/one/cookies", {"cookies": EXPORT, "anyway": True})
    assert answer.status_code == 200, answer.text
    session = api.json("/accounts/one/session")
    assert (session["is_there"], session["is_sealed"], session["problem"]) == (True, True, "")
    assert {cookie["name"] for cookie in session["cookies"] if cookie["is_there"]} >= {"auth_token", "ct0"}
    assert session["ends"] == "2030-03-17T17:46:40Z"
    for told in (answer, api.get("/accounts/one/session"), api.get("/accounts/one"), api.get("/accounts/one/why")):
        assert "c4n4ry" not in told.text
    file = api.world.home.root / "accounts" / "one_OneShop" / "cookies.json"
    assert "c4n4ry" not in file.read_text(encoding="utf-8")


def test_what_is_no_session_is_refused_without_its_values(api: Api) -> None:
    for sent in (CANARY, json.dumps([{"name": "guest", "value": CANARY, "domain": ".x.com"}])):
        answer = api.ask("PUT", "/accounts/one/cookies", {"cookies": sent})
        assert kind(answer) == (422, "values")
        assert "c4n4ry" not in answer.text
    wrong_type = api.ask("PUT", "/accounts/one/cookies", {"cookies": [CANARY]})
    assert kind(wrong_type) == (422, "values")
    assert "c4n4ry" not in wrong_type.text


def test_a_session_of_another_account_is_taken_only_on_explicit_wish(api: Api) -> None:
    assert api.ask("PUT", "/accounts/two/cookies", {"cookies": EXPORT, "anyway": True}).status_code == 200
    answer = api.ask("PUT", "/accounts/one/cookies", {"cookies": EXPORT})
    assert kind(answer) == (409, "refused")
    assert answer.json is not None
    assert "Shop TwoShop" in answer.json["detail"]


def test_a_run_tells_whose_the_session_is(api: Api) -> None:
    assert api.post("/accounts/one/session/check").status_code == 202
    finish(api.manager)
    check = api.json("/accounts/one/session")["check"]
    assert (check["handle"], check["problem"]) == ("OneShop", "")


def test_cookies_are_tried_before_they_replace_a_session_that_could_work(api: Api) -> None:
    api.world.x.add_account("Stranger", session=CANARY[:40])
    answer = api.ask("PUT", "/accounts/one/cookies", {"cookies": EXPORT})
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    assert "The present session stays until a log-in" in answer.json["message"]
    finish(api.manager)
    session = api.json("/accounts/one/session")
    assert (session["is_tried"], session["refused"]["handle"]) == (False, "Stranger")


def test_a_window_is_opened_and_closed_and_refused_without_a_screen(api: Api) -> None:
    api.world.x.people = [LoggedIn("OneShop", (Cookie("auth_token", CANARY[:40]), Cookie("ct0", CANARY[8:40])))]
    assert api.post("/accounts/one/session/log-in").status_code == 202
    finish(api.manager)
    assert api.json("/accounts/one/session")["check"]["handle"] == "OneShop"
    assert kind(api.post("/accounts/one/session/log-in/cancel")) == (409, "refused")
    api.world.no_window = "There is no screen."
    answer = api.post("/accounts/one/session/log-in")
    assert kind(answer) == (409, "refused")
    assert "There is no screen." in answer.text


def test_who_may_only_read_sees_how_it_stands_and_changes_nothing(api: Api) -> None:
    reader = api.with_scope(Scope.READ)
    assert reader.get("/accounts/one/session").status_code == 200
    assert reader.ask("PUT", "/accounts/one/cookies", {"cookies": EXPORT}).status_code == 403
