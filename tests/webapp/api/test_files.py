"""The YAML files and slots of an account over the API: checked before they are written, and no change is lost."""

from __future__ import annotations

from typing import Any

import pytest

from tests.webapp.api.conftest import Api
from tests.webapp.api.test_accounts import errors, kind

SETTINGS, KEYWORDS, TEMPLATES = (f"/accounts/one/files/{name}" for name in ("settings", "keywords", "templates"))


def put(api: Api, path: str, text: str, mark: str) -> Any:
    return api.ask("PUT", path, {"text": text}, If_Match=mark)


@pytest.mark.parametrize("path", [SETTINGS, KEYWORDS, TEMPLATES])
def test_a_file_is_read_changed_and_read_again(api: Api, path: str) -> None:
    got = api.get(path)
    assert got.json is not None
    text = f"# by a program\n{got.json['text']}"
    answer = put(api, path, text, got.headers["ETag"])
    assert answer.status_code == 200, answer.text
    assert answer.json["text"] == text
    assert answer.headers["ETag"] == api.get(path).headers["ETag"] != got.headers["ETag"]
    file = api.world.home.root / "accounts" / "one_OneShop" / "config" / f"{answer.json['file']}.yaml"
    assert file.read_text(encoding="utf-8") == text


def test_mistakes_are_told_with_file_line_and_key_and_nothing_is_written(api: Api) -> None:
    got = api.get(SETTINGS)
    assert got.json is not None
    text = got.json["text"].replace("timezone: UTC", "timezone: Mars")
    answer = put(api, SETTINGS, text, got.headers["ETag"])
    assert kind(answer) == (422, "values")
    line = next(number for number, each in enumerate(text.splitlines(), 1) if "Mars" in each)
    (error,) = errors(answer)
    assert (error["pointer"], error["line"], error["key"]) == ("/text", line, "schedule.timezone")
    assert error["file"].endswith("config/settings.yaml")
    assert api.get(SETTINGS).headers["ETag"] == got.headers["ETag"]


def test_of_two_writers_the_second_is_told(api: Api) -> None:
    got = api.get(KEYWORDS)
    assert got.json is not None
    mark = got.headers["ETag"]
    assert put(api, KEYWORDS, "high_intent: [first]\n", mark).status_code == 200
    assert kind(put(api, KEYWORDS, "high_intent: [second]\n", mark)) == (412, "changed-meanwhile")
    assert kind(api.ask("PUT", KEYWORDS, {"text": ""})) == (428, "mark-needed")
    assert api.json(KEYWORDS)["text"] == "high_intent: [first]\n"
    assert put(api, KEYWORDS, "high_intent: [third]\n", "*").status_code == 200


def test_a_file_that_is_none_of_these_is_not_found(api: Api) -> None:
    assert api.get("/accounts/one/files/cookies").status_code == 404


# slots


def test_slots_are_added_changed_and_deleted(api: Api) -> None:
    answer = api.post("/accounts/one/slots", {"name": "lunch", "time": "12:15", "post": "value", "weekdays": ["mon"]})
    assert answer.status_code == 200, answer.text
    lunch = next(slot for slot in api.json("/accounts/one/slots")["items"] if slot["name"] == "lunch")
    assert (lunch["time"], lunch["post"], lunch["weekdays"], lunch["enabled"]) == ("12:15", "value", ["mon"], True)
    assert "lunch" in api.json("/accounts/one")["slots"]
    answer = api.ask("PATCH", "/accounts/one/slots/lunch", {"time": "12:45", "enabled": False})
    assert answer.json is not None
    lunch = next(slot for slot in answer.json["items"] if slot["name"] == "lunch")
    assert (lunch["time"], lunch["post"], lunch["enabled"]) == ("12:45", "value", False)
    assert api.ask("DELETE", "/accounts/one/slots/lunch").status_code == 200
    assert [slot["name"] for slot in api.json("/accounts/one/slots")["items"]] == ["morning"]


def test_it_is_told_when_slots_come_up(api: Api) -> None:
    found = api.json("/accounts/one/slots")
    assert found["timezone"] == "UTC"
    assert found["coming"][0] == {"slot": "morning", "at": "2026-03-02T08:00:00Z", "local_date": "2026-03-02"}


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("POST", "", {"name": "morning", "time": "09:00"}, (409, "clash")),
        ("POST", "", {"name": "check", "time": "09:00"}, (409, "clash")),
        ("POST", "", {"name": "late", "time": "25:00"}, (422, "values")),
        ("POST", "", {"name": "late", "time": "20:00", "weekdays": []}, (422, "values")),
        ("PATCH", "/morning", {"like": 51}, (422, "values")),
        ("PATCH", "/midnight", {"like": 1}, (404, "not-found")),
        ("DELETE", "/midnight", None, (404, "not-found")),
    ],
)
def test_what_no_slot_can_be_is_refused(api: Api, method: str, path: str, body: Any, expected: tuple[int, str]) -> None:
    assert kind(api.ask(method, f"/accounts/one/slots{path}", body)) == expected
    assert [slot["name"] for slot in api.json("/accounts/one/slots")["items"]] == ["morning"]


def test_a_slot_is_changed_only_in_the_state_that_was_seen(api: Api) -> None:
    mark = api.get("/accounts/one/slots").headers["ETag"]
    assert api.ask("PATCH", "/accounts/one/slots/morning", {"like": 1}, If_Match=mark).status_code == 200
    late = api.ask("PATCH", "/accounts/one/slots/morning", {"like": 3}, If_Match=mark)
    assert kind(late) == (412, "changed-meanwhile")


def test_an_account_whose_settings_are_broken_tells_so_and_its_file_can_be_put_right(api: Api) -> None:
    file = api.world.home.root / "accounts" / "one_OneShop" / "config" / "settings.yaml"
    good = file.read_text(encoding="utf-8")
    file.write_text("account: [\n", encoding="utf-8")
    api.manager.reload()
    assert kind(api.get("/accounts/one/slots")) == (409, "entry-broken")
    got = api.get(SETTINGS)
    assert got.json is not None
    assert got.json["problems"]
    assert put(api, SETTINGS, good, got.headers["ETag"]).status_code == 200
    assert api.json("/accounts/one/slots")["items"]
