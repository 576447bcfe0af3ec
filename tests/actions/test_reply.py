"""Replies are sent at most once, counted and limited as posts are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import DuplicateRefused, TargetGone, XDown
from bot.fleet.records import open_records
from bot.fleet_view import RunState
from bot.settings.account import Policy
from bot.storage.journal import IntentState
from bot.x.contract import Step, StepKind
from tests.actions.asking import TEXTS, engine_with
from tests.engines import START, Engine


@pytest.fixture
def replying(tmp_path: Path) -> Iterator[Engine]:
    engine = engine_with(tmp_path, Policy.AUTOMATIC, {"reply": 2})
    yield engine
    engine.close()


def test_it_answers_as_many_posts_as_the_slot_says_with_texts_of_its_own(replying: Engine) -> None:
    replying.add_strangers(4)
    outcome = replying.run()
    replies = replying.world.replies_of("OneShop")
    assert outcome.state is RunState.DONE, outcome.reason
    assert len({reply.reply_to for reply in replies}) == len({reply.text for reply in replies}) == 2
    assert all(reply.text in {text.format(wa_number="080000000000") for text in TEXTS} for reply in replies)
    assert Step(StepKind.REPLYING, 2, 2) in replying.steps


def test_it_counts_replies_beside_posts_and_in_the_old_tables(replying: Engine) -> None:
    replying.add_strangers(4)
    replying.run()
    with open_records(replying.folder) as records:
        day, run = records.metrics.day(START.date()), records.journal.runs(1)[0]
        answered = records.metrics._database.rows("SELECT tweet_id, our_reply_id FROM commented_tweets")
    assert (day.posts, day.replies) == (run.posts, run.replies) == (0, 2)
    assert {row["our_reply_id"] for row in answered} == {post.id for post in replying.world.replies_of("OneShop")}
    assert replying.permits_used("reply") == 2


def test_the_same_post_is_never_answered_twice(replying: Engine) -> None:
    replying.add_strangers(1)
    replying.run()
    replying.run()
    assert len(replying.world.replies_of("OneShop")) == 1


def test_a_text_is_not_said_twice_within_a_month(replying: Engine) -> None:
    replying.add_strangers(9)
    for _ in range(3):
        replying.run()
    texts = [reply.text for reply in replying.world.replies_of("OneShop")]
    assert sorted(texts) == sorted({text.format(wa_number="080000000000") for text in TEXTS})
    assert "no reply template gives a text" in replying.texts()


def test_a_lost_answer_is_looked_for_below_the_post_and_never_sent_again(replying: Engine) -> None:
    replying.add_strangers(3)
    replying.world.lose_next_answer(call="reply")
    replying.run()
    assert [intent.state for intent in replying.intents()] == [IntentState.SENT] * 2
    assert len({reply.reply_to for reply in replying.world.replies_of("OneShop")}) == 2
    assert "the reply stands below the post it answers: it was sent" in replying.texts()
    with open_records(replying.folder) as records:
        assert records.metrics.day(START.date()).replies == 2


def test_a_reply_that_is_not_shown_is_not_called_absent_but_put_before_a_person(replying: Engine) -> None:
    replying.add_strangers(3)
    replying.world.lose_next_answer(call="reply", stored=False)
    outcome = replying.run()
    assert outcome.undecided
    assert "a reply waits for proof" in outcome.reason
    replying.clock.advance(timedelta(minutes=61).total_seconds())
    replying.run("check")
    assert [intent.state for intent in replying.intents()] == [IntentState.NEEDS_REVIEW]
    assert len(replying.world.calls_of("reply")) == 1
    assert replying.permits_used("reply") == 1


@pytest.mark.parametrize("trouble", [TargetGone("deleted"), DuplicateRefused("You already said that")])
def test_what_x_refused_is_not_sent_and_the_next_is_answered(replying: Engine, trouble: TargetGone) -> None:
    replying.add_strangers(4)
    replying.world.fail_next("reply", trouble)
    replying.run()
    states = [intent.state for intent in replying.intents()]
    assert states == [IntentState.SENT, IntentState.SENT, IntentState.FAILED]
    assert replying.permits_used("reply") == 2


def test_a_limit_is_told_with_the_next_permit_and_leaves_the_post_free(replying: Engine) -> None:
    for _ in range(4):
        replying.shared.permits.take("one", "reply", [])
    replying.add_strangers(3)
    outcome = replying.run()
    assert len(replying.world.replies_of("OneShop")) == 1
    assert "replied to 1 of 2: limit reached (this account: 5 per hour)" in outcome.reason
    with open_records(replying.folder) as records:
        assert records.journal.intents(states=[IntentState.INTENT]) == []


def test_trouble_of_x_before_the_click_ends_the_run_and_sends_nothing(replying: Engine) -> None:
    replying.add_strangers(3)
    replying.world.fail_next("reply", XDown("503"))
    assert replying.run().state is RunState.FAILED
    assert replying.world.replies_of("OneShop") == []
    assert replying.permits_used("reply") == 0


def test_posts_and_replies_of_a_run_do_not_stand_for_each_other(tmp_path: Path) -> None:
    engine = Engine(tmp_path, schedule={"timezone": "UTC", "morning": {"time": "08:00", "like": 0, "reply": 1}})
    templates = engine.folder.templates_yaml
    templates.write_text(templates.read_text() + "reply_templates: [Semangat]\n", encoding="utf-8")
    engine.add_strangers(2)
    engine.run()
    assert (len(engine.world.posts_of("OneShop")), len(engine.world.replies_of("OneShop"))) == (1, 1)
    with open_records(engine.folder) as records:
        assert records.journal.posts_sent() == 1
    engine.close()


def test_the_three_old_slots_reply_to_nobody(engine: Engine) -> None:
    engine.add_strangers(5)
    engine.run()
    assert engine.world.calls_of("reply") == []
