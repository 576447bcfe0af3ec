"""Followers gained in some days: from the last reading before them, or else from the first one in them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.storage.database import Database
from bot.storage.follower_growth import Growth, read_growth
from bot.storage.metrics import Metrics
from bot.storage.numbers import read_account_numbers
from bot.storage.readings import ProfileReading, Readings

JAKARTA = ZoneInfo("Asia/Jakarta")
TODAY = date(2026, 11, 27)


class Profile:
    """An account whose followers are read."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def read(self, followers: int, day: int, hour: int = 9) -> None:
        """As a visit does it: into both tables."""
        at = datetime(2026, 11, day, hour, tzinfo=JAKARTA)
        Readings(self.database).record_profile(ProfileReading(followers), at.astimezone(UTC))
        Metrics(self.database).record_followers(at.date(), followers, 80)

    def growth(self, first: date = TODAY) -> Growth:
        return read_growth(self.database, first, TODAY, JAKARTA)


@pytest.fixture
def profile(tmp_path: Path) -> Iterator[Profile]:
    database = Database(tmp_path / "metrics.db", "account")
    yield Profile(database)
    database.close()


def test_nothing_is_known_of_days_on_which_nothing_was_read(profile: Profile) -> None:
    profile.read(100, 26)
    assert profile.growth() == Growth()


def test_two_readings_on_the_first_day_count_from_the_first_of_them(profile: Profile) -> None:
    profile.read(120, 27, hour=1)  # still the day before in UTC
    profile.read(150, 27)
    assert profile.growth() == Growth(150, 30, TODAY)


def test_the_next_days_count_from_that_first_reading_too(profile: Profile) -> None:
    for followers, day, hour in ((120, 26, 1), (150, 26, 9), (155, 27, 9)):
        profile.read(followers, day, hour)
    assert profile.growth(date(2026, 11, 20)) == Growth(155, 35, date(2026, 11, 26))


def test_one_reading_that_stands_in_both_tables_tells_of_no_growth(profile: Profile) -> None:
    profile.read(120, 27)
    assert profile.growth() == Growth(120)


def test_the_last_reading_before_goes_before_those_of_the_first_day(profile: Profile) -> None:
    for followers, day, hour in ((100, 26, 9), (120, 27, 1), (150, 27, 9)):
        profile.read(followers, day, hour)
    assert profile.growth() == Growth(150, 50, date(2026, 11, 26))


def test_the_sums_of_an_account_tell_the_same(profile: Profile) -> None:
    profile.read(120, 27, hour=1)
    profile.read(150, 27)
    periods = read_account_numbers(profile.database, TODAY, JAKARTA, 0).periods
    assert [(each.gained, each.gained_from) for each in periods] == [(30, TODAY)] * 3
