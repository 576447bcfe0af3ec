from __future__ import annotations

import pytest
from selenium.common.exceptions import ElementClickInterceptedException

pytestmark = pytest.mark.e2e

FIELD = "#layers [data-testid=tweetTextarea_0]"
HEAD = "[data-testid=primaryColumn] [data-testid=placementTracking]"


def try_post(page) -> None:
    page.open("/compose/post")
    page.one(FIELD).send_keys("halo")
    page.button("tweetButton").click()


def try_like(page) -> None:
    post = page.strangers_post()
    page.open(f"/{post.author}/status/{post.id}")
    page.one("article [data-testid=like]").click()


def try_follow(page) -> None:
    page.open(f"/{page.strangers_post().author}")
    page.one(f"{HEAD} [data-testid$='-follow']").click()


ACTS = {"post": try_post, "like": try_like, "follow": try_follow}
DONE = {"post": "posts", "like": "likes", "follow": "follows"}


@pytest.mark.parametrize("at", ACTS)
@pytest.mark.parametrize(
    ("kind", "path"), [("expired", "/i/flow/login"), ("locked", "/account/access"), ("challenge", "/account/access")]
)
def test_the_page_leads_away_when_the_account_is_refused(page, kind, path, at):
    page.fault(kind, at)
    ACTS[at](page)
    page.wait_for_path(path)
    assert page.state()[DONE[at]] == []


def test_an_expired_session_leads_from_home_to_the_login(page):
    page.fault("expired")
    page.open("/home")
    page.wait_for_path("/i/flow/login")
    assert page.run("return window.__META_DATA__.isLoggedIn") is False
    assert page.one("input[name=text][autocomplete=username]")


def test_a_locked_account_sees_the_words_and_a_challenged_one_the_frame(page):
    page.fault("locked")
    page.open("/home")
    assert "Your account has been locked." in page.one("main").text
    page.fault("challenge")
    page.open("/home")
    assert page.one("iframe#arkose_iframe")
    page.fault("challenge", part="code")
    page.open("/home")
    assert page.one("[data-testid=ocfEnterTextTextInput]")


def test_a_suspended_account_sees_the_banner_and_may_read(page):
    page.account.suspended = True
    page.open("/home")
    assert page.one("article")
    assert "Your account is suspended" in page.one("[role=status].banner").text
    assert page.run("return window.__META_DATA__.isLoggedIn") is True
    try_post(page)
    assert page.toast() == "Your account is suspended and is not permitted to send posts."


REFUSED = {
    ("duplicate", "post"): "Whoops! You already said that.",
    ("post_limit", "post"): "You are over the daily limit for sending posts.",
    ("slow_down", "post"): "This request looks like it might be automated.",
    ("suspended", "post"): "Your account is suspended and is not permitted to send posts.",
    ("server_error", "post"): "Something went wrong. Try sending your post again in a minute.",
    ("slow_down", "like"): "Sorry, you are rate limited.",
    ("server_error", "like"): "Something went wrong. Try liking your post again in a minute.",
    ("slow_down", "follow"): "Sorry, you are rate limited.",
    ("server_error", "follow"): "Something went wrong.",
}


@pytest.mark.parametrize(("kind", "at"), REFUSED)
def test_a_refusal_is_a_toast_and_nothing_is_done(page, kind, at):
    page.fault(kind, at)
    ACTS[at](page)
    assert page.toast().startswith(REFUSED[kind, at])
    assert page.state()[DONE[at]] == []
    back = {"post": FIELD, "like": "article [data-testid=like]", "follow": f"{HEAD} [data-testid$='-follow']"}
    assert page.one(back[at])


@pytest.mark.parametrize("at", ACTS)
def test_a_lost_answer_looks_like_an_error_although_it_was_done(page, at):
    page.fault("lost_answer", at)
    ACTS[at](page)
    assert page.toast().startswith("Something went wrong.")
    assert len(page.state()[DONE[at]]) == 1


def test_a_refused_upload_leaves_no_attachment(page, pictures):
    page.fault("media_refused")
    page.open("/compose/post")
    page.one("#layers [data-testid=fileInput]").send_keys(str(pictures[0]))
    assert page.toast() == "Some of your media failed to upload."
    page.until(lambda: page.all("[data-testid=attachments]") == [] or None)


def test_a_server_error_at_a_load_is_503(page):
    page.fault("server_error", "load")
    page.open("/home")
    assert page.run("return performance.getEntriesByType('navigation')[0].responseStatus") == 503


@pytest.mark.parametrize("at", ["search", "profile"])
def test_a_refused_list_shows_the_words_and_retry_in_the_column(page, at):
    page.fault("slow_down", at)
    page.open({"search": "/search?q=kuota&f=live", "profile": "/contoh_operator"}[at])
    page.until(lambda: "rate limited" in page.one("[data-testid=primaryColumn]").text or None)
    next(b for b in page.all("[data-testid=primaryColumn] button") if b.text == "Retry").click()
    assert page.one("[data-testid=primaryColumn] article")


def test_a_slow_answer_delays_the_toast(page):
    page.fault("slow", "post", seconds=1.0)
    try_post(page)
    assert page.all("[data-testid=toast]") == []
    assert page.toast().startswith("Your post was sent.")


@pytest.mark.parametrize(
    ("at", "part", "path", "gone", "there"),
    [
        ("post", "", "/compose/post", "[data-testid=tweetTextarea_0]", "[data-testid=tweetTextarea_0V2]"),
        ("post", "button", "/compose/post", "[data-testid=tweetButton]", "[data-testid=tweetButtonV2]"),
        ("like", "", "/home", "[data-testid=like]", "[data-testid=likeV2]"),
        ("follow", "", "/contoh_operator", "[data-testid$='-follow']", "[data-testid$='-followV2']"),
    ],
)
def test_a_changed_page_stays_changed_for_this_browser(page, at, part, path, gone, there):
    page.fault("page_changed", at, part=part)
    for _ in range(2):
        page.open(path)
        page.one(there)
        assert page.all(gone) == []
    page.run("sessionStorage.clear()")
    page.open(path)
    assert page.one(gone)


def test_a_popup_at_a_post_covers_the_button_until_it_is_closed(page):
    page.fault("popup", "post")
    page.open("/compose/post")
    page.one(FIELD).send_keys("halo dunia")
    page.one(".front [data-testid=app-bar-close]")
    with pytest.raises(ElementClickInterceptedException):
        page.button("tweetButton").click()
    assert page.one(FIELD).text == "halo dunia"
    page.one(".front [data-testid=app-bar-close]").click()
    page.button("tweetButton").click()
    page.one("[data-testid=toast] a")
    assert len(page.state()["posts"]) == 1


@pytest.mark.parametrize(("at", "act"), [("like", try_like), ("follow", try_follow)])
def test_a_popup_at_a_like_or_follow_covers_the_button(page, at, act):
    page.fault("popup", at)
    with pytest.raises(ElementClickInterceptedException):
        act(page)
    page.one("[data-testid=app-bar-close]").click()
    page.one({"like": "article [data-testid=like]", "follow": f"{HEAD} [data-testid$='-follow']"}[at]).click()
    page.until(lambda: len(page.state()[DONE[at]]) == 1 or None)


def test_a_session_ended_elsewhere_leads_to_the_login(page):
    page.open("/home")
    page.one("article")
    page.site.world.end_sessions(page.account.handle)
    page.open("/home")
    page.wait_for_path("/i/flow/login")
