"""The queue of a group over the REST API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.webapp.api.conftest import Api

QUEUE = "/groups/bali/queue"
TEXTS = ("Toko buka sampai malam", "Kopi susu baru datang pagi ini")


@pytest.fixture
def bali(api: Api) -> Api:
    ids = [each.entry.id for each in api.manager._registry.members.values()]
    api.manager.roster.change_many(ids, lambda _entry: {"groups": ["bali"]})
    return api


def add(api: Api, *texts: str) -> Any:
    answer = api.post(QUEUE, {"posts": [{"text": text, "at": "2026-03-02T12:00:00Z"} for text in texts]})
    assert answer.status_code == 201, answer.text
    return answer.json


def test_posts_are_queued_and_given_to_a_member(bali: Api) -> None:
    told = add(bali, *TEXTS, TEXTS[0])
    assert [each["text"] for each in told["items"]] == list(TEXTS)
    assert told["refused"][0]["index"] == 2
    assert told["items"][0]["state"] == "waiting"
    assert told["items"][0]["next_account"] == "one"
    bali.manager.tick()
    queue = bali.json(QUEUE)
    assert queue["items"][0]["account"] == "one"
    assert queue["items"][0]["hands"][0]["state"] == "held"
    assert queue["members"][0]["last_given"] is not None


def test_one_is_changed_with_its_mark_and_deleted(bali: Api) -> None:
    key = add(bali, TEXTS[0])["items"][0]["key"]
    one = f"{QUEUE}/{key}"
    assert bali.ask("PATCH", one, {"text": TEXTS[1]}).status_code == 428
    changed = bali.ask("PATCH", one, {"text": TEXTS[1], "at": None}, If_Match='"1"')
    assert (changed.json["text"], changed.json["at"]) == (TEXTS[1], None)
    assert bali.ask("PATCH", one, {"text": TEXTS[0]}, If_Match='"1"').status_code == 412
    assert bali.ask("DELETE", one).json == {"message": "The post is deleted."}
    assert bali.ask("GET", one).status_code == 404


def test_what_cannot_be_queued_is_refused(bali: Api) -> None:
    answer = bali.post(QUEUE, {"posts": [{"text": "x" * 300}]})
    assert answer.status_code == 409
    assert answer.json["errors"][0]["pointer"] == "/posts/0/text"
    assert bali.post("/groups/nobody/queue", {"posts": [{"text": "Halo"}]}).status_code == 404


def test_the_mode_is_set(bali: Api) -> None:
    assert bali.json(QUEUE)["mode"] == "turn"
    assert bali.ask("PATCH", QUEUE, {"mode": "fewest"}).json["mode"] == "fewest"
