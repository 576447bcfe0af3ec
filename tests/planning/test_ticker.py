"""The heartbeat: monotonic, deaf to jobs that raise, and at its end when told."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from bot.clock import FakeClock, SystemClock
from bot.planning.ticker import Ticker


class Bench:
    """A ticker on a clock that the test moves."""

    def __init__(self) -> None:
        self.clock = FakeClock(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
        self.ticker = Ticker(self.clock)
        self.ran: list[str] = []

    def every(self, seconds: int, name: str) -> None:
        self.ticker.every(seconds, lambda: self.ran.append(name), name)

    def pass_time(self, seconds: int) -> list[str]:
        """Let time pass second by second; returns what ran in it."""
        self.ran.clear()
        for _ in range(seconds):
            self.clock.advance(1)
            self.ticker.tick()
        return list(self.ran)


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_each_job_runs_at_its_own_interval(bench: Bench) -> None:
    bench.every(1, "a")
    bench.every(3, "b")
    ran = bench.pass_time(6)
    assert (ran.count("a"), ran.count("b")) == (6, 2)


def test_a_job_does_not_run_before_its_first_interval_is_over(bench: Bench) -> None:
    bench.every(5, "a")
    bench.ticker.tick()
    assert bench.pass_time(4) == []
    assert bench.pass_time(1) == ["a"]


@pytest.mark.parametrize("jump", [3600, -3600, 30 * 86_400, -30 * 86_400])
def test_a_jump_of_the_wall_clock_changes_nothing(bench: Bench, jump: int) -> None:
    bench.every(10, "a")
    assert bench.pass_time(15) == ["a"]
    bench.clock.jump(jump)
    assert bench.pass_time(4) == []
    assert bench.pass_time(11) == ["a", "a"]


def test_a_long_sleep_of_the_machine_is_one_turn_and_not_many(bench: Bench) -> None:
    bench.every(1, "a")
    bench.clock.advance(3600)
    bench.ticker.tick()
    bench.ticker.tick()
    assert bench.ran == ["a"]


def test_a_job_that_raises_does_not_starve_the_others_or_itself(bench: Bench) -> None:
    tries: list[int] = []

    def fail() -> None:
        tries.append(1)
        raise RuntimeError("a job that is broken")

    bench.ticker.every(1, fail, "broken")
    bench.every(1, "after")
    bench.every(2, "later")
    ran = bench.pass_time(4)
    assert (len(tries), ran.count("after"), ran.count("later")) == (4, 4, 2)


def test_its_thread_runs_jobs_and_ends_on_stop() -> None:
    ticker = Ticker(SystemClock(), beat_seconds=0.01)
    ran = threading.Event()
    ticker.every(1, ran.set, "job")
    before = set(threading.enumerate())
    ticker.start()
    (thread,) = set(threading.enumerate()) - before
    assert ran.wait(10)
    ticker.stop()
    assert not thread.is_alive()


def test_its_thread_wakes_for_a_jobs_turn_and_not_only_at_the_next_beat() -> None:
    ticker = Ticker(SystemClock(), beat_seconds=600)
    ran = threading.Event()
    ticker.every(0.05, ran.set, "job")
    ticker.start()
    assert ran.wait(30)
    ticker.stop()


def test_stopping_waits_for_the_job_that_runs() -> None:
    ticker = Ticker(SystemClock(), beat_seconds=0.01)
    begun, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def job() -> None:
        begun.set()
        go_on.wait(10)
        ended.set()

    ticker.every(1, job, "slow")
    ticker.start()
    assert begun.wait(10)
    threading.Timer(0.2, go_on.set).start()
    ticker.stop()
    assert ended.is_set()


def test_a_job_may_stop_the_ticker() -> None:
    ticker = Ticker(SystemClock(), beat_seconds=0.01)
    before = set(threading.enumerate())
    ticker.every(1, ticker.stop, "stop")
    ticker.start()
    (thread,) = set(threading.enumerate()) - before
    thread.join(10)
    assert not thread.is_alive()


def test_it_starts_only_once_and_stops_without_a_start() -> None:
    Ticker(SystemClock()).stop()
    ticker = Ticker(SystemClock(), beat_seconds=0.01)
    ticker.start()
    with pytest.raises(RuntimeError, match="started before"):
        ticker.start()
    ticker.stop()
    ticker.stop()
