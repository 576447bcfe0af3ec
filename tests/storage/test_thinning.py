"""The series of readings stay small, and keep how a post fared."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.storage.database import Database
from bot.storage.readings import PostReading, ProfileReading, Readings, SentPost
from bot.storage.thinning import thin_readings

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "metrics.db", "account")
    yield database
    database.close()


def read_often(database: Database, tweet_id: str, posted_at: datetime, every: timedelta, days: int) -> None:
    """A post that is read `every` so often for so many days; its views are the hours since it was posted."""
    readings = Readings(database)
    with database.together():
        readings.add_post(SentPost(tweet_id, posted_at, "halo"))
        at = posted_at + every
        while at <= min(NOW, posted_at + timedelta(days=days)):
            hours = int((at - posted_at).total_seconds() // 3600)
            readings.record_posts([PostReading(tweet_id, views=hours)], at)
            readings.record_profile(ProfileReading(followers=hours), at)
            at += every


def views(database: Database, tweet_id: str) -> list[int]:
    rows = database.rows("SELECT views FROM post_readings WHERE tweet_id = ? ORDER BY read_at", (tweet_id,))
    return [row["views"] for row in rows]


def test_an_old_post_keeps_how_it_stood_at_certain_ages_and_its_last_counts(database: Database) -> None:
    read_often(database, "1", NOW - timedelta(days=200), timedelta(hours=6), 35)
    thin_readings(database, NOW)
    assert views(database, "1") == [24 * days for days in (1, 2, 3, 7, 14, 21, 30, 35)]
    assert database.value("SELECT views FROM own_posts") == 24 * 35
    assert thin_readings(database, NOW) == 0


def test_a_newer_post_keeps_the_last_of_each_day_and_all_of_the_last_week(database: Database) -> None:
    read_often(database, "1", NOW - timedelta(days=20), timedelta(hours=6), 30)
    before = views(database, "1")
    gone = thin_readings(database, NOW)
    kept = views(database, "1")
    assert kept[-28:] == before[-28:]
    query = "SELECT substr(read_at, 1, 10) AS day FROM post_readings WHERE read_at < ? ORDER BY 1"
    days = [row["day"] for row in database.rows(query, ((NOW - timedelta(days=8)).isoformat(),))]
    assert days == sorted(set(days))
    assert len(days) == 12
    assert gone > 0


def test_the_profile_keeps_a_reading_of_each_day(database: Database) -> None:
    read_often(database, "1", NOW - timedelta(days=40), timedelta(hours=3), 30)
    thin_readings(database, NOW)
    days = [row["day"] for row in database.rows("SELECT substr(read_at, 1, 10) AS day FROM profile_readings")]
    assert len(days) == len(set(days)) == 31


def test_others_get_a_turn_and_it_may_end_in_between(database: Database) -> None:
    class Stop(Exception):
        pass

    turns: list[int] = []

    def rest() -> None:
        turns.append(len(views(database, "250")))
        if len(turns) == 2:
            raise Stop

    for number in range(100, 301):
        read_often(database, str(number), NOW - timedelta(days=100), timedelta(days=2), 30)
    with pytest.raises(Stop):
        thin_readings(database, NOW, rest)
    assert len(views(database, "300")) == 15
    thin_readings(database, NOW)
    assert {len(views(database, str(number))) for number in range(100, 301)} == {5}
