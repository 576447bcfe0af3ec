"""Accounts over the API, on a real manager: listed, added, changed, removed, with marks that lose no change."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from werkzeug.test import TestResponse

from tests.webapp.api.conftest import Api
from tests.worlds import finish

PROBLEM = "application/problem+json"


def listed(api: Api) -> dict[str, Any]:
    """What accounts.yaml has, by id."""
    text = (api.world.home.root / "config" / "accounts.yaml").read_text(encoding="utf-8")
    return {entry["id"]: entry for entry in yaml.safe_load(text)["accounts"]}


def kind(answer: TestResponse) -> tuple[int, str]:
    """Status and kind of a problem."""
    assert answer.mimetype == PROBLEM, answer.text
    assert answer.json is not None
    assert answer.json["status"] == answer.status_code
    return answer.status_code, answer.json["type"].rpartition("#")[2]


def errors(answer: TestResponse) -> list[dict[str, Any]]:
    assert answer.json is not None
    found: list[dict[str, Any]] = answer.json["errors"]
    return found


def editable(account: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The body of a PUT that changes these fields and leaves the others."""
    names = ("name", "username", "enabled", "description", "groups")
    return {name: account[name] for name in names} | changes


# listing


def test_an_account_is_told_whole(api: Api) -> None:
    account = api.json("/accounts/one")
    assert {key: account[key] for key in ("id", "name", "username", "enabled", "folder", "groups")} == {
        "id": "one",
        "name": "Shop OneShop",
        "username": "@OneShop",
        "enabled": True,
        "folder": "accounts/one_OneShop",
        "groups": [],
    }
    assert account["state"] == {"kind": "waiting", "reason": "", "remedy": "", "until": None}
    assert account["next_run"] == "2026-03-02T08:00:00Z"
    assert account["today"] == {"posts": 0, "posts_limit": 50, "likes": 0, "follows": 0}
    assert account["created_at"] is None
    assert account["last_active"] is None


def test_after_a_run_it_was_last_active_when_the_run_ended(api: Api) -> None:
    assert api.post("/accounts/one/run").status_code == 202
    finish(api.manager)
    account = api.json("/accounts/one")
    ended_at = api.manager.runs("one")[0].ended_at
    assert ended_at is not None
    assert account["last_active"] == ended_at.isoformat().replace("+00:00", "Z")
    assert account["today"]["posts"] == 1


def test_parts_of_the_list_have_no_gap_and_no_overlap(api: Api) -> None:
    for number in range(5):
        assert api.post("/accounts", {"username": f"Shop{number}"}).status_code == 201
    seen: list[str] = []
    path = "/accounts?limit=3"
    while path:
        answer = api.get(path)
        assert answer.json is not None
        seen += [account["id"] for account in answer.json["items"]]
        assert answer.json["total"] == 7
        link = answer.headers.get("Link", "")
        assert bool(link) is (answer.json["next"] is not None)
        path = link.partition(">")[0].removeprefix("</api") if link else ""
    assert seen == ["one", "shop0", "shop1", "shop2", "shop3", "shop4", "two"]


def test_the_list_is_narrowed_by_state_group_enabled_and_words(api: Api) -> None:
    api.manager.stop_account("two")
    api.manager.roster.change("one", {"groups": ["bogor", "food"], "enabled": False})
    ids = lambda query: [each["id"] for each in api.json(f"/accounts?{query}")["items"]]  # noqa: E731
    assert ids("state=stopped") == ["two"]
    assert ids("state=stopped&state=disabled") == ["one", "two"]
    assert ids("group=bogor") == ["one"]
    assert ids("group=bog") == []
    assert ids("enabled=true") == ["two"]
    assert ids("enabled=false&q=ONESHOP") == ["one"]
    assert ids("q=nobody") == []


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("limit=0", "limit"),
        ("limit=1.0", "limit"),
        ("enabled=1", "enabled"),
        ("state=asleep", "state"),
        ("grup=bogor", "grup"),
        ("q=a&q=b", "q"),
    ],
)
def test_a_parameter_that_means_nothing_is_named(api: Api, query: str, parameter: str) -> None:
    answer = api.get(f"/accounts?{query}")
    assert kind(answer) == (422, "values")
    assert errors(answer)[0]["parameter"] == parameter


# adding


def test_an_account_is_added_and_told_with_its_address_and_mark(api: Api) -> None:
    body = {"username": "@NewShop", "name": "New", "groups": ["bogor", "food", "bogor"], "timezone": "Asia/Jakarta"}
    answer = api.post("/accounts", body)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == "/api/accounts/newshop"
    assert answer.json is not None
    assert answer.json["groups"] == ["bogor", "food"]
    assert answer.json["timezone"] == "Asia/Jakarta"
    assert answer.json["created_at"] == "2026-03-02T07:59:00Z"
    assert api.get("/accounts/newshop").headers["ETag"] == answer.headers["ETag"]
    assert listed(api)["newshop"]["username"] == "@NewShop"


def test_an_account_is_added_with_the_times_of_its_slots(api: Api) -> None:
    body = {"username": "NewShop", "slot_times": {"morning": "09:15", "evening": "21:40"}}
    assert api.post("/accounts", body).status_code == 201
    times = {slot["name"]: slot["time"] for slot in api.json("/accounts/newshop/slots")["items"]}
    assert times == {"morning": "09:15", "afternoon": "13:00", "evening": "21:40"}


def test_a_clone_has_the_settings_of_the_other(api: Api) -> None:
    assert api.post("/accounts", {"username": "NewShop", "clone_of": "one"}).status_code == 201
    assert api.json("/accounts/newshop")["slots"] == api.json("/accounts/one")["slots"]


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({"username": "oneshop"}, 409, "/username"),
        ({"username": "Fresh", "id": "ONE"}, 409, "/id"),
        ({"username": "Fresh", "clone_of": "nobody"}, 409, "/clone_of"),
        ({"username": "not a handle"}, 422, "/username"),
        ({"username": "Fresh", "timezone": "Asia/Bogor"}, 422, "/timezone"),
        ({"username": "Fresh", "slot_times": {"morning": "9 o'clock"}}, 422, "/slot_times/morning"),
        ({"username": "Fresh", "groups": ["a", ""]}, 422, "/groups/1"),
        ({"username": "Fresh", "enabled": "yes"}, 422, "/enabled"),
        ({"username": "Fresh", "folder": "../x"}, 422, "/folder"),
        ({}, 422, "/username"),
    ],
)
def test_what_cannot_be_added_is_told_by_its_field_and_leaves_nothing(
    api: Api, body: dict[str, Any], status: int, pointer: str
) -> None:
    answer = api.post("/accounts", body)
    assert kind(answer)[0] == status
    assert errors(answer)[0]["pointer"] == pointer
    assert set(listed(api)) == {"one", "two"}


def test_an_id_that_the_addresses_need_is_refused(api: Api) -> None:
    assert kind(api.post("/accounts", {"username": "Fresh", "id": "all"})) == (409, "refused")


def test_a_body_that_is_no_json_and_one_of_another_kind_are_refused(api: Api) -> None:
    client, token = api.app.test_client(), {"Authorization": f"Bearer {api.token}"}
    broken = client.post("/api/accounts", data="{", headers=token, content_type="application/json")
    form = client.post("/api/accounts", data={"username": "Fresh"}, headers=token)
    assert kind(broken) == (400, "not-read")
    assert kind(form) == (415, "media-type")


# changing


def test_put_changes_the_entry_and_leaves_comments_and_other_keys(api: Api) -> None:
    file = api.world.home.root / "config" / "accounts.yaml"
    text = file.read_text(encoding="utf-8").replace("enabled: true", "enabled: true  # on\n  mine: 1", 1)
    file.write_text(text, encoding="utf-8")
    got = api.get("/accounts/one")
    assert got.json is not None
    body = editable(got.json, name="Another", groups=["food"])
    answer = api.ask("PUT", "/accounts/one", body, If_Match=got.headers["ETag"])
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    assert (answer.json["name"], answer.json["groups"]) == ("Another", ["food"])
    assert answer.headers["ETag"] != got.headers["ETag"]
    assert listed(api)["one"]["mine"] == 1
    assert "description" not in listed(api)["one"]  # there was none, and there is none
    assert "# on" in file.read_text(encoding="utf-8")


def test_of_two_changes_made_from_the_same_state_the_second_is_told(api: Api) -> None:
    got = api.get("/accounts/one")
    assert got.json is not None
    mark = got.headers["ETag"]
    assert api.ask("PUT", "/accounts/one", editable(got.json, name="First"), If_Match=mark).status_code == 200
    late = api.ask("PUT", "/accounts/one", editable(got.json, description="Second"), If_Match=mark)
    assert kind(late) == (412, "changed-meanwhile")
    assert listed(api)["one"]["name"] == "First"
    assert "description" not in listed(api)["one"]


def test_what_is_told_with_a_mark_is_what_the_file_says_at_that_moment(api: Api) -> None:
    file = api.world.home.root / "config" / "accounts.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("Shop OneShop", "By hand"), encoding="utf-8")
    got = api.get("/accounts/one")  # the manager has not looked at the file yet
    assert got.json is not None
    assert got.json["name"] == "By hand"
    body = editable(got.json, description="new")
    assert api.ask("PUT", "/accounts/one", body, If_Match=got.headers["ETag"]).status_code == 200
    assert listed(api)["one"]["name"] == "By hand"


def test_put_without_a_mark_is_refused_and_a_star_overrides(api: Api) -> None:
    body = editable(api.json("/accounts/one"), name="Another")
    assert kind(api.ask("PUT", "/accounts/one", body)) == (428, "mark-needed")
    assert listed(api)["one"]["name"] == "Shop OneShop"
    assert api.ask("PUT", "/accounts/one", body, If_Match="*").status_code == 200
    assert listed(api)["one"]["name"] == "Another"


def test_put_needs_every_field_that_it_replaces(api: Api) -> None:
    answer = api.ask("PUT", "/accounts/one", {"name": "Another"}, If_Match="*")
    assert kind(answer) == (422, "values")
    assert [error["pointer"] for error in errors(answer)] == ["/username", "/enabled", "/description", "/groups"]


def test_patch_changes_only_what_it_names(api: Api) -> None:
    answer = api.ask("PATCH", "/accounts/one", {"groups": ["food"]})
    assert answer.status_code == 200, answer.text
    assert listed(api)["one"] == {
        "id": "one",
        "name": "Shop OneShop",
        "username": "@OneShop",
        "enabled": True,
        "folder": "accounts/one_OneShop",
        "groups": ["food"],
    }
    assert kind(api.ask("PATCH", "/accounts/one", {"groups": None})) == (422, "values")
    assert kind(api.ask("PATCH", "/accounts/one", {"name": "x"}, If_Match='"other"')) == (412, "changed-meanwhile")


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_the_handle_of_another_account_is_not_taken_over(api: Api, method: str) -> None:
    body = editable(api.json("/accounts/one"), username="@twoshop")
    answer = api.ask(method, "/accounts/one", body, If_Match="*")
    assert kind(answer) == (409, "clash")
    assert errors(answer)[0]["pointer"] == "/username"


def test_enable_and_disable(api: Api) -> None:
    answer = api.post("/accounts/one/disable")
    assert answer.json is not None
    assert (answer.json["enabled"], answer.json["state"]["kind"]) == (False, "disabled")
    answer = api.post("/accounts/one/enable")
    assert answer.json is not None
    assert (answer.json["enabled"], answer.json["state"]["kind"]) == (True, "waiting")


# removing


def test_an_account_goes_only_when_its_handle_confirms_it_and_is_archived_first(api: Api) -> None:
    for query in ("", "?confirm=TwoShop", "?confirm=one"):
        answer = api.ask("DELETE", f"/accounts/one{query}")
        assert kind(answer) == (409, "not-confirmed")
        assert errors(answer)[0]["parameter"] == "confirm"
    answer = api.ask("DELETE", "/accounts/one?confirm=@oneshop")
    assert answer.json == {"id": "one", "archive": "one_20260302-075900.zip"}
    assert set(listed(api)) == {"two"}
    assert kind(api.get("/accounts/one")) == (404, "not-found")
    assert [each["name"] for each in api.json("/archives")["items"]] == ["one_20260302-075900.zip"]


def test_the_header_confirms_as_well_and_no_archive_is_made_when_told_so(api: Api) -> None:
    answer = api.ask("DELETE", "/accounts/one?archive=false", Confirm_Handle="OneShop")
    assert answer.json == {"id": "one", "archive": None}
    assert api.json("/archives") == {"items": [], "next": None}


# what is not there, what is broken


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("PUT", "", {"name": "", "username": "x", "enabled": True, "description": "", "groups": []}),
        ("PATCH", "", {}),
        ("DELETE", "", None),
        ("POST", "/start", None),
        ("POST", "/stop", None),
        ("POST", "/pause", None),
        ("POST", "/resume", None),
        ("POST", "/run", None),
        ("POST", "/enable", None),
        ("POST", "/archive", None),
        ("POST", "/posts/1/decide", {"is_there": True}),
        ("GET", "/stats", None),
        ("GET", "/tweets", None),
        ("GET", "/runs", None),
        ("GET", "/runs/1", None),
        ("GET", "/why", None),
        ("PUT", "/groups", {"groups": []}),
    ],
)
def test_an_unknown_account_is_not_found(api: Api, method: str, path: str, body: Any) -> None:
    answer = api.ask(method, f"/accounts/nobody{path}", body, If_Match="*")
    assert kind(answer) == (404, "not-found")
    assert answer.json is not None
    assert answer.json["detail"] == "There is no account “nobody”."


def break_entry(api: Api) -> None:
    """Let the entry of one be one that cannot be used."""
    file = api.world.home.root / "config" / "accounts.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("'@OneShop'", "'@One Shop'"), encoding="utf-8")
    api.manager.reload()


def test_an_account_whose_entry_is_broken_is_told_with_what_is_wrong(api: Api) -> None:
    break_entry(api)
    account = api.json("/accounts/one")
    assert account["state"]["kind"] == "broken"
    assert "accounts.yaml" in account["state"]["reason"]
    assert kind(api.post("/accounts/one/start")) == (409, "refused")
    assert kind(api.post("/accounts/one/archive")) == (409, "entry-broken")


def test_a_list_that_cannot_be_read_still_lists_the_accounts_and_takes_no_change(api: Api) -> None:
    file = api.world.home.root / "config" / "accounts.yaml"
    file.write_text("accounts: [\n", encoding="utf-8")
    assert [each["id"] for each in api.json("/accounts")["items"]] == ["one", "two"]
    answer = api.post("/accounts", {"username": "Fresh"})
    assert kind(answer) == (409, "entry-broken")
    assert errors(answer)[0]["file"] == "config/accounts.yaml"
    assert errors(answer)[0]["line"] > 0
    assert file.read_text(encoding="utf-8") == "accounts: [\n"
