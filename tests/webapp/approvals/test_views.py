"""The page Approvals: one queue over all accounts, decided by buttons or keys."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from bot.fleet.fake import FakeFleet
from bot.storage.approvals import ApprovalState, Proposal
from tests.webapp.panel import HTMX, NOW, mark

LIKE = Proposal("warung", "like", "11", "11", "siti", "butuh <b>paket</b> data", NOW, "paket data")
FOLLOW = replace(LIKE, action="follow", target="budi", post_id="12", handle="budi", keyword="kuota")
REPLY = replace(LIKE, action="reply", target="13", post_id="13", handle="citra", suggestion="Semangat & sukses")


@pytest.fixture
def full(fleet: FakeFleet) -> FakeFleet:
    """Three wait: 1 a like, 2 a follow of the other account, 3 a reply."""
    for each in (LIKE, replace(FOLLOW, account_id="kopi"), REPLY):
        assert fleet.proposals.propose(each)
    return fleet


def state(fleet: FakeFleet, approval_id: int) -> ApprovalState:
    return fleet.approvals.get(approval_id).state


def test_nothing_waits_says_so_and_how_something_comes(operator: FlaskClient) -> None:
    page = operator.get("/approvals").text
    assert "Nothing waits for you." in page
    assert "After a person’s word" in page


def test_the_post_is_shown_as_it_looks_and_never_as_markup(operator: FlaskClient, full: FakeFleet) -> None:
    page = operator.get("/approvals").text
    assert "butuh &lt;b&gt;paket&lt;/b&gt; data" in page
    assert 'href="https://x.com/siti/status/11"' in page
    assert "Warung Paket found it by “paket data”" in page
    assert "Semangat &amp; sukses</textarea>" in page
    assert page.count('data-approval="') == 3


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("account=kopi", ["2"]),
        ("action=reply", ["3"]),
        ("keyword=paket+data", ["1", "3"]),
        ("action=nonsense", ["1", "2", "3"]),
        ("account=kopi&action=like", []),
    ],
)
def test_it_is_narrowed_by_account_action_and_keyword(
    operator: FlaskClient, full: FakeFleet, query: str, ids: list[str]
) -> None:
    page = operator.get(f"/approvals?{query}").text
    assert re.findall(r'data-approval="(\d+)"', page) == ids
    assert ("Nothing that waits fits this filter." in page) is (not ids)


def test_the_number_that_waits_is_in_the_navigation_of_every_page(operator: FlaskClient, full: FakeFleet) -> None:
    for path in ("/", "/accounts/warung", "/approvals"):
        assert 'aria-label="Approvals 3 waiting"' in operator.get(path).text


@pytest.mark.parametrize(
    ("deed", "after", "words"),
    [
        ("approve", ApprovalState.APPROVED, "Approved: the like for @siti. It is done soon, inside the limits."),
        ("reject", ApprovalState.REJECTED, "Rejected: the like for @siti."),
        ("never", ApprovalState.REJECTED, "No account engages @siti any more."),
    ],
)
def test_each_decision_is_a_button(
    operator: FlaskClient, full: FakeFleet, deed: str, after: ApprovalState, words: str
) -> None:
    answer = operator.post(f"/approvals/1/{deed}", data={"account": "warung"})
    assert answer.headers["Location"] == "/approvals?account=warung"
    assert words in operator.get("/approvals").text
    assert state(full, 1) is after
    assert full.approvals.get(1).decided_by == "admin"
    assert ("siti" in {each.handle for each in full.guards.engagement.never()}) is (deed == "never")


def test_with_htmx_a_decision_is_told_and_the_page_asked_to_look(operator: FlaskClient, full: FakeFleet) -> None:
    answer = operator.post("/approvals/1/approve", headers=HTMX)
    assert answer.headers["HX-Trigger"] == "aviary:acted"
    assert "note-good" in answer.text
    again = operator.post("/approvals/1/reject", headers=HTMX)
    assert "note-bad" in again.text
    assert "It was decided already, by admin." in again.text


def test_a_reply_is_approved_with_the_text_of_its_form(operator: FlaskClient, full: FakeFleet) -> None:
    operator.post("/approvals/3/approve", data={"text": "Kalimat saya\r\ndua baris"})
    assert full.approvals.get(3).proposal.suggestion == "Kalimat saya\ndua baris"
    assert state(full, 3) is ApprovalState.APPROVED


def test_an_empty_reply_is_not_approved(operator: FlaskClient, full: FakeFleet) -> None:
    answer = operator.post("/approvals/3/approve", data={"text": " "}, headers=HTMX)
    assert "The reply is empty. Write another text" in answer.text
    assert state(full, 3) is ApprovalState.WAITING


def test_a_reply_is_edited_and_decided_later(operator: FlaskClient, full: FakeFleet) -> None:
    operator.post("/approvals/3/edit", data={"text": "Nanti"})
    assert full.approvals.get(3).proposal.suggestion == "Nanti"
    assert state(full, 3) is ApprovalState.WAITING


def test_a_decision_is_undone_from_the_list_of_those_decided_lately(operator: FlaskClient, full: FakeFleet) -> None:
    operator.post("/approvals/2/reject")
    assert 'id="undo-2"' in operator.get("/approvals").text
    operator.post("/approvals/2/undo")
    assert state(full, 2) is ApprovalState.WAITING


def test_likes_are_approved_together_and_nothing_else(operator: FlaskClient, full: FakeFleet) -> None:
    assert full.proposals.propose(replace(LIKE, target="14", post_id="14"))
    refused = operator.post("/approvals/bulk", data={"deed": "approve", "id": ["1", "2"]}, headers=HTMX)
    assert "Likes alone are approved together" in refused.text
    done = operator.post("/approvals/bulk", data={"deed": "approve", "id": ["1", "4"]}, headers=HTMX)
    assert "2 approved." in done.text
    rejected = operator.post("/approvals/bulk", data={"deed": "reject", "id": ["1", "2", "99"]}, headers=HTMX)
    assert "1 rejected. 2 were decided already." in rejected.text
    assert [state(full, each) for each in (1, 2, 4)] == [
        ApprovalState.APPROVED,
        ApprovalState.REJECTED,
        ApprovalState.APPROVED,
    ]


def test_nothing_ticked_is_told_and_a_foreign_deed_refused(operator: FlaskClient, full: FakeFleet) -> None:
    assert "Tick what" in operator.post("/approvals/bulk", data={"deed": "reject"}, headers=HTMX).text
    assert operator.post("/approvals/bulk", data={"deed": "never", "id": "1"}).status_code == 400


def test_what_is_not_there_is_a_404(operator: FlaskClient) -> None:
    assert operator.post("/approvals/99/approve").status_code == 404


def test_the_poll_answers_only_what_changed(operator: FlaskClient, full: FakeFleet) -> None:
    since = mark(operator.get("/approvals").text)
    assert operator.get(f"/approvals/statuses?since={since}").status_code == 204
    full.proposals.propose(replace(LIKE, target="15", post_id="15"))
    changes = operator.get(f"/approvals/statuses?since={since}&action=like").text
    assert 'id="approval-4"' in changes
    assert 'id="approval-2"' not in changes
    assert 'aria-label="Approvals 4 waiting"' in changes
    assert 'id="approvals-link"' in operator.get("/statuses?since=0").text
