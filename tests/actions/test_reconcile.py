from __future__ import annotations

from bot.errors import XDown
from bot.storage.journal import IntentState
from tests.engines import Engine


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


def test_a_profile_that_cannot_be_read_decides_nothing(engine: Engine) -> None:
    _lost(engine)
    engine.clock.advance(130)
    engine.world.fail_next("read_own_posts", XDown("503"))
    engine.run("check")
    assert engine.intents()[0].state is IntentState.SENDING


def test_what_stays_undecided_for_a_day_asks_a_person(engine: Engine) -> None:
    _lost(engine)
    engine.clock.advance(25 * 3600)
    engine.world.fail_next("read_own_posts", XDown("503"))
    engine.run("check")
    assert engine.intents()[0].state is IntentState.NEEDS_REVIEW


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
    engine.world.lose_next_answer(stored=False)
    engine.world.fail_next("read_own_posts", XDown("503"))
    engine.run()
    engine.clock.advance(8 * 3600)
    engine.run("check")
    assert engine.intents()[0].state is IntentState.SENDING
    engine.world.add_post("OneShop", engine.intents()[0].text)
    engine.clock.advance(130)
    engine.run("check")
    assert engine.intents()[0].state is IntentState.SENT


def test_after_two_days_without_the_machine_the_profile_still_decides(engine: Engine) -> None:
    engine.world.lose_next_answer(stored=False)
    engine.world.fail_next("read_own_posts", XDown("503"))
    engine.run()
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
