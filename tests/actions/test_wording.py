"""Posts in the words of a language model: only where the account says so, checked like any other, and recorded."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.ai.client import ModelClient
from bot.ai.fake import FakeModel
from bot.ai.help import make_help
from bot.clock import SystemClock
from bot.errors import ModelBusy, ModelTooSlow
from bot.settings.fleet import FleetSettings
from bot.storage.database import Database
from bot.storage.journal import BY_A_MODEL
from bot.storage.model_drafts import DraftState, ModelDraft, ModelDrafts
from bot.storage.sealing import SessionKeys
from tests.ai.serving import says, serving
from tests.engines import Engine
from tests.homes import write_yaml

TEMPLATE = "Paket 10GB: order {wa_number}"
POST = "Paket 10GB: order 080000000000"
ADDRESS = "http://127.0.0.1:9/v1"


class Helped:
    """An engine whose account has one template and a language model to ask."""

    def __init__(self, engine: Engine, ai: str, client: ModelClient | None = None, address: str = ADDRESS) -> None:
        self.engine = engine
        self.model = FakeModel(lambda text: f"🔥 {text}")
        settings = engine.folder.settings_yaml
        whole = f"ai: {{enabled: true, api_url: '{address}'{ai}}}\n"
        settings.write_text(settings.read_text(encoding="utf-8") + whole, encoding="utf-8")
        self.write_templates(TEMPLATE)
        limits = FleetSettings().ai_budget_per_day
        help_ = make_help(
            engine._database, SessionKeys(engine.home.root, ""), engine.clock, lambda: limits, client or self.model
        )
        engine.shared = replace(engine.shared, help=help_)
        engine.bot = engine.new_bot()

    def write_templates(self, *texts: str) -> None:
        write_yaml(self.engine.folder.templates_yaml, {"promo_templates": list(texts)})

    def run(self) -> list[str]:
        """What stands on the profile after a run, newest first."""
        self.engine.run()
        return [post.text for post in self.engine.world.posts_of("OneShop")]

    def drafts(self, state: DraftState) -> list[ModelDraft]:
        found: list[ModelDraft] = self.with_drafts(lambda drafts: drafts.in_state(state))
        return found

    def approve(self) -> None:
        (draft,) = self.drafts(DraftState.WAITING)
        now = self.engine.clock.now()
        self.with_drafts(
            lambda drafts: drafts.decide(draft.id, DraftState.APPROVED, draft.text, now, was=DraftState.WAITING)
        )

    def with_drafts(self, act: Callable[[ModelDrafts], Any]) -> Any:
        with closing(Database(self.engine.folder.metrics_db, "account")) as database:
            return act(ModelDrafts(database))


@pytest.fixture
def waiting(engine: Engine) -> Helped:
    """As an existing file is: enabled, and nothing said of an approval."""
    return Helped(engine, ", model: tiny")


@pytest.fixture
def at_once(engine: Engine) -> Helped:
    """The account says otherwise."""
    return Helped(engine, ", model: tiny, approval: false")


def test_without_help_nothing_changes(engine: Engine) -> None:
    helped = Helped(engine, "")
    text = engine.folder.settings_yaml.read_text(encoding="utf-8").replace("enabled: true, api_url", "api_url")
    engine.folder.settings_yaml.write_text(text, encoding="utf-8")
    assert helped.run() == [POST]
    assert helped.model.asked == []
    assert "model" not in engine.texts()


def test_unasked_a_person_approves_first(waiting: Helped) -> None:
    assert waiting.run() == [POST]
    (draft,) = waiting.drafts(DraftState.WAITING)
    assert (draft.template, draft.text, draft.model) == (TEMPLATE, f"🔥 {TEMPLATE}", "tiny")
    assert "a model suggests another text for this template" in waiting.engine.texts()
    assert waiting.engine.intents()[0].worded_by == ""


def test_what_waits_is_neither_posted_nor_asked_for_again(waiting: Helped) -> None:
    for _ in range(3):
        waiting.run()
        waiting.engine.clock.advance(timedelta(days=31).total_seconds())
    assert waiting.run() == [POST] * 4
    assert len(waiting.model.asked) == 1


def test_an_approved_text_goes_out_in_place_of_its_template_and_is_marked(waiting: Helped) -> None:
    waiting.run()
    waiting.approve()
    waiting.engine.clock.advance(3600 * 24 * 31)
    assert sorted(waiting.run()) == sorted([f"🔥 {POST}", POST])
    intent = waiting.engine.intents()[0]
    assert (intent.text, intent.template, intent.worded_by) == (f"🔥 {POST}", TEMPLATE, BY_A_MODEL)
    assert "text improved by a model (tiny), approved by a person" in waiting.engine.texts()
    assert waiting.drafts(DraftState.APPROVED)[0].used_at == waiting.engine.clock.now()


def test_an_approved_text_must_pass_every_check_of_a_post(waiting: Helped) -> None:
    waiting.run()
    waiting.approve()
    waiting.engine.clock.advance(3600 * 24 * 31)
    waiting.run()
    waiting.engine.clock.advance(3600 * 24 * 5)
    waiting.engine.run()
    assert (
        "the approved one “🔥 Paket 10GB: order {wa_number}” was posted in the last 30 days" in waiting.engine.texts()
    )
    assert waiting.engine.intents()[0].text == POST


def test_a_rejected_text_is_not_asked_for_again(waiting: Helped) -> None:
    waiting.run()
    (draft,) = waiting.drafts(DraftState.WAITING)
    now = waiting.engine.clock.now()
    waiting.with_drafts(lambda each: each.decide(draft.id, DraftState.REJECTED, "", now, was=DraftState.WAITING))
    waiting.engine.clock.advance(3600 * 24 * 31)
    assert waiting.run() == [POST] * 2
    assert len(waiting.model.asked) == 1


def test_a_text_that_lost_a_variable_is_never_shown_and_asked_for_again_a_day_later(waiting: Helped) -> None:
    waiting.model.answer = lambda _text: "Paket 10GB, hubungi kami!"
    waiting.run()
    assert waiting.drafts(DraftState.WAITING) == []
    assert "no suggestion for this template: the model left out the variable {wa_number}" in waiting.engine.texts()
    waiting.write_templates(TEMPLATE, "Yang lain")
    for hours in (1, 1, 23):
        waiting.engine.clock.advance(hours * 3600)
        waiting.run()
    asked = [question.request for question in waiting.model.asked]
    assert sum(TEMPLATE in each for each in asked) == 1, "within a day it is not"


def test_at_once_the_text_is_improved_before_it_is_posted_and_the_record_says_so(at_once: Helped) -> None:
    assert at_once.run() == [f"🔥 {POST}"]
    intent = at_once.engine.intents()[0]
    assert (intent.template, intent.worded_by) == (TEMPLATE, BY_A_MODEL)
    assert f"text improved by a model (tiny); it was: {POST}" in at_once.engine.texts()


@pytest.mark.parametrize("trouble", [ModelTooSlow("slow", remedy="Wait."), ModelBusy("busy", remedy="Wait.")])
def test_a_model_in_trouble_holds_no_post_back(at_once: Helped, trouble: ModelTooSlow | ModelBusy) -> None:
    at_once.model.trouble = trouble
    assert at_once.run() == [POST]
    assert at_once.engine.intents()[0].worded_by == ""
    assert f"the text goes out as it is: {trouble.message}. Wait." in at_once.engine.texts()


def test_a_spent_budget_holds_no_post_back(engine: Engine) -> None:
    helped = Helped(engine, ", approval: false, budget_per_day: 0")
    assert helped.run() == [POST]
    assert "requests of today to language models are used up" in engine.texts()
    assert helped.model.asked == []


def test_a_text_with_another_number_is_not_posted(at_once: Helped) -> None:
    at_once.model.answer = lambda text: text.replace("10GB", "20GB")
    assert at_once.run() == [POST]
    assert "the model left out the number 10" in at_once.engine.texts()


def test_a_text_that_was_posted_lately_is_not_posted_again_in_the_models_words(at_once: Helped) -> None:
    at_once.write_templates(POST)
    at_once.run()
    at_once.write_templates(f"Ayo! {POST}")
    at_once.model.answer = lambda _text: f"🔥 {POST}"
    at_once.run()
    assert at_once.engine.intents()[0].text == f"Ayo! {POST}"
    assert "what the model wrote for" in at_once.engine.texts()
    assert "was posted in the last 30 days" in at_once.engine.texts()


def test_the_keys_an_existing_user_has_are_enough_for_a_service_that_answers(engine: Engine) -> None:
    keys = ", timeout: 10, improve_prompt: 'Perbaiki tweet ini. Tweet asli: {tweet}'"
    with serving() as server, closing(ModelClient(SystemClock())) as client:
        server.handling = says(f"Berikut hasilnya:\n\n“Yuk! {POST}”")
        helped = Helped(engine, f"{keys}, approval: false", client, server.address)
        assert helped.run() == [f"Yuk! {POST}"]
        ((_path, _headers, body),) = server.requests
    assert body["messages"][1]["content"] == f"Perbaiki tweet ini. Tweet asli: {POST}"
    assert "model" not in body
