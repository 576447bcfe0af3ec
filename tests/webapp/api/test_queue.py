"""The queue of an account and the calendar over the REST API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.engines import START
from tests.webapp.api.conftest import Api
from tests.worlds import finish

NOON = START + timedelta(hours=4)
QUEUE = "/accounts/one/queue"


def queue(api: Api, text: str = "Halo", **more: Any) -> Any:
    answer = api.post(QUEUE, {"text": text, **more})
    assert answer.status_code == 201, answer.text
    return answer.json


def test_a_post_is_queued_with_its_offset_and_told_in_utc(api: Api) -> None:
    answer = api.post(QUEUE, {"text": "Halo", "at": "2026-03-02T19:00:00+07:00"})
    assert answer.json["at"] == "2026-03-02T12:00:00Z"
    assert answer.json["written_by"] == "a program that may operate"
    assert answer.headers["Location"] == "/api/accounts/one/queue/1"
    assert api.json("/accounts/one/queue/1")["text"] == "Halo"


def test_one_without_a_time_is_told_with_its_slot(api: Api) -> None:
    assert queue(api)["slot"] == "morning"
    assert queue(api, "dua")["expected_at"] == "2026-03-03T08:00:00Z"
    assert [post["text"] for post in api.json(QUEUE)["items"]] == ["Halo", "dua"]
    first = api.json(f"{QUEUE}?limit=1")
    assert (len(first["items"]), first["next"]) == (1, 1)
    assert api.json(f"{QUEUE}?limit=1&cursor=1")["items"][0]["text"] == "dua"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"text": "x" * 281}, "/text"),
        ({"text": "x", "media": ["none.png"]}, "/media"),
        ({"text": "x", "at": "2026-03-01T00:00:00Z"}, "/at"),
        ({"text": "x", "at": "0001-01-01T00:00:00+23:59"}, "/at"),
        ({"text": "x", "at": "2026-02-31T00:00:00Z"}, "/at"),
    ],
)
def test_what_cannot_be_queued_is_told_by_its_field(api: Api, body: dict[str, Any], pointer: str) -> None:
    answer = api.post(QUEUE, body)
    assert answer.status_code == 409
    assert answer.json["type"].endswith("#unfit")
    assert answer.json["errors"][0]["pointer"] == pointer
    assert api.json(QUEUE)["items"] == []


def test_of_two_changes_the_second_is_told(api: Api) -> None:
    queue(api)
    mark = api.get(f"{QUEUE}/1").headers["ETag"]
    assert api.ask("PUT", f"{QUEUE}/1", {"text": "a"}).status_code == 428
    assert api.ask("PUT", f"{QUEUE}/1", {"text": "a"}, If_Match=mark).status_code == 200
    assert api.ask("PUT", f"{QUEUE}/1", {"text": "b"}, If_Match=mark).status_code == 412
    assert api.ask("DELETE", f"{QUEUE}/1", If_Match=mark).status_code == 412
    assert api.ask("DELETE", f"{QUEUE}/1").json == {"message": "The post is deleted."}
    assert api.get(f"{QUEUE}/1").status_code == 404


def test_a_sent_one_is_told_and_not_changed(api: Api) -> None:
    queue(api, at=NOON.isoformat())
    api.world.clock.advance(4 * 3600 + 60)
    api.manager.tick()
    finish(api.manager)
    told = api.json(f"{QUEUE}/1")
    assert (told["state"], told["tweet_id"]) == ("sent", api.world.x.posts_of("OneShop")[0].id)
    assert api.ask("PUT", f"{QUEUE}/1", {"text": "b"}, If_Match="*").status_code == 409
    assert api.ask("DELETE", f"{QUEUE}/1").status_code == 409


def test_the_calendar_is_of_some_days_and_accounts(api: Api) -> None:
    queue(api, at=NOON.isoformat())
    found = api.json("/calendar?from=2026-03-02T00:00:00Z&to=2026-03-03T00:00:00Z")["items"]
    assert [(each["account"], each["kind"]) for each in found] == [
        ("one", "slot"),
        ("two", "slot"),
        ("one", "queued"),
    ]
    assert {each["account"] for each in api.json("/calendar?account=two")["items"]} == {"two"}
    assert api.json("/calendar?group=nowhere")["items"] == []
    assert len(api.json("/calendar?account=two&from=2026-03-02T00:00:00Z&to=2027-01-01T00:00:00Z")["items"]) == 62
    assert api.json("/calendar?from=8999-03-02T00:00:00Z&account=two")["items"]
    assert api.get("/calendar?from=9999-03-02T00:00:00Z").status_code == 409


def test_an_unknown_account_has_no_queue(api: Api) -> None:
    assert api.get("/accounts/nobody/queue").status_code == 404
    assert api.get(f"{QUEUE}/7").status_code == 404
