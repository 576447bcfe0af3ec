"""The practice pages agree with the captures of the real pages in the nesting and attributes of key elements."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CAPTURES = Path(__file__).resolve().parents[4] / "shared" / "x-dom" / "captures"
pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not CAPTURES.is_dir(), reason=f"no captures at {CAPTURES}"),
]

# The way from an element up to `root`: element name, test id and role, leaving out plain div and span. Handles,
# ids and version tails are taken out of test ids. Then the element's own attributes that carry meaning.
SHAPE = """
const [selector, root, names] = arguments;
const plain = (id) => id.replace(/UserAvatar-Container-.*/, 'UserAvatar-Container-*').replace(/^[0-9]+-/, '*-');
const element = document.querySelector(selector);
if (!element) return null;
const way = [];
for (let e = element; e && e !== document.body; e = e.parentElement) {
  const testid = e.getAttribute('data-testid'), role = e.getAttribute('role');
  const ownName = !['DIV', 'SPAN'].includes(e.tagName);
  const words = (testid ? `[${plain(testid)}]` : '') + (role ? `(${role})` : '');
  if (testid || role || ownName) way.push(e.tagName.toLowerCase() + words);
  if (e.matches(root)) break;
}
const value = (name) => (element.getAttribute(name) === 'disabled' ? '' : element.getAttribute(name));
const own = names.filter((name) => element.hasAttribute(name)).map((name) => `${name}=${value(name)}`);
return [way, own];
"""
OWN = ["type", "tabindex", "aria-haspopup", "aria-expanded", "aria-disabled", "disabled", "contenteditable"]
OWN += ["aria-multiline", "spellcheck", "dir", "accept", "multiple", "aria-hidden", "aria-selected", "role"]

HOME, PROFILE = "home_loggedin_en_2025-11-20.html", "profile_loggedout_enGB_2025-11.html"
FOCAL, STATUS_OUT = "status_post_video_en_2024-11.html", "status_loggedout_quote_enGB_2025-11.html"
POST = "article:not([data-testid=placementTracking] article)"
REPOSTED = "article:has(a [data-testid=socialContext])"
OUTSIDE = ":not(div[role=link] *)"  # not in a quoted post
PINNED = "article:has(div[data-testid=socialContext])"

# capture, practice page, root, selectors
GROUPS = [
    (HOME, "home", "body > *", [
        "[data-testid=primaryColumn] [data-testid=tweetTextarea_0]",
        "[data-testid=primaryColumn] [data-testid=tweetTextarea_0RichTextInputContainer]",
        "[data-testid=primaryColumn] [data-testid=tweetTextarea_0_label]",
        "[data-testid=primaryColumn] [data-testid=tweetTextarea_0] [data-block=true]",
        "[data-testid=primaryColumn] [data-testid=tweetTextarea_0] br[data-text=true]",
        "[data-testid=primaryColumn] .public-DraftEditorPlaceholder-inner",
        "[data-testid=toolBar]",
        "[data-testid=tweetButtonInline]",
        "[data-testid=fileInput]",
        "[data-testid=gifSearchButton]",
        "[data-testid=geoButton]",
        "[data-testid=primaryColumn] > div > div [role=progressbar] [data-testid=progressBar-bar]",
        "[data-testid=SideNav_AccountSwitcher_Button]",
        "[data-testid=SideNav_AccountSwitcher_Button] [data-testid^=UserAvatar-Container-] img",
        "[data-testid=SideNav_NewTweet_Button]",
        "[data-testid=AppTabBar_Home_Link]",
        "[data-testid=AppTabBar_Profile_Link]",
        "[data-testid=AppTabBar_More_Menu]",
        "[data-testid=pillLabel]",
        "[data-testid=primaryColumn] [role=tab][aria-selected=true]",
        "[data-testid=primaryColumn] [role=tab][aria-selected=false]",
        "section [data-testid=cellInnerDiv]",
        "[data-testid=primaryColumn] section > h1",
        "[data-testid=SearchBox_Search_Input]",
        "[data-testid=trend]",
        "[data-testid=sidebarColumn] [data-testid=UserCell]",
        "[data-testid=sidebarColumn] [data-testid=UserCell] [data-testid^=UserAvatar-Container-] img",
        "[data-testid=sidebarColumn] [data-testid=UserCell] [data-testid$='-follow']",
        "[data-testid=BottomBar]",
    ]),
    (HOME, "home", "[data-testid=primaryColumn]", [
        POST,
        f"{POST} [role=group]",
        f"{POST} [data-testid=reply]",
        f"{POST} [data-testid=retweet]",
        f"{POST} [data-testid=like]",
        f"{POST} [data-testid=like] [data-testid=app-text-transition-container]",
        f"{POST} a[href$='/analytics']",
        f"{POST} [role=group] > :last-child button",
        f"{POST} [data-testid=User-Name]",
        f"{POST} [data-testid=User-Name] a",
        f"{POST} [data-testid=User-Name] a:has(> time)",
        f"{POST} [data-testid=User-Name] time",
        f"{POST} [data-testid=User-Name] a[tabindex='-1']",
        f"{POST} [data-testid=Tweet-User-Avatar]",
        f"{POST} [data-testid=Tweet-User-Avatar] [data-testid^=UserAvatar-Container-] a",
        f"{POST} [data-testid=caret]",
        f"{POST} [data-testid=tweetText]",
        f"{REPOSTED} [data-testid=socialContext]",
    ]),
    (HOME, "home", "article", [
        "article [role=link][tabindex='0'] [data-testid=User-Name]",
        "article [role=link][tabindex='0'] [data-testid=User-Name] time",
        "article [role=link][tabindex='0'] [data-testid^=UserAvatar-Container-] img",
        "article [role=link][tabindex='0'] [data-testid=tweetText]",
    ]),
    (PROFILE, "profile", "[data-testid=primaryColumn]", [
        "[data-testid=UserName]",
        "[data-testid=UserName] button",
        "[data-testid=UserDescription]",
        "[data-testid=UserProfileHeader_Items]",
        "[data-testid=UserLocation]",
        "[data-testid=UserUrl]",
        "[data-testid=UserJoinDate]",
        "[data-testid=placementTracking] [data-testid$='-follow']",
        "a[href$='/following']",
        "a[href$='/verified_followers']",
        "[data-testid=primaryColumn] h2",
        "[data-testid=app-bar-back]",
        "[data-testid=primaryColumn] a[href$='/photo'] img",
        "[data-testid=primaryColumn] a[href$='/header_photo']",
        "[role=tab][aria-selected=true]",
        "[data-testid=primaryColumn] section > h1",
        f"{PINNED} [data-testid=socialContext]",
        f"article [data-testid=tweetPhoto]{OUTSIDE}",
        f"article a[href*='/photo/'] img{OUTSIDE}",
        "article [data-testid=bookmark]",
    ]),
    (PROFILE, "profile_out", "body > *", ["[data-testid=login]", "[data-testid=signup]"]),
    (FOCAL, "status", "article", [
        "article",
        "article a:has(> time)",
        "article [role=group]",
        "article [data-testid=like]",
        "article [data-testid=bookmark] [data-testid=app-text-transition-container]",
        "article [data-testid=tweetText]",
        "article [data-testid=User-Name] a",
        "article [data-testid=Tweet-User-Avatar] a",
        "article [data-testid=caret]",
    ]),
    (FOCAL, "video", "article", [
        "article [data-testid=tweetPhoto]",
        "article [data-testid=videoPlayer]",
        "article [data-testid=videoComponent]",
        "article video",
    ]),
    ("status_article_loggedin_zh_2026-06.html", "status", "[data-testid=primaryColumn]", [
        "[data-testid=inline_reply_offscreen]",
        "[data-testid=inline_reply_offscreen] [data-testid=tweetTextarea_0]",
        "[data-testid=inline_reply_offscreen] [data-testid=progressBar-bar]",
    ]),
    ("toast_post_sent_en_2024-04-30.html", "toast", "[data-testid=toast]", [
        "[data-testid=toast]",
        "[data-testid=toast] span",
        "[data-testid=toast] [aria-hidden=true] a",
        "[data-testid=toast] a span",
    ]),
    ("timeline_post_carousel_en_2023-12.html", "home", "article", ["article [data-testid=tweetText]"]),
]  # fmt: skip
CASES = [(capture, kind, root, one) for capture, kind, root, selectors in GROUPS for one in selectors]


def shape(page, selector: str, root: str):
    return page.run(SHAPE, selector, root, OWN)


@pytest.fixture(scope="module")
def captured(site, browser):
    """The shapes in the captures: (capture, selector) -> shape."""
    shapes = {}
    for capture in dict.fromkeys(case[0] for case in CASES):
        browser.get((CAPTURES / capture).as_uri())
        for _, _, root, selector in (case for case in CASES if case[0] == capture):
            shapes[capture, selector] = browser.execute_script(SHAPE, selector, root, OWN)
    return shapes


class Pages:
    """Opens the practice page of a kind; a page that is open already stays."""

    def __init__(self, page) -> None:
        self.page = page
        self.world = page.site.world

    def open(self, kind: str) -> None:
        getattr(self, kind)()

    def home(self) -> None:
        self.page.open("/home")
        self.page.one("article:has([role=link][tabindex='0'] [data-testid=User-Name])")
        self.page.one(REPOSTED)
        self.page.one("[data-testid=sidebarColumn] [data-testid=UserCell]")

    def profile(self) -> None:
        post = next(post for post in self.world.timeline(None) if post.media)
        user = self.world.user(post.author)
        user.pinned = post.id  # stands on top, so that its cell exists
        user.bio, user.location, user.url, user.verified = "Halo\nhttps://contoh.com", "Bandung", "https://a.com", True
        self.page.open(f"/{user.handle}")
        self.page.one("article [data-testid=tweetPhoto]")

    def profile_out(self) -> None:
        self.page.browser.delete_all_cookies()
        self.page.open("/contoh_operator")
        self.page.one("[data-testid=login]")

    def status(self) -> None:
        post = self.page.strangers_post()
        self.page.open(f"/{post.author}/status/{post.id}")
        self.page.one("[data-testid=inline_reply_offscreen] [data-testid=tweetTextarea_0]")

    def video(self) -> None:
        clip = self.world.store_media(self.page.account, "a.mp4", "video/mp4", b"\0\0\0\x18ftypisom")
        post = self.world.publish(self.page.account, "", [clip.key])
        self.page.open(f"/{self.page.account.handle}/status/{post.id}")
        self.page.one("article video")

    def toast(self) -> None:
        self.page.open("/home")
        self.page.one("[data-testid=primaryColumn] [data-testid=tweetTextarea_0]").send_keys("halo")
        self.page.button("tweetButtonInline").click()
        self.page.one("[data-testid=toast] a")


@pytest.mark.parametrize("kind", dict.fromkeys(case[1] for case in CASES))
def test_key_elements_are_nested_like_in_the_captures(page, captured, kind):
    Pages(page).open(kind)
    different = []
    for capture, _, root, selector in (case for case in CASES if case[1] == kind):
        expected, found = captured[capture, selector], shape(page, selector, root)
        assert expected is not None, f"{selector} is not in {capture}"
        if found != expected:
            different.append(f"{selector}\n  here:    {found}\n  capture: {expected}")
    assert not different, "\n".join(different)


LABELS = [
    ("status_article_loggedin_zh_2026-06.html", "zh", "[data-testid=reply]"),
    ("status_article_loggedin_zh_2026-06.html", "zh", "[data-testid=retweet]"),
    ("status_article_loggedin_zh_2026-06.html", "zh", "[data-testid=like]"),
    ("status_article_loggedin_zh_2026-06.html", "zh", "[data-testid=bookmark]:has(span)"),
    ("button_unlike_zh_2026-08.html", "zh", "[data-testid=unlike]"),
    (FOCAL, "en", "[data-testid=reply]"),
    (FOCAL, "en", "[data-testid=retweet]"),
    (FOCAL, "en", "[data-testid=like]"),
    (FOCAL, "en", "[data-testid=bookmark]"),
    (FOCAL, "en", "article [role=group]"),
    ("status_article_loggedin_zh_2026-06.html", "zh", "article [role=group]"),
]


@pytest.mark.parametrize(("capture", "language", "selector"), LABELS)
def test_labels_have_the_words_of_the_captures(page, capture, language, selector):
    page.browser.get((CAPTURES / capture).as_uri())
    expected = page.run("return document.querySelector(arguments[0]).getAttribute('aria-label')", selector)
    page.open("/robots.txt")
    page.browser.add_cookie({"name": "lang", "value": language})
    post = page.strangers_post(9)
    for name in ("replies", "reposts", "likes", "bookmarks", "views"):
        setattr(post, f"base_{name}", 21)
    if "unlike" in selector:
        page.account.likes.append(post.id)
    page.open(f"/{post.author}/status/{post.id}")
    shown = page.one(f"article {selector}" if "article" not in selector else selector).get_attribute("aria-label")
    assert re.sub(r"\d+", "N", shown) == re.sub(r"\d+", "N", expected)
