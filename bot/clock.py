"""Time as a dependency: what the time is, and how to wait so that the wait can be ended."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.errors import Stopped


class StopSignal:
    """A wish to end some work, with its reason. Set once; safe to share between threads."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self.reason = ""

    def set(self, reason: str) -> None:
        """Ask the work to end; the first reason given is kept."""
        with self._lock:
            if not self._event.is_set():
                self.reason = reason
            self._event.set()

    def is_set(self) -> bool:
        """Whether somebody asked."""
        return self._event.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait up to `seconds` of real time; True when the signal came."""
        return self._event.wait(seconds)

    def check(self) -> None:
        """Raise `Stopped` when the signal has come."""
        if self._event.is_set():
            raise Stopped(self.reason)


class Clock(Protocol):
    """What the engine asks for time. Tests hand in a `FakeClock`."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""

    def monotonic(self) -> float:
        """Seconds that never go back, from an arbitrary start."""

    def pause(self, seconds: float, stop: StopSignal) -> None:
        """Let `seconds` pass. Raises `Stopped` as soon as `stop` is set."""


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def pause(self, seconds: float, stop: StopSignal) -> None:
        stop.wait(max(0.0, seconds))
        stop.check()


class FakeClock:
    """A clock that moves only when told to; a pause moves it at once. For tests and simulations."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)
        self._monotonic = 0.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        with self._lock:
            return self._now

    def monotonic(self) -> float:
        with self._lock:
            return self._monotonic

    def pause(self, seconds: float, stop: StopSignal) -> None:
        stop.check()
        self.advance(max(0.0, seconds))

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass on both hands of the clock."""
        with self._lock:
            self._now += timedelta(seconds=seconds)
            self._monotonic += seconds

    def jump(self, seconds: float) -> None:
        """Move the wall clock alone, as a time server or a sleeping machine does."""
        with self._lock:
            self._now += timedelta(seconds=seconds)


def in_words(moment: datetime, now: datetime, zone: tzinfo) -> str:
    """A coming moment as a person in `zone` says it at `now`: "09:42", "tomorrow 09:42", "Tue 24 Mar 09:42"."""
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    days = (local.date() - today).days
    day = {0: "", 1: "tomorrow "}.get(days, f"{local:%a} {local.day} {local:%b} ")
    return f"{day}{local:%H:%M}"


def zone_of(name: str) -> tzinfo:
    """The zone of this name; UTC for one that this machine does not know."""
    return find_zone(name) or UTC


@lru_cache(maxsize=256)
def find_zone(name: str) -> ZoneInfo | None:
    """The zone of this name; None for one that this machine does not know."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
