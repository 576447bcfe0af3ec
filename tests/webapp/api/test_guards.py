"""The guards over the API."""

from __future__ import annotations

from tests.webapp.api.conftest import Api
from tests.webapp.api.test_accounts import kind


def test_the_list_of_people_to_leave_is_changed(api: Api) -> None:
    assert api.json("/never-engage") == {"items": []}
    answer = api.post("/never-engage", {"handle": "@Galak", "why": "asked us to stop"})
    assert answer.json is not None
    (entry,) = answer.json["items"]
    assert (entry["handle"], entry["why"], entry["by"]) == ("galak", "asked us to stop", "a program that may operate")
    assert api.post("/never-engage", {"handle": "galak"}).json == answer.json
    assert api.ask("DELETE", "/never-engage/GALAK").json == {"items": []}
    assert kind(api.ask("DELETE", "/never-engage/galak")) == (404, "not-found")
    assert kind(api.post("/never-engage", {"handle": "two words"})) == (422, "values")


def test_people_that_the_file_names_are_listed_without_who_and_when(api: Api) -> None:
    api.world.home.fleet["never_engage"] = ["@Rival"]
    api.world.home.write()
    api.manager.reload()
    assert api.json("/never-engage")["items"] == [{"handle": "rival", "by": None, "why": "", "at": None}]


def test_what_was_stopped_is_told(api: Api) -> None:
    texts = api.manager.guards.texts
    texts.reserve("one", "Biji kopi Gayo baru dipanggang pagi ini")
    texts.reserve("two", "baru dipanggang pagi ini biji kopi gayo 🔥")
    (stop,) = api.json("/guards/stops")["items"]
    assert (stop["account"], stop["guard"]) == ("two", "near_duplicate")
    assert "like what Shop OneShop posted just now" in stop["reason"]


def test_one_post_is_let_pass(api: Api) -> None:
    texts = api.manager.guards.texts
    texts.reserve("one", "Biji kopi Gayo baru dipanggang pagi ini")
    same = "baru dipanggang pagi ini biji kopi gayo"
    answer = api.post("/guards/allowances", {"text": same, "why": "a joint sale"})
    assert answer.status_code == 201
    assert answer.json is not None
    assert (answer.json["by"], answer.json["why"], answer.json["used"]) == (
        "a program that may operate",
        "a joint sale",
        False,
    )
    assert texts.reserve("two", same).number
    assert texts.reserve("three", same).why_not
    assert kind(api.post("/guards/allowances", {"text": same, "why": ""})) == (422, "values")
