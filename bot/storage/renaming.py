"""Accounts that got another id, in the tables of fleet.db."""

from __future__ import annotations

from collections.abc import Mapping
from sqlite3 import Connection
from typing import Literal

_ON_THE_WAY = "\x1f"
"""No id begins so. Ids may change places, so that all leave before the first arrives."""


def rename_accounts(
    connection: Connection,
    table: Literal[
        "permits", "standings", "engaged_people", "engaged_posts", "guard_texts", "approvals", "group_hands", "wa_codes"
    ],
    accounts: Mapping[str, str],
) -> None:
    """Give the rows of each old id to its new one (old -> new). Of standings the new id has one, the one that comes."""
    leaving = [(_ON_THE_WAY + new, old) for old, new in accounts.items()]
    arriving = [(new, _ON_THE_WAY + new) for new in accounts.values()]
    connection.executemany(f"UPDATE {table} SET account_id = ? WHERE account_id = ?", leaving)
    if table == "standings":
        connection.executemany(_MAKE_ROOM, [(new, moving) for new, moving in arriving])
    connection.executemany(f"UPDATE {table} SET account_id = ? WHERE account_id = ?", arriving)


_MAKE_ROOM = "DELETE FROM standings WHERE account_id = ? AND EXISTS (SELECT 1 FROM standings WHERE account_id = ?)"
