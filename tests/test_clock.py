"""Time as a dependency, and waits that can be ended."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.clock import FakeClock, StopSignal, SystemClock
from bot.errors import Stopped

START = datetime(2026, 3, 2, 15, 0, tzinfo=timezone(timedelta(hours=7)))


def test_a_stop_keeps_its_first_reason() -> None:
    stop = StopSignal()
    stop.check()
    assert not stop.is_set()
    stop.set("by a person")
    stop.set("shutting down")
    assert stop.is_set()
    assert stop.reason == "by a person"
    with pytest.raises(Stopped, match="by a person"):
        stop.check()


def test_the_systems_clock_tells_utc_and_never_goes_back() -> None:
    clock = SystemClock()
    assert clock.now().tzinfo is UTC
    first = clock.monotonic()
    assert clock.monotonic() >= first


def test_a_pause_passes_its_time() -> None:
    before = time.monotonic()
    SystemClock().pause(0.05, StopSignal())
    SystemClock().pause(-5, StopSignal())
    assert time.monotonic() - before >= 0.05


def test_a_pause_ends_as_soon_as_the_work_is_asked_to_stop() -> None:
    stop = StopSignal()
    threading.Timer(0.1, stop.set, ["enough"]).start()
    before = time.monotonic()
    with pytest.raises(Stopped, match="enough"):
        SystemClock().pause(60, stop)
    assert time.monotonic() - before < 30


def test_a_pause_of_work_that_was_stopped_before_does_not_begin() -> None:
    stop = StopSignal()
    stop.set("enough")
    clock = FakeClock(START)
    with pytest.raises(Stopped):
        clock.pause(60, stop)
    assert clock.monotonic() == 0


def test_the_fake_clock_moves_only_when_told() -> None:
    clock = FakeClock(START)
    assert clock.now() == datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    assert clock.now().tzinfo is UTC
    clock.advance(1.5)
    clock.pause(2, StopSignal())
    clock.pause(-2, StopSignal())
    assert (clock.now(), clock.monotonic()) == (START + timedelta(seconds=3.5), 3.5)
    clock.jump(-3600)
    assert (clock.now(), clock.monotonic()) == (START + timedelta(seconds=3.5 - 3600), 3.5)
