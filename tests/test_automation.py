from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from bot.automation import BotAutomation
from bot.connecting import ConnectRequest
from bot.errors import AccountLocked, BrowserDied, BrowserMissing, ForeignSession, SessionFileError, XDown
from bot.fleet.records import open_records, read_runs
from bot.fleet_view import RunState, Trigger
from bot.settings.fleet import FleetSettings
from bot.settings.home import Home
from bot.storage.evidence import find_evidence
from bot.x.contract import Step, StepKind, XClient
from bot.x.fake import FakeX
from tests.engines import START, WIDE, Engine


def test_a_run_opens_one_browser_and_closes_it(engine: Engine) -> None:
    engine.run()
    assert engine.world.most_open_clients == 1
    assert engine.world.open_clients == 0


def test_a_run_is_recorded_with_its_counts(engine: Engine) -> None:
    engine.add_strangers(4)
    engine.run()
    (run,) = read_runs(engine.folder, 10)
    assert (run.slot, run.trigger, run.state) == ("morning", Trigger.MANUAL, RunState.DONE)
    assert (run.posts, run.likes, run.follows) == (1, 2, 1)
    assert run.started_at is not None
    assert run.ended_at is not None


def test_a_run_ends_with_a_refresh_of_the_own_numbers(engine: Engine) -> None:
    engine.run()
    with open_records(engine.folder) as records:
        followers = records.metrics.followers()
    assert followers is not None
    assert followers.followers == 120


def test_the_steps_are_told_in_order(engine: Engine) -> None:
    engine.run()
    kinds = [step.kind for step in engine.steps]
    order = [StepKind.OPENING, StepKind.LOGGING_IN, StepKind.COMPOSING, StepKind.TYPING, StepKind.SENDING]
    assert [kind for kind in kinds if kind in order] == order
    assert kinds[-1] is StepKind.CLOSING


@pytest.mark.parametrize("trouble", [AccountLocked("locked"), XDown("503"), BrowserDied("gone")])
def test_trouble_leaves_evidence_and_closes_the_browser(engine: Engine, trouble: Any) -> None:
    engine.world.fail_next("log_in", trouble, times=9)
    outcome = engine.run()
    assert outcome.state is RunState.FAILED
    assert outcome.remedy
    evidence = [step.evidence for step in engine.notes() if step.evidence]
    assert len(evidence) == 1
    assert find_evidence(engine.folder.evidence, evidence[0]) is not None
    assert engine.world.open_clients == 0


def test_a_browser_that_keeps_dying_is_opened_three_times_at_most(engine: Engine) -> None:
    engine.world.fail_next("log_in", BrowserDied("gone"), times=9)
    engine.run()
    assert len(engine.world.calls_of("log_in")) == 3


@pytest.mark.parametrize("content", [None, "", "{", "[]", '[{"name": "lang", "value": "en"}]', '{"cookies": 3}'])
def test_a_missing_or_useless_session_file_says_what_to_do(engine: Engine, content: str | None) -> None:
    if content is None:
        engine.folder.cookies_json.unlink()
    else:
        engine.folder.cookies_json.write_text(content, encoding="utf-8")
    outcome = engine.run()
    assert isinstance(outcome.trouble, SessionFileError)
    assert "cookies.json" in outcome.reason
    assert "Export the cookies" in outcome.remedy
    assert engine.world.calls == [], "no browser is opened for it"


def test_the_session_of_another_handle_is_not_used(engine: Engine) -> None:
    engine.world.add_account("TwoShop", session="token-TwoShop")
    cookies = [{"name": "auth_token", "value": "token-TwoShop", "domain": ".x.com"}]
    engine.folder.cookies_json.write_text(json.dumps(cookies), encoding="utf-8")
    outcome = engine.run()
    assert isinstance(outcome.trouble, ForeignSession)
    assert engine.world.posts == []


def test_a_stop_ends_the_run_before_its_post(engine: Engine) -> None:
    def stop_at_typing(step: Step) -> None:
        if step.kind is StepKind.TYPING:
            engine.bot.stop("enough")

    outcome = engine.bot.run_slot("morning", progress=stop_at_typing)
    assert outcome.state is RunState.STOPPED
    assert engine.world.posts == []
    assert engine.permits_used("post") == 0
    assert engine.intents()[0].reason == "stopped before sending: enough"


def test_a_stop_after_the_click_leaves_the_post_to_be_found(engine: Engine) -> None:
    def stop_at_confirming(step: Step) -> None:
        if step.kind is StepKind.CONFIRMING:
            engine.bot.stop("enough")

    outcome = engine.bot.run_slot("morning", progress=stop_at_confirming)
    assert outcome.state is RunState.STOPPED
    assert len(engine.world.posts_of("OneShop")) == 1
    assert engine.intents()[0].tweet_id == engine.world.posts_of("OneShop")[0].id


def test_a_stopped_automation_can_run_again(engine: Engine) -> None:
    engine.bot.stop("before it began")
    assert engine.run().state is RunState.STOPPED
    assert engine.run().state is not RunState.STOPPED


def test_an_unknown_slot_is_an_answer_not_a_crash(engine: Engine) -> None:
    outcome = engine.run("midnight")
    assert outcome.state is RunState.FAILED
    assert "there is no slot called 'midnight'; slots: morning" in outcome.reason


def test_no_browser_on_the_machine_is_an_answer_not_a_crash(engine: Engine) -> None:
    def connect(_request: ConnectRequest) -> XClient:
        raise BrowserMissing("no browser found")

    bot = BotAutomation(engine.folder.root, shared=engine.shared, connect=connect, clock=engine.clock)
    outcome = bot.run_slot("morning")
    assert outcome.state is RunState.FAILED
    assert outcome.remedy == BrowserMissing.remedy


def test_a_run_that_hangs_is_ended_at_its_deadline(tmp_path: Path) -> None:
    fleet = FleetSettings.model_construct(global_rate_limit=WIDE, run_deadline_seconds=0.2)
    engine = Engine(tmp_path, fleet=fleet)
    released = threading.Event()

    class Hanging(FakeX):
        def log_in(self, cookies: Any) -> str:
            while not released.wait(0.01):
                self._stop.check()
            raise AssertionError("nobody ended the run")

    def connect(request: ConnectRequest) -> XClient:
        return Hanging(engine.world, request.handle, clock=request.clock, stop=request.stop)

    bot = BotAutomation(
        engine.folder.root, entry=engine.bot.entry, shared=engine.shared, connect=connect, clock=engine.clock
    )
    outcome = bot.run_slot("morning")
    released.set()
    assert outcome.state is RunState.FAILED
    assert "took longer than" in outcome.reason
    engine.close()


def test_intents_that_a_crash_left_before_the_click_are_closed_without_sending(engine: Engine) -> None:
    with open_records(engine.folder) as records:
        run_id = records.journal.plan_run("morning", "2026-03-01", "schedule", START)
        assert run_id is not None
        permit = engine.shared.permits.take("one", "post", [])
        records.journal.intend(run_id, "promo", "t", "never clicked", [], permit, START)
    engine.run("check")
    assert engine.intents()[0].state == "failed"
    assert engine.permits_used("post") == 0
    assert engine.world.posts == []


def test_without_an_account_folder_it_works_on_the_home_itself(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """An existing single-account user calls BotAutomation() in a folder with config/, data/ and cookies.json."""
    monkeypatch.setenv("AVIARY_HOME", str(engine.folder.root))
    bot = BotAutomation(connect=engine.bot.connect, clock=engine.clock)
    outcome = bot.run_slot("morning")
    assert outcome.state is RunState.PARTLY
    assert len(engine.world.posts_of("OneShop")) == 1
    assert Home(engine.folder.root).fleet_db.exists()
    bot.close()


def test_no_browser_is_opened_again_once_the_run_was_stopped(engine: Engine) -> None:
    opened: list[ConnectRequest] = []

    def connect(request: ConnectRequest) -> XClient:
        opened.append(request)
        engine.bot.stop("Aviary is shutting down")
        raise BrowserDied("gone")

    engine.bot.connect = connect
    outcome = engine.run()
    assert (outcome.state, len(opened)) == (RunState.STOPPED, 1)
