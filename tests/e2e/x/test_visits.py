"""A whole visit to the practice site through real Chromium: what the page confirms is what the site stored."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
from PIL import Image

from bot.browser.processes import find_own
from bot.clock import StopSignal
from bot.errors import ForeignSession, SessionExpired, SlowDown, Stopped, TargetGone
from bot.x.client import TwitterClient
from bot.x.contract import Cookie, Draft, PostSeen, Step, StepKind
from bot.x.page import Timeouts
from tests.e2e.x.conftest import HANDLE, Shop

pytestmark = pytest.mark.e2e

Open = Callable[..., TwitterClient]

TEXTS = [
    "Satu baris saja",
    "Keluarga 👨‍👩‍👧‍👦, bendera 🇮🇩🇯🇵, nada kulit 👍🏽, hati ❤️",
    "Baris satu\nBaris dua\n\nBaris empat",
    "Kuota murah: https://toko.example/promo?kode=HEMAT&b=1 hari ini",
    "#promo\n#kuota @teman_lama",
    "Tanda kutip “ini” & <b>bukan tebal</b> 100% 日本語 العربية",
]


def nothing() -> None:
    """For posts whose moment of sending does not matter."""


@pytest.mark.parametrize("driver", ["chrome", "undetected"])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # undetected drops a Popen unread
def test_each_driver_posts_and_leaves_no_process(driver: str, open_client: Open, shop: Shop, tmp_path: Path) -> None:
    client = open_client(driver)
    assert client.log_in(shop.cookies) == HANDLE
    post_id = client.post(Draft("Halo dari " + driver), before_send=nothing)
    assert [(post["id"], post["text"]) for post in shop.state()["posts"]] == [(post_id, "Halo dari " + driver)]
    client.close()
    client.close()
    assert find_own(tmp_path) == []


def test_every_text_arrives_as_it_was_written(client: TwitterClient, shop: Shop) -> None:
    ids = [client.post(Draft(text), before_send=nothing) for text in TEXTS]
    stored = {post["id"]: post["text"] for post in shop.state()["posts"]}
    assert [stored[post_id] for post_id in ids] == TEXTS
    seen = client.read_own_posts()
    assert [post.text for post in reversed(seen)] == TEXTS
    assert [post.id for post in reversed(seen)] == ids


def test_four_pictures_arrive_in_their_order(client: TwitterClient, shop: Shop, tmp_path: Path) -> None:
    pictures = []
    for number in range(4):
        file = tmp_path / f"gambar-{number}.png"
        Image.new("RGB", (30 + number, 30), (number * 60, 30, 90)).save(file)
        pictures.append(file)
    client.post(Draft("Empat gambar", tuple(pictures)), before_send=nothing)
    [post] = shop.state()["posts"]
    assert [media["name"] for media in post["media"]] == [file.name for file in pictures]


def test_a_video_is_waited_for(open_client: Open, shop: Shop, tmp_path: Path) -> None:
    steps: list[Step] = []
    client = open_client(steps=steps)
    client.log_in(shop.cookies)
    video = tmp_path / "promo.mp4"
    video.write_bytes(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(4000))
    client.post(Draft("Video", (video,)), before_send=nothing)
    [post] = shop.state()["posts"]
    assert [media["name"] for media in post["media"]] == ["promo.mp4"]
    kinds = [step.kind for step in steps]
    assert kinds == [
        StepKind.LOGGING_IN,
        StepKind.COMPOSING,
        StepKind.UPLOADING,
        StepKind.TYPING,
        StepKind.SENDING,
        StepKind.CONFIRMING,
    ]
    assert steps[2] == Step(StepKind.UPLOADING, 1, 1, "promo.mp4")


def test_before_send_is_called_once_and_before_the_post_stands(client: TwitterClient, shop: Shop) -> None:
    stood: list[int] = []
    client.post(Draft("Sekali saja"), before_send=lambda: stood.append(len(shop.state()["posts"])))
    assert stood == [0]
    assert len(shop.state()["posts"]) == 1


def test_nothing_is_sent_when_before_send_fails(client: TwitterClient, shop: Shop) -> None:
    def refuse() -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        client.post(Draft("Tidak jadi"), before_send=refuse)
    assert shop.state()["posts"] == []


def test_a_draft_left_in_the_composer_is_not_posted_along(client: TwitterClient, shop: Shop) -> None:
    def refuse() -> None:
        raise OSError("stop here")

    with pytest.raises(OSError, match="stop here"):
        client.post(Draft("Sisa lama"), before_send=refuse)
    client.post(Draft("Yang baru"), before_send=nothing)
    assert [post["text"] for post in shop.state()["posts"]] == ["Yang baru"]


def test_search_gives_each_post_once_and_what_the_site_stored(client: TwitterClient, shop: Shop) -> None:
    found = client.search_latest("kuota", 30)
    assert len({post.id for post in found}) == len(found) >= 15
    for seen in found:
        stored = shop.site.world.post(seen.id)
        assert (seen.handle, seen.text, seen.posted_at) == (stored.author, stored.text, stored.time)
        assert "kuota" in seen.text.lower()
        assert seen.likes == shop.site.world.count(stored, "likes")


def test_a_search_that_finds_nothing_is_empty(client: TwitterClient) -> None:
    assert client.search_latest("zzqqxx tidak ada", 5) == []


def test_a_like_is_done_once(client: TwitterClient, shop: Shop) -> None:
    post = client.search_latest("kuota", 3)[0]
    assert client.like(post) is True
    assert client.like(post) is False
    assert shop.state()["likes"] == [post.id]


def test_a_missing_post_is_gone(client: TwitterClient) -> None:
    with pytest.raises(TargetGone):
        client.like(PostSeen("1234567890", "nobody_here", "", None))


def test_a_follow_is_done_once_and_read_back(client: TwitterClient, shop: Shop) -> None:
    target = client.search_latest("kuota", 3)[0].handle
    before = client.read_profile(target)
    assert before.is_followed is False
    assert client.follow(target) is True
    assert client.follow(target) is False
    assert [handle.lower() for handle in shop.state()["follows"]] == [target.lower()]
    assert client.read_profile(target).is_followed is True


def test_a_missing_profile_is_gone(client: TwitterClient) -> None:
    with pytest.raises(TargetGone):
        client.read_profile("nobody_here_ever")
    with pytest.raises(TargetGone):
        client.follow("nobody_here_ever")


def test_the_own_profile_has_counts_and_no_follow_state(client: TwitterClient) -> None:
    client.post(Draft("Satu"), before_send=nothing)
    mine = client.read_profile(HANDLE)
    assert (mine.followers, mine.following, mine.posts, mine.is_followed) == (0, 0, 1, None)


def test_a_profile_without_posts_is_read_as_empty(client: TwitterClient) -> None:
    assert client.read_own_posts() == []


def test_the_own_posts_are_read_back_to_a_moment_with_their_bookmarks(client: TwitterClient, shop: Shop) -> None:
    world, now = shop.site.world, datetime.now(UTC)
    posts = [world.add_older_post(shop.account, f"Hari ke-{day}", now - timedelta(days=day)) for day in range(1, 61)]
    for number, post in enumerate(posts):
        post.base_bookmarks, post.base_likes, post.base_views = number % 3, number % 2, 10 + number
    world.react(shop.account, world.timeline(None)[-1].id, "reposts", True)
    world.react(shop.account, posts[50].id, "reposts", True)  # its own old post, shown again at its old date
    shop.account.pinned = posts[59].id
    seen = client.read_own_posts(100, since=now - timedelta(days=30, hours=1))
    assert [post.id for post in seen] == [post.id for post in posts[:30]]
    assert [(post.bookmarks, post.likes, post.views) for post in seen] == [
        (number % 3, number % 2, 10 + number) for number in range(30)
    ]
    shown = client._page.run("posts")
    assert posts[58].id not in {post["id"] for post in shown}  # it stopped on the way
    assert len(client.read_own_posts(7, since=now - timedelta(days=30))) == 7


def test_a_session_of_another_handle_is_refused(open_client: Open, shop: Shop) -> None:
    client = open_client(handle="toko_dua")
    with pytest.raises(ForeignSession, match=HANDLE):
        client.log_in(shop.cookies)


def test_cookies_without_a_session_are_refused_without_asking_x(open_client: Open) -> None:
    with pytest.raises(SessionExpired):
        open_client().log_in([Cookie("lang", "id")])


def test_an_ended_session_is_expired(open_client: Open, shop: Shop) -> None:
    cookies = shop.cookies
    shop.site.world.end_sessions(HANDLE)
    with pytest.raises(SessionExpired):
        open_client().log_in(cookies)


def test_cookies_given_replace_an_older_session_in_the_profile(open_client: Open, shop: Shop) -> None:
    first = open_client()
    first.log_in(shop.cookies)
    first.close()
    shop.site.world.end_sessions(HANDLE)
    shop.site.world.open_session(shop.account)
    second = open_client()
    assert second.log_in(shop.cookies) == HANDLE


def test_a_stop_ends_the_work_before_anything_is_sent(open_client: Open, shop: Shop) -> None:
    stop = StopSignal()
    client = open_client(stop=stop)
    client.log_in(shop.cookies)
    stop.set("a person pressed Stop")
    with pytest.raises(Stopped, match="pressed Stop"):
        client.post(Draft("Tidak terkirim"), before_send=nothing)
    assert shop.state()["posts"] == []


def test_evidence_holds_no_cookie_and_no_input(client: TwitterClient, shop: Shop) -> None:
    evidence = client.evidence()
    assert evidence.url == "https://x.com/home"
    assert "primaryColumn" in evidence.html
    assert "<script" not in evidence.html
    for cookie in shop.cookies:
        assert cookie.value not in evidence.html


def test_no_secret_stands_on_a_command_line(client: TwitterClient, shop: Shop, tmp_path: Path) -> None:
    lines = [" ".join(psutil_command(own.pid)) for own in find_own(tmp_path)]
    assert lines
    for cookie in shop.cookies:
        assert not any(cookie.value in line for line in lines)


def psutil_command(pid: int) -> list[str]:
    """The command line of a process."""
    return psutil.Process(pid).cmdline()


def test_the_browser_reaches_nothing_but_the_practice_site(client: TwitterClient, shop: Shop) -> None:
    assert os.environ.get("AVIARY_X_ADDRESS", "") in ("", shop.site.address)
    page = client._page
    reached = page.evaluate(
        "return fetch('https://example.com/', {mode: 'no-cors'}).then(() => 'reached', () => 'nothing');"
    )
    assert reached == "nothing"


def test_an_account_in_another_language_is_understood_when_x_refuses(open_client: Open, shop: Shop) -> None:
    client = open_client()
    client.log_in([*shop.cookies, Cookie("lang", "id", domain="x.com")])
    shop.set_fault("slow_down", "post")
    with pytest.raises(SlowDown):
        client.post(Draft("Halo"), before_send=nothing)


@pytest.mark.parametrize("language", ["id", "zh"])
def test_everything_is_found_in_any_language_of_the_pages(client: TwitterClient, shop: Shop, language: str) -> None:
    client._page.send_command(
        "Network.setCookies", {"cookies": [{"name": "lang", "value": language, "url": "https://x.com/"}]}
    )
    post_id = client.post(Draft("Bahasa lain"), before_send=nothing)
    found = client.search_latest("kuota", 2)
    assert client._page.evaluate("return document.documentElement.lang;").startswith(language)
    assert client.like(found[0]) is True
    assert client.follow(found[1].handle) is True
    profile = client.read_profile(found[1].handle)
    person = shop.site.world.user(found[1].handle)
    assert profile.following == pytest.approx(shop.site.world.following(person), rel=0.05)
    assert profile.followers == pytest.approx(shop.site.world.followers(person), rel=0.05)
    assert [post.id for post in client.read_own_posts()] == [post_id]


NO_LINK = """
new MutationObserver(() => document.querySelectorAll('[data-testid="toast"] a').forEach((a) => a.remove()))
  .observe(document, {childList: true, subtree: true});
"""
NO_TOAST = NO_LINK.replace('"toast"] a', '"toast"]')


@pytest.mark.parametrize("script", [NO_LINK, NO_TOAST], ids=["no link", "no toast"])
def test_a_post_that_is_not_told_by_a_toast_is_found_on_the_profile(
    open_client: Callable[..., TwitterClient], shop: Shop, script: str
) -> None:
    client = open_client(timeouts=Timeouts(confirm_post=6))  # what never comes is waited for in full
    client.log_in(shop.cookies)
    client._page.send_command("Page.addScriptToEvaluateOnNewDocument", {"source": script})
    post_id = client.post(Draft("Promo 👨‍👩‍👧 https://toko.example/a?b=1"), before_send=nothing)
    assert [post["id"] for post in shop.state()["posts"]] == [post_id]


EARLY_TOAST = """
const toast = document.createElement("div");
toast.dataset.testid = "toast";
toast.textContent = "Whoops! You already said that.";
document.body.append(toast);
"""


def test_a_toast_that_stands_before_the_click_is_not_taken_for_its_answer(client: TwitterClient, shop: Shop) -> None:
    shop.set_fault("slow", "post", seconds=2)
    post_id = client.post(Draft("Sesudah giliran"), before_send=lambda: client._page.evaluate(EARLY_TOAST))
    assert [post["id"] for post in shop.state()["posts"]] == [post_id]


def test_a_reply_stands_below_the_post_it_answers_and_is_read_back_there(client: TwitterClient, shop: Shop) -> None:
    post = client.search_latest("kuota", 1)[0]
    stood: list[int] = []
    reply_id = client.reply(
        post, "Semoga cepat beres! 🙏", before_send=lambda: stood.append(len(shop.state()["posts"]))
    )
    assert stood == [0]
    [stored] = shop.state()["posts"]
    assert (stored["id"], stored["reply_to"], stored["text"]) == (reply_id, post.id, "Semoga cepat beres! 🙏")
    assert [reply.id for reply in client.read_own_replies(post)] == [reply_id]
    assert post.language == "in"


def test_a_reply_that_is_not_told_by_a_toast_is_found_below_its_post(
    open_client: Callable[..., TwitterClient], shop: Shop
) -> None:
    client = open_client(timeouts=Timeouts(confirm_post=6))
    client.log_in(shop.cookies)
    client._page.send_command("Page.addScriptToEvaluateOnNewDocument", {"source": NO_TOAST})
    reply_id = client.reply(client.search_latest("kuota", 1)[0], "Semangat ya", before_send=nothing)
    assert [post["id"] for post in shop.state()["posts"]] == [reply_id]


def test_a_reply_to_a_missing_post_is_gone(client: TwitterClient) -> None:
    with pytest.raises(TargetGone):
        client.reply(PostSeen("1234567890", "nobody_here", "", None), "Halo", before_send=nothing)
