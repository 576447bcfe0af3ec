"""Other times for slots that post, out of the accounts' own numbers and inside what the fleet keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import time

from bot.advice.hours import BetterHour, Comparison, compare_hours, select
from bot.advice.placing import DAY, DayOfFleet, FleetRules, PlacedSlot
from bot.advice.weighing import WeighedPost
from bot.settings.account import Schedule, Slot

NO_HOUR_IS_KEPT = 60
"""Minutes of stagger from which on a run's hour is chance, so that no hour can be advised."""


@dataclass(frozen=True)
class AccountPlan:
    """The slots of one account. `offset` is how many minutes its clock is ahead of UTC now."""

    account_id: str
    schedule: Schedule
    offset: int
    posts_by_itself: bool  # its policy lets slots post


@dataclass(frozen=True)
class SlotSuggestion:
    """A slot, another time for it, and the numbers that speak for it."""

    better: BetterHour
    to: time

    @property
    def comparison(self) -> Comparison:
        return self.better.comparison

    @property
    def account_id(self) -> str:
        return self.comparison.account_id

    @property
    def slot(self) -> str:
        return self.comparison.slot.name

    @property
    def time(self) -> time:
        """The slot's own, now."""
        return self.comparison.slot.time


@dataclass(frozen=True)
class Suggested:
    """What is suggested, and the better hours that have no room left."""

    suggestions: tuple[SlotSuggestion, ...] = ()
    crowded: tuple[BetterHour, ...] = ()


def compare_slots(plan: AccountPlan, posts: Sequence[WeighedPost], stagger_minutes: float) -> list[Comparison]:
    """All hours that the account's slots can be compared with."""
    if stagger_minutes >= NO_HOUR_IS_KEPT:
        return []
    return [found for slot in _movable(plan) for found in compare_hours(posts, slot, stagger_minutes)]


def suggest(
    plans: Sequence[AccountPlan],
    comparisons: Iterable[Comparison],
    rules: FleetRules,
    is_dismissed: Callable[[Comparison], bool],
) -> Suggested:
    """The best free hour for each slot that has a better one; each leaves room to those after it.

    `plans` are those of all accounts: their slots are what has to be kept clear of.
    """
    day = DayOfFleet([placed for plan in plans for placed in _placed(plan)], rules)
    offsets = {plan.account_id: plan.offset for plan in plans}
    suggestions: list[SlotSuggestion] = []
    crowded: list[BetterHour] = []
    for hours in _by_slot(select(list(comparisons))):
        wanted = [each for each in hours if not is_dismissed(each.comparison)]
        found = next((each for each in (_move(day, better, offsets) for better in wanted) if each), None)
        if found:
            suggestions.append(found)
        else:
            crowded += wanted[:1]
    return Suggested(tuple(suggestions), tuple(crowded))


def may_move(plans: Sequence[AccountPlan], rules: FleetRules, account_id: str, slot: Slot, to: time) -> bool:
    """Whether a slot may stand at that time, with all slots as they are now."""
    plan = next(each for each in plans if each.account_id == account_id)
    day = DayOfFleet([placed for each in plans for placed in _placed(each)], rules)
    return day.may_stand(_place(plan, slot), (to.hour * 60 + to.minute - plan.offset) % DAY)


def _move(day: DayOfFleet, better: BetterHour, offsets: dict[str, int]) -> SlotSuggestion | None:
    comparison = better.comparison
    offset = offsets[comparison.account_id]
    slot = PlacedSlot(comparison.account_id, comparison.slot.name, 0, frozenset(comparison.slot.weekdays), posts=True)
    to = day.move(slot, comparison.there.hour, offset)
    return SlotSuggestion(better, to) if to else None


def _by_slot(better: Sequence[BetterHour]) -> list[list[BetterHour]]:
    """The better hours of each slot, the best first."""
    found: dict[tuple[str, str], list[BetterHour]] = {}
    for each in better:
        found.setdefault((each.comparison.account_id, each.comparison.slot.name), []).append(each)
    return [sorted(hours, key=lambda each: -each.comparison.gain) for hours in found.values()]


def _movable(plan: AccountPlan) -> list[Slot]:
    if not plan.schedule.enabled or not plan.posts_by_itself:
        return []
    return [slot for slot in plan.schedule.all_slots if slot.enabled and slot.post != "none"]


def _placed(plan: AccountPlan) -> list[PlacedSlot]:
    slots = plan.schedule.all_slots if plan.schedule.enabled else ()
    return [_place(plan, slot) for slot in slots if slot.enabled]


def _place(plan: AccountPlan, slot: Slot) -> PlacedSlot:
    minute = (slot.time.hour * 60 + slot.time.minute - plan.offset) % DAY
    return PlacedSlot(plan.account_id, slot.name, minute, frozenset(slot.weekdays), posts=slot.post != "none")
