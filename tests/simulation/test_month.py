"""Thirty days of 100 accounts (at night: 1,000) with ten slots each: every slot runs once, or the record says why not.

The real Scheduling, Agenda, RunQueue, Standings and FleetPause work here; runs are entered into memory and take a
minute or two of simulated time. What should have come up is found by walking the wall clock of each zone minute by
minute, so that nothing of bot.planning is trusted.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from bot.clock import FakeClock
from bot.fleet.pause import FleetPause
from bot.fleet.registry import Member
from bot.fleet.run_book import MemoryRun, MemoryRunBook
from bot.fleet.run_queue import QueuedRun, RunQueue
from bot.fleet.scheduling import LATE_AFTER, Scheduling
from bot.fleet_view import RunState, Trigger
from bot.settings.account import WEEKDAYS, AccountSettings
from bot.settings.fleet import AccountEntry, FleetSettings
from bot.settings.home import AccountFolder
from bot.storage.database import Database
from bot.storage.standings import StandingKind, Standings
from tests.telling import Tell

SLOTS, DAYS = 10, 30
START = datetime(2026, 3, 7, 12, 0, tzinfo=UTC)
END = START + timedelta(days=DAYS)
STAGGER_MINUTES = 20
TICK_SECONDS = 100  # less than what counts as late
SEATS = 64  # for a thousand accounts
# Into summer time within these days: New York 8 March, Casablanca 22 March, Berlin and London 29 March.
# Out of it: Sydney, Auckland and Lord Howe (by half an hour) 5 April, Santiago 5 April at midnight.
ZONES = (
    "America/New_York",
    "Africa/Casablanca",
    "Europe/Berlin",
    "Europe/London",
    "Australia/Sydney",
    "Pacific/Auckland",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Asia/Jakarta",
    "Asia/Kathmandu",
)
AROUND_CHANGES = ("01:30", "02:00", "02:15", "02:30", "02:59", "03:00", "23:30", "00:15")  # of the zones above
Key = tuple[str, str, str]  # account, slot, local date


def make_member(number: int, random: Random) -> Member:
    """An account with ten slots: four around the hour that summer time skips or doubles, the others anywhere."""
    times = random.sample(AROUND_CHANGES, 4)
    times += [f"{random.randrange(24):02}:{random.randrange(60):02}" for _ in range(SLOTS - len(times))]
    slots = [
        {
            "name": f"slot{place}",
            "time": at,
            "weekdays": list(WEEKDAYS) if place < 8 else sorted(random.sample(WEEKDAYS, 3)),
            "missed": {"policy": random.choice(["skip", "catch_up"]), "within_minutes": random.choice([10, 30, 90])},
        }
        for place, at in enumerate(times)
    ]
    schedule = {"timezone": ZONES[number % len(ZONES)], "slots": slots}
    settings = AccountSettings.model_validate({"schedule": schedule})
    entry = AccountEntry(id=f"a{number}", folder=f"accounts/a{number}")
    return Member(entry, AccountFolder(Path(entry.folder)), settings)


class Month:
    """The engine's scheduling over simulated days, with what happens to it."""

    def __init__(self, root: Path, accounts: int) -> None:
        random = Random(11)
        self.seats = SEATS * accounts // 1000
        self.random = Random(12)
        self.clock = FakeClock(START)
        self.members = {member.entry.id: member for member in (make_member(n, random) for n in range(accounts))}
        self.database = Database(root / "fleet.db", "fleet")
        self.book = MemoryRunBook()
        self.began: Counter[int] = Counter()
        self.begin_process()

    def begin_process(self) -> None:
        """What AccountManager.open() does, on what the last process left."""
        self.standings = Standings(self.database, self.clock)
        self.queue = RunQueue(self.seats)
        self.pause = FleetPause(self.standings, self.clock)
        self.scheduling = Scheduling(self.standings, self.queue, self.clock, self.pause, self.book)
        self.working: list[tuple[QueuedRun, float]] = []
        self.scheduling.adapt(FleetSettings(stagger_minutes=STAGGER_MINUTES))
        for member in self.members.values():
            self.scheduling.replan(member)
        for member in self.members.values():
            self.scheduling.pick_up(member)

    def live(self, seconds: float) -> None:
        """Tick for so long, in monotonic time."""
        until = self.clock.monotonic() + seconds
        while self.clock.monotonic() < until:
            self.clock.advance(min(TICK_SECONDS, until - self.clock.monotonic()))
            self.scheduling.look(self.members)
            self.work()

    def work(self) -> None:
        """Fill seats; each run works for a minute or two, so the next tick or the one after finds it at its end."""
        now = self.clock.now()
        over = [run for run, ends in self.working if self.clock.monotonic() >= ends]
        self.working = [(run, ends) for run, ends in self.working if run not in over]
        for run in over:
            self.book.finish(run.run_id, RunState.DONE)
            self.queue.leave(run)
        while not self.pause.is_on and (run := self.queue.take(now)) is not None:
            self.began[run.run_id] += 1
            self.book.start(run.run_id, now)
            self.working.append((run, self.clock.monotonic() + self.random.uniform(60, 150)))

    def restart(self, down_seconds: float, *, crash: bool) -> None:
        """End the process, in a crash without its last mark and with runs in the middle; begin another later."""
        if not crash:
            self.live_out()
            self.scheduling.remember()
        self.clock.advance(down_seconds)
        self.begin_process()

    def live_out(self) -> None:
        """Runs that work end; those that wait stay in the book."""
        for run, _ in self.working:
            self.book.finish(run.run_id, RunState.STOPPED, "Aviary is shutting down")

    def hold(self, kind: StandingKind, account_ids: list[str]) -> None:
        for account_id in account_ids:
            self.standings.set(account_id, kind, reason="" if kind is StandingKind.ACTIVE else "by a person")

    def pass_day(self, day: int) -> None:
        """A day of the month; what happens to it depends on its number."""
        hour = 3600.0
        begin = self.clock.monotonic()
        if day % 5 == 1:
            self._jump_about(hour if day % 2 else -hour)
        if day % 4 == 2:
            for crash in (True, False, True):
                self.live(self.random.uniform(1, 3) * hour)
                self.restart(self.random.choice([20, 400, 2 * hour]), crash=crash)
        if day % 3 == 0:
            some = self.random.sample(sorted(self.members), len(self.members) // 20)
            self.hold(StandingKind.PAUSED, some)
            self.live(5 * hour)
            self.hold(StandingKind.ACTIVE, some)
        if day % 10 == 7:
            self.pause.begin("paused by a person")
            self.live(hour)
            self.pause.end()
            self.scheduling.drop_missed(self.members, self.pause.since)
        self.live(24 * hour - (self.clock.monotonic() - begin))

    def _jump_about(self, seconds: float) -> None:
        """The wall clock goes wrong by so much and is set right some hours later; once with a restart between."""
        self.live(3 * 3600)
        self.clock.jump(seconds)
        self.live(2 * 3600)
        self.restart(60, crash=False)
        self.live(2 * 3600)
        self.clock.jump(-seconds)


@dataclass(frozen=True)
class Result:
    """What the record of the month holds, and what ran."""

    month: Month
    seconds: float  # that the simulation took
    by_schedule: dict[Key, list[MemoryRun]]
    expected: dict[Key, datetime]


@pytest.fixture(scope="module", params=[100, pytest.param(1000, marks=pytest.mark.nightly)])
def result(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Result]:
    begin = time.perf_counter()
    month = Month(tmp_path_factory.mktemp("month"), request.param)
    for day in range(DAYS):
        month.pass_day(day)
    month.clock.advance((END - month.clock.now()).total_seconds())
    month.scheduling.look(month.members)
    seconds = time.perf_counter() - begin
    by_schedule: dict[Key, list[MemoryRun]] = {}
    for run in month.book.runs:
        if run.trigger in {Trigger.SCHEDULE, Trigger.CATCH_UP}:
            by_schedule.setdefault((run.account_id, run.slot, run.local_date), []).append(run)
    yield Result(month, seconds, by_schedule, brute_force(month.members))
    month.database.close()


@cache
def wall_clock(zone: str) -> dict[date, list[tuple[str, datetime]]]:
    """Each minute of the month as the clock on the wall shows it: date -> (HH:MM, moment), as they pass."""
    days: dict[date, list[tuple[str, datetime]]] = {}
    tz = ZoneInfo(zone)
    moment = START - timedelta(days=2)
    while moment < END + timedelta(days=2):
        local = moment.astimezone(tz)
        days.setdefault(local.date(), []).append((f"{local:%H:%M}", moment))
        moment += timedelta(minutes=1)
    return days


@cache
def comes_at(zone: str, day: date, at: str) -> datetime:
    """The first minute of `day` that shows `at`, or, when it is skipped, the first that shows a later time."""
    return next(
        (moment for shown, moment in wall_clock(zone)[day] if shown >= at),
        wall_clock(zone).get(day + timedelta(days=1), [("", END)])[0][1],
    )


def brute_force(members: dict[str, Member]) -> dict[Key, datetime]:
    """Every slot on every local date of the month, with its moment before the stagger."""
    found: dict[Key, datetime] = {}
    for member in members.values():
        assert member.settings is not None
        zone = member.settings.schedule.timezone
        for slot in member.settings.schedule.all_slots:
            for number in range(DAYS + 3):
                day = (START - timedelta(days=1)).date() + timedelta(days=number)
                if WEEKDAYS[day.weekday()] in slot.weekdays:
                    moment = comes_at(zone, day, f"{slot.time:%H:%M}")
                    found[member.entry.id, slot.name, day.isoformat()] = moment
    return found


STAGGER = timedelta(minutes=STAGGER_MINUTES)


def test_every_slot_of_every_date_is_in_the_record_and_nothing_else(result: Result, tell: Tell) -> None:
    slots = f"{len(result.month.members)} accounts with {SLOTS} slots, {len(result.month.book.runs)} runs"
    tell(f"a month of {slots}: simulated in {result.seconds:.0f} s")
    surely = {key for key, at in result.expected.items() if at > START and at + STAGGER <= END}
    # At both ends the stagger decides whether a slot lies inside the month.
    perhaps = {key for key, at in result.expected.items() if at + STAGGER > START and at <= END}
    recorded = set(result.by_schedule)
    assert len(surely) > 0.8 * len(result.month.members) * SLOTS * DAYS
    assert surely - recorded == set()
    assert recorded - perhaps == set()


def test_none_is_in_the_record_twice_and_none_ran_twice(result: Result) -> None:
    assert [runs for runs in result.by_schedule.values() if len(runs) > 1] == []
    assert [run_id for run_id, times in result.month.began.items() if times > 1] == []


def test_each_planned_time_is_the_wall_clocks_with_the_stagger(result: Result) -> None:
    for key, (run,) in result.by_schedule.items():
        assert timedelta(0) <= run.planned_at - result.expected[key] <= STAGGER, (key, run)


def test_each_ran_or_says_why_not(result: Result) -> None:
    still_at_work = {run.run_id for run, _ in result.month.working}
    for (run,) in result.by_schedule.values():
        if run.state in {RunState.DONE, RunState.RUNNING}:
            assert result.month.began[run.id] == 1, run
            assert run.state is RunState.DONE or run.id in still_at_work, run
        elif run.state is RunState.QUEUED:
            assert END - run.planned_at < timedelta(minutes=10), run  # the month ends before its turn comes
        else:
            assert run.reason, run


def test_one_that_is_left_out_was_late_paused_or_cut_off(result: Result) -> None:
    reasons = Counter(
        run.reason.split(" by ")[0].rstrip("0123456789") if "missed" in run.reason else run.reason
        for (run,) in result.by_schedule.values()
        if run.state in {RunState.SKIPPED, RunState.FAILED, RunState.STOPPED}
    )
    assert set(reasons) == {
        "missed",
        "the account is paused: by a person",
        "the fleet is paused: paused by a person",
        "Aviary ended during this run",
        "Aviary is shutting down",
    }, reasons
    assert sum(reasons.values()) < 0.1 * len(result.by_schedule), reasons


def test_missed_ones_are_left_out_and_caught_up_as_each_slots_policy_says(result: Result) -> None:
    left_out = caught_up = 0
    for (account_id, name, _), (run,) in result.by_schedule.items():
        settings = result.month.members[account_id].settings
        assert settings is not None
        missed = settings.slot(name).missed
        if run.reason.startswith("missed by"):
            left_out += 1
            late = int(run.reason.split()[2])
            assert late >= 2
            assert missed.policy == "skip" or late >= missed.within_minutes, run
        elif run.trigger is Trigger.CATCH_UP and run.started_at is not None:
            caught_up += 1
            assert missed.policy == "catch_up", run
    assert left_out > 100
    assert caught_up > 100


SKIPPED_HOURS = {
    ("America/New_York", "2026-03-08"),
    ("Africa/Casablanca", "2026-03-22"),
    ("Europe/Berlin", "2026-03-29"),
    ("Europe/London", "2026-03-29"),
}
DOUBLED_HOURS = {
    ("America/Santiago", "2026-04-04"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Australia/Sydney", "2026-04-05"),
    ("Pacific/Auckland", "2026-04-05"),
}


def test_slots_in_skipped_and_doubled_hours_are_among_them(result: Result) -> None:
    shown = {zone: {day: Counter(at for at, _ in wall_clock(zone)[day]) for day in wall_clock(zone)} for zone in ZONES}
    seen: Counter[tuple[str, str]] = Counter()
    for account_id, name, day in result.by_schedule:
        settings = result.month.members[account_id].settings
        assert settings is not None
        zone = settings.schedule.timezone
        times = shown[zone][date.fromisoformat(day)][f"{settings.slot(name).time:%H:%M}"]
        if times != 1:
            assert (zone, day) in (DOUBLED_HOURS if times else SKIPPED_HOURS)
            seen[zone, day] += 1
    for change in SKIPPED_HOURS | DOUBLED_HOURS:
        assert seen[change] >= 0.03 * len(result.month.members), (change, seen)


def test_none_begins_before_its_time_and_few_are_late(result: Result) -> None:
    begun = [run for (run,) in result.by_schedule.values() if run.started_at is not None]
    lateness = sorted((run.started_at or END) - run.planned_at for run in begun)
    assert lateness[0] >= timedelta(0)
    assert timedelta(seconds=TICK_SECONDS) < LATE_AFTER
    assert lateness[len(lateness) // 2] <= timedelta(seconds=TICK_SECONDS)
