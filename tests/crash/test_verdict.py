"""The comparison itself: each kind of harm shows, so that its silence means something."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.account_manager import AccountManager
from bot.fleet.records import open_records
from bot.settings.home import AccountFolder
from bot.storage.journal import IntentState
from tests.crash.verdict import Truth, Verdict, judge
from tests.homes import HomeBuilder

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
AT = NOW.timestamp()


class Written:
    """A home with one account, whose journal is written here."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = AccountFolder(HomeBuilder(root).add("one", "OneShop"))
        manager = AccountManager(root)
        manager.open()
        manager.close()

    def write(self, text: str, state: IntentState, tweet_id: str = "") -> None:
        with open_records(self.folder) as records:
            run = records.journal.plan_run("morning", "2026-03-02", "manual", NOW)
            intent = records.journal.intend(run or 0, "promo", text, text, (), 1, NOW)
            if state is not IntentState.INTENT:
                records.journal.mark_sending(intent, NOW)
            if state not in {IntentState.INTENT, IntentState.SENDING}:
                records.journal.settle(intent, state, NOW, tweet_id=tweet_id)

    def judge(self, *posts: Truth) -> Verdict:
        return judge(self.root, {"OneShop": posts}, 1)


@pytest.fixture
def written(tmp_path: Path) -> Written:
    return Written(tmp_path)


def test_a_post_that_stands_twice_is_seen(written: Written) -> None:
    written.write("offer", IntentState.SENT, "1")
    verdict = written.judge(Truth("1", "offer", AT), Truth("2", "offer", AT))
    assert len(verdict.twice) == 1
    assert str(verdict).startswith("kills=1 posts=2 twice=1 ")


@pytest.mark.parametrize("state", [IntentState.INTENT, IntentState.SENDING])
def test_a_post_without_an_end_is_lost(written: Written, state: IntentState) -> None:
    written.write("offer", state)
    assert len(written.judge().lost) == 1


def test_a_sent_post_that_does_not_stand_is_lost(written: Written) -> None:
    written.write("offer", IntentState.SENT, "1")
    assert len(written.judge().lost) == 1


def test_a_post_that_stands_though_it_failed_is_lost(written: Written) -> None:
    written.write("offer", IntentState.FAILED)
    assert len(written.judge(Truth("1", "offer", AT)).lost) == 1


def test_a_post_that_two_entries_claim_is_lost(written: Written) -> None:
    written.write("offer", IntentState.SENT, "1")
    written.write("offer", IntentState.SENT, "1")
    assert len(written.judge(Truth("1", "offer", AT)).lost) == 1


def test_more_posts_than_a_limit_allows_are_a_breach(written: Written) -> None:
    posts = [Truth(str(number), f"offer {number}", AT + number) for number in range(41)]
    assert "posts of one: 41 in 3600 s, limit 40" in written.judge(*posts).breaches


def test_a_count_that_differs_from_the_site_is_seen(written: Written) -> None:
    written.write("offer", IntentState.SENT, "1")
    assert len(written.judge(Truth("1", "offer", AT)).miscounted) == 1


def test_too_many_posts_for_a_person_to_decide_are_refused(written: Written) -> None:
    written.write("offer", IntentState.NEEDS_REVIEW)
    verdict = written.judge()
    assert verdict.review == 1
    with pytest.raises(AssertionError, match="need review"):
        verdict.check()


def test_a_clean_record_passes(written: Written) -> None:
    written.judge().check()
