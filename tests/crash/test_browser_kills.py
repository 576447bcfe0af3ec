"""Kills while real browsers post on the practice site: nothing twice, nothing lost, no process left."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from bot.browser.reaper import reap
from practice.faults import Fault
from practice.model import Post, User
from practice.site import PracticeSite
from practice.world import World, cookies_for
from tests.crash.child import Order
from tests.crash.kills import Killer, plan
from tests.crash.points import IN_THE_BROWSER, STEPS
from tests.crash.verdict import Truth, Verdict, judge
from tests.e2e.fleets import picture
from tests.homes import FAR, NO_DELAYS, HomeBuilder, own_name, write_yaml
from tests.telling import Tell

ACCOUNTS = 3
PER_HOME = 20
NAMED = [*IN_THE_BROWSER, *STEPS, "after the sending mark", "while a lost answer is decided"]


class WatchedWorld(World):
    """Like x.com it refuses the same words twice; that they were sent twice is kept here all the same."""

    def __init__(self) -> None:
        super().__init__()
        self.again: list[str] = []

    def publish(self, author: User, text: str, media_keys: Sequence[str] = (), reply_to: str = "") -> Post:
        if any(post.text == text.strip() for post in self.posts_of(author.handle)):
            self.again.append(f"@{author.handle}: “{text}”")
        return super().publish(author, text, media_keys, reply_to)


def build(root: Path, site: PracticeSite) -> list[str]:
    """Accounts on both sides, every third template with a picture; returns the handles."""
    home = HomeBuilder(root)
    home.fleet |= {
        "max_concurrent_accounts": 2,
        "decide_after_seconds": 5,
        "pause_fleet_after": 0,
        "browser": {"x_address": site.address, "language": "en-US"},
    }
    handles = [f"Browsed{number}" for number in range(ACCOUNTS)]
    for handle in handles:
        account = site.world.add_account(handle, f"Shop {handle}")
        limits = {"tweets_per_hour": 30, "tweets_per_day": 35}
        schedule = {"timezone": "UTC", "morning": {"time": FAR, "like": 0, "follow": 0}}
        safety = {"delays": NO_DELAYS, "rate_limits": limits}
        folder = home.add(handle.lower(), handle, safety=safety, schedule=schedule)
        (folder / "cookies.json").write_text(json.dumps(cookies_for(account)), encoding="utf-8")
        picture(folder / "media" / "promo" / "a.png", "red")
        write_yaml(folder / "config" / "templates.yaml", {"promo_templates": _templates(handle)})
    return handles


def _templates(handle: str) -> list[object]:
    texts = [f"{own_name(handle)} offer {index:02}: call {{wa_number}}" for index in range(60)]
    return [
        {"text": text, "media": "media/promo/a.png"} if index % 3 == 0 else text for index, text in enumerate(texts)
    ]


def kill_on_one_home(root: Path, seed: int, kills: int) -> tuple[Verdict, Killer, list[str]]:
    random = Random(seed)
    world = WatchedWorld()
    with PracticeSite(world, upload_seconds=0.2) as site:
        handles = build(root, site)
        killer = Killer(Order(root), patience=30, settle_in=120)
        try:
            for kill in plan(random, kills, NAMED, 1.0, 7.0):
                _add_fault(site, random, handles)
                killer.strike(kill)
            site.faults.clear()
            killer.settle()
            return judge(root, {handle: _truth(world, handle) for handle in handles}, killer.done), killer, world.again
        finally:
            reap(root)


def _add_fault(site: PracticeSite, random: Random, handles: list[str]) -> None:
    """Answers that are lost, and posts that come to stand late, after the process has died."""
    kind, seconds = random.choice((("lost_answer", 0.0), ("lost_answer", 0.0), ("slow", 1.5), ("server_error", 0.0)))
    site.faults.clear()
    site.faults.add(Fault(random.choice(handles), kind, at="post", seconds=seconds))


def _truth(world: World, handle: str) -> list[Truth]:
    return [Truth(post.id, post.text, post.time.timestamp()) for post in world.posts_of(handle)]


@pytest.mark.e2e
@pytest.mark.parametrize(
    "kills",
    [
        pytest.param(8, marks=pytest.mark.timeout(600)),
        pytest.param(200, marks=[pytest.mark.nightly, pytest.mark.timeout(7200)]),
    ],
)
def test_killed_with_real_browsers_it_posts_nothing_twice_and_loses_nothing(
    tmp_path: Path, kills: int, tell: Tell
) -> None:
    total, again, hit, strays = Verdict(), list[str](), set[str](), 0
    for number, begin in enumerate(range(0, kills, PER_HOME)):
        part = min(PER_HOME, kills - begin)
        verdict, killer, sent_again = kill_on_one_home(tmp_path / f"home{number}", 20260302 + number, part)
        total.add(verdict)
        again += sent_again
        hit |= set(killer.hit)
        strays += killer.strays
    tell(f"{total} (Chromium; {total.intents} journal entries; {strays} processes left by kills, 0 after a restart)")
    total.check()
    assert again == [], "the same words were sent again"
    assert total.kills == kills
    assert strays > 0, "no kill left a browser, so nothing was cleared"
    assert len(hit) >= min(8, kills // 3), f"too few named steps were met: {hit}"
