"""What three years of work take on disk before and after old records are forgotten, and for how long others wait.

Run it:  python -m tests.bench.bench_retention
While records go, a second connection writes as a run does; what is told is how long each of its writes took.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from bot.clock import StopSignal, SystemClock
from bot.fleet.tidying import REST_SECONDS
from bot.storage.database import Database, to_text
from bot.storage.journal import Journal
from bot.storage.retention import forget_old

DAYS, KEPT = 3 * 365, 90
RUNS, STEPS, LIKES, FOLLOWS = 3, 32, 13, 10  # a day's runs, the steps of each, and what they engage
TABLES = ("steps", "runs", "intents", "engagements")
NOW = datetime.now(UTC)
WORDS = "posted template passed over because its text was used in the last 30 days liked followed searched found"


def fill(database: Database) -> None:
    """Three years of an account: posts, of which one in ten failed, likes, follows, and a step for each thing done."""
    random = Random(1)
    for day in range(DAYS, 0, -1):
        with database.write() as connection:
            for run in range(RUNS):
                at = to_text(NOW - timedelta(days=day, hours=run))
                number = connection.execute(
                    "INSERT INTO runs (slot, slot_date, trigger, state, planned_at, started_at, ended_at)"
                    " VALUES (?, ?, 'schedule', 'done', ?, ?, ?)",
                    (f"slot{run}", at[:10] + str(run), at, at, at),
                ).lastrowid
                text = f"{day}.{run} " + "promo " * 30
                state = "failed" if random.random() < 0.1 else "sent"
                connection.execute(
                    "INSERT INTO intents (run_id, kind, template, text, media, state, created_at, settled_at)"
                    " VALUES (?, 'promo', ?, ?, '[\"media/promo/a.png\"]', ?, ?, ?)",
                    (number, f"template {day % 40} " + "promo " * 30, text, state, at, at),
                )
                steps = [(number, at, " ".join(random.choices(WORDS.split(), k=12))) for _ in range(STEPS)]
                connection.executemany("INSERT INTO steps (run_id, at, level, text) VALUES (?, ?, 'info', ?)", steps)
            engaged = [("like", n) for n in range(LIKES)] + [("follow", n) for n in range(FOLLOWS)]
            rows = [(number, act, f"{random.getrandbits(63)}{n}", "paket data", at) for act, n in engaged]
            connection.executemany(
                "INSERT INTO engagements (run_id, action, target, keyword, state, at) VALUES (?, ?, ?, ?, 'done', ?)",
                rows,
            )


def size_of(database: Database) -> str:
    database.value("PRAGMA wal_checkpoint(TRUNCATE)")
    pages, free = (int(database.value(f"PRAGMA {name}")) for name in ("page_count", "freelist_count"))
    page = int(database.value("PRAGMA page_size"))
    rows = ", ".join(f"{database.value(f'SELECT count(*) FROM {table}')} {table}" for table in TABLES)
    file = database.path.stat().st_size
    return f"{file / 1e6:6.1f} MB on disk, {(pages - free) * page / 1e6:5.1f} MB of it in use: {rows}"


def write_beside(file: Path, is_over: threading.Event, took: list[float]) -> None:
    """Notes as a run makes them, one after the other."""
    database = Database(file, "account")
    journal = Journal(database)
    run = journal.plan_run("evening", "today", "manual", NOW)
    while not is_over.wait(0.005):
        begun = time.perf_counter()
        journal.note(run, NOW, "a step of the run that works meanwhile")
        took.append(time.perf_counter() - begun)
    database.close()


def timed(database: Database, batches: list[float]) -> Callable[[], None]:
    """A rest between two batches that takes the time of the batch before it."""
    clock, never = SystemClock(), StopSignal()
    since = [time.perf_counter()]

    def rest() -> None:
        batches.append(time.perf_counter() - since[0])
        clock.pause(REST_SECONDS, never)
        since[0] = time.perf_counter()

    return rest


def longest(times: list[float]) -> str:
    ordered = sorted(times)
    half, most = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
    return f"{len(ordered)}, median {half * 1e3:.1f} ms, 99 % {most * 1e3:.1f} ms, longest {ordered[-1] * 1e3:.1f} ms"


def main() -> None:
    tell = sys.stdout.write
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "metrics.db", "account")
        fill(database)
        tell(f"{DAYS} days:      {size_of(database)}\n")
        is_over, writes, batches = threading.Event(), list[float](), list[float]()
        beside = threading.Thread(target=write_beside, args=(database.path, is_over, writes))
        beside.start()
        begun = time.perf_counter()
        gone = forget_old(database, NOW, KEPT, timed(database, batches))
        took = time.perf_counter() - begun
        is_over.set()
        beside.join()
        tell(f"{gone} rows in {took:.1f} s; batches: {longest(batches)}; writes beside it: {longest(writes)}\n")
        tell(f"{KEPT} days kept:  {size_of(database)}\n")
        begun = time.perf_counter()
        forget_old(database, NOW, KEPT)
        tell(f"with nothing to forget: {(time.perf_counter() - begun) * 1e3:.1f} ms\n")
        begun = time.perf_counter()
        database.value("VACUUM")
        tell(f"after a VACUUM of {(time.perf_counter() - begun) * 1e3:.0f} ms: {size_of(database)}\n")
        database.close()


if __name__ == "__main__":
    main()
