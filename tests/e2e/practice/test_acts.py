from __future__ import annotations

import pytest

from practice.model import User

pytestmark = pytest.mark.e2e

HEAD = "[data-testid=primaryColumn] [data-testid=placementTracking]"


def group_label(page) -> str:
    return page.one("article [role=group]").get_attribute("aria-label")


def test_like_and_unlike_change_test_id_label_and_world(page):
    post = page.strangers_post()
    post.base_likes, post.base_reposts, post.base_replies, post.base_bookmarks, post.base_views = 40, 0, 1, 0, 900
    page.open(f"/{post.author}/status/{post.id}")
    page.one("article")
    assert group_label(page) == "1 reply, 40 likes, 900 views"
    page.one("article [data-testid=like]").click()
    assert page.one("article [data-testid=unlike]").get_attribute("aria-label") == "41 Likes. Liked"
    page.until(lambda: page.state()["likes"] == [post.id] or None)
    assert group_label(page) == "1 reply, 41 likes, Liked, 900 views"
    page.one("article [data-testid=unlike]").click()
    page.one("article [data-testid=like]")
    page.until(lambda: page.state()["likes"] == [] or None)


def test_following_and_unfollowing_with_the_question(page):
    handle = page.strangers_post().author
    target = page.site.world.user(handle)
    page.open(f"/{handle}")
    page.one(f"{HEAD} [data-testid='{target.user_id}-follow']").click()
    unfollow = page.one(f"{HEAD} [data-testid='{target.user_id}-unfollow']")
    assert unfollow.get_attribute("aria-label") == f"Following @{handle}"
    page.until(lambda: page.state()["follows"] == [handle] or None)
    unfollow.click()
    page.one("[data-testid=confirmationSheetConfirm]").click()
    page.one(f"{HEAD} [data-testid='{target.user_id}-follow']")
    page.until(lambda: page.state()["follows"] == [] or None)


def test_a_protected_person_is_only_asked(page):
    page.open("/diam_saja")
    assert "protected" in page.one("[data-testid=emptyState]").text
    page.one(f"{HEAD} [data-testid$='-follow']").click()
    button = page.one(f"{HEAD} [data-testid$='-cancel']")
    assert button.get_attribute("aria-label") is None
    page.until(lambda: page.state()["follow_requests"] == ["diam_saja"] or None)


def test_reposting_goes_through_a_menu(page):
    post = page.strangers_post(5)
    page.open(f"/{post.author}/status/{post.id}")
    page.one("article [data-testid=retweet]").click()
    page.one("#layers [role=menu] [data-testid=retweetConfirm]").click()
    page.one("article [data-testid=unretweet]")
    page.until(lambda: page.state()["reposts"] == [post.id] or None)


def test_the_own_profile_has_no_follow_button_and_shows_the_own_posts(page):
    post = page.site.world.publish(page.account, "punya sendiri")
    page.open(f"/{page.account.handle}")
    assert page.one("[data-testid=editProfileButton]")
    assert page.all(f"{HEAD} [data-testid$='-follow']") == []
    link = page.one("article a[href*='/status/']:has(> time)")
    assert link.get_attribute("href").endswith(f"/{page.account.handle}/status/{post.id}")


@pytest.mark.parametrize(
    ("followers", "shown"),
    [(1017, "1,017"), (9999, "9,999"), (14_020, "14K"), (393_249, "393.2K"), (2_310_000, "2.3M")],
)
def test_counts_in_the_head_are_rounded_from_10000_up(page, followers, shown):
    user = User(f"angka_{followers}", "Angka", "", page.site.world.users()[0].joined, base_followers=followers)
    page.site.world.add_user(user)
    page.open(f"/{user.handle}")
    assert page.one("a[href$='/verified_followers'] span").text == shown


def test_people_and_posts_that_are_not_there(page):
    page.open("/tidak_ada_orangnya")
    assert page.one("[data-testid=empty_state_header_text]").text == "This account doesn’t exist"
    page.open("/contoh_operator/status/12")
    assert page.one("[data-testid=error-detail]")
    page.open("/explore")
    assert page.one("[data-testid=error-detail]")
    assert page.all("[data-testid=primaryColumn]") == []


def test_a_suspended_person_is_told(page):
    page.open("/pernah_ramai")
    assert page.one("[data-testid=empty_state_header_text]").text == "Account suspended"
