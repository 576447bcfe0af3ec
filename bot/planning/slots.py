"""From slots of a weekday and time of day to moments, exact across changes to and from summer time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.settings.account import WEEKDAYS, Slot


@dataclass(frozen=True, order=True)
class Occurrence:
    """One slot on one local date. `planned_at` is UTC, with the stagger already in it."""

    planned_at: datetime
    slot: str
    local_date: date


def moment_of(slot: Slot, day: date, zone: ZoneInfo) -> datetime:
    """When the slot's time comes on `day`, in UTC.

    A time that the change to summer time skips comes right after the gap; of a doubled one, the first counts.
    """
    local = datetime.combine(day, slot.time, tzinfo=zone)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return moment
    # In the gap the offset before the change (fold 0) puts the time after the gap by as much as it lies in it.
    before = local.replace(fold=0).utcoffset() or timedelta(0)
    after = local.replace(fold=1).utcoffset() or timedelta(0)
    return _end_of_gap(moment, abs(after - before), zone)


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
    account_id: str, slot: Slot, zone: ZoneInfo, after: datetime, until: datetime, stagger_minutes: float = 0
) -> Iterator[Occurrence]:
    """The slot's occurrences with after < planned_at <= until, in order of time."""
    if not slot.enabled:
        return
    # The stagger may carry a slot of the day before into the span.
    day = after.astimezone(zone).date() - timedelta(days=1)
    last = until.astimezone(zone).date() + timedelta(days=1)
    while day <= last:
        if WEEKDAYS[day.weekday()] in slot.weekdays:
            planned_at = moment_of(slot, day, zone) + stagger(account_id, slot.name, day, stagger_minutes)
            if after < planned_at <= until:
                yield Occurrence(planned_at, slot.name, day)
        day += timedelta(days=1)


def is_missed(planned_at: datetime, now: datetime, slot: Slot) -> bool:
    """Whether a slot that is late by now is left out, as its policy says."""
    if slot.missed.policy == "skip":
        return True
    return now - planned_at > timedelta(minutes=slot.missed.within_minutes)
