"""Each figure of a report equals what plain SQL over the accounts' own databases gives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.analytics.gathering import Sum
from bot.analytics.periods import Span, last_days
from bot.storage.analytics import COUNTS
from tests.analytics.worlds import POSTS, TODAY, SmallWorld
from tests.analytics_world import Shape

SPANS = [last_days(TODAY, 7), last_days(TODAY, 30), Span(date(2026, 10, 25), date(2026, 11, 6))]
BETWEEN = "day BETWEEN ? AND ?"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> SmallWorld:
    """Three accounts of 90 days, one of ten days, and one that has done nothing yet."""
    world = SmallWorld(tmp_path_factory.mktemp("accounts"))
    for seed in range(3):
        world.add(Shape(days=90, posts=3), seed=seed)
    world.add(Shape(days=10, posts=2, outcomes=False))
    world.add()
    return world


@pytest.fixture
def known(world: SmallWorld) -> list[str]:
    """The accounts that have a database."""
    return [key for key, place in world.places.items() if place.file.exists()]


def rows(world: SmallWorld, known: Sequence[str], query: str, span: Span) -> list[tuple[Any, ...]]:
    dates = (span.first.isoformat(), span.last.isoformat())
    return [row for key in known for row in world.sql(key, query, dates)]


@pytest.mark.parametrize("span", [*SPANS, *(span.before for span in SPANS)])
def test_totals_are_those_of_sql(world: SmallWorld, known: list[str], span: Span) -> None:
    summary = world.analytics.report(world.places, span).period.summary
    columns = [*COUNTS, "engagement"]
    picked = ", ".join(f"count({name}), sum({name})" for name in columns)
    found = rows(world, known, f"SELECT count(*), {picked} FROM {POSTS} WHERE {BETWEEN}", span)
    totals = [sum(value or 0 for value in column) for column in zip(*found, strict=True)]
    assert summary.posts == totals[0] > 0
    for place, name in enumerate(columns):
        assert getattr(summary, name) == Sum(totals[2 + 2 * place], totals[1 + 2 * place], totals[0])
    assert 0 < summary.engagement.known < totals[0]


@pytest.mark.parametrize("span", SPANS)
def test_the_rate_is_of_posts_whose_views_and_engagement_are_known(
    world: SmallWorld, known: list[str], span: Span
) -> None:
    rate = world.analytics.report(world.places, span).period.summary.rate
    query = f"SELECT sum(engagement), sum(views), count(*) FROM {POSTS} WHERE {BETWEEN} AND engagement + views NOT NULL"
    columns = zip(*rows(world, known, query, span), strict=True)
    engagement, views, posts = (sum(value or 0 for value in column) for column in columns)
    assert (rate.engagement, rate.views, rate.posts) == (engagement, views, posts)
    assert rate.value == pytest.approx(engagement / views)


@pytest.mark.parametrize("span", SPANS)
def test_each_day_is_that_of_sql(world: SmallWorld, known: list[str], span: Span) -> None:
    query = f"""SELECT day, count(*), count(engagement), sum(engagement), count(views), sum(views) FROM {POSTS}
        WHERE {BETWEEN} GROUP BY day"""
    expected: dict[str, list[int]] = defaultdict(lambda: [0] * 5)
    for day, *numbers in rows(world, known, query, span):
        expected[day] = [a + (b or 0) for a, b in zip(expected[day], numbers, strict=True)]
    days = world.analytics.report(world.places, span).period.days
    assert [day.date for day in days] == span.days
    for day in days:
        posts, engaged, engagement, viewed, views = expected[day.date.isoformat()]
        assert day.posts == posts
        assert day.engagement == Sum(engagement if engaged or not posts else None, engaged, posts)
        assert day.views == Sum(views if viewed or not posts else None, viewed, posts)


@pytest.mark.parametrize("span", SPANS)
def test_each_hour_of_the_week_is_that_of_sql(world: SmallWorld, known: list[str], span: Span) -> None:
    query = f"""SELECT weekday, hour, count(*), coalesce(sum(engagement), 0),
        coalesce(sum(CASE WHEN engagement + views NOT NULL THEN engagement END), 0),
        coalesce(sum(CASE WHEN engagement + views NOT NULL THEN views END), 0), count(engagement + views)
        FROM {POSTS} WHERE {BETWEEN} GROUP BY weekday, hour"""
    expected: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0] * 5)
    for weekday, hour, *numbers in rows(world, known, query, span):
        expected[weekday, hour] = [a + b for a, b in zip(expected[weekday, hour], numbers, strict=True)]
    grid = world.analytics.report(world.places, span).hours
    assert len(grid.cells) == 168
    for cell in grid.cells:
        found = [cell.posts, cell.engagement.value or 0, cell.rate.engagement, cell.rate.views, cell.rate.posts]
        assert found == expected[cell.weekday, cell.hour]
    engagement, views, posts = (sum(numbers[place] for numbers in expected.values()) for place in (2, 3, 4))
    assert (grid.rate.engagement, grid.rate.views, grid.rate.posts) == (engagement, views, posts)


@pytest.mark.parametrize("span", SPANS)
def test_each_template_is_that_of_sql(world: SmallWorld, known: list[str], span: Span) -> None:
    query = f"""SELECT template, count(*), count(views), sum(views), count(engagement), sum(engagement)
        FROM {POSTS} WHERE {BETWEEN} GROUP BY template"""
    outcomes = f"""SELECT template, sum(chats), sum(orders), sum(revenue) FROM all_outcomes
        WHERE {BETWEEN} AND template <> '' GROUP BY template"""
    found = {(row.account, row.template): row for row in world.analytics.report(world.places, span).templates}
    for key in known:
        for template, posts, viewed, views, engaged, engagement in rows(world, [key], query, span):
            row = found[key, template]
            assert row.posts == posts
            assert row.views == Sum(views, viewed, posts)
            assert row.engagement == Sum(engagement, engaged, posts)
        for template, chats, orders, revenue in rows(world, [key], outcomes, span):
            outcome = found[key, template].outcome
            assert (outcome.chats, outcome.orders, outcome.revenue) == (chats, orders, revenue)
    rates = [row.rate.value for row in world.analytics.report(world.places, span).templates]
    told = [rate for rate in rates if rate is not None]
    assert told == sorted(told, reverse=True)
    assert rates[: len(told)] == told


@pytest.mark.parametrize("span", SPANS)
def test_each_keyword_is_that_of_sql(world: SmallWorld, known: list[str], span: Span) -> None:
    query = """SELECT keyword, 1, sum(tweets_found), sum(engaged) FROM keyword_performance
        WHERE date BETWEEN ? AND ? GROUP BY keyword"""
    expected: dict[str, list[int]] = defaultdict(lambda: [0] * 3)
    for keyword, *numbers in rows(world, known, query, span):
        expected[keyword] = [a + b for a, b in zip(expected[keyword], numbers, strict=True)]
    ranks = world.analytics.report(world.places, span).keywords
    assert {rank.keyword: [rank.accounts, rank.found, rank.engaged] for rank in ranks} == expected
    assert [rank.engaged for rank in ranks] == sorted((row[2] for row in expected.values()), reverse=True)


@pytest.mark.parametrize("span", SPANS)
def test_outcomes_are_those_of_sql(world: SmallWorld, known: list[str], span: Span) -> None:
    query = f"SELECT sum(chats), sum(orders), sum(revenue) FROM all_outcomes WHERE {BETWEEN}"
    totals = [sum(value or 0 for value in column) for column in zip(*rows(world, known, query, span), strict=True)]
    period = world.analytics.report(world.places, span).period
    outcome = period.summary.outcome
    assert [outcome.chats, outcome.orders, outcome.revenue] == totals
    assert outcome.accounts == 3  # the fourth has never entered any
    assert sum(day.outcome.orders or 0 for day in period.days) == totals[1]


def follower_days(world: SmallWorld, key: str) -> dict[str, int]:
    """Local date -> the last reading of that date."""
    growth = world.sql(key, "SELECT date, followers_count FROM follower_growth")
    readings = world.sql(key, "SELECT date(read_at, '+7 hours'), followers FROM profile_readings ORDER BY read_at")
    return {**dict(growth), **dict(readings)}


def first_reading(world: SmallWorld, key: str, day: str) -> int:
    """What was read first on a local date; the older table tells of dates without a reading."""
    query = "SELECT followers FROM profile_readings WHERE date(read_at, '+7 hours') = ? ORDER BY read_at LIMIT 1"
    older = "SELECT followers_count FROM follower_growth WHERE date = ?"
    return int((world.sql(key, query, (day,)) or world.sql(key, older, (day,)))[0][0])


@pytest.mark.parametrize("span", SPANS)
def test_followers_count_from_the_last_reading_before_or_the_first_within(
    world: SmallWorld, known: list[str], span: Span
) -> None:
    first, last = span.first.isoformat(), span.last.isoformat()
    gained, at_end = 0, 0
    for key in known:
        days = {day: count for day, count in follower_days(world, key).items() if day <= last}
        if not days:
            continue
        earlier = [day for day in days if day < first]
        base = days[max(earlier)] if earlier else first_reading(world, key, min(days))
        gained += days[max(days)] - base
        at_end += days[max(days)]
    summary = world.analytics.report(world.places, span).period.summary
    assert (summary.gained, summary.followers) == (gained, at_end)


@pytest.mark.parametrize("span", SPANS)
def test_a_day_on_which_no_profile_was_read_has_no_followers(world: SmallWorld, span: Span) -> None:
    readings = follower_days(world, "a0")
    days = world.analytics.report(["a0"], span).period.days
    assert {day.date.isoformat(): day.followers for day in days} == {
        day.isoformat(): readings.get(day.isoformat()) for day in span.days
    }


def test_before_its_first_record_nothing_is_known_of_an_account(world: SmallWorld) -> None:
    period = world.analytics.report(["a3"], last_days(TODAY, 30)).period
    (first_post,) = world.sql("a3", "SELECT min(date(posted_at, '+7 hours')) FROM own_posts")[0]
    begun = min(first_post, *follower_days(world, "a3"))
    assert begun > "2026-11-10"
    assert {day.date.isoformat(): day.posts is None for day in period.days} == {
        day.isoformat(): day.isoformat() < begun for day in period.span.days
    }
    assert period.days[0].engagement.value is None
    assert period.summary.outcome.orders is None


def test_of_an_account_without_a_database_nothing_is_known_and_none_is_made(world: SmallWorld) -> None:
    report = world.analytics.report(["a4"], last_days(TODAY, 30))
    assert report.is_empty
    summary = report.period.summary
    assert (summary.posts, summary.views.value, summary.followers, summary.gained) == (None, None, None, None)
    assert not world.places["a4"].file.exists()


def test_several_accounts_are_the_sum_of_each(world: SmallWorld, known: list[str]) -> None:
    span = SPANS[1]
    together = world.analytics.report(known, span).period.summary
    alone = [world.analytics.report([key], span).period.summary for key in known]
    assert together.posts == sum(each.posts or 0 for each in alone)
    assert together.gained == sum(each.gained or 0 for each in alone)


def test_the_days_before_are_as_many_and_end_where_the_span_begins(world: SmallWorld) -> None:
    report = world.analytics.report(["a0"], SPANS[1])
    assert report.before.span == Span(TODAY - timedelta(days=59), TODAY - timedelta(days=30))
    assert report.before.summary == world.analytics.report(["a0"], SPANS[1].before).period.summary


def test_replies_to_others_are_no_posts(tmp_path: Path) -> None:
    world = SmallWorld(tmp_path)
    key = world.add(Shape(days=5, posts=4))
    before = world.analytics.report([key], SPANS[0]).period.summary.posts
    newest = "SELECT max(tweet_id) FROM own_posts WHERE reply_to = ''"
    world.change(key, f"UPDATE own_posts SET reply_to = '7' WHERE tweet_id = ({newest})")
    assert before is not None
    assert world.analytics.report([key], SPANS[0]).period.summary.posts == before - 1


def test_what_was_not_entered_is_unknown_and_orders_alone_say_nothing_of_chats(tmp_path: Path) -> None:
    world, span = SmallWorld(tmp_path), last_days(TODAY, 7)
    key = world.add(Shape(days=10, posts=2, outcomes=False))
    world.change(key, "INSERT INTO outcomes (uid, day, orders, created_at) VALUES ('1', ?, 2, '')", [TODAY.isoformat()])
    period = world.analytics.report([key], span).period
    outcome = period.summary.outcome
    assert (outcome.chats, outcome.orders, outcome.revenue, outcome.accounts) == (None, 2, None, 1)
    assert [day.outcome.orders for day in period.days] == [None] * 6 + [2]
