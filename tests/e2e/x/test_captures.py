"""The genuine captures of x.com, loaded in Chromium: the bot's selectors find there what the facts file says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.browser.chrome import ChromeOpener
from bot.browser.contract import BrowserRequest
from bot.clock import StopSignal, SystemClock
from bot.errors import ChallengeShown, SessionExpired
from bot.x import selectors
from bot.x.arrival import read_state
from bot.x.contract import PostSeen
from bot.x.counts import read_exact, read_rounded
from bot.x.overlays import REFUSE_COOKIES
from bot.x.page import Page, Timeouts
from bot.x.reactions import seen_toasts, watch
from bot.x.selectors import COOKIE_BANNER
from bot.x.timeline import read_posts
from bot.x.trouble import trouble_of_page

CAPTURES = Path(__file__).resolve().parents[4] / "shared" / "x-dom" / "captures"

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not CAPTURES.is_dir(), reason="the captures are not on this machine"),
]

_IN_COLUMN = """
const column = document.createElement("div");
column.setAttribute("data-testid", "primaryColumn");
column.append(...document.body.childNodes);
document.body.append(column);
return true;
"""


class Capture:
    """Opens captures and reads them with the bot's own scripts."""

    def __init__(self, page: Page, load: Any) -> None:
        self.page = page
        self._load = load

    def open(self, name: str, *, in_column: bool = False) -> Page:
        """Load a capture; fragments are put into a primary column, where the page has them."""
        self._load((CAPTURES / name).as_uri())
        if in_column:
            self.page.evaluate(_IN_COLUMN)
        return self.page

    def posts(self, name: str) -> dict[str, PostSeen]:
        """The posts the bot reads in a capture, by id."""
        return {post.id: post for post in read_posts(self.open(name))}

    def profile(self, name: str, handle: str, *, in_column: bool = True) -> dict[str, Any]:
        """The head of a profile, or a user cell's button, as the bot reads it."""
        found: dict[str, Any] = self.open(name, in_column=in_column).run("profile", handle)
        return found

    def count(self, name: str, css: str) -> int:
        """How many elements a selector finds in a capture."""
        return int(self.open(name).evaluate("return document.querySelectorAll(arguments[0]).length;", css))


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Capture]:
    profile = tmp_path_factory.mktemp("captures") / "profile"
    browser = ChromeOpener().open(BrowserRequest(profile=profile, x_address="127.0.0.1:9"))
    try:
        page = Page(browser.driver, SystemClock(), StopSignal(), Timeouts())
        yield Capture(page, browser.driver.get)
    finally:
        browser.close()


def test_the_own_handle_is_read_from_the_account_menu(capture: Capture) -> None:
    assert read_state(capture.open("home_loggedin_en_2025-11-20.html")).own_handle == "__yfpvjyjpba"
    assert read_state(capture.open("status_article_loggedin_zh_2026-06.html")).own_handle == "zgdja775240"


def test_the_home_composer_has_its_field_button_and_file_input(capture: Capture) -> None:
    name = "home_loggedin_en_2025-11-20.html"
    for selector in (selectors.COMPOSER_TEXT, selectors.COMPOSER_SUBMIT, selectors.FILE_INPUT):
        assert capture.count(name, selector.any_css) == 1, selector.name
    page = capture.open(name)
    field = page.find(selectors.COMPOSER_TEXT)
    assert field is not None
    assert page.evaluate("return arguments[0].isContentEditable;", field) is True
    assert page.evaluate("return document.querySelector(arguments[0]).disabled;", selectors.COMPOSER_SUBMIT.css)


def test_a_healthy_page_is_in_no_trouble(capture: Capture) -> None:
    for name in ("home_loggedin_en_2025-11-20.html", "status_article_loggedin_zh_2026-06.html"):
        assert trouble_of_page(read_state(capture.open(name))) is None, name


def test_logged_out_pages_are_recognised(capture: Capture) -> None:
    names = (
        "profile_loggedout_enGB_2025-11.html",
        "status_loggedout_quote_enGB_2025-11.html",
        "appshell_loggedout_enGB_2025-11-20_a.html",
        "login_password_step_en_2022.html",
    )
    for name in names:
        assert isinstance(trouble_of_page(read_state(capture.open(name))), SessionExpired), name
    shell = read_state(capture.open("appshell_loggedin_en_2025-11-20.html"))
    assert shell.logged_in is True
    assert trouble_of_page(shell) is None  # although "Something went wrong" stands in every shell


def test_the_field_for_a_code_is_a_challenge(capture: Capture) -> None:
    state = read_state(capture.open("input_fragments_en_2023.html"))
    assert isinstance(trouble_of_page(state), ChallengeShown)


def test_the_home_timeline_gives_its_twenty_posts_without_ads(capture: Capture) -> None:
    name = "home_loggedin_en_2025-11-20.html"
    posts = capture.posts(name)
    assert len(posts) == 20
    assert capture.count(name, selectors.POST.css) == 20
    first = posts["1991602883648235994"]
    assert (first.handle, first.text) == ("jfgd__ibptr", "different differenta, BUT night wonderful")
    assert (first.replies, first.reposts, first.likes, first.views) == (3, 1, 22, 1178)
    assert first.bookmarks == 1  # which only the label of the whole bar tells
    assert None not in {post.bookmarks for post in posts.values()}
    assert posts["1991607597110251148"].bookmarks == 0  # left out of "361 views"
    assert first.posted_at is not None
    assert first.posted_at.isoformat() == "2025-11-20T20:21:44+00:00"
    assert not first.liked


def test_a_quoted_post_is_not_taken_for_a_post_nor_its_text_for_the_quoting_one(capture: Capture) -> None:
    posts = capture.posts("timeline_post_quote_photo_en_2025-10.html")
    [(post_id, post)] = posts.items()
    assert (post_id, post.handle) == ("1983130065320780162", "TestQuoter")
    assert post.text == "This is a quote tweet with additional commentary"
    assert (post.replies, post.reposts, post.likes, post.views) == (2534, 4483, 25616, 2596467)
    [focal] = capture.posts("status_loggedout_quote_enGB_2025-11.html").values()
    assert (focal.id, focal.handle, focal.text) == ("1991612272289182289", "xhvvlgqbtagpo", "Are.")
    assert "1991546816687342681" not in capture.posts("home_loggedin_en_2025-11-20.html")


def test_ads_and_tombstones_of_a_conversation_are_left_out(capture: Capture) -> None:
    name = "photomodal_conversation_loggedin_en_2024-11.html"
    posts = capture.posts(name)
    articles = capture.count(name, selectors.POST.css)
    with_time = capture.count(name, f"{selectors.POST.css}:has(a[href*='/status/'] > time)")
    assert len(posts) == with_time == 13
    assert articles > with_time  # the others are ads


def test_numbers_are_read_in_chinese_too(capture: Capture) -> None:
    [article] = capture.posts("status_article_loggedin_zh_2026-06.html").values()
    assert (article.id, article.handle, article.text) == ("2022543578804257164", "mfpp_xwvrcxhi", "")
    assert (article.replies, article.reposts, article.likes, article.bookmarks) == (8, 40, 141, 209)
    posts = capture.posts("search_cells_loggedin_zh_2026-09-03.html")
    assert [(post.handle, post.likes, post.views) for post in posts.values()] == [
        ("bob", 0, None),
        ("erin", 0, 10),
        ("grace", 5, 102),
    ]
    assert posts["1000000000000000001"].text.splitlines()[1] == "第二行包含中文与 emoji 🎉"
    label = capture.open("button_unlike_zh_2026-08.html").evaluate(
        "return document.querySelector(arguments[0]).getAttribute('aria-label');", selectors.UNLIKE.css
    )
    assert read_exact(label) == 21


def test_a_missing_number_is_unknown_and_not_zero(capture: Capture) -> None:
    old = capture.posts("profile_loggedout_enGB_2025-11.html")["1456996985843958772"]
    assert old.views is None  # written before there were views
    assert (old.likes, old.bookmarks) == (2939, 75)


def test_liked_and_not_liked_are_told_apart(capture: Capture) -> None:
    assert capture.posts("timeline_post_carousel_en_2023-12.html")["1740834000149594564"].liked is True
    assert capture.posts("timeline_post_poll_finished_en_2023-12.html")["1727106214991549775"].liked is False
    assert capture.count("button_like_and_homelink_en_2025.html", selectors.LIKE.css) == 1
    assert capture.count("button_like_and_homelink_en_2025.html", selectors.UNLIKE.css) == 0
    assert capture.count("button_unlike_zh_2026-08.html", selectors.UNLIKE.css) == 1
    assert capture.count("button_unlike_zh_2026-08.html", selectors.LIKE.css) == 0


@pytest.mark.parametrize(
    ("name", "post_id"),
    [
        ("old2023_timeline_post_en.html", "1619293234034376795"),
        ("status_post_card_en_2025-10.html", "1981398750557065646"),
        ("status_post_video_en_2024-11.html", "1852311426667851100"),
        ("timeline_post_broadcast_repost_en_2023-12.html", "1686098887245551993"),
        ("timeline_post_edited_en_2024-10.html", "1842037500064935046"),
        ("timeline_post_video_en_2024-11.html", "1852311426667851100"),
    ],
)
def test_every_kind_of_post_is_found_by_its_id(capture: Capture, name: str, post_id: str) -> None:
    assert list(capture.posts(name)) == [post_id]
    assert capture.page.run("article", post_id) is not None
    assert capture.page.run("article", post_id[:-1]) is None


def test_profile_counts_are_read_rounded_and_whole(capture: Capture) -> None:
    head = capture.profile("profileheader_org_en_2023_a.html", "GekoraiJesx")
    assert (head["following"], head["followers"]) == ("1,017", "393.2K")
    assert (read_rounded(head["following"]), read_rounded(head["followers"])) == (1017, 393_200)
    page = capture.profile("profile_loggedout_enGB_2025-11.html", "xhvvlgqbtagpo", in_column=False)
    assert (page["following"], page["followers"], page["posts"]) == ("979", "14K", "97K posts")
    assert read_rounded(page["followers"], page["language"]) == 14_000
    assert read_rounded(page["posts"], page["language"]) == 97_000


def test_the_follow_button_of_the_person_is_found_and_of_nobody_else(capture: Capture) -> None:
    name = "profile_loggedout_enGB_2025-11.html"
    assert capture.profile(name, "xhvvlgqbtagpo", in_column=False)["state"] == "follow"
    assert capture.profile(name, "somebody_else", in_column=False)["state"] == ""
    assert capture.profile("profileheader_org_en_2023_a.html", "GekoraiJesx")["state"] == "follow"


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("usercell_follow_zh_2026-06_1.html", "-follow"),
        ("usercell_follow_zh_2026-06_4.html", "-follow"),
        ("usercell_follow_zh_2026-06_6.html", "-follow"),
        ("usercell_unfollow_zh_2026-06_2.html", "-unfollow"),
        ("usercell_unfollow-subscribe_zh_2026-06_7.html", "-unfollow"),
        ("usercell_followers_en_2023.html", "-follow"),
    ],
)
def test_follow_and_unfollow_are_told_apart_in_every_language(capture: Capture, name: str, state: str) -> None:
    expected = {"-follow": (1, 0), "-unfollow": (0, 1)}[state]
    assert (
        capture.count(name, selectors.FOLLOW.css),
        capture.count(name, selectors.UNFOLLOW.css),
    ) == expected


def test_follow_buttons_in_lists_are_not_the_profiles_own(capture: Capture) -> None:
    name = "usercell_follow_zh_2026-06_1.html"
    assert capture.profile(name, "cegccGGA")["state"] == ""


def test_the_toast_gives_the_id_of_the_new_post(capture: Capture) -> None:
    page = capture.open("toast_post_sent_en_2024-04-30.html")
    toast = page.evaluate("const t = document.querySelector('[role=alert]'); t.remove(); return t.outerHTML;")
    watch(page)
    page.evaluate("document.body.insertAdjacentHTML('beforeend', arguments[0]);", toast)
    [seen] = page.poll(lambda: seen_toasts(page), 3) or []
    assert seen.text.startswith("Your post was sent.")
    assert any(link.endswith("/sample_weather_bot/status/1785136482820222222") for link in seen.links)


def test_the_cookie_question_is_refused_and_not_accepted(capture: Capture) -> None:
    page = capture.open("status_loggedout_quote_enGB_2025-11.html")
    button = page.evaluate(REFUSE_COOKIES, page.css_of(COOKIE_BANNER))
    assert page.evaluate("return arguments[0].textContent;", button) == "Refuse non-essential cookies"


def test_no_selector_is_one_that_the_captures_contradict(capture: Capture) -> None:
    contradicted = ("mediaButton", "tweetVideo", "quoteTweet", '"layers"', 'AppTabBar"', '"share"', ".css-", ".r-")
    for selector in selectors.ALL:
        assert not any(word in selector.any_css for word in contradicted), selector.name
        assert not re.search(r"tweetTextarea_0\W+\s+div\[contenteditable", selector.any_css)
        assert "text()" not in selector.any_css


def test_every_captured_selector_is_found_in_some_capture(capture: Capture) -> None:
    wanted = {one.name: one.css for one in selectors.ALL if one.level is selectors.Level.CAPTURED}
    for file in sorted(CAPTURES.glob("*.html")):
        page = capture.open(file.name)
        wanted = {
            name: css
            for name, css in wanted.items()
            if not page.evaluate("return document.querySelector(arguments[0]) !== null;", css)
        }
    assert wanted == {}
