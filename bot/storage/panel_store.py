"""What the panel keeps about who may use it: password hash, one-time tokens, sessions, failed logins.

Two files under the home's data folder: `panel.db` and `secret_key`. Nothing in them lets a reader in:
the password is an Argon2 hash, tokens and session ids are SHA-256 hashes of 256 random bits.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.errors import HomeError

SECRET_KEY_BYTES = 32
_SCHEMA = """
    CREATE TABLE password (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), hash TEXT NOT NULL) STRICT;
    CREATE TABLE token (kind TEXT PRIMARY KEY, hash TEXT NOT NULL) STRICT;
    CREATE TABLE session (hash TEXT PRIMARY KEY, expires_at REAL NOT NULL) STRICT;
    CREATE TABLE login_failure (client TEXT NOT NULL, at REAL NOT NULL) STRICT;
    CREATE INDEX login_failure_at ON login_failure (at);
    PRAGMA user_version = 1;
"""


@dataclass(frozen=True)
class AttemptLimits:
    """How many failed logins are borne inside one sliding `window`, per client and over all clients."""

    per_client: int = 5
    overall: int = 50
    window: timedelta = timedelta(minutes=15)


class PanelStore:
    """The two files. Safe to share between threads and processes: each call is its own transaction."""

    def __init__(self, data_folder: Path) -> None:
        """Open or make the store under `data_folder`. Raises `HomeError` when that cannot be."""
        self._database = data_folder / "panel.db"
        self._key_file = data_folder / "secret_key"
        try:
            data_folder.mkdir(parents=True, exist_ok=True)
            _create_schema(self._database)
        except (OSError, sqlite3.Error) as error:
            message = f"{self._database} cannot be used: {error}"
            raise HomeError(message, remedy="Make the folder writable for the user Aviary runs as.") from error

    def secret_key(self) -> bytes:
        """The key that signs the panel's cookies; made at the first call, readable by its owner alone."""
        if not self._key_file.exists():
            _write_new_private_file(self._key_file, secrets.token_bytes(SECRET_KEY_BYTES))
        key = self._key_file.read_bytes()
        if len(key) < SECRET_KEY_BYTES:
            message = f"{self._key_file} is damaged"
            raise HomeError(message, remedy="Delete the file; everybody logs in again.")
        return key

    # Password

    def password_hash(self) -> str | None:
        """The Argon2 hash, or None while no password was ever set."""
        with self._reading() as db:
            row = db.execute("SELECT hash FROM password").fetchone()
        return str(row[0]) if row else None

    def save_first_password(self, password_hash: str) -> bool:
        """Keep the hash if there is none yet; False when somebody was first."""
        with self._transaction() as db:
            cursor = db.execute("INSERT OR IGNORE INTO password VALUES (1, ?)", (password_hash,))
        return cursor.rowcount == 1

    def replace_password(self, password_hash: str) -> None:
        """Keep another hash (stronger parameters, or a new password)."""
        with self._transaction() as db:
            db.execute("UPDATE password SET hash = ?", (password_hash,))

    # One-time tokens

    def keep_token(self, kind: str, token: str) -> None:
        """Make `token` the only good one of its kind."""
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO token VALUES (?, ?)", (kind, _digest(token)))

    def knows_token(self, kind: str, token: str) -> bool:
        """Whether the token is good still. Does not spend it."""
        with self._reading() as db:
            found = db.execute("SELECT 1 FROM token WHERE kind = ? AND hash = ?", (kind, _digest(token)))
            return found.fetchone() is not None

    def spend_token(self, kind: str, token: str) -> bool:
        """Use the token up. True for exactly one caller."""
        with self._transaction() as db:
            cursor = db.execute("DELETE FROM token WHERE kind = ? AND hash = ?", (kind, _digest(token)))
        return cursor.rowcount == 1

    # Sessions

    def open_session(self, session_id: str, now: datetime, lifetime: timedelta) -> None:
        """Remember a login; expired ones are cleared on the way."""
        with self._transaction() as db:
            db.execute("DELETE FROM session WHERE expires_at <= ?", (now.timestamp(),))
            expires_at = (now + lifetime).timestamp()
            db.execute("INSERT INTO session VALUES (?, ?)", (_digest(session_id), expires_at))

    def knows_session(self, session_id: str, now: datetime) -> bool:
        with self._reading() as db:
            query = "SELECT 1 FROM session WHERE hash = ? AND expires_at > ?"
            return db.execute(query, (_digest(session_id), now.timestamp())).fetchone() is not None

    def end_session(self, session_id: str) -> None:
        with self._transaction() as db:
            db.execute("DELETE FROM session WHERE hash = ?", (_digest(session_id),))

    # Failed logins

    def reserve_attempt(self, client: str, now: datetime, limits: AttemptLimits) -> datetime | None:
        """Count one login attempt of `client` before its password is looked at.

        Returns None when it may go on, else when the next one may (UTC). Counting first keeps
        parallel guesses inside the limit too. A refused attempt is not counted.
        """
        since = (now - limits.window).timestamp()
        with self._transaction() as db:
            db.execute("DELETE FROM login_failure WHERE at <= ?", (since,))
            blocking = _blocking_time(db, client, limits)
            if blocking is not None:
                return datetime.fromtimestamp(blocking, UTC) + limits.window
            db.execute("INSERT INTO login_failure VALUES (?, ?)", (client, now.timestamp()))
        return None

    def forget_attempts(self, client: str) -> None:
        """The client has shown the right password."""
        with self._transaction() as db:
            db.execute("DELETE FROM login_failure WHERE client = ?", (client,))

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with closing(_connect(self._database)) as db, db:
            db.execute("BEGIN IMMEDIATE")
            yield db

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with closing(_connect(self._database)) as db:
            yield db


def _connect(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(database, timeout=10, isolation_level=None)


def _create_schema(database: Path) -> None:
    with closing(_connect(database)) as db:
        db.execute("BEGIN IMMEDIATE")
        if db.execute("PRAGMA user_version").fetchone()[0] == 0:
            for statement in _SCHEMA.split(";"):
                db.execute(statement)
        db.execute("COMMIT")


def _blocking_time(db: sqlite3.Connection, client: str, limits: AttemptLimits) -> float | None:
    """When the failure was whose ageing frees the next attempt; None when one is free now."""
    mine = "SELECT at FROM login_failure WHERE client = ? ORDER BY at DESC LIMIT 1 OFFSET ?"
    everyone = "SELECT at FROM login_failure ORDER BY at DESC LIMIT 1 OFFSET ?"
    rows = (
        db.execute(mine, (client, limits.per_client - 1)).fetchone(),
        db.execute(everyone, (limits.overall - 1,)).fetchone(),
    )
    return max((float(row[0]) for row in rows if row), default=None)


def _write_new_private_file(path: Path, content: bytes) -> None:
    """Write a file nobody had; when another process was quicker, its file stays. POSIX keeps the mode 0600."""
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    try:
        if not path.exists():
            fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
