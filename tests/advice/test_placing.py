"""Where a slot may go: whatever the fleet is like, what it keeps stays kept."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.advice.placing import DAY, OWN_DISTANCE, RUN_MINUTES, DayOfFleet, FleetRules, PlacedSlot
from bot.settings.account import WEEKDAYS

EVERY_DAY = frozenset(WEEKDAYS)
RULES = FleetRules(seats=3, posts_per_hour=20, gap_seconds=30, stagger_minutes=0)


def slot(account_id: str, minute: int, name: str = "one", days: frozenset[str] = EVERY_DAY) -> PlacedSlot:
    return PlacedSlot(account_id, name, minute, days, posts=True)


def around(one: int, other: int) -> int:
    """Minutes between two minutes of the day."""
    return min((one - other) % DAY, (other - one) % DAY)


def test_many_accounts_that_want_the_same_hour_are_spread_over_it() -> None:
    day = DayOfFleet([slot(f"a{number}", 8 * 60) for number in range(12)], RULES)
    times = [day.move(slot(f"a{number}", 8 * 60), 19, 0) for number in range(12)]
    minutes = sorted(time.minute for time in times if time)
    assert len(minutes) == 12
    assert min(later - earlier for earlier, later in pairwise(minutes)) >= 3


def test_an_hour_that_is_full_takes_no_more() -> None:
    few = FleetRules(seats=3, posts_per_hour=2, gap_seconds=30, stagger_minutes=0)
    day = DayOfFleet([slot(f"a{number}", 8 * 60) for number in range(3)], few)
    assert [day.move(slot(f"a{number}", 8 * 60), 19, 0) is None for number in range(3)] == [False, False, True]


def test_an_account_on_its_own_clock_gets_its_own_hour() -> None:
    jakarta = 7 * 60
    found = DayOfFleet([], RULES).move(slot("a", 1 * 60), 19, jakarta)
    assert found is not None
    assert found.hour == 19
    assert not DayOfFleet([slot("a", 12 * 60 + 30, "noon")], RULES).may_stand(slot("a", 0), 12 * 60 + 10)


def test_slots_on_other_days_of_the_same_account_do_not_get_in_its_way() -> None:
    monday, sunday = frozenset({"mon"}), frozenset({"sun"})
    day = DayOfFleet([slot("a", 19 * 60, "other", sunday)], RULES)
    assert day.may_stand(slot("a", 0, days=monday), 19 * 60 + 5)
    assert not day.may_stand(slot("a", 0, days=sunday), 19 * 60 + 5)


def test_a_stagger_never_carries_a_slot_out_of_its_hour() -> None:
    staggered = FleetRules(seats=3, posts_per_hour=20, gap_seconds=30, stagger_minutes=45)
    found = DayOfFleet([], staggered).move(slot("a", 0), 19, 0)
    assert found is not None
    assert found.minute + 45 < 60
    wide = FleetRules(seats=3, posts_per_hour=20, gap_seconds=30, stagger_minutes=60)
    assert DayOfFleet([], wide).move(slot("a", 0), 19, 0) is None


placed = st.builds(
    PlacedSlot,
    account_id=st.sampled_from([f"a{number}" for number in range(8)]),
    slot=st.sampled_from(["one", "two", "three"]),
    minute=st.integers(0, DAY - 1) | st.integers(18 * 60, 20 * 60),
    weekdays=st.frozensets(st.sampled_from(WEEKDAYS), min_size=1),
    posts=st.booleans(),
)
rules = st.builds(
    FleetRules,
    seats=st.integers(1, 4),
    posts_per_hour=st.integers(1, 12),
    gap_seconds=st.integers(0, 600),
    stagger_minutes=st.integers(0, 59),
)


@settings(max_examples=80, deadline=None)
@given(
    fleet=st.lists(placed, max_size=30, unique_by=lambda each: (each.account_id, each.slot)),
    rules=rules,
    hour=st.integers(0, 23),
    offset=st.integers(-720, 840),
)
def test_every_move_keeps_gap_limits_seats_and_distance(
    fleet: list[PlacedSlot], rules: FleetRules, hour: int, offset: int
) -> None:
    day = DayOfFleet(fleet, rules)
    standing = list(fleet)
    for moved in fleet:
        if not moved.posts:
            continue
        to = day.move(moved, hour, offset)
        if to is None:
            continue
        assert to.hour == hour
        assert to.minute + rules.stagger_minutes <= 60
        minute = (to.hour * 60 + to.minute - offset) % DAY
        others = [each for each in standing if (each.account_id, each.slot) != (moved.account_id, moved.slot)]
        standing.append(PlacedSlot(moved.account_id, moved.slot, minute, moved.weekdays, posts=True))
        posts = [each.minute for each in others if each.posts]
        assert all(around(minute, each) * 60 >= rules.gap_seconds and each != minute for each in posts)
        assert all(
            around(minute, each.minute) >= OWN_DISTANCE + rules.stagger_minutes
            for each in others
            if each.account_id == moved.account_id and each.posts and each.weekdays & moved.weekdays
        )
        reach = 60 + rules.stagger_minutes
        near = [each for each in posts if around(minute, each) <= reach]
        assert most_through(minute, near, reach) <= rules.posts_per_hour
        runs = [each.minute for each in others if around(minute, each.minute) <= RUN_MINUTES]
        assert most_through(minute, runs, RUN_MINUTES) <= rules.seats


def most_through(minute: int, near: Sequence[int], length: int) -> int:
    """The most within any `length` minutes that hold `minute`, itself counted: by trying every one."""
    return max(
        sum((each - start) % DAY <= length for each in [*near, minute])
        for start in ((minute - back) % DAY for back in range(length + 1))
    )
