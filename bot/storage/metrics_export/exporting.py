"""Writing the one file: into a copy that takes its place when it is whole."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.errors import ExportFailed
from bot.log import redact
from bot.settings.home import is_there
from bot.storage.database import to_text
from bot.storage.metrics_export.accounts import AccountList, ExportedAccount, enter_accounts
from bot.storage.metrics_export.merging import SOURCE, Merged, merge_account
from bot.storage.metrics_export.placing import alone, check_place, fresh_copy, is_of_target, settle
from bot.storage.metrics_export.shape import FORMAT, index_and_view, known_columns, prepare

Progress = Callable[[int, int, str], None]
"""How many accounts are done, of how many, and the id of the last."""
BUSY_SECONDS = 5.0
_FRESH_SECONDS = 2.0
"""A file that changed a moment ago may change again without looking other: it is read again the next time."""
_NO_DATABASE = "it has no database yet: it has never worked"
_DATABASE_GONE = "its database is not there any more; what was exported before stays"


@dataclass(frozen=True)
class AccountOutcome:
    """What became of one account. `trouble` says why it could not be read; what was exported before stays then."""

    id: str
    written: int = 0
    gone: int = 0
    left_out: tuple[str, ...] = ()
    trouble: str = ""
    note: str = ""
    """Something that is no trouble: it has never worked."""


@dataclass(frozen=True)
class ExportReport:
    """All of it."""

    accounts: tuple[AccountOutcome, ...]

    @property
    def written(self) -> int:
        """Rows that were new or other than before."""
        return sum(each.written for each in self.accounts)

    @property
    def gone(self) -> int:
        """Rows that their accounts no longer have."""
        return sum(each.gone for each in self.accounts)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Unknown tables, and columns whose name is that of a secret."""
        return tuple(sorted({name for each in self.accounts for name in each.left_out}))

    @property
    def troubles(self) -> tuple[AccountOutcome, ...]:
        return tuple(each for each in self.accounts if each.trouble)


def export_metrics(wanted: AccountList, file: Path, at: datetime, progress: Progress) -> ExportReport:
    """Bring `file` up to date with all accounts; it is there as a whole, or stays as it was.

    Accounts that cannot be read are told in the report, the others are exported. Raises ExportFailed.
    """
    file = file.resolve()
    check_place(file)
    with alone(file), fresh_copy(file) as fresh:
        with closing(_open(fresh)) as connection:
            report = _fill(connection, wanted, to_text(at), progress)
        settle(fresh, file)
    return report


def _open(fresh: Path) -> sqlite3.Connection:
    # as_uri: accounts are attached by address, read-only
    connection = sqlite3.connect(fresh.as_uri(), uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.create_function("redacted", 1, _redacted, deterministic=True)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA journal_mode = MEMORY")  # a crash leaves the old file, whatever becomes of this one
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -65536")
    return connection


def _redacted(value: Any) -> Any:
    return redact(value) if isinstance(value, str) else value


def _fill(connection: sqlite3.Connection, wanted: AccountList, at: str, progress: Progress) -> ExportReport:
    with _transaction(connection):
        prepare(connection)
        enter_accounts(connection, wanted, at)
    outcomes: list[AccountOutcome] = []
    # In the order of the file's keys: rows are added at its end, not in its middle.
    for number, account in enumerate(sorted(wanted.accounts, key=lambda each: each.id), start=1):
        outcomes.append(_take_in(connection, account, at))
        progress(number, len(wanted.accounts), account.id)
    outcomes += [AccountOutcome(broken, trouble=why) for broken, why in wanted.broken]
    with _transaction(connection):
        index_and_view(connection)
    return ExportReport(tuple(outcomes))


def _take_in(connection: sqlite3.Connection, account: ExportedAccount, at: str) -> AccountOutcome:
    """Raises sqlite3.Error where the export itself cannot be written."""
    query = (
        "SELECT first_exported_at, (SELECT stamp FROM export_stamps WHERE account_id = id) FROM accounts WHERE id = ?"
    )
    first, known = connection.execute(query, (account.id,)).fetchone()
    if not is_there(account.database):
        missing = AccountOutcome(account.id, note=_NO_DATABASE)
        outcome = AccountOutcome(account.id, trouble=_DATABASE_GONE) if first else missing
        _note_trouble(connection, outcome)
        return outcome
    stamp = _stamp(account.database)
    if stamp and stamp == known:
        _note_exported(connection, account.id, stamp, at)
        return AccountOutcome(account.id)
    try:
        merged = _merge(connection, account, at)
    except sqlite3.Error as error:
        if is_of_target(error):
            raise
        _check_export(connection)
        outcome = AccountOutcome(account.id, trouble=_in_words(error))
        _note_trouble(connection, outcome)
        return outcome
    _note_exported(connection, account.id, stamp, at)
    return AccountOutcome(account.id, merged.written, merged.gone, merged.left_out)


def _merge(connection: sqlite3.Connection, account: ExportedAccount, at: str) -> Merged:
    connection.execute(f"ATTACH ? AS {SOURCE}", (f"{account.database.resolve().as_uri()}?mode=ro",))
    try:
        with _transaction(connection):
            return merge_account(connection, account.id, at)
    finally:
        connection.execute(f"DETACH {SOURCE}")


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _note_exported(connection: sqlite3.Connection, account_id: str, stamp: str, at: str) -> None:
    with _transaction(connection):
        connection.execute(
            "UPDATE accounts SET exported_at = ?, first_exported_at = coalesce(first_exported_at, ?), trouble = ''"
            " WHERE id = ?",
            (at, at, account_id),
        )
        connection.execute("INSERT OR REPLACE INTO export_stamps VALUES (?, ?)", (account_id, stamp))


def _note_trouble(connection: sqlite3.Connection, outcome: AccountOutcome) -> None:
    with _transaction(connection):
        connection.execute("UPDATE accounts SET trouble = ? WHERE id = ?", (outcome.trouble, outcome.id))


def _stamp(database: Path) -> str:
    """Other whenever the database is; "" while it is too young to tell, by the clock that its files go by."""
    wal = database.with_name(f"{database.name}-wal")
    parts = [f"{FORMAT}.{sum(map(len, known_columns().values()))}"]
    for file in (database, wal):
        try:
            status = file.stat()
        except OSError:
            continue
        if file == database or status.st_size:
            parts.append(f"{status.st_mtime_ns}.{status.st_size}.{status.st_ino}")
            if abs(time.time() - status.st_mtime) < _FRESH_SECONDS:
                return ""
    return " ".join(parts)


def _check_export(connection: sqlite3.Connection) -> None:
    """Raises ExportFailed when it is the export that is damaged, rather than the account."""
    found = connection.execute("PRAGMA main.quick_check(1)").fetchone()[0]
    if found != "ok":
        raise ExportFailed(
            f"the export that is there is damaged: {found}", remedy="Move it away, and export again into a new file."
        )


def _in_words(error: sqlite3.Error) -> str:
    text = str(error)
    if "locked" in text or "busy" in text:
        return "another program holds its database locked; export again in a moment"
    if "unable to open" in text:
        return "its database cannot be opened: look at the rights of the file and its folder"
    if "readonly" in text:
        return "a crash left its database half written: let the account work once, then export again"
    return f"its database cannot be read: {text}"
