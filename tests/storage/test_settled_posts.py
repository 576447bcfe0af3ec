"""Which posts count: those of its own whose counts are known and have settled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.storage.database import Database
from bot.storage.readings import PostReading, Readings, SentPost
from bot.storage.settled_posts import PostsRead, SettledPost, mark_of_posts, read_settled_posts
from tests.advice.worlds import NOW

THEN = NOW - timedelta(days=10)
POST = SentPost("1", THEN, "kata", "promo", "t1", "morning", "picture")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "metrics.db", "account")
    yield database
    database.close()


def read(database: Database) -> PostsRead:
    return read_settled_posts(database, NOW - timedelta(days=180))


def test_engagement_is_likes_reposts_and_replies(database: Database) -> None:
    readings = Readings(database)
    readings.add_post(POST)
    readings.record_posts([PostReading("1", 200, 3, 2, 1, 9)], THEN + timedelta(days=3))
    [post] = read(database).settled
    assert post == SettledPost("1", THEN, "kata", "promo", "t1", "picture", 200, 6)
    assert post.rate == 0.03


@pytest.mark.parametrize(
    ("reading", "hours"),
    [
        (PostReading("1", 200, 3, 2, 1), 47),  # still growing
        (PostReading("1", None, 3, 2, 1), 72),  # views unknown
        (PostReading("1", 200, 3, None, 1), 72),  # reposts unknown: not 0
        (PostReading("1", 0, 0, 0, 0), 72),  # no view, no rate
    ],
)
def test_what_is_not_known_or_not_settled_is_counted_but_not_read(
    database: Database, reading: PostReading, hours: int
) -> None:
    readings = Readings(database)
    readings.add_post(POST)
    readings.record_posts([reading], THEN + timedelta(hours=hours))
    assert read(database) == PostsRead((), 1)


def test_replies_and_old_posts_are_left_out(database: Database) -> None:
    readings = Readings(database)
    readings.add_post(replace(POST, reply_to="5"))
    readings.add_post(replace(POST, tweet_id="2", posted_at=NOW - timedelta(days=181)))
    readings.record_posts([PostReading(number, 200, 3, 2, 1) for number in "12"], NOW)
    assert read(database) == PostsRead((), 0)


def test_the_mark_is_another_one_after_each_post_and_reading(database: Database) -> None:
    readings, marks = Readings(database), [mark_of_posts(database)]
    readings.add_post(POST)
    marks.append(mark_of_posts(database))
    readings.record_posts([PostReading("1", 200)], NOW)
    marks.append(mark_of_posts(database))
    assert len(set(marks)) == 3
