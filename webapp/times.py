"""Moments as a person reads them: how far away, and exactly, in the account's own zone.

static/js/times.js keeps the first kind fresh in the browser, with the same rule and the words given here.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from bot.clock import find_zone, zone_of

_NOW = "now"
_DUE = "due now"
_AHEAD = "in {n} {unit}"
_BEHIND = "{n} {unit} ago"
_NOW_SECONDS = 5
_UNITS = ((86400, "d", 36 * 3600), (3600, "h", 5400), (60, "min", 60), (1, "s", 0))
"""(seconds of one, its name, used from this many seconds on)"""

WORDS_FOR_SCRIPT = json.dumps(
    {"now": _NOW, "due": _DUE, "ahead": _AHEAD, "behind": _BEHIND, "nowSeconds": _NOW_SECONDS, "units": _UNITS}
)


def relative(moment: datetime, now: datetime, *, due: bool = False) -> str:
    """How far away a moment is: "in 4 min", "2 h ago", "now". With `due`, one that has passed is "due now"."""
    seconds = (moment - now).total_seconds()
    if due and seconds < _NOW_SECONDS:
        return _DUE
    if abs(seconds) < _NOW_SECONDS:
        return _NOW
    size, name = next((size, name) for size, name, start in _UNITS if abs(seconds) >= start)
    return (_AHEAD if seconds > 0 else _BEHIND).format(n=int(abs(seconds) // size), unit=name)


def exact(moment: datetime, zone: str) -> str:
    """The moment on the account's own clock: "Mon 23 Nov 2026, 14:05 (Asia/Jakarta)"."""
    return f"{moment.astimezone(zone_of(zone)):%a %d %b %Y, %H:%M} ({zone_name(zone)})"


def clock_time(moment: datetime, now: datetime, zone: str, *, seconds: bool = True) -> str:
    """A short exact time: "14:05:09" (or "14:05") today, "22 Nov 14:05" on other days."""
    local = moment.astimezone(zone_of(zone))
    same_day = local.date() == now.astimezone(zone_of(zone)).date()
    if not same_day:
        return f"{local:%d %b %H:%M}"
    return f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}"


def day_words(moment: datetime, now: datetime, zone: str) -> str:
    """The moment's day on the account's calendar: "Today", "Yesterday", "Sat 21 Nov 2026"."""
    day = moment.astimezone(zone_of(zone)).date()
    days_ago = (now.astimezone(zone_of(zone)).date() - day).days
    return {0: "Today", 1: "Yesterday"}.get(days_ago) or f"{day:%a %d %b %Y}"


def time_of_day(moment: datetime, zone: str) -> str:
    """Where the day is told already: "14:05:09"."""
    return f"{moment.astimezone(zone_of(zone)):%H:%M:%S}"


def duration(span: timedelta) -> str:
    """How long something took: "48 s", "3 min 05 s"."""
    seconds = max(0, int(span.total_seconds()))
    return f"{seconds} s" if seconds < 60 else f"{seconds // 60} min {seconds % 60:02d} s"


def zone_name(zone: str) -> str:
    """The zone's name, or UTC when it is none we know (an account with broken settings)."""
    return zone if find_zone(zone) else "UTC"
