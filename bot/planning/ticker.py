"""The engine's heartbeat: the `schedule` library, driven by a clock that never goes back.

`schedule` compares local wall-clock times, so it stands still for an hour when summer time ends, and one job that
raises keeps the rest from running. Here its jobs tell time by the monotonic clock, and each is wrapped.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import cast

import schedule
import structlog

from bot.clock import Clock

_START = datetime(2000, 1, 1)  # noqa: DTZ001  schedule wants naive times; this one only carries monotonic seconds
_log = structlog.get_logger(__name__)


class _MonotonicJob(schedule.Job):
    """A job whose next_run is `_START` plus monotonic seconds."""

    clock: Clock

    @property
    def should_run(self) -> bool:
        return self.next_run is not None and self._moment() >= self.next_run

    @property
    def seconds_left(self) -> float:
        """Until its turn."""
        return (self.next_run - self._moment()).total_seconds() if self.next_run else math.inf

    def _schedule_next_run(self) -> None:
        self.period = timedelta(seconds=self.interval)
        self.next_run = self._moment() + self.period

    def _moment(self) -> datetime:
        return _START + timedelta(seconds=self.clock.monotonic())


class _MonotonicScheduler(schedule.Scheduler):
    """A scheduler that makes jobs of the kind above."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def every(self, interval: float = 1) -> _MonotonicJob:
        job = _MonotonicJob(interval, self)  # type: ignore[arg-type]  # it is only handed to timedelta, above
        job.clock = self._clock
        return job

    def seconds_left(self) -> float:
        """Until the next job's turn, 0 when it has come; endless without jobs."""
        jobs = cast(list[_MonotonicJob], self.get_jobs())
        return max(0.0, min((job.seconds_left for job in jobs), default=math.inf))


class Ticker:
    """Runs jobs at intervals in one thread, until stopped.

    It sleeps until the next job's turn, but for `beat_seconds` at most: a clock may move by other hands.
    """

    def __init__(self, clock: Clock, beat_seconds: float = 0.25) -> None:
        self._scheduler = _MonotonicScheduler(clock)
        self._beat = beat_seconds
        self._end = threading.Event()
        self._thread: threading.Thread | None = None

    def every(self, seconds: float, job: Callable[[], None], name: str) -> None:
        """Run `job` every `seconds`. When it raises, that is logged and it runs again at its next turn."""
        self._scheduler.every(seconds).seconds.do(_guarded(job, name))

    def tick(self) -> None:
        """Run what is due. The thread does this; tests do it themselves."""
        self._scheduler.run_pending()

    def start(self) -> None:
        """Run the jobs in a thread of their own. Raises RuntimeError when that was done before."""
        if self._thread is not None:
            raise RuntimeError("this ticker was started before")
        self._thread = threading.Thread(target=self._run, name="aviary-ticker", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread and wait up to 30 s for the job it is in. A job may call this: then it ends after that job."""
        self._end.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=30)

    def _run(self) -> None:
        while not self._end.wait(min(self._beat, self._scheduler.seconds_left())):
            self.tick()


def _guarded(job: Callable[[], None], name: str) -> Callable[[], None]:
    def run() -> None:
        try:
            job()
        except Exception:  # noqa: BLE001  whatever one job raises, the other jobs must go on; it is logged whole
            _log.exception("job failed", job=name)

    return run
