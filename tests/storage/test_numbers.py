"""Days, periods and posts as metrics.db knows them; what it does not know is told as unknown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.storage.database import Database
from bot.storage.metrics import Metrics, PostCounts
from bot.storage.numbers import AccountNumbers, CountsAt, read_account_numbers
from bot.storage.readings import PostReading, Readings
from tests import legacy

TODAY = date(2026, 3, 30)
AT = datetime(2026, 3, 30, 8, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "metrics.db", "account")
    yield database
    database.close()


@pytest.fixture
def metrics(database: Database) -> Metrics:
    return Metrics(database)


def read(database: Database, posts: int = 10, today: date = TODAY) -> AccountNumbers:
    return read_account_numbers(database, today, UTC, posts)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def test_of_a_new_account_nothing_is_known_and_nothing_is_nought(database: Database) -> None:
    numbers = read(database)
    assert numbers.is_empty
    assert len(numbers.days) == 30
    assert {(day.posts, day.likes, day.follows, day.followers) for day in numbers.days} == {(None, None, None, None)}
    assert [(each.days, each.known_days, each.posts, each.gained) for each in numbers.periods] == [
        (1, 0, None, None),
        (7, 0, None, None),
        (30, 0, None, None),
    ]
    assert numbers.followers is None


def test_days_add_up_to_periods_from_the_first_record_on(database: Database, metrics: Metrics) -> None:
    for days, action in ((0, "post"), (0, "like"), (3, "post"), (6, "follow"), (9, "like"), (9, "like")):
        metrics.count(action, ago(days))
    numbers = read(database)
    assert not numbers.is_empty
    today, week, month = numbers.periods
    assert (today.posts, today.likes, today.follows) == (1, 1, 0)
    assert (week.posts, week.likes, week.follows, week.known_days) == (2, 1, 1, 7)
    assert (month.posts, month.likes, month.follows, month.known_days) == (2, 3, 1, 10)
    assert [day.posts for day in numbers.days[-11:]] == [None, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1]


def test_what_came_before_thirty_days_counts_for_nothing_but_says_that_it_was_recorded(
    database: Database, metrics: Metrics
) -> None:
    metrics.count("post", ago(30))
    month = read(database).periods[2]
    assert (month.posts, month.known_days) == (0, 30)


def test_followers_gained_are_the_difference_of_two_readings(database: Database, metrics: Metrics) -> None:
    for days, followers in ((40, 80), (10, 100), (2, 130), (0, 125)):
        metrics.record_followers(ago(days), followers, 50)
    numbers = read(database)
    assert (numbers.followers, numbers.following, numbers.followers_on) == (125, 50, TODAY)
    assert [(each.gained, each.gained_from) for each in numbers.periods] == [(-5, ago(2)), (25, ago(10)), (45, ago(40))]
    assert [day.followers for day in numbers.days[-3:]] == [130, None, 125]


def test_one_reading_tells_of_no_gain(database: Database, metrics: Metrics) -> None:
    metrics.record_followers(ago(3), 100, 50)
    numbers = read(database)
    assert (numbers.followers, numbers.followers_on) == (100, ago(3))
    assert [each.gained for each in numbers.periods] == [None, None, None]


def test_a_post_whose_counts_nobody_has_read_has_none(database: Database, metrics: Metrics) -> None:
    metrics.add_post("42", "Promo", "promo", AT)
    (post,) = read(database).posts
    assert (post.text, post.at) == ("Promo", AT)
    assert (post.views, post.likes, post.reposts, post.replies, post.read_at) == (None,) * 5


def test_noughts_that_were_read_are_noughts(database: Database, metrics: Metrics) -> None:
    metrics.add_post("42", "Promo", "promo", AT)
    metrics.update_post(PostCounts("42", views=12, likes=0, reposts=0, replies=0))
    (post,) = read(database).posts
    assert (post.views, post.likes, post.reposts, post.replies) == (12, 0, 0, 0)
    assert post.read_at is not None


def test_views_that_x_does_not_show_are_unknown(database: Database, metrics: Metrics) -> None:
    metrics.add_post("42", "Promo", "promo", AT)
    metrics.update_post(PostCounts("42", views=None, likes=3, reposts=0, replies=0))
    (post,) = read(database).posts
    assert (post.views, post.likes) == (None, 3)


def test_each_post_comes_with_its_readings(database: Database, metrics: Metrics) -> None:
    for number in ("42", "43"):
        metrics.add_post(number, "Promo", "promo", AT)
    readings = Readings(database)
    readings.record_posts([PostReading("42", views=10, likes=1), PostReading("43", views=5)], AT + timedelta(hours=1))
    readings.record_posts([PostReading("42", views=30, replies=2)], AT + timedelta(days=1))
    series = {post.tweet_id: post.series for post in read(database).posts}
    assert series["42"] == (
        CountsAt(AT + timedelta(hours=1), 10, 1, None, None),
        CountsAt(AT + timedelta(days=1), 30, None, None, 2),
    )
    assert [each.views for each in series["43"]] == [5]


def test_the_last_posts_come_first(database: Database, metrics: Metrics) -> None:
    for number in range(5):
        metrics.add_post(str(number), "x", "promo", AT + timedelta(hours=number))
    assert [post.tweet_id for post in read(database, posts=3).posts] == ["4", "3", "2"]


def test_the_tables_of_existing_users_are_read(tmp_path: Path) -> None:
    legacy.write_metrics(tmp_path / "metrics.db")
    database = Database(tmp_path / "metrics.db", "account")
    numbers = read(database, today=date(2025, 12, 21))
    assert numbers.followers == 118
    assert [post.views for post in numbers.posts]
    assert numbers.periods[0].posts == 2
    database.close()


@pytest.mark.parametrize("broken", ["", "yesterday", None])
def test_a_date_that_is_none_is_left_out(database: Database, metrics: Metrics, broken: str | None) -> None:
    metrics.add_post("42", "x", "promo", AT)
    with database.write() as connection:
        connection.execute("UPDATE tweet_performance SET posted_at = ?", (broken,))
    assert read(database).posts[0].at is None
