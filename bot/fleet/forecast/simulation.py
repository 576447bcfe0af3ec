"""The engine's own scheduling, queue, guards and limits on a clock that leaps from one event to the next."""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from bot.account_run import RunOutcome
from bot.clock import FakeClock
from bot.fleet.dispatcher import is_switched_on
from bot.fleet.forecast.pictures import FleetPicture
from bot.fleet.forecast.queues import Awaited, QueuesAhead
from bot.fleet.forecast.rotation import RotationAhead
from bot.fleet.forecast.visits import AccountAhead, Deeds, Part, World
from bot.fleet.pause import FleetPause
from bot.fleet.post_scheduling import ON_TIME, find_hindrance, within
from bot.fleet.registry import Member, name_of
from bot.fleet.run_book import MemoryRun, MemoryRunBook
from bot.fleet.run_queue import QueuedRun, RunQueue
from bot.fleet.scheduling import BY_ITSELF, LOOKED_AT, Scheduling
from bot.fleet.verdicts import judge
from bot.fleet_view import RunState, Trigger
from bot.forecast_view import WAITED_FROM, Cause, ForecastRun, Outcome
from bot.guards.book import TextRules
from bot.guards.texts_ahead import TextsAhead
from bot.planning.assignment import times_in
from bot.planning.permits_ahead import PermitsAhead
from bot.planning.post_times import LOOK_AGAIN, PostAgenda, next_try
from bot.planning.slots import TimeOf, own_time
from bot.storage.database import to_text
from bot.storage.planned_posts import QUEUE_SLOT, PlannedPost

_LONGEST_LEAP = timedelta(hours=6)
"""Scheduling takes a leap of more than a day for a clock that has gone wrong."""


@dataclass
class _Told:
    """What is known of one run: what it did, its last start and end, how it ended."""

    deeds: Deeds = field(default_factory=Deeds)
    started_at: datetime | None = None
    ended_at: datetime | None = None
    remedy: str = ""
    post: PlannedPost | None = None
    rested: bool = False
    is_over: bool = False


class Simulation:
    """One walk from the picture's moment to `end`. Nothing of it is kept anywhere."""

    def __init__(self, picture: FleetPicture, end: datetime) -> None:
        engine = picture.engine
        self._picture = picture
        self._end = end
        self._members = engine.members
        self._clock = FakeClock(engine.now)
        self._looked_at = datetime.min.replace(tzinfo=UTC)
        self._standings = engine.standings.on(self._clock)
        self._standings.set_mark(LOOKED_AT, to_text(engine.now))
        self._pause = FleetPause(self._standings, self._clock)
        self._queue = RunQueue(engine.fleet.max_concurrent_accounts)
        self._book = MemoryRunBook()
        self._scheduling = Scheduling(self._standings, self._queue, self._clock, self._pause, self._book)
        self._posts = PostAgenda()
        self._awaited: dict[tuple[Path, int], Awaited] = {}  # (folder, post)
        texts = TextsAhead(picture.book)
        permits = PermitsAhead(picture.permits, self._clock)
        self._queue.share_of = permits.share
        rules = TextRules(texts, self._clock, partial(name_of, self._members))
        self._world = World(self._clock, engine.fleet, permits, texts, rules, engine.experiments)
        self._scheduling.time_of = self._time_of
        self._accounts = {key: AccountAhead.begin(each) for key, each in picture.accounts.items()}
        queues = QueuesAhead(
            self._members, self._accounts, self._standings, self._queue, self._clock, self._posts, self._awaited
        )
        stagger = engine.fleet.stagger_minutes
        self._rotation = RotationAhead(picture.rotation, queues, rules, stagger, engine.now)
        self._told: dict[int, _Told] = {}
        self._owners = {member.folder.root: member for member in self._members.values()}
        self._ends: list[tuple[datetime, int, QueuedRun, RunOutcome | None]] = []
        self._rests: list[datetime] = []
        self._numbers = itertools.count()
        self._run_seconds = picture.run_seconds
        self._begin()

    def _time_of(self, member: Member) -> TimeOf:
        """The times of its slots, as a running test draws them."""
        if member.settings is None:
            return own_time
        return times_in(self._world.experiments, member.entry.folder_key, member.settings.schedule.zone)

    # beginning

    def _begin(self) -> None:
        engine = self._picture.engine
        self._scheduling.adapt(engine.fleet)
        for member in self._members.values():
            self._scheduling.replan(member)
        for run in engine.working:
            self._go_on_working(run)
        for run in engine.waiting:
            self._take_over(run)
        for key, account in self._picture.accounts.items():
            for slot, day in account.past.slots_run:
                self._book.know(key, slot, day)
            root, posts = account.member.folder.root, account.past.posts
            for post in posts:
                self._rotation.meet(key, post)
            self._awaited |= {(root, post.id): Awaited(post) for post in posts}
            self._posts.put(root, {post.id: post.due_at for post in posts if post.at and post.due_at})

    def _go_on_working(self, run: QueuedRun) -> None:
        """What works now keeps its seat for as long as a run takes: how far it is nobody knows."""
        self._queue.add(replace(run, planned_at=min(run.planned_at, self._clock.now()), not_before=None))
        taken = self._queue.take(self._clock.now())
        if taken is not None:
            self._push_end(self._clock.now() + timedelta(seconds=self._seconds_of(run.account_id)), taken, None)

    def _take_over(self, run: QueuedRun) -> None:
        """A run that waits now; what it has done already is done."""
        member = self._owners.get(run.root)
        if member is None or run.trigger not in BY_ITSELF:
            return
        account_id = member.entry.id
        zone = member.settings.schedule.zone if member.settings else None
        number = self._book.enter(
            member, run.slot, run.planned_at.astimezone(zone).date().isoformat(), run.trigger, run.planned_at
        )
        if number is None:
            return
        told = self._told[number] = _Told(rested=run.not_before is not None)
        known = self._picture.accounts[account_id].past.unfinished.get(run.run_id)
        if known is not None:
            told.deeds.done = {
                "post": known.posts, "like": known.likes, "follow": known.follows, "reply": known.replies
            }  # fmt: skip
        self._queue.add(replace(run, run_id=number, account_id=account_id))
        heapq.heappush(self._rests, max(run.planned_at, run.not_before or run.planned_at))

    def _seconds_of(self, account_id: str) -> float:
        known = self._picture.accounts.get(account_id)
        return (known.past.run_seconds if known else None) or self._run_seconds

    @property
    def fleet_pause(self) -> str:
        """Why the fleet is paused at this moment of the simulation; "" when it is not."""
        return self._pause.reason

    # walking

    def walk(self) -> list[ForecastRun]:
        """All runs that are planned before the end, in order of planned time."""
        while True:
            now = self._clock.now()
            self._end_runs(now)
            self._look_for_slots(now)
            self._look_for_posts(now)
            self._rotation.look(now, self._pause.reason if self._pause.is_on else "")
            self._fill_seats(now)
            coming = self._next_moment(now)
            if coming > self._end:
                break
            self._clock.advance((coming - now).total_seconds())
        runs = (self._forecast(run) for run in self._book.runs if run.planned_at < self._end)
        return sorted(runs, key=lambda run: (run.planned_at, run.account_id, run.slot))

    def _look_for_slots(self, now: datetime) -> None:
        """When one may come up; and often enough that the clock is not taken for one that has leapt."""
        coming = self._scheduling.next_moment
        if (coming is not None and coming <= now) or now - self._looked_at >= _LONGEST_LEAP:
            self._scheduling.look(self._members, self._picture.engine.broken)
            self._looked_at = now

    def _next_moment(self, now: datetime) -> datetime:
        while self._rests and self._rests[0] <= now:
            heapq.heappop(self._rests)
        moments = [now + _LONGEST_LEAP]
        moments += [self._ends[0][0]] if self._ends else []
        moments += [self._rests[0]] if self._rests else []
        others = (self._scheduling.next_moment, self._posts.next_moment, self._rotation.next_moment)
        moments += [each for each in others if each is not None]
        return max(min(moments), now)

    def _end_runs(self, now: datetime) -> None:
        while self._ends and self._ends[0][0] <= now:
            _, _, run, outcome = heapq.heappop(self._ends)
            self._queue.leave(run)
            self._touch(run.account_id)
            if outcome is not None:
                self._follow(run, outcome, now)

    def _touch(self, account_id: str) -> None:
        """The rotation looks at its groups again."""
        self._rotation.touch(self._members[account_id].entry.groups)

    def _follow(self, run: QueuedRun, outcome: RunOutcome, now: datetime) -> None:
        """What the end of a run means; as bot/fleet/consequences.py."""
        if judge(self._standings, run.account_id, outcome, now):
            self._pause.count_trouble(run.account_id, outcome, self._world.fleet)
        if outcome.resume_at is not None:
            self._queue.add(replace(run, not_before=outcome.resume_at, reason=outcome.reason))
            heapq.heappush(self._rests, outcome.resume_at)
        else:
            self._follow_post(run, outcome, now)

    def _fill_seats(self, now: datetime) -> None:
        while not self._pause.is_on and (run := self._queue.take(now)) is not None:
            told = self._told.setdefault(run.run_id, _Told())
            self._touch(run.account_id)
            why_not = self._why_not(run, now)
            if why_not:
                self._leave_out(run, told, why_not)
            else:
                self._work(run, told, now)

    def _why_not(self, run: QueuedRun, now: datetime) -> str:
        """Why a run that had waited is not done after all; as the dispatcher asks."""
        member = self._owners.get(run.root)
        if member is None or not member.is_usable:
            return "the account was disabled, removed or broken meanwhile"
        if not is_switched_on(member, run.slot):
            return "the slot was switched off or removed meanwhile"
        standing = self._standings.meet(run.account_id)
        return standing.of_account if standing.holds(now) else ""

    def _leave_out(self, run: QueuedRun, told: _Told, why: str) -> None:
        self._queue.leave(run)
        state = RunState.PARTLY if told.rested else RunState.SKIPPED
        self._finish(run.run_id, state, f"the rest was left out: {why}" if told.rested else why)
        told.deeds.cause = Cause.STANDING

    def _work(self, run: QueuedRun, told: _Told, now: datetime) -> None:
        day = None if run.slot == QUEUE_SLOT else date.fromisoformat(self._book.runs[run.run_id].local_date)
        part = Part(self._world, self._accounts[run.account_id], run, told.deeds, told.post, day)
        has_posted = told.deeds.posted_at is not None
        outcome = part.carry_out()
        if told.deeds.posted_at is not None and not has_posted:
            self._rotation.sent(run.account_id, told.deeds.post_id, told.deeds.posted_at)
        seconds = self._seconds_of(run.account_id) if part.has_worked else 0.0
        end = now + timedelta(seconds=seconds) + part.waited
        told.remedy = outcome.remedy
        self._book.start(run.run_id, now)
        if seconds or told.started_at is None:
            told.started_at, told.ended_at = now, end
        if outcome.resume_at is not None:
            told.rested = True
            self._book.requeue(run.run_id, outcome.reason)
        else:
            self._finish(run.run_id, outcome.state, outcome.reason)
        self._push_end(end, run, outcome)

    def _finish(self, number: int, state: RunState, reason: str) -> None:
        self._book.finish(number, state, reason)
        self._told[number].is_over = True

    def _push_end(self, at: datetime, run: QueuedRun, outcome: RunOutcome | None) -> None:
        heapq.heappush(self._ends, (at, next(self._numbers), run, outcome))

    # posts that people wrote for a moment

    def _look_for_posts(self, now: datetime) -> None:
        for root, number in self._posts.take_due(now):
            self._consider(self._owners[root], self._awaited[root, number], now)

    def _consider(self, member: Member, awaited: Awaited, now: datetime) -> None:
        """As `PostScheduling` decides of a post that is due."""
        post, root = awaited.post, member.folder.root
        at, due_at = post.at or now, post.due_at or now
        if awaited.has_failed:
            again = next_try(at, now, within(member))
            self._awaited[root, post.id] = Awaited(replace(post, due_at=again))
            self._posts.set(root, post.id, again)
            return
        hindrance = find_hindrance(member, self._standings, self._pause, now)
        late = now - at
        if late > max(within(member), ON_TIME):
            why = hindrance or awaited.hindrance or "its time has passed"
            self._miss(member, awaited, f"missed by {late.total_seconds() / 60:.0f} min: {why}", now)
        elif hindrance:
            awaited.hindrance = hindrance
        else:
            trigger = Trigger.CATCH_UP if late > ON_TIME else Trigger.SCHEDULE
            number = self._book.enter(member, QUEUE_SLOT, _try_of(post), trigger, due_at)
            self._posts.set(root, post.id, None)
            awaited.begun_at = now
            if number is not None:
                self._told[number] = _Told(post=post)
                self._queue.add(QueuedRun(due_at, member.entry.id, number, QUEUE_SLOT, trigger, root))

    def _miss(self, member: Member, awaited: Awaited, why: str, now: datetime) -> None:
        post = awaited.post
        self._posts.set(member.folder.root, post.id, None)
        del self._awaited[member.folder.root, post.id]
        self._touch(member.entry.id)
        self._book.leave_out(member, QUEUE_SLOT, _try_of(post), Trigger.SCHEDULE, post.at or now, now, why)
        number = len(self._book.runs) - 1
        self._told[number] = _Told(post=post, is_over=True)
        self._told[number].deeds.kind, self._told[number].deeds.cause = "queued", Cause.MISSED

    def _follow_post(self, run: QueuedRun, outcome: RunOutcome, now: datetime) -> None:
        """Its run has ended without sending it: that is seen at one of the looks each half minute."""
        told = self._told[run.run_id]
        post = told.post
        awaited = self._awaited.get((run.root, post.id)) if post else None
        if post is None or awaited is None or told.deeds.posted_at:
            return
        if told.deeds.cause in {Cause.DUPLICATE, Cause.RUNWAY}:
            del self._awaited[run.root, post.id]
            return
        awaited.has_failed = True
        looks = (now - (awaited.begun_at or now)) // LOOK_AGAIN + (now == awaited.begun_at)
        at = (awaited.begun_at or now) + LOOK_AGAIN * looks
        self._posts.set(run.root, post.id, at if at >= now else at + LOOK_AGAIN)

    # telling

    def _forecast(self, run: MemoryRun) -> ForecastRun:
        told = self._told.get(run.id, _Told())
        deeds = told.deeds
        outcome, cause, reason = self._end_of(run, told)
        post_id = deeds.post_id if deeds.post_id is not None else (told.post.id if told.post else None)
        return ForecastRun(
            run.account_id,
            run.slot,
            self._date_of(run),
            run.planned_at,
            outcome,
            cause,
            reason,
            told.remedy,
            told.started_at,
            told.ended_at,
            deeds.kind,
            deeds.template,
            post_id if post_id is not None and post_id > 0 else None,  # one that a member will get has none yet
            deeds.text or (told.post.text if told.post else ""),
            deeds.posted_at,
            deeds.done.get("like", 0),
            deeds.done.get("follow", 0),
            deeds.done.get("reply", 0),
            self._rotation.group_of(run.account_id, post_id),
        )

    def _date_of(self, run: MemoryRun) -> str:
        if run.slot != QUEUE_SLOT:
            return run.local_date
        settings = self._members[run.account_id].settings
        return run.planned_at.astimezone(settings.schedule.zone if settings else None).date().isoformat()

    def _end_of(self, run: MemoryRun, told: _Told) -> tuple[Outcome, Cause, str]:
        cause = told.deeds.cause
        if run.state is RunState.SKIPPED:
            return Outcome.LEFT_OUT, cause or _cause_of_left_out(run.reason), run.reason
        if run.state is RunState.FAILED:
            return Outcome.FAILED, cause, run.reason
        if run.state is RunState.PARTLY:
            return Outcome.PARTLY, cause, run.reason
        if run.state is RunState.DONE:
            return _when_done(told, run.planned_at)
        if told.rested:
            return Outcome.LATE, Cause.LIMIT, run.reason
        why = f"the fleet is paused: {self._pause.reason}" if self._pause.is_on else "waits for a free seat"
        return Outcome.LATE, Cause.FLEET_PAUSE if self._pause.is_on else Cause.SEAT, why


def _when_done(told: _Told, planned_at: datetime) -> tuple[Outcome, Cause, str]:
    began = told.started_at or planned_at
    if told.rested:
        return Outcome.LATE, Cause.LIMIT, "waited until a permit was free"
    if began - planned_at >= WAITED_FROM:
        return Outcome.LATE, Cause.SEAT, f"waited {(began - planned_at).total_seconds() / 60:.0f} min for a free seat"
    return Outcome.DONE, Cause.NONE, ""


def _cause_of_left_out(reason: str) -> Cause:
    if reason.startswith("the fleet is paused"):
        return Cause.FLEET_PAUSE
    return Cause.MISSED if reason.startswith("missed") else Cause.STANDING


def _try_of(post: PlannedPost) -> str:
    return f"{post.id} {to_text(post.due_at) if post.due_at else ''}"
