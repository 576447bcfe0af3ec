from __future__ import annotations

from io import BytesIO

import pytest

from practice.faults import Fault
from practice.feeds import PAGE
from practice.seed import seeded_world

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@pytest.fixture
def world(clock):
    return seeded_world(1, clock)


def reason_of(answer) -> str:
    return answer.json["errors"][0]["reason"]


def entries_of(page, path: str) -> list[dict]:
    entries, cursor = [], 0
    while cursor is not None:
        joint = "&" if "?" in path else "?"
        told = page.get(f"/i/api{path}{joint}cursor={cursor}").json
        assert len(told["entries"]) <= PAGE
        entries += told["entries"]
        cursor = told["next"]
    return entries


def stranger(world):
    return next(user for user in world.users() if not (user.managed or user.protected or user.deleted))


def test_without_a_session_nothing_private_is_told(stranger_page):
    for path in ("/home", "/search?q=kuota"):
        answer = stranger_page.get(f"/i/api{path}")
        assert (answer.status_code, reason_of(answer)) == (401, "expired")


def test_a_change_needs_the_csrf_token(page):
    page.environ_base["HTTP_X_CSRF_TOKEN"] = "other"
    assert page.post("/i/api/posts", json={"text": "halo"}).status_code == 403


def test_the_home_list_comes_in_pages_with_decoys_between(page, world, shop):
    entries = entries_of(page, "/home")
    kinds = {entry["type"] for entry in entries}
    assert kinds == {"post", "ad", "people", "separator"}
    ids = [entry["id"] for entry in entries if entry["type"] == "post"]
    assert ids == [post.id for post in world.timeline(shop)]
    assert any(entry.get("context") == "reposted" for entry in entries)


def test_search_latest_is_newest_first_and_holds_all_words(page):
    posts = [entry for entry in entries_of(page, "/search?q=kuota+habis&f=live") if entry["type"] == "post"]
    assert len(posts) >= 15
    assert [post["id"] for post in posts] == sorted((post["id"] for post in posts), key=int, reverse=True)
    assert all("kuota" in post["text"].lower() and "habis" in post["text"].lower() for post in posts)


def test_a_profile_list_has_the_pinned_post_first(page, world):
    author = next(user for user in world.users() if user.pinned)
    first, second, *_ = entries_of(page, f"/profile/{author.handle}/posts")
    assert (first["id"], first["context"]) == (author.pinned, "pinned")
    assert second.get("context") != "pinned"


def test_logged_out_a_post_is_shown_without_its_answers(stranger_page, world):
    post = next(post for post in world.timeline(None) if world.replies_to(post.id, None))
    kinds = [entry["type"] for entry in entries_of(stranger_page, f"/post/{post.id}")]
    assert kinds == ["focal", "pivot"]


def test_logged_in_answers_and_a_tombstone_follow_the_post(page, world):
    post = next(post for post in world.timeline(None) if world.replies_to(post.id, None))
    kinds = [entry["type"] for entry in entries_of(page, f"/post/{post.id}")]
    assert kinds[:2] == ["focal", "post"]
    assert "tombstone" in kinds


def test_protected_and_deleted_people(page):
    assert page.get("/i/api/profile/sudah_pergi").status_code == 404
    assert page.get("/i/api/profile/diam_saja").json["visible"] is False
    assert entries_of(page, "/profile/diam_saja/posts") == []


def test_a_long_text_is_cut_in_lists_and_whole_on_its_page(page, world):
    post = next(post for post in world.timeline(None) if len(post.text) > 280)
    [entry] = [one for one in entries_of(page, f"/profile/{post.author}/posts") if one.get("id") == post.id]
    assert entry["cut"]
    assert len(entry["text"]) == 280
    assert entries_of(page, f"/post/{post.id}")[0]["text"] == post.text


def test_posting_stores_text_and_media(page, world, shop):
    sent = page.post("/i/api/media", data={"media": (BytesIO(PNG), "promo.png", "image/png")})
    assert sent.status_code == 201
    answer = page.post("/i/api/posts", json={"text": "halo\ndunia", "media": [sent.json["key"]]})
    assert answer.status_code == 201
    post = world.post(answer.json["id"])
    assert (post.text, [media.name for media in post.media]) == ("halo\ndunia", ["promo.png"])
    assert page.get(f"/media/{sent.json['key']}").data == PNG


def test_liking_and_following_answer_with_the_new_state(page, world, shop):
    post = world.timeline(None)[0]
    before = world.count(post, "likes")
    answer = page.post(f"/i/api/post/{post.id}/likes", json={"on": True}).json
    assert (answer["liked"], answer["likes"]) == (True, before + 1)
    handle = stranger(world).handle
    assert page.post(f"/i/api/profile/{handle}/follow", json={"on": True}).json == {"button": "unfollow"}
    assert (shop.likes, shop.follows) == ([post.id], [handle])


REFUSALS = [
    ("expired", "post", 401, "expired"),
    ("challenge", "post", 403, "access"),
    ("locked", "post", 403, "access"),
    ("suspended", "post", 403, "suspended"),
    ("duplicate", "post", 403, "duplicate"),
    ("post_limit", "post", 403, "daily_limit"),
    ("slow_down", "post", 403, "automated"),
    ("server_error", "post", 503, "generic"),
    ("slow_down", "like", 429, "rate_limited"),
    ("suspended", "like", 403, "suspended"),
    ("server_error", "like", 503, "generic"),
    ("expired", "follow", 401, "expired"),
    ("slow_down", "follow", 429, "rate_limited"),
    ("server_error", "follow", 503, "generic"),
]


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: "-".join(refusal[:2]))
def test_a_fault_refuses_an_action_and_nothing_is_done(page, world, shop, book, refusal):
    kind, at, status, reason = refusal
    book.add(Fault("toko_satu", kind, at=at))
    post = world.timeline(None)[0]
    calls = {
        "post": lambda: page.post("/i/api/posts", json={"text": "halo"}),
        "like": lambda: page.post(f"/i/api/post/{post.id}/likes", json={"on": True}),
        "follow": lambda: page.post(f"/i/api/profile/{stranger(world).handle}/follow", json={"on": True}),
    }
    answer = calls[at]()
    assert (answer.status_code, reason_of(answer)) == (status, reason)
    assert (world.posts_of("toko_satu"), shop.likes, shop.follows) == ([], [], [])
    assert calls[at]().status_code in (200, 201)


@pytest.mark.parametrize("at", ["post", "like", "follow"])
def test_a_lost_answer_is_an_error_although_it_was_done(page, world, shop, book, at):
    book.add(Fault("toko_satu", "lost_answer", at=at))
    post = world.timeline(None)[0]
    calls = {
        "post": lambda: page.post("/i/api/posts", json={"text": "halo"}),
        "like": lambda: page.post(f"/i/api/post/{post.id}/likes", json={"on": True}),
        "follow": lambda: page.post(f"/i/api/profile/{stranger(world).handle}/follow", json={"on": True}),
    }
    assert calls[at]().status_code == 503
    done = {"post": world.posts_of("toko_satu"), "like": shop.likes, "follow": shop.follows}
    assert len(done[at]) == 1


def test_faults_at_search_profile_and_media(page, book):
    book.add(Fault("toko_satu", "slow_down", at="search"))
    book.add(Fault("toko_satu", "server_error", at="profile"))
    book.add(Fault("toko_satu", "media_refused"))
    assert reason_of(page.get("/i/api/search?q=kuota")) == "rate_limited"
    assert page.get("/i/api/profile/contoh_operator").status_code == 503
    refused = page.post("/i/api/media", data={"media": (BytesIO(PNG), "promo.png", "image/png")})
    assert reason_of(refused) == "media_failed"


def test_a_slow_answer_takes_its_seconds_but_ends_when_the_site_stops(page, book, door):
    book.add(Fault("toko_satu", "slow", seconds=60, at="search"))
    door.closing.set()
    assert page.get("/i/api/search?q=kuota").status_code == 200
    assert book.told() == []
