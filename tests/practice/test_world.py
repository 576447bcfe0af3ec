from __future__ import annotations

import hashlib
import re

import pytest

from practice.model import User
from practice.refusals import Reason, Refusal
from practice.world import World, cookies_for

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def refusal_of(call) -> Reason:
    with pytest.raises(Refusal) as caught:
        call()
    return caught.value.reason


def test_the_first_token_follows_from_the_handle(world, shop):
    expected = hashlib.sha1(b"practice:toko_satu").hexdigest()
    assert shop.sessions[0].token == expected
    assert world.visitor(expected) is shop


def test_adding_an_account_again_keeps_it_and_its_living_session(world, shop):
    assert world.add_account("Toko_Satu", "other") is shop
    assert len(shop.sessions) == 1


def test_an_ended_session_lets_nobody_in_and_a_new_one_has_another_token(world, shop):
    first = shop.sessions[0].token
    assert world.end_sessions("toko_satu") == 1
    assert world.visitor(first) is None
    world.add_account("toko_satu", "")
    assert world.visitor(shop.sessions[-1].token) is shop
    assert shop.sessions[-1].token != first


def test_two_sessions_of_one_account_hold_at_once(world, shop):
    second = world.open_session(shop)
    assert world.visitor(second.token) is world.visitor(shop.sessions[0].token) is shop


def test_cookies_have_the_shape_of_the_extension(shop):
    cookies = {cookie["name"]: cookie for cookie in cookies_for(shop)}
    assert re.fullmatch(r"[0-9a-f]{40}", cookies["auth_token"]["value"])
    assert cookies["auth_token"]["httpOnly"]
    assert cookies["auth_token"]["sameSite"] == "no_restriction"
    assert cookies["twid"]["value"] == f"u%3D{shop.user_id}"
    legacy = {"domain", "hostOnly", "httpOnly", "name", "path", "sameSite", "secure", "session", "storeId", "id"}
    assert legacy | {"expirationDate", "value"} == set(cookies["ct0"])


def test_a_post_is_stored_exactly_but_for_blanks_at_its_ends(world, shop):
    text = "Halo 👨‍👩‍👧‍👦\r\n  dua  \n\ntiga #promo "
    post = world.publish(shop, text)
    assert post.text == "Halo 👨‍👩‍👧‍👦\n  dua  \n\ntiga #promo"


def test_ids_grow_even_within_one_millisecond(world, shop):
    ids = [int(world.publish(shop, f"post {number}").id) for number in range(5)]
    assert ids == sorted(set(ids))


def test_the_same_text_again_is_refused_but_not_from_another_account(world, shop):
    world.publish(shop, "promo hari ini")
    assert refusal_of(lambda: world.publish(shop, " promo hari ini\n")) is Reason.DUPLICATE
    other = world.add_account("toko_dua", "")
    assert world.publish(other, "promo hari ini").author == "toko_dua"


def test_a_text_over_280_is_refused_and_nothing_is_stored(world, shop):
    assert refusal_of(lambda: world.publish(shop, "a" * 281)) is Reason.TOO_LONG
    assert world.publish(shop, "a" * 280)
    assert len(world.posts_of("toko_satu")) == 1


def test_an_empty_post_is_refused_unless_it_has_media(world, shop):
    assert refusal_of(lambda: world.publish(shop, " \n ")) is Reason.EMPTY
    media = world.store_media(shop, "a.png", "image/png", PNG)
    assert world.publish(shop, "", [media.key]).media == (media,)


def test_media_keep_name_size_and_digest_of_the_bytes(world, shop):
    media = world.store_media(shop, "promo.png", "image/png", PNG)
    world.publish(shop, "gambar", [media.key])
    [post] = world.state()["accounts"][0]["posts"]
    digest = hashlib.sha256(PNG).hexdigest()
    assert post["media"] == [{"name": "promo.png", "type": "image/png", "size": len(PNG), "sha256": digest}]


def test_media_of_another_account_or_not_ready_cannot_be_posted(world, shop):
    other = world.add_account("toko_dua", "")
    media = world.store_media(other, "a.png", "image/png", PNG)
    slow = world.store_media(shop, "b.png", "image/png", PNG, ready_in=60)
    assert refusal_of(lambda: world.publish(shop, "x", [media.key])) is Reason.MEDIA_FAILED
    assert refusal_of(lambda: world.publish(shop, "x", [slow.key])) is Reason.MEDIA_FAILED


def test_liking_twice_counts_once_and_can_be_taken_back(world, shop):
    post = world.publish(world.add_account("toko_dua", ""), "halo")
    world.react(shop, post.id, "likes", True)
    world.react(shop, post.id, "likes", True)
    assert world.count(post, "likes") == 1
    world.react(shop, post.id, "likes", False)
    assert shop.likes == []


def test_following_changes_the_counts_of_both(world, shop):
    other = world.add_user(User("orang", "Orang", "", world.publish(shop, "x").time, base_followers=12_345))
    assert world.follow(shop, "Orang", True) == "unfollow"
    assert (world.followers(other), world.following(shop)) == (12_346, 1)
    assert world.follow(shop, "orang", False) == "follow"
    assert shop.follows == []


def test_following_a_protected_account_is_only_a_request(world, shop, clock):
    world.add_user(User("diam", "Diam", "", clock(), protected=True))
    assert world.follow(shop, "diam", True) == "cancel"
    assert (shop.follows, shop.requests) == ([], ["diam"])


def test_a_suspended_account_reads_but_does_not_act(world, shop):
    post = world.publish(world.add_account("toko_dua", ""), "halo")
    shop.suspended = True
    assert world.timeline(shop) == [post]
    assert refusal_of(lambda: world.publish(shop, "x")) is Reason.SUSPENDED
    assert refusal_of(lambda: world.react(shop, post.id, "likes", True)) is Reason.SUSPENDED
    assert refusal_of(lambda: world.follow(shop, "toko_dua", True)) is Reason.SUSPENDED


def test_a_protected_authors_posts_are_seen_by_followers_only(world, shop, clock):
    quiet = world.add_user(User("diam", "Diam", "", clock(), protected=True))
    world.publish(quiet, "rahasia")
    assert world.timeline(shop) == []
    shop.follows.append("diam")
    assert [post.text for post in world.timeline(shop)] == ["rahasia"]


def test_a_deleted_authors_posts_are_gone(world, shop, clock):
    gone = world.add_user(User("pergi", "Pergi", "", clock()))
    post = world.publish(gone, "selamat tinggal")
    gone.deleted = True
    assert refusal_of(lambda: world.post(post.id)) is Reason.GONE
    assert refusal_of(lambda: world.react(shop, post.id, "likes", True)) is Reason.GONE


def test_the_state_lists_accounts_in_the_order_made_and_strangers_apart(clock):
    world = World(clock)
    world.add_user(User("orang", "Orang", "", clock()))
    for handle in ("b_toko", "a_toko"):
        world.add_account(handle, handle)
    state = world.state()
    assert [one["handle"] for one in state["accounts"]] == ["b_toko", "a_toko"]
    assert [one["handle"] for one in state["strangers"]] == ["orang"]
    assert state["accounts"][0]["sessions"] == [{"valid": True}]
