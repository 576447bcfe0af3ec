"""How fast one database of 1,000 accounts is made, beside plain SQLite: ATTACH, INSERT ... SELECT, DETACH, no more.

Run it:  python -m tests.bench.bench_export [ACCOUNTS]
The peer has the same rows, columns and settings of the connection, and no keys, indexes, views, checks or comparisons;
what is measured is the price of those. Then the same again: with nothing changed, with every database touched.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.storage.database import Database, to_text
from bot.storage.metrics_export.accounts import AccountList, ExportedAccount
from bot.storage.metrics_export.exporting import export_metrics
from bot.storage.metrics_export.fitness import FIT
from bot.storage.metrics_export.table_files import export_tables

ACCOUNTS, DAYS, RUNS, STEPS, ENGAGED = 1000, 90, 3, 8, 23
NOW = datetime.now(UTC)


def fill(file: Path) -> int:
    """90 days of an account; returns how many rows that is."""
    database = Database(file, "account")
    with database.write() as connection:
        for day in range(DAYS):
            at = to_text(NOW - timedelta(days=day))
            connection.execute("INSERT INTO daily_activity (date, tweets_posted) VALUES (?, 3)", (at[:10],))
            for number in range(RUNS):
                run = connection.execute(
                    "INSERT INTO runs (slot, slot_date, trigger, state, planned_at)"
                    " VALUES (?, ?, 'schedule', 'done', ?)",
                    (f"slot{number}", at[:10], at),
                ).lastrowid
                steps = [(run, at, f"step {each}: liked a post found with paket data murah") for each in range(STEPS)]
                connection.executemany("INSERT INTO steps (run_id, at, level, text) VALUES (?, ?, 'info', ?)", steps)
                connection.execute(
                    "INSERT INTO tweet_performance (tweet_id, tweet_text, views) VALUES (?, ?, 120)",
                    (f"19{day:03}{number}", "Promo paket data 10GB cuma Rp25.000, order sekarang " * 3),
                )
            engaged = [(run, f"{day}.{number}", at) for number in range(ENGAGED)]
            connection.executemany(
                "INSERT INTO engagements (run_id, action, target, keyword, state, at)"
                " VALUES (?, 'like', ?, 'x', 'done', ?)",
                engaged,
            )
    rows = sum(int(database.value(f"SELECT count(*) FROM {table}")) for table in FIT)
    database.close()
    return rows


def plain(accounts: list[ExportedAccount], target: Path) -> float:
    """Seconds of the peer."""
    begun = time.perf_counter()
    with closing(sqlite3.connect(target.as_uri(), uri=True, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = MEMORY")
        connection.execute("PRAGMA synchronous = OFF")
        for account in accounts:
            connection.execute("ATTACH ? AS source", (f"{account.database.as_uri()}?mode=ro",))
            connection.execute("BEGIN")
            for table in FIT:
                if account is accounts[0]:
                    connection.execute(
                        f"CREATE TABLE {table} AS SELECT '' AS account_id, * FROM source.{table} LIMIT 0"
                    )
                connection.execute(f"INSERT INTO main.{table} SELECT ?, * FROM source.{table}", (account.id,))
            connection.execute("COMMIT")
            connection.execute("DETACH source")
    return time.perf_counter() - begun


def timed(accounts: list[ExportedAccount], file: Path) -> tuple[float, int]:
    begun = time.perf_counter()
    report = export_metrics(AccountList(tuple(accounts)), file, NOW, lambda *_each: None)
    return time.perf_counter() - begun, report.written


def touch(accounts: list[ExportedAccount], seconds: float) -> None:
    for account in accounts:
        status = account.database.stat()
        os.utime(account.database, (status.st_atime, status.st_mtime - seconds))


def main() -> None:
    tell, count = sys.stdout.write, int(sys.argv[1]) if len(sys.argv) > 1 else ACCOUNTS
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        rows = fill(root / "first.db") * count
        accounts = []
        for number in range(count):
            name = f"shop{number:04}"
            shutil.copy(root / "first.db", root / f"{name}.db")
            accounts.append(ExportedAccount(name, name, name, (), True, name, root / f"{name}.db"))
        touch(accounts, 60)
        peer = plain(accounts, root / "plain.db")
        ours, written = timed(accounts, root / "all.db")
        if written != rows:
            sys.exit(f"{written} of {rows} rows were written")
        size, bare = (root / "all.db").stat().st_size, (root / "plain.db").stat().st_size
        tell(
            f"{count} accounts, {rows:,} rows: {ours:.1f} s, {rows / ours:,.0f} rows/s, {size / 1e6:.0f} MB;"
            f" plain SQLite {peer:.1f} s, {rows / peer:,.0f} rows/s, {bare / 1e6:.0f} MB: ratio {ours / peer:.2f}\n"
        )
        again, written = timed(accounts, root / "all.db")
        tell(f"again, nothing changed: {again:.1f} s, {written} rows, ratio to the first {again / ours:.2f}\n")
        touch(accounts, 60)
        again, written = timed(accounts, root / "all.db")
        tell(f"again, every database touched: {again:.1f} s, {written} rows, ratio to the first {again / ours:.2f}\n")
        begun = time.perf_counter()
        export_tables(AccountList(tuple(accounts)), root / "tables", NOW, lambda *_each: None)
        tables = time.perf_counter() - begun
        tell(f"as CSV: {tables:.1f} s, {rows / tables:,.0f} rows/s, ratio to the database {tables / ours:.2f}\n")


if __name__ == "__main__":
    main()
