"""The named steps at which the engine's process kills itself, watched from outside: no product code is changed."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import Any

from bot.actions import reconcile, sending
from bot.automation import BotAutomation
from bot.fleet.dispatcher import Dispatcher
from bot.fleet.scheduling import Scheduling
from bot.storage.database import Database
from bot.storage.journal import Journal
from bot.storage.metrics import Metrics
from bot.storage.permits import Permits
from bot.x import composer
from tests.crash.client import SiteClient

FORCE = getattr(signal, "SIGKILL", signal.SIGTERM)  # on Windows SIGTERM, too, ends a process without a word to it


@dataclass(frozen=True)
class Point:
    """A moment inside the engine: a call of `function` begins ("call") or ends ("return")."""

    function: Callable[..., Any]
    event: str

    @property
    def code(self) -> CodeType:
        found: CodeType = self.function.__code__
        return found


POINTS = {
    "before the run is planned": Point(Journal.plan_run, "call"),
    "after the run is planned": Point(Journal.plan_run, "return"),
    "after the run has begun": Point(Journal.start_run, "return"),
    "before the permit": Point(Permits.take, "call"),
    "after the permit": Point(Permits.take, "return"),
    "before the intent": Point(Journal.intend, "call"),
    "after the intent": Point(Journal.intend, "return"),
    "before the permit is renewed": Point(Permits.renew, "call"),
    "after the permit is renewed": Point(Permits.renew, "return"),
    "before the sending mark": Point(Journal.mark_sending, "call"),
    "after the sending mark": Point(Journal.mark_sending, "return"),
    "before the post is recorded": Point(sending._record_sent, "call"),
    "after the post is recorded": Point(sending._record_sent, "return"),
    "before an intent is settled": Point(Journal.settle, "call"),
    "after an intent is settled": Point(Journal.settle, "return"),
    "before the metrics": Point(Metrics.add_post, "call"),
    "between the metrics": Point(Metrics.add_post, "return"),
    "after the metrics": Point(Metrics.count, "return"),
    "before a permit is given back": Point(Permits.give_back, "call"),
    "after a permit is given back": Point(Permits.give_back, "return"),
    "before a look at lost answers": Point(reconcile.reconcile, "call"),
    "while a lost answer is decided": Point(reconcile._decide, "call"),
    "after a lost answer is decided": Point(reconcile._decide, "return"),
    "before a post is found": Point(reconcile._found, "call"),
    "after a post is found": Point(reconcile._found, "return"),
    "before the run ends": Point(Journal.end_run, "call"),
    "after the run has ended": Point(Journal.end_run, "return"),
    "before the seat is free": Point(Dispatcher._follow, "call"),
    "after a run": Point(BotAutomation.run_slot, "return"),
    "while a crash is picked up": Point(Scheduling.pick_up, "call"),
    "after a crash is picked up": Point(Scheduling.pick_up, "return"),
}
"""Moments of the engine, the same for the stand-in and the real browser."""

CLICKS = {
    "before the click": Point(SiteClient._click, "call"),
    "after the click": Point(SiteClient._click, "return"),
}
"""The click of the stand-in. The site's own moments, inside the click, are those of `ON_THE_SITE`."""

IN_THE_BROWSER = {
    "before the browser's click": Point(composer._click_send, "call"),
    "after the browser's click": Point(composer._click_send, "return"),
}
"""The same in the real browser."""

STEPS = (
    "step opening",
    "step logging_in",
    "step composing",
    "step uploading",
    "step typing",
    "step sending",
    "step confirming",
    "step reading_profile",
    "step closing",
)
"""The steps of a post that a person can watch."""

WRITES = ("before a write", "after a write")
"""Every BEGIN and COMMIT on a database: with a count, one after the other."""

ON_THE_SITE = ("site arrived", "site taken")
"""Moments of the site: it has the post, or has taken it, and has not answered."""


def die() -> None:
    """End this process as the operating system would: at once, nothing is written any more."""
    os.kill(os.getpid(), FORCE)
    threading.Event().wait(10)  # the end may take a moment; nothing may happen in it


class Countdown:
    """Does something, by default dies, at the n-th time."""

    def __init__(self, times: int, then: Callable[[], None] = die) -> None:
        self._lock = threading.Lock()
        self._left = times
        self._then = then

    def hit(self) -> None:
        with self._lock:
            self._left -= 1
            if self._left == 0:
                self._then()


def arm(name: str, times: int) -> None:
    """Let this process die at the `times`-th time that the point `name` is reached, in whatever thread."""
    countdown = Countdown(times)
    if name in STEPS:
        _watch_steps(name.removeprefix("step "), countdown)
    elif name in WRITES:
        _watch_writes("c_call" if name == WRITES[0] else "c_return", countdown)
    else:
        _watch_function({**POINTS, **CLICKS, **IN_THE_BROWSER}[name], countdown)


def _watch_function(point: Point, countdown: Countdown) -> None:
    code, wanted = point.code, point.event

    def look(frame: FrameType, event: str, _argument: object) -> None:
        if event == wanted and frame.f_code is code:
            countdown.hit()

    _profile(look)


def _watch_writes(wanted: str, countdown: Countdown) -> None:
    """Each BEGIN and each COMMIT of a transaction on a database."""
    code = Database.write.__wrapped__.__code__  # type: ignore[attr-defined]

    def look(frame: FrameType, event: str, argument: object) -> None:
        if event == wanted and frame.f_code is code and getattr(argument, "__name__", "") == "execute":
            countdown.hit()

    _profile(look)


def _watch_steps(kind: str, countdown: Countdown) -> None:
    """The engine is told of the step in the thread that takes it, before it goes on."""
    code = Dispatcher._tell.__code__

    def look(frame: FrameType, event: str, _argument: object) -> None:
        if event == "return" and frame.f_code is code and frame.f_locals["step"].kind == kind:
            countdown.hit()

    _profile(look)


def _profile(look: Callable[[FrameType, str, object], None]) -> None:
    threading.setprofile(look)
    sys.setprofile(look)
