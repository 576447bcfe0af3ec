"""A database that is to be moved as one file: brought to rest, and its rows counted, without changing what is in it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.errors import StorageError

_PATIENCE = 2.0
"""Seconds to wait for another program; one that works holds it for longer."""
_IN_USE = "End the program that uses it (the bot or the panel), then try again."


def settle_database(path: Path) -> None:
    """Bring all that was written into the one file, so that nothing of it lies in -wal or -journal beside it.

    Raises StorageError when another program has it open, or it is none that SQLite can read.
    """
    try:
        with closing(sqlite3.connect(_uri(path, "mode=rw"), uri=True, timeout=_PATIENCE)) as connection:
            connection.isolation_level = None
            connection.execute("BEGIN EXCLUSIVE")  # undoes, too, what a crash left in -journal
            connection.execute("COMMIT")
            is_busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.OperationalError as error:
        raise StorageError(f"{_named(path)}: {error}", remedy=_remedy(error)) from error
    except sqlite3.Error as error:
        raise StorageError(f"{_named(path)}: {error}") from error
    if is_busy or any(path.with_name(path.name + end).exists() for end in ("-wal", "-journal")):
        raise StorageError(f"{_named(path)} is in use by another program", remedy=_IN_USE)


def count_rows(path: Path) -> dict[str, int]:
    """Table -> its rows, of a database at rest; nothing is written beside it. Raises StorageError."""
    try:
        with closing(sqlite3.connect(_uri(path, "mode=ro&immutable=1"), uri=True)) as connection:
            names = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
            ).fetchall()
            return {str(name): _count(connection, str(name)) for (name,) in names}
    except sqlite3.Error as error:
        raise StorageError(f"{_named(path)}: {error}") from error


def _count(connection: sqlite3.Connection, table: str) -> int:
    quoted = table.replace('"', '""')
    return int(connection.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()[0])


def _uri(path: Path, mode: str) -> str:
    return f"{path.resolve().as_uri()}?{mode}"


def _named(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def _remedy(error: sqlite3.OperationalError) -> str:
    return _IN_USE if "locked" in str(error) or "busy" in str(error) else ""
