"""The own numbers: read when they are due, as one reading, and each kept in its series."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.errors import XDown
from bot.fleet.records import open_records
from bot.fleet_view import RunState, Trigger
from bot.slot_work import READING_SLOT
from bot.storage.database import Database
from tests.engines import START, Engine

SLOTS: dict[str, Any] = {"timezone": "UTC", "morning": {"time": "08:00", "post": "promo", "like": 0, "follow": 0}}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = Engine(tmp_path, schedule=SLOTS)
    yield engine
    engine.close()


def rows(engine: Engine, query: str) -> list[tuple[Any, ...]]:
    database = Database(engine.folder.metrics_db, "account")
    try:
        return [tuple(row) for row in database.rows(query)]
    finally:
        database.close()


def read(engine: Engine, trigger: Trigger = Trigger.MANUAL) -> RunState:
    return engine.bot.run_slot(READING_SLOT, trigger=trigger).state


def test_a_post_that_was_sent_is_known_with_what_it_came_from_and_its_counts(engine: Engine) -> None:
    assert engine.run().state is RunState.DONE
    [intent] = engine.intents()
    found = rows(engine, "SELECT tweet_id, kind, template, slot, media, reply_to, text FROM own_posts")
    assert found == [(intent.tweet_id, "promo", intent.template, "morning", "none", "", intent.text)]
    assert rows(engine, "SELECT likes, reposts, replies, views, bookmarks FROM own_posts") == [(0, 0, 0, None, None)]


def test_a_count_that_x_does_not_show_stays_unknown_and_one_that_changes_makes_a_series(engine: Engine) -> None:
    post = engine.world.add_post("OneShop", "halo")
    engine.world.set_counts(post.id, likes=4, views=None, bookmarks=None)
    read(engine)
    engine.clock.advance(3600)
    engine.world.set_counts(post.id, likes=6, views=90, bookmarks=0)
    read(engine)
    series = rows(engine, "SELECT likes, views, bookmarks FROM post_readings ORDER BY read_at")
    assert series == [(4, None, None), (6, 90, 0)]
    assert rows(engine, "SELECT likes, views, bookmarks FROM own_posts") == [(6, 90, 0)]
    assert rows(engine, "SELECT followers, following, posts FROM profile_readings") == [(120, 0, 1), (120, 0, 1)]


def test_posts_that_aviary_did_not_send_and_older_ones_of_thirty_days_are_read(engine: Engine) -> None:
    for days in (1, 29, 31):
        engine.world.add_post("OneShop", f"{days} days ago", at=START - timedelta(days=days))
    read(engine)
    found = rows(engine, "SELECT text, kind, template, media FROM own_posts ORDER BY posted_at")
    assert found == [("29 days ago", "", "", ""), ("1 days ago", "", "", "")]
    assert "numbers of 2 posts of the last 30 days read" in engine.texts()


def test_no_more_posts_are_read_than_the_settings_allow(tmp_path: Path) -> None:
    engine = Engine(tmp_path, schedule=SLOTS, numbers={"most_posts": 20, "days": 90})
    for number in range(30):
        engine.world.add_post("OneShop", f"post {number}", at=START - timedelta(hours=number))
    read(engine)
    assert engine.world.calls_of("read_own_posts")[0].detail == "20"
    assert rows(engine, "SELECT count(*) FROM post_readings") == [(20,)]
    assert "numbers of the newest 20 posts read" in engine.texts()
    engine.close()


def test_runs_of_one_day_read_once_and_the_next_day_again(engine: Engine) -> None:
    def readings() -> int:
        return len(engine.world.calls_of("read_profile"))

    engine.run()
    engine.clock.advance(6 * 3600)
    engine.run()
    assert readings() == 1
    engine.clock.advance(18 * 3600)
    engine.run()
    assert readings() == 2


def test_a_reading_without_the_posts_is_not_whole_and_comes_again(engine: Engine) -> None:
    engine.world.fail_next("read_own_posts", XDown("503"), times=3)
    engine.run()
    assert rows(engine, "SELECT followers_count FROM follower_growth") == [(120,)]
    assert rows(engine, "SELECT * FROM profile_readings") == []
    engine.clock.advance(3600)
    engine.run()
    assert len(rows(engine, "SELECT * FROM profile_readings")) == 1


def test_the_tables_of_existing_users_are_filled_as_before(engine: Engine) -> None:
    engine.run()
    [intent] = engine.intents()
    engine.world.set_counts(intent.tweet_id, likes=3, views=60, replies=1, reposts=2)
    read(engine)
    assert rows(engine, "SELECT views, likes, retweets, replies FROM tweet_performance") == [(60, 3, 2, 1)]
    assert rows(engine, "SELECT date, followers_count FROM follower_growth") == [("2026-03-02", 120)]


def test_a_planned_visit_opens_no_browser_when_another_run_has_read_meanwhile(engine: Engine) -> None:
    engine.run()
    calls = len(engine.world.calls)
    assert read(engine, Trigger.SCHEDULE) is RunState.DONE
    assert len(engine.world.calls) == calls
    assert "another run has read the numbers meanwhile" in engine.texts()


def test_a_post_first_seen_on_the_profile_is_known_by_its_template_once_the_journal_has_it(engine: Engine) -> None:
    engine.run()
    [intent] = engine.intents()
    with open_records(engine.folder) as records:
        records.journal.note(None, engine.clock.now(), "restored")
    database = Database(engine.folder.metrics_db, "account")
    with database.write() as connection:
        connection.execute("UPDATE own_posts SET kind = '', template = '', slot = '', media = ''")
    database.close()
    read(engine)
    assert rows(engine, "SELECT kind, template, slot, media FROM own_posts") == [
        ("promo", intent.template, "morning", "none")
    ]


def test_a_run_that_only_reads_is_no_work_of_its_slots(engine: Engine) -> None:
    engine.run()
    read(engine)
    with open_records(engine.folder) as records:
        last = records.journal.last_work()
    assert last is not None
    assert last.slot == "morning"
