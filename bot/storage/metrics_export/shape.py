"""The tables, indexes and views of the one file. Its columns are all that any account has."""

from __future__ import annotations

import sqlite3
from functools import cache
from pathlib import Path

from bot.log import names_secret
from bot.storage.database import Database
from bot.storage.metrics_export.fitness import FIT, FitTable

APPLICATION_ID = 0x41564558
"""In the head of each file: what is no export of ours is never written over."""
FORMAT = 1
OWN = ("account_id", "gone_at")
"""Columns of each table that the export adds."""
_ACCOUNTS = """CREATE TABLE IF NOT EXISTS accounts (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, handle TEXT NOT NULL, groups TEXT NOT NULL, enabled INTEGER,
  folder TEXT NOT NULL,
  first_exported_at TEXT, exported_at TEXT,   -- the last time its database could be read, and was
  trouble TEXT NOT NULL DEFAULT '',           -- why it could not be read the last time
  removed_at TEXT                             -- when an export first missed it in accounts.yaml
)"""
_STAMPS = "CREATE TABLE IF NOT EXISTS export_stamps (account_id TEXT PRIMARY KEY, stamp TEXT NOT NULL)"


def quoted(name: str) -> str:
    """A name as SQL takes it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def prepare(connection: sqlite3.Connection) -> None:
    """Make what is missing in a file that is new or an older export."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {FORMAT}")
    connection.execute(_ACCOUNTS)
    connection.execute(_STAMPS)
    for table, fit in FIT.items():
        _make_table(connection, table, fit)


def columns_of(connection: sqlite3.Connection, table: str, schema: str = "main") -> list[sqlite3.Row]:
    """name, type and place in the primary key (pk) of each column."""
    return connection.execute("SELECT name, type, pk FROM pragma_table_info(?, ?)", (table, schema)).fetchall()


def add_columns(connection: sqlite3.Connection, table: str, wanted: dict[str, str]) -> None:
    """Let the table have these columns, too: name -> type."""
    known = {str(row["name"]).casefold() for row in columns_of(connection, table)}
    for name, kind in wanted.items():
        if name.casefold() not in known:
            connection.execute(f"ALTER TABLE main.{quoted(table)} ADD COLUMN {quoted(name)} {_type(kind)}")
            known.add(name.casefold())


def own_name(column: str) -> str:
    """What a column of an account is called in the export: never like one that the export adds."""
    return f"own_{column}" if column.casefold() in OWN else column


def may_hold_secrets(table: str, column: str) -> bool:
    """Whether an unknown column is left out, since its name says that it holds a password, a key or a session."""
    return column.casefold() not in known_columns()[table] and names_secret(column)


@cache
def known_columns() -> dict[str, dict[str, str]]:
    """Table -> the columns that Aviary's own migrations give it, with their types."""
    database = Database(Path(":memory:"), "account")
    try:
        return {
            table: {row["name"]: row["type"] for row in database.rows("SELECT * FROM pragma_table_info(?)", (table,))}
            for table in FIT
        }
    finally:
        database.close()


def index_and_view(connection: sqlite3.Connection) -> None:
    """Make the indexes that are missing, and the views anew: tables may have got more columns."""
    for table, fit in FIT.items():
        for columns in fit.indexes:
            name = quoted(f"{table}_by_{'_'.join(columns)}")
            connection.execute(
                f"CREATE INDEX IF NOT EXISTS {name} ON {quoted(table)} ({', '.join(map(quoted, columns))})"
            )
        _make_view(connection, table)


def _make_table(connection: sqlite3.Connection, table: str, fit: FitTable) -> None:
    known = known_columns()[table]
    others = [f"{quoted(name)} {_type(kind)}" for name, kind in known.items() if name != fit.key]
    key = f"{quoted(fit.key)} {known[fit.key]} NOT NULL"
    columns = ", ".join(["account_id TEXT NOT NULL", key, *others, "gone_at TEXT"])
    connection.execute(
        f"CREATE TABLE IF NOT EXISTS {quoted(table)} ({columns}, PRIMARY KEY (account_id, {quoted(fit.key)}))"
        " WITHOUT ROWID"
    )
    add_columns(connection, table, known)


def _make_view(connection: sqlite3.Connection, table: str) -> None:
    """Rows that their account still has, with its name and handle before them."""
    names = [row["name"] for row in columns_of(connection, table) if row["name"] not in OWN]
    rows = ", ".join(f"t.{quoted(name)}" for name in names)
    view = quoted(f"all_{table}")
    connection.execute(f"DROP VIEW IF EXISTS {view}")
    connection.execute(
        f"CREATE VIEW {view} AS SELECT t.account_id, a.name AS account_name, a.handle AS account_handle,"
        f" a.groups AS account_groups, a.removed_at AS account_removed_at, {rows}"
        f" FROM {quoted(table)} t JOIN accounts a ON a.id = t.account_id WHERE t.gone_at IS NULL"
    )


def _type(kind: str) -> str:
    """A declared type as it is written into a statement; one with other signs than those of types is left out."""
    return kind if kind.replace(" ", "").replace("_", "").isalnum() else ""
