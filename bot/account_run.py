"""One run of one account, from its first record to its last, and everything that may go wrong in it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import structlog

from bot.actions import page_check, refresh, session_trial, window_log_in
from bot.actions.reconcile import reconcile
from bot.actions.visit import ActionResult, Visit, Writing, far_turn, keep_evidence, read_again
from bot.ai.help import WritingHelp
from bot.clock import Clock, StopSignal, in_words
from bot.connecting import Connect, ConnectRequest
from bot.errors import (
    AviaryError,
    BrowserDied,
    BrowserMissing,
    DeadlineExceeded,
    ForeignSession,
    SessionExpired,
    SessionFileError,
    SessionNotTaken,
    SettingsError,
    Stopped,
    Trouble,
)
from bot.fleet_view import RunState, Trigger
from bot.guards.ramp import posts_at_age, with_ramp
from bot.guards.room import Guards
from bot.planning.limits import windows_for
from bot.settings.account import AccountSettings, load_account_settings
from bot.settings.fleet import AccountEntry, FleetSettings
from bot.settings.home import AccountFolder
from bot.settings.proxy import Proxy
from bot.slot_work import (
    APPROVED_SLOT,
    CHECK_SLOT,
    PAGES_SLOT,
    READING_SLOT,
    SESSION_SLOT,
    TEST_SLOT,
    WINDOW_SLOT,
    approved_to_do,
    left_to_do,
    work_of,
)
from bot.storage.approvals import Approvals
from bot.storage.database import Database
from bot.storage.experiments import Experiments
from bot.storage.journal import IntentState, Journal
from bot.storage.metrics import Metrics
from bot.storage.model_drafts import ModelDrafts
from bot.storage.permits import Permits
from bot.storage.planned_posts import QUEUE_SLOT, PlannedPosts
from bot.storage.proxy_login import ProxyLoginFile
from bot.storage.readings import Readings
from bot.storage.sealing import SessionKeys
from bot.storage.session_file import LoadedSession, SessionCheck, SessionFile, note_check
from bot.storage.wa_codes import WaCodes
from bot.watchdog import Watchdog
from bot.x.contract import Progress, Step, StepKind, XClient
from bot.x.selectors import BUILT_IN, SelectorSet

MAY_WAIT = timedelta(hours=3)
"""A run that hits a limit goes on when a permit frees, so long after its first seat; later, the rest is left out."""
_AT_ONCE = timedelta(minutes=2)
_REOPENINGS = 2
_MARGIN_SECONDS = 120.0
"""For a browser to start and end around the time that a person has."""
_STILL_UNDECIDED = "a post whose answer was lost could not be found or ruled out yet"
_log = structlog.get_logger(__name__)


def counts_from(planned_at: datetime, began_at: datetime | None) -> datetime:
    """From when a run is late: its planned time, or its first seat where it waited for that."""
    if began_at is None or began_at - planned_at <= _AT_ONCE:
        return planned_at
    return began_at


@dataclass(frozen=True)
class RunOutcome:
    """How a run ended, and what follows for the account."""

    state: RunState
    reason: str = ""
    remedy: str = ""
    trouble: AviaryError | None = None
    undecided: bool = False  # a post is still in `sending`
    resume_at: datetime | None = None  # limits held work back; the run goes on then (its state is QUEUED)
    worked: bool = False  # x.com was met as the account and did what was asked: what was wrong before is over


@dataclass(frozen=True)
class Shared:
    """What an account's automation shares with the rest of the fleet."""

    fleet_settings: FleetSettings
    permits: Permits
    guards: Guards
    approvals: Approvals
    session_keys: SessionKeys
    selectors: SelectorSet = BUILT_IN
    help: WritingHelp | None = None
    codes: WaCodes | None = None
    experiments: Experiments | None = None


@dataclass(frozen=True)
class Means:
    """Whose run it is, and what it works with."""

    entry: AccountEntry
    folder: AccountFolder
    shared: Shared
    connect: Connect
    clock: Clock
    random: Random
    stop: StopSignal


class AccountRun:
    """One run. `database` is the account's own, open as long as the run lasts."""

    def __init__(
        self,
        means: Means,
        database: Database,
        slot: str,
        trigger: Trigger,
        run_id: int | None,
        progress: Progress,
    ) -> None:
        self._means = means
        self._slot = slot
        self._trigger = trigger
        self._progress = progress
        self._journal = Journal(database)
        self._metrics = Metrics(database)
        self._posts = PlannedPosts(database)
        self._readings = Readings(database)
        self._writing = Writing(means.shared.help, ModelDrafts(database)) if means.shared.help else None
        self._run_id = run_id if run_id is not None else self._plan(trigger)
        self._client: XClient | None = None

    def _plan(self, trigger: Trigger) -> int:
        now = self._means.clock.now()
        planned = self._journal.plan_run(self._slot, now.date().isoformat(), trigger, now)
        if planned is None:
            raise Stopped(f"{self._slot} had its run today already")
        return planned

    def carry_out(self) -> RunOutcome:
        clock = self._means.clock
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
        watchdog = Watchdog(self._deadline_seconds, self._means.stop, self._close)
        try:
            with watchdog:
                return self._work()
        except Stopped as stopped:
            if watchdog.has_bitten:
                return self._ended_badly(DeadlineExceeded(stopped.message))
            self._note(f"stopped: {stopped.message}", "warning")
            return RunOutcome(RunState.STOPPED, stopped.message, undecided=self._has_undecided())
        except (Trouble, SessionFileError, SessionNotTaken, SettingsError, BrowserMissing) as error:
            if watchdog.has_bitten:
                return self._ended_badly(DeadlineExceeded(watchdog.reason))
            return self._ended_badly(error)
        finally:
            self._progress(Step(StepKind.CLOSING))
            self._close()

    @property
    def _deadline_seconds(self) -> float:
        """A person who logs in takes the time it takes, whatever runs may."""
        if self._slot == WINDOW_SLOT:
            return window_log_in.PATIENCE_SECONDS + _MARGIN_SECONDS
        return self._means.shared.fleet_settings.run_deadline_seconds

    def _ended_badly(self, error: AviaryError) -> RunOutcome:
        evidence = ""
        # What a person typed into x.com's log-in is not to be pictured.
        if isinstance(error, Trouble) and self._client is not None and self._slot != WINDOW_SLOT:
            evidence = keep_evidence(self._client, self._means.folder, self._run_id, self._means.clock, error)
        self._note(error.in_words, "error", evidence)
        return RunOutcome(RunState.FAILED, error.message, error.remedy, error, self._has_undecided())

    def _has_undecided(self) -> bool:
        return self._journal.has_undecided()

    def _close(self) -> None:
        """End the browser; also called by the watchdog, from its own thread, to break a hung call."""
        client = self._client
        if client is not None:
            client.close()

    def _note(self, text: str, level: str = "info", evidence: str = "") -> None:
        self._journal.note(self._run_id, self._means.clock.now(), text, level, evidence)
        _log.info("step", account=self._means.entry.id, run=self._run_id, text=text, level_=level)

    def _work(self) -> RunOutcome:
        settings = self._at_its_age(load_account_settings(self._means.folder))
        self._settle_unsent()
        self._settle_texts()
        if self._slot == PAGES_SLOT:
            visit, session = self._meet(settings)
            results = [page_check.perform(visit, session.cookies)]
        elif self._slot == SESSION_SLOT:
            results = self._check_session(settings)
        elif self._slot == TEST_SLOT:
            results = [refresh.perform_now(self._enter(settings))]
        elif self._slot == READING_SLOT:
            results = self._read_numbers(settings)
        elif self._slot == WINDOW_SLOT:
            results = [window_log_in.perform(self._go(settings), self._means.shared.session_keys)]
        elif self._slot == CHECK_SLOT:
            results = self._look_for_posts(settings)
        elif self._slot == APPROVED_SLOT and not self._left_to_do(settings):
            self._note("nothing is approved any more")
            results = []
        else:
            results = self._held_back(settings) or self._visits(settings)
        return self._outcome_of(results, settings)

    def _outcome_of(self, results: Sequence[ActionResult], settings: AccountSettings) -> RunOutcome:
        reason = "; ".join(why for result in results for why in result.shortfalls)
        undecided, resume_at = self._has_undecided(), self._resume_at(results, settings)
        if resume_at is not None:
            return RunOutcome(RunState.QUEUED, reason, undecided=undecided, resume_at=resume_at)
        worked = self._client is not None and not (self._slot == CHECK_SLOT and undecided)
        return RunOutcome(RunState.PARTLY if reason else RunState.DONE, reason, undecided=undecided, worked=worked)

    def _check_session(self, settings: AccountSettings) -> list[ActionResult]:
        """Log in with the session, or with imported cookies that wait to be tried first."""
        file = self._session_file(settings)
        if not file.has_candidate:
            self._open(settings)
            return []
        profile = self._means.folder.trial_profile
        shutil.rmtree(profile, ignore_errors=True)  # that of a trial which a crash cut off
        try:
            return [session_trial.perform(self._go(settings, profile), file)]
        finally:
            self._close()
            shutil.rmtree(profile, ignore_errors=True)

    def _read_numbers(self, settings: AccountSettings) -> list[ActionResult]:
        """A visit only for the numbers, unless nobody asked for it and another run has read them by now."""
        now = self._means.clock.now()
        if self._trigger is not Trigger.MANUAL and not refresh.numbers_are_due(self._readings, settings.numbers, now):
            self._note("another run has read the numbers meanwhile")
            return []
        return self._visits(settings)

    def _look_for_posts(self, settings: AccountSettings) -> list[ActionResult]:
        """A look at the profile for posts whose answer was lost, unless another run has found them by now."""
        if not self._has_undecided():
            self._note("no post waits for proof any more")
            return []
        self._visits(settings)
        return [ActionResult("post", shortfalls=(_STILL_UNDECIDED,))] if self._has_undecided() else []

    def _held_back(self, settings: AccountSettings) -> list[ActionResult]:
        """What limits hold back, when they hold back all there is to do: then no browser is opened for it."""
        if self._journal.has_undecided():
            return []
        results: list[ActionResult] = []
        for action in self._left_to_do(settings):
            free_at = self._frees_at(settings, action)
            if free_at is None:
                return []
            at = in_words(free_at, self._means.clock.now(), settings.schedule.zone)
            results.append(ActionResult(action, 0, (held_back_in_words(action, at),), free_at))
        for result in results:
            now = self._means.clock.now()
            self._journal.note(self._run_id, now, result.shortfalls[0], "warning", next_at=result.free_at)
        return results

    def _left_to_do(self, settings: AccountSettings) -> list[str]:
        if self._slot == APPROVED_SLOT:
            return approved_to_do(settings, self._means.shared.approvals, self._means.entry.id)
        return left_to_do(settings, self._slot, self._journal, self._run_id)

    def _frees_at(self, settings: AccountSettings, action: str) -> datetime | None:
        """When the action may begin; None when that is now, or soon enough to wait for it in an open browser."""
        shared, account_id = self._means.shared, self._means.entry.id
        windows = windows_for(action, settings.safety.rate_limits, shared.fleet_settings.global_rate_limit)
        free_at = shared.permits.frees_at(account_id, action, windows)
        if free_at is None and action == "post":
            return far_turn(shared.permits, account_id, shared.fleet_settings, self._means.clock.now())
        return free_at

    def _resume_at(self, results: Sequence[ActionResult], settings: AccountSettings) -> datetime | None:
        """When the run is worth going on with, as permits free; None when that is too late for it."""
        return resume_at(results, self._latest(settings))

    def _latest(self, settings: AccountSettings) -> datetime:
        """Until when it may wait for a permit. What it waited for a seat before it began does not count."""
        run = self._journal.run(self._run_id)
        planned = run.planned_at if run else self._means.clock.now()
        began = counts_from(planned, run.first_started_at if run else None)
        if self._slot == QUEUE_SLOT:
            post = self._posts.of_run(self._run_id)
            if began == planned:  # another try of a post is planned later; it is late from its moment on
                began = post.at or planned
            return began + timedelta(minutes=settings.schedule.queue.within_minutes)
        return began + MAY_WAIT

    def _settle_unsent(self) -> None:
        """Posts that a crash left before the click were surely not sent."""
        for intent in self._journal.intents(states=[IntentState.INTENT]):
            now = self._means.clock.now()
            reason = "the process ended before it was sent"
            settled = self._journal.settle(intent.id, IntentState.FAILED, now, reason=reason)
            if settled and intent.permit_id is not None:
                self._means.shared.permits.give_back(intent.permit_id)

    def _settle_texts(self) -> None:
        """What was reserved for posts of this account, of which it is known by now whether they stand."""
        self._means.shared.guards.texts.settle(self._means.entry.id, self._journal.state_of_text)

    def _at_its_age(self, settings: AccountSettings) -> AccountSettings:
        """The settings under the ramp of a new account, which is noted while it holds."""
        created_at, now = self._means.entry.created_at, self._means.clock.now()
        ramped = with_ramp(settings, created_at, now)
        if ramped is not settings:
            limit = posts_at_age(settings.safety.ramp, created_at, now)
            self._note(f"a new account: its posts are limited to {limit} in 24 hours for now (safety.ramp)")
        return ramped

    def _visits(self, settings: AccountSettings) -> list[ActionResult]:
        """The slot's actions in order; a browser that dies in between is opened again for those that are left."""
        waiting = work_of(settings, self._slot)
        results: list[ActionResult] = []
        for reopened in range(_REOPENINGS + 1):
            try:
                visit = self._open(settings)
                while waiting:
                    results.append(waiting[0](visit))
                    waiting.pop(0)
                    self._means.stop.check()
                    if waiting and results[-1].done:
                        visit.pause_between()
                break
            except BrowserDied as died:
                self._close()
                self._means.stop.check()
                if reopened == _REOPENINGS:
                    raise
                self._note(f"{died.message}; opening the browser again", "warning")
        return results

    def _open(self, settings: AccountSettings) -> Visit:
        """Browser, session, and a look at posts whose answer was lost."""
        visit = self._enter(settings)
        if reconcile(visit):
            self._settle_texts()
        return visit

    def _enter(self, settings: AccountSettings) -> Visit:
        """Browser and session."""
        visit, session = self._meet(settings)
        found = self._log_in(visit, session)
        visit.note(f"logged in as @{found}")
        return visit

    def _log_in(self, visit: Visit, session: LoadedSession) -> str:
        """Returns the handle. What x.com says of the session is kept for the account's tab Session."""
        owner, problem = "", ""
        try:
            owner = read_again(visit, "logging in", lambda: visit.client.log_in(session.cookies))
        except (ForeignSession, SessionExpired) as trouble:
            problem, owner = trouble.message, getattr(trouble, "owner", "")
            raise
        finally:
            if owner or problem:
                note_check(visit.folder, SessionCheck(session.id, self._means.clock.now(), owner, problem))
        return owner

    def _meet(self, settings: AccountSettings) -> tuple[Visit, LoadedSession]:
        """A visit with its browser open, and the session to log in with."""
        session = self._session_file(settings).load(self._means.clock.now())
        return self._go(settings), session

    def _session_file(self, settings: AccountSettings) -> SessionFile:
        means = self._means
        path = means.folder.root / settings.account.cookies_file
        return SessionFile(path, means.shared.session_keys, stays_plain=means.entry.is_home)

    def _go(self, settings: AccountSettings, profile: Path | None = None) -> Visit:
        """A visit with its browser open, on the account's own profile or on this one."""
        handle = self._means.entry.handle or settings.account.username.removeprefix("@")
        self._progress(Step(StepKind.OPENING))
        self._client = self._means.connect(self._connect_request(handle, profile or self._means.folder.profile))
        return self._visit(settings, handle, self._client)

    def _connect_request(self, handle: str, profile: Path) -> ConnectRequest:
        means = self._means
        return ConnectRequest(
            handle=handle,
            profile=profile,
            driver=means.entry.driver,
            browser=means.shared.fleet_settings.browser,
            clock=means.clock,
            stop=means.stop,
            progress=self._progress,
            selectors=means.shared.selectors,
            in_window=self._slot == WINDOW_SLOT,
            proxy=self._proxy(),
        )

    def _proxy(self) -> Proxy | None:
        """The account's proxy with its login. Raises SessionFileError for one that cannot be opened."""
        proxy = self._means.entry.proxy
        return proxy and ProxyLoginFile(self._means.folder, self._means.shared.session_keys).complete(proxy)

    def _visit(self, settings: AccountSettings, handle: str, client: XClient) -> Visit:
        means = self._means
        return Visit(
            account_id=means.entry.id,
            handle=handle,
            run_id=self._run_id,
            folder=means.folder,
            settings=settings,
            fleet_settings=means.shared.fleet_settings,
            client=client,
            journal=self._journal,
            metrics=self._metrics,
            posts=self._posts,
            readings=self._readings,
            permits=means.shared.permits,
            guards=means.shared.guards,
            approvals=means.shared.approvals,
            clock=means.clock,
            stop=means.stop,
            random=means.random,
            progress=self._progress,
            writing=self._writing,
            codes=means.shared.codes,
            experiments=means.shared.experiments,
            folder_key=means.entry.folder_key,
        )


def resume_at(results: Sequence[ActionResult], latest: datetime) -> datetime | None:
    """When a run is worth going on with, as permits free; None when nothing waits, or when that is after `latest`."""
    frees = [result.free_at for result in results if result.free_at is not None]
    return min(frees) if frees and min(frees) <= latest else None


def held_back_in_words(action: str, at: str) -> str:
    """Why nothing of an action is begun before `at`."""
    return f"no permit for a {action} is free before {at}"
