"""The queue of what a person shall decide: each step is taken once, by whoever comes first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.clock import FakeClock
from bot.storage.approvals import EXPIRES_AFTER, UNDO_SECONDS, Approvals, ApprovalState, Proposal
from bot.storage.database import Database

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
LIKE = Proposal("one", "like", "11", "11", "Siti", "butuh paket", NOW, "paket")
REPLY = replace(LIKE, action="reply", suggestion="Semangat")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def approvals(tmp_path: Path, clock: FakeClock) -> Iterator[Approvals]:
    database = Database(tmp_path / "fleet.db", "fleet")
    yield Approvals(database, clock)
    database.close()


def states(approvals: Approvals) -> list[ApprovalState]:
    return [each.state for each in approvals.find(list(ApprovalState))]


def test_it_is_proposed_once_and_waits(approvals: Approvals) -> None:
    before = approvals.version
    assert approvals.propose(LIKE)
    assert not approvals.propose(LIKE)
    assert (approvals.waiting, approvals.version) == (1, before + 1)
    [found] = approvals.find([ApprovalState.WAITING])
    assert (found.proposal, found.found_at, found.expires_at) == (LIKE, NOW, NOW + EXPIRES_AFTER)


def test_two_accounts_do_not_propose_to_engage_one_person(approvals: Approvals) -> None:
    assert approvals.propose(LIKE)
    assert not approvals.propose(replace(LIKE, account_id="two", target="12", post_id="12", handle="SITI"))
    assert approvals.propose(replace(LIKE, target="12", post_id="12"))


def test_of_two_decisions_the_first_stands(approvals: Approvals) -> None:
    approvals.propose(LIKE)
    assert approvals.decide(1, ApprovalState.APPROVED, "ayu")
    assert not approvals.decide(1, ApprovalState.REJECTED, "budi")
    assert states(approvals) == [ApprovalState.APPROVED]
    assert approvals.waiting == 0
    with pytest.raises(KeyError):
        approvals.decide(99, ApprovalState.APPROVED, "ayu")


def test_a_decision_is_undone_until_a_run_has_claimed_it(approvals: Approvals) -> None:
    approvals.propose(LIKE)
    approvals.decide(1, ApprovalState.APPROVED, "ayu")
    assert approvals.undo(1)
    assert not approvals.claim(1)
    approvals.decide(1, ApprovalState.APPROVED, "ayu")
    assert approvals.claim(1)
    assert not approvals.undo(1)
    approvals.end(1, ApprovalState.DONE)
    assert not approvals.claim(1)
    assert states(approvals) == [ApprovalState.DONE]


def test_what_was_just_approved_is_not_handed_out_yet(approvals: Approvals, clock: FakeClock) -> None:
    approvals.propose(LIKE)
    approvals.decide(1, ApprovalState.APPROVED, "ayu")
    assert approvals.approved("one", "like") == []
    assert approvals.latest_approved() == {}
    clock.advance(UNDO_SECONDS)
    assert [each.id for each in approvals.approved("one", "like")] == [1]
    assert approvals.latest_approved() == {"one": NOW}
    assert approvals.approved("one", "follow") == approvals.approved("two", "like") == []


def test_never_this_person_rejects_all_that_waits_of_them_and_can_be_undone(approvals: Approvals) -> None:
    approvals.propose(LIKE)
    approvals.propose(replace(LIKE, action="follow", target="siti"))
    approvals.propose(replace(LIKE, target="13", post_id="13", handle="budi"))
    assert approvals.never("Siti", "ayu") == 2
    assert states(approvals) == [ApprovalState.REJECTED, ApprovalState.REJECTED, ApprovalState.WAITING]
    assert approvals.undo(1)
    assert states(approvals)[0] is ApprovalState.WAITING


def test_only_the_text_of_a_reply_that_waits_is_edited(approvals: Approvals) -> None:
    approvals.propose(LIKE)
    approvals.propose(REPLY)
    assert not approvals.edit(1, "Halo")
    assert approvals.edit(2, "Halo")
    assert approvals.decide(2, ApprovalState.APPROVED, "ayu", "Halo lagi")
    assert not approvals.edit(2, "Terlambat")
    assert approvals.get(2).proposal.suggestion == "Halo lagi"


def test_what_nobody_decides_or_no_limit_lets_through_expires(approvals: Approvals, clock: FakeClock) -> None:
    approvals.propose(LIKE)
    approvals.propose(REPLY)
    approvals.decide(2, ApprovalState.APPROVED, "ayu")
    clock.advance(EXPIRES_AFTER.total_seconds())
    assert approvals.expire() == 2
    assert [each.reason for each in approvals.find([ApprovalState.EXPIRED])] == [
        "nobody decided in time",
        "limits left no time for it",
    ]
    assert not approvals.undo(2)


def test_what_a_crash_cut_off_is_not_done_again(approvals: Approvals) -> None:
    approvals.propose(LIKE)
    approvals.decide(1, ApprovalState.APPROVED, "ayu")
    approvals.claim(1)
    approvals.settle_left_over()
    assert states(approvals) == [ApprovalState.FAILED]


def test_old_ends_are_forgotten_and_what_waits_is_not(approvals: Approvals, clock: FakeClock) -> None:
    approvals.propose(LIKE)
    approvals.decide(1, ApprovalState.REJECTED, "ayu")
    clock.advance(100 * 86400)
    approvals.propose(replace(LIKE, target="12", post_id="12"))
    approvals.expire()
    assert [each.id for each in approvals.find(list(ApprovalState))] == [2]


def test_they_are_found_by_account_action_and_keyword(approvals: Approvals) -> None:
    approvals.propose(LIKE)
    approvals.propose(REPLY)
    approvals.propose(replace(LIKE, account_id="two", target="14", handle="budi", keyword="kuota"))
    waiting = [ApprovalState.WAITING]
    assert [each.id for each in approvals.find(waiting, account_id="one")] == [1, 2]
    assert [each.id for each in approvals.find(waiting, action="like", keyword="kuota")] == [3]
    assert [each.id for each in approvals.find(waiting, after=1, limit=1)] == [2]
    assert approvals.keywords() == ["kuota", "paket"]
