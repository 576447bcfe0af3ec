"""Who works: seats, the thread pool, each account's automation while it runs, and what a run's end leads to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from random import Random

import structlog

from bot.account_run import RunOutcome, Shared
from bot.automation import BotAutomation, follow_up_in
from bot.clock import Clock
from bot.connecting import Connect
from bot.errors import StorageError, sentences
from bot.fleet.pause import FleetPause
from bot.fleet.records import open_records
from bot.fleet.registry import Member, Registry
from bot.fleet.run_queue import QueuedRun, RunQueue
from bot.fleet.scheduling import Scheduling
from bot.fleet.verdicts import judge
from bot.fleet_view import RunState, Trigger
from bot.settings.fleet import FleetSettings
from bot.slot_work import PAGES_SLOT
from bot.storage.standings import Standing, StandingKind, Standings
from bot.x.contract import Step, StepKind

SHUTTING_DOWN = "Aviary is shutting down"
_log = structlog.get_logger(__name__)


class Dispatcher:
    """Gives seats to due runs. Shares the manager's lock; runs themselves work outside of it.

    `show` is told of each account whose card may have changed, `show_all` when all have.
    """

    def __init__(
        self,
        lock: threading.RLock,
        registry: Registry,
        queue: RunQueue,
        clock: Clock,
        connect: Connect,
        random_of: Callable[[str], Random],
        show: Callable[[str], None],
        show_all: Callable[[], None],
    ) -> None:
        self.instances: dict[str, BotAutomation] = {}
        self.steps: dict[str, Step] = {}
        self._lock = lock
        self._registry = registry
        self._queue = queue
        self._clock = clock
        self._connect = connect
        self._random_of = random_of
        self._show = show
        self._show_all = show_all
        self._closing = False

    def open(
        self, standings: Standings, scheduling: Scheduling, pause: FleetPause, shared: Callable[[], Shared]
    ) -> None:
        """Begin with an open home."""
        self._standings = standings
        self._scheduling = scheduling
        self._pause = pause
        self._shared = shared
        self._executor = self._new_pool(self._queue.seats)

    def close(self, patience_seconds: float) -> bool:
        """Ask every run to stop and wait for them; False when some still work after `patience_seconds`."""
        with self._lock:
            self._closing = True
            for bot in self.instances.values():
                bot.stop(SHUTTING_DOWN)
        ending = threading.Thread(target=self._executor.shutdown, kwargs={"cancel_futures": True}, daemon=True)
        ending.start()
        ending.join(patience_seconds)
        return not ending.is_alive()

    def adapt(self, settings: FleetSettings) -> None:
        """Take over the number of seats."""
        if settings.max_concurrent_accounts != self._queue.seats:
            self._queue.seats = settings.max_concurrent_accounts
            # Runs of the old pool end there; together they never have more seats than the queue gives.
            self._executor.shutdown(wait=False)
            self._executor = self._new_pool(self._queue.seats)

    def instance(self, account_id: str) -> BotAutomation:
        """The account's automation, made when it is first needed. Raises KeyError."""
        with self._lock:
            if account_id not in self.instances:
                member = self._registry.members[account_id]
                self.instances[account_id] = BotAutomation(
                    member.folder.root,
                    entry=member.entry,
                    shared=self._shared(),
                    connect=self._connect,
                    clock=self._clock,
                    random=self._random_of(account_id),
                )
            return self.instances[account_id]

    def forget(self, account_id: str) -> None:
        """Drop the account's automation, unless it works: its files have changed."""
        if not self._queue.is_working(account_id):
            self.instances.pop(account_id, None)

    def forget_all(self) -> None:
        """Drop every automation that does not work: what all accounts share has changed."""
        for account_id in list(self.instances):
            self.forget(account_id)

    def fill_seats(self) -> None:
        """Let due runs begin while seats are free; in a pause of the fleet only those that look at x.com's pages."""
        with self._lock:
            while not self._closing:
                run = self._queue.take(self._clock.now(), PAGES_SLOT if self._pause.is_on else "")
                if run is None:
                    return
                if run.account_id in self._registry.members:
                    self.instance(run.account_id)  # from here on a stop finds it
                self.steps[run.account_id] = Step(StepKind.OPENING)
                self._show(run.account_id)
                self._executor.submit(self._work, run)

    def stop(self, account_id: str, reason: str) -> bool:
        """End the account's present run at its next safe point and its waiting ones at once; True when one works."""
        with self._lock:
            for run in self._queue.withdraw(account_id):
                self._guarded(run, partial(self._end, run, RunState.STOPPED, reason))
            bot = self.instances.get(account_id)
            if bot is not None:
                bot.stop(reason)
            return bot is not None

    def _new_pool(self, seats: int) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(max_workers=seats, thread_name_prefix="account")

    def _work(self, run: QueuedRun) -> None:
        """In a pool thread: one run, from its seat to its consequences."""
        _log.info("run begins", account=run.account_id, run=run.run_id, slot=run.slot, trigger=run.trigger)
        try:
            self._guarded(run, lambda: self._carry_out(run))
        finally:
            self._guarded(run, lambda: self._clear_up(run))
            self._queue.leave(run.account_id)
        self.fill_seats()

    def _carry_out(self, run: QueuedRun) -> None:
        try:
            outcome = self._run(run)
        except Exception:  # noqa: BLE001  whatever one account raises, its record must be closed; it is logged whole
            _log.exception("run failed", account=run.account_id, run=run.run_id)
            outcome = self._end_broken(run)
        _log.info("run ended", account=run.account_id, run=run.run_id, state=outcome.state, reason=outcome.reason)
        self._settle(run, outcome)

    def _clear_up(self, run: QueuedRun) -> None:
        with self._lock:
            self.steps.pop(run.account_id, None)
            self.instances.pop(run.account_id, None)
            self._show(run.account_id)

    @staticmethod
    def _guarded(run: QueuedRun, work: Callable[[], object]) -> None:
        """Whatever one account raises, its seat must get free and the others go on."""
        try:
            work()
        except Exception:  # noqa: BLE001  logged whole; a disk that is full fails every record, and nobody is left to ask
            _log.exception("run could not be recorded", account=run.account_id, run=run.run_id)

    def _run(self, run: QueuedRun) -> RunOutcome:
        with self._lock:
            why_not = self._why_not(run)
            if why_not:
                return self._end(run, RunState.SKIPPED, why_not)
            bot = self.instance(run.account_id)
        return bot.run_slot(
            run.slot,
            trigger=run.trigger,
            run_id=run.run_id,
            progress=lambda step: self._tell(run.account_id, step),
        )

    def _tell(self, account_id: str, step: Step) -> None:
        """A run tells its step; what it did in the step before shows with it."""
        with self._lock:
            self.steps[account_id] = step
            self._show(account_id)

    def _why_not(self, run: QueuedRun) -> str:
        """Why a run that had waited is not done after all; "" when it is."""
        if self._closing:
            return SHUTTING_DOWN
        member = self._registry.members.get(run.account_id)
        if member is None or not member.is_usable:
            return "the account was disabled, removed or broken meanwhile"
        standing = self._standings.meet(run.account_id)
        asked_for = run.trigger in {Trigger.MANUAL, Trigger.PAGES} and run.not_before is None
        if not asked_for and standing.holds(self._clock.now()):
            return f"the account is {standing.in_words}"
        return ""

    def _end(self, run: QueuedRun, state: RunState, reason: str) -> RunOutcome:
        """End a run's record from here, without its automation."""
        member = self._registry.members.get(run.account_id)
        if member is not None:
            with open_records(member.folder) as records:
                records.journal.note(run.run_id, self._clock.now(), reason, "warning")
                records.journal.end_run(run.run_id, state, self._clock.now(), reason)
        return RunOutcome(state, reason)

    def _end_broken(self, run: QueuedRun) -> RunOutcome:
        """End the record of a run that raised what nobody foresaw."""
        try:
            return self._end(run, RunState.FAILED, "an error inside Aviary; data/logs/aviary.log has the details")
        except StorageError as error:
            return RunOutcome(RunState.FAILED, error.message, error.remedy)

    def _settle(self, run: QueuedRun, outcome: RunOutcome) -> None:
        """What the run's end means for its account and for the fleet."""
        with self._lock:
            member = self._registry.members.get(run.account_id)
            if member is None:
                return
            settings = self._registry.fleet.settings
            now = self._clock.now()
            if self._tells_of_work(run, outcome):
                self._judge(member, outcome)
            if self._closing:
                return
            if outcome.resume_at is not None:
                self._queue.add(replace(run, not_before=outcome.resume_at, reason=outcome.reason))
            if outcome.undecided and outcome.resume_at is None:
                self._scheduling.plan_check(member, now + follow_up_in(settings))

    def _judge(self, member: Member, outcome: RunOutcome) -> None:
        before = self._standings.meet(member.entry.id)
        turned = judge(self._standings, member.entry.id, outcome, self._clock.now())
        self._record_standing(member, before)
        if turned:
            self._pause.count_trouble(member, outcome, self._registry.fleet.settings)
            if self._pause.is_on:
                self._show_all()

    def _record_standing(self, member: Member, before: Standing) -> None:
        """Enter a changed standing into the account's record: it is a decision like any other."""
        after = self._standings.get(member.entry.id)
        if after.kind is before.kind:
            return
        level = "good" if after.kind is StandingKind.ACTIVE else "error"
        with open_records(member.folder) as records:
            records.journal.note(
                None, self._clock.now(), sentences(after.in_words, after.remedy), level, next_at=after.until
            )

    @staticmethod
    def _tells_of_work(run: QueuedRun, outcome: RunOutcome) -> bool:
        """Whether the end says how the account's work goes. That pages could be read says nothing; trouble does."""
        return run.slot != PAGES_SLOT or outcome.trouble is not None
