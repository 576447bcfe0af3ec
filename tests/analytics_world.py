"""Accounts with years of made-up numbers, written straight into their databases: for tests and measurements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from bot.storage.database import Database, to_text

TEMPLATES = ("promo:a", "promo:b", "value:tip", "value:story", "")
KEYWORDS = ("paket data", "kuota murah", "pulsa", "internet")


@dataclass(frozen=True)
class Shape:
    """How much there is. `unknown` is the share of counts that nobody has read."""

    days: int = 40
    posts: int = 3  # a day
    unknown: float = 0.2
    missed: float = 0.1  # share of days on which the profile was not read
    outcomes: bool = True
    read_after: timedelta = timedelta(hours=2)  # how old a post was at its last reading


def write_account(file: Path, now: datetime, shape: Shape, seed: int) -> None:
    """Make the database `file` with numbers up to `now`; the same seed gives the same numbers."""
    random = Random(seed)
    database = Database(file, "account")
    posts, readings, followers, outcomes, keywords = [], [], [], [], []
    count = random.randrange(200, 5000)
    for back in range(shape.days - 1, -1, -1):
        midnight = datetime(now.year, now.month, now.day, tzinfo=UTC) - timedelta(days=back)
        made = list(_posts_of(midnight, shape, random, seed))
        posts += [post for post in made if post[1] <= to_text(now)]
        count += random.randrange(-3, 12)
        if random.random() >= shape.missed:
            at = to_text(min(midnight + timedelta(hours=random.randrange(24), minutes=7), now))
            readings.append((at, count, 80, 10))
        if back % 30 == 29:
            followers.append((midnight.date().isoformat(), count - 1, 80))
        day = midnight.date().isoformat()
        if shape.outcomes and random.random() < 0.6:
            outcomes.append(
                (
                    f"{seed}-{day}",
                    day,
                    random.randrange(9),
                    random.randrange(4),
                    25_000 * random.randrange(5),
                    random.choice(TEMPLATES),
                    to_text(min(midnight + timedelta(hours=21), now)),
                )
            )
        keywords += [(word, day, random.randrange(60), random.randrange(20)) for word in KEYWORDS]
    with database.write() as connection:
        connection.executemany(
            "INSERT INTO own_posts (tweet_id, posted_at, text, kind, template, media, reply_to, views, likes, reposts,"
            " replies, bookmarks, read_at) VALUES (?, ?, ?, 'promo', ?, 'none', ?, ?, ?, ?, ?, ?, ?)",
            posts,
        )
        connection.executemany("INSERT OR REPLACE INTO profile_readings VALUES (?, ?, ?, ?)", readings)
        connection.executemany(
            "INSERT INTO follower_growth (date, followers_count, following_count) VALUES (?, ?, ?)", followers
        )
        connection.executemany(
            "INSERT INTO outcomes (uid, day, chats, orders, revenue, template, created_at, source)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, 'csv')",
            outcomes,
        )
        connection.executemany(
            "INSERT INTO keyword_performance (keyword, date, tweets_found, engaged) VALUES (?, ?, ?, ?)", keywords
        )
    database.close()


def _posts_of(midnight: datetime, shape: Shape, random: Random, seed: int) -> Iterator[tuple[object, ...]]:
    for number in range(shape.posts):
        at = midnight + timedelta(seconds=random.randrange(86_400))
        good = 1.6 if at.hour in {1, 2, 12, 13} else 1.0
        views = int(random.expovariate(1 / (400 * good)))
        counts = (views, int(views * good * 0.03), int(views * 0.004), random.randrange(4), random.randrange(3))
        told = [None if random.random() < shape.unknown else count for count in counts]
        tweet = f"{seed}{midnight:%Y%m%d}{number:03}"
        answered = "77" if random.random() < 0.1 else ""
        template = random.choice(TEMPLATES)
        yield tweet, to_text(at), f"Paket data {number}", template, answered, *told, to_text(at + shape.read_after)
