"""What waits for a person's word, for programs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.storage.approvals import ApprovalState, Proposal
from bot.storage.panel.tokens import Scope
from tests.webapp.api.conftest import Api
from tests.webapp.api.test_accounts import kind

LIKE = Proposal("one", "like", "11", "11", "siti", "butuh paket data", None, "paket data")


@pytest.fixture
def full(api: Api) -> Api:
    """A like (1), a reply (2) and another like (3) wait."""
    others = (replace(LIKE, action="reply", suggestion="Semangat"), replace(LIKE, target="14", post_id="14"))
    for each in (LIKE, *others):
        assert api.manager._approvals.propose(each)
    return api


def ids(answer: Any) -> list[int]:
    return [each["id"] for each in answer["items"]]


def test_they_are_listed_in_parts_with_how_many_wait(full: Api) -> None:
    first = full.json("/approvals?limit=2")
    assert (ids(first), first["waiting"], first["next"]) == ([1, 2], 3, 2)
    assert ids(full.json("/approvals?limit=2&cursor=2")) == [3]
    assert first["items"][0]["url"] == "https://x.com/siti/status/11"
    assert [each["suggestion"] for each in first["items"]] == [None, "Semangat"]


def test_they_are_found_by_account_action_keyword_and_state(full: Api) -> None:
    assert ids(full.json("/approvals?action=reply&account=one&keyword=paket%20data")) == [2]
    assert ids(full.json("/approvals?account=two")) == []
    full.post("/approvals/1/reject")
    assert ids(full.json("/approvals")) == [2, 3]
    assert ids(full.json("/approvals?state=rejected&state=approved")) == [1]
    assert full.get("/approvals?action=dance").status_code == 422


def test_each_decision_is_told_with_what_it_came_to(full: Api) -> None:
    answer = full.post("/approvals/2/approve", {"text": "Semangat ya"}).json
    assert answer is not None
    assert answer["words"] == "Approved: the reply to @siti. It is done soon, inside the limits."
    assert (answer["approval"]["state"], answer["approval"]["suggestion"]) == ("approved", "Semangat ya")
    assert answer["approval"]["decided_by"] == "a program that may operate"
    assert full.post("/approvals/2/undo").status_code == 200
    assert full.manager.approvals.get(2).state is ApprovalState.WAITING
    assert full.post("/approvals/2/never").status_code == 200
    assert full.json("/approvals")["waiting"] == 0


def test_a_second_decision_and_one_on_nothing_are_refused(full: Api) -> None:
    full.post("/approvals/1/approve")
    answer = full.post("/approvals/1/reject")
    assert kind(answer) == (409, "refused")
    assert full.post("/approvals/99/approve").status_code == 404


def test_many_are_decided_at_once_and_what_was_decided_is_told(full: Api) -> None:
    full.post("/approvals/1/reject")
    answer = full.post("/approvals/bulk", {"deed": "approve", "ids": [1, 3, 99]}).json
    assert answer is not None
    assert [(each["id"], each["done"]) for each in answer["results"]] == [(1, False), (3, True), (99, False)]


def test_a_reader_looks_and_decides_nothing(full: Api) -> None:
    reader = full.with_scope(Scope.READ)
    assert reader.get("/approvals").status_code == 200
    assert reader.post("/approvals/1/approve").status_code == 403
