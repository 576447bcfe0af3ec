"""The permits of a simulation say the same as the limiter on its table."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from bot.clock import FakeClock
from bot.errors import LimitReached
from bot.planning.permits_ahead import PermitsAhead
from bot.storage.database import Database
from bot.storage.permits import Permits, Window

START = datetime(2026, 3, 2, tzinfo=UTC)
WINDOWS = (Window(3600, 3), Window(86400, 9), Window(3600, 7, fleet=True), Window.gap(40))


def test_it_gives_and_refuses_as_the_limiter_does_and_names_the_same_moment(tmp_path: Path) -> None:
    random, clock = Random(7), FakeClock(START)
    database = Database(tmp_path / "fleet.db", "fleet")
    permits = Permits(database, clock)
    refused = 0
    ahead = PermitsAhead((), clock)
    for turn in range(300):
        clock.advance(random.choice([0.5, 30, 400, 3000]))
        account = random.choice(["one", "two", "three"])
        expected = permits.frees_at(account, "post", WINDOWS)
        assert ahead.frees_at(account, "post", WINDOWS) == expected
        if expected is None:
            permits.take(account, "post", WINDOWS)
            ahead.take_at(account, "post", WINDOWS, clock.now())
        refused += expected is not None
        assert ahead.share(account) == permits.share(account)
        if turn == 150:
            ahead = PermitsAhead(permits.recent(), clock)  # begun in the middle, from what the table holds
    database.close()
    assert 50 < refused < 250


def test_one_that_is_dated_ahead_counts_for_all_that_come_before() -> None:
    clock = FakeClock(START)
    ahead = PermitsAhead((), clock)
    ahead.take_at("one", "post", (), clock.now().replace(second=30))
    with pytest.raises(LimitReached) as limit:
        ahead.take_at("two", "post", (Window.gap(40),), clock.now())
    assert limit.value.is_gap
    assert limit.value.free_at == START.replace(minute=1, second=10)
