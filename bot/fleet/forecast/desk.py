"""The coming week as a person asks for it, and what it would be with other settings."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.account_templates_view import AccountTemplate
from bot.clock import Clock
from bot.errors import SettingsError
from bot.fleet.forecast.changes import change
from bot.fleet.forecast.pictures import EnginePicture, FleetPicture, PictureBook
from bot.fleet.forecast.rotation import read_rotation
from bot.fleet.forecast.simulation import Simulation
from bot.fleet.registry import Member, Registry
from bot.fleet.run_queue import RunQueue
from bot.forecast_view import Changes, Forecast, Limits
from bot.sessions import Sessions
from bot.storage.experiments import Experiment, Experiments
from bot.storage.group_queues import GroupBook
from bot.storage.permits import Permits
from bot.storage.standings import Standings

DAYS = timedelta(days=7)
_KEPT = timedelta(minutes=5)
"""Time goes on also when nothing changes: what is older is made anew."""


@dataclass(frozen=True)
class _Made:
    """A forecast, and what it stands on."""

    version: int
    picture: FleetPicture
    forecast: Forecast

    @property
    def experiments(self) -> Sequence[Experiment]:
        return self.picture.engine.experiments


class ForecastDesk:
    """`Forecasts` tells what its methods promise. Safe for threads; one simulates at a time.

    The manager's lock is held for the moment in which memory is copied. Files and databases are read, and the week is
    simulated, without it. `version` grows with whatever a card shows, `template_of` finds an account template.
    """

    def __init__(
        self,
        lock: threading.RLock,
        registry: Registry,
        queue: RunQueue,
        sessions: Sessions,
        clock: Clock,
        fleet_db: Path,
        version: Callable[[], int],
        template_of: Callable[[str], AccountTemplate],
    ) -> None:
        self._lock = lock
        self._registry = registry
        self._queue = queue
        self._sessions = sessions
        self._clock = clock
        self._version = version
        self._template_of = template_of
        self._book = PictureBook(fleet_db)
        self._turn = threading.Lock()
        self._touched = 0
        self._made: _Made | None = None

    def open(self, standings: Standings, permits: Permits, experiments: Experiments, groups: GroupBook) -> None:
        """Begin with an open home."""
        self._groups = groups
        self._standings = standings
        self._experiments = experiments
        self._permits = permits

    def touch(self) -> None:
        """Files have changed."""
        self._touched += 1

    def look(self, *, anew: bool = False) -> Forecast:
        with self._turn:
            return self._look(anew=anew).forecast

    def try_out(self, changes: Changes) -> Forecast:
        template = self._template_of(changes.template) if changes.template else None
        if template is not None and template.settings is None:
            raise SettingsError(list(template.problems))
        with self._turn:
            picture = self._look(anew=False).picture
            return _simulate(change(picture, changes, template.settings if template else None))

    def _look(self, *, anew: bool) -> _Made:
        version, now = self._version() + self._touched, self._clock.now()
        made = self._made
        is_fresh = made is not None and made.version == version and abs(now - made.forecast.made_at) < _KEPT
        if made is None or anew or not is_fresh or made.experiments != self._experiments.begun():
            began = time.perf_counter()
            picture = self._picture()
            self._made = made = _Made(version, picture, _simulate(picture, began))
        return made

    def _picture(self) -> FleetPicture:
        with self._lock:
            waiting, working = self._queue.copy()
            engine = EnginePicture(
                self._clock.now(),
                dict(self._registry.members),
                frozenset(entry.id for entry in self._registry.broken),
                self._registry.fleet.settings,
                waiting,
                working,
                self._standings.copy(),
                self._experiments.begun(),
            )
        rotation = read_rotation(self._groups, engine.members, engine.now)
        return self._book.take(engine, self._sessions.outlooks(), self._permits.recent(), rotation)


def _simulate(picture: FleetPicture, began: float | None = None) -> Forecast:
    began = time.perf_counter() if began is None else began
    now, fleet = picture.engine.now, picture.engine.fleet
    simulation = Simulation(picture, now + DAYS)
    fleet_pause = simulation.fleet_pause
    runs = simulation.walk()
    limits = fleet.global_rate_limit
    return Forecast(
        now,
        now,
        now + DAYS,
        runs,
        Limits(
            limits.tweets_per_hour,
            limits.likes_per_hour,
            limits.follows_per_hour,
            limits.replies_per_hour,
            fleet.max_concurrent_accounts,
        ),
        time.perf_counter() - began,
        picture.run_seconds,
        _silent(picture.engine.members, {run.account_id for run in runs}),
        fleet_pause,
    )


def _silent(members: Mapping[str, Member], busy: set[str]) -> dict[str, str]:
    """Why no run comes of accounts that have none."""
    return {key: _why_silent(member) for key, member in members.items() if key not in busy}


def _why_silent(member: Member) -> str:
    if not member.entry.enabled:
        return "the account is disabled"
    if member.settings is None or member.problems:
        return "the account's files cannot be read"
    if member.is_left_out:
        return "this process works for another account alone"
    if not member.settings.schedule.enabled:
        return "the account's schedule is switched off"
    return "no slot of the account comes up within the week"
