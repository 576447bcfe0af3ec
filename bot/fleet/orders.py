"""What a person asks of the fleet: run, stop, start, pause, resume, decide. Each answers with one line in words."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import structlog

from bot.clock import Clock, in_words
from bot.errors import StorageError, sentences
from bot.fleet.dispatcher import Dispatcher
from bot.fleet.pause import FleetPause
from bot.fleet.records import open_records
from bot.fleet.registry import Member, Registry
from bot.fleet.review import decide
from bot.fleet.run_queue import RunQueue
from bot.fleet.scheduling import Scheduling
from bot.fleet.viewing import Viewing
from bot.fleet_view import PAUSED_BY_A_PERSON, Refusal
from bot.guards.room import Guards
from bot.slot_work import PAGES_SLOT, SESSION_SLOT, TEST_SLOT, WINDOW_SLOT
from bot.storage.permits import Permits
from bot.storage.standings import StandingKind, Standings

_BY_A_PERSON = "stopped by a person"
_CANCELLED = "the log-in in the window was cancelled"
_IMPORT_INSTEAD = (
    "Log in to x.com as this account in your own browser instead, export its cookies, and import them here."
)
_log = structlog.get_logger(__name__)


class Orders:
    """Shares the manager's lock. `replan` brings one account in line with its files, `why_no_window`
    says why this machine can show no window of a driver ("" when it can).

    Methods with an `account_id` raise KeyError for an unknown one.
    """

    def __init__(
        self,
        lock: threading.RLock,
        registry: Registry,
        queue: RunQueue,
        dispatcher: Dispatcher,
        viewing: Viewing,
        clock: Clock,
        replan: Callable[[str], None],
        why_no_window: Callable[[str], str],
    ) -> None:
        self._lock = lock
        self._registry = registry
        self._queue = queue
        self._dispatcher = dispatcher
        self._viewing = viewing
        self._clock = clock
        self._replan = replan
        self._why_no_window = why_no_window

    def open(
        self, standings: Standings, scheduling: Scheduling, pause: FleetPause, permits: Permits, guards: Guards
    ) -> None:
        """Begin with an open home."""
        self._guards = guards
        self._standings = standings
        self._scheduling = scheduling
        self._pause = pause
        self._permits = permits

    def run_account(self, account_id: str, slot: str = "") -> str:
        """Queue a run now; "" is the slot that comes next. Returns one line for the person."""
        with self._lock:
            member = self._find_able(account_id)
            if isinstance(member, str):
                return member
            chosen = slot or self._next_slot(member)
            if chosen not in _slot_names(member):
                return Refusal(_no_slot(member, chosen))
            return self._begin_now(member, chosen, lambda: self._scheduling.plan_manual(member, chosen))

    def refresh_numbers(self, account_id: str) -> str:
        """Queue a visit that only reads the account's own numbers, now. Returns one line for the person."""
        with self._lock:
            member = self._find_able(account_id)
            if isinstance(member, str):
                return member
            return self._begin_now(
                member, "the reading of its numbers", lambda: self._scheduling.plan_reading(member, by_a_person=True)
            )

    def _find_able(self, account_id: str) -> Member | str:
        """The account, when it may begin a run now; else a line that says why not."""
        member = self._registry.members.get(account_id)
        if member is None:
            return self._unusable(account_id)
        refusal = self._refusal(member)
        return Refusal(refusal) if refusal else member

    def _begin_now(self, member: Member, what: str, plan: Callable[[], object]) -> str:
        """Queue a run that may begin, and say whether it does."""
        account_id = member.entry.id
        try:
            plan()
        except StorageError as error:
            self._viewing.show(account_id)
            return Refusal(f"{_name(member)} cannot work: {error.in_words}")
        self._viewing.show(account_id)
        self._dispatcher.fill_seats()
        waits = self._queue.is_waiting(account_id, self._clock.now())
        return f"{_name(member)}: {what} {'waits for a free seat' if waits else 'begins now'}."

    def check_pages(self, account_id: str) -> str:
        """Queue a look whether x.com's pages are as the selectors know them. Returns one line for the person.

        It is done in a pause of the fleet and for an account that needs attention, too: that is when it is needed.
        """
        return self._look(account_id, PAGES_SLOT, "look at x.com's pages", self._scheduling.plan_page_check)

    def check_session(self, account_id: str) -> str:
        """Queue a log-in, to see whose the session is; also when `check_pages` would be done."""
        return self._look(account_id, SESSION_SLOT, "look whose the session is", self._scheduling.plan_session_check)

    def check_account(self, account_id: str) -> str:
        """Queue a log-in that reads the account's own numbers; also when `check_pages` would be done."""
        return self._look(account_id, TEST_SLOT, "log-in", self._scheduling.plan_account_check)

    def leave_out_rest(self, account_id: str, why: str) -> bool:
        """End the account's run that waits for a permit, because nobody will go on with it; True when there was one."""
        with self._lock:
            resting = self._queue.resting(account_id, self._clock.now())
            if resting is not None:
                self._dispatcher.leave_out(account_id, resting.slot, why)
                self._viewing.show(account_id)
            return resting is not None

    def why_no_window(self, account_id: str) -> str:
        """Why nobody can log in in a window here, with what to do instead; "" when it can be done."""
        member = self._registry.members.get(account_id)
        if member is None:
            return self._unusable(account_id)
        why_not = self._why_no_window(member.entry.driver or self._registry.fleet.settings.browser.driver)
        return sentences(why_not, _IMPORT_INSTEAD) if why_not else ""

    def log_in_in_window(self, account_id: str) -> str:
        """Queue a window in which a person logs in; also when `check_pages` would be done."""
        why_not = self.why_no_window(account_id)
        if why_not:
            return Refusal(why_not)
        return self._look(account_id, WINDOW_SLOT, "log-in in a window", self._scheduling.plan_log_in)

    def cancel_log_in(self, account_id: str) -> str:
        """Close that window, or let it not open. The account goes on as it was: this is no Stop."""
        with self._lock:
            member = self._registry.members.get(account_id)
            if member is None:
                return self._unusable(account_id)
            stopped = self._dispatcher.stop_slot(account_id, WINDOW_SLOT, _CANCELLED)
            self._viewing.show(account_id)
            if not stopped:
                return Refusal(f"No window of {_name(member)} is open.")
            return f"{_name(member)}: the window is closed; the session is as it was."

    def session_replaced(self, account_id: str) -> None:
        """A person has imported another session: it stands in the record, and the card tells no more of the old."""
        with self._lock:
            member = self._registry.members[account_id]
            self._note(member, "another session was imported")
            self._viewing.look_again(account_id)

    def _look(self, account_id: str, slot: str, what: str, plan: Callable[[Member], None]) -> str:
        with self._lock:
            member = self._registry.members.get(account_id)
            if member is None:
                return self._unusable(account_id)
            refusal = _cannot_work(member) or self._resting(member)
            if refusal:
                return Refusal(refusal)
            now = self._clock.now()
            if self._queue.is_working(account_id) or self._queue.is_waiting(account_id, now, slot):
                return Refusal(f"{_name(member)} has a run already; wait until it has ended.")
            plan(member)
            self._viewing.show(account_id)
            self._dispatcher.fill_seats()
            waits = self._queue.is_waiting(account_id, now, slot)
            return f"{_name(member)}: the {what} {'waits for a free seat' if waits else 'begins now'}."

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
                return Refusal(refusal)
            self._stand(member, StandingKind.ACTIVE, "started by a person")
            self._replan(account_id)
            self._scheduling.look_for_posts(member)
            return f"{_name(member)} is started; {self._what_comes(member)}."

    def stop_account(self, account_id: str) -> str:
        """End its present run at the next safe point and let no slot fire until it is started again."""
        with self._lock:
            member = self._registry.members.get(account_id)
            if member is None:
                return self._unusable(account_id)
            self._stand(member, StandingKind.STOPPED, _BY_A_PERSON)
            works = self._dispatcher.stop(account_id, _BY_A_PERSON)
            self._viewing.show(account_id)
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
                return Refusal(f"{_name(member)} {standing.in_words}; there is nothing to pause.")
            self._stand(member, StandingKind.PAUSED, PAUSED_BY_A_PERSON)
            self._viewing.show(account_id)
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
            self._scheduling.look_for_posts(member)
            return f"{_name(member)} goes on; {self._what_comes(member)}."

    def pause_fleet(self) -> str:
        """Let no run of any account begin until resumed; present runs go on."""
        with self._lock:
            self._pause.begin(PAUSED_BY_A_PERSON)
            self._viewing.show_all()
            return "All accounts are paused; present runs go on to their end."

    def resume_fleet(self) -> str:
        """End the pause of the fleet, whoever began it; what came due meanwhile follows its slot's policy."""
        with self._lock:
            if not self._pause.is_on:
                return "The fleet is not paused."
            self._pause.end()
            self._scheduling.drop_missed(self._registry.members, self._pause.since)
            self._viewing.show_all()
            self._dispatcher.fill_seats()
            return "The fleet goes on."

    def decide_post(self, account_id: str, intent_id: int, *, is_there: bool) -> str:
        """A person's word on a post that needs review. Returns one line for the person."""
        with self._lock:
            member = self._registry.members[account_id]
            if self._queue.is_working(account_id):
                return Refusal(f"{_name(member)} works; wait until its run has ended, then look again.")
            with open_records(member.folder) as records:
                answer = decide(records, member, intent_id, is_there=is_there, permits=self._permits, clock=self._clock)
                self._guards.texts.settle(account_id, records.journal.state_of_text)
            self._viewing.show(account_id)
            self._viewing.touch()
            return answer

    def _stand(self, member: Member, kind: StandingKind, why: str) -> None:
        """Enter what a person decided, into the standing and into the account's record."""
        self._standings.meet(member.entry.id)
        self._standings.set(member.entry.id, kind, reason="" if kind is StandingKind.ACTIVE else why)
        self._note(member, why)

    def _note(self, member: Member, why: str) -> None:
        try:
            with open_records(member.folder) as records:
                records.journal.note(None, self._clock.now(), why)
        except StorageError as error:
            _log.warning("account has a damaged database", account=member.entry.id, error=error.message)

    def _unusable(self, account_id: str) -> str:
        """A line for an entry of accounts.yaml that cannot be used. Raises KeyError for an unknown one."""
        view = self._viewing.account_view(account_id)
        return Refusal(f"{view.name} cannot work: {view.state.reason}")

    def _refusal(self, member: Member) -> str:
        """Why a run may not be asked for now; "" when it may."""
        name, account_id, now = _name(member), member.entry.id, self._clock.now()
        cannot = _cannot_work(member)
        if cannot:
            return cannot
        if account_id in self._registry.leaving:
            return f"{name} is being removed."
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
        if self._pause.is_on:
            return "no run begins before the pause of all accounts ends"
        coming = self._scheduling.coming(member.entry.id)
        if coming is None or member.settings is None:
            return "no slot is switched on"
        at = in_words(coming.planned_at, self._clock.now(), member.settings.schedule.zone)
        return f"next is {coming.slot}, {at}"


def _slot_names(member: Member) -> list[str]:
    return [slot.name for slot in member.settings.schedule.all_slots] if member.settings else []


def _no_slot(member: Member, slot: str) -> str:
    names = ", ".join(_slot_names(member)) or "none"
    return f"{_name(member)} has no slot {slot!r}; there are: {names} (config/settings.yaml, under schedule)."


def _name(member: Member) -> str:
    return member.entry.display_name


def _cannot_work(member: Member) -> str:
    """Why the account cannot work at all; "" when it can."""
    if not member.entry.enabled:
        return f"{_name(member)} is disabled: enable it first (enabled: true in config/accounts.yaml)."
    if not member.is_usable:
        return f"{_name(member)} cannot work: {'; '.join(str(problem) for problem in member.problems)}"
    return ""
