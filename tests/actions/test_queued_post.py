"""A post that a person wrote goes out with a slot, once, whatever happens on the way."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from types import FrameType

import pytest

from bot.errors import DuplicateRefused, PageTimeout, Trouble
from bot.fleet.records import open_records
from bot.fleet_view import RunState
from bot.settings.fleet import FleetSettings
from bot.storage.database import Database
from bot.storage.journal import IntentState
from bot.storage.planned_posts import PlannedPost, PostState, Written
from bot.x.contract import Step, StepKind
from tests.engines import START, WIDE, Engine

TEXT = "Toko buka sampai malam"
TEMPLATE = "OneShop offer 0: call 080000000000"


def write(engine: Engine, text: str = TEXT, *media: str) -> int:
    with open_records(engine.folder) as records:
        return records.posts.add(Written(text, media), "budi", engine.clock.now())


def post_of(engine: Engine, number: int = 1) -> PlannedPost:
    with open_records(engine.folder) as records:
        return records.posts.find(number)


def texts_on_x(engine: Engine) -> list[str]:
    return [post.text for post in engine.world.posts_of("OneShop")]


def test_it_goes_before_a_template_and_says_whose_it_is(engine: Engine) -> None:
    write(engine)
    engine.run()
    assert texts_on_x(engine) == [TEXT]
    assert post_of(engine).state is PostState.SENT
    assert post_of(engine).tweet_id == engine.world.posts_of("OneShop")[0].id
    assert f"queued post of budi posted: {TEXT}" in engine.texts()
    engine.clock.advance(3600)
    engine.run()
    assert sorted(texts_on_x(engine)) == sorted([TEXT, TEMPLATE])


def test_each_slot_takes_one_in_their_order(engine: Engine) -> None:
    write(engine, "satu toko")
    write(engine, "dua warung")
    engine.run()
    assert texts_on_x(engine) == ["satu toko"]
    engine.run()
    assert set(texts_on_x(engine)) == {"satu toko", "dua warung"}


@pytest.mark.parametrize(("policy", "posted"), [("off", []), ("approve", [TEXT]), ("automatic", [TEXT])])
def test_who_wrote_it_has_approved_it_but_off_is_off(tmp_path: Path, policy: str, posted: list[str]) -> None:
    engine = Engine(tmp_path, policy={"post": policy})
    write(engine)
    engine.run()
    assert texts_on_x(engine) == posted
    assert ("posting is set to “off”" in engine.texts()) is (policy == "off")
    engine.close()


@pytest.mark.parametrize(
    ("text", "media", "why"),
    [
        ("panjang " * 60, (), "its text is longer than X takes"),
        ("toko", ("media/none.png",), "none.png is missing"),
        ("toko", ("../two_TwoShop/media/a.png",), "must be a plain path below this folder"),
    ],
)
def test_one_that_cannot_go_out_as_it_is_waits_for_a_person_and_the_next_has_its_turn(
    engine: Engine, text: str, media: tuple[str, ...], why: str
) -> None:
    write(engine, text, *media)
    write(engine, "yang kedua")
    engine.run()
    assert texts_on_x(engine) == ["yang kedua"]
    assert post_of(engine).state is PostState.FAILED
    assert why in post_of(engine).reason
    assert "queued post of budi was not sent" in engine.texts()


def test_the_same_text_of_the_last_30_days_is_not_sent_again(engine: Engine) -> None:
    write(engine)
    engine.run()
    write(engine)
    engine.run()
    assert texts_on_x(engine).count(TEXT) == 1
    assert post_of(engine, 2).reason == "its text was posted in the last 30 days"


def test_what_x_refuses_waits_for_a_person(engine: Engine) -> None:
    write(engine)
    engine.world.fail_next("post", DuplicateRefused("x.com says: already said"))
    outcome = engine.run()
    assert outcome.state is RunState.PARTLY
    assert post_of(engine).state is PostState.FAILED
    assert post_of(engine).reason == "x.com says: already said"
    assert engine.permits_used("post") == 0
    engine.run()
    assert TEXT not in texts_on_x(engine)


def test_passing_trouble_leaves_it_in_the_queue_for_some_tries(engine: Engine) -> None:
    write(engine)
    for _ in range(3):
        engine.world.fail_next("post", PageTimeout("the composer did not open"))
        engine.run()
        engine.clock.advance(600)
        assert post_of(engine).state is PostState.QUEUED
    engine.run()
    assert texts_on_x(engine) == [TEMPLATE]
    assert post_of(engine).reason.startswith("tried 3 times in vain; the last time: the composer did not open")


def test_a_limit_leaves_it_in_the_queue(engine: Engine) -> None:
    write(engine)
    for _ in range(40):
        engine.shared.permits.take("one", "post", [])
    engine.run()
    assert texts_on_x(engine) == []
    assert post_of(engine).state is PostState.QUEUED
    engine.clock.advance(3601)
    engine.run()
    assert texts_on_x(engine) == [TEXT]


def test_it_waits_for_the_gap_between_two_posts_of_all_accounts(tmp_path: Path) -> None:
    engine = Engine(tmp_path, fleet=FleetSettings(global_rate_limit=WIDE, minimum_gap_seconds=90))
    engine.shared.permits.take("two", "post", [])
    write(engine)
    engine.run()
    assert engine.world.posts_of("OneShop")[0].posted_at == START + timedelta(seconds=90)
    engine.close()


def test_one_that_is_changed_while_it_is_typed_is_not_sent_as_it_was(engine: Engine) -> None:
    number = write(engine)

    def on_step(step: Step) -> None:
        if step.kind is StepKind.TYPING:
            with open_records(engine.folder) as records:
                records.posts.change(number, Written("kata lain"), 1, engine.clock.now())

    engine.on_step = on_step
    outcome = engine.run()
    assert texts_on_x(engine) == []
    assert (outcome.state, outcome.reason) == (RunState.STOPPED, "somebody changed the queued post meanwhile")
    assert engine.permits_used("post") == 0
    engine.on_step = None
    engine.run()
    assert texts_on_x(engine) == ["kata lain"]


@pytest.mark.parametrize("stored", [True, False])
def test_a_lost_answer_is_looked_up_and_decides_its_state(engine: Engine, stored: bool) -> None:
    write(engine)
    engine.world.lose_next_answer(stored=stored)
    engine.run()
    assert post_of(engine).state is (PostState.SENT if stored else PostState.SENDING)
    engine.clock.advance(600)
    engine.run()
    assert texts_on_x(engine).count(TEXT) == 1
    assert post_of(engine).state is PostState.SENT


class Crash(BaseException):
    """The process ends here: nobody handles it."""


def crash_at_write(number: int) -> None:
    """Let the `number`-th transaction from here on be the last thing this process does: it begins, and no more."""
    left = number

    def look(frame: FrameType, event: str, _argument: object) -> None:
        nonlocal left
        if event == "call" and frame.f_code is WRITE:
            left -= 1
            if left == 0:
                sys.setprofile(None)
                raise Crash

    sys.setprofile(look)


WRITE = Database.write.__wrapped__.__code__  # type: ignore[attr-defined]
WRITES_OF_A_RUN = 36


@pytest.mark.parametrize("number", range(1, WRITES_OF_A_RUN))
def test_a_crash_at_any_write_sends_it_once_in_the_end(engine: Engine, number: int) -> None:
    write(engine)
    crash_at_write(number)
    try:
        engine.run()
    except Crash:
        pass
    finally:
        sys.setprofile(None)
    for _ in range(3):
        engine.clock.advance(600)
        engine.bot = engine.new_bot()
        engine.run()
    assert texts_on_x(engine).count(TEXT) == 1
    assert post_of(engine).state is PostState.SENT
    sent = [intent for intent in engine.intents() if intent.text == TEXT and intent.state is IntentState.SENT]
    assert len(sent) == 1


@pytest.mark.parametrize("kind", [StepKind.OPENING, StepKind.COMPOSING, StepKind.TYPING, StepKind.SENDING])
@pytest.mark.parametrize("trouble", [Crash(), PageTimeout("slow")], ids=["crash", "trouble"])
def test_whatever_ends_a_step_sends_it_once_in_the_end(
    engine: Engine, kind: StepKind, trouble: Trouble | Crash
) -> None:
    write(engine)

    def on_step(step: Step) -> None:
        if step.kind is kind:
            engine.on_step = None
            raise trouble

    engine.on_step = on_step
    try:
        engine.run()
    except Crash:
        engine.bot = engine.new_bot()
    for _ in range(2):
        engine.clock.advance(600)
        engine.run()
    assert texts_on_x(engine).count(TEXT) == 1
    assert post_of(engine).state is PostState.SENT
