"""The posts that people write: their order, their changes, and that none has two intents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import ChangedMeanwhile, PostTaken, StorageError
from bot.storage.database import Database
from bot.storage.journal import IntentState, Journal, Origin
from bot.storage.planned_posts import MOST_TRIES, PlannedPost, PlannedPosts, PostState, Written
from bot.storage.retention import forget_old

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
NINE = NOW + timedelta(hours=1)


@dataclass
class Shelf:
    database: Database
    posts: PlannedPosts
    journal: Journal

    def add(self, text: str = "Halo", at: datetime | None = None, *, is_draft: bool = False) -> PlannedPost:
        return self.posts.find(self.posts.add(Written(text, (), at, is_draft), "budi", NOW))

    def intend(self, post: PlannedPost, at: datetime = NOW) -> int:
        run = self.journal.plan_run("morning", "", "manual", NOW)
        assert run is not None
        return self.journal.intend(run, "queued", "", post.text, (), 1, at, Origin(post.id))

    def fail(self, post: PlannedPost, why: str = "x.com is down") -> None:
        self.journal.settle(self.intend(post), IntentState.FAILED, NOW, reason=why)

    def state(self, post: PlannedPost) -> PostState:
        return self.posts.find(post.id).state


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    database = Database(tmp_path / "metrics.db", "account")
    yield Shelf(database, PlannedPosts(database), Journal(database))
    database.close()


def test_a_post_is_kept_as_it_was_written(shelf: Shelf) -> None:
    number = shelf.posts.add(Written("Halo\n🎉", ("media/a.png",), NINE), "budi", NOW)
    post = shelf.posts.find(number)
    assert (post.text, post.media, post.at, post.who, post.state) == (
        "Halo\n🎉",
        ("media/a.png",),
        NINE,
        "budi",
        PostState.QUEUED,
    )


def test_those_with_a_moment_come_first_and_the_rest_in_the_order_they_were_written(shelf: Shelf) -> None:
    for text, at in (("b", None), ("late", NINE + timedelta(hours=1)), ("a", None), ("early", NINE)):
        shelf.add(text, at)
    assert [post.text for post in shelf.posts.open_posts()] == ["early", "late", "b", "a"]


def test_the_order_of_those_that_wait_can_be_changed(shelf: Shelf) -> None:
    one, two, three = (shelf.add(text) for text in ("one", "two", "three"))
    shelf.posts.reorder([three.id, one.id, two.id])
    found = shelf.posts.next_free()
    assert found is not None
    assert found.text == "three"
    assert [post.text for post in shelf.posts.open_posts()] == ["three", "one", "two"]


def test_drafts_and_deleted_ones_are_not_due(shelf: Shelf) -> None:
    shelf.add("draft", is_draft=True)
    gone = shelf.add("gone", NINE)
    shelf.posts.delete(gone.id, gone.version, NOW)
    assert shelf.posts.next_free() is None
    assert shelf.posts.dated() == {}
    shelf.posts.restore(gone.id)
    assert shelf.posts.dated() == {gone.id: NINE}


def test_the_second_of_two_changes_is_told(shelf: Shelf) -> None:
    post = shelf.add()
    shelf.posts.change(post.id, Written("mine"), post.version, NOW)
    with pytest.raises(ChangedMeanwhile, match="changed by somebody else"):
        shelf.posts.change(post.id, Written("theirs"), post.version, NOW)
    assert shelf.posts.find(post.id).text == "mine"


def test_one_that_was_deleted_meanwhile_is_told_so(shelf: Shelf) -> None:
    post = shelf.add()
    shelf.posts.delete(post.id, post.version, NOW)
    with pytest.raises(ChangedMeanwhile, match="deleted by somebody else"):
        shelf.posts.change(post.id, Written("theirs"), post.version, NOW)


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        (IntentState.SENT, PostState.SENT),
        (IntentState.NEEDS_REVIEW, PostState.NEEDS_REVIEW),
        (IntentState.FAILED, PostState.QUEUED),
    ],
)
def test_its_state_follows_its_intent(shelf: Shelf, state: IntentState, shown: PostState) -> None:
    post = shelf.add()
    intent = shelf.intend(post)
    assert shelf.state(post) is PostState.QUEUED
    shelf.journal.mark_sending(intent, NOW)
    assert shelf.state(post) is PostState.SENDING
    shelf.journal.settle(intent, state, NOW, tweet_id="9")
    assert shelf.state(post) is shown


@pytest.mark.parametrize("state", [None, IntentState.SENT, IntentState.NEEDS_REVIEW])
def test_what_may_be_out_is_neither_changed_nor_deleted_nor_tried_again(
    shelf: Shelf, state: IntentState | None
) -> None:
    post = shelf.add()
    intent = shelf.intend(post)
    shelf.journal.mark_sending(intent, NOW)
    if state is not None:
        shelf.journal.settle(intent, state, NOW)
    with pytest.raises(PostTaken):
        shelf.posts.change(post.id, Written("other"), post.version, NOW)
    with pytest.raises(PostTaken):
        shelf.posts.delete(post.id, post.version, NOW)
    with pytest.raises(StorageError):
        shelf.intend(post)
    shelf.posts.give_up(post.id, PostState.FAILED, "no")
    assert shelf.posts.next_free() is None
    assert not shelf.posts.is_unchanged(post)
    assert shelf.state(post) is not PostState.FAILED


def test_it_has_one_intent_until_that_has_failed(shelf: Shelf) -> None:
    post = shelf.add()
    shelf.intend(post)
    with pytest.raises(StorageError):
        shelf.intend(post)


def test_one_without_a_moment_is_given_up_after_some_tries_until_a_person_changes_it(shelf: Shelf) -> None:
    post = shelf.add()
    for _ in range(MOST_TRIES):
        assert shelf.posts.next_free() is not None
        shelf.fail(post)
        shelf.posts.give_up_worn()
    assert shelf.posts.find(post.id).reason == "tried 3 times in vain; the last time: x.com is down"
    assert shelf.posts.next_free() is None
    shelf.posts.change(post.id, Written("better"), post.version, NOW + timedelta(minutes=1))
    shelf.posts.give_up_worn()
    assert shelf.posts.next_free() is not None


def test_each_try_of_a_moment_has_one_run(shelf: Shelf) -> None:
    post = shelf.add(at=NINE)
    run = shelf.posts.plan_run(post, "schedule")
    assert run is not None
    assert shelf.posts.of_run(run).id == post.id
    assert shelf.posts.plan_run(post, "catch_up") is None
    assert shelf.posts.run_of(post) == ("queued", "")
    shelf.posts.try_again(post.id, NINE + timedelta(minutes=10))
    assert shelf.posts.plan_run(shelf.posts.find(post.id), "catch_up") is not None


def test_saving_it_for_the_same_moment_does_not_bring_its_first_try_back(shelf: Shelf) -> None:
    post = shelf.add(at=NINE)
    shelf.posts.try_again(post.id, NINE + timedelta(minutes=10))
    shelf.posts.change(post.id, Written("other words", (), NINE), post.version, NOW)
    assert shelf.posts.find(post.id).due_at == NINE + timedelta(minutes=10)
    shelf.posts.change(post.id, Written("other words", (), NOW), post.version + 1, NOW)
    assert shelf.posts.find(post.id).due_at == NOW


def test_a_run_of_a_slot_is_for_no_post(shelf: Shelf) -> None:
    run = shelf.journal.plan_run("morning", "2026-03-02", "schedule", NOW)
    assert run is not None
    with pytest.raises(KeyError):
        shelf.posts.of_run(run)


def test_old_deleted_ones_are_forgotten_and_sent_ones_never(shelf: Shelf) -> None:
    gone, sent = shelf.add("gone"), shelf.add("sent")
    shelf.posts.delete(gone.id, gone.version, NOW)
    intent = shelf.intend(sent)
    shelf.journal.mark_sending(intent, NOW)
    shelf.journal.settle(intent, IntentState.SENT, NOW)
    forget_old(shelf.database, NOW + timedelta(days=400), 90)
    assert shelf.state(sent) is PostState.SENT
    with pytest.raises(KeyError):
        shelf.posts.find(gone.id)
