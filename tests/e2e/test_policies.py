"""Each policy for each kind of action, by two managed accounts and a stranger on the practice site.

Only what the policy and the guards allow comes to stand in `GET /state`.
"""

from __future__ import annotations

import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.approvals import ApprovalQuery
from bot.clock import SystemClock
from practice.model import Post, User
from tests.e2e.fleets import PracticeFleet
from tests.homes import write_yaml

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

POLICIES = ("off", "approve", "automatic")
SLOT = {"post": "promo", "like": 3, "follow": 3, "reply": 3}
WORDS = {"off": "gurita merah", "approve": "zebra kuning", "automatic": "panda hijau"}
"""What the two accounts and the stranger of each policy write about, and look for."""
ANSWERS = {
    "off": ("Tidak boleh terkirim", "Jangan sampai keluar"),
    "approve": ("Semoga lekas ketemu ya kak", "Coba tanya toko sebelah pasar"),
    "automatic": ("Kami punya beberapa di rumah", "Cek katalog lengkap minggu depan"),
}
"""The guards look at replies, too: no two accounts may say nearly the same."""
ADVERT = "Sedia {about} ukuran jumbo, dikirim pagi ini sampai malam, chat kami segera"


def managed(policy: str) -> tuple[str, str]:
    return f"{policy}_satu", f"{policy}_dua"


def write(fleet: PracticeFleet, handle: str, text: str) -> Post:
    world, now = fleet.site.world, SystemClock().now() - timedelta(minutes=20)
    return world.add_post(Post(world.next_id(now), handle, text, now))


def add_three(fleet: PracticeFleet, policy: str) -> Post:
    """Two managed accounts with the same advert, one of them with another text, too; returns the stranger's post."""
    about = WORDS[policy]
    for number, handle in enumerate(managed(policy)):
        own = f"{handle.replace('_', ' ')} buka sampai larut, {'mampir dulu' if number else 'parkir luas'} teman"
        folder = fleet.add(f"{policy}{number}", handle, slot=SLOT, promo=[ADVERT.format(about=about), own])
        write_yaml(folder / "config" / "keywords.yaml", {"high_intent": [about]})
        templates = folder / "config" / "templates.yaml"
        replies = json.dumps({"reply_templates": {"short": [ANSWERS[policy][number]]}})
        templates.write_text(templates.read_text(encoding="utf-8") + replies[1:-1] + "\n", encoding="utf-8")
        settings = folder / "config" / "settings.yaml"
        kinds = ", ".join(f"{kind}: {policy!r}" for kind in ("post", "like", "follow", "reply"))
        settings.write_text(settings.read_text(encoding="utf-8") + f"policy: {{{kinds}}}\n", encoding="utf-8")
        write(fleet, handle, f"siapa punya {about}?")
    fleet.site.world.add_user(User(f"{policy}_asing", "Orang", "", SystemClock().now()))
    return write(fleet, f"{policy}_asing", f"cari {about} dong")


def done(fleet: PracticeFleet, handle: str, before: int = 1) -> dict[str, Any]:
    """What stands on the practice site of the account, without the post of before."""
    state = fleet.state()[handle]
    posts = state["posts"][before:]  # oldest first
    return {
        "posts": [post["text"] for post in posts if not post["reply_to"]],
        "replies": [post["reply_to"] for post in posts if post["reply_to"]],
        "likes": state["likes"],
        "follows": state["follows"],
    }


NOTHING: dict[str, Any] = {"posts": [], "replies": [], "likes": [], "follows": []}


def test_only_what_policy_and_guards_allow_is_done(tmp_path: Path) -> None:
    fleet = PracticeFleet(tmp_path)
    strangers = {policy: add_three(fleet, policy) for policy in POLICIES}
    with fleet:
        fleet.run_all(240)
        for policy in ("off", "approve"):
            assert [done(fleet, handle) for handle in managed(policy)] == [NOTHING, NOTHING], policy
        _assert_automatic(fleet, strangers["automatic"])
        _approve_all(fleet, strangers["approve"])


def _assert_automatic(fleet: PracticeFleet, stranger: Post) -> None:
    """Each posts once, the advert is one account's; the stranger is one account's; nobody touches the other shop."""
    one, two = (done(fleet, handle) for handle in managed("automatic"))
    texts = one["posts"] + two["posts"]
    assert len(one["posts"]) == len(two["posts"]) == 1
    assert sum("jumbo" in text for text in texts) == 1
    engaged = [each for each in (one, two) if each["likes"]]
    assert len(engaged) == 1
    assert {**engaged[0], "posts": []} == {
        "posts": [],
        "replies": [stranger.id],
        "likes": [stranger.id],
        "follows": [stranger.author],
    }
    other = two if engaged[0] is one else one
    assert {**other, "posts": []} == NOTHING


def _approve_all(fleet: PracticeFleet, stranger: Post) -> None:
    """What was found is the stranger's alone, each once; after a person's word it is done by who found it."""
    desk = fleet.manager.approvals
    waiting = desk.find(ApprovalQuery())
    assert sorted(each.proposal.action for each in waiting) == ["follow", "like", "reply"]
    assert {each.proposal.handle for each in waiting} == {stranger.author}
    for each in waiting:
        desk.approve(each.id, "ayu")
    finders = {each.proposal.account_id: managed("approve")[int(each.proposal.account_id[-1])] for each in waiting}
    _until_done(fleet, len(waiting))
    found = [done(fleet, handle) for handle in finders.values()]
    assert [like for each in found for like in each["likes"]] == [stranger.id]
    assert [follow for each in found for follow in each["follows"]] == [stranger.author]
    assert [reply for each in found for reply in each["replies"]] == [stranger.id]
    assert [post for each in found for post in each["posts"]] == []


def _until_done(fleet: PracticeFleet, number: int) -> None:
    """Undo is possible for a while; then runs of their own do it."""
    ended = SystemClock().now() + timedelta(seconds=180)
    while sum(each.state.value in {"done", "failed"} for each in fleet.manager.approvals.lately_decided()) < number:
        assert SystemClock().now() < ended, [each.state for each in fleet.manager.approvals.lately_decided()]
        time.sleep(0.2)  # between two looks at what goes on by itself
