"""Who changed what: one entry for each request that changes something. Never what was sent with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.storage.database import storable
from bot.storage.panel.database import PanelDatabase

KEPT = timedelta(days=365)
MOST_ENTRIES = 200_000
LONGEST_TEXT = 300
LONGEST_TARGET = 2000
"""An order for many names them."""


class Outcome(StrEnum):
    """How the panel answered."""

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"  # a mistake of the panel's: the log has it


class Way(StrEnum):
    """How they came."""

    BROWSER = "browser"
    TOKEN = "token"
    CONSOLE = "console"


@dataclass(frozen=True)
class AuditEntry:
    """`target` is the address that was asked, without its parameters; of an order for many also what and for whom."""

    who: str  # a user's or a token's name; "" for somebody who did not come in
    way: Way
    action: str
    target: str
    outcome: Outcome
    client: str
    at: datetime
    id: int = 0


@dataclass(frozen=True)
class AuditQuery:
    """Which entries are asked for; empty values ask for all."""

    who: str = ""
    outcome: str = ""
    words: str = ""  # in action or target
    before: int = 0  # entries older than this one


class AuditLog:
    """The entries of one panel, for a year."""

    def __init__(self, database: PanelDatabase) -> None:
        self._database = database

    def add(self, entry: AuditEntry) -> None:
        """Write the entry; those that are too old are cleared on the way."""
        texts = (storable(text)[:LONGEST_TEXT] for text in (entry.who, entry.way, entry.action))
        target = storable(entry.target)[:LONGEST_TARGET]
        values = (entry.at.timestamp(), *texts, target, entry.outcome.value, entry.client)
        query = "INSERT INTO audit (at, who, way, action, target, outcome, client) VALUES (?, ?, ?, ?, ?, ?, ?)"
        with self._database.changing() as db:
            last = db.execute(query, values).lastrowid or 0
            oldest = (entry.at - KEPT).timestamp()
            db.execute("DELETE FROM audit WHERE at < ? OR id <= ?", (oldest, last - MOST_ENTRIES))

    def search(self, query: AuditQuery, limit: int) -> tuple[AuditEntry, ...]:
        """At most `limit` entries, the newest first."""
        where, values = _conditions(query)
        with self._database.reading() as db:
            rows = db.execute(f"SELECT * FROM audit WHERE {where} ORDER BY id DESC LIMIT ?", (*values, limit))
            return tuple(_entry(row) for row in rows)

    def names(self) -> tuple[str, ...]:
        """Everybody who has an entry."""
        with self._database.reading() as db:
            rows = db.execute("SELECT DISTINCT who FROM audit WHERE who != '' ORDER BY who COLLATE NOCASE")
            return tuple(str(row[0]) for row in rows)


def _conditions(query: AuditQuery) -> tuple[str, Sequence[str | int]]:
    asked: dict[str, Sequence[str | int]] = {}
    if query.who:
        asked["who = ?"] = (storable(query.who),)
    if query.outcome:
        asked["outcome = ?"] = (query.outcome,)
    if query.before:
        asked["id < ?"] = (query.before,)
    if query.words:
        # instr instead of LIKE: what a person types is looked for as it is, % and _ too.
        words = storable(query.words)
        asked["(instr(lower(action), lower(?)) OR instr(lower(target), lower(?)))"] = (words, words)
    return " AND ".join(asked) or "1", [value for values in asked.values() for value in values]


def _entry(row: sqlite3.Row) -> AuditEntry:
    return AuditEntry(
        id=row["id"],
        at=datetime.fromtimestamp(row["at"], UTC),
        who=row["who"],
        way=Way(row["way"]),
        action=row["action"],
        target=row["target"],
        outcome=Outcome(row["outcome"]),
        client=row["client"],
    )
