"""Better times for slots: suggested where the numbers carry it, and where the fleet has room."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from random import Random
from zoneinfo import ZoneInfo

import pytest

from bot.advice.hours import Comparison
from bot.advice.placing import FleetRules
from bot.advice.suggesting import AccountPlan, Suggested, compare_slots, may_move, suggest
from bot.advice.weighing import weigh
from bot.settings.account import Schedule
from bot.storage.settled_posts import SettledPost
from tests.advice.worlds import NOW, make_posts, schedule

RULES = FleetRules(seats=3, posts_per_hour=20, gap_seconds=30, stagger_minutes=0)
HOURS = (8, 13, 17, 19)


def evening(post: SettledPost) -> float:
    return 2.0 if post.posted_at.hour == 19 else 1.0


def suggested(
    accounts: dict[str, tuple[Schedule, list[SettledPost]]],
    rules: FleetRules = RULES,
    is_dismissed: Callable[[Comparison], bool] = lambda _comparison: False,
) -> Suggested:
    plans = [AccountPlan(key, plan, 0, posts_by_itself=True) for key, (plan, _) in accounts.items()]
    comparisons = [
        found
        for plan in plans
        for found in compare_slots(
            plan, weigh(plan.account_id, accounts[plan.account_id][1], ZoneInfo("UTC"), NOW), rules.stagger_minutes
        )
    ]
    return suggest(plans, comparisons, rules, is_dismissed)


def test_a_slot_at_a_bad_hour_is_to_go_to_the_good_one_with_its_numbers() -> None:
    found = suggested({"a": (schedule("08:00", "13:00"), make_posts(Random(1), HOURS, 60, evening))})
    moves = {(each.slot, each.to.hour) for each in found.suggestions}
    assert moves == {("slot08", 19)}  # the other one would come within an hour of it
    [one] = found.suggestions
    assert one.time == time(8)
    assert one.comparison.here.sample.size == one.comparison.there.sample.size == 60
    assert one.comparison.there.rate.low > one.comparison.here.rate.high
    assert 0 < one.better.better_by.low < one.better.better_by.high
    assert 0.4 < one.comparison.gain < 1.6
    [crowded] = found.crowded
    assert (crowded.comparison.slot.name, crowded.comparison.there.hour) == ("slot13", 19)


def test_hours_of_which_little_is_known_are_never_suggested() -> None:
    posts = make_posts(Random(2), (8, 13), 60)
    few = make_posts(Random(3), (19,), 9, lambda _post: 5.0)
    found = suggested({"a": (schedule("08:00"), posts + few)})
    assert found == Suggested()


def test_a_thin_hour_is_drawn_toward_the_accounts_mean() -> None:
    thick = make_posts(Random(4), (8, 13, 17), 80)
    thin = make_posts(Random(5), (19,), 14, lambda _post: 3.0)
    plan = AccountPlan("a", schedule("08:00"), 0, posts_by_itself=True)
    compared = compare_slots(plan, weigh("a", thick + thin, ZoneInfo("UTC"), NOW), 0)
    [evening_hour] = [each.there for each in compared if each.there.hour == 19]
    others = [each.there for each in compared if each.there.hour != 19]
    mean = sum(each.sample.mean * each.sample.size for each in [evening_hour, *others]) / sum(
        each.sample.size for each in [evening_hour, *others]
    )
    assert mean < evening_hour.drawn < evening_hour.sample.mean


def test_the_days_of_a_slot_are_those_that_count() -> None:
    """Evenings are better at weekends alone: a slot of working days stays where it is."""

    def weekend_evening(post: SettledPost) -> float:
        return 3.0 if post.posted_at.hour == 19 and post.posted_at.weekday() >= 5 else 1.0

    posts = make_posts(Random(6), HOURS, 170, weekend_evening)
    days = ["mon", "tue", "wed", "thu", "fri"]
    assert suggested({"a": (schedule("08:00", weekdays=days), posts)}).suggestions == ()
    [one] = suggested({"a": (schedule("08:00", weekdays=["sat", "sun"]), posts)}).suggestions
    assert one.to.hour == 19


@pytest.mark.parametrize("changes", [{"post": "none"}, {"enabled": False}])
def test_slots_that_do_not_post_are_left_alone(changes: dict[str, object]) -> None:
    posts = make_posts(Random(1), HOURS, 60, evening)
    assert suggested({"a": (schedule("08:00", **changes), posts)}) == Suggested()


def test_the_fleets_stagger_is_part_of_the_slots_hour() -> None:
    posts = make_posts(Random(1), HOURS, 60, evening)
    slow = FleetRules(seats=3, posts_per_hour=20, gap_seconds=30, stagger_minutes=30)
    [one] = suggested({"a": (schedule("07:50"), posts)}, slow).suggestions
    assert one.comparison.here.hour == 8
    assert one.to.hour == 19
    assert one.to.minute <= 30
    wide = FleetRules(seats=3, posts_per_hour=20, gap_seconds=30, stagger_minutes=60)
    assert suggested({"a": (schedule("07:50"), posts)}, wide) == Suggested()


def test_accounts_with_the_same_best_hour_get_minutes_of_their_own() -> None:
    fleet = {f"a{n}": (schedule("08:00"), make_posts(Random(n), HOURS, 60, evening)) for n in range(8)}
    found = suggested(fleet)
    times = [each.to for each in found.suggestions]
    assert len(times) == 8
    assert len(set(times)) == 8
    plans = [AccountPlan(key, plan, 0, posts_by_itself=True) for key, (plan, _) in fleet.items()]
    for each in found.suggestions:
        assert may_move(plans, RULES, each.account_id, each.comparison.slot, each.to)


def test_what_the_fleet_may_post_in_an_hour_is_not_exceeded() -> None:
    fleet = {f"a{n}": (schedule("08:00"), make_posts(Random(n), HOURS, 60, evening)) for n in range(5)}
    few = FleetRules(seats=3, posts_per_hour=3, gap_seconds=30, stagger_minutes=0)
    found = suggested(fleet, few)
    assert sum(each.to.hour == 19 for each in found.suggestions) == 3
    assert {each.comparison.there.hour for each in found.crowded} == {19}


def test_a_dismissed_hour_is_not_suggested() -> None:
    posts = make_posts(Random(1), HOURS, 60, evening)
    found = suggested({"a": (schedule("08:00"), posts)}, is_dismissed=lambda each: each.there.hour == 19)
    assert found == Suggested()


def share_of_worlds_with_a_suggestion(worlds: int, seed: int) -> float:
    """Three accounts without any pattern in how good their posts are; more people see the evening."""
    random = Random(seed)
    told = 0
    for _ in range(worlds):
        fleet = {
            f"a{n}": (
                schedule("08:00", "13:00", "19:00"),
                make_posts(
                    random,
                    (8, 10, 13, 16, 19, 21)[: random.randint(3, 6)],
                    random.randint(12, 60),
                    reach=lambda at: 3.0 if at.hour >= 18 else 1.0,
                ),
            )
            for n in range(3)
        }
        told += suggested(fleet) != Suggested()
    return told / worlds


def test_without_a_pattern_it_suggests_something_in_few_worlds() -> None:
    assert share_of_worlds_with_a_suggestion(40, 21) <= 0.05


@pytest.mark.nightly
def test_without_a_pattern_it_suggests_something_in_five_percent_of_many_worlds_at_most() -> None:
    assert share_of_worlds_with_a_suggestion(2000, 22) <= 0.05
