"""The agenda gives every occurrence once, whatever the steps in which the time is looked at."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.planning.agenda import Agenda
from bot.planning.slots import Occurrence, occurrences
from bot.settings.account import WEEKDAYS, Slot

JAKARTA = ZoneInfo("Asia/Jakarta")
START = datetime(2026, 3, 2, tzinfo=UTC)
ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Jakarta", "Africa/Cairo"]


def slot(name: str, at: str, **changes: object) -> Slot:
    return Slot.model_validate({"name": name, "time": at, **changes})


def brute_force(
    accounts: dict[str, list[Slot]], zone: ZoneInfo, after: datetime, until: datetime, minutes: float
) -> set[tuple[str, Occurrence]]:
    return {
        (account, occurrence)
        for account, slots in accounts.items()
        for each in slots
        for occurrence in occurrences(account, each, zone, after, until, minutes)
    }


TIMES = st.builds(lambda hour, minute: f"{hour:02}:{minute:02}", st.integers(0, 23), st.sampled_from([0, 0, 15, 30]))
SLOTS = st.lists(
    st.tuples(TIMES, st.sets(st.sampled_from(WEEKDAYS)), st.booleans()),
    max_size=4,
).map(
    lambda entries: [
        slot(f"s{index}", at, weekdays=sorted(days), enabled=enabled)
        for index, (at, days, enabled) in enumerate(entries)
    ]
)


@settings(max_examples=120, deadline=None)
@given(
    slots=st.lists(SLOTS, min_size=1, max_size=3),
    zone=st.sampled_from(ZONES),
    start=st.sampled_from(
        [date(2026, 3, 1), date(2026, 3, 27), date(2026, 4, 3), date(2026, 10, 2), date(2026, 12, 30)]
    ),
    minutes=st.sampled_from([0, 7, 240]),
    steps=st.lists(st.sampled_from([1, 60, 3599, 3600, 86_400, 11 * 86_400]), min_size=1, max_size=25),
)
def test_nothing_comes_twice_and_nothing_is_left_out(
    slots: list[list[Slot]], zone: str, start: date, minutes: float, steps: list[int]
) -> None:
    accounts = {f"account{index}": each for index, each in enumerate(slots)}
    begin = datetime(start.year, start.month, start.day, tzinfo=UTC)
    agenda = Agenda()
    for account, each in accounts.items():
        agenda.plan(account, each, ZoneInfo(zone), begin, minutes)
    taken: list[tuple[str, Occurrence]] = []
    now = begin
    for step in steps:
        now += timedelta(seconds=step)
        due = agenda.take_due(now)
        assert [each.planned_at for _, each in due] == sorted(each.planned_at for _, each in due)
        assert agenda.take_due(now) == []
        taken += due
    assert len(taken) == len(set(taken))
    assert set(taken) == brute_force(accounts, ZoneInfo(zone), begin, now, minutes)
    later = brute_force(accounts, ZoneInfo(zone), now, now + timedelta(days=9), minutes)
    for account in accounts:
        coming = agenda.coming(account)
        expected = min((each for owner, each in later if owner == account), default=None)
        assert coming == expected


def test_slots_of_one_moment_follow_each_other_by_name() -> None:
    agenda = Agenda()
    slots = [slot(name, "08:00") for name in ("c", "a", "b")]
    agenda.plan("one", slots, JAKARTA, START)
    eight = START + timedelta(hours=1)
    assert [each.slot for _, each in agenda.take_due(eight)] == ["a", "b", "c"]
    assert agenda.take_due(eight + timedelta(hours=23)) == []
    assert len(agenda.take_due(eight + timedelta(days=1))) == 3


def test_two_slots_in_the_skipped_hour_both_come_right_after_it() -> None:
    agenda = Agenda()
    berlin = ZoneInfo("Europe/Berlin")
    agenda.plan(
        "one",
        [slot("x", "02:10"), slot("y", "02:50"), slot("z", "03:00")],
        berlin,
        datetime(2026, 3, 28, 12, tzinfo=UTC),
    )
    due = agenda.take_due(datetime(2026, 3, 29, 1, tzinfo=UTC))
    assert [each.slot for _, each in due] == ["x", "y", "z"]


def test_slots_come_across_the_end_of_the_year() -> None:
    agenda = Agenda()
    agenda.plan("one", [slot("a", "23:30", weekdays=["thu"])], JAKARTA, datetime(2026, 12, 25, tzinfo=UTC))
    due = agenda.take_due(datetime(2027, 1, 8, tzinfo=UTC))
    assert [each.local_date for _, each in due] == [date(2026, 12, 31), date(2027, 1, 7)]


def test_planning_anew_from_now_on_brings_nothing_back() -> None:
    agenda = Agenda()
    agenda.plan("one", [slot("a", "08:00")], JAKARTA, START)
    now = START + timedelta(hours=2)
    assert len(agenda.take_due(now)) == 1
    agenda.plan("one", [slot("a", "08:00"), slot("b", "08:30"), slot("c", "09:30")], JAKARTA, now)
    assert [each.slot for _, each in agenda.take_due(now + timedelta(hours=23))] == ["c", "a"]


def test_an_account_that_is_forgotten_has_nothing_coming() -> None:
    agenda = Agenda()
    agenda.plan("one", [slot("a", "08:00")], JAKARTA, START)
    agenda.forget("one")
    agenda.forget("nobody")
    assert agenda.coming("one") is None
    assert agenda.take_due(START + timedelta(days=9)) == []


@pytest.mark.parametrize("slots", [[], [slot("a", "08:00", enabled=False)], [slot("a", "08:00", weekdays=[])]])
def test_an_account_without_slots_has_nothing_coming(slots: list[Slot]) -> None:
    agenda = Agenda()
    agenda.plan("one", slots, JAKARTA, START)
    assert agenda.coming("one") is None


def test_a_thousand_accounts_have_each_of_their_ten_slots_once_a_day() -> None:
    agenda = Agenda()
    slots = [slot(f"s{hour}", f"{hour + 8:02}:00") for hour in range(10)]
    for number in range(1000):
        agenda.plan(f"account{number}", slots, JAKARTA, START, 30)
    taken = agenda.take_due(START + timedelta(hours=3)) + agenda.take_due(START + timedelta(days=1))
    assert len(taken) == len(set(taken)) == 10_000


def test_an_account_planned_anew_many_times_comes_up_once_and_one_forgotten_never() -> None:
    agenda = Agenda()
    for round_ in range(200):
        for account in ("one", "two"):
            agenda.plan(account, [slot("a", f"08:{round_ % 60:02}")], JAKARTA, START)
    agenda.forget("two")
    assert [account for account, _ in agenda.take_due(START + timedelta(hours=5))] == ["one"]
    assert len(agenda._turns) < 50  # those of replaced plans are cleared away
