"""Off, after a person's word, by itself: what a run does, and what it does of that which was approved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.errors import SessionExpired, TargetGone
from bot.fleet_view import RunState
from bot.settings.account import Policy
from bot.slot_work import APPROVED_SLOT
from bot.storage.approvals import EXPIRES_AFTER, ApprovalState
from tests.actions.asking import TEXTS, approve, engine_with, found
from tests.engines import Engine

Make = Callable[..., Engine]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    made: list[Engine] = []

    def make_one(policy: Policy, filters: dict[str, Any] | None = None, **slot: int) -> Engine:
        made.append(engine_with(tmp_path, policy, slot, filters))
        return made[-1]

    yield make_one
    for engine in made:
        engine.close()


def test_off_does_nothing_and_asks_nobody(make: Make) -> None:
    engine = make(Policy.OFF, like=2, follow=2, reply=2)
    engine.add_strangers(5)
    engine.run()
    assert found(engine) == []
    assert [engine.world.calls_of(call) for call in ("like", "follow", "reply")] == [[], [], []]


def test_approve_collects_with_the_post_as_it_looks_and_does_nothing(make: Make) -> None:
    engine = make(Policy.APPROVE, like=2, follow=1, reply=1)
    engine.add_strangers(5)
    outcome = engine.run()
    assert outcome.state is RunState.DONE
    kinds = [(each.proposal.action, each.state) for each in found(engine)]
    assert kinds == [("like", ApprovalState.WAITING)] * 2 + [("follow", ApprovalState.WAITING)] + [
        ("reply", ApprovalState.WAITING)
    ]
    first = found(engine)[0].proposal
    assert (first.account_id, first.keyword, first.text[:15]) == ("one", "paket data", "cari paket data")
    assert found(engine)[-1].proposal.suggestion in {text.format(wa_number="080000000000") for text in TEXTS}
    assert [engine.world.calls_of(call) for call in ("like", "follow", "reply")] == [[], [], []]
    assert "2 posts to like found; they wait for a person on the page Approvals" in engine.texts()


def test_what_was_asked_is_not_asked_again_unless_it_expired(make: Make) -> None:
    engine = make(Policy.APPROVE, like=3)
    engine.add_strangers(3)
    engine.run()
    engine.run()
    assert len(found(engine)) == 3
    assert "3 asked about before" in engine.texts()
    engine.clock.advance(EXPIRES_AFTER.total_seconds())
    assert engine.approvals.expire() == 3
    engine.run()
    assert [each.state for each in found(engine)] == [ApprovalState.WAITING] * 3


def test_what_was_approved_is_done_by_its_own_run_and_the_rest_is_not(make: Make) -> None:
    engine = make(Policy.APPROVE, like=2, follow=1, reply=1)
    engine.add_strangers(6)
    engine.run()
    liked, rejected, followed, answered = (each.id for each in found(engine))
    assert engine.approvals.edit(answered, "Kalimat seorang manusia")
    assert engine.approvals.decide(rejected, ApprovalState.REJECTED, "ayu")
    approve(engine, liked, followed, answered)
    outcome = engine.run(APPROVED_SLOT)
    assert outcome.state is RunState.DONE, outcome.reason
    states = {each.id: each.state for each in found(engine)}
    assert states[rejected] is ApprovalState.REJECTED
    assert [states[each] for each in (liked, followed, answered)] == [ApprovalState.DONE] * 3
    assert len(engine.world.likes_of("OneShop")) == len(engine.world.accounts["oneshop"].follows) == 1
    assert [reply.text for reply in engine.world.replies_of("OneShop")] == ["Kalimat seorang manusia"]
    assert (engine.permits_used("like"), engine.permits_used("follow"), engine.permits_used("reply")) == (1, 1, 1)


def test_the_next_slot_does_what_was_approved_and_goes_on_collecting(make: Make) -> None:
    engine = make(Policy.APPROVE, like=2)
    engine.add_strangers(5)
    engine.run()
    approve(engine, found(engine)[0].id)
    engine.run()
    assert len(engine.world.likes_of("OneShop")) == 1
    assert len(found(engine)) == 4


def test_what_is_undone_in_time_is_not_done(make: Make) -> None:
    engine = make(Policy.APPROVE, like=1)
    engine.add_strangers(2)
    engine.run()
    [asked] = found(engine)
    assert engine.approvals.decide(asked.id, ApprovalState.APPROVED, "ayu")
    engine.run(APPROVED_SLOT)  # too early: it may still be undone
    assert engine.approvals.undo(asked.id)
    engine.clock.advance(60)
    engine.run(APPROVED_SLOT)
    assert engine.world.calls_of("like") == []
    assert "nothing is approved any more" in engine.texts()


def test_it_is_inside_the_limits_and_goes_on_when_a_permit_frees(make: Make) -> None:
    engine = make(Policy.APPROVE, like=3)
    engine.add_strangers(4)
    engine.run()
    for _ in range(39):
        engine.shared.permits.take("one", "like", [])
    approve(engine, *(each.id for each in found(engine)))
    outcome = engine.run(APPROVED_SLOT)
    assert outcome.state is RunState.QUEUED
    assert outcome.resume_at is not None
    assert [each.state for each in found(engine)] == [ApprovalState.DONE, *[ApprovalState.APPROVED] * 2]
    opened = len(engine.world.calls_of("log_in"))
    assert engine.run(APPROVED_SLOT).state is RunState.QUEUED  # still no permit: no browser for that
    assert len(engine.world.calls_of("log_in")) == opened


@pytest.mark.parametrize("why", ["on the list of people never to be engaged", "was engaged by two"])
def test_the_guards_are_asked_again_right_before_it_is_done(make: Make, why: str) -> None:
    engine = make(Policy.APPROVE, like=1)
    engine.add_strangers(1)
    engine.run()
    [asked] = found(engine)
    approve(engine, asked.id)
    guard = engine.shared.guards.engagement
    if "never" in why:
        guard.add_never("stranger0", "ayu")  # on the page Guards, after the approval
    else:
        guard.claim("two", "like", "stranger0")
    engine.run(APPROVED_SLOT)
    assert engine.world.calls_of("like") == []
    [after] = found(engine)
    assert after.state is ApprovalState.FAILED
    assert why in after.reason


def test_a_post_that_is_gone_fails_alone_and_trouble_of_the_account_ends_the_run(make: Make) -> None:
    engine = make(Policy.APPROVE, like=3)
    engine.add_strangers(3)
    engine.run()
    approve(engine, *(each.id for each in found(engine)))
    engine.world.fail_next("like", TargetGone("deleted"))
    engine.world.fail_next("like", SessionExpired("logged out"))
    outcome = engine.run(APPROVED_SLOT)
    assert isinstance(outcome.trouble, SessionExpired)
    states = [each.state for each in found(engine)]
    assert states == [ApprovalState.FAILED, ApprovalState.FAILED, ApprovalState.APPROVED]


def test_switched_off_meanwhile_it_is_left_alone(make: Make) -> None:
    engine = make(Policy.APPROVE, like=1)
    engine.add_strangers(1)
    engine.run()
    approve(engine, found(engine)[0].id)
    file = engine.folder.settings_yaml
    file.write_text(file.read_text(encoding="utf-8").replace("like: approve", "like: 'off'"), encoding="utf-8")
    engine.run(APPROVED_SLOT)
    assert engine.world.calls_of("like") == []


def test_what_the_filters_leave_out_is_told_in_one_line(make: Make) -> None:
    engine = make(Policy.AUTOMATIC, {"skip_promotional": True, "avoid_words": ["pinjol"]}, like=2)
    engine.world.add_post("toko", "PROMO paket data Rp10.000 wa.me/62811")
    engine.world.add_post("lain", "paket data dan pinjol")
    engine.world.add_post("TwoShop", "paket data kami")
    engine.world.add_post("siti", "cari paket data")
    outcome = engine.run()
    assert engine.world.likes_of("OneShop") == [engine.world.posts_of("siti")[0].id]
    told = [line for line in engine.texts().splitlines() if line.startswith("left out")]
    assert len(told) == 1
    assert told[0].startswith("left out 3: ")
    for why in ("1 promotional", "1 with a word to avoid", "1 by a managed account"):
        assert why in told[0]
    assert outcome.state is RunState.PARTLY
