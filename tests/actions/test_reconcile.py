from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.actions.reconcile import OWN_POSTS_READ
from bot.errors import DuplicateRefused, PageChanged, Trouble, XDown
from bot.fleet import review
from bot.fleet.records import open_records
from bot.fleet.registry import Member
from bot.storage.journal import IntentState
from bot.x.contract import Draft, StepKind
from bot.x.fake import FakeX
from tests.engines import START, Engine
from tests.homes import write_yaml

READS_PER_LOOK = 3


def _lost(engine: Engine) -> None:
    """A run whose post was not stored, and whose answer was lost."""
    engine.world.lose_next_answer(stored=False)
    engine.run()
    assert engine.intents()[0].state is IntentState.SENDING


def test_a_post_that_is_absent_after_a_while_has_failed_and_its_permit_is_free_again(engine: Engine) -> None:
    _lost(engine)
    engine.clock.advance(130)
    engine.run("check")
    assert engine.intents()[0].state is IntentState.FAILED
    assert engine.permits_used("post") == 0
    assert engine.world.posts_of("OneShop") == []


def test_absence_proves_nothing_while_the_post_is_young(engine: Engine) -> None:
    _lost(engine)
    engine.clock.advance(20)
    engine.run("check")
    assert engine.intents()[0].state is IntentState.SENDING


def test_a_post_that_shows_later_is_found(engine: Engine) -> None:
    _lost(engine)
    engine.world.add_post("OneShop", engine.intents()[0].text)
    engine.clock.advance(130)
    engine.run("check")
    assert engine.intents()[0].state is IntentState.SENT


def _let_reading_fail(engine: Engine, *, looks: int = 1, trouble: Trouble | None = None) -> None:
    """The next `looks` find the profile unreadable, however often each of them tries."""
    trouble = trouble or XDown("503")
    engine.world.fail_next("read_own_posts", trouble, times=looks * (READS_PER_LOOK if trouble.retriable else 1))


def _look_hourly(engine: Engine, hours: int) -> None:
    for _ in range(hours):
        engine.clock.advance(3600)
        engine.run("check")


def test_a_profile_that_cannot_be_read_decides_nothing(engine: Engine) -> None:
    _lost(engine)
    engine.clock.advance(130)
    _let_reading_fail(engine)
    engine.run("check")
    assert engine.intents()[0].state is IntentState.SENDING
    assert "not decided yet: the profile could not be read: 503" in engine.texts()


def test_a_profile_that_fails_for_a_moment_is_read_again_in_the_same_look(engine: Engine) -> None:
    _lost(engine)
    engine.clock.advance(130)
    engine.world.fail_next("read_own_posts", XDown("503"), times=READS_PER_LOOK - 1)
    engine.run("check")
    assert engine.intents()[0].state is IntentState.FAILED


def test_one_look_in_vain_after_a_day_off_asks_nobody(engine: Engine) -> None:
    """Aviary was off for more than a day, and x.com is down for the minute it comes back."""
    _let_reading_fail(engine)
    _lost(engine)
    engine.clock.advance(25 * 3600)
    _let_reading_fail(engine)
    engine.run("check")
    assert engine.intents()[0].state is IntentState.SENDING
    _look_hourly(engine, 2)
    assert engine.intents()[0].state is IntentState.FAILED, "the profile decides once it can be read"


def test_a_profile_that_was_read_once_and_then_not_for_a_day_is_looked_at_again(engine: Engine) -> None:
    _lost(engine)
    engine.clock.advance(25 * 3600)
    _let_reading_fail(engine)
    engine.run("check")
    assert engine.intents()[0].state is IntentState.SENDING


@pytest.mark.parametrize("trouble", [XDown("503"), PageChanged("no list of posts")])
def test_a_profile_that_stays_unreadable_for_a_day_asks_a_person(engine: Engine, trouble: Trouble) -> None:
    _let_reading_fail(engine, looks=99, trouble=trouble)
    _lost(engine)
    _look_hourly(engine, 23)
    assert engine.intents()[0].state is IntentState.SENDING
    _look_hourly(engine, 1)
    assert engine.intents()[0].state is IntentState.NEEDS_REVIEW
    assert engine.intents()[0].reason == f"the profile could not be read: {trouble.message}"
    assert "Please look at the profile and decide" in engine.texts()


def test_many_looks_in_one_hour_ask_nobody(engine: Engine) -> None:
    _let_reading_fail(engine, looks=99)
    _lost(engine)
    for _ in range(30):
        engine.run("check")
    assert engine.intents()[0].state is IntentState.SENDING


def test_a_profile_that_is_read_and_decides_nothing_for_a_day_asks_a_person_and_says_why(engine: Engine) -> None:
    _lost(engine)
    for number in range(OWN_POSTS_READ):
        engine.world.add_post("OneShop", f"by hand {number}")
    _look_hourly(engine, 23)
    assert engine.intents()[0].state is IntentState.SENDING
    assert "not decided yet: the newest 40 posts of the profile do not reach back to it" in engine.texts()
    _look_hourly(engine, 1)
    assert engine.intents()[0].state is IntentState.NEEDS_REVIEW
    assert engine.intents()[0].reason == "the newest 40 posts of the profile do not reach back to it"


def test_a_post_of_a_link_alone_is_not_called_absent_while_another_came_after_it(engine: Engine) -> None:
    write_yaml(engine.folder.templates_yaml, {"promo_templates": ["https://tokoku.com/promo"]})
    _lost(engine)
    engine.world.add_post("OneShop", "by hand")
    engine.clock.advance(130)
    engine.run("check")
    assert engine.intents()[0].state is IntentState.SENDING
    assert "it has no words to know it by" in engine.texts()


def test_an_older_post_with_the_same_text_is_no_proof(engine: Engine) -> None:
    engine.world.add_post("OneShop", "OneShop offer 0: call 080000000000")
    engine.clock.advance(31 * 86400)
    _lost(engine)
    engine.clock.advance(130)
    engine.run("check")
    assert engine.intents()[0].state is IntentState.FAILED


def test_a_check_posts_nothing(engine: Engine) -> None:
    engine.run("check")
    assert engine.world.calls_of("post") == []


def test_absence_counts_from_the_first_look_and_not_from_the_click(engine: Engine) -> None:
    """A machine that slept from the click on lets the post go out when it wakes."""
    _let_reading_fail(engine)
    _lost(engine)
    engine.clock.advance(8 * 3600)
    engine.run("check")
    assert engine.intents()[0].state is IntentState.SENDING
    engine.world.add_post("OneShop", engine.intents()[0].text)
    engine.clock.advance(130)
    engine.run("check")
    assert engine.intents()[0].state is IntentState.SENT


def test_after_two_days_without_the_machine_the_profile_still_decides(engine: Engine) -> None:
    _let_reading_fail(engine)
    _lost(engine)
    engine.clock.advance(48 * 3600)
    engine.run("check")
    engine.clock.advance(130)
    engine.run("check")
    assert engine.intents()[0].state is IntentState.FAILED


def test_with_a_clock_that_is_hours_wrong_a_post_with_these_words_is_never_called_absent(engine: Engine) -> None:
    """Dated hours before the click it may be the post or an older one: a person decides."""
    engine.clock.jump(-8 * 3600)
    engine.world.add_post("OneShop", "OneShop offer 0: call 080000000000")
    engine.clock.jump(8 * 3600)
    _lost(engine)
    engine.clock.advance(130)
    engine.run("check")
    assert engine.intents()[0].state is IntentState.SENDING
    engine.clock.advance(25 * 3600)
    engine.run("check")
    assert engine.intents()[0].state is IntentState.NEEDS_REVIEW
    assert engine.intents()[0].reason == "a post with the same words is dated before this one was sent"


@pytest.mark.parametrize("is_readable", [True, False])
def test_a_clock_that_was_years_ahead_at_the_first_look_leaves_nothing_undecided(
    engine: Engine, is_readable: bool
) -> None:
    engine.clock.jump(3 * 365 * 86400)
    if not is_readable:
        _let_reading_fail(engine, looks=99)
    _lost(engine)
    engine.clock.jump(-3 * 365 * 86400)
    engine.run("check")
    _look_hourly(engine, 24)
    assert engine.intents()[0].state is (IntentState.FAILED if is_readable else IntentState.NEEDS_REVIEW)


def _say(engine: Engine, *, is_there: bool) -> None:
    """A person decides the newest post."""
    member = Member(engine.bot.entry, engine.folder, None)
    with open_records(engine.folder) as records:
        newest = records.journal.intents()[0].id
        review.decide(records, member, newest, is_there=is_there, permits=engine.shared.permits, clock=engine.clock)


def _say_when(engine: Engine, kind: StepKind, *, is_there: bool) -> None:
    """A person decides as soon as the run comes to a step of `kind`."""
    engine.on_step = lambda step: _say(engine, is_there=is_there) if step.kind is kind else None


def test_the_permit_of_a_post_that_a_person_saw_while_the_profile_was_read_is_not_given_back(engine: Engine) -> None:
    _lost(engine)
    engine.clock.advance(130)
    _say_when(engine, StepKind.READING_PROFILE, is_there=True)
    engine.run("check")
    assert engine.intents()[0].state is IntentState.SENT
    assert engine.permits_used("post") == 1, "it was sent and counts"
    assert "did not take it" not in engine.texts()


def test_a_post_that_is_found_while_a_person_decides_is_told_by_the_person_alone(engine: Engine) -> None:
    _lost(engine)
    engine.world.add_post("OneShop", engine.intents()[0].text)
    _say_when(engine, StepKind.READING_PROFILE, is_there=True)
    engine.run("check")
    with open_records(engine.folder) as records:
        assert records.metrics.day(START.date()).posts == 1
        told = [step.text for step in records.journal.history(50) if "it was sent" in step.text]
    assert told == ["a person saw the post on the profile: it was sent"]


@pytest.mark.parametrize(("is_there", "end"), [(True, IntentState.SENT), (False, IntentState.FAILED)])
def test_a_person_may_decide_before_the_run_looks_for_its_own_post(
    engine: Engine, is_there: bool, end: IntentState
) -> None:
    engine.world.lose_next_answer(stored=True)
    _say_when(engine, StepKind.CONFIRMING, is_there=is_there)
    assert engine.run().trouble is None
    assert engine.intents()[0].state is end
    assert engine.permits_used("post") == int(is_there)


def test_a_refusal_gives_no_permit_back_for_a_post_that_a_person_saw(engine: Engine) -> None:
    class Watched(FakeX):
        def post(self, draft: Draft, *, before_send: Callable[[], None]) -> str:
            def before_click() -> None:
                before_send()
                _say(engine, is_there=True)

            return super().post(draft, before_send=before_click)

    engine.world.fail_next("post", DuplicateRefused("said already"), after_click=True)
    engine.bot.connect = lambda request: Watched(engine.world, request.handle, clock=engine.clock)
    engine.run()
    assert engine.intents()[0].state is IntentState.SENT
    assert engine.permits_used("post") == 1
