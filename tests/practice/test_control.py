from __future__ import annotations

import pytest

from practice.faults import KINDS


def test_the_state_tells_exactly_what_was_stored(control, world, shop):
    post = world.publish(shop, "Halo\ndunia 🌏")
    [account] = control.get("/state").json["accounts"]
    assert account["handle"] == "toko_satu"
    assert account["posts"] == [
        {"id": post.id, "text": "Halo\ndunia 🌏", "media": [], "reply_to": "", "time": "2026-11-20T08:00:00+00:00"}
    ]
    assert (account["locked"], account["suspended"], account["sessions"]) == (False, False, [{"valid": True}])


def test_an_account_can_be_made_and_gets_cookies(control, world):
    answer = control.post("/accounts", json={"handle": "@baru", "name": "Baru"})
    assert answer.status_code == 201
    token = next(cookie["value"] for cookie in answer.json["cookies"] if cookie["name"] == "auth_token")
    assert world.visitor(token).handle == "baru"
    assert control.get("/accounts/baru/cookies").json == answer.json["cookies"]


def test_ended_sessions_are_told_and_a_new_one_can_be_had(control, shop):
    assert control.post("/sessions/end", json={"handle": "toko_satu"}).json == {"ended": 1}
    assert control.get("/state").json["accounts"][0]["sessions"] == [{"valid": False}]
    control.post("/accounts", json={"handle": "toko_satu", "name": "Toko"})
    assert control.get("/state").json["accounts"][0]["sessions"] == [{"valid": False}, {"valid": True}]


def test_counts_and_switches_can_be_set(control, world, shop):
    post = world.publish(shop, "halo")
    body = {"followers": 1017, "following": 5, "locked": True, "posts": {post.id: {"likes": 9, "views": 40}}}
    answer = control.post("/accounts/toko_satu", json=body)
    assert (answer.json["followers"], answer.json["following"], answer.json["locked"]) == (1017, 5, True)
    assert (world.count(post, "likes"), post.base_views) == (9, 40)


def test_posts_of_earlier_days_can_be_added_with_their_counts(control, world, shop):
    newer = world.publish(shop, "hari ini")
    body = {
        "posts": [{"text": f"dulu {n}", "time": "2026-11-01T08:00:00Z", "bookmarks": n, "views": 90} for n in (1, 2)]
    }
    answer = control.post("/accounts/toko_satu/posts", json=body)
    assert answer.status_code == 201
    older = [world.post(post_id) for post_id in answer.json["ids"]]
    assert [(post.text, world.count(post, "bookmarks"), post.base_views) for post in older] == [
        ("dulu 1", 1, 90),
        ("dulu 2", 2, 90),
    ]
    assert {post.time.isoformat() for post in older} == {"2026-11-01T08:00:00+00:00"}
    assert [post.text for post in world.posts_of("toko_satu")] == ["hari ini", "dulu 2", "dulu 1"]
    assert control.post("/accounts/toko_satu", json={"pinned": older[0].id}).status_code == 200
    assert shop.pinned == older[0].id != newer.id


@pytest.mark.parametrize(
    ("posts", "words"),
    [
        ({"text": "halo"}, "posts is"),
        (["halo"], "JSON object"),
        ([{"text": "halo"}], "time is missing"),
        ([{"text": "halo", "time": "yesterday"}], "no moment"),
        ([{"text": "halo", "time": "2026-11-01T08:00:00"}], "no zone"),
        ([{"text": "halo", "time": "2026-11-01T08:00:00Z", "loves": 1}], "no 'loves'"),
    ],
)
def test_an_earlier_post_that_cannot_be_added_says_why(control, shop, posts, words):
    answer = control.post("/accounts/toko_satu/posts", json={"posts": posts})
    assert answer.status_code == 400
    assert words in answer.json["error"]


def test_followers_set_count_those_who_follow_here(control, world, shop):
    world.follow(world.add_account("lain", ""), "toko_satu", True)
    assert control.post("/accounts/toko_satu", json={"followers": 100}).json["followers"] == 100


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_fault_can_be_set_listed_and_cleared(control, shop, kind):
    answer = control.post("/faults", json={"handle": "Toko_Satu", "kind": kind, "count": 2})
    assert (answer.status_code, answer.json["kind"], answer.json["count"]) == (201, kind, 2)
    assert [fault["kind"] for fault in control.get("/faults").json["faults"]] == [kind]
    assert control.delete("/faults").json == {"cleared": 1}
    assert control.get("/faults").json == {"faults": []}


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        ("/faults", {"handle": "toko_satu", "kind": "flood"}, 400, "unknown kind"),
        ("/faults", {"handle": "nobody", "kind": "expired"}, 404, "nobody is called nobody"),
        ("/faults", {"kind": "expired"}, 400, "handle is missing"),
        ("/faults", {"handle": "toko_satu", "kind": "expired", "at": "lunch"}, 400, "cannot happen at"),
        ("/faults", {"handle": "toko_satu", "kind": "expired", "count": "two"}, 400, "no whole number"),
        ("/faults", {"handle": "toko_satu", "kind": "slow", "seconds": "long"}, 400, "no number"),
        ("/faults", {"handle": "toko_satu", "kind": "expired", "often": 2}, 400, "unknown: often"),
        ("/faults", ["expired"], 400, "JSON object"),
        ("/accounts/nobody", {"followers": 3}, 404, "nobody is called nobody"),
        ("/accounts/toko_satu", {"posts": {"12": {"likes": 1}}}, 404, "no post 12"),
    ],
)
def test_a_request_that_cannot_be_done_says_why(control, shop, path, body, status, words):
    answer = control.post(path, json=body)
    assert answer.status_code == status
    assert words in answer.json["error"]


def test_a_broken_body_is_refused(control):
    assert control.post("/faults", data="{", content_type="application/json").status_code == 400
