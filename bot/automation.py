"""One account's work: open x.com, do what the slot asks for inside the limits, record, close."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import structlog

from bot.actions import follow, like, page_check, post, refresh
from bot.actions.reconcile import reconcile
from bot.actions.visit import ActionResult, PeopleClaims, Visit, keep_evidence, read_again
from bot.clock import Clock, StopSignal, SystemClock, in_words
from bot.connecting import Connect, ConnectRequest, connect_browser
from bot.errors import (
    AviaryError,
    BrowserDied,
    BrowserMissing,
    DeadlineExceeded,
    SessionFileError,
    SettingsError,
    SettingsProblem,
    Stopped,
    Trouble,
    sentences,
)
from bot.fleet_view import RunState, Trigger
from bot.planning.limits import windows_for
from bot.settings.account import AccountSettings, Policy, Slot, load_account_settings
from bot.settings.fleet import AccountEntry, FleetSettings
from bot.settings.home import AccountFolder, Home
from bot.settings.selectors import load_selectors_file
from bot.storage.cookies import Cookie, load_cookies
from bot.storage.database import Database
from bot.storage.journal import IntentState, Journal
from bot.storage.metrics import Metrics
from bot.storage.permits import Permits
from bot.storage.standings import Standings
from bot.watchdog import Watchdog
from bot.x.contract import Progress, Step, StepKind, XClient
from bot.x.selectors import BUILT_IN, NAMES, SelectorSet

CHECK_SLOT = "check"
"""The slot name of a run that only looks whether a post stands on the profile."""
PAGES_SLOT = "check-x"
"""The slot name of a run that only looks whether x.com's pages are as the selectors know them."""
MAY_WAIT = timedelta(hours=3)
"""A run that hits a limit goes on when a permit frees, so long after its planned time; later, the rest is left out."""
_REOPENINGS = 2
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class RunOutcome:
    """How a run ended, and what follows for the account."""

    state: RunState
    reason: str = ""
    remedy: str = ""
    trouble: AviaryError | None = None
    undecided: bool = False  # a post is still in `sending`
    resume_at: datetime | None = None  # limits held work back; the run goes on then (its state is QUEUED)


@dataclass(frozen=True)
class Shared:
    """What an account's automation shares with the rest of the fleet."""

    fleet_settings: FleetSettings
    permits: Permits
    people: PeopleClaims
    managed_handles: frozenset[str]
    selectors: SelectorSet = BUILT_IN


class BotAutomation:
    """The work of one account.

    `account_folder` holds its config/, data/, media/ and cookies.json; None is the home folder itself, as the
    single account of an existing user has it. The AccountManager hands in the rest; alone, the limits are kept
    in data/fleet.db of the home.
    """

    def __init__(
        self,
        account_folder: str | Path | None = None,
        *,
        entry: AccountEntry | None = None,
        shared: Shared | None = None,
        connect: Connect = connect_browser,
        clock: Clock | None = None,
        random: Random | None = None,
    ) -> None:
        home = Path(os.environ.get("AVIARY_HOME") or ".").resolve()
        self.folder = AccountFolder(Path(account_folder) if account_folder is not None else home)
        self.entry = entry or AccountEntry(id=self.folder.root.name or "account", folder=".")
        self.clock = clock or SystemClock()
        self._own_database: Database | None = None
        if shared is None:
            self._own_database = Database(Home(home).fleet_db, "fleet")
            shared = _shared_alone(self._own_database, self.clock, Home(home))
        self.shared = shared
        self._connect = connect
        self._random = random or Random()
        self._stop = StopSignal()

    def stop(self, reason: str) -> None:
        """End the present run at its next safe point."""
        self._stop.set(reason)

    def close(self) -> None:
        """Close what was opened because nobody handed it in."""
        if self._own_database is not None:
            self._own_database.close()

    def run_slot(
        self,
        slot: str,
        *,
        trigger: Trigger = Trigger.MANUAL,
        run_id: int | None = None,
        progress: Progress | None = None,
    ) -> RunOutcome:
        """Do the work of `slot` (or CHECK_SLOT, PAGES_SLOT) and record it.

        Never raises for what the account or x.com do wrong.
        `run_id` is a run the caller has planned already. Raises StorageError when the records cannot be kept.
        """
        database = Database(self.folder.metrics_db, "account")
        try:
            run = _Run(self, database, slot, trigger, run_id, progress or _silent)
            return run.carry_out()
        finally:
            database.close()
            self._stop = StopSignal()

    @property
    def stop_signal(self) -> StopSignal:
        return self._stop

    @property
    def random(self) -> Random:
        return self._random

    @property
    def connect(self) -> Connect:
        return self._connect


class _Run:
    """One run from its first record to its last."""

    def __init__(
        self,
        bot: BotAutomation,
        database: Database,
        slot: str,
        trigger: Trigger,
        run_id: int | None,
        progress: Progress,
    ) -> None:
        self._bot = bot
        self._slot = slot
        self._progress = progress
        self._journal = Journal(database)
        self._metrics = Metrics(database)
        self._run_id = run_id if run_id is not None else self._plan(trigger)
        self._client: XClient | None = None

    def _plan(self, trigger: Trigger) -> int:
        now = self._bot.clock.now()
        planned = self._journal.plan_run(self._slot, now.date().isoformat(), trigger, now)
        if planned is None:
            raise Stopped(f"{self._slot} had its run today already")
        return planned

    def carry_out(self) -> RunOutcome:
        clock = self._bot.clock
        self._journal.start_run(self._run_id, clock.now())
        outcome = self._guarded()
        if outcome.resume_at is not None:
            self._journal.requeue_run(self._run_id, outcome.reason)
            return outcome
        self._journal.end_run(self._run_id, outcome.state, clock.now(), outcome.reason, outcome.remedy)
        self._metrics.log_activity(
            f"{self._slot}_slot",
            "Completed successfully" if outcome.state is RunState.DONE else "",
            success=outcome.state in {RunState.DONE, RunState.PARTLY},
            error=outcome.reason,
        )
        return outcome

    def _guarded(self) -> RunOutcome:
        """The work, with everything that may go wrong turned into an outcome."""
        watchdog = Watchdog(self._bot.shared.fleet_settings.run_deadline_seconds, self._bot.stop_signal, self._close)
        try:
            with watchdog:
                return self._work()
        except Stopped as stopped:
            if watchdog.has_bitten:
                return self._ended_badly(DeadlineExceeded(stopped.message))
            self._note(f"stopped: {stopped.message}", "warning")
            return RunOutcome(RunState.STOPPED, stopped.message, undecided=self._has_undecided())
        except (Trouble, SessionFileError, SettingsError, BrowserMissing) as error:
            if watchdog.has_bitten:
                return self._ended_badly(DeadlineExceeded(watchdog.reason))
            return self._ended_badly(error)
        finally:
            self._progress(Step(StepKind.CLOSING))
            self._close()

    def _ended_badly(self, error: AviaryError) -> RunOutcome:
        evidence = ""
        if isinstance(error, Trouble) and self._client is not None:
            evidence = keep_evidence(self._client, self._bot.folder, self._run_id, self._bot.clock, error)
        self._note(sentences(error.message, error.remedy), "error", evidence)
        return RunOutcome(RunState.FAILED, error.message, error.remedy, error, self._has_undecided())

    def _has_undecided(self) -> bool:
        return self._journal.has_undecided()

    def _close(self) -> None:
        """End the browser; also called by the watchdog, from its own thread, to break a hung call."""
        client = self._client
        if client is not None:
            client.close()

    def _note(self, text: str, level: str = "info", evidence: str = "") -> None:
        self._journal.note(self._run_id, self._bot.clock.now(), text, level, evidence)
        _log.info("step", account=self._bot.entry.id, run=self._run_id, text=text, level_=level)

    def _work(self) -> RunOutcome:
        settings = load_account_settings(self._bot.folder)
        self._settle_unsent()
        if self._slot == PAGES_SLOT:
            results = [page_check.perform(*self._meet(settings))]
        else:
            results = self._held_back(settings) or self._visits(settings)
        reason = "; ".join(why for result in results for why in result.shortfalls)
        undecided = self._has_undecided()
        resume_at = self._resume_at(results)
        if resume_at is not None:
            return RunOutcome(RunState.QUEUED, reason, undecided=undecided, resume_at=resume_at)
        return RunOutcome(RunState.PARTLY if reason else RunState.DONE, reason, undecided=undecided)

    def _held_back(self, settings: AccountSettings) -> list[ActionResult]:
        """What limits hold back, when they hold back all there is to do: then no browser is opened for it."""
        if self._slot == CHECK_SLOT or self._journal.has_undecided():
            return []
        slot = _slot(settings, self._slot)
        results: list[ActionResult] = []
        for action in self._left_to_do(settings, slot):
            free_at = self._frees_at(settings, action)
            if free_at is None:
                return []
            at = in_words(free_at, self._bot.clock.now(), settings.schedule.zone)
            results.append(ActionResult(action, 0, (f"no permit for a {action} is free before {at}",), free_at))
        for result in results:
            now = self._bot.clock.now()
            self._journal.note(self._run_id, now, result.shortfalls[0], "warning", next_at=result.free_at)
        return results

    def _left_to_do(self, settings: AccountSettings, slot: Slot) -> list[str]:
        """The kinds of action this run has not done yet."""
        wanted = {"post": int(slot.post != "none"), "like": slot.like, "follow": slot.follow}
        done = {
            "post": self._journal.posts_of_run(self._run_id),
            "like": self._journal.engaged_in_run(self._run_id, "like"),
            "follow": self._journal.engaged_in_run(self._run_id, "follow"),
        }
        policies = {"post": settings.policy.post, "like": settings.policy.like, "follow": settings.policy.follow}
        return [each for each in wanted if done[each] < wanted[each] and policies[each] is Policy.AUTOMATIC]

    def _frees_at(self, settings: AccountSettings, action: str) -> datetime | None:
        shared = self._bot.shared
        windows = windows_for(action, settings.safety.rate_limits, shared.fleet_settings.global_rate_limit)
        return shared.permits.frees_at(self._bot.entry.id, action, windows)

    def _resume_at(self, results: Sequence[ActionResult]) -> datetime | None:
        """When the run is worth going on with, as permits free; None when that is too late for it."""
        frees = [result.free_at for result in results if result.free_at is not None]
        run = self._journal.run(self._run_id)
        latest = (run.planned_at if run else self._bot.clock.now()) + MAY_WAIT
        return min(frees) if frees and min(frees) <= latest else None

    def _settle_unsent(self) -> None:
        """Posts that a crash left before the click were surely not sent."""
        for intent in self._journal.intents(states=[IntentState.INTENT]):
            now = self._bot.clock.now()
            self._journal.settle(intent.id, IntentState.FAILED, now, reason="the process ended before it was sent")
            if intent.permit_id is not None:
                self._bot.shared.permits.give_back(intent.permit_id)

    def _visits(self, settings: AccountSettings) -> list[ActionResult]:
        """The slot's actions in order; a browser that dies in between is opened again for those that are left."""
        waiting = _actions(settings, self._slot)
        results: list[ActionResult] = []
        for reopened in range(_REOPENINGS + 1):
            try:
                visit = self._open(settings)
                while waiting:
                    results.append(waiting[0](visit))
                    waiting.pop(0)
                    self._bot.stop_signal.check()
                    if waiting and results[-1].done:
                        visit.pause_between()
                break
            except BrowserDied as died:
                self._close()
                if reopened == _REOPENINGS:
                    raise
                self._note(f"{died.message}; opening the browser again", "warning")
        return results

    def _open(self, settings: AccountSettings) -> Visit:
        """Browser, session, and a look at posts whose answer was lost."""
        visit, cookies = self._meet(settings)
        found = read_again(visit, "logging in", lambda: visit.client.log_in(cookies))
        visit.note(f"logged in as @{found}")
        reconcile(visit)
        return visit

    def _meet(self, settings: AccountSettings) -> tuple[Visit, tuple[Cookie, ...]]:
        """A visit with its browser open, and the session to log in with."""
        bot = self._bot
        handle = bot.entry.handle or settings.account.username.removeprefix("@")
        cookies = load_cookies(bot.folder.root / settings.account.cookies_file, bot.clock.now())
        self._progress(Step(StepKind.OPENING))
        self._client = bot.connect(self._connect_request(handle))
        return self._visit(settings, handle, self._client), cookies

    def _connect_request(self, handle: str) -> ConnectRequest:
        bot = self._bot
        return ConnectRequest(
            handle=handle,
            profile=bot.folder.profile,
            driver=bot.entry.driver,
            browser=bot.shared.fleet_settings.browser,
            clock=bot.clock,
            stop=bot.stop_signal,
            progress=self._progress,
            selectors=bot.shared.selectors,
        )

    def _visit(self, settings: AccountSettings, handle: str, client: XClient) -> Visit:
        bot = self._bot
        return Visit(
            account_id=bot.entry.id,
            handle=handle,
            run_id=self._run_id,
            folder=bot.folder,
            settings=settings,
            fleet_settings=bot.shared.fleet_settings,
            managed_handles=bot.shared.managed_handles,
            client=client,
            journal=self._journal,
            metrics=self._metrics,
            permits=bot.shared.permits,
            people=bot.shared.people,
            clock=bot.clock,
            stop=bot.stop_signal,
            random=bot.random,
            progress=self._progress,
        )


Action = Callable[[Visit], ActionResult]


def _slot(settings: AccountSettings, name: str) -> Slot:
    """Raises SettingsError for a slot that is not there."""
    try:
        return settings.slot(name)
    except KeyError as error:
        known = ", ".join(slot.name for slot in settings.schedule.all_slots) or "none"
        message = f"there is no slot called {name!r}; slots: {known}"
        raise SettingsError([SettingsProblem(Path("settings.yaml"), 0, "schedule", message)]) from error


def _actions(settings: AccountSettings, name: str) -> list[Action]:
    """What the slot asks for, in order; a check only reads. Raises SettingsError for a slot that is not there."""
    if name == CHECK_SLOT:
        return []
    slot = _slot(settings, name)
    return [*_own_post(slot), *_engagement(slot), refresh.perform]


def _own_post(slot: Slot) -> list[Action]:
    if slot.post == "none":
        return []

    def action(visit: Visit) -> ActionResult:
        result = post.perform(visit, slot.post)
        if result.done:
            visit.pause(*visit.settings.safety.delays.after_tweet)
        return result

    return [action]


def _engagement(slot: Slot) -> list[Action]:
    actions: list[Action] = []
    if slot.like:
        actions.append(lambda visit: like.perform(visit, slot.like_from, slot.like))
    if slot.follow:
        actions.append(lambda visit: follow.perform(visit, slot.follow_from, slot.follow))
    return actions


def _shared_alone(database: Database, clock: Clock, home: Home) -> Shared:
    """Limits and claims of an account that runs without an AccountManager."""
    selectors = SelectorSet(load_selectors_file(home, NAMES).replacements)
    return Shared(FleetSettings(), Permits(database, clock), Standings(database, clock), frozenset(), selectors)


def _silent(_step: Step) -> None:
    """Progress that nobody watches."""


def follow_up_in(settings: FleetSettings) -> timedelta:
    """How long after a lost answer the profile is worth another look."""
    return timedelta(seconds=settings.decide_after_seconds + 30)
