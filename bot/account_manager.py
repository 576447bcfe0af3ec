"""AccountManager: the fleet. Who there is, what a person asks for, and what a person sees."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from random import Random
from typing import TypeVar

import structlog
from filelock import FileLock, Timeout

from bot.automation import PAGES_SLOT, BotAutomation, Shared
from bot.browser.reaper import reap
from bot.clock import Clock, SystemClock, in_words
from bot.connecting import Connect, connect_browser
from bot.errors import HomeInUse, StorageError, sentences
from bot.fleet.cards import Cards, Situation, make_broken_card, make_card
from bot.fleet.dispatcher import Dispatcher
from bot.fleet.page_reports import find_report_file, read_report
from bot.fleet.pause import FleetPause
from bot.fleet.records import AccountRecords, open_records, read_posts, read_runs, read_steps, why_view
from bot.fleet.registry import Member, Registry
from bot.fleet.review import decide
from bot.fleet.run_queue import RunQueue
from bot.fleet.scheduling import Scheduling
from bot.fleet.why_today import why_no_post_today
from bot.fleet_view import PAUSED_BY_A_PERSON, AccountView, FleetView, PostView, RunView, StateKind, StepView, WhyView
from bot.planning.ticker import Ticker
from bot.settings.fleet import AccountEntry, FleetSettings
from bot.settings.home import Home
from bot.storage.database import Database
from bot.storage.evidence import find_evidence
from bot.storage.permits import Permits
from bot.storage.standings import StandingKind, Standings
from bot.x.report import PageReport

TICK_SECONDS = 0.5
Record = TypeVar("Record")
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
        self._clock = clock or SystemClock()
        self._lock = threading.RLock()
        self._registry = Registry(self.home)
        self._cards = Cards()
        self._card_days: dict[str, date] = {}
        self._queue = RunQueue(FleetSettings().max_concurrent_accounts)
        self._dispatcher = Dispatcher(
            self._lock, self._registry, self._queue, self._clock, connect, random_of, self._show, self._show_all
        )
        self._ticker = Ticker(self._clock)
        self._file_lock = FileLock(self.home.lock_file, blocking=False)

    # life

    def open(self, *, pick_up: bool = True) -> None:
        """Take the home for this process, clear what a crash left, and read the accounts.

        Without `pick_up`, runs that were left over wait for the next start: for a command that does one thing.
        Raises HomeError (not writable), HomeInUse (another process has it), StorageError (fleet.db).
        """
        self.home.prepare()
        try:
            self._file_lock.acquire()
        except Timeout as error:
            raise HomeInUse(f"another Aviary works on {self.home.root}") from error
        self._database = Database(self.home.fleet_db, "fleet")
        self._permits = Permits(self._database, self._clock)
        self._queue.share_of = self._permits.share
        self._standings = Standings(self._database, self._clock)
        self._pause = FleetPause(self._standings, self._clock)
        self._scheduling = Scheduling(self._standings, self._queue, self._clock, self._pause)
        self._dispatcher.open(self._standings, self._scheduling, self._pause, self._shared)
        for stray in reap(self.home.root):
            _log.warning("ended a browser that a crash left", pid=stray.pid)
        self.load_accounts()
        for member in self._registry.members.values():
            if member.is_usable and pick_up:
                self._scheduling.pick_up(member)
                self._show(member.entry.id)

    def start(self) -> None:
        """Let slots fire, files be watched and seats be filled, until `close()`."""
        self._ticker.every(TICK_SECONDS, self.tick, "tick")
        self._ticker.every(2, self.reload, "reload")
        self._ticker.every(30, self._refresh_cards, "refresh cards")
        self._ticker.start()

    def close(self, patience_seconds: float = 20.0) -> None:
        """End all work: runs stop at their next safe point, browsers close, then the home is free."""
        self._ticker.stop()
        self._dispatcher.close(patience_seconds)
        for stray in reap(self.home.root):
            _log.warning("ended a browser that did not close in time", pid=stray.pid)
        self._dispatcher.close(patience_seconds=5)
        self._scheduling.remember()
        self._database.close()
        self._file_lock.release()

    # accounts

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
        return self._member(account_id).entry

    def create_bot_instance(self, account_id: str) -> BotAutomation:
        """The account's automation, made when it is first needed."""
        return self._dispatcher.instance(account_id)

    def _shared(self) -> Shared:
        handles = frozenset(member.entry.handle.lower() for member in self._registry.members.values())
        registry = self._registry
        return Shared(registry.fleet.settings, self._permits, self._standings, handles, registry.selectors)

    def reload(self) -> None:
        """Take in what changed in the files since the last look."""
        with self._lock:
            problems_before = self._registry.fleet_problems
            changed = self._registry.refresh()
            if changed is None and problems_before == self._registry.fleet_problems:
                return
            self._dispatcher.adapt(self._registry.fleet.settings)
            self._dispatcher.forget_all()
            for account_id in changed or ():
                self._replan(account_id)
            for entry in self._registry.broken:
                self._cards.put(make_broken_card(entry))
            self._cards.keep_only([*self._registry.members, *(entry.id for entry in self._registry.broken)])
            self._cards.touch()

    def _replan(self, account_id: str) -> None:
        """Bring agenda, automation and card of one account in line with its files."""
        self._dispatcher.forget(account_id)
        member = self._registry.members.get(account_id)
        if member is None:
            self._scheduling.forget(account_id)
            self._queue.withdraw(account_id)
            return
        self._scheduling.replan(member, self._registry.fleet.settings)
        self._show(account_id)

    def tick(self) -> None:
        """Queue what is due and fill free seats. The ticker calls it twice a second."""
        with self._lock:
            for account_id in self._scheduling.look(self._registry.members):
                self._show(account_id)
        self._dispatcher.fill_seats()

    def wait_until_idle(self, seconds: float) -> bool:
        """Wait until no run works or waits for a seat; False when that took longer than `seconds`."""
        return self._queue.wait_until_idle(self._clock.now, seconds)

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
            try:
                self._scheduling.plan_manual(member, chosen)
            except StorageError as error:
                self._show(account_id)
                return f"{_name(member)} cannot work: {sentences(error.message, error.remedy)}"
            self._show(account_id)
            self._dispatcher.fill_seats()
            waits = self._queue.is_waiting(account_id, self._clock.now())
            return f"{_name(member)}: {chosen} {'waits for a free seat' if waits else 'begins now'}."

    def check_pages(self, account_id: str) -> str:
        """Queue a look whether x.com's pages are as the selectors know them. Returns one line for the person.

        It is done in a pause of the fleet and for an account that needs attention, too: that is when it is needed.
        """
        with self._lock:
            member = self._registry.members.get(account_id)
            if member is None:
                return self._unusable(account_id)
            refusal = _cannot_work(member) or self._resting(member)
            if refusal:
                return refusal
            now = self._clock.now()
            if self._queue.is_working(account_id) or self._queue.is_waiting(account_id, now, PAGES_SLOT):
                return f"{_name(member)} has a run already; wait until it has ended."
            self._scheduling.plan_page_check(member)
            self._show(account_id)
            self._dispatcher.fill_seats()
            waits = self._queue.is_waiting(account_id, now, PAGES_SLOT)
            return f"{_name(member)}: the look at x.com's pages {'waits for a free seat' if waits else 'begins now'}."

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
            self._stand(member, StandingKind.ACTIVE, "started by a person")
            self._replan(account_id)
            return f"{_name(member)} is started; {self._what_comes(member)}."

    def stop_account(self, account_id: str) -> str:
        """End its present run at the next safe point and let no slot fire until it is started again."""
        with self._lock:
            member = self._registry.members.get(account_id)
            if member is None:
                return self._unusable(account_id)
            self._stand(member, StandingKind.STOPPED, _BY_A_PERSON)
            works = self._dispatcher.stop(account_id, _BY_A_PERSON)
            self._show(account_id)
            return f"{_name(member)} is stopped{'; its present run ends at the next safe point' if works else ''}."

    def pause_accounts(self, account_ids: Sequence[str]) -> list[str]:
        """Let no slot of these fire until resumed; a present run goes on."""
        return [self._pause_one(account_id) for account_id in account_ids]

    def _pause_one(self, account_id: str) -> str:
        with self._lock:
            member = self._registry.members.get(account_id)
            if member is None:
                return self._unusable(account_id)
            standing = self._standings.meet(account_id)
            if standing.kind in {StandingKind.NEEDS_ATTENTION, StandingKind.STOPPED}:
                return f"{_name(member)} {standing.in_words}; there is nothing to pause."
            self._stand(member, StandingKind.PAUSED, PAUSED_BY_A_PERSON)
            self._show(account_id)
            return f"{_name(member)} is paused."

    def resume_accounts(self, account_ids: Sequence[str]) -> list[str]:
        """End the pause of these, and only that."""
        return [self._resume_one(account_id) for account_id in account_ids]

    def _resume_one(self, account_id: str) -> str:
        with self._lock:
            member = self._registry.members.get(account_id)
            if member is None:
                return self._unusable(account_id)
            if self._standings.meet(account_id).kind is not StandingKind.PAUSED:
                return f"{_name(member)} is not paused."
            self._stand(member, StandingKind.ACTIVE, "resumed by a person")
            self._replan(account_id)
            return f"{_name(member)} goes on; {self._what_comes(member)}."

    def pause_fleet(self) -> str:
        """Let no run of any account begin until resumed; present runs go on."""
        with self._lock:
            self._pause.begin(PAUSED_BY_A_PERSON)
            self._show_all()
            return "All accounts are paused; present runs go on to their end."

    def resume_fleet(self) -> str:
        """End the pause of the fleet, whoever began it; what came due meanwhile follows its slot's policy."""
        with self._lock:
            if not self._pause.is_on:
                return "The fleet is not paused."
            self._pause.end()
            self._scheduling.drop_missed(self._registry.members)
            self._show_all()
            self._dispatcher.fill_seats()
            return "The fleet goes on."

    def decide_post(self, account_id: str, intent_id: int, *, is_there: bool) -> str:
        """A person's word on a post that needs review. Returns one line for the person."""
        with self._lock:
            member = self._member(account_id)
            with open_records(member.folder) as records:
                answer = decide(records, member, intent_id, is_there=is_there, permits=self._permits, clock=self._clock)
            self._show(account_id)
            self._cards.touch()
            return answer

    def _stand(self, member: Member, kind: StandingKind, why: str) -> None:
        """Enter what a person decided, into the standing and into the account's record."""
        self._standings.meet(member.entry.id)
        self._standings.set(member.entry.id, kind, reason="" if kind is StandingKind.ACTIVE else why)
        try:
            with open_records(member.folder) as records:
                records.journal.note(None, self._clock.now(), why)
        except StorageError as error:
            _log.warning("account has a damaged database", account=member.entry.id, error=error.message)

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
        if self._pause.is_on:
            return f"The fleet is paused: {self._pause.reason}. Resume it first."
        if self._queue.is_working(account_id) or self._queue.is_waiting(account_id, now):
            return f"{name} has a run already; wait until it has ended."
        if self._queue.resting(account_id, now):
            return f"{name} has a run that waits for a permit; Stop ends it."
        standing = self._standings.meet(account_id)
        if standing.kind is StandingKind.NEEDS_ATTENTION:
            return f"{name} needs attention first: {standing.reason}. {standing.remedy}"
        return self._resting(member)

    def _resting(self, member: Member) -> str:
        """Why x.com should not hear of the account now; "" when it may."""
        standing = self._standings.meet(member.entry.id)
        if standing.kind is StandingKind.LIMITED and standing.holds(self._clock.now()):
            return f"{_name(member)} rests: {standing.reason}. Resume ends the rest."
        return ""

    def _next_slot(self, member: Member) -> str:
        coming = self._scheduling.coming(member.entry.id)
        names = _slot_names(member)
        return coming.slot if coming else names[0] if names else ""

    def _what_comes(self, member: Member) -> str:
        coming = self._scheduling.coming(member.entry.id)
        if coming is None or member.settings is None:
            return "no slot is switched on"
        at = in_words(coming.planned_at, self._clock.now(), member.settings.schedule.zone)
        return f"next is {coming.slot}, {at}"

    # what a person sees

    def overview(self) -> FleetView:
        working, queued = self._queue.counts(self._clock.now())
        with self._lock:
            problems = tuple(str(problem) for problem in self._registry.fleet_problems)
        return FleetView(
            self._cards.version,
            self._cards.all(),
            self._queue.seats,
            working,
            queued,
            problems,
            self._pause.reason,
        )

    def account_view(self, account_id: str) -> AccountView:
        view = self._cards.get(account_id)
        if view is None:
            raise KeyError(account_id)
        return view

    def runs(self, account_id: str, limit: int = 20) -> list[RunView]:
        return self._read(account_id, lambda member: read_runs(member.folder, limit), [])

    def steps(self, account_id: str, run_id: int) -> list[StepView]:
        return self._read(account_id, lambda member: read_steps(member.folder, run_id), [])

    def posts(self, account_id: str, limit: int = 10) -> list[PostView]:
        return self._read(account_id, lambda member: read_posts(member.folder, member.entry.handle, limit), [])

    def why(
        self, account_id: str, *, limit: int = 50, before: int = 0, levels: Sequence[str] = (), words: str = ""
    ) -> list[WhyView]:
        """The record of every decision and step, newest first."""

        def read(records: AccountRecords) -> list[WhyView]:
            steps = records.journal.history(limit, before=before, levels=levels, words=words)
            return [why_view(step) for step in steps]

        return self._read(account_id, lambda member: _look(member, read), [])

    def why_no_post_today(self, account_id: str) -> str:
        """One line in words: what it posted today, or what kept it from posting and when it tries again."""
        view = self.account_view(account_id)
        now = self._clock.now()
        return self._read(
            account_id,
            lambda member: _look(member, lambda records: why_no_post_today(records, view, now)),
            view.state.reason,
        )

    def evidence_file(self, account_id: str, evidence_id: str) -> Path | None:
        self.account_view(account_id)
        member = self._registry.members.get(account_id)
        return find_evidence(member.folder.evidence, evidence_id) if member else None

    def page_report(self, account_id: str) -> PageReport | None:
        """The newest report of `check_pages`; None without one."""
        return self._read(account_id, lambda member: read_report(member.folder), None)

    def page_report_file(self, account_id: str, report_id: str, name: str) -> Path | None:
        """A file of a report: NAME.png, NAME.html, report.json."""
        return self._read(account_id, lambda member: find_report_file(member.folder, report_id, name), None)

    def _read(self, account_id: str, read: Callable[[Member], Record], nothing: Record) -> Record:
        """What the account's database holds; `nothing` when it is damaged or unknown: its card says so."""
        self.account_view(account_id)
        member = self._registry.members.get(account_id)
        if member is None:
            return nothing
        try:
            return read(member)
        except StorageError as error:
            _log.warning("account has a damaged database", account=account_id, error=error.message)
            return nothing

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
            situation = Situation(
                self._dispatcher.steps.get(account_id),
                self._queue.is_waiting(account_id, now),
                self._queue.resting(account_id, now),
                self._pause.reason,
            )
            standing = self._standings.meet(account_id)
            self._card_days[account_id] = self._local_date(member)
            self._cards.put(make_card(member, standing, self._scheduling.coming(account_id), now, situation))

    def _show_all(self) -> None:
        for account_id in list(self._registry.members):
            self._show(account_id)
        self._cards.touch()

    def _refresh_cards(self) -> None:
        """Rests that ended and days that began change cards without any run."""
        now = self._clock.now()
        for view in self._cards.all():
            member = self._registry.members.get(view.id)
            rested = view.state.until is not None and view.state.until <= now
            mended = view.state.kind is StateKind.BROKEN  # perhaps: a database that was locked or was put back
            if member is not None and (rested or mended or self._card_days.get(view.id) != self._local_date(member)):
                self._show(view.id)

    def _local_date(self, member: Member) -> date:
        now = self._clock.now()
        return now.astimezone(member.settings.schedule.zone).date() if member.settings else now.date()


def _look(member: Member, read: Callable[[AccountRecords], Record]) -> Record:
    with open_records(member.folder) as records:
        return read(records)


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
