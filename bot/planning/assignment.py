"""Which arm of a test a slot of a day has. Pure: drawn from the test's seed, so the same at every look and restart.

The arms are drawn in blocks of two: of two following weeks, a slot of a weekday has the one arm in one week and the
other in the other. So after each two weeks every account, slot and weekday has had both alike often.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, time
from zoneinfo import ZoneInfo

from bot.planning.slots import TimeOf, own_time
from bot.settings.account import Slot
from bot.storage.experiments import Compared, Experiment

Block = tuple[str, str, int, int]


def takes_part(experiment: Experiment, folder: str, slot: Slot, day: date, zone: ZoneInfo) -> bool:
    """Whether the test draws for this slot on this local date: from the day after its start to the day of its end.

    So a day that had begun goes on as it was planned, and no slot has two times in one day.
    """
    plan = experiment.plan
    if folder not in plan.folders or experiment.started_at is None:
        return False
    if slot.post == "none" or plan.subject != (slot.post if plan.compares is Compared.TEXTS else slot.name):
        return False
    if day <= experiment.started_at.astimezone(zone).date():
        return False
    return experiment.ended_at is None or day <= experiment.ended_at.astimezone(zone).date()


def block_of(folder: str, slot: str, day: date) -> Block:
    """The two days that are drawn together."""
    return folder, slot, day.weekday(), (day.toordinal() - 1) // 14


def arm_of(seed: int, folder: str, slot: str, day: date) -> int:
    """0 or 1; the two days of a block have different ones."""
    block = block_of(folder, slot, day)
    text = "|".join(map(str, (seed, *block)))
    first = hashlib.sha256(text.encode()).digest()[0] & 1
    return first ^ ((day.toordinal() - 1) // 7 & 1)


def find_part(
    experiments: Sequence[Experiment], folder: str, slot: Slot, day: date, zone: ZoneInfo
) -> tuple[Experiment, int] | None:
    """The test that draws for this slot on this local date, and the arm it drew; None when there is none."""
    for experiment in experiments:
        if takes_part(experiment, folder, slot, day, zone):
            return experiment, arm_of(experiment.seed, folder, slot.name, day)
    return None


def drawn_texts(experiment: Experiment, arm: int) -> tuple[frozenset[str], frozenset[str]]:
    """Keys of the templates that go first, and of those that do not stand in for them; none in a test of times."""
    plan = experiment.plan
    if plan.compares is not Compared.TEXTS:
        return frozenset(), frozenset()
    own = frozenset(plan.arms[arm])
    return own, frozenset(plan.arms[1 - arm]) - own


def times_in(experiments: Sequence[Experiment], folder: str, zone: ZoneInfo) -> TimeOf:
    """The times of an account's slots while these tests run."""
    own = [each for each in experiments if each.plan.compares is Compared.TIMES and folder in each.plan.folders]

    def time_of(slot: Slot, day: date) -> time:
        for experiment in own:
            if takes_part(experiment, folder, slot, day, zone):
                (words,) = experiment.plan.arms[arm_of(experiment.seed, folder, slot.name, day)]
                return time.fromisoformat(words)
        return slot.time

    return time_of if own else own_time
