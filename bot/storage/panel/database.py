"""`panel.db`: opened anew for each look and each change, so that any thread and any process may use it."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from bot.errors import HomeError, StorageError

BUSY_SECONDS = 10
_SCRIPTS = Path(__file__).parents[1] / "migrations" / "panel"


class PanelDatabase:
    """The file, with the scripts of migrations/panel that its `user_version` does not count yet applied.

    Raises StorageError from every block in which SQLite fails.
    """

    def __init__(self, file: Path) -> None:
        """Open or make it, readable by its owner alone. Raises `HomeError` when that cannot be."""
        self._file = file
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch(mode=0o600)
            with suppress(PermissionError):  # somebody else's file that we may write all the same
                file.chmod(0o600)
            self._migrate()
        except (OSError, sqlite3.Error) as error:
            message = f"{file} cannot be used: {error}"
            raise HomeError(message, remedy="Make the folder writable for the user Aviary runs as.") from error

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """A transaction of its own: nobody else writes meanwhile; undone when the block raises."""
        with self._told(), closing(self._connect()) as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        with self._told(), closing(self._connect()) as connection:
            yield connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StorageError(f"{self._file.parent.name}/{self._file.name}: {error}") from error

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._file, timeout=BUSY_SECONDS, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    def _migrate(self) -> None:
        scripts = sorted(_SCRIPTS.glob("*.sql"))
        with closing(self._connect()) as connection:
            if _version(connection) >= len(scripts):
                return  # an opening that changes nothing does not wait for writers
            with connection:
                connection.execute("BEGIN IMMEDIATE")
                # Looked up again inside the transaction: another process may have been faster.
                for script in scripts[_version(connection) :]:
                    for statement in script.read_text(encoding="utf-8").split(";"):
                        connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {len(scripts)}")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def digest(secret: str) -> str:
    """What is kept of 80 random bits or more in place of them. Passwords need a slow hash instead."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def moment(seconds: float | None) -> datetime | None:
    """The UTC moment behind a stored number."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
