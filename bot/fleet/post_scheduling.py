"""Which runs there shall be for posts that people wrote for a moment.

A post that is due is looked at in its account's own database, every half minute until nothing is left to decide: so
whatever ended its run, and wherever a crash came between, is found there and followed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from bot.clock import Clock
from bot.errors import StorageError
from bot.fleet.hindrances import why_files_forbid
from bot.fleet.pause import FleetPause
from bot.fleet.records import AccountRecords, open_records
from bot.fleet.registry import Member, find_owner
from bot.fleet.run_queue import QueuedRun, RunQueue
from bot.fleet_view import RunState, Trigger
from bot.planning.post_times import PostAgenda, next_try
from bot.settings.account import QueueSection
from bot.settings.home import is_there
from bot.storage.planned_posts import QUEUE_SLOT, PlannedPost, PostState
from bot.storage.standings import Standings

ON_TIME = timedelta(minutes=2)
"""A post that comes up later than this comes late: how late it may be, the account's settings say."""
_IS_OPEN = {RunState.QUEUED, RunState.RUNNING}
_NOT_RUNNING = "Aviary was not running or the machine slept"
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Verdict:
    """What a look at one post came to. Nothing decided: it is looked at again in half a minute."""

    is_decided: bool = False
    look_at: datetime | None = None  # when it is looked at next; None: no more
    run: QueuedRun | None = None
    hindrance: str = ""  # what keeps it waiting
    is_changed: bool = False  # it stands otherwise now


class PostScheduling:
    """Queues the runs of due posts. Not safe for threads: the manager holds its lock.

    `changed` is told of each account of whose posts one stands otherwise now.
    """

    def __init__(self, standings: Standings, queue: RunQueue, clock: Clock, pause: FleetPause) -> None:
        self.changed: Callable[[str], None] = lambda _account_id: None
        self._standings = standings
        self._queue = queue
        self._clock = clock
        self._pause = pause
        self._agenda = PostAgenda()
        self._hindered: dict[tuple[Path, int], str] = {}  # what keeps a due post waiting

    def load(self, member: Member) -> None:
        """Take over which posts of the account have a moment. Raises StorageError."""
        if not is_there(member.folder.metrics_db):
            return
        with open_records(member.folder) as records:
            self._agenda.put(member.folder.root, records.posts.dated())

    def coming(self, root: Path) -> datetime | None:
        """When the next post of the account in `root` is due."""
        return self._agenda.coming(root)

    def moments(self, root: Path) -> list[datetime]:
        """When the posts of the account in `root` are due."""
        return self._agenda.moments(root)

    def look(self, members: Mapping[str, Member]) -> set[str]:
        """Queue a run for each post that is due; returns the accounts it looked at."""
        looked_at: set[str] = set()
        for root, post_id in self._agenda.take_due(self._clock.now()):
            member = find_owner(members, "", root)
            if member is None:
                self._agenda.forget(root)
                continue
            looked_at.add(member.entry.id)
            try:
                self._apply(member, post_id, self._consider(member, post_id))
            except KeyError:
                self._agenda.set(root, post_id, None)
            except StorageError as error:  # it comes again in half a minute
                _log.error("queued post could not be looked at", account=member.entry.id, error=error.message)
        return looked_at

    def _apply(self, member: Member, post_id: int, verdict: _Verdict) -> None:
        """Follow in memory what stands in the database by now."""
        root = member.folder.root
        self._hindered.pop((root, post_id), None)
        if verdict.hindrance:
            self._hindered[root, post_id] = verdict.hindrance
        if verdict.is_decided:
            self._agenda.set(root, post_id, verdict.look_at)
        if verdict.run is not None:
            self._queue.add(verdict.run)
        if verdict.is_changed:
            self.changed(member.entry.id)

    def _consider(self, member: Member, post_id: int) -> _Verdict:
        """Decide what becomes of one post that is due. All that is written of it stands as a whole."""
        with open_records(member.folder) as records, records.journal.together():
            post = records.posts.find(post_id)
            if post.state in {PostState.SENDING, PostState.NEEDS_REVIEW}:
                return _Verdict()  # who looks for it, or a person, decides first
            if post.is_deleted or post.state is not PostState.QUEUED or post.at is None or post.due_at is None:
                return _Verdict(is_decided=True)
            if post.due_at > self._clock.now():
                return _Verdict(is_decided=True, look_at=post.due_at)
            tried = records.posts.run_of(post)
            if tried is None:
                return self._begin(member, records, post, post.at, post.due_at)
            if tried[0] in _IS_OPEN and self._is_awaited(member):
                return _Verdict()
            return self._follow(member, records, post, post.at, tried[1])

    def _is_awaited(self, member: Member) -> bool:
        """Whether anybody works off runs of its queue: not one whose end could not be recorded."""
        return self._queue.holds(member.entry.id, QUEUE_SLOT) or self._queue.is_working(member.entry.id)

    def _begin(
        self, member: Member, records: AccountRecords, post: PlannedPost, at: datetime, due_at: datetime
    ) -> _Verdict:
        """Its first run, or why there is none yet, or none any more."""
        hindrance = find_hindrance(member, self._standings, self._pause, self._clock.now())
        late = self._clock.now() - at
        if late > max(within(member), ON_TIME):
            held_up = hindrance or self._hindered.get((member.folder.root, post.id)) or _NOT_RUNNING
            return self._miss(records, post, f"missed by {late.total_seconds() / 60:.0f} min: {held_up}")
        if hindrance:
            return _Verdict(hindrance=hindrance)
        trigger = Trigger.CATCH_UP if late > ON_TIME else Trigger.SCHEDULE
        run_id = records.posts.plan_run(post, trigger)
        if run_id is None:
            return _Verdict()
        return _Verdict(run=QueuedRun(due_at, member.entry.id, run_id, QUEUE_SLOT, trigger, member.folder.root))

    def _follow(self, member: Member, records: AccountRecords, post: PlannedPost, at: datetime, why: str) -> _Verdict:
        """Its run has ended and it was surely not sent: another try, or none."""
        why = records.posts.last_failure(post.id) or why or "its run ended before it was sent"
        again = next_try(at, self._clock.now(), within(member))
        if again is None:
            return self._miss(records, post, why)
        records.posts.try_again(post.id, again)
        return _Verdict(is_decided=True, look_at=again, is_changed=True)

    def _miss(self, records: AccountRecords, post: PlannedPost, why: str) -> _Verdict:
        records.posts.give_up(post.id, PostState.MISSED, why)
        then = "It goes to the next member of its group" if post.group_hand else "Its page gives it another time"
        told = f"queued post of {post.who} was not sent: {why}. {then}"
        records.journal.note(None, self._clock.now(), told, "error")
        return _Verdict(is_decided=True, is_changed=True)


def find_hindrance(member: Member, standings: Standings, pause: FleetPause, now: datetime) -> str:
    """Why the account sends no post that a person wrote at this moment; "" when it does."""
    forbidden = why_files_forbid(member)
    if forbidden:
        return forbidden
    standing = standings.meet(member.entry.id)
    if standing.holds(now):
        return standing.of_account
    return f"the fleet is paused: {pause.reason}" if pause.is_on else ""


def within(member: Member) -> timedelta:
    """So late a written post of the account may still go out."""
    rules = member.settings.schedule.queue if member.settings else QueueSection()
    return timedelta(minutes=rules.within_minutes)
