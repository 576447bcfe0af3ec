"""Ends work that takes too long: first it is asked to stop, then its browser is taken away."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType

from bot.clock import StopSignal

GRACE_SECONDS = 30.0
"""How long the work has to stop by itself before the browser is ended under it."""


class Watchdog:
    """Guards the work inside its `with` block, in real time."""

    def __init__(self, seconds: float, stop: StopSignal, take_away: Callable[[], None]) -> None:
        self.reason = f"the run took longer than {seconds / 60:.0f} min"
        self.has_bitten = False
        self._stop = stop
        self._timers = [
            threading.Timer(seconds, self._bite),
            threading.Timer(seconds + GRACE_SECONDS, take_away),
        ]

    def __enter__(self) -> Watchdog:
        for timer in self._timers:
            timer.daemon = True
            timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for timer in self._timers:
            timer.cancel()

    def _bite(self) -> None:
        self.has_bitten = True
        self._stop.set(self.reason)
