from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import StorageError
from bot.storage.settling import count_rows, settle_database
from tests.legacy import write_metrics


@pytest.fixture
def file(tmp_path: Path) -> Path:
    write_metrics(tmp_path / "é data" / "metrics.db")
    return tmp_path / "é data" / "metrics.db"


def names(file: Path) -> list[str]:
    return sorted(path.name for path in file.parent.iterdir())


def test_a_database_at_rest_is_not_changed_by_a_byte(file: Path) -> None:
    before = file.read_bytes()
    settle_database(file)
    assert (file.read_bytes(), names(file)) == (before, ["metrics.db"])


def test_one_that_another_program_has_open_is_told(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("SELECT count(*) FROM activity_log").fetchone()
        with pytest.raises(StorageError, match="in use") as raised:
            settle_database(file)
    assert "End the program" in raised.value.remedy
    settle_database(file)
    assert names(file) == ["metrics.db"]


def test_what_a_crash_left_half_written_is_undone(file: Path) -> None:
    """A journal beside the file: the rows of before count."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN")
        for number in range(2000):
            connection.execute("INSERT INTO activity_log (activity_type, details) VALUES (?, ?)", (number, "x" * 200))
        half = file.read_bytes(), file.with_name("metrics.db-journal").read_bytes()
    file.write_bytes(half[0])
    file.with_name("metrics.db-journal").write_bytes(half[1])
    settle_database(file)
    assert names(file) == ["metrics.db"]
    assert count_rows(file)["activity_log"] == 2


def test_rows_are_counted_without_a_trace_whatever_tables_are_called(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute('CREATE TABLE "odd ""name" (a)')
        connection.execute('INSERT INTO "odd ""name" VALUES (1)')
        connection.commit()
    assert count_rows(file)['odd "name'] == 1
    assert names(file) == ["metrics.db"]


def test_what_is_no_database_is_told(tmp_path: Path) -> None:
    file = tmp_path / "metrics.db"
    file.write_bytes(b"no database" * 100)
    for look in (settle_database, count_rows):
        with pytest.raises(StorageError, match="not a database"):
            look(file)
