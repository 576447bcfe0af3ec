"""The limiter: under threads, over restarts, and against a count by brute force."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.clock import FakeClock, SystemClock
from bot.errors import LimitReached
from bot.storage.database import Database
from bot.storage.permits import Permits, Window

START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
HOUR, DAY = 3600, 86400


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "fleet.db", "fleet")
    yield database
    database.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(START)


@pytest.fixture
def permits(database: Database, clock: FakeClock) -> Permits:
    return Permits(database, clock)


def free_at(permits: Permits, account: str, *windows: Window) -> datetime:
    with pytest.raises(LimitReached) as caught:
        permits.take(account, "post", windows)
    return caught.value.free_at


def try_all(permits: Permits, account_of: list[str], windows: list[Window], tries: int) -> int:
    """How many of `tries` a thread gets, all threads at once."""
    begin = threading.Barrier(len(account_of))

    def work(account: str) -> int:
        got = 0
        begin.wait()
        for _ in range(tries):
            try:
                permits.take(account, "post", windows)
                got += 1
            except LimitReached:
                pass
        return got

    with ThreadPoolExecutor(len(account_of)) as pool:
        return sum(pool.map(work, account_of))


TRIES = 1000


def test_sixteen_threads_with_a_thousand_tries_each_get_exactly_the_limit(database: Database) -> None:
    permits = Permits(database, SystemClock())
    assert try_all(permits, ["one"] * 16, [Window(HOUR, 50)], TRIES) == 50
    assert database.value("SELECT count(*) FROM permits") == 50


@pytest.mark.parametrize("seed", range(10))
def test_so_they_do_with_restarts_in_the_middle_and_a_second_opening(tmp_path: Path, seed: int) -> None:
    """Restarts fall where permits are being given: before the 50th, each thread has had a try or two."""
    random_ = random.Random(seed)
    windows = [Window(DAY, 50), Window(HOUR, 50, fleet=True)]
    shares = [random_.choice([1, 2]), 1, TRIES]
    got = []
    for share in shares:
        databases = [Database(tmp_path / "fleet.db", "fleet") for _ in range(random_.choice([1, 2]))]
        limiters = [Permits(database, SystemClock()) for database in databases]
        with ThreadPoolExecutor(16) as pool:
            jobs = [pool.submit(try_all, random_.choice(limiters), ["one"], windows, share) for _ in range(16)]
            got.append(sum(job.result() for job in jobs))
        for database in databases:
            database.close()
    assert sum(got) == 50, got
    assert min(got[0], got[2]) > 0, "the limit is reached after the restart"


def test_the_fleets_window_counts_all_accounts_together(permits: Permits) -> None:
    windows = [Window(HOUR, 40), Window(HOUR, 60, fleet=True)]
    assert try_all(permits, [f"account{number % 4}" for number in range(16)], windows, 50) == 60


def test_accounts_and_actions_do_not_use_up_each_others_permits(permits: Permits) -> None:
    window = Window(HOUR, 1)
    permits.take("one", "post", [window])
    permits.take("two", "post", [window])
    permits.take("one", "like", [window])
    assert free_at(permits, "one", window) == START + timedelta(hours=1)


def test_a_refused_try_costs_nothing(permits: Permits, database: Database) -> None:
    permits.take("one", "post", [Window(HOUR, 1)])
    for _ in range(5):
        free_at(permits, "one", Window(HOUR, 1), Window(HOUR, 9, fleet=True))
    assert database.value("SELECT count(*) FROM permits") == 1


def test_it_names_the_moment_from_which_a_permit_is_there_to_the_microsecond(
    permits: Permits, clock: FakeClock
) -> None:
    window = Window(HOUR, 2)
    clock.advance(0.123457)
    permits.take("one", "post", [window])
    clock.advance(600)
    permits.take("one", "post", [window])
    clock.advance(100)
    free = free_at(permits, "one", window)
    assert free == START + timedelta(hours=1, microseconds=123457)
    clock.advance((free - clock.now()).total_seconds() - 1e-6)
    assert free_at(permits, "one", window) == free
    clock.advance(1e-6)
    permits.take("one", "post", [window])


def test_of_several_full_windows_it_names_the_one_that_is_full_for_longest(permits: Permits) -> None:
    for _ in range(3):
        permits.take("one", "post", [])
    with pytest.raises(LimitReached, match=r"this account: 3 per day") as caught:
        permits.take("one", "post", [Window(HOUR, 3), Window(DAY, 3), Window(HOUR, 2, fleet=True)])
    assert caught.value.free_at == START + timedelta(days=1)


def test_a_limit_that_was_lowered_waits_until_enough_have_left(permits: Permits, clock: FakeClock) -> None:
    for _ in range(5):
        permits.take("one", "post", [Window(HOUR, 5)])
        clock.advance(60)
    # Of those at 0, 1, 2, 3 and 4 minutes only the last may still be there.
    assert free_at(permits, "one", Window(HOUR, 2)) == START + timedelta(hours=1, minutes=3)


def test_a_permit_given_back_may_be_taken_again(permits: Permits) -> None:
    window = Window(HOUR, 1)
    permit = permits.take("one", "post", [window])
    permits.give_back(permit)
    permits.give_back(permit)
    again = permits.take("one", "post", [window])
    assert again != permit, "a number is never used twice, or giving back an old one would free a new one"
    assert permits.used("one", "post", HOUR) == 1


def test_a_limit_of_zero_gives_nothing(permits: Permits) -> None:
    assert free_at(permits, "one", Window(HOUR, 0)) > START
    assert free_at(permits, "one", Window(HOUR, 5), Window(DAY, 0, fleet=True)) > START


def test_without_windows_nothing_is_refused_but_all_is_counted(permits: Permits) -> None:
    for _ in range(3):
        permits.take("one", "post", [])
    assert permits.used("one", "post", HOUR) == 3


def test_used_counts_the_span_that_is_asked_for(permits: Permits, clock: FakeClock) -> None:
    permits.take("one", "post", [])
    clock.advance(HOUR)
    permits.take("one", "post", [])
    assert (permits.used("one", "post", HOUR), permits.used("one", "post", DAY)) == (1, 2)
    assert permits.used("two", "post", DAY) == 0


@pytest.mark.parametrize("jump", [-HOUR, -30 * DAY, 2 * DAY])
def test_a_wall_clock_that_jumps_and_is_set_right_again_frees_nothing(
    permits: Permits, clock: FakeClock, jump: int
) -> None:
    window = Window(DAY, 3)
    for _ in range(3):
        permits.take("one", "post", [window])
    clock.jump(jump)
    if jump < 0:
        free_at(permits, "one", window)  # set back: too few are better than too many
    else:
        permits.take("two", "post", [window])  # clears what is old
    clock.jump(-jump)
    assert free_at(permits, "one", window) == START + timedelta(days=1)


def test_a_share_is_what_the_account_got_in_the_last_day_and_survives_a_restart(
    permits: Permits, clock: FakeClock, database: Database
) -> None:
    permits.take("one", "post", [])
    clock.advance(HOUR)
    permits.take("one", "like", [])
    permits.take("two", "like", [])
    assert permits.share("none") < permits.share("two") < permits.share("one")
    again = Permits(database, clock)
    assert [again.share(each) for each in ("one", "two")] == [permits.share(each) for each in ("one", "two")]
    clock.advance(DAY - HOUR)
    assert permits.share("one")[0] == again.share("one")[0] == 1
    clock.advance(HOUR)
    assert permits.share("one") == again.share("one") == (0, 0)


def test_a_share_does_not_count_what_was_given_back(permits: Permits, clock: FakeClock, database: Database) -> None:
    kept = permits.take("one", "post", [])
    share = permits.share("one")
    clock.advance(60)
    permits.give_back(permits.take("one", "post", []))
    assert permits.share("one") == share == Permits(database, clock).share("one")
    permits.give_back(kept)
    permits.give_back(kept)
    assert permits.share("one") == permits.share("none") == (0, 0)


def test_a_share_dates_anew_what_was_renewed(permits: Permits, clock: FakeClock, database: Database) -> None:
    first, _second = permits.take("one", "post", []), permits.take("one", "like", [])
    clock.advance(HOUR)
    permits.take("two", "post", [])
    permits.renew(first, "one", "post", [])
    assert permits.share("one") == Permits(database, clock).share("one")
    assert permits.share("one")[1] == permits.share("two")[1], "both were last given something just now"
    clock.advance(DAY - HOUR)
    assert permits.share("one")[0] == 1, "the like has left, the post was dated an hour later"
    clock.advance(HOUR)
    assert permits.share("one") == (0, 0)


def test_a_permit_that_cannot_be_renewed_keeps_its_place_in_the_share(permits: Permits, clock: FakeClock) -> None:
    permit = permits.take("one", "post", [])
    share = permits.share("one")
    clock.advance(60)
    with pytest.raises(LimitReached):
        permits.renew(permit, "one", "post", [Window(HOUR, 0)])
    assert permits.share("one") == share


def test_a_share_is_asked_for_while_permits_are_taken_and_given_back(permits: Permits) -> None:
    def work(number: int) -> None:
        for _ in range(50):
            permit = permits.take("one", "post", [])
            permits.share("one")
            permits.renew(permit, "one", "post", [])
            permits.share("one")
            if number % 2:
                permits.give_back(permit)

    with ThreadPoolExecutor(8) as pool:
        for job in [pool.submit(work, number) for number in range(8)]:
            job.result(60)
    assert permits.share("one")[0] == 4 * 50


def test_a_renewed_permit_counts_from_then_on(permits: Permits, clock: FakeClock) -> None:
    window = Window(HOUR, 1)
    permit = permits.take("one", "post", [window])
    clock.advance(600)
    permits.renew(permit, "one", "post", [window])
    assert permits.used("one", "post", HOUR) == 1
    assert free_at(permits, "one", window) == START + timedelta(seconds=600 + HOUR)
    permits.give_back(permit)
    assert permits.used("one", "post", HOUR) == 0


def test_a_permit_that_cannot_be_renewed_stays_as_it_was(permits: Permits, clock: FakeClock) -> None:
    permit = permits.take("one", "post", [Window(HOUR, 1)])
    clock.advance(HOUR)
    permits.take("one", "post", [Window(HOUR, 1)])  # it took the room that the first one left by its age
    with pytest.raises(LimitReached) as caught:
        permits.renew(permit, "one", "post", [Window(HOUR, 1)])
    assert caught.value.free_at == START + timedelta(hours=2)
    assert permits.used("one", "post", HOUR + 1) == 2


def test_two_posts_of_the_fleet_keep_their_gap(permits: Permits, clock: FakeClock) -> None:
    gap = Window.gap(45)
    first, second = permits.take("one", "post", []), permits.take("two", "post", [])
    permits.renew(first, "one", "post", [])
    clock.advance(44.9)
    with pytest.raises(LimitReached, match=r"all accounts: 45 s from one to the next") as caught:
        permits.renew(second, "two", "post", [gap])
    assert caught.value.is_gap
    assert caught.value.free_at == START + timedelta(seconds=45)
    clock.advance(0.1)
    permits.renew(second, "two", "post", [gap])


def test_threads_that_want_to_post_at_once_keep_the_gap_to_the_microsecond(database: Database) -> None:
    permits = Permits(database, SystemClock())

    def post(number: int) -> None:
        permit = permits.take(f"account{number}", "post", [])
        is_early = True
        while is_early:
            try:
                permits.renew(permit, f"account{number}", "post", [Window(HOUR, 99, fleet=True), Window.gap(0.003)])
            except LimitReached:
                continue
            is_early = False

    with ThreadPoolExecutor(16) as pool:
        for job in [pool.submit(post, number) for number in range(40)]:
            job.result(60)
    moments = [row["at"] for row in database.rows("SELECT at FROM permits ORDER BY at")]
    assert len(moments) == 40
    assert min(later - earlier for earlier, later in pairwise(moments)) >= 3000


def test_a_limit_that_is_used_up_for_longer_goes_before_the_gap(permits: Permits) -> None:
    permit = permits.take("one", "post", [])
    permits.take("one", "post", [])
    with pytest.raises(LimitReached) as caught:
        permits.renew(permit, "one", "post", [Window(HOUR, 1), Window.gap(45)])
    assert not caught.value.is_gap


@pytest.mark.parametrize(("set_back", "is_silent"), [(30, True), (HOUR, False)])
def test_a_clock_that_is_set_back_does_not_silence_the_fleet(
    permits: Permits, clock: FakeClock, set_back: float, is_silent: bool
) -> None:
    permit = permits.take("one", "post", [])
    permits.take("two", "post", [])
    clock.jump(-set_back)
    if is_silent:
        with pytest.raises(LimitReached):
            permits.renew(permit, "one", "post", [Window.gap(45)])
    else:
        permits.renew(permit, "one", "post", [Window.gap(45)])


def test_old_permits_are_cleared_away(permits: Permits, clock: FakeClock, database: Database) -> None:
    for _ in range(20):
        permits.take("one", "post", [Window(DAY, 50)])
        clock.advance(DAY)
    assert database.value("SELECT count(*) FROM permits") <= 9


def test_the_window_says_in_words_what_it_is() -> None:
    assert str(Window(HOUR, 20, fleet=True)) == "all accounts: 20 per hour"
    assert str(Window(DAY, 5)) == "this account: 5 per day"
    assert str(Window(90, 5)) == "this account: 5 per 90 s"


ACCOUNTS = ["one", "two", "three"]
WINDOWS = [Window(100, 3), Window(1000, 7), Window(100, 5, fleet=True)]
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("take"), st.sampled_from(ACCOUNTS)),
        st.tuples(st.just("wait"), st.floats(0, 120, allow_nan=False)),
        st.tuples(st.just("exactly"), st.sampled_from([1, 50, 100])),
        st.tuples(st.just("back"), st.integers(0, 9)),
        st.tuples(st.just("free"), st.none()),
        st.tuples(st.just("set back"), st.integers(1, 300)),
        st.tuples(st.just("reopen"), st.none()),
    ),
    max_size=60,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES)
def test_no_window_ever_holds_more_than_its_limit(tmp_path_factory: pytest.TempPathFactory, moves: list[tuple]) -> None:  # type: ignore[type-arg]
    """Whatever is taken, given back, waited for: counted over every window in monotonic time, and none refused
    that a count by hand would have allowed (as long as the wall clock was never set back)."""
    file = tmp_path_factory.mktemp("permits") / "fleet.db"
    clock = FakeClock(START)
    database = Database(file, "fleet")
    permits = Permits(database, clock)
    held: list[tuple[float, str, int]] = []
    straight = True
    free: datetime | None = None
    try:
        for move, value in moves:
            now = clock.monotonic()
            if move == "take":
                fits = _fits(held, now, value)
                try:
                    held.append((now, value, permits.take(value, "post", WINDOWS)))
                    assert fits
                except LimitReached as limit:
                    free = limit.free_at
                    assert not (fits and straight)
            elif move in {"wait", "exactly"}:
                clock.advance(round(value, 6))
            elif move == "back" and held:
                permits.give_back(held.pop(value % len(held))[2])
            elif move == "free" and free is not None and free > clock.now():
                clock.advance((free - clock.now()).total_seconds())
            elif move == "set back":
                clock.jump(-value)
                straight = False
            elif move == "reopen":
                database.close()
                database = Database(file, "fleet")
                permits = Permits(database, clock)
        again = Permits(database, clock)
        assert not straight or [*map(permits.share, ACCOUNTS)] == [*map(again.share, ACCOUNTS)]
    finally:
        database.close()


def _fits(held: list[tuple[float, str, int]], now: float, account: str) -> bool:
    """Whether one more permit at `now` leaves every window within its limit, counted one by one."""
    for window in WINDOWS:
        inside = [
            at for at, owner, _ in held if round(now - at, 6) < window.seconds and (window.fleet or owner == account)
        ]
        if len(inside) >= window.limit:
            return False
    return True
