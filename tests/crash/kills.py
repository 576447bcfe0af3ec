"""Starts the engine's process, kills it, starts it again, and lets it end in peace at last."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random

import psutil

from bot.browser.processes import find_own, runs
from bot.fleet.records import open_records
from bot.settings.fleet import load_fleet_file
from bot.settings.home import Home
from bot.storage.journal import IntentState
from tests.crash.child import Order, work
from tests.crash.points import FORCE

_OPEN = (IntentState.INTENT, IntentState.SENDING)
_ASKING = threading.Lock()
"""Held while an exit code is asked for: `start` asks for those of all processes, and each can be read only once."""
_SETTLING_SECONDS = 120.0
KILLED = {-FORCE, signal.SIGTERM}  # the second on Windows, whose processes end with the number itself


@dataclass(frozen=True)
class Kill:
    """One kill to come: at a named step, or so many seconds after the start."""

    point: str = ""
    times: int = 1
    seconds: float = 0


def plan(random: Random, kills: int, points: Iterable[str], shortest: float, longest: float) -> list[Kill]:
    """Half of the kills at named steps, each step as often as the others, the rest at random moments; shuffled."""
    names = list(points)
    chosen = [names[index % len(names)] for index in range(kills // 2)]
    planned = [Kill(name, _times(random, name)) for name in chosen]
    planned += [Kill(seconds=random.uniform(shortest, longest)) for _ in range(kills - len(planned))]
    random.shuffle(planned)
    return planned


def _times(random: Random, name: str) -> int:
    return random.randint(1, 150) if name.endswith(" a write") else random.choice((1, 1, 2, 5))


@dataclass
class Killer:
    """Kills the process that works for `order`, again and again. Only processes it started itself."""

    order: Order
    patience: float = 10.0
    """Seconds for which a named step is waited for."""
    settle_in: float = 60.0
    """Seconds that the last start has for all its work."""
    done: int = 0
    strays: int = 0
    """Browsers and drivers that the kills left behind, all of them gone after the next start."""
    hit: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    _process: BaseProcess | None = None
    _left: list[psutil.Process] = field(default_factory=list)

    def strike(self, kill: Kill, *, from_outside: bool = False) -> None:
        """One start and one kill; `from_outside`: somebody calls `shoot` at the named step."""
        point = "" if from_outside else kill.point
        with self._started(replace(self.order, point=point, times=kill.times)) as (process, is_open):
            ended = _wait(process, self.patience if kill.point else kill.seconds)
            if kill.point:
                (self.missed if ended is None else self.hit)[kill.point] += 1
            process.kill()
            code = _wait(process)
            assert code in KILLED, f"the process ended by itself: {code}, {kill}"
            if is_open.poll():
                self._check_cleared()
        self._note_left()
        self.done += 1

    def _note_left(self) -> None:
        """What this kill left; a browser may still end by itself meanwhile."""
        before = len([process for process in self._left if runs(process)])
        self._left = [psutil.Process(own.pid) for own in find_own(self.order.home) if psutil.pid_exists(own.pid)]
        self.strays += max(0, len(self._left) - before)

    def _check_cleared(self) -> None:
        """What the kills before left is gone once the process has its home."""
        still = [process for process in self._left if runs(process)]
        assert still == [], "browsers or drivers were left after a restart"
        self._left = []

    def shoot(self) -> None:
        """For the site, in the middle of a request: the process dies before the answer."""
        process = self._process
        if process is not None:
            process.kill()

    def settle(self) -> None:
        """Start it without kills until every post is decided. Raises AssertionError when that takes too long."""
        deadline = time.monotonic() + _SETTLING_SECONDS
        while True:
            with self._started(replace(self.order, point="", ends_in=self.settle_in)) as (process, _):
                code = _wait(process, self.settle_in + 30)
                assert code == 0, f"the last start ended with {code}"
                self._check_cleared()
            left = undecided(self.order.home)
            if not left:
                return
            assert time.monotonic() < deadline, f"still undecided: {left}"
            time.sleep(1)

    @contextlib.contextmanager
    def _started(self, order: Order) -> Iterator[tuple[BaseProcess, Connection]]:
        context = _context()
        reader, writer = context.Pipe(duplex=False)
        process = context.Process(target=work, args=(order, writer), daemon=False)
        with _ASKING:
            process.start()
        self._process = process
        try:
            yield process, reader
        finally:
            self._process = None
            process.kill()
            _wait(process)
            with _ASKING:
                process.close()
            reader.close()
            writer.close()


def undecided(root: Path) -> list[str]:
    """Posts that are neither sent, failed, nor left to a person."""
    home = Home(root)
    found: list[str] = []
    for entry in load_fleet_file(home).accounts:
        with open_records(home.account(entry.folder)) as records:
            found += [f"{entry.id} {each.id} {each.state}" for each in records.journal.intents(states=_OPEN)]
    return found


def _wait(process: BaseProcess, seconds: float | None = None) -> int | None:
    """The exit code, once the process has ended; None when it has not within `seconds`."""
    wait([process.sentinel], seconds)
    with _ASKING:
        return process.exitcode


def _context() -> SpawnContext | ForkServerContext:
    """A fork of a process that has imported everything starts in no time; where there is none, a fresh process."""
    if os.name != "posix":
        return SpawnContext()
    context = ForkServerContext()
    context.set_forkserver_preload(["tests.crash.child"])
    return context
