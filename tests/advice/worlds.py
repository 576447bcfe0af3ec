"""Made-up accounts: views and engagement as they are, uneven and with a few posts that everybody saw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from math import exp
from pathlib import Path
from random import Random
from typing import Any

from bot.settings.account import Schedule
from bot.storage.database import Database
from bot.storage.readings import PostReading, Readings, SentPost
from bot.storage.settled_posts import SettledPost

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # a Monday
USUAL = 0.03

OWN_PLAN = """# the shop's own plan
schedule:
  timezone: UTC
  slots:
  - name: early   # before work
    time: '08:00'  # since June
    post: promo
  - {name: late, time: '22:30', post: value}
"""
"""settings.yaml with words of its owner, which stay where they are."""


def make_posts(
    random: Random,
    hours: Sequence[int],
    days: int,
    effect: Callable[[SettledPost], float] = lambda _post: 1.0,
    reach: Callable[[datetime], float] = lambda _at: 1.0,
) -> list[SettledPost]:
    """A post at each of the hours (UTC) of so many days, until two days ago.

    Engagement per view is `USUAL` times `effect`, times chance of its own; `reach` says how many see posts of a moment.
    """
    first = (NOW - timedelta(days=days + 2)).replace(hour=0, minute=0)
    moments = [
        first + timedelta(days=day, hours=hour, minutes=random.randrange(20)) for day in range(days) for hour in hours
    ]
    posts = []
    for number, at in enumerate(moments):
        views = max(int(300 * reach(at) * exp(random.gauss(0, 0.8))), 1)
        text = "kata " * random.randint(4, 45)
        kind, template = random.choice(["promo", "value"]), f"t{random.randrange(6)}"
        bare = SettledPost(str(number), at, text, kind, template, random.choice(["none", "picture"]), views, 0)
        rate = min(USUAL * effect(bare) * exp(random.gauss(0, 0.6)), 0.9)
        posts.append(SettledPost(*list(vars(bare).values())[:-1], engagement=_drawn(random, views, rate)))
    return posts


def enter_posts(file: Path, posts: Sequence[SettledPost], read_at: datetime = NOW) -> None:
    """Enter them into an account's database, as a refresh at `read_at` would leave them."""
    database = Database(file, "account")
    try:
        readings = Readings(database)
        with database.together():
            for post in posts:
                words = (post.text, post.kind, post.template, "", post.media)
                readings.add_post(SentPost(post.tweet_id, post.posted_at, *words))
            counts = [PostReading(post.tweet_id, post.views, post.engagement, 0, 0) for post in posts]
            readings.record_posts(counts, read_at)
    finally:
        database.close()


def schedule(*times: str, zone: str = "UTC", **changes: Any) -> Schedule:
    """Slots that post at these times."""
    slots = [{"name": f"slot{time[:2]}", "time": time, "post": "promo", **changes} for time in times]
    return Schedule.model_validate({"timezone": zone, "slots": slots})


def _drawn(random: Random, views: int, rate: float) -> int:
    """How many of the viewers engage: Poisson's count by Knuth's way, by the normal one where it is large."""
    mean = views * rate
    if mean > 30:
        return max(round(random.gauss(mean, (mean * (1 - rate)) ** 0.5)), 0)
    count, product, limit = 0, random.random(), exp(-mean)
    while product > limit:
        count += 1
        product *= random.random()
    return min(count, views)
