"""Summaries of real databases: days in the account's zone, unknown is unknown, the time before beside it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import FakeClock
from bot.settings.home import AccountFolder
from bot.storage.database import Database, to_text
from bot.storage.messages import KeptCause
from bot.storage.readings import PostReading, ProfileReading, Readings, SentPost
from bot.summaries.composing import AccountSummary, Span
from bot.summaries.room import Summaries, SummaryPlace
from bot.summaries.telling import tell

JAKARTA = timedelta(hours=7)
NOW = datetime(2026, 11, 27, 7, 0, tzinfo=UTC)
TODAY = date(2026, 11, 27)


class Shop:
    """An account in Jakarta with a database, and the summaries over it."""

    def __init__(self, root: Path) -> None:
        self.folder = AccountFolder(root / "one")
        self.folder.data.mkdir(parents=True)
        self.database = Database(self.folder.metrics_db, "account")
        self.readings = Readings(self.database)
        self.clock = FakeClock(NOW)
        self.causes: list[KeptCause] = []
        self.places = {
            "one": SummaryPlace(
                "one", "Warung", self.folder, "accounts/one", "Asia/Jakarta", ("shops",), NOW, "evening"
            ),
            "new": SummaryPlace("new", "New", AccountFolder(root / "new"), "accounts/new", "UTC"),
        }
        self.room = Summaries(lambda: self.places, lambda _start, _end: self.causes, self.clock)

    def post(self, local: datetime, likes: int | None = None, reply_to: str = "", views: int | None = None) -> None:
        """A post at this time of Jakarta's clock."""
        at = (local - JAKARTA).replace(tzinfo=UTC)
        key = f"{local:%d%H%M%S}{reply_to}"
        self.readings.add_post(SentPost(key, at, "text", reply_to=reply_to))
        if likes is not None:
            self.readings.record_posts([PostReading(key, views=views, likes=likes)], at)

    def followers(self, local: datetime, number: int) -> None:
        self.readings.record_profile(ProfileReading(number), (local - JAKARTA).replace(tzinfo=UTC))

    def outcome(self, day: date, chats: int, orders: int) -> None:
        with self.database.write() as connection:
            connection.execute(
                "INSERT INTO outcomes (uid, day, chats, orders, revenue, created_at)"
                " VALUES (lower(hex(randomblob(16))), ?, ?, ?, 0, ?)",
                (day.isoformat(), chats, orders, to_text(NOW)),
            )

    def run(self, local: datetime, state: str, reason: str = "") -> None:
        at = to_text((local - JAKARTA).replace(tzinfo=UTC))
        with self.database.write() as connection:
            connection.execute(
                "INSERT INTO runs (slot, slot_date, trigger, state, planned_at, ended_at, reason)"
                " VALUES ('morning', ?, 'manual', ?, ?, ?, ?)",
                (local.date().isoformat(), state, at, at, reason),
            )

    def totals(self, span: Span = Span.DAY, last: date = TODAY) -> dict[str, tuple[int | None, int | None]]:
        summary = self.room.of_account("one", span, last)
        return {figure.measure.id: (figure.total, figure.before) for figure in summary.figures}


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute)  # noqa: DTZ001  Jakarta's clock


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path)
    yield shop
    shop.database.close()


def test_a_day_is_that_of_the_account_s_clock(shop: Shop) -> None:
    for moment in (at(26, 0, 5), at(26, 23, 55), at(27, 0, 5)):
        shop.post(moment)
    shop.post(at(27, 9), reply_to="77")
    totals = shop.totals()
    assert totals["posts"] == (1, 2)
    assert totals["replies"] == (1, 0)


def test_what_was_not_read_is_unknown_and_what_is_known_is_summed(shop: Shop) -> None:
    shop.post(at(27, 8), likes=5)
    shop.post(at(27, 9), likes=7)
    shop.post(at(27, 10))
    summary = shop.room.of_account("one", Span.DAY, TODAY)
    assert (summary.facts.likes.total, summary.facts.likes.of) == (12, 2)
    assert shop.totals()["views"] == (None, None)
    assert shop.totals()["orders"] == (None, None)


def test_days_before_the_first_record_are_unknown(shop: Shop) -> None:
    shop.post(at(27, 8))
    assert shop.totals()["posts"] == (1, None)
    assert shop.room.first_day("one") == TODAY
    assert shop.room.first_day("new") is None


def test_followers_are_counted_from_the_reading_before(shop: Shop) -> None:
    shop.followers(at(24, 9), 100)
    shop.followers(at(27, 9), 112)
    summary = shop.room.of_account("one", Span.DAY, TODAY)
    assert (summary.facts.followers, summary.facts.gained, summary.facts.gained_from) == (112, 12, date(2026, 11, 24))
    assert shop.totals(last=date(2026, 11, 26))["followers_gained"] == (None, None)


def test_two_readings_of_a_first_day_count_from_the_first(shop: Shop) -> None:
    shop.followers(at(27, 1), 100)
    shop.followers(at(27, 8), 112)
    assert shop.totals()["followers_gained"] == (12, None)


def test_outcomes_of_days_without_an_entry_are_unknown(shop: Shop) -> None:
    shop.outcome(date(2026, 11, 25), 4, 1)
    assert shop.totals(last=date(2026, 11, 25))["chats"] == (4, None)
    assert shop.totals()["chats"] == (None, None)
    assert shop.totals(Span.WEEK)["orders"] == (1, None)


def test_a_week_is_the_seven_days_that_end_with_the_day(shop: Shop) -> None:
    for day in (13, 14, 20, 21, 27):
        shop.post(at(day, 12))
    assert shop.totals(Span.WEEK)["posts"] == (2, 2)


def test_all_accounts_together_say_of_how_many_a_number_is_known(shop: Shop) -> None:
    shop.post(at(26, 12))
    shop.post(at(27, 12))
    shop.run(at(27, 8), "failed", "x.com did not answer")
    shop.run(at(27, 9), "done")
    summary = shop.room.of_fleet(Span.DAY, TODAY)
    posts = next(figure for figure in summary.figures if figure.measure.id == "posts")
    assert (posts.total, posts.known, posts.accounts, posts.change) == (1, 1, 2, 0)
    assert [(account.name, reason, runs) for account, reason, runs in summary.problems] == [
        ("Warung", "x.com did not answer", 1)
    ]
    assert [account.name for account in shop.room.of_fleet(Span.DAY, TODAY, ["shops"]).accounts] == ["Warung"]


def test_a_cause_stands_in_each_day_that_it_lasted(shop: Shop) -> None:
    began = (at(25, 23) - JAKARTA).replace(tzinfo=UTC)
    shop.causes = [
        KeptCause(
            "k", "trouble", "accounts/one", "one", "Warung", "lock", "", "", "", began, began + timedelta(hours=20)
        )
    ]

    def causes(day: int) -> int:
        return len(shop.room.of_account("one", Span.DAY, date(2026, 11, day)).causes)

    assert [causes(day) for day in (24, 25, 26, 27)] == [0, 1, 1, 0]


def test_the_message_has_the_same_figures_as_the_page(shop: Shop) -> None:
    shop.post(at(26, 12), likes=3)
    shop.post(at(27, 12), likes=8)
    shop.run(at(27, 8), "failed", "x.com did not answer")
    subject, body = tell(shop.room.of_fleet(Span.DAY, TODAY))
    assert subject == "Aviary: daily summary, Fri 27 Nov 2026, so far"
    for line in (
        "2 accounts, Fri 27 Nov 2026, so far",
        "- Posts: 1 (of 1 of 2 accounts); the day before 1",
        "- Likes: 8 (of 1 of 2 accounts); the day before 3",
        "- Orders: unknown",
        "- Warung: 1 run: x.com did not answer",
        "- Warung: evening, Fri 27 Nov 14:00 (Asia/Jakarta)",
    ):
        assert line in body.split("\n"), line


def test_a_message_of_a_thousand_accounts_stays_short(shop: Shop) -> None:
    summary = shop.room.of_account("one", Span.DAY, TODAY)
    many = tuple(
        AccountSummary(f"a{n}", f"Shop {n}", "UTC", summary.facts, summary.before, is_so_far=True, trouble="damaged")
        for n in range(1000)
    )
    fleet = shop.room.of_fleet(Span.DAY, TODAY)
    _, body = tell(type(fleet)(Span.DAY, TODAY, many))
    assert len(body) < 3500
    assert "- and 990 more" in body


def test_a_damaged_database_is_told_and_the_others_go_on(shop: Shop, tmp_path: Path) -> None:
    folder = AccountFolder(tmp_path / "new")
    folder.data.mkdir(parents=True)
    folder.metrics_db.write_bytes(b"no database" * 1000)
    shop.post(at(27, 12))
    summary = shop.room.of_fleet(Span.DAY, TODAY)
    assert [bool(account.trouble) for account in summary.accounts] == [False, True]
    assert summary.accounts[0].facts.posts == 1
