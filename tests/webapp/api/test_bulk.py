"""One order for many accounts over the API."""

from __future__ import annotations

from typing import Any

import pytest

from bot.fleet_view import StateKind
from bot.settings.account import RateLimits
from bot.storage.panel.audit import AuditQuery
from tests.webapp.api.conftest import Api
from tests.webapp.api.test_accounts import errors, kind
from tests.worlds import state
from webapp.api.bulk import Deed, LimitKey
from webapp.bulk.deeds import DEEDS
from webapp.bulk.edits import EDITS


def order(api: Api, deed: str, accounts: Any, **more: Any) -> dict[str, str]:
    """Account -> what became of it."""
    answer = api.post("/bulk", {"deed": deed, "accounts": accounts, **more})
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    return {each["account"]: each["outcome"] for each in answer.json["results"]}


@pytest.mark.parametrize(
    ("sent", "words"), [({}, "Field required"), ({"deed": "dance"}, "should be one of start, stop, pause")]
)
def test_an_order_of_no_known_deed_is_told_by_its_field(api: Api, sent: dict[str, str], words: str) -> None:
    answer = api.post("/bulk", {**sent, "accounts": "all"})
    assert kind(answer) == (422, "values")
    assert answer.json is not None
    (error,) = answer.json["errors"]
    assert error["pointer"] == "/deed"
    assert error["detail"].startswith(words)


def test_a_preview_tells_what_would_change_and_changes_nothing(api: Api) -> None:
    api.manager.stop_account("two")
    assert order(api, "stop", "all", preview=True) == {"one": "done", "two": "left"}
    assert state(api.manager, "one") is StateKind.WAITING


def test_all_a_group_or_some_are_meant(api: Api) -> None:
    api.manager.roster.change("one", {"groups": ["bogor"]})
    assert order(api, "pause", {"group": "bogor"}) == {"one": "done"}
    assert order(api, "pause", "all") == {"one": "left", "two": "done"}
    assert order(api, "resume", ["two", "two", "nobody"]) == {"two": "done", "nobody": "left"}
    assert (state(api.manager, "one"), state(api.manager, "two")) == (StateKind.PAUSED, StateKind.WAITING)


@pytest.mark.parametrize("accounts", [None, "some", {"group": ""}, {"groups": "x"}, [1]])
def test_whoever_says_not_which_accounts_moves_none(api: Api, accounts: Any) -> None:
    assert kind(api.post("/bulk", {"deed": "stop", "accounts": accounts})) == (422, "values")
    assert kind(api.post("/bulk", {"deed": "stop"})) == (422, "values")
    assert state(api.manager, "one") is StateKind.WAITING


def test_the_deeds_are_those_of_the_panel() -> None:
    one_by_one = {"accept_times"}  # over the API, each suggestion is accepted by itself
    assert set(Deed) == (set(DEEDS) | set(EDITS)) - one_by_one
    assert {str(key) for key in LimitKey} == set(RateLimits.model_fields)


@pytest.mark.parametrize(
    ("deed", "more", "words"),
    [
        ("set_limit", {"limit": {"key": "tweets_per_day", "value": 7}}, "Posts a day: 50 → 7"),
        ("add_slot", {"slot": {"name": "lunch", "time": "12:15"}}, "Slot lunch: new, 12:15, Every day"),
        ("add_to_group", {"group": "bali"}, "Groups: none → bali"),
        ("disable", {}, "Enabled: yes → no"),
    ],
)
def test_what_is_written_of_accounts_is_changed_and_told(api: Api, deed: str, more: dict[str, Any], words: str) -> None:
    sent = {"deed": deed, "accounts": ["two", "nobody"], **more}
    preview = api.post("/bulk", {**sent, "preview": True}).json
    assert preview is not None
    assert preview["results"][0] == {"account": "two", "outcome": "done", "words": words}
    result = api.post("/bulk", sent)
    assert result.status_code == 200, result.text
    assert result.json is not None
    found = {each["account"]: (each["outcome"], each["words"]) for each in result.json["results"]}
    assert found == {"two": ("done", words), "nobody": ("left", "There is no such account any more.")}
    assert order(api, deed, ["two"], **more) == {"two": "left"}


def test_a_template_is_applied(api: Api) -> None:
    api.post("/accounts/one/slots", {"name": "lunch", "time": "12:15"})
    api.post("/account-templates", {"name": "shop", "account": "one"})
    assert order(api, "apply_template", "all", template={"name": "shop"}) == {"one": "left", "two": "done"}
    assert api.json("/accounts/two")["slots"] == ["morning", "lunch"]
    told = {"deed": "apply_template", "accounts": "all", "template": {"name": "nothing"}}
    assert kind(api.post("/bulk", told)) == (409, "refused")
    assert kind(api.post("/bulk", {**told, "template": {"name": "shop", "parts": ["content"]}})) == (409, "refused")


@pytest.mark.parametrize(
    ("sent", "pointer"),
    [
        ({"deed": "set_limit"}, "/limit"),
        ({"deed": "set_limit", "limit": {"key": "tweets_per_day", "value": -1}}, "/limit/value"),
        ({"deed": "stop", "limit": {"key": "tweets_per_day", "value": 1}}, "/limit"),
        ({"deed": "add_to_group", "group": "a,b"}, "/group"),
        ({"deed": "fly"}, "/deed"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(api: Api, sent: dict[str, Any], pointer: str) -> None:
    answer = api.post("/bulk", {"accounts": "all", **sent})
    assert kind(answer) == (422, "values")
    assert errors(answer)[0]["pointer"] == pointer


def test_the_audit_log_names_the_order_and_the_accounts(api: Api) -> None:
    order(api, "pause", ["two", "nobody"])
    order(api, "pause", ["one"], preview=True)
    entries = api.access.audit.search(AuditQuery(words="bulk"), 10)
    assert [each.target for each in entries] == ["/api/bulk · preview: Pause: one", "/api/bulk · Pause: two"]
