"""All accounts together, and groups, over the API."""

from __future__ import annotations

from tests.webapp.api.conftest import Api
from tests.webapp.api.test_accounts import kind, listed


def test_the_fleet_is_paused_and_goes_on(api: Api) -> None:
    assert api.json("/fleet") == {
        "accounts": 2,
        "seats": 3,
        "working": 0,
        "queued": 0,
        "paused": None,
        "states": {"waiting": 2},
        "problems": [],
        "warnings": [],
    }
    answer = api.post("/fleet/pause")
    assert answer.json is not None
    assert answer.json["fleet"]["paused"] == "paused by a person"
    assert answer.json["fleet"]["states"] == {"paused": 2}
    answer = api.post("/fleet/resume")
    assert answer.json is not None
    assert answer.json["message"] == "The fleet goes on."
    assert api.json("/fleet")["paused"] is None


def test_groups_of_an_account_are_set_and_all_groups_listed(api: Api) -> None:
    answer = api.ask("PUT", "/accounts/one/groups", {"groups": ["food", "bogor", "food"]})
    assert answer.json is not None
    assert answer.json["groups"] == ["food", "bogor"]
    api.ask("PUT", "/accounts/two/groups", {"groups": ["bogor"]})
    assert listed(api)["one"]["groups"] == ["food", "bogor"]
    assert api.json("/groups") == {"items": [{"name": "bogor", "accounts": 2}, {"name": "food", "accounts": 1}]}
    late = api.ask("PUT", "/accounts/one/groups", {"groups": []}, If_Match='"of before"')
    assert kind(late) == (412, "changed-meanwhile")
