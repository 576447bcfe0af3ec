"""Suggestions over real accounts: reckoned once, dismissed, brought back, used for drafts that must be reworded."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from bot.account_manager import AccountManager
from bot.errors import PostUnfit
from bot.storage.planned_posts import PostState, Written
from bot.storage.settled_posts import SettledPost
from tests.advice.worlds import NOW, enter_posts, make_posts
from tests.homes import own_name
from tests.worlds import World

HOURS = (8, 13, 17, 19)
SLOTS = {"timezone": "UTC", "slots": [{"name": "early", "time": "08:00", "post": "promo"}]}


def evening(post: SettledPost) -> float:
    return 2.0 if post.posted_at.hour == 19 else 1.0


def metrics_of(world: World, account_id: str, handle: str) -> Path:
    return world.home.root / "accounts" / f"{account_id}_{handle}" / "data" / "metrics.db"


@pytest.fixture
def manager(world: World) -> AccountManager:
    for number, handle in (("one", "OneShop"), ("two", "TwoShop")):
        world.add(number, handle, schedule=SLOTS)
        posts = make_posts(Random(number), HOURS, 60, evening)
        named = [replace(post, text=f"{own_name(handle)} {post.text} {post.tweet_id}") for post in posts]
        enter_posts(metrics_of(world, number, handle), named)
    world.add("new", "NewShop", schedule=SLOTS)
    return world.open()


def test_each_account_gets_a_minute_of_its_own_in_its_best_hour(manager: AccountManager) -> None:
    advice = manager.suggestions.look()
    times = {each.account_id: each.to for each in advice.suggested.suggestions}
    assert {at.hour for at in times.values()} == {19}
    assert times["one"] != times["two"]
    known = {each.account_id: (each.settled, each.needed, each.has_enough) for each in advice.accounts}
    assert known == {"one": (240, 40, True), "two": (240, 40, True), "new": (0, 40, False)}
    assert [each.trait.value for each in advice.practices.found] == ["19"]
    assert {post.account_id for post in advice.best} == {"one", "two"}


def test_one_account_is_told_of_itself_alone_with_what_the_others_leave(manager: AccountManager) -> None:
    both = manager.suggestions.look().suggested.suggestions
    [one] = manager.suggestions.look("one").suggested.suggestions
    assert one == manager.suggestions.find("one", "early") == next(each for each in both if each.account_id == "one")
    with pytest.raises(KeyError):
        manager.suggestions.look("nobody")
    with pytest.raises(KeyError):
        manager.suggestions.find("one", "late")


def test_new_readings_are_seen_and_old_ones_are_not_read_again(manager: AccountManager, world: World) -> None:
    first = manager.suggestions.look("one")
    assert manager.suggestions.look("one").best[0] is first.best[0]
    file = metrics_of(world, "one", "OneShop")
    counts = make_posts(Random(9), HOURS, 60, lambda post: 3.0 if post.posted_at.hour == 13 else 1.0)
    enter_posts(file, counts, NOW + timedelta(minutes=1))  # the same posts, read again
    [changed] = manager.suggestions.look("one").suggested.suggestions
    assert changed.to.hour == 13


def test_a_dismissed_suggestion_comes_back_with_many_more_posts(manager: AccountManager, world: World) -> None:
    dismissal = manager.suggestions.dismiss("one", "early", "budi")
    assert (dismissal.hour, dismissal.posts) == (19, 120)
    advice = manager.suggestions.look("one")
    assert advice.suggested.suggestions == ()
    assert [(each.account_id, each.dismissal.who) for each in advice.dismissed] == [("one", "budi")]
    earlier = [
        replace(post, tweet_id=f"earlier{post.tweet_id}", posted_at=post.posted_at - timedelta(days=60))
        for post in make_posts(Random(3), HOURS, 60, evening)
    ]
    enter_posts(metrics_of(world, "one", "OneShop"), earlier)
    assert [each.to.hour for each in manager.suggestions.look("one").suggested.suggestions] == [19]


def test_a_dismissal_can_be_taken_back(manager: AccountManager) -> None:
    before = manager.suggestions.look("one").suggested
    manager.suggestions.dismiss("one", "early", "budi")
    assert manager.suggestions.show_again("one", "early", 19)
    assert not manager.suggestions.show_again("one", "early", 19)
    assert manager.suggestions.look("one").suggested == before


def test_a_damaged_database_is_told_and_keeps_no_other_account_from_its_advice(
    manager: AccountManager, world: World
) -> None:
    metrics_of(world, "new", "NewShop").parent.mkdir(parents=True, exist_ok=True)
    metrics_of(world, "new", "NewShop").write_bytes(b"no database at all, whatever it is called" * 100)
    advice = manager.suggestions.look()
    assert {each.account_id for each in advice.accounts if each.trouble} == {"new"}
    assert len(advice.suggested.suggestions) == 2


def test_a_draft_quotes_the_post_and_cannot_be_queued_before_it_is_reworded(manager: AccountManager) -> None:
    source = manager.suggestions.look("one").best[0]
    draft = manager.suggestions.draft_from("two", source, "budi")
    assert draft.state is PostState.DRAFT
    assert draft.text == f"“{source.post.text.strip()}”"
    assert draft.at is not None
    assert draft.at.hour == source.hour
    assert draft.at >= NOW
    for text in (draft.text, source.post.text, f"{source.post.text} 👉 promo!"):
        with pytest.raises(PostUnfit) as unfit:
            manager.queues.change("two", draft.id, Written(text, (), draft.at), draft.version)
        assert "say it in other words" in unfit.value.faults["text"]
    own = Written("Paket baru sudah datang, lihat warnanya di etalase", (), draft.at)
    assert manager.queues.change("two", draft.id, own, draft.version).state is PostState.QUEUED


def test_a_draft_is_made_for_another_account_alone(manager: AccountManager) -> None:
    source = manager.suggestions.look("one").best[0]
    with pytest.raises(PostUnfit):
        manager.suggestions.draft_from("one", source, "budi")
    with pytest.raises(KeyError):
        manager.suggestions.draft_from("nobody", source, "budi")
    assert manager.suggestions.find_best("one", source.post.tweet_id) == source
    with pytest.raises(KeyError):
        manager.suggestions.find_best("one", "no such post")
