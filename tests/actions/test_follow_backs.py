"""Whether those that were followed follow back: a few looks, and unknown stays unknown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.actions.follow_backs import LOOKED_AT
from bot.errors import TargetGone, XDown
from bot.fleet.records import read_keywords
from bot.fleet_view import RunState
from bot.settings.account import Policy
from bot.storage.keyword_numbers import KeywordNumbers
from tests.actions.asking import engine_with
from tests.engines import Engine

DAY = 86400


@pytest.fixture
def following(tmp_path: Path) -> Iterator[Engine]:
    engine = engine_with(tmp_path, Policy.AUTOMATIC, {"follow": 5})
    engine.add_strangers(5)
    engine.run()
    yield engine
    engine.close()


def brought(engine: Engine) -> KeywordNumbers:
    return read_keywords(engine.folder)["paket data"]


def looks(engine: Engine) -> int:
    return len([call for call in engine.world.calls_of("read_profile") if call.detail.startswith("stranger")])


def test_on_the_day_of_the_follow_nobody_is_looked_at_and_it_is_unknown(following: Engine) -> None:
    following.run()
    assert looks(following) == 0
    assert brought(following) == KeywordNumbers("paket data", 10, 5, followed=5, looked_at=0, followed_back=0)


def test_a_day_later_a_few_profiles_tell_and_the_rest_at_the_next_run(following: Engine) -> None:
    following.world.accounts["stranger1"].follows.add("oneshop")
    following.clock.advance(DAY)
    following.run()
    assert looks(following) == LOOKED_AT
    following.run()
    assert looks(following) == 5
    assert (brought(following).looked_at, brought(following).followed_back) == (5, 1)
    following.run()
    assert looks(following) == 5  # again in a week, those that do not follow back alone
    following.clock.advance(8 * DAY)
    following.run()
    following.run()
    assert looks(following) == 9


def test_a_profile_that_is_gone_tells_nothing_and_the_others_are_looked_at(following: Engine) -> None:
    following.world.fail_next("read_profile", TargetGone("gone"))
    following.clock.advance(DAY)
    assert following.run().state is not RunState.FAILED
    assert (looks(following), brought(following).looked_at) == (LOOKED_AT, LOOKED_AT - 1)


def test_trouble_of_the_pages_does_not_end_the_run(following: Engine) -> None:
    following.world.fail_next("read_profile", XDown("503"))
    following.clock.advance(DAY)
    assert following.run().state is not RunState.FAILED
    assert "whether people follow back could not be seen" in following.texts()
