"""The rooms about the numbers of the fleet, opened and joined: what came of the posts, and what is told of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from bot.account_templates_view import AccountTemplate
from bot.analytics.room import Analytics, Place
from bot.clock import Clock
from bot.experiments.desk import ExperimentDesk
from bot.experiments.view import ExperimentPlace
from bot.fleet.analytics_places import analytics_places
from bot.fleet.aside import Aside
from bot.fleet.editing import AccountFiles
from bot.fleet.experimenting import experiment_places
from bot.fleet.exported import exported_accounts, outcome_places
from bot.fleet.forecast.desk import ForecastDesk
from bot.fleet.post_queues import PostQueues
from bot.fleet.registry import Member, Registry
from bot.fleet.run_queue import RunQueue
from bot.fleet.runways import Runways
from bot.fleet.suggestions import AdvisedAccount, Suggestions
from bot.fleet.watching import Watching, Windows
from bot.guards.likeness import are_alike
from bot.metrics_exports import MetricsExports
from bot.notifications.delivery import Start
from bot.notifications.desk import NotificationDesk, Surroundings
from bot.outcomes.desk import OutcomeDesk
from bot.outcomes.view import OutcomePlace
from bot.planning.assignment import times_in
from bot.planning.slots import TimeOf, own_time
from bot.planning.ticker import Ticker
from bot.sessions import Sessions
from bot.settings.home import Home
from bot.storage.database import Database
from bot.storage.experiments import Experiments
from bot.storage.group_queues import GroupBook
from bot.storage.messages import KeptCause
from bot.storage.metrics_export.accounts import AccountList
from bot.storage.permits import Permits
from bot.storage.sealing import SessionKeys
from bot.storage.standings import Standings
from bot.storage.wa_codes import WaCodes
from bot.summaries.room import Summaries

LOOK_SECONDS = 900.0
WATCH_SECONDS = 60.0
READ_AHEAD_SECONDS = 3.0


@dataclass(frozen=True)
class FleetParts:
    """What the rooms stand beside. `replan` brings an account's agenda in line with changed times of its slots,
    `version` grows with whatever a card shows."""

    home: Home
    lock: threading.RLock
    registry: Registry
    clock: Clock
    run_queue: RunQueue
    session_keys: SessionKeys
    sessions: Sessions
    runways: Runways
    queues: PostQueues
    files: AccountFiles
    template_of: Callable[[str], AccountTemplate]
    replan: Callable[[str], None]
    version: Callable[[], int]
    start_sending: Start
    dice: Random


class NumberRooms:
    """Opened with the fleet's database; until then its rooms know the files of the accounts only. Safe for threads."""

    def __init__(self, parts: FleetParts) -> None:
        self._parts = parts
        clock, registry = parts.clock, parts.registry
        self.exports = MetricsExports(self._exported, clock)
        self.analytics = Analytics(self._analytics_places, clock)
        self.suggestions = Suggestions(self._advised, lambda: registry.fleet.settings, clock, parts.queues)
        self.outcomes = OutcomeDesk(self._outcome_places, clock)
        self.forecasts = ForecastDesk(
            parts.lock,
            registry,
            parts.run_queue,
            parts.sessions,
            clock,
            parts.home.fleet_db,
            parts.version,
            parts.template_of,
        )
        self.experiments = ExperimentDesk(
            lambda: self.experiment_book,
            self._experiment_places,
            clock,
            lambda: parts.files,
            self._slots_changed,
            are_alike,
            parts.dice,
        )
        self._experiment_looks = Aside(self.experiments.look, "aviary-tests")
        self.watching = Watching(parts.home.root, parts.lock, registry, parts.sessions, parts.runways)
        around = Surroundings(self.watching.look, self.watching.groups, lambda: registry.fleet.settings.panel_address)
        self.notifications = NotificationDesk(
            parts.home.panel_db, parts.session_keys, clock, around, start=parts.start_sending
        )
        self.summaries = Summaries(self.watching.places, self._causes_between, clock)
        self._watch = Aside(self.notifications.look, "aviary-watch")
        self._reading = Aside(self._read_ahead, "aviary-numbers")
        self._has_read_ahead = False

    def open(self, database: Database, standings: Standings, permits: Permits, windows: Windows) -> None:
        """Begin with an open home."""
        self.codes = WaCodes(database, self._parts.clock)
        """The codes in links to WhatsApp chats, over all accounts."""
        self.experiment_book = Experiments(database)
        """The tests as they are kept: runs and agendas look into it."""
        self.outcomes.open(self.codes)
        self.suggestions.open(database)
        self.forecasts.open(standings, permits, self.experiment_book, GroupBook(database))
        self.watching.open(windows)
        self.notifications.begin(database, self.summaries)

    def start(self, ticker: Ticker) -> None:
        """Let tests be looked at and people be told, as long as the ticker goes."""
        ticker.every(LOOK_SECONDS, self._experiment_looks.begin, "look at tests")
        ticker.every(WATCH_SECONDS, self._watch.begin, "tell people")
        ticker.every(READ_AHEAD_SECONDS, self._look_ahead, "read numbers ahead")

    def close(self) -> None:
        """Wait for what looks at this moment; the ticker has stopped."""
        self._experiment_looks.wait()
        self._watch.wait()
        self._reading.wait()

    def _look_ahead(self) -> None:
        """Once somebody has looked at numbers, what the other pages of theirs need is read beforehand."""
        if self.analytics.was_asked and not self._has_read_ahead:
            self._has_read_ahead = True
            self._reading.begin()

    def _read_ahead(self) -> None:
        self.analytics.read_ahead()
        self.suggestions.look()

    def time_of(self, member: Member) -> TimeOf:
        """The times of its slots; a running test of two times draws them."""
        if member.settings is None:
            return own_time
        return times_in(self.experiment_book.begun(), member.entry.folder_key, member.settings.schedule.zone)

    def _exported(self) -> AccountList:
        with self._parts.lock:
            return exported_accounts(self._parts.registry)

    def _analytics_places(self) -> dict[str, Place]:
        with self._parts.lock:
            return analytics_places(self._parts.registry)

    def _outcome_places(self) -> dict[str, OutcomePlace]:
        with self._parts.lock:
            return outcome_places(self._parts.registry)

    def _experiment_places(self) -> list[ExperimentPlace]:
        with self._parts.lock:
            return experiment_places(self._parts.registry, self._parts.home)

    def _advised(self) -> dict[str, AdvisedAccount]:
        root = self._parts.home.root
        with self._parts.lock:
            return {
                key: AdvisedAccount(
                    key, member.folder, member.folder.root.relative_to(root).as_posix(), member.settings
                )
                for key, member in self._parts.registry.members.items()
                if member.settings is not None
            }

    def _slots_changed(self, account_ids: Sequence[str]) -> None:
        with self._parts.lock:
            for account_id in account_ids:
                self._parts.replan(account_id)

    def _causes_between(self, start: datetime, end: datetime) -> list[KeptCause]:
        return self.notifications.messages.causes_between(start, end)
