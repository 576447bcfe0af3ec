"""Slots across changes to and from summer time, weekdays, midnight and the stagger."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.planning.slots import Occurrence, is_missed, moment_of, occurrences, stagger
from bot.settings.account import Slot

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
LORD_HOWE, JAKARTA = ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Jakarta")


def slot(at: str, **changes: object) -> Slot:
    return Slot.model_validate({"name": "s", "time": at, **changes})


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "at", "moment"),
    [
        # Berlin, 29 March 2026: 02:00 becomes 03:00 at 01:00 UTC.
        (BERLIN, date(2026, 3, 28), "02:30", "2026-03-28T01:30"),
        (BERLIN, date(2026, 3, 29), "01:59:59", "2026-03-29T00:59:59"),
        (BERLIN, date(2026, 3, 29), "02:00", "2026-03-29T01:00"),
        (BERLIN, date(2026, 3, 29), "02:30", "2026-03-29T01:00"),
        (BERLIN, date(2026, 3, 29), "02:59:59", "2026-03-29T01:00"),
        (BERLIN, date(2026, 3, 29), "03:00", "2026-03-29T01:00"),
        (BERLIN, date(2026, 3, 29), "08:00", "2026-03-29T06:00"),
        # Berlin, 25 October 2026: 03:00 becomes 02:00 at 01:00 UTC; the first of two counts.
        (BERLIN, date(2026, 10, 25), "02:00", "2026-10-25T00:00"),
        (BERLIN, date(2026, 10, 25), "02:30", "2026-10-25T00:30"),
        (BERLIN, date(2026, 10, 25), "03:00", "2026-10-25T02:00"),
        # New York, 8 March and 1 November 2026.
        (NEW_YORK, date(2026, 3, 8), "02:15", "2026-03-08T07:00"),
        (NEW_YORK, date(2026, 3, 8), "03:00", "2026-03-08T07:00"),
        (NEW_YORK, date(2026, 11, 1), "01:30", "2026-11-01T05:30"),
        # Lord Howe changes by half an hour: 4 October 2026 (02:00 to 02:30) and 5 April 2026 (02:00 to 01:30).
        (LORD_HOWE, date(2026, 10, 4), "02:15", "2026-10-03T15:30"),
        (LORD_HOWE, date(2026, 10, 4), "02:30", "2026-10-03T15:30"),
        (LORD_HOWE, date(2026, 4, 5), "01:45", "2026-04-04T14:45"),
        # Jakarta has no summer time.
        (JAKARTA, date(2026, 3, 29), "02:30", "2026-03-28T19:30"),
        (JAKARTA, date(2026, 3, 2), "00:00", "2026-03-01T17:00"),
        # Where a whole day was left out (Samoa, 30 December 2011), its slots come when it would have begun.
        (ZoneInfo("Pacific/Apia"), date(2011, 12, 30), "08:00", "2011-12-30T10:00"),
        # Where midnight is skipped (Cairo, 24 April 2026).
        (ZoneInfo("Africa/Cairo"), date(2026, 4, 24), "00:30", "2026-04-23T22:00"),
    ],
)
def test_the_moment_of_a_slot(zone: ZoneInfo, day: date, at: str, moment: str) -> None:
    assert moment_of(slot(at), day, zone) == utc(moment)


def test_the_first_moment_after_the_gap_is_the_new_hour_itself() -> None:
    moment = moment_of(slot("02:17"), date(2026, 3, 29), BERLIN)
    assert moment.astimezone(BERLIN).time() == time(3)
    assert (moment - timedelta(seconds=1)).astimezone(BERLIN).time() == time(1, 59, 59)


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK, LORD_HOWE, JAKARTA])
@pytest.mark.parametrize("at", ["00:00", "01:45", "02:00", "02:15", "02:30", "02:59", "03:00", "13:00", "23:59"])
def test_every_day_of_the_year_has_each_slot_once_and_in_order(zone: ZoneInfo, at: str) -> None:
    found = list(occurrences("a", slot(at), zone, utc("2025-12-15T12:00"), utc("2027-01-15T12:00")))
    days = [each.local_date for each in found]
    assert days == [days[0] + timedelta(days=number) for number in range(len(days))]
    assert len(days) in {396, 397}
    moments = [each.planned_at for each in found]
    assert moments == sorted(set(moments))
    off_by = [
        abs(each.planned_at.astimezone(zone).replace(tzinfo=None) - datetime.combine(each.local_date, slot(at).time))
        for each in found
    ]
    assert sum(off > timedelta(0) for off in off_by) <= 1, "only the one skipped time of the year is moved"
    assert max(off_by) <= timedelta(hours=1)


def test_bounds_are_after_the_first_and_up_to_the_second() -> None:
    at_eight = slot("08:00")
    eight = utc("2026-03-02T01:00")  # in Jakarta
    assert [each.planned_at for each in occurrences("a", at_eight, JAKARTA, eight, eight + timedelta(days=1))] == [
        eight + timedelta(days=1)
    ]
    assert next(occurrences("a", at_eight, JAKARTA, eight - timedelta(microseconds=1), eight)).planned_at == eight
    assert list(occurrences("a", at_eight, JAKARTA, eight, eight)) == []


def test_only_the_named_weekdays_count_in_the_accounts_own_zone() -> None:
    monday = slot("00:30", weekdays=["mon"])
    found = list(occurrences("a", monday, JAKARTA, utc("2026-03-01T00:00"), utc("2026-03-15T00:00")))
    assert [each.local_date for each in found] == [date(2026, 3, 2), date(2026, 3, 9)]
    assert found[0].planned_at == utc("2026-03-01T17:30"), "Sunday in UTC, but Monday where the shop is"


def test_a_slot_that_is_switched_off_never_comes() -> None:
    for never in (slot("08:00", enabled=False), slot("08:00", weekdays=[])):
        assert list(occurrences("a", never, JAKARTA, utc("2026-03-01T00:00"), utc("2026-03-15T00:00"))) == []


@given(st.text(max_size=12), st.text(max_size=12), st.dates(), st.floats(0.02, 240))
def test_the_stagger_is_fixed_and_lies_inside_its_minutes(account: str, name: str, day: date, minutes: float) -> None:
    offset = stagger(account, name, day, minutes)
    assert timedelta(0) <= offset < timedelta(minutes=minutes)
    assert offset == stagger(account, name, day, minutes)
    assert offset.microseconds == 0


def test_the_stagger_spreads_accounts_slots_and_days() -> None:
    day = date(2026, 3, 2)
    offsets = [stagger(f"account{number}", "morning", day, 30).total_seconds() for number in range(500)]
    assert len({offset // 60 for offset in offsets}) == 30
    assert 700 < sum(offsets) / len(offsets) < 1100
    assert len({stagger("a", "morning", day + timedelta(days=number), 30) for number in range(50)}) > 40
    assert stagger("a", "morning", day, 30) != stagger("a", "evening", day, 30)
    assert stagger("a", "morning", day, 0) == timedelta(0)


def test_the_stagger_of_one_account_is_the_same_in_every_release() -> None:
    """A restart after an update must not move a slot: the run of the day would be counted twice or not at all."""
    assert stagger("account1", "morning", date(2026, 3, 2), 30) == timedelta(seconds=1784)


def test_a_staggered_slot_of_the_evening_belongs_to_its_own_day() -> None:
    late = slot("23:59")
    found = list(occurrences("a", late, JAKARTA, utc("2026-03-01T00:00"), utc("2026-03-08T16:59"), 240))
    assert [each.local_date for each in found] == [date(2026, 3, number) for number in range(1, 1 + len(found))]
    assert any(each.planned_at.astimezone(JAKARTA).date() > each.local_date for each in found)
    again = [
        next(occurrences("a", late, JAKARTA, each.planned_at - timedelta(seconds=1), each.planned_at, 240))
        for each in found
    ]
    assert again == found, "found also when the span begins on the next day"


def test_occurrences_sort_by_moment_then_slot_then_day() -> None:
    first = Occurrence(utc("2026-03-02T01:00"), "a", date(2026, 3, 2))
    second = Occurrence(utc("2026-03-02T01:00"), "b", date(2026, 3, 2))
    assert sorted([second, first]) == [first, second]


@pytest.mark.parametrize(
    ("policy", "late_minutes", "missed"),
    [("skip", 0, True), ("skip", 5, True), ("catch_up", 5, False), ("catch_up", 30, False), ("catch_up", 31, True)],
)
def test_a_late_slot_is_left_out_as_its_policy_says(policy: str, late_minutes: int, missed: bool) -> None:
    planned = utc("2026-03-02T01:00")
    late = slot("08:00", missed={"policy": policy, "within_minutes": 30})
    assert is_missed(planned, planned + timedelta(minutes=late_minutes), late.missed) is missed
