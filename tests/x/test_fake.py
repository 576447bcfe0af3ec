"""The fake keeps the promises of the contract that the engine builds on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import FakeClock, StopSignal
from bot.errors import (
    ActionRefused,
    DuplicateRefused,
    ForeignSession,
    SendUndecided,
    SessionExpired,
    SlowDown,
    Stopped,
    TargetGone,
)
from bot.x.contract import Cookie, Draft, PostSeen, Step, StepKind, XClient
from bot.x.fake import FakeWorld, FakeX


@pytest.fixture
def world() -> FakeWorld:
    world = FakeWorld(FakeClock(datetime(2026, 1, 1, tzinfo=UTC)))
    world.add_account("ayu", session="token-ayu", followers=12)
    world.add_account("budi", session="token-budi")
    return world


@pytest.fixture
def ayu(world: FakeWorld) -> XClient:
    return FakeX(world, "ayu")


def nothing() -> None:
    """For posts whose moment of sending does not matter."""


def test_a_session_belongs_to_its_handle(world: FakeWorld, ayu: XClient) -> None:
    assert ayu.log_in([Cookie("auth_token", "token-ayu")]) == "ayu"
    with pytest.raises(ForeignSession):
        ayu.log_in([Cookie("auth_token", "token-budi")])
    with pytest.raises(SessionExpired):
        ayu.log_in([Cookie("auth_token", "out of date")])
    with pytest.raises(SessionExpired):
        ayu.log_in([Cookie("lang", "id")])


def test_own_posts_are_read_back_to_a_moment_with_the_counts_they_have_by_then(world: FakeWorld, ayu: XClient) -> None:
    now = world.clock.now()
    older = [world.add_post("ayu", f"{days}", at=now - timedelta(days=days)) for days in (1, 40, 2)]
    world.set_counts(older[0].id, likes=5, reposts=None, replies=2, views=70, bookmarks=1)
    seen = ayu.read_own_posts(since=now - timedelta(days=30))
    assert [post.text for post in seen] == ["1", "2"]
    first = seen[0]
    assert (first.likes, first.reposts, first.replies, first.views, first.bookmarks) == (5, None, 2, 70, 1)
    with pytest.raises(ValueError, match="no count 'loves'"):
        world.set_counts(older[0].id, loves=1)


def test_a_post_stands_after_before_send(world: FakeWorld, ayu: XClient) -> None:
    stood: list[int] = []
    post_id = ayu.post(Draft("Halo", (Path("a.png"),)), before_send=lambda: stood.append(len(world.posts_of("ayu"))))
    assert stood == [0]
    [post] = world.posts_of("ayu")
    assert (post.id, post.text, post.media) == (post_id, "Halo", ("a.png",))
    assert [seen.id for seen in ayu.read_own_posts()] == [post_id]


def test_a_trouble_before_the_click_sends_nothing(world: FakeWorld, ayu: XClient) -> None:
    world.fail_next("post", SessionExpired("over"))
    clicked: list[bool] = []
    with pytest.raises(SessionExpired):
        ayu.post(Draft("Halo"), before_send=lambda: clicked.append(True))
    assert clicked == []
    assert world.posts == []


def test_a_refusal_after_the_click_sends_nothing_either(world: FakeWorld, ayu: XClient) -> None:
    world.fail_next("post", DuplicateRefused("again"), after_click=True)
    clicked: list[bool] = []
    with pytest.raises(DuplicateRefused):
        ayu.post(Draft("Halo"), before_send=lambda: clicked.append(True))
    assert clicked == [True]
    assert world.posts == []


@pytest.mark.parametrize("stored", [True, False])
def test_a_lost_answer_is_undecided_whether_or_not_the_post_stands(
    world: FakeWorld, ayu: XClient, stored: bool
) -> None:
    world.lose_next_answer(stored=stored)
    with pytest.raises(SendUndecided):
        ayu.post(Draft("Halo"), before_send=nothing)
    assert len(world.posts_of("ayu")) == int(stored)


def test_scripted_troubles_meet_the_named_handle_as_often_as_asked(world: FakeWorld, ayu: XClient) -> None:
    budi = FakeX(world, "budi")
    world.fail_next("search_latest", SlowDown("wait"), handle="budi", times=2)
    assert ayu.search_latest("x") == []
    for _ in range(2):
        with pytest.raises(SlowDown):
            budi.search_latest("x")
    assert budi.search_latest("x") == []


def test_likes_and_follows_happen_once(world: FakeWorld, ayu: XClient) -> None:
    post = world.add_post("citra", "jual kuota murah")
    [seen] = ayu.search_latest("kuota")
    assert (ayu.like(seen), ayu.like(seen)) == (True, False)
    assert world.likes_of("ayu") == [post.id]
    assert ayu.search_latest("kuota")[0].liked
    assert (ayu.follow("citra"), ayu.follow("citra")) == (True, False)
    assert ayu.read_profile("citra").is_followed is True


def test_what_is_not_there_is_gone(ayu: XClient) -> None:
    with pytest.raises(TargetGone):
        ayu.like(PostSeen("1", "nobody", "", None))
    with pytest.raises(TargetGone):
        ayu.follow("nobody")
    with pytest.raises(ActionRefused):
        ayu.follow("ayu")


def test_search_gives_the_newest_first_and_no_more_than_asked(world: FakeWorld, ayu: XClient) -> None:
    ids = [world.add_post("citra", f"kuota {number}").id for number in range(5)]
    assert [post.id for post in ayu.search_latest("kuota", 3)] == list(reversed(ids))[:3]


def test_the_profile_counts_what_happened(world: FakeWorld, ayu: XClient) -> None:
    FakeX(world, "budi").follow("ayu")
    world.add_post("ayu", "satu")
    mine = ayu.read_profile("ayu")
    assert (mine.followers, mine.following, mine.posts, mine.is_followed) == (13, 0, 1, None)


def test_a_stop_ends_each_call_before_it_does_anything(world: FakeWorld) -> None:
    stop = StopSignal()
    client = FakeX(world, "ayu", stop=stop)
    stop.set("shutdown")
    with pytest.raises(Stopped):
        client.post(Draft("Halo"), before_send=nothing)
    with pytest.raises(Stopped):
        client.follow("budi")
    assert world.posts == []


def test_open_clients_are_counted_and_calls_recorded(world: FakeWorld) -> None:
    steps: list[Step] = []
    one = FakeX(world, "ayu", progress=steps.append)
    two = FakeX(world, "budi")
    assert (world.open_clients, world.most_open_clients) == (2, 2)
    one.post(Draft("Halo"), before_send=nothing)
    one.close()
    one.close()
    two.close()
    assert (world.open_clients, world.most_open_clients) == (0, 2)
    assert [call.detail for call in world.calls_of("post", "ayu")] == ["Halo"]
    assert [step.kind for step in steps] == [
        StepKind.COMPOSING,
        StepKind.TYPING,
        StepKind.SENDING,
        StepKind.CONFIRMING,
    ]


def test_posts_carry_the_time_of_the_worlds_clock(world: FakeWorld) -> None:
    first = world.add_post("ayu", "satu")
    assert isinstance(world.clock, FakeClock)
    world.clock.advance(60)
    assert world.add_post("ayu", "dua").posted_at - first.posted_at == timedelta(seconds=60)


def test_a_reply_stands_below_its_post_and_not_among_the_own_posts(world: FakeWorld, ayu: XClient) -> None:
    post = world.add_post("citra", "Halo")
    [seen] = ayu.search_latest("halo")
    reply_id = ayu.reply(seen, "Halo juga", before_send=nothing)
    assert [(reply.id, reply.reply_to) for reply in world.replies_of("ayu")] == [(reply_id, post.id)]
    assert [reply.text for reply in ayu.read_own_replies(seen)] == ["Halo juga"]
    assert ayu.read_own_posts() == []


def test_a_reply_whose_answer_is_lost_stands_all_the_same(world: FakeWorld, ayu: XClient) -> None:
    world.add_post("citra", "Halo")
    [seen] = ayu.search_latest("halo")
    world.lose_next_answer(call="reply")
    with pytest.raises(SendUndecided):
        ayu.reply(seen, "Halo juga", before_send=nothing)
    assert len(world.replies_of("ayu")) == 1
