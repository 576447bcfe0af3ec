"""One SQLite file: opened with its migrations applied, used by many threads, safe against power loss."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from bot.errors import StorageError

BUSY_SECONDS = 30.0
MIGRATIONS = Path(__file__).parent / "migrations"
_ADDED_COLUMN = re.compile(r"ALTER TABLE (?P<table>\w+) ADD COLUMN (?P<column>\w+)")
_WAL_INDEX_HEADER = 48  # bytes; holds the number of the last transaction: https://www.sqlite.org/walformat.html
Row = sqlite3.Row


class Database:
    """A database file with the numbered migrations of `schema` (a folder under migrations/) applied.

    One connection, one lock: threads take turns, whoever else writes the file is waited for up to `busy_seconds`.
    Raises StorageError from every method when SQLite fails.
    """

    def __init__(self, path: Path, schema: str, busy_seconds: float = BUSY_SECONDS) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._is_together = False  # only read and set by the thread that holds the lock
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = _connect(path, busy_seconds)
        except (sqlite3.Error, OSError) as error:
            raise _explained(path, error) from error
        try:
            self._migrate(schema)
        except BaseException:
            self._connection.close()
            raise

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction that is durable when the block has ended, and undone when it raised.

        Blocks do not nest, but for those inside `together`.
        """
        with self._lock:
            if self._is_together:
                yield self._connection
                return
            try:
                self._connection.execute("BEGIN IMMEDIATE")
            except sqlite3.Error as error:
                raise _explained(self.path, error) from error
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except sqlite3.Error as error:
                self._roll_back()
                raise _explained(self.path, error) from error
            except BaseException:
                self._roll_back()
                raise

    @contextmanager
    def together(self) -> Iterator[None]:
        """Every `write` of this thread inside the block is one transaction: all of it stands, or nothing."""
        with self.write():
            self._is_together = True
            try:
                yield
            finally:
                self._is_together = False

    def rows(self, query: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[Row]:
        """All rows of a query; `values` by place, or by name."""
        with self._lock:
            try:
                return self._connection.execute(query, values).fetchall()
            except sqlite3.Error as error:
                raise _explained(self.path, error) from error

    def value(self, query: str, values: Sequence[Any] = ()) -> Any:
        """The first column of the first row, None when there is no row."""
        rows = self.rows(query, values)
        return rows[0][0] if rows else None

    def check(self) -> str:
        """SQLite's integrity_check: "ok", or what is damaged."""
        return str(self.value("PRAGMA integrity_check"))

    def close(self) -> None:
        """Close the file. The database must not be used afterwards."""
        with self._lock:
            self._connection.close()

    def _roll_back(self) -> None:
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise _explained(self.path, error) from error

    def _migrate(self, schema: str) -> None:
        scripts = _scripts(schema)
        if not self._pending(scripts):
            return  # databases are opened often: an opening that changes nothing must not wait for writers
        with self.write() as connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS aviary_migrations (name TEXT PRIMARY KEY, applied_at TEXT NOT NULL)"
            )
            # Looked up again inside the transaction: another process may have been faster.
            for script in self._pending(scripts):
                _run_script(connection, script)

    def _pending(self, scripts: Sequence[Path]) -> list[Path]:
        """Those of `scripts` that this file has not had yet."""
        known = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'aviary_migrations'"
        done = {row["name"] for row in self.rows("SELECT name FROM aviary_migrations")} if self.value(known) else set()
        return [script for script in scripts if script.name not in done]


@cache
def _scripts(schema: str) -> tuple[Path, ...]:
    """In order. They are looked for once: databases of accounts are opened many times a minute."""
    return tuple(sorted((MIGRATIONS / schema).glob("*.sql")))


def _connect(path: Path, busy_seconds: float) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=busy_seconds, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA fullfsync = ON")  # macOS: fsync alone leaves the data in the drive's cache
        connection.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _run_script(connection: sqlite3.Connection, script: Path) -> None:
    """Statement by statement inside the caller's transaction (executescript would commit it).

    A column that is to be added and is there already stays as it is: tables of existing users have more or fewer.
    """
    statement = ""
    for line in script.read_text(encoding="utf-8").splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            if not _adds_what_is_there(connection, statement):
                connection.execute(statement)
            statement = ""
    connection.execute("INSERT INTO aviary_migrations VALUES (?, ?)", (script.name, to_text(datetime.now(UTC))))


def _adds_what_is_there(connection: sqlite3.Connection, statement: str) -> bool:
    wanted = _ADDED_COLUMN.search(statement)
    if wanted is None:
        return False
    known = connection.execute("SELECT name FROM pragma_table_info(?)", (wanted["table"],))
    return wanted["column"].casefold() in {str(row["name"]).casefold() for row in known}


def _explained(path: Path, error: Exception) -> StorageError:
    return StorageError(f"{path.parent.name}/{path.name}: {error}")


def database_stamp(database: Path) -> tuple[object, ...]:
    """Something that is another after each change of the database, whoever made it; equal while nothing changed.

    A change goes to the file or to its write-ahead log. The clock that dates files ticks coarsely, and the log is
    written over from its start again; the header of the log's index counts every transaction.
    """
    log = _stat(database.with_name(f"{database.name}-wal"))
    if log is None or log[1] == 0:  # there is no log, or a connection has just opened one
        return (_stat(database),)
    return _stat(database), log, _head(database.with_name(f"{database.name}-shm"))


def copy_database(source: Path, target: Path) -> None:
    """Copy a database that may be in use, as it stands at one moment. Raises StorageError."""
    try:
        with (
            closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as reader,
            closing(sqlite3.connect(target)) as writer,
        ):
            reader.backup(writer)
            writer.execute("PRAGMA journal_mode = DELETE")  # one file, without others beside it, until it is opened
    except sqlite3.Error as error:
        raise _explained(source, error) from error


def why_damaged(file: Path) -> str:
    """What SQLite finds damaged in a database, also one that is in use; "" for nothing. Raises StorageError.

    A damaged one is told from one that cannot be opened at this moment, which is a StorageError.
    """
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            found = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
    except sqlite3.OperationalError as error:
        raise _explained(file, error) from error
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if found == "ok" else found


def storable(text: str) -> str:
    """`text` as SQLite takes it: half an emoji, as cut texts of pages have, becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


def to_text(moment: datetime) -> str:
    """A UTC moment as it is stored: sorts as text, milliseconds kept."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def to_moment(text: str | None) -> datetime | None:
    """The moment behind `to_text`."""
    return None if text is None else datetime.fromisoformat(text)


def _stat(file: Path) -> tuple[Any, ...] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _head(file: Path) -> bytes:
    try:
        with file.open("rb") as reader:
            return reader.read(_WAL_INDEX_HEADER)
    except OSError:
        return b""  # the log was taken in a moment ago: the file's own date tells that
