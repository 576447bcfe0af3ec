"""Which accounts there are to export, and the table `accounts` of the one file."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.storage.metrics_export.fitness import FIT
from bot.storage.metrics_export.shape import quoted

_ASIDE = "\0"
"""Stands before ids that are on their way to another one: no id of an account can begin so."""


@dataclass(frozen=True)
class ExportedAccount:
    """One account as accounts.yaml has it."""

    id: str
    name: str
    handle: str
    groups: tuple[str, ...]
    enabled: bool
    folder: str
    """As accounts.yaml writes it: an account is known by it, also under another id."""
    database: Path


@dataclass(frozen=True)
class AccountList:
    """All accounts, and the ids of entries that cannot be used with why: those are not taken for removed."""

    accounts: tuple[ExportedAccount, ...]
    broken: tuple[tuple[str, str], ...] = ()


def enter_accounts(connection: sqlite3.Connection, wanted: AccountList, at: str) -> None:
    """Bring the table in line with the list: other ids, new accounts, those that are no longer in it."""
    _follow_other_ids(connection, wanted)
    connection.executemany(
        "INSERT INTO accounts (id, name, handle, groups, enabled, folder) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET name = excluded.name, handle = excluded.handle, groups = excluded.groups,"
        " enabled = excluded.enabled, folder = excluded.folder, removed_at = NULL",
        [(one.id, one.name, one.handle, ", ".join(one.groups), one.enabled, one.folder) for one in wanted.accounts],
    )
    listed = {one.id for one in wanted.accounts} | {broken for broken, _ in wanted.broken}
    known = connection.execute("SELECT id FROM accounts WHERE removed_at IS NULL").fetchall()
    gone = [(at, row["id"]) for row in known if row["id"] not in listed]
    connection.executemany("UPDATE accounts SET removed_at = ? WHERE id = ?", gone)
    connection.executemany(
        "UPDATE accounts SET trouble = ? WHERE id = ?", [(why, broken) for broken, why in wanted.broken]
    )


def _follow_other_ids(connection: sqlite3.Connection, wanted: AccountList) -> None:
    """Rows of an account that has another id by now go along; two accounts may have changed theirs."""
    owners = {one.folder: one.id for one in wanted.accounts}
    known = {row["id"]: row["folder"] for row in connection.execute("SELECT id, folder FROM accounts")}
    moves = {old: owners[folder] for old, folder in known.items() if owners.get(folder, old) != old}
    moves = {old: new for old, new in moves.items() if new not in known or new in moves}
    _give_ids(connection, {old: _ASIDE + new for old, new in moves.items()})
    _give_ids(connection, {_ASIDE + new: new for new in moves.values()})


def _give_ids(connection: sqlite3.Connection, moves: Mapping[str, str]) -> None:
    pairs = [(new, old) for old, new in moves.items()]
    connection.executemany("UPDATE accounts SET id = ? WHERE id = ?", pairs)
    connection.executemany("UPDATE export_stamps SET account_id = ? WHERE account_id = ?", pairs)
    for table in FIT:
        connection.executemany(f"UPDATE {quoted(table)} SET account_id = ? WHERE account_id = ?", pairs)
