"""AccountManager: the fleet. Who there is, who works, and what a person asks for."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import TypeVar

import structlog
from filelock import FileLock, Timeout

from bot.automation import CHECK_SLOT, BotAutomation, RunOutcome, Shared, follow_up_in
from bot.browser.reaper import reap
from bot.cards import Cards, make_broken_card, make_card
from bot.clock import Clock, SystemClock
from bot.connecting import Connect, connect_browser
from bot.errors import HomeInUse, StorageError
from bot.fleet_view import AccountView, FleetView, PostView, RunState, RunView, StepView
from bot.planning.ticker import Ticker
from bot.records import open_records, read_posts, read_runs, read_steps
from bot.registry import Member, Registry
from bot.run_queue import QueuedRun, RunQueue
from bot.scheduling import Scheduling
from bot.settings.fleet import AccountEntry, FleetSettings
from bot.settings.home import Home
from bot.storage.database import Database
from bot.storage.evidence import find_evidence
from bot.storage.permits import Permits
from bot.storage.standings import StandingKind, Standings
from bot.verdicts import judge
from bot.x.contract import Step, StepKind

Record = TypeVar("Record")
_SHUTTING_DOWN = "Aviary is shutting down"
_BY_A_PERSON = "stopped by a person"
_log = structlog.get_logger(__name__)


class AccountManager:
    """Keeps the registry, the seats and each account's automation.

    `home` is the folder everything hangs off (default: AVIARY_HOME, else the present folder). `open()` takes the
    home for this process, `start()` lets slots fire, `close()` ends all work. Methods are safe for threads; those
    with an `account_id` raise KeyError for an unknown one.
    """

    def __init__(
        self,
        home: str | Path | None = None,
        *,
        clock: Clock | None = None,
        connect: Connect = connect_browser,
        random_of: Callable[[str], Random] = lambda _account_id: Random(),
    ) -> None:
        self.home = Home(Path(home or os.environ.get("AVIARY_HOME") or ".").resolve())
        self.instances: dict[str, BotAutomation] = {}
        self._clock = clock or SystemClock()
        self._connect = connect
        self._random_of = random_of
        self._lock = threading.RLock()
        self._registry = Registry(self.home)
        self._cards = Cards()
        self._queue = RunQueue(FleetSettings().max_concurrent_accounts)
        self._steps: dict[str, Step] = {}
        self._ticker = Ticker(self._clock)
        self._file_lock = FileLock(self.home.lock_file, blocking=False)
        self._closing = False

    # life

    def open(self) -> None:
        """Take the home for this process, clear what a crash left, and read the accounts.

        Raises HomeError (not writable), HomeInUse (another process has it), StorageError (fleet.db).
        """
        self.home.prepare()
        try:
            self._file_lock.acquire()
        except Timeout as error:
            raise HomeInUse(f"another Aviary works on {self.home.root}") from error
        self._database = Database(self.home.fleet_db, "fleet")
        self._permits = Permits(self._database, self._clock)
        self._standings = Standings(self._database, self._clock)
        self._scheduling = Scheduling(self._standings, self._queue, self._clock)
        self._executor = self._new_pool(self._queue.seats)
        for stray in reap(self.home.root):
            _log.warning("ended a browser that a crash left", pid=stray.pid)
        self.load_accounts()
        for member in self._registry.members.values():
            if member.is_usable:
                self._scheduling.pick_up(member)
                self._show(member.entry.id)

    def start(self) -> None:
        """Let slots fire, files be watched and seats be filled, until `close()`."""
        self._ticker.every(1, self.tick, "tick")
        self._ticker.every(2, self.reload, "reload")
        self._ticker.every(30, self._refresh_cards, "refresh cards")
        self._ticker.start()

    def close(self, patience_seconds: float = 20.0) -> None:
        """End all work: runs stop at their next safe point, browsers close, then the home is free."""
        with self._lock:
            self._closing = True
            bots = list(self.instances.values())
        self._ticker.stop()
        for bot in bots:
            bot.stop(_SHUTTING_DOWN)
        ending = threading.Thread(target=self._executor.shutdown, kwargs={"cancel_futures": True}, daemon=True)
        ending.start()
        ending.join(patience_seconds)
        for stray in reap(self.home.root):
            _log.warning("ended a browser that did not close in time", pid=stray.pid)
        ending.join(5)
        self._scheduling.remember()
        self._database.close()
        self._file_lock.release()

    # accounts

    def load_accounts(self) -> list[AccountEntry]:
        """Read the master list and every account's files; returns the entries that can be used."""
        with self._lock:
            self.reload()
            return [member.entry for member in self._registry.members.values()]

    def get_account(self, account_id: str) -> AccountEntry:
        return self._member(account_id).entry

    def create_bot_instance(self, account_id: str) -> BotAutomation:
        """The account's automation, made when it is first needed."""
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

    def _shared(self) -> Shared:
        handles = frozenset(member.entry.handle.lower() for member in self._registry.members.values())
        return Shared(self._registry.fleet.settings, self._permits, self._standings, handles)

    def reload(self) -> None:
        """Take in what changed in the files since the last look."""
        with self._lock:
            problems_before = self._registry.fleet_problems
            changed = self._registry.refresh()
            if changed is None and problems_before == self._registry.fleet_problems:
                return
            self._take_seats(self._registry.fleet.settings.max_concurrent_accounts)
            for account_id in changed or ():
                self._replan(account_id)
            for entry in self._registry.broken:
                self._cards.put(make_broken_card(entry))
            self._cards.keep_only([*self._registry.members, *(entry.id for entry in self._registry.broken)])
            self._cards.touch()

    def _take_seats(self, seats: int) -> None:
        if seats != self._queue.seats:
            self._queue.seats = seats
            # Runs of the old pool end there; together they never have more seats than the queue gives.
            self._executor.shutdown(wait=False)
            self._executor = self._new_pool(seats)

    def _new_pool(self, seats: int) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(max_workers=seats, thread_name_prefix="account")

    def _replan(self, account_id: str) -> None:
        """Bring agenda, automation and card of one account in line with its files."""
        if not self._queue.is_working(account_id):
            self.instances.pop(account_id, None)
        member = self._registry.members.get(account_id)
        if member is None:
            self._scheduling.forget(account_id)
            self._queue.withdraw(account_id)
            return
        self._scheduling.replan(member, self._registry.fleet.settings)
        self._show(account_id)

    # work

    def tick(self) -> None:
        """Queue what is due and fill free seats. The ticker calls it every second."""
        with self._lock:
            for account_id in self._scheduling.look(self._registry.members):
                self._show(account_id)
        self._fill_seats()

    def _fill_seats(self) -> None:
        with self._lock:
            while not self._closing and (run := self._queue.take(self._clock.now())) is not None:
                self._steps[run.account_id] = Step(StepKind.OPENING)
                self._show(run.account_id)
                self._executor.submit(self._work, run)

    def _work(self, run: QueuedRun) -> None:
        """In a pool thread: one run, from its seat to its consequences."""
        _log.info("run begins", account=run.account_id, run=run.run_id, slot=run.slot, trigger=run.trigger)
        try:
            outcome = self._run(run)
            _log.info("run ended", account=run.account_id, run=run.run_id, state=outcome.state, reason=outcome.reason)
            self._settle(run, outcome)
        except Exception:  # noqa: BLE001  whatever one account raises, its seat must get free and the others go on
            _log.exception("run failed", account=run.account_id, run=run.run_id)
            self._settle(run, self._end_broken(run))
        finally:
            with self._lock:
                self._steps.pop(run.account_id, None)
                self.instances.pop(run.account_id, None)
                self._show(run.account_id)
                self._queue.leave(run.account_id)
        self._fill_seats()

    def _run(self, run: QueuedRun) -> RunOutcome:
        with self._lock:
            why_not = self._why_not(run)
            if why_not:
                return self._end(run, RunState.SKIPPED, why_not)
            bot = self.create_bot_instance(run.account_id)
        return bot.run_slot(
            run.slot,
            trigger=run.trigger,
            run_id=run.run_id,
            progress=lambda step: self._show_step(run.account_id, step),
        )

    def _why_not(self, run: QueuedRun) -> str:
        """Why a run that had waited is not done after all; "" when it is."""
        if self._closing:
            return _SHUTTING_DOWN
        member = self._registry.members.get(run.account_id)
        if member is None or not member.is_usable:
            return "the account was disabled, removed or broken meanwhile"
        standing = self._standings.meet(run.account_id)
        if run.slot == CHECK_SLOT and standing.holds(self._clock.now()):
            return f"the account is {standing.kind.value.replace('_', ' ')}"
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
        """What the run's end means for the account."""
        with self._lock:
            if run.account_id not in self._registry.members:
                return
            judge(self._standings, run.account_id, outcome, self._clock.now())
            if outcome.undecided and not self._closing:
                at = self._clock.now() + follow_up_in(self._registry.fleet.settings)
                self._scheduling.plan_check(self._registry.members[run.account_id], at)

    # what a person asks for

    def run_account(self, account_id: str, slot: str = "") -> str:
        """Queue a run now; "" is the slot that comes next. Returns one line for the person."""
        with self._lock:
            member = self._registry.members.get(account_id)
            if member is None:
                return self._unusable(account_id)
            refusal = self._refusal(member)
            if refusal:
                return refusal
            chosen = slot or self._next_slot(member)
            if chosen not in _slot_names(member):
                return f"{_name(member)} has no slot {chosen!r}; its slots are in config/settings.yaml."
            self._scheduling.plan_manual(member, chosen)
            self._show(account_id)
            self._fill_seats()
            waits = self._queue.is_waiting(account_id, self._clock.now())
            return f"{_name(member)}: {chosen} {'waits for a free seat' if waits else 'begins now'}."

    def run_all_accounts(self, slot: str = "") -> list[str]:
        """Queue a run of every enabled account; returns a line for each."""
        with self._lock:
            enabled = [member.entry.id for member in self._registry.members.values() if member.entry.enabled]
        return [self.run_account(account_id, slot) for account_id in enabled]

    def start_account(self, account_id: str) -> str:
        """Let it follow its schedule; ends stopped, paused, limited, failing and needs-attention."""
        with self._lock:
            member = self._registry.members.get(account_id)
            if member is None:
                return self._unusable(account_id)
            refusal = _cannot_work(member)
            if refusal:
                return refusal
            self._standings.meet(account_id)
            self._standings.set(account_id, StandingKind.ACTIVE)
            self._replan(account_id)
            coming = self._scheduling.coming(account_id)
            if coming is None or member.settings is None:
                return f"{_name(member)} is started, but no slot is switched on."
            at = coming.planned_at.astimezone(member.settings.schedule.zone)
            return f"{_name(member)} is started; next is {coming.slot} at {at:%H:%M}."

    def stop_account(self, account_id: str) -> str:
        """End its present run at the next safe point and let no slot fire until it is started again."""
        with self._lock:
            member = self._registry.members.get(account_id)
            if member is None:
                return self._unusable(account_id)
            self._standings.meet(account_id)
            self._standings.set(account_id, StandingKind.STOPPED, reason=_BY_A_PERSON)
            for run in self._queue.withdraw(account_id):
                self._end(run, RunState.STOPPED, _BY_A_PERSON)
            bot = self.instances.get(account_id)
            if bot is not None:
                bot.stop(_BY_A_PERSON)
            self._show(account_id)
            ending = "; its present run ends at the next safe point" if bot is not None else ""
            return f"{_name(member)} is stopped{ending}."

    def _unusable(self, account_id: str) -> str:
        """A line for an entry of accounts.yaml that cannot be used. Raises KeyError for an unknown one."""
        view = self.account_view(account_id)
        return f"{view.name} cannot work: {view.state.reason}"

    def _refusal(self, member: Member) -> str:
        """Why a run may not be asked for now; "" when it may."""
        name, account_id, now = _name(member), member.entry.id, self._clock.now()
        cannot = _cannot_work(member)
        if cannot:
            return cannot
        if self._queue.is_working(account_id) or self._queue.is_waiting(account_id, now):
            return f"{name} has a run already; wait until it has ended."
        standing = self._standings.meet(account_id)
        if standing.kind is StandingKind.NEEDS_ATTENTION:
            return f"{name} needs attention first: {standing.reason}. {standing.remedy}"
        if standing.kind is StandingKind.LIMITED and standing.holds(now):
            return f"{name} rests: {standing.reason}. Start ends the rest."
        return ""

    def _next_slot(self, member: Member) -> str:
        coming = self._scheduling.coming(member.entry.id)
        names = _slot_names(member)
        return coming.slot if coming else names[0] if names else ""

    def wait_until_idle(self, seconds: float) -> bool:
        """Wait until no run works or waits for a seat; False when that took longer than `seconds`."""
        return self._queue.wait_until_idle(self._clock.now, seconds)

    # what a person sees

    def overview(self) -> FleetView:
        working, queued = self._queue.counts(self._clock.now())
        with self._lock:
            problems = tuple(str(problem) for problem in self._registry.fleet_problems)
        return FleetView(self._cards.version, self._cards.all(), self._queue.seats, working, queued, problems)

    def account_view(self, account_id: str) -> AccountView:
        view = self._cards.get(account_id)
        if view is None:
            raise KeyError(account_id)
        return view

    def runs(self, account_id: str, limit: int = 20) -> list[RunView]:
        return self._read(account_id, lambda member: read_runs(member.folder, limit))

    def steps(self, account_id: str, run_id: int) -> list[StepView]:
        return self._read(account_id, lambda member: read_steps(member.folder, run_id))

    def posts(self, account_id: str, limit: int = 10) -> list[PostView]:
        return self._read(account_id, lambda member: read_posts(member.folder, member.entry.handle, limit))

    def evidence_file(self, account_id: str, evidence_id: str) -> Path | None:
        self.account_view(account_id)
        member = self._registry.members.get(account_id)
        return find_evidence(member.folder.evidence, evidence_id) if member else None

    def _read(self, account_id: str, read: Callable[[Member], list[Record]]) -> list[Record]:
        """What the account's database holds; nothing when it is damaged or unknown: its card says so."""
        self.account_view(account_id)
        member = self._registry.members.get(account_id)
        if member is None:
            return []
        try:
            return read(member)
        except StorageError as error:
            _log.warning("account has a damaged database", account=account_id, error=error.message)
            return []

    def _member(self, account_id: str) -> Member:
        with self._lock:
            return self._registry.members[account_id]

    def _show(self, account_id: str) -> None:
        """Make the account's card anew."""
        with self._lock:
            member = self._registry.members.get(account_id)
            if member is None:
                return
            now = self._clock.now()
            card = make_card(
                member,
                self._standings.meet(account_id),
                self._scheduling.coming(account_id),
                now,
                working=self._steps.get(account_id),
                queued=self._queue.is_waiting(account_id, now),
            )
            self._cards.put(card)

    def _show_step(self, account_id: str, step: Step) -> None:
        """A run tells its step; what it did in the step before shows with it."""
        with self._lock:
            self._steps[account_id] = step
            self._show(account_id)

    def _refresh_cards(self) -> None:
        """Rests that ended and days that began change cards without any run."""
        now = self._clock.now()
        for view in self._cards.all():
            rested = view.state.until is not None and view.state.until <= now
            if rested or now.minute % 10 == 0:
                self._show(view.id)


def _slot_names(member: Member) -> list[str]:
    return [slot.name for slot in member.settings.schedule.all_slots] if member.settings else []


def _name(member: Member) -> str:
    return member.entry.name or member.entry.id


def _cannot_work(member: Member) -> str:
    """Why the account cannot work at all; "" when it can."""
    if not member.entry.enabled:
        return f"{_name(member)} is disabled: set enabled: true in config/accounts.yaml first."
    if not member.is_usable:
        return f"{_name(member)} cannot work: {'; '.join(str(problem) for problem in member.problems)}"
    return ""
