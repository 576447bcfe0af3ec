from __future__ import annotations

import json

import pytest

from practice.weighted import weighted_length

pytestmark = pytest.mark.e2e

TEXTS = [
    "abc",
    "日本",
    "👍🏽 👨‍👩‍👧‍👦 🇮🇩 1️⃣ ❤️",
    "lihat https://contoh.example/a?b=1.",
    "contoh.com dan a@contoh.com",
    "“kutip” – …",
    "e\u0301",
    "satu\ndua",
]


def test_the_page_counts_like_the_server(page):
    page.open("/home")
    script = """
      const [texts, done] = arguments;
      const main = document.querySelector('script[type=module]').src;
      import(new URL('weight.js', main)).then((weight) => done(texts.map(weight.weightedLength)));
    """
    assert page.browser.execute_async_script(script, TEXTS) == [weighted_length(text) for text in TEXTS]


def test_nothing_but_the_mapped_hosts_is_reached(page):
    page.browser.get_log("performance")
    page.open("/home")
    page.one("article img")
    page.run("fetch('https://example.com/').catch(() => 0); new Image().src = 'https://x.com.example/a.png'")
    page.one("article")
    reached = set()
    for entry in page.browser.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.responseReceived":
            response = message["params"]["response"]
            if response["url"].startswith("http"):
                reached.add((response["url"].split("/")[2], response.get("remoteIPAddress", "127.0.0.1")))
    assert {host for host, _ in reached} <= {"x.com", "pbs.twimg.com", "abs-0.twimg.com"}
    assert {address for _, address in reached} <= {"127.0.0.1", ""}
    assert "x.com" in {host for host, _ in reached}


def test_pages_run_without_errors_in_the_console(page):
    page.browser.get_log("browser")
    for path in ("/home", "/search?q=kuota&f=live", "/contoh_operator", "/compose/post", f"/{page.account.handle}"):
        page.open(path)
        page.one("[data-testid=primaryColumn]")
    assert [entry["message"] for entry in page.browser.get_log("browser") if entry["level"] == "SEVERE"] == []


def test_logged_out_a_profile_shows_the_login_bar(page):
    page.browser.delete_all_cookies()
    page.open("/contoh_operator")
    assert page.one("#layers [data-testid=BottomBar] [data-testid=login]").get_attribute("href").endswith("/login")
    assert page.one("[data-testid=BottomBar] [data-testid=signup]")
    assert page.one("article")
    assert page.run("return window.__META_DATA__.isLoggedIn") is False
    assert page.all("[data-testid=SideNav_AccountSwitcher_Button]") == []


def test_logged_out_a_post_hides_its_answers(page):
    page.browser.delete_all_cookies()
    world = page.site.world
    post = next(post for post in world.timeline(None) if world.replies_to(post.id, None))
    page.open(f"/{post.author}/status/{post.id}")
    assert page.one("[data-testid=logged_out_read_replies_pivot]")
    assert len(page.all("article")) == 1


def test_the_own_handle_stands_in_the_side_navigation(page):
    page.open("/home")
    avatar = page.one(
        "header[role=banner] [data-testid=SideNav_AccountSwitcher_Button] [data-testid^=UserAvatar-Container-]"
    )
    assert avatar.get_attribute("data-testid") == f"UserAvatar-Container-{page.account.handle}"
    assert page.one("[data-testid=AppTabBar_Profile_Link]").get_attribute("href").endswith(f"/{page.account.handle}")


@pytest.mark.parametrize(
    ("language", "like", "follow"),
    [
        ("en", "{n} Likes. Like", "Follow @"),
        ("zh-cn", "{n} 喜欢次数。喜欢", "关注 @"),
        ("id", "{n} Suka. Suka", "Ikuti @"),
    ],
)
def test_the_cookie_lang_changes_words_but_no_test_id(page, language, like, follow):
    page.open("/robots.txt")
    page.browser.add_cookie({"name": "lang", "value": language})
    post = page.strangers_post(8)
    post.base_likes = 141
    page.open(f"/{post.author}/status/{post.id}")
    shown = page.one("article [data-testid=like]").get_attribute("aria-label")
    assert shown == like.format(n=page.site.world.count(post, "likes"))
    page.open(f"/{post.author}")
    button = page.one("[data-testid=placementTracking] [data-testid$='-follow']")
    assert button.get_attribute("aria-label") == f"{follow}{post.author}"


def test_ids_differ_at_every_render(page):
    ids = []
    for _ in range(2):
        page.open("/contoh_operator")
        ids.append(page.one("article [data-testid=User-Name]").get_attribute("id"))
    assert ids[0] != ids[1]
