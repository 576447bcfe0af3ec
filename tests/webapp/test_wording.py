"""Each state, step and end has its words."""

from __future__ import annotations

import pytest

from bot.fleet.fake import make_run
from bot.fleet_view import RunState, StateKind, Trigger
from bot.storage.journal import IntentState
from bot.x.contract import Step, StepKind
from tests.webapp.panel import NOW
from webapp import wording


def test_every_state_has_a_face_of_its_own() -> None:
    assert set(wording.STATES) == set(StateKind)
    assert len({face.words for face in wording.STATES.values()}) == len(StateKind)
    assert len({face.icon for face in wording.STATES.values()}) == len(StateKind)


def test_every_end_of_a_run_and_every_trigger_has_words() -> None:
    assert set(wording.RUN_STATES) == set(RunState)
    assert set(wording.TRIGGERS) == set(Trigger)


def test_every_state_of_a_post_has_a_face_and_the_unsure_ones_say_more() -> None:
    assert set(wording.POST_STATES) == set(IntentState)
    assert set(wording.POST_NOTES) == {IntentState.SENDING, IntentState.NEEDS_REVIEW}


def test_every_level_of_the_record_has_a_word_of_its_own() -> None:
    assert set(wording.RECORD_LEVELS) == set(wording.LEVELS)
    assert len({face.words for face in wording.RECORD_LEVELS.values()}) == len(wording.LEVELS)


def test_posts_that_wait_for_a_person_are_counted() -> None:
    assert wording.review_words(1) == "1 post needs your review"
    assert wording.review_words(2) == "2 posts need your review"


@pytest.mark.parametrize("kind", list(StepKind))
def test_every_step_has_words(kind: StepKind) -> None:
    assert wording.step_words(Step(kind))


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (Step(StepKind.TYPING), "typing"),
        (Step(StepKind.UPLOADING, 2, 3), "uploading 2/3"),
        (Step(StepKind.LIKING, 3, 5), "liking 3 of 5"),
        (Step(StepKind.FOLLOWING, 1, 2), "following 1 of 2"),
        (Step(StepKind.SEARCHING, detail="kirim paket"), "searching “kirim paket”"),
        (Step(StepKind.PAUSING, total=12), "pausing 12 s"),
    ],
)
def test_a_step_says_how_far_it_is(step: Step, words: str) -> None:
    assert wording.step_words(step) == words


def test_deeds_are_counted_in_words() -> None:
    assert wording.deeds_words(make_run(NOW, posts=1, likes=5, follows=0)) == "1 post, 5 likes"
    assert wording.deeds_words(make_run(NOW, posts=0, likes=0, follows=0)) == ""
    assert wording.seats_words(2, 3) == "2 of 3 seats working"
    assert wording.seats_words(0, 1) == "0 of 1 seat working"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("typing", "Typing"),
        ("settings.yaml, line 3", "settings.yaml, line 3"),
        ("x.com says no", "x.com says no"),
        ("", ""),
    ],
)
def test_a_sentence_begins_large_unless_its_first_word_is_a_name(words: str, shown: str) -> None:
    assert wording.sentence(words) == shown
