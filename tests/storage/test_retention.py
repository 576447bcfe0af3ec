"""What an account's database forgets, and what it never does."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.storage.database import Database, Row
from bot.storage.journal import IntentState, Journal
from bot.storage.metrics import Metrics
from bot.storage.retention import BATCH, forget_old
from tests import legacy

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=200)
KEEP = 90


class Record:
    """An account's database with old work in it, behind the newest runs and steps, which stay at any age."""

    def __init__(self, file: Path) -> None:
        self.database = Database(file, "account")
        self.journal = Journal(self.database)

    def run(self, at: datetime = LONG_AGO, *, end: str = "done", steps: int = 0) -> int:
        with self.journal.together():
            run = self.journal.plan_run("morning", at.date().isoformat(), "manual", at)
            assert run is not None
            self.journal.start_run(run, at)
            for number in range(steps):
                self.journal.note(run, at, f"step {number}")
            if end:
                self.journal.end_run(run, end, at)
            return run

    def post(self, run: int, state: IntentState, at: datetime = LONG_AGO, *, template: str = "Promo") -> int:
        post = self.journal.intend(run, "promo", template, f"text of run {run}", [], 1, at)
        if state is not IntentState.INTENT:
            self.journal.mark_sending(post, at)
        if state not in {IntentState.INTENT, IntentState.SENDING}:
            self.journal.settle(post, state, at)
        return post

    def engage(self, run: int, action: str, target: str, at: datetime) -> None:
        self.journal.begin_engagement(run, action, target, "kuota", at)
        self.journal.end_engagement(action, target, done=True)

    def add_newer(self) -> None:
        """So much that nothing from before is among the newest."""
        with self.database.write() as connection:
            values = (NOW.isoformat(),)
            for _ in range(100):
                connection.execute(
                    "INSERT INTO runs (slot, slot_date, trigger, state, planned_at)"
                    " VALUES ('morning', '', 'manual', 'done', ?)",
                    values,
                )
            for number in range(1000):
                connection.execute("INSERT INTO steps (at, level, text) VALUES (?, 'info', 'new')", values)
                connection.execute(
                    "INSERT INTO engagements (action, target, keyword, state, at) VALUES ('like', ?, '', 'done', ?)",
                    (f"new{number}", *values),
                )

    def forget(self, keep_days: int = KEEP) -> int:
        return forget_old(self.database, NOW, keep_days)

    def ids(self, table: str) -> set[int]:
        """Without what `add_newer` made."""
        rows = self.database.rows(f"SELECT id FROM {table} WHERE id <= ?", (self.last[table],))
        return {row["id"] for row in rows}

    def end_of_old(self) -> None:
        """Everything so far is what the test looks at; the newest runs and steps come after it."""
        tables = ("runs", "steps", "intents", "engagements")
        self.last = {table: self.database.value(f"SELECT coalesce(max(id), 0) FROM {table}") for table in tables}
        self.add_newer()


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    record = Record(tmp_path / "data" / "metrics.db")
    yield record
    record.database.close()


def test_old_steps_and_runs_go_and_those_of_late_stay(record: Record) -> None:
    record.run(steps=3)
    record.journal.note(None, LONG_AGO, "a decision about the account")
    late = record.run(NOW - timedelta(days=KEEP - 1), steps=2)
    record.end_of_old()
    assert record.forget() == 5
    assert record.ids("runs") == {late}
    assert [step.run_id for step in record.journal.steps(late)] == [late, late]
    assert record.forget() == 0


def test_the_days_that_are_kept_can_be_chosen(record: Record) -> None:
    run = record.run(NOW - timedelta(days=20), steps=1)
    record.end_of_old()
    assert record.forget(30) == 0
    assert record.forget(7) == 2
    assert run not in record.ids("runs")


@pytest.mark.parametrize("state", ["", "queued"])
def test_a_run_that_has_not_ended_stays_with_its_steps(record: Record, state: str) -> None:
    run, bare = record.run(end="", steps=2), record.run(end="")
    for each in (run, bare) if state else ():
        record.journal.requeue_run(each, "waits for a permit")
    record.end_of_old()
    assert record.forget() == 0
    assert record.ids("runs") == {run, bare}
    assert len(record.journal.steps(run)) == 2


def test_an_old_run_of_which_something_was_noted_of_late_stays(record: Record) -> None:
    run = record.run(steps=2)
    record.journal.note(run, NOW, "noted later")
    record.end_of_old()
    assert record.forget() == 2
    assert [step.text for step in record.journal.steps(run)] == ["noted later"]


@pytest.mark.parametrize("state", [IntentState.INTENT, IntentState.SENDING, IntentState.NEEDS_REVIEW])
def test_a_post_that_is_not_decided_stays_with_its_run_and_its_steps(record: Record, state: IntentState) -> None:
    run = record.run(steps=2)
    post = record.post(run, state)
    record.end_of_old()
    assert record.forget() == 0
    assert record.journal.intent(post).state is state
    assert len(record.journal.steps(run)) == 2


def test_a_post_that_was_sent_stays_with_its_run_and_keeps_its_number(record: Record) -> None:
    run = record.run(steps=2)
    post = record.post(run, IntentState.SENT)
    record.end_of_old()
    assert record.forget() == 2, "its steps alone"
    assert record.journal.intent(post).text == f"text of run {run}"
    assert record.journal.run(run) is not None
    assert record.journal.posts_sent() == 1


def test_a_failed_post_goes_with_its_run_but_not_the_last_use_of_a_template(record: Record) -> None:
    first, second = record.run(), record.run(LONG_AGO + timedelta(days=1))
    record.post(first, IntentState.FAILED)
    last = record.post(second, IntentState.FAILED, LONG_AGO + timedelta(days=1))
    other = record.post(second, IntentState.FAILED, template="Another")
    before = record.journal.uses_of_templates()
    record.end_of_old()
    assert record.forget() == 2
    assert record.ids("intents") == {last, other}
    assert record.ids("runs") == {second}
    uses = record.journal.uses_of_templates()
    assert {key: use.times[0] for key, use in uses.items()} == {key: use.times[0] for key, use in before.items()}


def test_texts_of_the_last_thirty_days_are_known_also_when_only_a_week_is_kept(record: Record) -> None:
    for number, state in enumerate(IntentState):
        at = NOW - timedelta(days=25, minutes=number)
        record.post(record.run(at), state, at)
    since = NOW - timedelta(days=30)
    texts = record.journal.texts_since(since)
    record.end_of_old()
    record.forget(7)
    assert len(texts) == 4
    assert record.journal.texts_since(since) == texts


def test_who_was_followed_is_never_followed_again_and_likes_are_known_for_a_year(record: Record) -> None:
    ages = {"half": 180, "year": 364, "more": 366}
    for name, days in ages.items():
        at = NOW - timedelta(days=days)
        record.engage(record.run(at), "like", name, at)
        record.engage(record.run(at), "follow", name, at)
    record.end_of_old()
    assert record.forget() == 7, "six runs, whose engagements stay without them, and one like"
    assert record.ids("runs") == set()
    assert [record.journal.was_engaged("like", name) for name in ages] == [True, True, False]
    assert all(record.journal.was_engaged("follow", name) for name in ages)


def test_likes_are_known_for_as_long_as_the_record_when_that_is_more_than_a_year(record: Record) -> None:
    at = NOW - timedelta(days=500)
    record.engage(record.run(at), "like", "old", at)
    record.end_of_old()
    assert record.forget(1000) == 0


def test_the_newest_stay_at_any_age(record: Record) -> None:
    """An account that rests still tells why, and a clock that ran ahead by years does not empty the record."""
    runs = [record.run(steps=number % 2) for number in range(100)]
    with record.journal.together():
        for run in runs:
            record.engage(run, "like", f"post{run}", LONG_AGO)
        for _ in range(1000):
            record.journal.note(None, LONG_AGO, "a decision about the account")
    assert forget_old(record.database, NOW + timedelta(days=4000), KEEP) == 0


def test_the_tables_of_an_existing_user_stay_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "metrics.db"
    legacy.write_metrics(file)
    record = Record(file)
    metrics = Metrics(record.database)
    metrics.add_post("1", "text", "promo", LONG_AGO)
    metrics.log_activity("morning_slot", "done", success=True)
    record.run(steps=1)
    record.end_of_old()
    before = foreign_rows(file)
    assert {"activity_log", "tweet_performance", "daily_activity"} <= before.keys()
    assert forget_old(record.database, NOW + timedelta(days=4000), 7) > 0
    assert foreign_rows(file) == before
    record.database.close()


def foreign_rows(file: Path) -> dict[str, list[Any]]:
    """Every table that is not Aviary's own, with every row."""
    with closing(sqlite3.connect(file)) as connection:
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        own = {"runs", "steps", "intents", "engagements", "sqlite_sequence"}
        return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in names - own}


def test_it_goes_in_short_transactions_with_room_for_others_between_them(record: Record) -> None:
    """A run of the account writes while it goes on, without ever having to wait."""
    record.run(steps=2 * BATCH + 1)
    record.end_of_old()
    run = Journal(Database(record.database.path, "account", busy_seconds=0))
    written: list[int | None] = []

    def write() -> None:
        written.append(run.plan_run("evening", "2026-11-02", "manual", NOW))
        run.note(written[-1], NOW, "began")

    assert forget_old(record.database, NOW, KEEP, write) == 2 * BATCH + 2
    assert len(written) == 4, "three of steps and one of runs"
    assert all(number and record.journal.steps(number) for number in written)
    run._database.close()


class Meddled(Database):
    """Somebody else writes right after each look."""

    meddle: Callable[[], object] = staticmethod(lambda: None)

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[Row]:
        found = super().rows(query, values)
        self.meddle()
        return found


def test_what_is_written_between_the_look_and_the_deletion_counts(record: Record) -> None:
    run = record.run(steps=3)
    record.end_of_old()
    meddled = Meddled(record.database.path, "account")
    meddled.meddle = lambda: record.post(run, IntentState.NEEDS_REVIEW, NOW)
    assert forget_old(meddled, NOW, KEEP) == 0
    assert len(record.journal.steps(run)) == 3
    meddled.close()


def test_the_file_stops_growing(record: Record) -> None:
    """The space of what was forgotten is used again."""
    sizes = []
    for month in range(12):
        at = LONG_AGO + timedelta(days=30 * month)
        for _ in range(20):
            record.run(at, steps=50)
        forget_old(record.database, at, 7)
        record.database.value("PRAGMA wal_checkpoint(TRUNCATE)")
        sizes.append(record.database.path.stat().st_size)
    assert sizes[-1] <= 1.2 * sizes[7]
    assert sizes[-1] < 1_500_000


def die_after_the_second_batch(file: Path) -> None:
    """As by a kill: nothing is closed or undone."""
    rests = itertools.count(1)

    def rest() -> None:
        if next(rests) == 2:
            os._exit(9)

    forget_old(Database(file, "account"), NOW, KEEP, rest)


def test_a_kill_in_the_middle_leaves_the_rest_for_the_next_time(record: Record) -> None:
    kept = record.run(steps=3)
    record.post(kept, IntentState.NEEDS_REVIEW)
    record.run(steps=3 * BATCH)
    record.end_of_old()
    child = multiprocessing.get_context("spawn").Process(
        target=die_after_the_second_batch, args=(record.database.path,)
    )
    child.start()
    child.join()
    assert child.exitcode == 9
    assert record.database.check() == "ok"
    assert record.forget() == BATCH + 1
    assert record.ids("runs") == {kept}
    assert len(record.journal.steps(kept)) == 3
