from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bot.errors import (
    AccountLocked,
    AccountSuspended,
    BrowserDied,
    ChallengeShown,
    DuplicateRefused,
    MediaRefused,
    PageTimeout,
    PostLimitReached,
    ProxyRefused,
    SessionExpired,
    SlowDown,
    Trouble,
    XDown,
)
from bot.fleet_view import RunState
from bot.settings.fleet import FleetSettings, GlobalRateLimit
from bot.storage.journal import IntentState
from bot.storage.permits import Window
from bot.x.contract import Step, StepKind
from tests.engines import START, WIDE, Engine
from tests.homes import write_yaml


def test_it_posts_the_template_with_its_variables_filled(engine: Engine) -> None:
    engine.run()
    assert [post.text for post in engine.world.posts_of("OneShop")] == ["OneShop offer 0: call 080000000000"]
    assert engine.intents()[0].state is IntentState.SENT
    assert engine.intents()[0].tweet_id == engine.world.posts_of("OneShop")[0].id


def test_it_takes_the_least_recently_used_template_next(engine: Engine) -> None:
    for _ in range(3):
        engine.run()
        engine.clock.advance(3600)
    texts = [post.text[:15] for post in engine.world.posts_of("OneShop")]
    assert texts == ["OneShop offer 0", "OneShop offer 1", "OneShop offer 2"]


def test_it_says_so_when_every_text_was_posted_in_the_last_30_days(engine: Engine) -> None:
    write_yaml(engine.folder.templates_yaml, {"promo_templates": ["the only text"]})
    engine.run()
    engine.clock.advance(timedelta(days=29).total_seconds())
    outcome = engine.run()
    assert len(engine.world.posts_of("OneShop")) == 1
    assert "was posted in the last 30 days" in engine.texts()
    assert outcome.state is RunState.PARTLY
    engine.clock.advance(timedelta(days=2).total_seconds())
    engine.run()
    assert len(engine.world.posts_of("OneShop")) == 2


def test_it_sends_the_media_of_the_template(engine: Engine) -> None:
    picture = engine.folder.root / "media" / "promo" / "a.png"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(_png())
    write_yaml(engine.folder.templates_yaml, {"promo_templates": [{"text": "with", "media": "media/promo/a.png"}]})
    engine.run()
    assert engine.world.posts_of("OneShop")[0].media == ("a.png",)


@pytest.mark.parametrize("media", ["media/promo/none.png", "../two_TwoShop/media/x.png", "/etc/passwd"])
def test_it_does_not_post_without_its_media_or_with_a_file_of_elsewhere(engine: Engine, media: str) -> None:
    write_yaml(engine.folder.templates_yaml, {"promo_templates": [{"text": "with", "media": media}]})
    outcome = engine.run()
    assert engine.world.posts_of("OneShop") == []
    assert outcome.state is RunState.PARTLY
    assert engine.permits_used("post") == 0


def test_a_missing_picture_does_not_silence_the_other_templates(engine: Engine) -> None:
    broken = {"text": "with", "media": "media/promo/none.png"}
    write_yaml(engine.folder.templates_yaml, {"promo_templates": [broken, "without a picture"]})
    for _ in range(2):
        engine.run()
    assert [post.text for post in engine.world.posts_of("OneShop")] == ["without a picture"]
    assert "“with” cannot go out: none.png is missing" in engine.texts()


def test_it_says_when_the_next_permit_frees_instead_of_posting(engine: Engine) -> None:
    for _ in range(40):
        engine.shared.permits.take("one", "post", [])
    engine.run()
    assert engine.world.calls_of("post") == []
    assert "limit reached (this account: 40 per hour); next permit at 09:00" in engine.texts()


def test_a_post_waits_in_the_composer_for_its_turn(tmp_path: Path) -> None:
    engine = Engine(tmp_path, fleet=FleetSettings(global_rate_limit=WIDE, minimum_gap_seconds=90))
    permit = engine.shared.permits.take("two", "post", [])
    engine.run()
    (post,) = engine.world.posts_of("OneShop")
    assert post.posted_at == START + timedelta(seconds=90)
    assert Step(StepKind.WAITING_TURN, total=90) in engine.steps
    (told,) = [step for step in engine.notes() if "waits for its turn" in step.text]
    assert told.text.endswith("at 08:01: two posts of all accounts are at least 90 s apart")
    assert told.next_at == START + timedelta(seconds=90)
    engine.shared.permits.give_back(permit)
    engine.close()


def test_a_post_that_others_go_before_waits_longer_and_says_so_once(tmp_path: Path) -> None:
    engine = Engine(tmp_path, fleet=FleetSettings(global_rate_limit=WIDE, minimum_gap_seconds=90))
    _post_elsewhere(engine)

    def on_step(step: Step) -> None:
        if step.kind is StepKind.TYPING:
            engine.clock.advance(30)
        if step == Step(StepKind.WAITING_TURN, total=60):
            _post_elsewhere(engine)

    engine.on_step = on_step
    engine.run()
    turns = [step.total for step in engine.steps if step.kind is StepKind.WAITING_TURN]
    assert turns == [60, 30]
    assert engine.texts().count("waits for its turn") == 1
    engine.close()


@pytest.fixture
def far_off(tmp_path: Path) -> Iterator[Engine]:
    """An engine whose fleet has just posted, and posts every ten minutes."""
    engine = Engine(tmp_path, fleet=FleetSettings(global_rate_limit=WIDE, minimum_gap_seconds=600))
    _post_elsewhere(engine)
    yield engine
    engine.close()


def _post_only(engine: Engine) -> None:
    settings = engine.folder.settings_yaml
    text = settings.read_text(encoding="utf-8")
    settings.write_text(f"{text}policy: {{like: off, follow: off}}\n", encoding="utf-8")


def test_no_browser_is_opened_for_a_post_whose_turn_is_far_off(far_off: Engine) -> None:
    _post_only(far_off)
    outcome = far_off.run()
    assert (outcome.state, outcome.resume_at) == (RunState.QUEUED, START + timedelta(seconds=600))
    assert far_off.world.calls == []
    assert far_off.intents() == []
    assert far_off.notes()[-1].next_at == START + timedelta(seconds=600)
    assert far_off.permits_used("post") == 0


def test_a_browser_is_opened_for_a_post_whose_turn_comes_while_it_waits(far_off: Engine) -> None:
    _post_only(far_off)
    far_off.clock.advance(300)
    far_off.run()
    (post,) = far_off.world.posts_of("OneShop")
    assert post.posted_at == START + timedelta(seconds=600)


def test_a_run_that_has_other_work_begins_no_post_whose_turn_is_far_off(far_off: Engine) -> None:
    far_off.add_strangers(5)
    outcome = far_off.run()
    assert far_off.world.calls_of("post") == []
    assert far_off.intents() == [], "no template has used its turn"
    assert outcome.resume_at == START + timedelta(seconds=600)
    assert "600 s from one to the next); next permit at 08:10" in far_off.texts()
    assert len(far_off.world.likes_of("OneShop")) == 2


def test_a_turn_that_another_took_while_the_post_was_written_is_worth_another_visit(tmp_path: Path) -> None:
    """Nobody can know that before."""
    engine = Engine(tmp_path, fleet=FleetSettings(global_rate_limit=WIDE, minimum_gap_seconds=600))
    engine.on_step = lambda step: _post_elsewhere(engine) if step.kind is StepKind.TYPING else None
    outcome = engine.run()
    assert engine.world.posts_of("OneShop") == []
    assert outcome.resume_at == START + timedelta(seconds=600)
    assert "600 s from one to the next); next permit at 08:10" in engine.texts()
    assert engine.intents()[0].state is IntentState.FAILED
    assert engine.permits_used("post") == 0
    engine.close()


def _post_elsewhere(engine: Engine) -> None:
    engine.shared.permits.take("two", "post", [])


def test_whoever_stops_the_run_while_it_waits_for_its_turn_stops_the_post(tmp_path: Path) -> None:
    engine = Engine(tmp_path, fleet=FleetSettings(global_rate_limit=WIDE, minimum_gap_seconds=90))
    engine.shared.permits.take("two", "post", [])
    engine.on_step = lambda step: engine.bot.stop("enough") if step.kind is StepKind.WAITING_TURN else None
    outcome = engine.run()
    assert outcome.state is RunState.STOPPED
    assert engine.world.posts_of("OneShop") == []
    assert engine.intents()[0].reason == "stopped before sending: enough"
    assert engine.permits_used("post") == 0
    engine.close()


def test_a_limit_used_up_while_the_post_was_written_holds_it_back(engine: Engine) -> None:
    """An hour's limit counts when x.com gets the post, not when the run asked for a permit."""
    limits = GlobalRateLimit(tweets_per_hour=1)
    engine.shared = replace(engine.shared, fleet_settings=FleetSettings(global_rate_limit=limits))
    engine.bot = engine.new_bot()
    engine.on_step = lambda step: _type_for_an_hour(engine) if step.kind is StepKind.TYPING else None
    outcome = engine.run()
    assert engine.world.posts_of("OneShop") == []
    assert outcome.state is RunState.QUEUED
    assert outcome.resume_at == engine.clock.now() + timedelta(hours=1)


def _type_for_an_hour(engine: Engine) -> None:
    """Long enough for the run's own permit to leave the window, so that another account takes its place."""
    engine.clock.advance(3600)
    engine.shared.permits.take("two", "post", [Window(3600, 1, fleet=True)])


@pytest.mark.parametrize(
    "refusal",
    [
        DuplicateRefused("said already"),
        MediaRefused("no"),
        PostLimitReached("enough"),
        SlowDown("slow"),
    ],
)
def test_a_refusal_after_the_click_is_surely_not_sent_and_gives_the_permit_back(
    engine: Engine, refusal: Trouble
) -> None:
    engine.world.fail_next("post", refusal, after_click=True)
    engine.run()
    assert engine.intents()[0].state is IntentState.FAILED
    assert engine.permits_used("post") == 0
    assert engine.world.calls_of("post")[0].detail == engine.intents()[0].text


@pytest.mark.parametrize(
    "trouble", [AccountLocked("l"), AccountSuspended("u"), ChallengeShown("c"), ProxyRefused("p"), SessionExpired("s")]
)
def test_a_page_that_stops_the_account_after_the_click_proves_nothing_of_the_post(
    engine: Engine, trouble: Trouble
) -> None:
    engine.world.fail_next("post", trouble, after_click=True)
    outcome = engine.run()
    assert outcome.trouble is trouble
    assert outcome.undecided
    assert engine.permits_used("post") == 1, "in doubt it counts"
    engine.clock.advance(130)
    engine.run("check")
    engine.clock.advance(130)
    engine.run("check")
    assert engine.intents()[0].state is IntentState.FAILED, "the profile decides once the account works again"
    assert engine.permits_used("post") == 0


@pytest.mark.parametrize("lost", [PageTimeout("slow"), XDown("503"), BrowserDied("gone")])
def test_any_other_trouble_after_the_click_proves_nothing_and_is_never_sent_again(
    engine: Engine, lost: Trouble
) -> None:
    engine.world.fail_next("post", lost, after_click=True)
    outcome = engine.run()
    assert outcome.undecided
    assert engine.intents()[0].state is IntentState.SENDING
    assert engine.permits_used("post") == 1, "in doubt it counts"
    assert len(engine.world.calls_of("post")) == 1


def test_a_lost_answer_is_found_on_the_profile(engine: Engine) -> None:
    engine.world.lose_next_answer(stored=True)
    outcome = engine.run()
    assert outcome.state is RunState.PARTLY or outcome.state is RunState.DONE
    assert engine.intents()[0].state is IntentState.SENT
    assert len(engine.world.posts_of("OneShop")) == 1
    assert "on the profile: it was sent" in engine.texts()


def test_a_browser_that_dies_before_the_click_is_opened_again_and_the_run_posts_once(engine: Engine) -> None:
    engine.world.fail_next("post", BrowserDied("gone"))
    engine.run()
    assert len(engine.world.posts_of("OneShop")) == 1
    assert [intent.state for intent in engine.intents()] == [IntentState.SENT, IntentState.FAILED]


def test_a_browser_that_dies_after_a_stored_click_does_not_post_another(engine: Engine) -> None:
    engine.world.lose_next_answer(stored=True)
    engine.world.fail_next("read_own_posts", BrowserDied("gone"))
    engine.run()
    assert len(engine.world.posts_of("OneShop")) == 1
    assert engine.intents()[0].state is IntentState.SENT


@pytest.mark.parametrize("policy", ["off", "approve"])
def test_it_posts_only_when_the_policy_is_automatic(engine: Engine, policy: str) -> None:
    settings = engine.folder.settings_yaml
    settings.write_text(settings.read_text(encoding="utf-8") + f"policy: {{post: {policy}}}\n", encoding="utf-8")
    engine.run()
    assert engine.world.posts_of("OneShop") == []
    assert f"posting is set to “{policy}”" in engine.texts()


def test_a_broken_templates_file_ends_the_run_with_its_place(engine: Engine) -> None:
    engine.folder.templates_yaml.write_text("promo_templates:\n- {text: [1}\n", encoding="utf-8")
    outcome = engine.run()
    assert outcome.state is RunState.FAILED
    assert "templates.yaml, line 2" in outcome.reason


def _png() -> bytes:
    file = BytesIO()
    Image.new("RGB", (8, 8), "red").save(file, "PNG")
    return file.getvalue()


def test_it_says_which_template_it_chose_and_why(engine: Engine) -> None:
    engine.run()
    assert "chose template “OneShop offer 0: call {wa_number}”: it was never used before" in engine.texts()


def test_it_posts_a_kind_that_the_operator_named(tmp_path: Path) -> None:
    engine = Engine(tmp_path, schedule={"timezone": "UTC", "morning": {"time": "08:00", "post": "story"}})
    write_yaml(engine.folder.templates_yaml, {"story_templates": ["once {upon|on} {weekday}"]})
    engine.run()
    assert engine.world.posts_of("OneShop")[0].text in {"once upon Senin", "once on Senin"}
    assert engine.intents()[0].kind == "story"
    engine.close()


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ({"thread": ["first", "second"]}, "“first” is a thread"),
        ({"text": "which", "poll": {"options": ["a", "b"]}}, "“which” has a poll"),
    ],
)
def test_what_x_has_no_known_form_for_is_passed_over_in_words(engine: Engine, template: object, why: str) -> None:
    write_yaml(engine.folder.templates_yaml, {"promo_templates": [template, "a plain one"]})
    engine.run()
    assert [post.text for post in engine.world.posts_of("OneShop")] == ["a plain one"]
    assert why in engine.texts()


def test_it_keeps_to_the_cool_down_of_a_template(engine: Engine) -> None:
    template = {"text": "{a|b|c|d|e|f|g|h}", "cool_down_days": 3}
    write_yaml(engine.folder.templates_yaml, {"promo_templates": [template]})
    engine.run()
    engine.clock.advance(timedelta(days=2.9).total_seconds())
    engine.run()
    assert len(engine.world.posts_of("OneShop")) == 1
    assert "rests for 3 days after each post" in engine.texts()


def test_after_how_many_days_a_text_may_come_back_is_a_setting(tmp_path: Path) -> None:
    engine = Engine(tmp_path, content={"repeat_after_days": 2})
    write_yaml(engine.folder.templates_yaml, {"promo_templates": ["the only text"]})
    for _ in range(2):
        engine.run()
        engine.clock.advance(timedelta(days=2.1).total_seconds())
    assert len(engine.world.posts_of("OneShop")) == 2
    engine.close()
