"""Who works: seats, the thread pool, each account's automation while it runs, and what a run's end leads to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from random import Random

import structlog

from bot.account_run import RunOutcome, Shared
from bot.automation import BotAutomation
from bot.clock import Clock
from bot.connecting import Connect
from bot.errors import StorageError
from bot.fleet.consequences import Consequences
from bot.fleet.pause import FleetPause
from bot.fleet.records import open_records
from bot.fleet.registry import Member, Registry
from bot.fleet.run_queue import QueuedRun, RunQueue
from bot.fleet.scheduling import BY_ITSELF, Scheduling
from bot.fleet_view import RunState, Trigger
from bot.settings.fleet import FleetSettings
from bot.settings.home import AccountFolder, is_there
from bot.slot_work import CHECK_SLOT, LOOKS, READING_SLOT
from bot.storage.planned_posts import QUEUE_SLOT
from bot.storage.standings import Standings
from bot.x.contract import Step, StepKind

SHUTTING_DOWN = "Aviary is shutting down"
_ASKED_FOR = {Trigger.MANUAL, Trigger.PAGES, Trigger.SESSION, Trigger.WINDOW}
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
        self,
        standings: Standings,
        scheduling: Scheduling,
        pause: FleetPause,
        shared: Callable[[], Shared],
        look_again: Callable[[str], None],
    ) -> None:
        """Begin with an open home. `look_again` is told of each account whose run has ended: files may be others."""
        self._look_again = look_again
        self._standings = standings
        self._pause = pause
        self._shared = shared
        self._consequences = Consequences(self._registry, self._queue, self._clock, standings, scheduling, pause)
        self._pools = [self._new_pool(self._queue.seats)]  # those before the last only end what they have begun

    def close(self, patience_seconds: float) -> bool:
        """Ask every run to stop and wait for them; False when some still work after `patience_seconds`."""
        with self._lock:
            self._closing = True
            for bot in self.instances.values():
                bot.stop(SHUTTING_DOWN)
        ending = threading.Thread(target=self._end_pools, daemon=True)
        ending.start()
        ending.join(patience_seconds)
        return not ending.is_alive()

    def _end_pools(self) -> None:
        for pool in self._pools:
            pool.shutdown(cancel_futures=True)

    def adapt(self, settings: FleetSettings) -> None:
        """Take over the number of seats."""
        if settings.max_concurrent_accounts != self._queue.seats:
            self._queue.seats = settings.max_concurrent_accounts
            # Runs of the old pools end there; together they never have more seats than the queue gives.
            self._pools[-1].shutdown(wait=False)
            self._pools.append(self._new_pool(self._queue.seats))

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
        """Let due runs begin while seats are free; in a pause of the fleet only those that look what is wrong."""
        with self._lock:
            while not self._closing:
                run = self._queue.take(self._clock.now(), LOOKS if self._pause.is_on else ())
                if run is None:
                    return
                self._guarded(run, partial(self._seat, run))

    def _seat(self, run: QueuedRun) -> None:
        """Hand the run to the pool first: whatever raises after that, it is worked off and its seat gets free."""
        self._pools[-1].submit(self._work, run)
        self.steps[run.account_id] = Step(StepKind.OPENING)
        if run.account_id in self._registry.members:
            self.instance(run.account_id)  # from here on a stop finds it
        self._show(run.account_id)

    def stop(self, account_id: str, reason: str) -> bool:
        """End the account's present run at its next safe point and its waiting ones at once; True when one works."""
        with self._lock:
            for run in self._queue.withdraw(account_id):
                self._guarded(run, partial(self._end, run, RunState.STOPPED, reason))
            bot = self.instances.get(account_id)
            works = bot is not None and (bot.is_working or self._queue.is_working(account_id))
            if bot is not None and works:
                bot.stop(reason)
            return works

    def stop_slot(self, account_id: str, slot: str, reason: str) -> bool:
        """As `stop`, but of the account's runs only those of this slot; True when there was one."""
        with self._lock:
            waiting = self._queue.withdraw(account_id, slot)
            for run in waiting:
                self._guarded(run, partial(self._end, run, RunState.STOPPED, reason))
            bot = self.instances.get(account_id)
            works = bot is not None and self._queue.is_working(account_id, slot)
            if bot is not None and works:
                bot.stop(reason)
            return works or bool(waiting)

    def leave_out(self, account_id: str, slot: str, why: str) -> None:
        """End the account's waiting runs of this slot; what has been done of them stands."""
        with self._lock:
            for run in self._queue.withdraw(account_id, slot):
                self._guarded(run, partial(self._leave_out, run, why))

    def rename(self, accounts: Mapping[str, str]) -> None:
        """Accounts have other ids (old -> new); what works ends, for its permits are counted for the old one."""
        bots = {new: self.instances.pop(old) for old, new in accounts.items() if old in self.instances}
        steps = {new: self.steps.pop(old) for old, new in accounts.items() if old in self.steps}
        for account_id, bot in bots.items():
            if bot.is_working:
                bot.stop("its id in config/accounts.yaml was changed")
                self.instances[account_id] = bot
        self.steps |= steps
        for account_id in accounts.values():
            self._queue.rename(self._registry.members[account_id].folder.root, account_id)

    def _new_pool(self, seats: int) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(max_workers=seats, thread_name_prefix="account")

    def _work(self, run: QueuedRun) -> None:
        """In a pool thread: one run, from its seat to its consequences."""
        _log.info("run begins", account=run.account_id, run=run.run_id, slot=run.slot, trigger=run.trigger)
        try:
            self._guarded(run, lambda: self._carry_out(run))
        finally:
            self._guarded(run, lambda: self._clear_up(run))
            self._queue.leave(run)
        self.fill_seats()

    def _carry_out(self, run: QueuedRun) -> None:
        try:
            outcome = self._run(run)
        except Exception:  # noqa: BLE001  whatever one account raises, its record must be closed; it is logged whole
            _log.exception("run failed", account=run.account_id, run=run.run_id)
            outcome = self._end_broken(run)
        if outcome is not None:
            _log.info("run ended", account=run.account_id, run=run.run_id, state=outcome.state, reason=outcome.reason)
            self._follow(run, outcome)

    def _clear_up(self, run: QueuedRun) -> None:
        with self._lock:
            for account_id in {run.account_id, self._present_id(run)}:
                self.steps.pop(account_id, None)
                self.instances.pop(account_id, None)
                self._look_again(account_id)

    def _present_id(self, run: QueuedRun) -> str:
        """The id its account has by now."""
        member = self._registry.owner(run.account_id, run.root)
        return member.entry.id if member else run.account_id

    @staticmethod
    def _guarded(run: QueuedRun, work: Callable[[], object]) -> None:
        """Whatever one account raises, its seat must get free and the others go on."""
        try:
            work()
        except Exception:  # noqa: BLE001  logged whole; a disk that is full fails every record, and nobody is left to ask
            _log.exception("run could not be recorded", account=run.account_id, run=run.run_id)

    def _run(self, run: QueuedRun) -> RunOutcome | None:
        """The run's outcome; None when it is not done after all."""
        with self._lock:
            why_not = self._why_not(run)
            if why_not:
                self._leave_out(run, why_not)
                return None
            bot = self.instance(self._present_id(run))
        return bot.run_slot(
            run.slot,
            trigger=run.trigger,
            run_id=run.run_id,
            progress=lambda step: self._tell(run, step),
        )

    def _tell(self, run: QueuedRun, step: Step) -> None:
        """A run tells its step; what it did in the step before shows with it."""
        with self._lock:
            account_id = self._present_id(run)
            self.steps[account_id] = step
            self._show(account_id)

    def _why_not(self, run: QueuedRun) -> str:
        """Why a run that had waited is not done after all; "" when it is."""
        if self._closing:
            return SHUTTING_DOWN
        member = self._registry.owner(run.account_id, run.root)
        if member is None or not member.is_usable:
            return "the account was disabled, removed or broken meanwhile"
        if run.trigger in BY_ITSELF and not is_switched_on(member, run.slot):
            return "the slot was switched off or removed meanwhile"
        if member.entry.id in self._registry.leaving:
            return "the account is being removed"
        standing = self._standings.meet(member.entry.id)
        asked_for = run.trigger in _ASKED_FOR and run.not_before is None
        if not asked_for and standing.holds(self._clock.now()):
            return standing.of_account
        return ""

    def _leave_out(self, run: QueuedRun, why_not: str) -> None:
        """End a run that had waited. What rested has done a part of its work."""
        _log.info("run left out", account=run.account_id, run=run.run_id, reason=why_not)
        if run.slot == CHECK_SLOT:
            self._consequences.look_later(run)
        if run.not_before is None:
            self._end(run, RunState.SKIPPED, why_not)
        else:
            self._end(run, RunState.PARTLY, f"the rest was left out: {why_not}")

    def _end(self, run: QueuedRun, state: RunState, reason: str) -> RunOutcome:
        """End a run's record from here, without its automation."""
        folder = AccountFolder(run.root)
        if not is_there(folder.metrics_db):  # the account was taken away together with its folder
            return RunOutcome(state, reason)
        with open_records(folder) as records:
            records.journal.note(run.run_id, self._clock.now(), reason, "warning")
            records.journal.end_run(run.run_id, state, self._clock.now(), reason)
            return RunOutcome(state, reason, undecided=records.journal.has_undecided())

    def _end_broken(self, run: QueuedRun) -> RunOutcome:
        """End the record of a run that raised what nobody foresaw."""
        try:
            return self._end(run, RunState.FAILED, "an error inside Aviary; data/logs/aviary.log has the details")
        except StorageError as error:
            return RunOutcome(RunState.FAILED, error.message, error.remedy)

    def _follow(self, run: QueuedRun, outcome: RunOutcome) -> None:
        """What the run's end means for its account and for the fleet."""
        with self._lock:
            present_id = self._present_id(run)
            if present_id != run.account_id and run.account_id not in self._registry.members:
                self._shared().permits.rename({run.account_id: present_id})  # taken before it heard that it must end
            if self._consequences.draw(run, outcome):
                self._show_all()
            if not self._closing:
                self._consequences.go_on(run, outcome)


def is_switched_on(member: Member, slot: str) -> bool:
    """Whether the slot is one that comes up by itself."""
    settings = member.settings
    if settings is None or not settings.schedule.enabled:
        return False
    if slot == READING_SLOT:
        return settings.numbers.own_visit
    return slot == QUEUE_SLOT or any(each.name == slot and each.enabled for each in settings.schedule.all_slots)
