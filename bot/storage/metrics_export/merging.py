"""One account's tables into the one file: only rows that are new or other than before are written."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace

from bot.storage.metrics_export.fitness import FIT, LEFT_OUT, FitTable
from bot.storage.metrics_export.shape import add_columns, columns_of, may_hold_secrets, own_name, quoted

SOURCE = "source"
"""Under this name the account's database is attached."""
_REDACT = "redacted"
"""The SQL function that strikes out tokens."""


@dataclass(frozen=True)
class Merged:
    """What one account came to."""

    written: int = 0
    gone: int = 0
    left_out: tuple[str, ...] = ()
    """Unknown tables, and unknown columns whose name is that of a secret."""


def merge_account(connection: sqlite3.Connection, account_id: str, at: str) -> Merged:
    """Take in the attached database as it stands, inside the caller's transaction. Raises sqlite3.Error."""
    query = f"SELECT name FROM {SOURCE}.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    found = {str(row["name"]).casefold(): str(row["name"]) for row in connection.execute(query)}
    merged = Merged(
        left_out=tuple(name for key, name in sorted(found.items()) if key not in FIT and key not in LEFT_OUT)
    )
    for table, fit in FIT.items():
        its_name = found.get(table)
        if its_name is None:
            merged = replace(merged, gone=merged.gone + _mark_all_gone(connection, table, account_id, at))
        else:
            one = _Merge(connection, table, fit, its_name, account_id)
            written, gone = one.write(), one.mark_gone(at)
            left_out = merged.left_out + one.left_out
            merged = Merged(merged.written + written, merged.gone + gone, left_out)
    return merged


class _Merge:
    """One table of one account."""

    def __init__(
        self, connection: sqlite3.Connection, table: str, fit: FitTable, its_name: str, account_id: str
    ) -> None:
        self._connection, self._table, self._fit, self._account_id = connection, table, fit, account_id
        self._from = f"{SOURCE}.{quoted(its_name)}"
        columns = columns_of(connection, its_name, SOURCE)
        keys = [str(row["name"]) for row in columns if row["pk"]]
        self._has_key = [key.casefold() for key in keys] == [fit.key]
        self._key = quoted(keys[0]) if self._has_key else "_rowid_"
        names = [str(row["name"]) for row in columns if not self._has_key or not row["pk"]]
        self.left_out = tuple(f"{table}.{name}" for name in names if may_hold_secrets(table, name))
        self._columns = {self._name_for(name): self._read(name) for name in names if not may_hold_secrets(table, name)}
        kinds = {self._name_for(str(row["name"])): str(row["type"]) for row in columns}
        add_columns(connection, table, {name: kinds[name] for name in self._columns})
        known = f"SELECT 1 FROM main.{quoted(table)} WHERE account_id = ? LIMIT 1"
        self._is_known = connection.execute(known, (account_id,)).fetchone() is not None

    def write(self) -> int:
        """How many rows were new or other than before."""
        names = [self._fit.key, *self._columns]
        values = ", ".join([self._key, *self._columns.values()])
        insert = (
            f"INSERT INTO main.{quoted(self._table)} (account_id, {', '.join(map(quoted, names))})"
            f" SELECT ?, {values} FROM {self._from} WHERE {self._key} IS NOT NULL"
        )
        if not self._is_known:
            return self._connection.execute(insert, (self._account_id,)).rowcount
        # A row that was gone and is back counts as changed, too.
        mine = [f"main.{quoted(self._table)}.{quoted(name)}" for name in self._columns]
        sets = ", ".join(f"{quoted(name)} = excluded.{quoted(name)}" for name in self._columns)
        is_other = " OR ".join(
            f"{own} IS NOT excluded.{quoted(name)}" for own, name in zip(mine, self._columns, strict=True)
        )
        conflict = (
            f" ON CONFLICT (account_id, {quoted(self._fit.key)}) DO UPDATE SET {sets}, gone_at = NULL"
            f" WHERE {is_other} OR main.{quoted(self._table)}.gone_at IS NOT NULL"
        ).replace("main.", "")
        return self._connection.execute(insert + conflict, (self._account_id,)).rowcount

    def mark_gone(self, at: str) -> int:
        """How many rows the account no longer has: they stay, and say since when."""
        if not self._is_known:
            return 0
        table, key = quoted(self._table), quoted(self._fit.key)
        return self._connection.execute(
            f"UPDATE main.{table} SET gone_at = ? WHERE account_id = ? AND gone_at IS NULL"
            f" AND NOT EXISTS (SELECT 1 FROM {self._from} s WHERE s.{self._key} = {table}.{key})",
            (at, self._account_id),
        ).rowcount

    def _name_for(self, column: str) -> str:
        """A column named as the key that is none has values of its own, under a name of its own."""
        if not self._has_key and column.casefold() == self._fit.key:
            return f"own_{column}"
        return own_name(column)

    def _read(self, column: str) -> str:
        name = quoted(column)
        return f"{_REDACT}({name})" if column.casefold() in self._fit.redacted else name


def _mark_all_gone(connection: sqlite3.Connection, table: str, account_id: str, at: str) -> int:
    return connection.execute(
        f"UPDATE main.{quoted(table)} SET gone_at = ? WHERE account_id = ? AND gone_at IS NULL", (at, account_id)
    ).rowcount
