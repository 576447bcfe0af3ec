"""What a person sees of the fleet: cards in memory, and what each account's own database says."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, tzinfo
from pathlib import Path
from typing import TypeVar

import structlog

from bot.clock import Clock
from bot.content.readiness import Readiness
from bot.errors import StorageError
from bot.fleet.cards import NOT_IN_ORDER, Cards, Situation, make_broken_card, make_card
from bot.fleet.page_reports import find_report_file, read_report
from bot.fleet.pause import FleetPause
from bot.fleet.records import (
    AccountRecords,
    open_records,
    read_days,
    read_keywords,
    read_posts,
    read_runs,
    read_steps,
    why_view,
)
from bot.fleet.registry import Member, Registry
from bot.fleet.run_queue import RunQueue
from bot.fleet.scheduling import Scheduling
from bot.fleet.why_today import why_no_post_today
from bot.fleet_view import AccountView, FleetView, PostView, RunView, StateKind, StepView, WhyView
from bot.storage.evidence import find_evidence
from bot.storage.keyword_numbers import KeywordNumbers
from bot.storage.numbers import AccountNumbers
from bot.storage.standings import Standings
from bot.x.contract import Step
from bot.x.report import PageReport

Record = TypeVar("Record")
_log = structlog.get_logger(__name__)


class Viewing:
    """Shares the manager's lock. `steps` is what each working account does this moment.

    Methods with an `account_id` raise KeyError for an unknown one, but for `show`.
    """

    def __init__(
        self,
        lock: threading.RLock,
        registry: Registry,
        queue: RunQueue,
        clock: Clock,
        readiness: Readiness | None = None,
    ) -> None:
        self.steps: Mapping[str, Step] = {}
        self.remarks: Callable[[Member], tuple[str, ...]] = lambda _member: ()
        """What else a card warns of."""
        self.fleet_remark: Callable[[], str] = lambda: ""
        """What else the overview warns of; asked at each poll, as the next one."""
        self.seat_remark: Callable[[], str] = lambda: ""
        """Whether the fleet has more work than seats, in words."""
        self._lock = lock
        self._registry = registry
        self._queue = queue
        self._clock = clock
        self._cards = Cards()
        self._card_days: dict[str, date] = {}
        self._readiness = readiness or Readiness()
        self._told: tuple[str, ...] = ()  # what the log says of accounts.yaml itself

    def open(self, standings: Standings, scheduling: Scheduling, pause: FleetPause) -> None:
        """Begin with an open home."""
        self._standings = standings
        self._scheduling = scheduling
        self._pause = pause

    # keeping the cards

    def take_over(self) -> None:
        """Have the cards of the accounts that the registry names, in its order, and no others."""
        for entry in self._registry.broken:
            self._cards.put(make_broken_card(entry))
        self._readiness.keep_only(member.folder for member in self._registry.members.values())
        self._tell_hints()
        self._cards.keep_only([*self._registry.members, *(entry.id for entry in self._registry.broken)])
        self._cards.touch()

    def touch(self) -> None:
        """Something of the fleet itself, or of an account beside its card, has changed."""
        self._cards.touch()

    def show_queue(self, account_id: str) -> None:
        """The posts that wait in the account are other ones."""
        self.show(account_id)
        self._cards.renew(account_id)

    def show(self, account_id: str) -> None:
        """Make the account's card anew."""
        with self._lock:
            member = self._registry.members.get(account_id)
            if member is None:
                return
            now = self._clock.now()
            situation = Situation(
                self.steps.get(account_id),
                self._queue.is_waiting(account_id, now),
                self._queue.resting(account_id, now),
                self._pause.reason,
            )
            standing = self._standings.meet(account_id)
            self._card_days[account_id] = self._local_date(member)
            coming = self._scheduling.next_work(member)
            lacks = (*self._lacks(member), *self.remarks(member))
            self._cards.put(make_card(member, standing, coming, now, situation, lacks))

    def show_all(self) -> None:
        for account_id in list(self._registry.members):
            self.show(account_id)
        self._cards.touch()

    def refresh(self) -> None:
        """Rests that ended, days that began, and files that came or went change cards without any run."""
        now = self._clock.now()
        for view in self._cards.all():
            member = self._registry.members.get(view.id)
            rested = view.state.until is not None and view.state.until <= now
            mended = view.state.kind is StateKind.BROKEN  # perhaps: a database that was locked or was put back
            if member is None:
                continue
            is_new_day = self._card_days.get(view.id) != self._local_date(member)
            if self._lacks_otherwise(member) or rested or mended or is_new_day:
                self.show(view.id)

    def look_again(self, account_id: str) -> None:
        """Files of the account beside its settings are other ones: what it lacks may be, too."""
        with self._lock:
            member = self._registry.members.get(account_id)
            if member is not None:
                self._readiness.forget(member.folder)
                self.show(account_id)

    def _lacks(self, member: Member) -> tuple[str, ...]:
        """What the account lacked at the last look; nothing while its files cannot be read: they come first."""
        if member.settings is None or member.problems:
            return ()
        return self._readiness.lacks(member.folder, member.settings)

    def _lacks_otherwise(self, member: Member) -> bool:
        """Look again; whether the account lacks something else than before."""
        with self._lock:
            before = self._lacks(member)
            self._readiness.forget(member.folder)
            return before != self._lacks(member)

    def _tell_hints(self) -> None:
        """Log keys of accounts.yaml that are not applied, once for each change."""
        hints = tuple(str(hint) for hint in self._registry.fleet.hints)
        for line in hints:
            if line not in self._told:
                _log.warning(NOT_IN_ORDER, what=line)
        self._told = hints

    def _local_date(self, member: Member) -> date:
        return self._clock.now().astimezone(_zone(member)).date()

    # what a person asks to see

    @property
    def version(self) -> int:
        """Grows with each change that a card shows."""
        return self._cards.version

    def overview(self) -> FleetView:
        working, queued = self._queue.counts(self._clock.now())
        with self._lock:
            problems = tuple(str(problem) for problem in self._registry.fleet_problems)
            hints = tuple(str(hint) for hint in self._registry.fleet.hints)
        seats = self.seat_remark()
        return FleetView(
            self._cards.version,
            self._cards.all(),
            self._queue.seats,
            working,
            queued,
            problems,
            self._pause.reason,
            (*hints, *filter(None, (self.fleet_remark(), seats))),
            seats,
        )

    def account_view(self, account_id: str) -> AccountView:
        view = self._cards.get(account_id)
        if view is None:
            raise KeyError(account_id)
        return view

    def runs(self, account_id: str, limit: int = 20, *, before: int = 0) -> list[RunView]:
        return self._read(account_id, lambda member: read_runs(member.folder, limit, before), [])

    def steps_of(self, account_id: str, run_id: int) -> list[StepView]:
        return self._read(account_id, lambda member: read_steps(member.folder, run_id), [])

    def posts(self, account_id: str, limit: int = 10, *, before: int = 0) -> list[PostView]:
        return self._read(account_id, lambda member: read_posts(member.folder, member.entry.handle, limit, before), [])

    def why(
        self, account_id: str, *, limit: int = 50, before: int = 0, levels: Sequence[str] = (), words: str = ""
    ) -> list[WhyView]:
        """The record of every decision and step, newest first."""

        def read(records: AccountRecords) -> list[WhyView]:
            steps = records.journal.history(limit, before=before, levels=levels, words=words)
            return [why_view(step) for step in steps]

        return self._read(account_id, lambda member: _look(member, read), [])

    def numbers(self, account_id: str) -> AccountNumbers:
        """Its days, its posts and their counts; empty while its database cannot be read."""

        def read(member: Member) -> AccountNumbers:
            return read_days(member.folder, self._local_date(member), _zone(member))

        return self._read(account_id, read, AccountNumbers())

    def keyword_numbers(self, account_id: str) -> dict[str, KeywordNumbers]:
        """Keyword -> what it brought; empty while its database cannot be read."""
        return self._read(account_id, lambda member: read_keywords(member.folder), {})

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


def _zone(member: Member) -> tzinfo:
    """That of its clock; of an account whose settings cannot be read, UTC."""
    return member.settings.schedule.zone if member.settings else UTC


def _look(member: Member, read: Callable[[AccountRecords], Record]) -> Record:
    with open_records(member.folder) as records:
        return read(records)
