"""AccountManager: the fleet, as panel and command line meet it. It opens the rooms of bot/fleet and joins them."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from random import Random

import structlog
from filelock import FileLock, Timeout

from bot.account_run import Shared
from bot.ai.client import ModelClient
from bot.ai.contract import Model
from bot.ai.help import make_help
from bot.analytics.room import Analytics
from bot.approvals import ApprovalDesk
from bot.automation import BotAutomation
from bot.browser.reaper import reap
from bot.browser.screen import why_no_window
from bot.clock import Clock, SystemClock
from bot.connecting import Connect, connect_browser
from bot.content.desk import ContentDesk, History
from bot.content.media_library import MediaLibrary
from bot.content.readiness import Readiness
from bot.errors import HomeInUse, StorageError
from bot.experiments.desk import ExperimentDesk
from bot.fleet.account_templates import AccountTemplates
from bot.fleet.approved_runs import ApprovedRuns
from bot.fleet.backups import AtRest, Backups
from bot.fleet.dispatcher import Dispatcher
from bot.fleet.editing import AccountFiles
from bot.fleet.forecast.desk import ForecastDesk
from bot.fleet.group_queues import GroupQueues
from bot.fleet.handovers import GroupSurroundings, Handovers
from bot.fleet.number_rooms import FleetParts, NumberRooms
from bot.fleet.offers import GroupMember, as_group_member
from bot.fleet.orders import Orders
from bot.fleet.pause import FleetPause
from bot.fleet.post_queues import PostQueues, QueuePlace
from bot.fleet.reading_runs import ReadingRuns
from bot.fleet.records import read_history
from bot.fleet.registry import Member, Registry
from bot.fleet.roster import AtWork, Roster
from bot.fleet.run_queue import RunQueue
from bot.fleet.runways import Runways
from bot.fleet.scheduling import Scheduling
from bot.fleet.seat_load import SeatLoad
from bot.fleet.suggestions import Suggestions
from bot.fleet.tidying import Tidying
from bot.fleet.viewing import Viewing
from bot.fleet.watching import Windows
from bot.fleet_view import AccountView, FleetView, PostView, RunView, StepView, WhyView
from bot.guards.filling import fill_once
from bot.guards.likeness import are_alike
from bot.guards.room import Guards
from bot.metrics_exports import MetricsExports
from bot.notifications.delivery import Start, start_thread
from bot.notifications.desk import NotificationDesk
from bot.outcomes.desk import OutcomeDesk
from bot.planning.ticker import Ticker
from bot.sessions import SessionPlace, Sessions
from bot.settings.fleet import AccountEntry, FleetSettings
from bot.settings.home import AccountFolder, Home
from bot.storage.approvals import Approvals
from bot.storage.database import Database
from bot.storage.group_media import bring_media, group_media_folder
from bot.storage.group_queues import GroupBook
from bot.storage.identities import Identities
from bot.storage.keyword_numbers import KeywordNumbers
from bot.storage.numbers import AccountNumbers
from bot.storage.permits import Permits
from bot.storage.sealing import SessionKeys
from bot.storage.standings import Standings
from bot.summaries.room import Summaries
from bot.writing import WritingDesk
from bot.x.report import PageReport

TICK_SECONDS = 0.5
STOP_SECONDS = 20.0
TIDY_SECONDS = 600.0
RUNWAY_SECONDS = 5.0
READING_SECONDS = 10.0
BACKUP_SECONDS = 60.0
_log = structlog.get_logger(__name__)


class AccountManager:
    """Keeps the registry, the seats and each account's automation; `Fleet` says what its methods promise.

    `home` is the folder everything hangs off (default: AVIARY_HOME, else the present folder). `open()` takes the
    home for this process, `start()` lets slots fire (with `only`, those of this one account), `close()` ends all work.
    Methods are safe for threads; those with an `account_id` raise KeyError for an unknown one.
    """

    def __init__(
        self,
        home: str | Path | None = None,
        *,
        clock: Clock | None = None,
        connect: Connect = connect_browser,
        random_of: Callable[[str], Random] = lambda _account_id: Random(),
        why_no_window: Callable[[str], str] = why_no_window,
        model: Model | None = None,
        start_sending: Start = start_thread,
        only: str = "",
    ) -> None:
        self.home = Home(Path(home or os.environ.get("AVIARY_HOME") or ".").resolve())
        self._clock = clock or SystemClock()
        self._lock = threading.RLock()
        self._registry = Registry(self.home, only)
        self._queue = RunQueue(FleetSettings().max_concurrent_accounts)
        self._session_keys = SessionKeys(self.home.data)
        self._sessions = Sessions(
            self._session_places, self._session_keys, self._clock, self._session_replaced, self.check_session
        )
        readiness = Readiness(self._sessions.lines)
        self._viewing = Viewing(self._lock, self._registry, self._queue, self._clock, readiness)
        self._dispatcher = Dispatcher(
            self._lock,
            self._registry,
            self._queue,
            self._clock,
            connect,
            random_of,
            self._viewing.show,
            self._viewing.show_all,
        )
        self._viewing.steps = self._dispatcher.steps
        self._orders = Orders(
            self._lock,
            self._registry,
            self._queue,
            self._dispatcher,
            self._viewing,
            self._clock,
            self._replan,
            why_no_window,
        )
        self._files = AccountFiles(
            self._folder_of,
            self._clock,
            lambda _account_id: self.reload(),
            lambda: self._registry.fleet.settings.stagger_minutes,
            lambda account_id: self._number_rooms.time_of(self._registry.members[account_id]),
        )
        self._account_templates = AccountTemplates(
            lambda: self.home.account_templates, self._folder_of, self._files.read, self._clock
        )
        self._roster = Roster(
            self.home,
            self._lock,
            self._registry,
            self._clock,
            AtWork(self.reload, self._stop_and_release, self._forget),
            self._session_keys,
            self._account_templates.find,
        )
        at_rest = AtRest(self._take_back, self._stop_and_wait, self._viewing.touch)
        self._backups = Backups(
            self.home, self._lock, self._registry, self._clock, at_rest, self._session_keys, self._roster
        )
        self._viewing.fleet_remark = self._why_no_backup
        self._viewing.seat_remark = lambda: self._seat_load.remark
        self._queues = PostQueues(
            self._queue_places,
            self._clock,
            self._queue_changed,
            lambda: self._registry.fleet.settings.stagger_minutes,
            self._why_not_plan,
        )
        self._around_groups = GroupSurroundings(
            self._group_members,
            self.home.account,
            self._queue_changed,
            lambda folder, names: bring_media(group_media_folder(self.home), folder, names),
            self._why_not_plan,
            lambda: self._registry.fleet.settings.stagger_minutes,
            self._why_paused,
        )
        self._media = MediaLibrary(self._folder_of, self._look_again, self._queues.planned_media)
        self._desk = ContentDesk(
            self._clock,
            self._folder_of,
            self._history,
            self._why_not_post,
            are_alike,
        )
        self._runways = Runways(self._lock, self._registry, self._desk, self._clock, self._viewing.show)
        self._viewing.remarks = self._runways.lines
        self._seat_load = SeatLoad(
            self._lock,
            self._registry,
            self._clock,
            lambda root: self._scheduling.posts.moments(root),  # noqa: PLW0108  it is there when the home is open
            lambda account_id: self._standings.meet(account_id).holds(self._clock.now()),
            self._viewing.touch,
        )
        self._number_rooms = NumberRooms(
            FleetParts(
                self.home,
                self._lock,
                self._registry,
                self._clock,
                self._queue,
                self._session_keys,
                self._sessions,
                self._runways,
                self._queues,
                self._files,
                self._account_templates.find,
                self._replan,
                lambda: self._viewing.version + self._handovers.version,
                start_sending,
                random_of("tests"),
            )
        )
        self._model = model or ModelClient(self._clock)
        self._approved_runs = ApprovedRuns(self._registry, self._queue, self._clock)
        self._reading_runs = ReadingRuns(self._registry, self._queue, self._clock)
        self._tidying = Tidying(self._lock, self._registry, self._clock)
        self._changed: set[str] = set()  # accounts whose changed files are not taken in yet
        self._is_behind = False
        self._ticker = Ticker(self._clock)
        self._file_lock = FileLock(self.home.lock_file, blocking=False)

    # life

    def open(self, *, pick_up: bool = True) -> None:
        """Take the home for this process, clear what a crash left, and read the accounts.

        Without `pick_up`, runs that were left over wait for the next start: for a command that does one thing.
        Raises HomeError (not writable), HomeInUse (another process has it), StorageError (fleet.db).
        """
        self.take_home()
        self._backups.mend()
        self._database = Database(self.home.fleet_db, "fleet")
        self._permits = Permits(self._database, self._clock)
        self._help = make_help(
            self._database,
            self._session_keys,
            self._clock,
            lambda: self._registry.fleet.settings.ai_budget_per_day,
            self._model,
        )
        self._writing = WritingDesk(self._folder_of, self._help, self._clock)
        self._queue.share_of = self._permits.share
        self._approvals = Approvals(self._database, self._clock)
        self._standings = Standings(self._database, self._clock)
        self._guards = Guards(self._database, self._clock, self._registry.people, self._registry.name_of)
        book = GroupBook(self._database)
        self._handovers = Handovers(self._lock, book, self._clock, self._around_groups)
        stock = group_media_folder(self.home)
        self._group_queues = GroupQueues(self._lock, book, self._handovers, self._around_groups, stock, self._clock)
        self._tidying.open(self._standings)
        self._backups.open(self._database, self._standings, self._permits)
        pause = FleetPause(self._standings, self._clock)
        self._scheduling = Scheduling(self._standings, self._queue, self._clock, pause)
        self._pause = pause
        self._scheduling.posts.changed = self._post_moved
        self._scheduling.time_of = self._number_rooms.time_of
        self._viewing.open(self._standings, self._scheduling, pause)
        self._dispatcher.open(self._standings, self._scheduling, pause, self._shared, self._look_again)
        self._orders.open(self._standings, self._scheduling, pause, self._permits, self._guards)
        self._approved_runs.open(self._approvals, self._permits, self._standings, self._scheduling, pause)
        self._reading_runs.open(self._standings, self._scheduling, pause)
        self._approval_desk = ApprovalDesk(self._approvals, self._guards.engagement, self._viewing.touch)
        self._identities = Identities(self._database, self._permits, self._standings)
        windows = Windows(
            self._viewing.overview,
            self._standings.meet,
            lambda: self._approvals.waiting,
            lambda: self._backups.trouble,
        )
        self._number_rooms.open(self._database, self._standings, self._permits, windows)
        self._picks_up = pick_up
        for stray in reap(self.home.root):
            _log.warning("ended a browser that a crash left", pid=stray.pid)
        self.load_accounts()

    def take_home(self) -> None:
        """Keep other processes off the home until `close()`. Raises HomeError and HomeInUse."""
        self.home.prepare()
        if self._file_lock.is_locked:
            return
        try:
            self._file_lock.acquire()
        except Timeout as error:
            raise HomeInUse(f"another Aviary works on {self.home.root}") from error

    def start(self) -> None:
        """Let slots fire, files be watched and seats be filled, until `close()`."""
        self._ticker.every(TICK_SECONDS, self.tick, "tick")
        self._ticker.every(2, self.reload, "reload")
        self._ticker.every(30, self._viewing.refresh, "refresh cards")
        self._ticker.every(RUNWAY_SECONDS, self._runways.refresh, "look how long texts last")
        self._ticker.every(READING_SECONDS, self.look_for_readings, "look whose numbers are due")
        self._ticker.every(RUNWAY_SECONDS, self._seat_load.refresh, "look whether seats are short")
        self._ticker.every(TIDY_SECONDS, self._tidying.look, "tidy")
        self._ticker.every(BACKUP_SECONDS, self._backups.look, "back up")
        self._number_rooms.start(self._ticker)
        self._ticker.start()

    def close(self, patience_seconds: float = 20.0) -> None:
        """End all work: runs stop at their next safe point, browsers close, then the home is free."""
        self._ticker.stop()
        self._tidying.close()
        self._backups.close()
        self._number_rooms.close()
        self._dispatcher.close(patience_seconds)
        for stray in reap(self.home.root):
            _log.warning("ended a browser that did not close in time", pid=stray.pid)
        self._dispatcher.close(patience_seconds=5)
        self._scheduling.remember()
        self._help.close()
        self._database.close()
        self._file_lock.release()

    # accounts

    @property
    def roster(self) -> Roster:
        """Adding, changing, archiving and removing accounts."""
        return self._roster

    @property
    def backups(self) -> Backups:
        """Backups of everything: made, kept, put back."""
        return self._backups

    @property
    def media(self) -> MediaLibrary:
        """The pictures and videos of the accounts."""
        return self._media

    @property
    def files(self) -> AccountFiles:
        """The YAML files of the accounts."""
        return self._files

    @property
    def account_templates(self) -> AccountTemplates:
        """What accounts can be made from."""
        return self._account_templates

    def _folder_of(self, account_id: str) -> AccountFolder:
        return self._registry.members[account_id].folder

    @property
    def desk(self) -> ContentDesk:
        """The templates of the accounts, looked at."""
        return self._desk

    def _why_no_backup(self) -> str:
        failed = self._backups.trouble
        return failed and f"The last backup: {failed}"

    @property
    def seat_load(self) -> SeatLoad:
        """Whether the fleet has more work than seats."""
        return self._seat_load

    def _history(self, folder: AccountFolder, days: int) -> History:
        try:
            return read_history(folder, self._clock.now(), days)
        except StorageError as error:
            _log.warning("account has a damaged database", folder=str(folder.root), error=error.message)
            return History()

    @property
    def queues(self) -> PostQueues:
        """The posts that people write for the accounts."""
        return self._queues

    @property
    def group_queues(self) -> GroupQueues:
        """The posts that people write for groups: each goes to one member."""
        return self._group_queues

    def _why_paused(self) -> str:
        return f"the fleet is paused: {self._pause.reason}" if self._pause.is_on else ""

    def _group_members(self) -> list[GroupMember]:
        """All accounts of the list, as the rotation meets them."""
        with self._lock:
            now = self._clock.now()
            busy, rests = self._queue.at_work(now)
            leaving = self._registry.leaving
            return [
                as_group_member(
                    member,
                    self._folder_name(member),
                    self._standings.meet(account_id),
                    now,
                    "the account is being removed" if account_id in leaving else "",
                    rests=rests.get(account_id, ""),
                    is_busy=account_id in busy,
                )
                for account_id, member in self._registry.members.items()
            ]

    def _look_again(self, account_id: str) -> None:
        """Its run has ended, or it has other media."""
        self._handovers.look_again(account_id)
        self._seat_load.look_again(account_id)
        self._viewing.look_again(account_id)
        self._runways.look_again(account_id)

    def _why_not_post(self, account_id: str, text: str) -> str:
        return self._guards.texts.why_not_post(account_id, text)

    def _why_not_plan(self, account_id: str, text: str, at: datetime | None) -> str:
        return self._number_rooms.suggestions.why_taken(account_id, text) or self._guards.texts.why_not_post(
            account_id, text, at=at, planned=True
        )

    @property
    def suggestions(self) -> Suggestions:
        """What the accounts' own numbers advise."""
        return self._number_rooms.suggestions

    def _queue_places(self) -> dict[str, QueuePlace]:
        return {
            key: QueuePlace(
                key, member.entry.handle, member.folder, member.settings, self._number_rooms.time_of(member)
            )
            for key, member in self._registry.members.items()
            if member.settings is not None
        }

    def _queue_changed(self, account_id: str) -> None:
        with self._lock:
            member = self._registry.members.get(account_id)
            if member is not None:
                self._scheduling.posts.load(member)
                self._queue_moved(account_id)

    def _post_moved(self, account_id: str) -> None:
        """A post of its queue was missed, or is tried again."""
        self._handovers.look_again(account_id)
        self._queue_moved(account_id)

    def _queue_moved(self, account_id: str) -> None:
        """Other posts wait in its queue: the card shows them, and no other account may post what it plans."""
        with self._lock:
            if account_id in self._registry.members:
                self._guards.texts.replan(account_id, self._queues.planned_texts(account_id))
                self._viewing.show_queue(account_id)

    @property
    def forecasts(self) -> ForecastDesk:
        """The coming week of all accounts."""
        return self._number_rooms.forecasts

    @property
    def approvals(self) -> ApprovalDesk:
        """What waits for a person's word, over all accounts."""
        return self._approval_desk

    @property
    def sessions(self) -> Sessions:
        """What the sessions of the accounts are, and replacing them."""
        return self._sessions

    @property
    def writing(self) -> WritingDesk:
        """Help by a language model, and what it wrote for the accounts."""
        return self._writing

    @property
    def guards(self) -> Guards:
        """What keeps accounts from texts like those of others and from engaging whom they must not."""
        return self._guards

    def _session_places(self) -> dict[str, SessionPlace]:
        return {
            key: SessionPlace(member.folder, member.settings.account.cookies_file, member.entry.name or key)
            for key, member in self._registry.members.items()
            if member.settings is not None
        }

    def _session_replaced(self, account_id: str) -> None:
        self._orders.session_replaced(account_id)

    @property
    def exports(self) -> MetricsExports:
        """The numbers of all accounts in one file."""
        return self._number_rooms.exports

    @property
    def analytics(self) -> Analytics:
        """What the numbers of accounts and groups tell."""
        return self._number_rooms.analytics

    @property
    def outcomes(self) -> OutcomeDesk:
        """Orders, chats and revenue."""
        return self._number_rooms.outcomes

    @property
    def notifications(self) -> NotificationDesk:
        """Who is told of what, and by which way."""
        return self._number_rooms.notifications

    @property
    def summaries(self) -> Summaries:
        """What days and weeks came to."""
        return self._number_rooms.summaries

    @property
    def experiments(self) -> ExperimentDesk:
        """Tests of two texts or times against each other."""
        return self._number_rooms.experiments

    @property
    def instances(self) -> dict[str, BotAutomation]:
        """The automations that work or are about to."""
        return self._dispatcher.instances

    def load_accounts(self) -> list[AccountEntry]:
        """Read the master list and every account's files; returns the entries that can be used."""
        with self._lock:
            self.reload()
            return [member.entry for member in self._registry.members.values()]

    def get_account(self, account_id: str) -> AccountEntry:
        with self._lock:
            return self._registry.members[account_id].entry

    def create_bot_instance(self, account_id: str) -> BotAutomation:
        """The account's automation, made when it is first needed."""
        return self._dispatcher.instance(account_id)

    def _shared(self) -> Shared:
        registry = self._registry
        return Shared(
            registry.fleet.settings,
            self._permits,
            self._guards,
            self._approvals,
            self._session_keys,
            registry.selectors,
            self._help,
            self._number_rooms.codes,
            self._number_rooms.experiment_book,
        )

    def reload(self) -> None:
        """Take in what changed in the files since the last look, and what an error kept from being taken in before."""
        with self._lock:
            problems_before = self._registry.fleet_problems
            changed = self._registry.refresh()
            if changed is None and problems_before == self._registry.fleet_problems and not self._is_behind:
                return
            self._is_behind = True
            self._number_rooms.forecasts.touch()
            self._changed |= changed or set()
            settings = self._registry.fleet.settings
            if self._scheduling.adapt(settings):
                self._changed |= set(self._registry.members)
            self._dispatcher.adapt(settings)
            self._dispatcher.forget_all()
            self._follow_renamed()
            self._take_in_past()
            for account_id in list(self._changed):
                self._replan(account_id)
                self._changed.discard(account_id)
            self._viewing.take_over()
            self._is_behind = False

    def _follow_renamed(self) -> None:
        """An account whose id was changed in accounts.yaml keeps its limits, its standing and its runs."""
        folders = {folder: account_id for account_id, folder in self._folders().items()}
        renamed = self._identities.take_over(folders, {*self._registry.members, *self._broken_ids()})
        if renamed:
            _log.info("accounts have other ids", accounts=renamed)
            self._changed |= set(renamed.values())
            self._dispatcher.rename(renamed)
            self._scheduling.rename(renamed)

    def _take_in_past(self) -> None:
        """What accounts that are seen for the first time did before counts for the guards."""
        for account_id, folder in self._folders().items():
            member = self._registry.members[account_id]
            fill_once(self._guards, account_id, member.folder, folder, self._clock.now())

    def _folders(self) -> dict[str, str]:
        """Account -> its folder below the home, with slashes."""
        return {key: self._folder_name(member) for key, member in self._registry.members.items()}

    def _folder_name(self, member: Member) -> str:
        return member.folder.root.relative_to(self.home.root).as_posix()

    def _broken_ids(self) -> set[str]:
        return {entry.id for entry in self._registry.broken}

    def _replan(self, account_id: str) -> None:
        """Bring agenda, automation and card of one account in line with its files."""
        self._dispatcher.forget(account_id)
        member = self._registry.members.get(account_id)
        if member is None:
            # Its runs stay where they are: a mistake in accounts.yaml is mended soon, else their turn ends them.
            if account_id not in self._broken_ids():
                self._scheduling.forget(account_id)
            return
        if self._picks_up and member.is_usable:
            self._scheduling.pick_up(member)
        self._scheduling.replan(member)
        self._handovers.meet(account_id, self._folder_name(member))
        self._viewing.show(account_id)

    def _stop_and_wait(self, account_id: str) -> bool:
        """End the account's work; False when it has not ended after a while."""
        self._orders.stop_account(account_id)
        return self._queue.wait_until_free(account_id, STOP_SECONDS)

    def _stop_and_release(self, account_id: str) -> bool:
        """As `_stop_and_wait`, of an account that goes: what it has of groups goes to others."""
        if not self._stop_and_wait(account_id):
            return False
        self._handovers.release(account_id, "the account is being removed")
        return True

    def _take_back(self, account_ids: Sequence[str]) -> None:
        """Other files and another database lie in these accounts."""
        with self._lock:
            self.reload()
            self._handovers.restored(account_ids)
            for account_id in account_ids:
                self._replan(account_id)
                self._queue_changed(account_id)

    def _forget(self, account_id: str) -> None:
        self._standings.forget(account_id)
        self._approvals.forget(account_id)
        self._guards.texts.replan(account_id, ())

    def tick(self) -> None:
        """Queue what is due and fill free seats. The ticker calls it twice a second."""
        with self._lock:
            for account_id in self._scheduling.look(self._registry.members, self._broken_ids()):
                self._viewing.show(account_id)
            for account_id in self._approved_runs.look():
                self._viewing.show(account_id)
            self._handovers.look()
        self._dispatcher.fill_seats()

    def look_for_readings(self) -> None:
        """Queue a visit for an account whose numbers no run has read in time. The ticker calls it every few seconds."""
        with self._lock:
            account_id = self._reading_runs.look()
            if account_id:
                self._viewing.show(account_id)
        self._dispatcher.fill_seats()

    def wait_until_idle(self, seconds: float) -> bool:
        """Wait until no run works or waits for a seat; False when that took longer than `seconds`."""
        return self._queue.wait_until_idle(self._clock.now, seconds)

    # what a person asks for: bot/fleet/orders.py

    def run_account(self, account_id: str, slot: str = "") -> str:
        return self._orders.run_account(account_id, slot)

    def run_all_accounts(self, slot: str = "") -> list[str]:
        """Queue a run of every enabled account; returns a line for each."""
        return self._orders.run_all_accounts(slot)

    def check_pages(self, account_id: str) -> str:
        return self._orders.check_pages(account_id)

    def refresh_numbers(self, account_id: str) -> str:
        return self._orders.refresh_numbers(account_id)

    def check_session(self, account_id: str) -> str:
        return self._orders.check_session(account_id)

    def check_account(self, account_id: str) -> str:
        return self._orders.check_account(account_id)

    def leave_out_rest(self, account_id: str, why: str) -> bool:
        return self._orders.leave_out_rest(account_id, why)

    def why_no_window(self, account_id: str) -> str:
        return self._orders.why_no_window(account_id)

    def log_in_in_window(self, account_id: str) -> str:
        return self._orders.log_in_in_window(account_id)

    def cancel_log_in(self, account_id: str) -> str:
        return self._orders.cancel_log_in(account_id)

    def start_account(self, account_id: str) -> str:
        return self._orders.start_account(account_id)

    def stop_account(self, account_id: str) -> str:
        return self._orders.stop_account(account_id)

    def pause_accounts(self, account_ids: Sequence[str]) -> list[str]:
        return self._orders.pause_accounts(account_ids)

    def resume_accounts(self, account_ids: Sequence[str]) -> list[str]:
        return self._orders.resume_accounts(account_ids)

    def pause_fleet(self) -> str:
        return self._orders.pause_fleet()

    def resume_fleet(self) -> str:
        return self._orders.resume_fleet()

    def decide_post(self, account_id: str, intent_id: int, *, is_there: bool) -> str:
        return self._orders.decide_post(account_id, intent_id, is_there=is_there)

    # what a person sees: bot/fleet/viewing.py

    def overview(self) -> FleetView:
        return self._viewing.overview()

    def account_view(self, account_id: str) -> AccountView:
        return self._viewing.account_view(account_id)

    def runs(self, account_id: str, limit: int = 20, *, before: int = 0) -> list[RunView]:
        return self._viewing.runs(account_id, limit, before=before)

    def steps(self, account_id: str, run_id: int) -> list[StepView]:
        return self._viewing.steps_of(account_id, run_id)

    def posts(self, account_id: str, limit: int = 10, *, before: int = 0) -> list[PostView]:
        return self._viewing.posts(account_id, limit, before=before)

    def why(
        self, account_id: str, *, limit: int = 50, before: int = 0, levels: Sequence[str] = (), words: str = ""
    ) -> list[WhyView]:
        return self._viewing.why(account_id, limit=limit, before=before, levels=levels, words=words)

    def numbers(self, account_id: str) -> AccountNumbers:
        return self._viewing.numbers(account_id)

    def keyword_numbers(self, account_id: str) -> dict[str, KeywordNumbers]:
        return self._viewing.keyword_numbers(account_id)

    def why_no_post_today(self, account_id: str) -> str:
        return self._viewing.why_no_post_today(account_id)

    def evidence_file(self, account_id: str, evidence_id: str) -> Path | None:
        return self._viewing.evidence_file(account_id, evidence_id)

    def page_report(self, account_id: str) -> PageReport | None:
        return self._viewing.page_report(account_id)

    def page_report_file(self, account_id: str, report_id: str, name: str) -> Path | None:
        return self._viewing.page_report_file(account_id, report_id, name)
