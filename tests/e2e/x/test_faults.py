"""Every fault of the practice site, at each action: the type the engine builds on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.errors import (
    AccountLocked,
    AccountSuspended,
    ActionRefused,
    ChallengeShown,
    DuplicateRefused,
    MediaRefused,
    PageChanged,
    PostLimitReached,
    SendUndecided,
    SessionExpired,
    SlowDown,
    Trouble,
    XDown,
)
from bot.x.client import TwitterClient
from bot.x.contract import Draft
from bot.x.page import Timeouts
from practice.faults import ON_THE_PAGE
from tests.e2e.x.conftest import Shop

pytestmark = pytest.mark.e2e
Open = Callable[..., TwitterClient]
SHORT = Timeouts(element=8, confirm_post=25, effect=10)  # what is missing is waited for in full

ACCOUNT_FAULTS: list[tuple[str, type[Trouble]]] = [
    ("expired", SessionExpired),
    ("challenge", ChallengeShown),
    ("locked", AccountLocked),
    ("suspended", AccountSuspended),
    ("slow_down", SlowDown),
    ("page_changed", PageChanged),
]


def act(client: TwitterClient, shop: Shop, action: str) -> object:
    """Do one thing on the site: post, like a stranger's post, or follow a stranger."""
    if action == "post":
        return client.post(Draft("Promo hari ini 🎉"), before_send=lambda: None)
    stranger = next(post for post in shop.site.world.timeline(shop.account) if post.author != shop.account.handle)
    if action == "follow":
        return client.follow(stranger.author)
    found = client.search_latest(f"from:{stranger.author}", 1)
    return client.like(found[0])


def log_in_and_set(client: TwitterClient, shop: Shop, kind: str, action: str) -> None:
    """Log in and set a fault: one of the pages before, as the composer's page is loaded then; others meet a request."""
    if kind in ON_THE_PAGE:
        shop.set_fault(kind, action)
    client.log_in(shop.cookies)
    if kind not in ON_THE_PAGE:
        shop.set_fault(kind, action)


NIGHTLY = [pytest.param(action, marks=pytest.mark.nightly) for action in ("like", "follow")]
"""Each of these is in tests/e2e/test_faults.py, too, seen from the fleet."""


@pytest.mark.parametrize("action", ["post", *NIGHTLY])
@pytest.mark.parametrize(("kind", "expected"), ACCOUNT_FAULTS)
def test_trouble_of_the_account_is_named_at_every_action(
    open_client: Open, shop: Shop, action: str, kind: str, expected: type[Trouble]
) -> None:
    client = open_client(timeouts=SHORT)
    log_in_and_set(client, shop, kind, action)
    with pytest.raises(expected) as caught:
        act(client, shop, action)
    assert type(caught.value) is expected
    assert shop.state()["posts"] == []
    evidence = client.evidence()
    assert evidence.screenshot.startswith(b"\x89PNG")
    assert evidence.url.startswith("https://x.com/")


@pytest.mark.parametrize(("kind", "expected"), [*ACCOUNT_FAULTS[:4], ("server_error", XDown)])
def test_trouble_at_the_door_is_named_when_logging_in(
    open_client: Open, shop: Shop, kind: str, expected: type[Trouble]
) -> None:
    client = open_client()
    shop.set_fault(kind, "load")
    with pytest.raises(expected):
        client.log_in(shop.cookies)


@pytest.mark.parametrize(("kind", "expected"), [("duplicate", DuplicateRefused), ("post_limit", PostLimitReached)])
def test_a_refused_post_says_why_and_does_not_stand(
    client: TwitterClient, shop: Shop, kind: str, expected: type[Trouble]
) -> None:
    shop.set_fault(kind, "post")
    with pytest.raises(expected):
        act(client, shop, "post")
    assert shop.state()["posts"] == []


def test_a_server_error_leaves_a_post_undecided(client: TwitterClient, shop: Shop) -> None:
    shop.set_fault("server_error", "post")
    with pytest.raises(SendUndecided):
        act(client, shop, "post")
    assert shop.state()["posts"] == []


def test_a_lost_answer_leaves_a_post_undecided_although_it_stands(client: TwitterClient, shop: Shop) -> None:
    shop.set_fault("lost_answer", "post")
    with pytest.raises(SendUndecided):
        act(client, shop, "post")
    assert [post["text"] for post in shop.state()["posts"]] == ["Promo hari ini 🎉"]


@pytest.mark.parametrize("action", ["like", "follow"])
@pytest.mark.parametrize("kind", ["server_error", "lost_answer"])
def test_an_action_that_x_takes_back_is_not_reported_as_done(
    client: TwitterClient, shop: Shop, action: str, kind: str
) -> None:
    shop.set_fault(kind, action)
    with pytest.raises(ActionRefused):
        act(client, shop, action)


@pytest.mark.parametrize("action", ["post", "like", "follow"])
@pytest.mark.parametrize("kind", ["slow", "popup"])
def test_what_only_delays_does_not_stop_an_action(open_client: Open, shop: Shop, action: str, kind: str) -> None:
    client = open_client()
    log_in_and_set(client, shop, kind, action)
    assert act(client, shop, action)
    assert shop.faults_left() == []
    state = shop.state()
    counts = {"post": len(state["posts"]), "like": len(state["likes"]), "follow": len(state["follows"])}
    assert counts[action] == 1


@pytest.mark.parametrize("part", ["text", "button"])
def test_a_renamed_part_of_the_composer_is_named(open_client: Open, shop: Shop, part: str) -> None:
    client = open_client(timeouts=SHORT)
    shop.set_fault("page_changed", "post", part=part)  # before the page is opened on which the post is written
    client.log_in(shop.cookies)
    with pytest.raises(PageChanged) as caught:
        act(client, shop, "post")
    assert caught.value.selector == {"text": "composer_text", "button": "composer_submit"}[part]


def test_refused_media_is_named_before_anything_is_sent(client: TwitterClient, shop: Shop, picture: object) -> None:
    sent: list[str] = []
    shop.set_fault("media_refused", "media")
    with pytest.raises(MediaRefused):
        client.post(Draft("Dengan gambar", (picture,)), before_send=lambda: sent.append("now"))  # type: ignore[arg-type]
    assert sent == []
    assert shop.state()["posts"] == []
