"""From slots of a weekday and time of day to moments, exact across changes to and from summer time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.settings.account import WEEKDAYS, MissedRun, Slot

TimeOf = Callable[[Slot, date], time]
"""The time of day that a slot has on a local date."""
_DAY = timedelta(days=1)
_LONGEST_CHANGE = timedelta(hours=3)
"""Clocks are set back by one hour, in some places by half an hour or two hours."""


@dataclass(frozen=True, order=True)
class Occurrence:
    """One slot on one local date. `planned_at` is UTC, with the stagger already in it."""

    planned_at: datetime
    slot: str
    local_date: date


def own_time(slot: Slot, _day: date) -> time:
    """The slot's time as the account's settings say."""
    return slot.time


def moment_of(slot: Slot, day: date, zone: ZoneInfo) -> datetime:
    """When the slot's time comes on `day`, in UTC.

    A time that the change to summer time skips comes right after the gap; of a doubled one, the first counts.
    """
    return moment_at(slot.time, day, zone)


@lru_cache(maxsize=16_384)  # many accounts share their times, and each is asked for at every plan
def moment_at(at: time, day: date, zone: ZoneInfo) -> datetime:
    """When it is `at` on `day` in the zone, in UTC; gaps and doubled times as in `moment_of`."""
    local = datetime.combine(day, at, tzinfo=zone)
    # Where the clock is changed, fold 0 has the offset before the change and fold 1 the one after it (PEP 495).
    before = local.utcoffset() or timedelta(0)
    after = local.replace(fold=1).utcoffset() or timedelta(0)
    moment = local.replace(tzinfo=UTC) - before
    # In the gap, the offset before the change puts the time after the gap by as much as it lies in it.
    return _end_of_gap(moment, after - before, zone) if after > before else moment


def _end_of_gap(moment: datetime, width: timedelta, zone: ZoneInfo) -> datetime:
    """The first moment of the new offset, found by halving the time around `moment`."""
    low, high = moment - width, moment
    target = high.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == target:
            high = middle
        else:
            low = middle
    return high.replace(microsecond=0)


def stagger(account_id: str, slot: str, day: date, minutes: float) -> timedelta:
    """A fixed offset inside `minutes` that differs by account, slot and date: the same whenever it is asked for."""
    if minutes <= 0:
        return timedelta(0)
    digest = hashlib.sha256(f"{account_id}|{slot}|{day.isoformat()}".encode()).digest()
    share = int.from_bytes(digest[:8], "big") / 2**64
    return timedelta(seconds=int(share * minutes * 60))


def occurrences(
    account_id: str,
    slot: Slot,
    zone: ZoneInfo,
    after: datetime,
    until: datetime,
    stagger_minutes: float = 0,
    time_of: TimeOf = own_time,
) -> Iterator[Occurrence]:
    """The slot's occurrences with after < planned_at <= until, in order of time."""
    if not slot.enabled:
        return
    # The stagger may carry a slot of the day before into the span, and a clock that is set back may show a date again.
    earliest = after - timedelta(minutes=stagger_minutes)
    day = (earliest - _LONGEST_CHANGE).astimezone(zone).date()
    last = until.astimezone(zone).date()
    while day <= last:
        if WEEKDAYS[day.weekday()] in slot.weekdays:
            moment = moment_at(time_of(slot, day), day, zone)
            if earliest <= moment <= until:  # a stagger costs more than all the rest
                planned_at = moment + stagger(account_id, slot.name, day, stagger_minutes)
                if after < planned_at <= until:
                    yield Occurrence(planned_at, slot.name, day)
        day += _DAY


def is_missed(planned_at: datetime, now: datetime, missed: MissedRun) -> bool:
    """Whether what is late by now is left out, as its policy says."""
    if missed.policy == "skip":
        return True
    return now - planned_at > timedelta(minutes=missed.within_minutes)
