"""Days and hours on a zone's clock are those of the standard library, also where clocks are turned."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.analytics.local_time import day_of, hour_of, local_hours

ZONES = [
    "UTC",
    "Asia/Jakarta",
    "Europe/Berlin",
    "America/Havana",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
]
UNTURNED = {"UTC", "Asia/Jakarta", "Asia/Kathmandu"}
DAY = 86_400
BEGINS = st.integers(1_262_304_000, 2_208_988_800)  # 2010 to 2040
AFTER = st.lists(st.integers(0, 400 * DAY), min_size=1, max_size=20)


def by_the_library(at: int, zone: str) -> tuple[int, int]:
    local = datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(zone))
    return local.date().toordinal(), local.hour


def offset(at: int, zone: str) -> timedelta | None:
    return datetime.fromtimestamp(at, ZoneInfo(zone)).utcoffset()


@settings(deadline=None)
@given(BEGINS, AFTER, st.sampled_from(ZONES))
def test_any_moments_have_the_day_and_hour_of_the_library(begin: int, after: list[int], zone: str) -> None:
    moments = [begin + seconds for seconds in after]
    hours = local_hours(np.array(moments, np.int64), zone)
    assert list(zip(day_of(hours), hour_of(hours), strict=True)) == [by_the_library(at, zone) for at in moments]


@pytest.mark.parametrize("zone", ZONES)
def test_around_each_turn_of_the_clock_too(zone: str) -> None:
    begin = int(datetime(2011, 1, 1, tzinfo=UTC).timestamp())
    days = [begin + number * DAY for number in range(366)]
    turned = [day for day in days if offset(day, zone) != offset(day + DAY, zone)]
    assert bool(turned) == (zone not in UNTURNED)
    near = [day + second for day in turned for second in range(-DAY, 2 * DAY, 599)]
    moments = sorted({*range(begin, begin + 366 * DAY, 25_169), *near})
    hours = local_hours(np.array(moments, np.int64), zone)
    assert list(zip(day_of(hours), hour_of(hours), strict=True)) == [by_the_library(at, zone) for at in moments]


def test_of_no_moments_there_are_none() -> None:
    assert len(local_hours(np.zeros(0, np.int64), "UTC")) == 0
