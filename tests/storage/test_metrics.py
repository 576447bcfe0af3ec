"""The tables of existing users go on being filled as their bot filled them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot.storage.database import Database
from bot.storage.journal import Intent, IntentState
from bot.storage.metrics import DayCounts, Followers, Metrics, PostCounts
from tests import legacy

DAY = date(2025, 12, 21)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    legacy.write_metrics(tmp_path / "metrics.db")
    database = Database(tmp_path / "metrics.db", "account")
    yield database
    database.close()


@pytest.fixture
def metrics(database: Database) -> Metrics:
    return Metrics(database)


def row(database: Database, query: str) -> tuple[object, ...]:
    return tuple(database.rows(query)[0])


def test_counts_go_on_where_the_old_bot_stopped(metrics: Metrics) -> None:
    for action in ("post", "like", "follow", "follow"):
        metrics.count(action, DAY)
    assert metrics.day(DAY) == DayCounts(posts=3, likes=9, follows=7)


def test_a_day_of_empty_cells_is_counted_from_nought(metrics: Metrics) -> None:
    empty = date(2025, 12, 22)
    assert metrics.day(empty) == DayCounts()
    metrics.count("post", empty)
    assert metrics.day(empty) == DayCounts(posts=1)


def test_a_new_day_begins_at_nought(metrics: Metrics, database: Database) -> None:
    day = date(2026, 3, 2)
    assert metrics.day(day) == DayCounts()
    for action in ("post", "like", "follow", "reply", "repost"):
        metrics.count(action, day)
    columns = "tweets_posted, likes_given, follows_made, replies_made, retweets_made"
    assert row(database, f"SELECT {columns} FROM daily_activity WHERE date = '2026-03-02'") == (1, 1, 1, 1, 1)
    with pytest.raises(KeyError):
        metrics.count("dance", day)


def test_a_post_is_entered_once_with_its_time_as_the_old_bot_wrote_it(metrics: Metrics, database: Database) -> None:
    at = datetime(2026, 3, 2, 15, 0, 9, 700_000, tzinfo=timezone(timedelta(hours=7)))
    metrics.add_post("42", "Promo 🔥", "promo", at)
    metrics.add_post("42", "another", "value", at)
    columns = "tweet_text, tweet_type, posted_at, views"
    found = row(database, f"SELECT {columns} FROM tweet_performance WHERE tweet_id = '42'")
    assert found == ("Promo 🔥", "promo", "2026-03-02 08:00:09", 0)


def test_counts_of_a_post_are_renewed_and_unknown_ones_stay(metrics: Metrics, database: Database) -> None:
    metrics.update_post(PostCounts("1900000000000000001", views=200, likes=8, reposts=None, replies=None))
    metrics.update_post(PostCounts("unknown", views=1, likes=1, reposts=1, replies=1))
    columns = "views, likes, retweets, replies, engagement_rate"
    found = row(database, f"SELECT {columns} FROM tweet_performance WHERE tweet_id = '1900000000000000001'")
    assert found == (200, 8, 1, 0, pytest.approx(9 / 200))
    assert database.value("SELECT count(*) FROM tweet_performance") == 1


def test_a_post_without_views_has_no_rate(metrics: Metrics, database: Database) -> None:
    metrics.add_post("42", "x", "promo", datetime(2026, 3, 2, tzinfo=UTC))
    metrics.update_post(PostCounts("42", views=None, likes=3, reposts=0, replies=0))
    assert database.value("SELECT engagement_rate FROM tweet_performance WHERE tweet_id = '42'") == 0


def test_followers_are_kept_per_day_with_ratio_and_gain(metrics: Metrics, database: Database) -> None:
    assert metrics.followers() == Followers(118, 60, gained=3)
    metrics.record_followers(DAY, 121, 65)
    metrics.record_followers(DAY, 123, 65)
    metrics.record_followers(date(2025, 12, 23), 120, 0)
    columns = "followers_count, following_count, ratio, new_followers"
    assert row(database, f"SELECT {columns} FROM follower_growth WHERE date = '2025-12-21'") == (123, 65, 1.89, 5)
    assert row(database, f"SELECT {columns} FROM follower_growth WHERE date = '2025-12-23'") == (120, 0, None, -3)
    assert metrics.followers() == Followers(120, 0, gained=-3)
    assert metrics.followers(DAY) == Followers(123, 65, gained=5)
    assert metrics.followers(date(2025, 12, 22)) is None
    assert database.value("SELECT count(*) FROM follower_growth") == 3


def test_a_new_account_has_no_followers_reading_yet(tmp_path: Path) -> None:
    database = Database(tmp_path / "new.db", "account")
    assert Metrics(database).followers() is None
    database.close()


def test_keywords_add_up_per_day(metrics: Metrics, database: Database) -> None:
    metrics.count_keyword("butuh paket data", date(2025, 12, 20), found=3)
    metrics.count_keyword("butuh paket data", date(2025, 12, 20), engaged=2)
    metrics.count_keyword("baru", DAY, found=4)
    columns = "keyword, date, tweets_found, engaged"
    assert [tuple(each) for each in database.rows(f"SELECT {columns} FROM keyword_performance ORDER BY id")] == [
        ("butuh paket data", "2025-12-20", 15, 7),
        ("baru", "2025-12-21", 4, 0),
    ]


def test_the_old_activity_log_goes_on(metrics: Metrics, database: Database) -> None:
    metrics.log_activity("morning_slot", "Completed successfully", success=True)
    metrics.log_activity("evening_slot", "", success=False, error="login expired")
    columns = "activity_type, details, success, error_message"
    rows = [tuple(each) for each in database.rows(f"SELECT {columns} FROM activity_log ORDER BY id")]
    assert rows[2:] == rows[:2], "the new lines have the very shape of the old ones"


def reply_to(answered: str) -> Intent:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    return Intent(
        *(1, 1, "reply", "Setuju", "Setuju banget! 💯", (), None, IntentState.SENT, at, at, "77", ""),
        reply_to=answered,
        reply_to_handle="tetangga",
        reply_to_text="kuota habis lagi",
    )


def test_a_reply_is_entered_once_with_the_post_it_answers(metrics: Metrics, database: Database) -> None:
    metrics.add_reply(reply_to("42"), "77")
    metrics.add_reply(reply_to("42"))
    metrics.add_reply(reply_to("43"))
    columns = "tweet_id, tweet_author, tweet_text, our_reply_id, our_reply_text"
    found = [tuple(each) for each in database.rows(f"SELECT {columns} FROM commented_tweets ORDER BY tweet_id")]
    assert found == [
        ("42", "tetangga", "kuota habis lagi", "77", "Setuju banget! 💯"),
        ("43", "tetangga", "kuota habis lagi", None, "Setuju banget! 💯"),
    ]


@pytest.mark.parametrize("sql", [legacy.FEWER_COLUMNS_SQL, legacy.METRICS_SQL, legacy.MORE_COLUMNS_SQL])
def test_every_old_table_goes_on_whatever_columns_it_had(tmp_path: Path, sql: str) -> None:
    legacy.write_metrics(tmp_path / "old.db", sql)
    database = Database(tmp_path / "old.db", "account")
    metrics, at = Metrics(database), datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    tables = ("daily_activity", "tweet_performance", "follower_growth", "keyword_performance", "activity_log")
    before = {table: database.value(f"SELECT count(*) FROM {table}") for table in tables}
    for action in ("post", "like", "follow", "reply", "repost"):
        metrics.count(action, at.date())
    metrics.add_post("42", "Promo", "promo", at)
    metrics.update_post(PostCounts("42", views=10, likes=1, reposts=0, replies=0))
    metrics.record_followers(at.date(), 130, 65)
    metrics.count_keyword("butuh paket data", DAY, found=3, engaged=1)
    metrics.count_keyword("baru", at.date(), found=1)
    metrics.log_activity("morning_slot", "Completed successfully", success=True)
    metrics.add_reply(reply_to("42"), "77")
    grown = {table: database.value(f"SELECT count(*) FROM {table}") - before[table] for table in tables}
    assert grown == {"keyword_performance": 2 if sql is not legacy.FEWER_COLUMNS_SQL else 1} | {
        table: 1 for table in tables if table != "keyword_performance"
    }
    times = {"daily_activity": "updated_at", "activity_log": "timestamp", "commented_tweets": "timestamp"}
    for table, time in times.items():
        assert database.value(f"SELECT {time} FROM {table} ORDER BY rowid DESC LIMIT 1") is not None
    assert database.value("SELECT tweets_found FROM keyword_performance WHERE engaged = 1") == 3
    database.close()
