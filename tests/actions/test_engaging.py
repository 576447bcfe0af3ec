from __future__ import annotations

import pytest

from bot.errors import ActionRefused, PageTimeout, SessionExpired, TargetGone, XDown
from bot.fleet.records import open_records
from bot.fleet_view import RunState
from bot.x.contract import Step, StepKind
from tests.engines import START, Engine


def test_it_likes_and_follows_as_many_as_the_slot_says(engine: Engine) -> None:
    engine.add_strangers(5)
    outcome = engine.run()
    assert outcome.state is RunState.DONE
    assert len(engine.world.likes_of("OneShop")) == 2
    assert len(engine.world.accounts["oneshop"].follows) == 1


def test_it_tells_which_one_it_is_at(engine: Engine) -> None:
    engine.add_strangers(5)
    engine.run()
    liking = [step for step in engine.steps if step.kind is StepKind.LIKING]
    assert liking == [Step(StepKind.LIKING, 1, 2), Step(StepKind.LIKING, 2, 2)]


def test_it_counts_what_it_did_for_day_and_keyword(engine: Engine) -> None:
    engine.add_strangers(5)
    engine.run()
    with open_records(engine.folder) as records:
        assert records.metrics.day(START.date()).likes == 2
        assert records.metrics.day(START.date()).follows == 1
        assert records.metrics.day(START.date()).posts == 1


def test_it_never_engages_itself_or_another_managed_account(engine: Engine) -> None:
    engine.world.add_account("TwoShop")
    engine.world.add_post("TwoShop", "cari paket data murah")
    engine.world.add_post("OneShop", "paket data kami")
    outcome = engine.run()
    assert engine.world.calls_of("like") == []
    assert engine.world.calls_of("follow") == []
    assert outcome.state is RunState.PARTLY
    assert "the search found no more candidates" in outcome.reason


def test_it_never_engages_the_same_target_twice(engine: Engine) -> None:
    engine.add_strangers(2)
    engine.run()
    engine.run()
    assert len(engine.world.calls_of("like")) == 2


def test_a_person_is_engaged_by_one_managed_account_only(engine: Engine) -> None:
    engine.add_strangers(2)
    for handle in ("stranger0", "stranger1"):
        assert engine.shared.guards.engagement.claim("two", "follow", handle) == ""
    engine.run()
    assert engine.world.calls_of("like") == []


def test_it_stops_at_the_limit_and_says_when_the_next_permit_frees(engine: Engine) -> None:
    for _ in range(39):
        engine.shared.permits.take("one", "like", [])
    engine.add_strangers(5)
    outcome = engine.run()
    assert len(engine.world.likes_of("OneShop")) == 1
    assert "liked 1 of 2: limit reached (this account: 40 per hour); next permit at 09:00" in outcome.reason


def test_one_that_fails_does_not_end_the_others(engine: Engine) -> None:
    engine.add_strangers(5)
    engine.world.fail_next("like", TargetGone("deleted"))
    outcome = engine.run()
    assert len(engine.world.likes_of("OneShop")) == 2
    assert outcome.state is RunState.DONE
    assert any(step.evidence for step in engine.notes())


def test_three_failures_in_a_row_end_the_action_but_not_the_run(engine: Engine) -> None:
    engine.add_strangers(9)
    engine.world.fail_next("like", ActionRefused("no"), times=9)
    outcome = engine.run()
    assert len(engine.world.calls_of("like")) == 3
    assert len(engine.world.accounts["oneshop"].follows) == 1
    assert "several in a row failed" in outcome.reason


def test_trouble_of_the_account_ends_the_run_at_once(engine: Engine) -> None:
    engine.add_strangers(5)
    engine.world.fail_next("like", SessionExpired("logged out"))
    outcome = engine.run()
    assert outcome.state is RunState.FAILED
    assert isinstance(outcome.trouble, SessionExpired)
    assert engine.world.calls_of("follow") == []


def test_one_liked_before_by_hand_gives_its_permit_back(engine: Engine) -> None:
    engine.add_strangers(3)
    engine.world.accounts["oneshop"].follows |= {"stranger0", "stranger1", "stranger2"}
    engine.run()
    assert engine.permits_used("follow") == 0
    assert "was followed before" in engine.texts()


@pytest.mark.parametrize("trouble", [XDown("503"), PageTimeout("slow")])
def test_a_search_is_tried_again_when_trouble_passes(engine: Engine, trouble: XDown) -> None:
    engine.add_strangers(5)
    engine.world.fail_next("search_latest", trouble, times=2)
    assert engine.run().state is RunState.DONE


def test_a_search_is_not_tried_for_ever(engine: Engine) -> None:
    engine.world.fail_next("search_latest", XDown("503"), times=50)
    outcome = engine.run()
    assert outcome.state is RunState.FAILED
    assert len(engine.world.calls_of("search_latest")) == 3


@pytest.mark.parametrize("policy", ["off", "approve"])
def test_it_engages_only_when_the_policy_is_automatic(engine: Engine, policy: str) -> None:
    engine.add_strangers(5)
    settings = engine.folder.settings_yaml
    text = settings.read_text(encoding="utf-8")
    settings.write_text(f"{text}policy: {{like: {policy}, follow: {policy}}}\n", encoding="utf-8")
    engine.run()
    assert engine.world.likes_of("OneShop") == []
    assert engine.world.accounts["oneshop"].follows == set()
