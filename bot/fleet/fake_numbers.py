"""The rooms about the numbers over a fleet in memory: the real ones, made when they are first asked for."""

from __future__ import annotations

import threading
import weakref
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from bot.analytics.room import Analytics, Place
from bot.clock import Clock
from bot.experiments.desk import ExperimentDesk
from bot.experiments.view import ExperimentPlace
from bot.files_view import AccountFile, AccountFiles
from bot.fleet.post_queues import PostQueues, QueuePlace
from bot.fleet.suggestions import AdvisedAccount, Suggestions
from bot.fleet_view import AccountView
from bot.forecast_view import Changes, Forecast, Limits
from bot.guards.likeness import are_alike
from bot.metrics_exports import MetricsExports
from bot.notifications.causes import Sight
from bot.notifications.desk import NotificationDesk, Surroundings
from bot.outcomes.desk import OutcomeDesk
from bot.outcomes.view import OutcomePlace, outcome_place
from bot.settings.fleet import FleetSettings
from bot.settings.home import AccountFolder
from bot.storage.database import Database
from bot.storage.experiments import Experiments
from bot.storage.messages import KeptCause
from bot.storage.metrics_export.accounts import AccountList, ExportedAccount
from bot.storage.sealing import SessionKeys
from bot.storage.wa_codes import WaCodes
from bot.summaries.room import Summaries, SummaryPlace


class FakeForecasts:
    """Implements `Forecasts`: a week without any run, unless a test sets another one."""

    def __init__(self, clock: Clock) -> None:
        now = clock.now()
        self.week = Forecast(now, now, now + timedelta(days=7), (), Limits(20, 60, 30, 20, 3), 0.01, 240.0)
        self.other = self.week
        self.tried: list[Changes] = []

    def look(self, *, anew: bool = False) -> Forecast:
        return self.week

    def try_out(self, changes: Changes) -> Forecast:
        self.tried.append(changes)
        return self.other


class FakeNumbers(ABC):
    """What `FakeFleet` has of the numbers; the fleet below says which accounts there are."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.RLock()
        self.home: Path | None = None
        """Where the folders of its accounts lie; without one, they have none."""
        self.sight = Sight(())
        """What there is to tell people of."""
        self.panel_db: Path | None = None
        """Where the panel over this fleet keeps its users; without one, nobody can be told."""
        self._exports = MetricsExports(self._exported, clock)
        self._analytics = Analytics(self._analytics_places, clock)
        self._outcomes = OutcomeDesk(self._outcome_places, clock)
        self._forecasts = FakeForecasts(clock)
        self._summaries = Summaries(self._summary_places, self._causes_between, clock)
        self._suggestions: Suggestions | None = None
        self._experiments: ExperimentDesk | None = None
        self._codes: WaCodes | None = None
        self._notifications: NotificationDesk | None = None

    @property
    @abstractmethod
    def files(self) -> AccountFiles: ...

    @property
    @abstractmethod
    def queues(self) -> PostQueues: ...

    @abstractmethod
    def _views(self) -> Mapping[str, AccountView]: ...

    @abstractmethod
    def _folder(self, account_id: str) -> AccountFolder: ...

    @abstractmethod
    def _queue_places(self) -> Mapping[str, QueuePlace]: ...

    @abstractmethod
    def _touch(self) -> None: ...

    def _open_memory(self) -> Database:
        """A fleet database that lives as long as this fleet."""
        database = Database(Path(":memory:"), "fleet")
        weakref.finalize(self, database.close)
        return database

    @property
    def suggestions(self) -> Suggestions:
        """Real ones, of the databases below `home`; what is decided is kept in memory."""
        with self._lock:
            if self._suggestions is None:
                self._suggestions = Suggestions(self._advised, FleetSettings, self._clock, self.queues)
                self._suggestions.open(self._open_memory())
            return self._suggestions

    @property
    def forecasts(self) -> FakeForecasts:
        """As the test sets it."""
        return self._forecasts

    @property
    def experiments(self) -> ExperimentDesk:
        """Real ones, their tables in memory; made when they are first asked for."""
        with self._lock:
            if self._experiments is None:
                store = Experiments(self._open_memory())
                self._experiments = ExperimentDesk(
                    lambda: store,
                    self._experiment_places,
                    self._clock,
                    lambda: self.files,
                    lambda _accounts: self._touch(),
                    are_alike,
                    Random(0),
                )
            return self._experiments

    def _experiment_places(self) -> list[ExperimentPlace]:
        return [
            ExperimentPlace(
                each.id,
                each.name,
                each.folder,
                self._folder(each.id),
                each.groups,
                self.files.read(each.id, AccountFile.SETTINGS).settings,
            )
            for each in (self._views().values() if self.home else ())
        ]

    @property
    def exports(self) -> MetricsExports:
        """Real ones, of the databases below `home`."""
        return self._exports

    @property
    def analytics(self) -> Analytics:
        """The real ones, over `home`."""
        return self._analytics

    def _analytics_places(self) -> dict[str, Place]:
        nowhere = Path("nowhere")
        return {
            each.id: Place(each.name, self._folder(each.id).metrics_db if self.home else nowhere, each.timezone)
            for each in self._views().values()
        }

    @property
    def codes(self) -> WaCodes:
        """Real ones, in memory: tests make here what a run would."""
        with self._lock:
            if self._codes is None:
                self._codes = WaCodes(self._open_memory(), self._clock)
            return self._codes

    @property
    def outcomes(self) -> OutcomeDesk:
        """The real ones, over `home` and `codes`."""
        self._outcomes.open(self.codes)
        return self._outcomes

    def _outcome_places(self) -> dict[str, OutcomePlace]:
        return {
            key: outcome_place(key, self._views()[key].name, place.handle, place.folder, place.settings)
            for key, place in self._queue_places().items()
        }

    @property
    def notifications(self) -> NotificationDesk:
        """The real ones, over `panel_db`; of what there is to tell, `sight`."""
        with self._lock:
            if self._notifications is None:
                if self.panel_db is None:
                    raise RuntimeError("this fleet has no panel whose users could be told")
                around = Surroundings(lambda: self.sight, self._groups, str)
                keys = SessionKeys(self.panel_db.parent, "")
                desk = NotificationDesk(self.panel_db, keys, self._clock, around, start=lambda work: work())
                desk.begin(self._open_memory(), self._summaries)
                self._notifications = desk
            return self._notifications

    @property
    def summaries(self) -> Summaries:
        """The real ones, over `home`."""
        return self._summaries

    def _groups(self) -> dict[str, frozenset[str]]:
        return {each.folder: frozenset(each.groups) for each in self._views().values()}

    def _summary_places(self) -> dict[str, SummaryPlace]:
        root = self.home or Path("nowhere")
        return {
            each.id: SummaryPlace(
                each.id,
                each.name,
                AccountFolder(root / each.folder),
                each.folder,
                each.timezone,
                each.groups,
                each.next_run,
                each.next_slot,
            )
            for each in self._views().values()
        }

    def _causes_between(self, start: datetime, end: datetime) -> list[KeptCause]:
        return self.notifications.messages.causes_between(start, end) if self.panel_db else []

    def _exported(self) -> AccountList:
        nowhere = Path("nowhere")
        return AccountList(
            tuple(
                ExportedAccount(
                    each.id,
                    each.name,
                    each.handle,
                    each.groups,
                    each.enabled,
                    each.folder,
                    self._folder(each.id).metrics_db if self.home else nowhere,
                )
                for each in self._views().values()
            )
        )

    def _advised(self) -> dict[str, AdvisedAccount]:
        return {
            key: AdvisedAccount(key, place.folder, self._views()[key].folder, place.settings)
            for key, place in self._queue_places().items()
        }
