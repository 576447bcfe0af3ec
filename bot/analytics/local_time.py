"""Days and hours of many moments on a zone's clock, at once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from bot.storage.analytics import IntArray

_DAY = 86_400
_EPOCH_DAY = date(1970, 1, 1).toordinal()


def local_hours(at: IntArray, zone: str) -> IntArray:
    """Full hours since the midnight of 1 January 1970 on the zone's clock, of moments in seconds since 1970 (UTC)."""
    if not len(at):
        return at
    first, last = int(at.min()) // _DAY, int(at.max()) // _DAY
    changes, offsets = _offsets(zone, _year_begin(first, 0), _year_begin(last, 1))
    return (at + offsets[np.searchsorted(changes, at, side="right") - 1]) // 3600


def day_of(hours: IntArray) -> IntArray:
    """The dates of `local_hours`, as date.toordinal()."""
    return hours // 24 + _EPOCH_DAY


def hour_of(hours: IntArray) -> IntArray:
    """0 to 23."""
    return hours % 24


def _year_begin(day: int, years: int) -> int:
    """The first day of a year, in days since 1970: few spans are asked for, so that many accounts share them."""
    year = date.fromordinal(day + _EPOCH_DAY).year + years
    return date(year, 1, 1).toordinal() - _EPOCH_DAY


@lru_cache(maxsize=64)
def _offsets(zone: str, first: int, last: int) -> tuple[IntArray, IntArray]:
    """Since when (seconds since 1970) which offset from UTC (seconds) holds, over these days and one around them."""
    clock = ZoneInfo(zone)
    begin = (first - 1) * _DAY
    changes, offsets = [begin], [_offset(clock, begin)]
    for day in range(first, last + 2):
        end = day * _DAY
        if _offset(clock, end) != offsets[-1]:
            changes.append(_first_change(clock, changes[-1] if changes[-1] > end - _DAY else end - _DAY, end))
            offsets.append(_offset(clock, end))
    return np.array(changes, np.int64), np.array(offsets, np.int64)


def _first_change(clock: ZoneInfo, before: int, after: int) -> int:
    """The second at which the clock is turned; zones do that once a day at most."""
    old = _offset(clock, before)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(clock, middle) == old:
            before = middle
        else:
            after = middle
    return after


def _offset(clock: ZoneInfo, at: int) -> int:
    offset = datetime.fromtimestamp(at, UTC).astimezone(clock).utcoffset()
    return int(offset.total_seconds()) if offset else 0
