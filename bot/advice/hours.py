"""Which hour of an account's day does better than the one a slot has, as far as its own posts tell."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.advice.practices import FALSE_RATE
from bot.advice.weighing import WeighedPost
from bot.settings.account import WEEKDAYS, Slot
from bot.statistics.intervals import (
    Interval,
    Sample,
    Stratum,
    difference_interval,
    discoveries,
    level_of_found,
    mean_interval,
    probability_of_score,
    shuffled_score,
    welch_probability,
)

FEWEST_IN_HOUR = 10
"""Posts that an hour needs before it is compared with another."""
LEAST_GAIN = 0.1
"""So much better an hour has to be, its mean drawn toward the account's: less is not worth a change."""


@dataclass(frozen=True)
class HourNumbers:
    """The posts of one hour of the account's clock: their rates of engagement per view.

    `drawn` is the mean drawn toward the account's, the more the fewer posts it is of.
    """

    hour: int
    sample: Sample
    drawn: float

    @property
    def rate(self) -> Interval:
        """The mean rate, at the usual level."""
        return mean_interval(self.sample)


@dataclass(frozen=True)
class Comparison:
    """The hour of a slot and another hour; `chance` is how likely so great a difference is where there is none."""

    account_id: str
    slot: Slot
    here: HourNumbers
    there: HourNumbers
    chance: float

    @property
    def gain(self) -> float:
        """What the change is expected to bring: 0.2 is a fifth more engagement per view."""
        return self.there.drawn / self.here.drawn - 1

    @property
    def posts(self) -> int:
        """How many posts it stands on."""
        return self.here.sample.size + self.there.sample.size


@dataclass(frozen=True)
class BetterHour:
    """A comparison that holds. `better_by` is the other hour's rate less that of the slot's own."""

    comparison: Comparison
    better_by: Interval


def compare_hours(posts: Sequence[WeighedPost], slot: Slot, stagger_minutes: float) -> list[Comparison]:
    """The slot's hour beside every other hour with enough posts; none where its own has too few.

    Compared are posts of the same kind and of the same 30 days, on the days of the slot.
    """
    days = {WEEKDAYS.index(day) for day in slot.weekdays}
    hours: dict[int, list[WeighedPost]] = defaultdict(list)
    for post in posts:
        if post.weekday in days:
            hours[post.hour].append(post)
    here = hour_of(slot, stagger_minutes)
    if len(hours[here]) < FEWEST_IN_HOUR:
        return []
    drawn = _drawn({hour: Sample.of([post.rate for post in found]) for hour, found in hours.items()})
    others = [hour for hour, found in sorted(hours.items()) if hour != here and len(found) >= FEWEST_IN_HOUR]
    return [_comparison(slot, (here, hours[here]), (hour, hours[hour]), drawn) for hour in others]


def hour_of(slot: Slot, stagger_minutes: float) -> int:
    """The hour most of its posts go out in: the fleet's stagger comes on top of its time."""
    middle = slot.time.hour * 60 + slot.time.minute + stagger_minutes / 2
    return int(middle // 60) % 24


def select(comparisons: Sequence[Comparison]) -> list[BetterHour]:
    """Those that hold among all that were looked at, in all accounts, and are worth a change; intervals as wide as that
    choice asks for.
    """
    holds = discoveries([each.chance for each in comparisons], FALSE_RATE) if comparisons else []
    level = level_of_found(sum(holds), len(comparisons), FALSE_RATE)
    found = [each for each, held in zip(comparisons, holds, strict=True) if held and each.gain >= LEAST_GAIN]
    better = [BetterHour(each, difference_interval(each.there.sample, each.here.sample, level)) for each in found]
    return [each for each in better if each.better_by.low > 0]


def _comparison(
    slot: Slot,
    here: tuple[int, Sequence[WeighedPost]],
    there: tuple[int, Sequence[WeighedPost]],
    drawn: Mapping[int, float],
) -> Comparison:
    own, other = (Sample.of([post.rate for post in posts]) for _, posts in (here, there))
    score = shuffled_score(_strata(here[1], there[1]))
    agrees = (score > 0) == (other.mean > own.mean)
    chance = max(probability_of_score(score), welch_probability(other, own)) if agrees else 1.0
    account_id = here[1][0].account_id
    numbers = [HourNumbers(hour, sample, drawn[hour]) for hour, sample in ((here[0], own), (there[0], other))]
    return Comparison(account_id, slot, numbers[0], numbers[1], chance)


def _strata(here: Sequence[WeighedPost], there: Sequence[WeighedPost]) -> list[Stratum]:
    sums: dict[tuple[str, int], list[float]] = defaultdict(lambda: [0.0] * 5)
    for posts, is_there in ((here, False), (there, True)):
        for post in posts:
            found = sums[post.post.kind, post.era]
            for place, value in enumerate((1.0, post.rank, post.rank**2, is_there, is_there * post.rank)):
                found[place] += value
    return [
        Stratum(int(size), total, squares, int(inside), above) for size, total, squares, inside, above in sums.values()
    ]


def _drawn(hours: Mapping[int, Sample]) -> dict[int, float]:
    """The mean of each hour drawn toward that of all, by how much hours differ beyond chance (a random effect)."""
    size = sum(each.size for each in hours.values())
    mean = math.fsum(each.size * each.mean for each in hours.values()) / size
    within = math.fsum(each.variance * (each.size - 1) for each in hours.values()) / max(size - len(hours), 1)
    spread = math.fsum(each.size * (each.mean - mean) ** 2 for each in hours.values())
    weight = size - sum(each.size**2 for each in hours.values()) / size
    between = max((spread - (len(hours) - 1) * within) / weight, 0.0) if weight else 0.0
    return {hour: mean + _trust(between, within, each.size) * (each.mean - mean) for hour, each in hours.items()}


def _trust(between: float, within: float, size: int) -> float:
    """How much of an hour's difference from the mean is believed, 0 to 1."""
    return between / (between + within / size) if between else 0.0
