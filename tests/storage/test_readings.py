"""The own posts and their counts: the last of them, and the series."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.storage.database import Database
from bot.storage.readings import PostReading, ProfileReading, Readings, SentPost
from tests import legacy

AT = datetime(2026, 3, 30, 8, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "metrics.db", "account")
    yield database
    database.close()


def test_each_reading_is_kept_and_the_last_known_count_stands_with_the_post(database: Database) -> None:
    readings = Readings(database)
    readings.add_post(SentPost("1", AT, "halo", "promo", template="t"))
    readings.record_posts([PostReading("1", views=10, likes=2)], AT)
    readings.record_posts([PostReading("1", views=15)], AT + timedelta(days=1))
    assert [tuple(row) for row in database.rows("SELECT views, likes, bookmarks, template FROM own_posts")] == [
        (15, 2, None, "t")
    ]
    series = database.rows("SELECT views, likes, bookmarks FROM post_readings ORDER BY read_at")
    assert [tuple(row) for row in series] == [(10, 2, None), (15, None, None)]


def test_a_post_that_is_entered_again_keeps_what_is_known_of_it(database: Database) -> None:
    readings = Readings(database)
    readings.add_post(SentPost("1", AT, "halo", "promo", template="t"))
    readings.add_post(SentPost("1", AT, "halo"))
    assert database.value("SELECT template FROM own_posts") == "t"


def test_what_the_profile_showed_is_kept_with_its_time(database: Database) -> None:
    Readings(database).record_profile(ProfileReading(followers=12_000), AT)
    assert [tuple(row) for row in database.rows("SELECT followers, following, posts FROM profile_readings")] == [
        (12_000, None, None)
    ]


def test_posts_of_an_existing_user_are_taken_over_and_noughts_that_nobody_read_are_unknown(tmp_path: Path) -> None:
    path = tmp_path / "metrics.db"
    legacy.write_metrics(path)
    with sqlite3.connect(path) as old:
        rows = [
            ("1", "a", "promo", "2026-03-01 08:00:00", 0, 0, 0, 0, "2026-03-02 08:00:00"),
            ("2", "b", "value", "2026-03-02 08:00:00", 40, 3, 0, 1, "2026-03-03 08:00:00"),
        ]
        old.execute("DELETE FROM tweet_performance")
        columns = "tweet_id, tweet_text, tweet_type, posted_at, views, likes, retweets, replies, last_updated"
        old.executemany(f"INSERT INTO tweet_performance ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    old.close()
    database = Database(path, "account")
    found = database.rows("SELECT tweet_id, posted_at, kind, views, likes, reposts, read_at FROM own_posts ORDER BY 1")
    assert [tuple(row) for row in found] == [
        ("1", "2026-03-01T08:00:00.000+00:00", "promo", None, None, None, None),
        ("2", "2026-03-02T08:00:00.000+00:00", "value", 40, 3, 0, "2026-03-03T08:00:00.000+00:00"),
    ]
    database.close()
