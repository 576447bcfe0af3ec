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
    found = [(each["name"], each["accounts"]) for each in api.json("/groups")["items"]]
    assert found == [("bogor", 2), ("food", 1)]
    late = api.ask("PUT", "/accounts/one/groups", {"groups": []}, If_Match='"of before"')
    assert kind(late) == (412, "changed-meanwhile")


def test_groups_tell_how_their_accounts_stand_and_get_other_names(api: Api) -> None:
    api.post("/bulk", {"deed": "add_to_group", "accounts": "all", "group": "bali"})
    api.manager.stop_account("two")
    [bali] = api.json("/groups")["items"]
    assert bali == {"name": "bali", "accounts": 2, "in_trouble": 0, "states": {"waiting": 1, "stopped": 1}}
    renaming = {"name": "bali", "new_name": "lombok"}
    answer = api.post("/groups/rename", renaming)
    assert answer.json == {**bali, "name": "lombok"}
    assert api.json("/accounts/one")["groups"] == ["lombok"]
    assert kind(api.post("/groups/rename", renaming)) == (409, "refused")
    assert kind(api.post("/groups/rename", {"name": "lombok", "new_name": "lombok"})) == (409, "clash")
    assert kind(api.post("/groups/rename", {"name": "lombok", "new_name": "a,b"})) == (422, "values")
