"""Which runs there shall be: slots that come due, those missed, and what a crash left over."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from bot.account_run import MAY_WAIT, counts_from
from bot.clock import Clock
from bot.errors import StorageError
from bot.fleet.backlog import Backlog
from bot.fleet.pause import FleetPause
from bot.fleet.post_scheduling import PostScheduling
from bot.fleet.registry import Member, find_owner
from bot.fleet.run_book import AccountRunBook, RunBook
from bot.fleet.run_queue import QueuedRun, RunQueue
from bot.fleet_view import RunState, Trigger
from bot.planning.agenda import Agenda
from bot.planning.slots import Occurrence, TimeOf, is_missed, own_time
from bot.settings.account import MissedRun
from bot.settings.fleet import FleetSettings
from bot.slot_work import APPROVED_SLOT, CHECK_SLOT, PAGES_SLOT, READING_SLOT, SESSION_SLOT, TEST_SLOT, WINDOW_SLOT
from bot.storage.database import to_moment, to_text
from bot.storage.journal import RunRecord
from bot.storage.planned_posts import QUEUE_SLOT
from bot.storage.standings import Standings

LATE_AFTER = timedelta(minutes=2)
"""A slot that comes up later than this was missed: its policy decides."""
_MARK_EVERY = timedelta(minutes=5)
BY_ITSELF = frozenset({Trigger.SCHEDULE, Trigger.CATCH_UP})
"""Runs that a slot began, not a person."""
_PAUSED = "while the fleet was paused"
_NOT_RUNNING = "while Aviary was not running or the machine slept"
_NOT_READABLE = "while its files could not be read"
_NOT_WRITABLE = "while its record could not be written"
_LEAP = timedelta(days=1)
_LEAP_STANDS_AFTER = 30.0
"""Seconds. A wall clock that is a day ahead at once may be wrong, and be set right by the time server."""
_LOOKED_BACK = timedelta(days=14)
"""Slots that were missed longer ago are not entered one by one."""
_READING_MISSED = MissedRun(within_minutes=12 * 60)
"""A visit for the numbers has no moment at which it is worth more: it is done late, too, on its day."""
_NEVER = datetime.min.replace(tzinfo=UTC)
LOOKED_AT = "slots_looked_at_until"
"""The mark of up to when slots were looked at."""
_log = structlog.get_logger(__name__)


class Scheduling:
    """Plans runs and puts them into the queue. Not safe for threads: the manager holds its lock.

    `book` is where runs are entered: each account's own database, if no other is handed in.
    """

    def __init__(
        self, standings: Standings, queue: RunQueue, clock: Clock, pause: FleetPause, book: RunBook | None = None
    ) -> None:
        self._book = book or AccountRunBook()
        self._standings = standings
        self._pause = pause
        self._queue = queue
        self._clock = clock
        self.posts = PostScheduling(standings, queue, clock, pause)
        """The runs of posts that people wrote for a moment."""
        self._agenda = Agenda()
        self.time_of: Callable[[Member], TimeOf] = lambda _member: own_time
        """The times that an account's slots have on a date: a test of two times draws them."""
        self._backlog = Backlog(clock)
        self._stagger_minutes = FleetSettings().stagger_minutes
        self._ran_until = to_moment(standings.mark(LOOKED_AT)) or _NEVER
        self._looked_at = clock.now() if self._ran_until is _NEVER else self._ran_until
        self._marked_at = self._looked_at
        self._picked_up: set[Path] = set()
        self._entered: set[tuple[Path, int]] = set()  # by this process, where nothing was picked up yet
        self._members: Mapping[str, Member] = {}
        self._broken: Collection[str] = ()
        self._roots: dict[str, Path] = {}  # of the accounts whose slots come up
        self._leapt_at: float | None = -math.inf  # monotonic; at the first look a leap is the time Aviary was off

    def coming(self, account_id: str) -> Occurrence | None:
        """The slot that comes next for the account."""
        return self._agenda.coming(account_id)

    def next_work(self, member: Member) -> Occurrence | None:
        """What comes next for the account: a slot, or a post that a person wrote for a moment."""
        slot, post_at = self._agenda.coming(member.entry.id), self.posts.coming(member.folder.root)
        if post_at is None or (slot is not None and slot.planned_at <= post_at):
            return slot
        return Occurrence(post_at, QUEUE_SLOT, post_at.date())

    @property
    def next_moment(self) -> datetime | None:
        """When a slot comes up next, or may."""
        return self._agenda.next_moment

    def forget(self, account_id: str) -> None:
        """Nothing comes up for the account any more."""
        self._agenda.forget(account_id)
        self._roots.pop(account_id, None)

    def rename(self, accounts: Mapping[str, str]) -> None:
        """Accounts have other ids (old -> new)."""
        self._agenda.rename(accounts)
        moved = {new: self._roots.pop(old) for old, new in accounts.items() if old in self._roots}
        self._roots |= moved

    def adapt(self, fleet: FleetSettings) -> bool:
        """Take over what the settings of the fleet say; True when every account has to be replanned for it."""
        before, self._stagger_minutes = self._stagger_minutes, fleet.stagger_minutes
        return before != fleet.stagger_minutes

    def replan(self, member: Member) -> None:
        """Bring the account's agenda in line with its files. Only slots from now on come up."""
        if (member.settings is None or member.problems) and member.entry.enabled:
            return  # what its files said last stays until they can be read again
        if member.settings is None or not member.is_usable or not member.settings.schedule.enabled:
            self.forget(member.entry.id)
            return
        self._roots[member.entry.id] = member.folder.root
        schedule, now = member.settings.schedule, self._clock.now()
        first_seen = min(self._standings.meet(member.entry.id).first_seen, now)  # the clock may have been ahead then
        after = max(first_seen, self._looked_at, now - _LOOKED_BACK)
        slots, zone, times = schedule.all_slots, schedule.zone, self.time_of(member)
        self._agenda.plan(member.entry.id, slots, zone, after, self._stagger_minutes, times)

    def look(self, members: Mapping[str, Member], broken: Collection[str] = ()) -> set[str]:
        """Queue what is due by now; returns the accounts for which a slot came up.

        `broken` are the ids of those whose entry in accounts.yaml cannot be read now: their slots wait for it.
        """
        now = self._clock.now()
        self._members, self._broken = members, broken
        self._backlog.try_again()
        if not self._believes(now):
            return set()
        due = self._agenda.take_due(now)
        for account_id, occurrence in due:
            self._come_due(account_id, occurrence)
        # A clock that was set back a little must not make slots come up that were looked at already.
        self._looked_at = max(self._looked_at, now)
        if self._looked_at - self._marked_at >= _MARK_EVERY:
            self.remember()
        return {account_id for account_id, _ in due} | self.posts.look(members)

    def _believes(self, now: datetime) -> bool:
        """Whether the wall clock can be right; after a leap, that is after a while and with its slots planned anew."""
        if abs(now - self._looked_at) <= _LEAP:
            self._leapt_at = None
            return True
        if self._leapt_at is None:
            self._leapt_at = self._clock.monotonic()
            _log.warning("the clock leapt by more than a day; waiting whether it stays so", before=self._looked_at)
        if self._clock.monotonic() - self._leapt_at < _LEAP_STANDS_AFTER:
            return False
        self._follow_leap(now)
        return True

    def _follow_leap(self, now: datetime) -> None:
        """Plan from where the clock stands by now; what a clock that had been far ahead used up stays used up."""
        if now < self._looked_at:
            _log.warning("the clock went back by more than a day; slots count from now on", before=self._looked_at)
            self._looked_at = self._marked_at = now
            self._agenda.plan_all_anew(now)
        elif now - self._looked_at > _LOOKED_BACK:
            _log.warning("slots of long ago are left out", before=now - _LOOKED_BACK)
            self._agenda.skip_to(now - _LOOKED_BACK)

    def remember(self) -> None:
        """Keep on disk up to when slots were looked at, for the next start."""
        missing = self._backlog.oldest_slot  # it comes up again after a start; those entered do not
        until = self._looked_at if missing is None else min(self._looked_at, missing - timedelta(seconds=1))
        self._standings.set_mark(LOOKED_AT, to_text(until))
        self._marked_at = self._looked_at

    def plan_manual(self, member: Member, slot: str) -> None:
        """Queue a run that a person asked for. Raises StorageError."""
        now = self._clock.now()
        self._plan(member, slot, now.date().isoformat(), Trigger.MANUAL, now)

    def plan_page_check(self, member: Member) -> None:
        """Queue a look at x.com's pages that a person asked for. Raises StorageError."""
        now = self._clock.now()
        self._plan(member, PAGES_SLOT, now.date().isoformat(), Trigger.PAGES, now)

    def plan_session_check(self, member: Member) -> None:
        """Queue a log-in that a person asked for, to see whose the session is. Raises StorageError."""
        now = self._clock.now()
        self._plan(member, SESSION_SLOT, now.date().isoformat(), Trigger.SESSION, now)

    def plan_account_check(self, member: Member) -> None:
        """Queue a log-in that a person asked for, to read the account's own numbers. Raises StorageError."""
        now = self._clock.now()
        self._plan(member, TEST_SLOT, now.date().isoformat(), Trigger.SESSION, now)

    def plan_log_in(self, member: Member) -> None:
        """Queue a window in which a person logs in. Raises StorageError."""
        now = self._clock.now()
        self._plan(member, WINDOW_SLOT, now.date().isoformat(), Trigger.WINDOW, now)

    def plan_approved(self, member: Member) -> None:
        """Queue a run that does what a person approved. Raises StorageError."""
        now = self._clock.now()
        self._plan(member, APPROVED_SLOT, now.date().isoformat(), Trigger.APPROVED, now)

    def plan_reading(self, member: Member, *, by_a_person: bool = False) -> bool:
        """Queue a visit only for the account's numbers; False when it had one on this date of its zone already.

        A person may ask for any number of them. Raises StorageError.
        """
        now = self._clock.now()
        zone = member.settings.schedule.zone if member.settings else UTC
        trigger = Trigger.MANUAL if by_a_person else Trigger.SCHEDULE
        return self._plan(member, READING_SLOT, now.astimezone(zone).date().isoformat(), trigger, now)

    def plan_check(self, member: Member, at: datetime) -> None:
        """Queue a look whether a post stands on the profile. Raises StorageError."""
        self._plan(member, CHECK_SLOT, at.date().isoformat(), Trigger.CHECK, at)

    def pick_up(self, member: Member) -> None:
        """Queue again the runs that had waited when Aviary ended, end those that a crash cut off or that are too late.

        Once for each folder: what is entered in it later is this process's own.
        """
        root = member.folder.root
        if root in self._picked_up:
            return
        try:
            left = self._book.leftovers(member)
            self.posts.load(member)
        except StorageError as error:
            _log.warning("account has a damaged database", account=member.entry.id, error=error.message)
            return
        self._picked_up.add(root)
        own, self._entered = self._entered, {each for each in self._entered if each[0] != root}
        checks = [self._pick_up_run(member, run) for run in left.runs if (root, run.id) not in own]
        if left.is_undecided and not any(checks):
            self._look_now(member)

    def look_for_posts(self, member: Member) -> None:
        """After a rest or a pause: queue a look at the profile where a post still waits for proof."""
        try:
            is_undecided = self._book.leftovers(member).is_undecided
        except StorageError as error:
            _log.warning("account has a damaged database", account=member.entry.id, error=error.message)
            return
        if is_undecided and not self._queue.holds(member.entry.id, CHECK_SLOT):
            self._look_now(member)

    def _look_now(self, member: Member) -> None:
        self._backlog.enter(member.entry.id, lambda: self.plan_check(member, self._clock.now()))

    def _pick_up_run(self, member: Member, run: RunRecord) -> bool:
        """True when it is a check that is done at once."""
        if run.state != RunState.QUEUED:
            self._end(member, run.id, RunState.FAILED, "Aviary ended during this run", "error")
            return False
        queued = QueuedRun(run.planned_at, member.entry.id, run.id, run.slot, Trigger(run.trigger), member.folder.root)
        if run.started_at is not None:
            began_at = run.first_started_at or run.started_at
            queued = replace(queued, not_before=self._clock.now(), reason=run.reason, began_at=began_at)
        ended = self._too_late(member, queued, self._ran_until, _NOT_RUNNING)
        if ended is None:
            self._queue.add(queued)
            return queued.trigger is Trigger.CHECK and queued.planned_at <= self._clock.now()
        self._end(member, run.id, *ended, "warning")
        return False

    def _too_late(
        self, member: Member, run: QueuedRun, held_up_since: datetime, why: str
    ) -> tuple[RunState, str] | None:
        """How and why a waiting run ends that was held up from a moment until now; None when it goes on.

        Its wait for a seat before that moment does not count: it would have run.
        """
        now, rule = self._clock.now(), _missed_rule(member, run.slot)
        if run.not_before is not None:  # it had begun, and rested until a permit frees
            rest = f"the rest was left out: a permit freed {why}"
            is_post = run.slot == QUEUE_SLOT
            may_wait = timedelta(minutes=rule.within_minutes) if rule is not None and is_post else MAY_WAIT
            return None if now - counts_from(run.planned_at, run.began_at) <= may_wait else (RunState.PARTLY, rest)
        since = max(run.planned_at, held_up_since)
        late = now - since
        if late <= LATE_AFTER:
            return None
        if run.trigger not in BY_ITSELF or rule is None:
            return RunState.FAILED, "Aviary ended before this run"
        return (RunState.SKIPPED, _missed_by(late, why)) if is_missed(since, now, rule) else None

    def drop_missed(self, members: dict[str, Member], paused_since: datetime) -> None:
        """After a pause of the fleet: waiting runs that it held up for too long, as their slots say, are left out."""
        for member in members.values():
            for run in self._queue.withdraw(member.entry.id):
                ended = self._too_late(member, run, paused_since, _PAUSED)
                if ended is None or run.trigger not in BY_ITSELF:
                    self._queue.add(run)
                else:
                    self._end(member, run.run_id, *ended, "warning")

    def _end(self, member: Member, run_id: int, state: RunState, why: str, level: str) -> None:
        at = self._clock.now()
        self._backlog.enter(member.entry.id, lambda: self._book.end(member, run_id, state, at, why, level))

    def _come_due(self, account_id: str, occurrence: Occurrence) -> None:
        """Queue the slot's run, or record why there is none. Until that can be done, it waits in the backlog."""
        root = self._roots.get(account_id)
        held_up = _NOT_RUNNING

        def enter() -> None:
            nonlocal held_up
            member = find_owner(self._members, account_id, root)
            if member.problems if member is not None else account_id in self._broken:
                held_up = _NOT_READABLE
                raise StorageError("its files cannot be read")
            if member is None:
                _log.info("slot of an account that is gone", account=account_id, slot=occurrence.slot)
                return
            reason, held_up = held_up, _NOT_WRITABLE if held_up is _NOT_RUNNING else held_up
            self._enter(member, occurrence, reason)

        self._backlog.enter(account_id, enter, occurrence.planned_at)

    def _enter(self, member: Member, occurrence: Occurrence, why_late: str) -> None:
        now = self._clock.now()
        late = now - occurrence.planned_at > LATE_AFTER
        trigger = Trigger.CATCH_UP if late else Trigger.SCHEDULE
        date = occurrence.local_date.isoformat()
        why_not = self._why_not(member, occurrence, now, why_late)
        if why_not:
            self._book.leave_out(member, occurrence.slot, date, trigger, occurrence.planned_at, now, why_not)
        else:
            self._plan(member, occurrence.slot, date, trigger, occurrence.planned_at)

    def _why_not(self, member: Member, occurrence: Occurrence, now: datetime, why_late: str) -> str:
        """Why this slot does not run; "" when it does."""
        if not member.entry.enabled:
            return "the account was disabled meanwhile"
        standing = self._standings.meet(member.entry.id)
        if standing.holds(now):
            return standing.of_account
        if self._pause.is_on:
            return f"the fleet is paused: {self._pause.reason}"
        late = now - occurrence.planned_at
        if late <= LATE_AFTER:
            return ""
        rule = _missed_rule(member, occurrence.slot)
        missed = rule is not None and is_missed(occurrence.planned_at, now, rule)
        return _missed_by(late, why_late) if missed else ""

    def _plan(self, member: Member, slot: str, local_date: str, trigger: Trigger, planned_at: datetime) -> bool:
        """Record a run and queue it; False when this slot had its run of that date already."""
        run_id = self._book.enter(member, slot, local_date, trigger, planned_at)
        if run_id is None:
            return False
        root = member.folder.root
        if root not in self._picked_up:
            self._entered.add((root, run_id))
        self._queue.add(QueuedRun(planned_at, member.entry.id, run_id, slot, trigger, root))
        return True


def _missed_by(late: timedelta, why: str) -> str:
    return f"missed by {late.total_seconds() / 60:.0f} min {why}"


def _missed_rule(member: Member, name: str) -> MissedRun | None:
    """What becomes of a run of that slot when it is missed; None when the account has such a slot no more."""
    if member.settings is None:
        return None
    schedule = member.settings.schedule
    if name == QUEUE_SLOT:
        return MissedRun(within_minutes=schedule.queue.within_minutes)
    if name == READING_SLOT:
        return _READING_MISSED
    return next((slot.missed for slot in schedule.all_slots if slot.name == name), None)
