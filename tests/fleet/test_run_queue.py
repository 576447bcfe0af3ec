"""Who works next: in the order of planned times, one run per account, as many as there are seats."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.fleet.run_queue import QueuedRun, RunQueue
from bot.fleet_view import Trigger

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def run(account: str, minutes: float = 0, number: int = 1) -> QueuedRun:
    return QueuedRun(NOW + timedelta(minutes=minutes), account, number, "morning", Trigger.SCHEDULE, Path(account))


def test_the_oldest_due_run_is_next() -> None:
    queue = RunQueue(3)
    for account, minutes in (("c", -1), ("a", -5), ("b", -3), ("later", 1)):
        queue.add(run(account, minutes))
    assert queue.counts(NOW) == (0, 3)
    taken = [queue.take(NOW) for _ in range(4)]
    assert [each.account_id if each else None for each in taken] == ["a", "b", "c", None]
    assert queue.counts(NOW) == (3, 0)
    queue.leave(run("a"))
    assert queue.take(NOW) is None
    assert queue.take(NOW + timedelta(minutes=1)) == run("later", 1)


def test_there_are_never_more_at_work_than_seats() -> None:
    queue = RunQueue(2)
    for account in "abc":
        queue.add(run(account))
    assert queue.take(NOW)
    assert queue.take(NOW)
    assert queue.take(NOW) is None
    queue.seats = 3
    assert queue.take(NOW)
    queue.seats = 1
    queue.add(run("d"))
    for account in "ab":
        queue.leave(run(account))
        assert queue.take(NOW) is None, "after fewer seats were set, those at work first come down to them"
    queue.leave(run("c"))
    assert queue.take(NOW)


def test_an_account_has_one_run_at_a_time_and_lets_others_pass() -> None:
    queue = RunQueue(3)
    first, second = run("a", -2, 1), run("a", -1, 2)
    queue.add(second)
    queue.add(first)
    queue.add(run("b"))
    assert queue.take(NOW) == first
    assert queue.is_working("a")
    assert queue.take(NOW) == run("b")
    assert queue.take(NOW) is None
    assert queue.is_waiting("a", NOW)
    queue.leave(first)
    queue.leave(run("nobody"))
    assert queue.take(NOW) == second


def test_withdrawing_leaves_the_others_and_the_run_at_work() -> None:
    queue = RunQueue(1)
    queue.add(run("a", -5, 1))
    queue.take(NOW)
    for each in (run("a", 0, 2), run("a", 90, 3), run("b", 0)):
        queue.add(each)
    assert [each.run_id for each in queue.withdraw("a")] == [2, 3]
    assert queue.is_working("a")
    assert not queue.is_waiting("a", NOW)
    assert queue.is_waiting("b", NOW)
    assert queue.withdraw("a") == []


def test_a_run_of_later_is_not_waiting_yet() -> None:
    queue = RunQueue(1)
    queue.add(run("a", 1))
    assert not queue.is_waiting("a", NOW)
    assert queue.is_waiting("a", NOW + timedelta(minutes=1))


def test_under_many_threads_each_run_is_taken_once_and_accounts_and_seats_hold() -> None:
    queue = RunQueue(4)
    runs = [run(f"account{number % 9}", -number, number) for number in range(300)]
    random.Random(1).shuffle(runs)
    for each in runs:
        queue.add(each)
    working: list[str] = []
    taken: list[int] = []

    def work() -> None:
        while len(taken) < len(runs):
            mine = queue.take(NOW)
            if mine is None:
                continue
            working.append(mine.account_id)
            assert len(working) <= 4
            assert working.count(mine.account_id) == 1
            taken.append(mine.run_id)
            working.remove(mine.account_id)
            queue.leave(mine)

    with ThreadPoolExecutor(8) as pool:
        for job in [pool.submit(work) for _ in range(8)]:
            job.result(60)
    assert sorted(taken) == list(range(300))


def test_of_those_that_rested_for_a_permit_the_one_with_the_smallest_share_goes_first() -> None:
    queue = RunQueue(9)
    shares = {"much": (7, 1), "little": (2, 9), "less lately": (2, 5), "fresh": (0, 0)}
    queue.share_of = shares.__getitem__
    queue.add(run("fresh", -1))
    for minutes, account in enumerate(("much", "little", "less lately"), start=-60):
        queue.add(replace(run(account, minutes), not_before=NOW))
    taken = [queue.take(NOW) for _ in range(4)]
    assert [each.account_id if each else None for each in taken] == ["less lately", "little", "much", "fresh"]


def test_of_one_planned_time_the_smallest_share_goes_first() -> None:
    queue = RunQueue(9)
    queue.share_of = {"a": (3, 0), "b": (1, 0), "early": (9, 0)}.__getitem__
    for each in (run("a"), run("b"), run("early", -1)):
        queue.add(each)
    taken = [queue.take(NOW) for _ in range(3)]
    assert [each.account_id if each else None for each in taken] == ["early", "b", "a"]


def test_a_folder_at_work_is_left_alone_whatever_id_its_account_has() -> None:
    queue = RunQueue(9)
    queue.add(run("old", -1, 1))
    taken = queue.take(NOW)
    assert taken is not None
    queue.add(replace(run("new", 0, 2), root=taken.root))
    assert queue.take(NOW) is None, "two browsers on one profile"
    queue.leave(taken)
    assert queue.take(NOW) is not None


def test_an_account_at_work_is_left_alone_when_its_folder_was_changed() -> None:
    queue = RunQueue(9)
    queue.add(run("a", -1, 1))
    taken = queue.take(NOW)
    queue.add(replace(run("a", 0, 2), root=Path("elsewhere")))
    assert queue.take(NOW) is None
    assert taken is not None
    queue.leave(taken)
    assert queue.take(NOW) is not None


def test_the_runs_of_an_account_that_is_renamed_are_those_of_its_new_id() -> None:
    queue = RunQueue(9)
    for each in (run("old", -1, 1), run("old", 5, 2), run("other", 5, 3)):
        queue.add(each)
    queue.take(NOW)
    queue.rename(Path("old"), "new")
    assert queue.is_working("new")
    assert not queue.is_working("old")
    assert [each.run_id for each in queue.withdraw("new")] == [2]
    assert [each.run_id for each in queue.withdraw("other")] == [3]
