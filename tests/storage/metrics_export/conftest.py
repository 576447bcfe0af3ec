"""Accounts whose databases are there, and what an export of them holds."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.storage.database import Database
from bot.storage.metrics_export.accounts import AccountList, ExportedAccount
from bot.storage.metrics_export.exporting import ExportReport, export_metrics
from tests.legacy import write_metrics

FIRST = datetime(2026, 3, 2, 8, tzinfo=UTC)


@dataclass
class Shelf:
    """A folder with accounts, and the export beside them."""

    root: Path
    accounts: dict[str, ExportedAccount] = field(default_factory=dict)
    broken: tuple[tuple[str, str], ...] = ()
    now: datetime = FIRST
    told: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def file(self) -> Path:
        return self.root / "all.db"

    def add(self, account_id: str, *, old: bool = False, sql: str = "") -> ExportedAccount:
        """An account as Aviary has it, or as an old bot left it; `sql` is run on its database."""
        database = self.root / account_id / "data" / "metrics.db"
        if old:
            write_metrics(database)
        else:
            Database(database, "account").close()
        account = ExportedAccount(
            account_id, f"Toko {account_id}", account_id, ("bali",), True, f"accounts/{account_id}", database
        )
        self.accounts[account_id] = account
        self.change(account_id, sql)
        return account

    def change(self, account_id: str, sql: str) -> None:
        with closing(sqlite3.connect(self.accounts[account_id].database)) as connection:
            connection.executescript(sql)

    def age(self) -> None:
        """Let the databases be as old as they are when somebody exports once a day."""
        for account in self.accounts.values():
            for file in account.database.parent.glob("metrics.db*"):
                os.utime(file, (file.stat().st_atime, file.stat().st_mtime - 60))

    def rename(self, old: str, new: str) -> None:
        self.accounts[new] = replace(self.accounts.pop(old), id=new)

    def export(self) -> ExportReport:
        self.now += timedelta(hours=1)
        wanted = AccountList(tuple(self.accounts.values()), self.broken)
        return export_metrics(wanted, self.file, self.now, lambda *each: self.told.append(each))

    def ask(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.file)) as connection:
            return connection.execute(query, values).fetchall()

    def left_behind(self) -> list[str]:
        """Names in the folder that are neither accounts nor the export."""
        return sorted(each.name for each in self.root.iterdir() if each.is_file() and each != self.file)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)
