"""A database file: migrations, transactions, damage, and what existing users have in theirs."""

from __future__ import annotations

import gc
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.errors import StorageError
from bot.storage.database import MIGRATIONS, Database, storable, to_moment, to_text
from tests import legacy

WRITE = "INSERT INTO marks VALUES (?, ?)"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "data" / "fleet.db", "fleet")
    yield database
    database.close()


def write_then(database: Database, go_on: Callable[[], object]) -> None:
    """A transaction that writes a row and then does something else."""
    with database.write() as connection:
        connection.execute(WRITE, (f"a{connection.total_changes}", "1"))
        go_on()


def raise_(why: str) -> None:
    raise RuntimeError(why)


def content_of(file: Path) -> dict[str, list[Any]]:
    """Every table with every row."""
    with closing(sqlite3.connect(file)) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in names}


def shape_of(file: Path) -> dict[str, str]:
    with closing(sqlite3.connect(file)) as connection:
        return dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall())


def metrics_sources() -> list[str]:
    shared = legacy.SHARED / "metrics.sql"
    return [
        legacy.METRICS_SQL,
        legacy.MORE_COLUMNS_SQL,
        *([shared.read_text(encoding="utf-8")] if shared.exists() else []),
    ]


@pytest.mark.parametrize("sql", metrics_sources())
def test_the_metrics_of_an_existing_user_stay_as_they_are(tmp_path: Path, sql: str) -> None:
    file = tmp_path / "data" / "metrics.db"
    legacy.write_metrics(file, sql)
    rows, shapes = content_of(file), shape_of(file)
    for _ in range(2):
        Database(file, "account").close()
    after_rows, after_shapes = content_of(file), shape_of(file)
    assert {name: after_shapes[name] for name in shapes} == shapes
    sequences = dict(rows.pop("sqlite_sequence"))
    assert {name: after_rows[name] for name in rows} == rows
    assert {key: dict(after_rows["sqlite_sequence"])[key] for key in sequences} == sequences
    assert {"runs", "steps", "intents", "engagements"} <= after_shapes.keys()


def test_an_older_metrics_db_gets_the_columns_it_lacks_and_keeps_every_row(tmp_path: Path) -> None:
    legacy.write_metrics(tmp_path / "old.db", legacy.FEWER_COLUMNS_SQL)
    rows = content_of(tmp_path / "old.db")
    for name in ("old.db", "new.db"):
        for _ in range(2):
            Database(tmp_path / name, "account").close()
    after = content_of(tmp_path / "old.db")
    for table in rows.keys() - {"sqlite_sequence"}:
        width = len(rows[table][0])
        assert [row[:width] for row in after[table]] == rows[table], table
        assert columns_of(tmp_path / "new.db", table) - {"id"} <= columns_of(tmp_path / "old.db", table)


def columns_of(file: Path, table: str) -> set[str]:
    with closing(sqlite3.connect(file)) as connection:
        return {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}


def test_a_new_file_gets_the_same_tables_as_an_old_one(tmp_path: Path) -> None:
    legacy.write_metrics(tmp_path / "old.db")
    for name in ("old.db", "new.db"):
        Database(tmp_path / name, "account").close()
    assert shape_of(tmp_path / "new.db").keys() == shape_of(tmp_path / "old.db").keys()


def test_each_migration_is_applied_once_also_by_many_who_open_at_once(tmp_path: Path) -> None:
    file = tmp_path / "fleet.db"
    opened: list[Database] = []
    begin = threading.Barrier(8)

    def open_it() -> None:
        begin.wait()
        opened.append(Database(file, "fleet"))

    threads = [threading.Thread(target=open_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 8
    scripts = opened[0].value("SELECT count(*) FROM aviary_migrations")
    names = opened[0].value("SELECT count(DISTINCT name) FROM aviary_migrations")
    assert scripts == names == len(list(MIGRATIONS.glob("fleet/*.sql")))
    for database in opened:
        database.close()


def test_opening_a_file_that_is_up_to_date_waits_for_no_writer(tmp_path: Path, database: Database) -> None:
    with database.write() as connection:
        connection.execute(WRITE, ("a", "1"))
        second = Database(database.path, "fleet")  # would wait for 30 s and fail if it wrote
        assert second.value("SELECT count(*) FROM marks") == 0
        second.close()


def test_permits_of_the_first_release_are_carried_over_in_microseconds(tmp_path: Path) -> None:
    file = tmp_path / "fleet.db"
    first = Path("bot/storage/migrations/fleet/001_permits_and_standings.sql")
    script = Path(__file__).resolve().parents[2] / first
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(script.read_text(encoding="utf-8"))
        connection.execute("CREATE TABLE aviary_migrations (name TEXT PRIMARY KEY, applied_at TEXT NOT NULL)")
        connection.execute("INSERT INTO aviary_migrations VALUES (?, 'then')", (script.name,))
        connection.execute("INSERT INTO permits (id, account_id, action, at) VALUES (7, 'one', 'post', 1767225600.25)")
        connection.commit()
    database = Database(file, "fleet")
    assert tuple(database.rows("SELECT * FROM permits")[0]) == (7, "one", "post", 1767225600250000)
    database.close()


def test_a_block_that_raises_is_undone(database: Database) -> None:
    with pytest.raises(RuntimeError):
        write_then(database, lambda: raise_("in the middle"))
    assert database.rows("SELECT * FROM marks") == []
    with database.write() as connection:
        connection.execute(WRITE, ("b", "2"))
    assert database.value("SELECT value FROM marks") == "2"


def test_a_wrong_statement_is_a_storage_error_and_undoes_the_block(database: Database) -> None:
    with pytest.raises(StorageError, match=r"data/fleet\.db: .*no such table"):
        write_then(database, lambda: database.rows("SELECT * FROM nowhere"))
    with pytest.raises(StorageError):
        database.rows("SELECT * FROM nowhere")
    assert database.value("SELECT count(*) FROM marks") == 0


def test_a_block_inside_a_block_is_refused_and_undoes_both(database: Database) -> None:
    with pytest.raises(StorageError, match="within a transaction"):
        write_then(database, lambda: write_then(database, list))
    assert database.value("SELECT count(*) FROM marks") == 0


def test_threads_take_turns(database: Database) -> None:
    def write(number: int) -> None:
        for index in range(20):
            with database.write() as connection:
                connection.execute(WRITE, (f"{number}-{index}", "x"))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert database.value("SELECT count(*) FROM marks") == 160
    assert database.check() == "ok"


def test_what_is_written_is_durable(database: Database) -> None:
    assert database.value("PRAGMA journal_mode") == "wal"
    assert database.value("PRAGMA synchronous") == 2  # FULL


def test_a_closed_database_says_so(tmp_path: Path) -> None:
    database = Database(tmp_path / "fleet.db", "fleet")
    database.close()
    database.close()
    with pytest.raises(StorageError, match="closed"):
        database.rows("SELECT 1")
    with pytest.raises(StorageError, match="closed"), database.write():
        pass


@pytest.mark.parametrize(
    "content", [b"this is no database, but long enough to be looked at" * 100, b"SQLite format 3\0" + b"x" * 5000]
)
def test_a_damaged_file_is_told_is_left_alone_and_is_closed(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "data" / "metrics.db"
    file.parent.mkdir()
    file.write_bytes(content)
    with pytest.raises(StorageError, match=r"data/metrics\.db"):
        Database(file, "account")
    gc.collect()  # a connection left open warns here, and warnings are errors
    assert file.read_bytes() == content
    file.rename(file.with_suffix(".old"))  # Windows refuses this while somebody has it open


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way", encoding="utf-8")
    with pytest.raises(StorageError, match="metrics"):
        Database(tmp_path / "data" / "metrics.db", "account")


def test_moments_sort_as_text_and_come_back() -> None:
    moments = [datetime(2026, month, 1, hour, tzinfo=UTC) for month in (1, 10, 12) for hour in (0, 9, 23)]
    texts = [to_text(moment) for moment in moments]
    assert texts == sorted(texts)
    assert [to_moment(text) for text in texts] == moments
    assert to_moment(None) is None


def test_half_an_emoji_becomes_a_question_mark() -> None:
    assert storable("a\ud83d b 😊") == "a? b 😊"


def test_who_cannot_wait_long_for_another_writer_says_so(tmp_path: Path) -> None:
    with closing(Database(tmp_path / "fleet.db", "fleet", busy_seconds=0.5)) as database:
        assert database.value("PRAGMA busy_timeout") == 500
