"""Databases are read again exactly when they changed, and what is kept has a bound."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.analytics.periods import last_days
from bot.analytics.room import Analytics, Place
from bot.storage.database import Database, database_stamp
from tests.analytics.worlds import TODAY, SmallWorld
from tests.analytics_world import Shape

WEEK = last_days(TODAY, 7)
ADD = "INSERT INTO own_posts (tweet_id, posted_at) VALUES (?, '2026-11-26T05:00:00.000+00:00')"


@pytest.fixture
def world(tmp_path: Path) -> SmallWorld:
    world = SmallWorld(tmp_path)
    for _ in range(3):
        world.add(Shape(days=12, posts=2))
    return world


def posts(world: SmallWorld, *keys: str) -> int:
    return world.analytics.report(keys or world.places, WEEK).period.summary.posts or 0


def is_kept(world: SmallWorld, key: str) -> bool:
    """Whether two looks one after the other are of the same reading."""
    first, second = (world.analytics.report([key], WEEK).members[0].data for _ in range(2))
    return first is second


def test_what_has_not_changed_is_read_once(world: SmallWorld) -> None:
    assert all(is_kept(world, key) for key in world.places)


def test_every_change_by_another_connection_is_seen(world: SmallWorld) -> None:
    before = posts(world)
    for number in range(30):
        world.change("a0", ADD, (f"new{number}",))
        assert posts(world) == before + number + 1


def test_changes_are_seen_while_their_log_is_open_and_written_over_from_its_start(world: SmallWorld) -> None:
    before = posts(world, "a0")
    with closing(sqlite3.connect(world.places["a0"].file, isolation_level=None)) as connection:
        for number in range(30):
            connection.execute(ADD, (f"new{number}",))
            assert posts(world, "a0") == before + number + 1
            assert is_kept(world, "a0")
            connection.execute("PRAGMA wal_checkpoint(RESTART)")


def test_an_idle_connection_of_somebody_else_makes_nothing_be_read_again(world: SmallWorld) -> None:
    file = world.places["a0"].file
    state = database_stamp(file)
    database = Database(file, "account")
    database.rows("SELECT * FROM own_posts LIMIT 1")
    assert database_stamp(file) == state
    database.close()
    assert database_stamp(file) == state


def test_a_database_that_is_made_later_is_seen(world: SmallWorld) -> None:
    key = world.add()
    assert world.analytics.report([key], WEEK).is_empty
    Database(world.places[key].file, "account").close()
    world.change(key, ADD, ("first",))
    assert posts(world, key) == 1


def test_another_zone_moves_the_days(world: SmallWorld) -> None:
    here = world.analytics.report(["a0"], WEEK).period.days
    world.places["a0"] = Place("Shop", world.places["a0"].file, "America/Los_Angeles")
    there = world.analytics.report(["a0"], WEEK).period.days
    assert [day.posts for day in here] != [day.posts for day in there]


def test_what_lies_further_back_is_read_when_it_is_asked_for(world: SmallWorld) -> None:
    key = world.add(Shape(days=400, posts=1))
    assert posts(world, key) > 0
    (oldest,) = world.sql(key, "SELECT count(*) FROM own_posts WHERE reply_to = '' AND posted_at < '2025-11-27'")[0]
    year_before = last_days(TODAY - timedelta(days=365), 100)
    assert world.analytics.report([key], year_before).period.summary.posts in range(oldest - 3, oldest + 4)
    assert oldest > 20


def test_what_is_read_ahead_is_there_for_every_preset(world: SmallWorld) -> None:
    assert not world.analytics.was_asked
    world.analytics.report(["a0"], WEEK)
    assert world.analytics.was_asked
    world.places["a1"].file.write_bytes(b"no database at all" * 100)
    world.analytics.read_ahead()
    kept = {key: each.data for key, each in zip(world.places, world.analytics._kept.values(), strict=False)}
    far = world.analytics.report(["a0", "a2"], last_days(TODAY, 90))
    assert {id(member.data) for member in far.members} <= {id(data) for data in kept.values()}


def test_no_more_is_read_ahead_than_half_of_what_may_be_kept(world: SmallWorld) -> None:
    size = world.analytics.report(["a0"], WEEK).members[0].data.size
    world.analytics = Analytics(lambda: world.places, world.clock, largest=int(size * 1.5))
    world.analytics.read_ahead()
    assert len(world.analytics._kept) == 1


def test_what_is_kept_has_a_bound_and_the_longest_unused_goes_first(world: SmallWorld) -> None:
    size = world.analytics.report(["a0"], WEEK).members[0].data.size
    world.analytics = Analytics(lambda: world.places, world.clock, largest=int(size * 2.5))
    first = world.analytics.report(["a0"], WEEK).members[0].data
    world.analytics.report(["a1", "a2"], WEEK)
    assert is_kept(world, "a1")
    assert world.analytics.report(["a0"], WEEK).members[0].data is not first


def test_a_damaged_database_is_named_and_the_others_are_counted(world: SmallWorld) -> None:
    others = posts(world, "a1", "a2")
    world.places["a0"].file.write_bytes(b"no database at all" * 100)
    report = world.analytics.report(world.places, WEEK)
    assert report.unread == ("Shop a0",)
    assert report.period.summary.posts == others


def test_an_account_whose_settings_cannot_be_read_is_named(world: SmallWorld) -> None:
    assert world.analytics.report(["broken", "a0"], WEEK).unread == ("broken",)
