"""Hundreds of kills with a fast stand-in for the browser: nothing is sent twice, nothing is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from bot.fleet.records import open_records
from bot.settings.home import AccountFolder
from bot.storage.planned_posts import Written
from tests.crash.child import Order
from tests.crash.kills import Kill, Killer, plan
from tests.crash.points import CLICKS, ON_THE_SITE, POINTS, STEPS, WRITES, Countdown
from tests.crash.site import FAIR, Site
from tests.crash.verdict import Truth, Verdict, judge
from tests.homes import FAR, NO_DELAYS, HomeBuilder, own_name, write_yaml
from tests.telling import Tell

ACCOUNTS = 16
PER_HOME = 50
NAMED = [*POINTS, *CLICKS, *ON_THE_SITE, *WRITES, *(step for step in STEPS if step != "step uploading")]


def build(root: Path) -> HomeBuilder:
    """Accounts with many templates or few; a day's limit that is never reached, and one that is reached soon."""
    home = HomeBuilder(root)
    home.fleet |= {"max_concurrent_accounts": 4, "decide_after_seconds": 5, "pause_fleet_after": 0}
    for number in range(ACCOUNTS):
        handle = f"Shop{number:02}"
        limits = {"tweets_per_hour": 30, "tweets_per_day": 35} if number else {"tweets_per_hour": 5}
        safety = {"delays": NO_DELAYS, "rate_limits": limits}
        schedule = {"timezone": "UTC", "morning": {"time": FAR, "like": 0, "follow": 0}}
        folder = home.add(f"a{number:02}", handle, safety=safety, schedule=schedule)
        # Where the texts run out, those that are said to have failed come up again: a wrong "failed" posts twice.
        texts = [f"{own_name(handle)} offer {index:02}: call {{wa_number}}" for index in range(90 if number % 2 else 6)]
        write_yaml(folder / "config" / "templates.yaml", {"promo_templates": texts})
        if number % 4 == 1:
            _queue(AccountFolder(folder), handle)
    return home


def _queue(folder: AccountFolder, handle: str) -> None:
    """Posts that a person wrote go before the templates; the last of them are never reached, or are."""
    with open_records(folder) as records, records.journal.together():
        for number in range(40):
            records.posts.add(Written(f"{handle} written {number:02}"), "budi", datetime.now(UTC))


def kill_on_one_home(root: Path, seed: int, kills: list[Kill]) -> tuple[Verdict, Killer]:
    random = Random(seed)
    build(root)
    with Site(Random(seed), skew=timedelta(seconds=random.choice((-200, 0, 200)))) as site:
        for number in range(ACCOUNTS):
            handle = f"Shop{number:02}"
            # The same words stand there already, from long ago: they prove nothing.
            site.place(handle, f"{handle} offer 00: call 080000000000", timedelta(days=40))
        killer = Killer(Order(root, site.port))
        for kill in kills:
            _strike(killer, site, kill)
        site.weather = FAIR
        killer.settle()
        return judge(root, truth_of(site), killer.done), killer


def _strike(killer: Killer, site: Site, kill: Kill) -> None:
    if kill.point not in ON_THE_SITE:
        killer.strike(kill)
        return
    left = Countdown(kill.times, killer.shoot)
    site.on_post = lambda point: left.hit() if f"site {point}" == kill.point else None
    killer.strike(kill, from_outside=True)
    site.on_post = None


def truth_of(site: Site) -> dict[str, list[Truth]]:
    """What the bot posted there; not what was placed at the beginning."""
    handles = {post.handle for post in site.posts}
    return {
        handle: [Truth(post.id, post.text, post.posted_at.timestamp()) for post in site.posts_of(handle)[1:]]
        for handle in handles
    }


def kill_on_many_homes(root: Path, seed: int, kills: int) -> tuple[Verdict, Killer]:
    """Two homes at a time, with so many kills each."""
    planned = plan(Random(seed), kills, NAMED, 0.1, 0.9)
    parts = [planned[begin : begin + PER_HOME] for begin in range(0, kills, PER_HOME)]
    verdict, total = Verdict(), Killer(Order(root))
    with ThreadPoolExecutor(2) as pool:
        ended = pool.map(
            lambda part: kill_on_one_home(root / f"home{part[0]}", seed + part[0], part[1]), enumerate(parts)
        )
        for one, killer in ended:
            verdict.add(one)
            total.hit.update(killer.hit)
            total.missed.update(killer.missed)
    return verdict, total


@pytest.mark.parametrize(
    "kills",
    [
        pytest.param(120, marks=pytest.mark.timeout(600)),
        pytest.param(2000, marks=[pytest.mark.nightly, pytest.mark.timeout(7200)]),
    ],
)
def test_killed_at_any_moment_it_posts_nothing_twice_and_loses_nothing(tmp_path: Path, kills: int, tell: Tell) -> None:
    verdict, killer = kill_on_many_homes(tmp_path, 20260302, kills)
    tell(f"{verdict} (stand-in; {verdict.intents} journal entries, named steps not reached: {killer.missed.total()})")
    verdict.check()
    assert verdict.kills == kills
    assert verdict.posts >= kills
    assert [name for name in NAMED if not killer.hit[name]] == [], "named steps that no kill met"
