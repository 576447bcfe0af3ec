"""Seven days of fifty accounts that ask the limiter at random and in bursts, counted again by brute force."""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from bot.clock import FakeClock
from bot.errors import LimitReached
from bot.planning.limits import windows_for
from bot.settings.account import RateLimits
from bot.settings.fleet import GlobalRateLimit
from bot.storage.database import Database
from bot.storage.permits import Permits, Window

START = datetime(2026, 3, 2, tzinfo=UTC)
DAYS = 7
FLEET = GlobalRateLimit(tweets_per_hour=20, likes_per_hour=60, follows_per_hour=30)
ACTIONS = ("post", "like", "follow")
GREEDY = "greedy"
"""An account whose settings set no bound worth the name, and that asks for posts again and again."""
STEP = timedelta(microseconds=1)


def limits_of(random: Random) -> RateLimits:
    """Limits as operators set them: some tight, some wider than the fleet's."""
    return RateLimits(
        tweets_per_hour=random.choice([1, 2, 5, 30]),
        tweets_per_day=random.choice([3, 10, 40, 500]),
        likes_per_hour=random.choice([3, 10, 80]),
        likes_per_day=random.choice([10, 30, 200]),
        follows_per_hour=random.choice([2, 5, 40]),
        follows_per_day=random.choice([5, 15, 100]),
    )


@dataclass(frozen=True)
class Refusal:
    """One try that got nothing: when, and from when on it was told there is room."""

    at: datetime
    free_at: datetime
    right_free_at: datetime | None  # as counted by hand; None: no window was full


class Week:
    """The real limiter on a real fleet.db, and beside it a list of what it gave."""

    def __init__(self, root: Path) -> None:
        self.random = Random(5)
        self.file = root / "fleet.db"
        self.clock = FakeClock(START)
        self.limits = {f"a{number}": limits_of(self.random) for number in range(49)}
        self.limits[GREEDY] = RateLimits(tweets_per_hour=999, tweets_per_day=999)
        self.held: dict[tuple[str, str], list[datetime]] = {}  # (account or "" for the fleet, action) -> times
        self.refusals: list[Refusal] = []
        self.mistold: list[tuple[datetime, datetime]] = []
        self.wrongly_granted: list[tuple[str, str, datetime]] = []
        self.granted: Counter[str] = Counter()
        self.given_back = 0
        self.open()

    def open(self) -> None:
        self.database = Database(self.file, "fleet")
        self.permits = Permits(self.database, self.clock)

    def live(self) -> None:
        end = START + timedelta(days=DAYS)
        while self.clock.now() < end:
            self.clock.advance(self.random.choice([1e-6, 0.4, 45, 400, 1800]) * self.random.uniform(0.5, 1))
            if self.clock.now() - START < timedelta(days=1):
                self.ask(GREEDY, "post")
            bursts = self.random.random() < 0.2
            account_id = self.random.choice(list(self.limits))
            for _ in range(self.random.randint(5, 60) if bursts else 1):
                self.ask(self.random.choice(list(self.limits)) if bursts else account_id, self.random.choice(ACTIONS))
            if self.random.random() < 0.01:
                self.database.close()
                self.open()
        self.database.close()

    def ask(self, account_id: str, action: str) -> None:
        windows = windows_for(action, self.limits[account_id], FLEET)
        now = self.clock.now()
        right = self.room_from(account_id, action, windows)
        try:
            permit = self.permits.take(account_id, action, windows)
        except LimitReached as limit:
            self.refusals.append(Refusal(now, limit.free_at, right))
            if self.random.random() < 0.1:
                self.probe(account_id, action, windows, limit.free_at)
            return
        self.granted[action] += 1
        if right is not None:
            self.wrongly_granted.append((account_id, action, now))
        if self.random.random() < 0.1:
            self.permits.give_back(permit)
            self.given_back += 1
        else:
            for owner in (account_id, ""):
                insort(self.held.setdefault((owner, action), []), now)

    def room_from(self, account_id: str, action: str, windows: tuple[Window, ...]) -> datetime | None:
        """When all windows have room if nobody takes any more; None when they have it now. Counted one by one."""
        now = self.clock.now()
        moments = [now]
        for window in windows:
            times = self.held.get(("" if window.fleet else account_id, action), [])
            moments += [at + timedelta(seconds=window.seconds) for at in times[-window.limit :]]
        for moment in sorted(each for each in moments if each >= now):
            if all(self.has_room(account_id, action, window, moment) for window in windows):
                return None if moment == now else moment
        raise AssertionError("there is room in the end")

    def has_room(self, account_id: str, action: str, window: Window, moment: datetime) -> bool:
        times = self.held.get(("" if window.fleet else account_id, action), [])
        return len(times) - bisect_right(times, moment - timedelta(seconds=window.seconds)) < window.limit

    def probe(self, account_id: str, action: str, windows: tuple[Window, ...], free_at: datetime) -> None:
        """Really take at the moment that was told, and a microsecond before it."""
        try:
            early = Permits(self.database, FakeClock(free_at - STEP)).take(account_id, action, windows)
            self.mistold.append((self.clock.now(), free_at))
            self.permits.give_back(early)
        except LimitReached as still:
            if still.free_at != free_at:
                self.mistold.append((self.clock.now(), free_at))
        try:
            self.permits.give_back(Permits(self.database, FakeClock(free_at)).take(account_id, action, windows))
        except LimitReached:
            self.mistold.append((self.clock.now(), free_at))


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    week = Week(tmp_path_factory.mktemp("week"))
    week.live()
    yield week
    week.database.close()


def test_the_week_was_busy(week: Week) -> None:
    assert all(week.granted[action] > 1000 for action in ACTIONS), week.granted
    assert len(week.refusals) > 2000
    assert week.given_back > 200


def test_no_window_of_the_week_holds_more_than_its_limit(week: Week) -> None:
    checked = 0
    breaches = []
    for (account_id, action), times in week.held.items():
        limits = week.limits.get(account_id, RateLimits())
        for window in windows_for(action, limits, FLEET):
            if window.fleet != (account_id == ""):
                continue
            span = timedelta(seconds=window.seconds)
            for place, begin in enumerate(times):
                checked += 1
                if bisect_left(times, begin + span) - place > window.limit:
                    breaches.append((account_id, action, window, begin))
    assert checked > 10_000
    assert breaches == []


def test_nobody_posts_more_than_fifty_times_a_day_whatever_the_settings_say(week: Week) -> None:
    most = Counter[str]()
    for account_id in week.limits:
        times = week.held.get((account_id, "post"), [])
        counts = [bisect_left(times, at + timedelta(days=1)) - place for place, at in enumerate(times)]
        most[account_id] = max(counts, default=0)
    assert most[GREEDY] == 50
    assert max(most.values()) == 50


def test_nothing_is_refused_while_every_window_has_room(week: Week) -> None:
    assert [refusal for refusal in week.refusals if refusal.right_free_at is None] == []
    assert week.wrongly_granted == []


def test_the_moment_that_is_told_is_exact(week: Week) -> None:
    assert [each for each in week.refusals if each.free_at != each.right_free_at] == []
    assert week.mistold == []


@pytest.mark.parametrize("seed", range(10))
def test_sixteen_threads_with_a_thousand_tries_each_get_fifty_with_a_restart_in_the_middle(
    tmp_path: Path, seed: int
) -> None:
    random = Random(seed)
    before = [random.randint(0, 4) for _ in range(16)]  # so few that the limit is not reached when the restart comes
    windows = [Window(86400, 50), Window(3600, 50, fleet=True)]
    first = Database(tmp_path / "fleet.db", "fleet")
    first_got = all_at_once(Permits(first, FakeClock(START)), windows, before)
    first.close()
    assert first_got == min(sum(before), 50)
    second = Database(tmp_path / "fleet.db", "fleet")
    later = FakeClock(START + timedelta(minutes=random.randint(0, 50)))
    second_got = all_at_once(Permits(second, later), windows, [1000 - done for done in before])
    kept = second.value("SELECT count(*) FROM permits")
    second.close()
    assert (first_got + second_got, kept) == (50, 50)


def all_at_once(permits: Permits, windows: list[Window], tries: list[int]) -> int:
    """How many permits as many threads as there are `tries` get, each trying so often."""
    begin = threading.Barrier(len(tries))

    def work(count: int) -> int:
        begin.wait()
        return sum(try_one(permits, windows) for _ in range(count))

    with ThreadPoolExecutor(len(tries)) as pool:
        return sum(pool.map(work, tries))


def try_one(permits: Permits, windows: list[Window]) -> bool:
    try:
        permits.take("one", "post", windows)
    except LimitReached:
        return False
    return True
