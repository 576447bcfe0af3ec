"""Where each account stands apart from its present run, kept across restarts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.clock import Clock
from bot.storage.database import Database, Row, storable, to_moment, to_text
from bot.storage.renaming import rename_accounts


class StandingKind(StrEnum):
    """What a person or a trouble decided about an account."""

    ACTIVE = "active"
    STOPPED = "stopped"
    PAUSED = "paused"
    NEEDS_ATTENTION = "needs_attention"
    LIMITED = "limited"
    FAILING = "failing"


@dataclass(frozen=True)
class Standing:
    """Where an account stands, and why."""

    kind: StandingKind
    first_seen: datetime
    reason: str = ""
    remedy: str = ""
    until: datetime | None = None
    failures: int = 0

    @property
    def in_words(self) -> str:
        """E.g. "needs attention: x.com shows its login"."""
        return self.kind.value.replace("_", " ") + (f": {self.reason}" if self.reason else "")

    @property
    def of_account(self) -> str:
        """The same as a clause: "the account needs attention: x.com shows its login", "the account is paused"."""
        return f"the account {'' if self.kind is StandingKind.NEEDS_ATTENTION else 'is '}{self.in_words}"

    def holds(self, now: datetime) -> bool:
        """Whether it keeps slots from firing at `now`. Limited and failing end by themselves."""
        if self.kind in {StandingKind.LIMITED, StandingKind.FAILING}:
            return self.until is not None and now < self.until
        return self.kind is not StandingKind.ACTIVE


class Standings:
    """The standings table of fleet.db, kept in memory too: a home has one process, and each due slot asks."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.read_again()

    def read_again(self) -> None:
        """Take in what the table holds."""
        rows = self._database.rows("SELECT * FROM standings")
        self._known = {str(row["account_id"]): _standing(row) for row in rows}

    def rename(self, accounts: Mapping[str, str]) -> None:
        """Where an account stands and what it found is its new id's (old -> new). `read_again` when it is durable."""
        with self._database.write() as connection:
            rename_accounts(connection, "standings", accounts)
            rename_accounts(connection, "approvals", accounts)

    def meet(self, account_id: str) -> Standing:
        """The account's standing; a new account is entered as active, seen now for the first time."""
        if account_id not in self._known:
            with self._database.write() as connection:
                connection.execute(
                    "INSERT OR IGNORE INTO standings (account_id, kind, first_seen) VALUES (?, 'active', ?)",
                    (account_id, to_text(self._clock.now())),
                )
            self._read(account_id)
        return self._known[account_id]

    def get(self, account_id: str) -> Standing:
        """Raises KeyError for an account that was never met."""
        return self._known[account_id]

    def _read(self, account_id: str) -> None:
        rows = self._database.rows("SELECT * FROM standings WHERE account_id = ?", (account_id,))
        self._known[account_id] = _standing(rows[0])

    def set(
        self,
        account_id: str,
        kind: StandingKind,
        *,
        reason: str = "",
        remedy: str = "",
        until: datetime | None = None,
        failures: int = 0,
    ) -> None:
        """Replace the standing, of an account never met before too; `failures` counts failed runs in a row."""
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO standings (account_id, kind, reason, remedy, until, failures, first_seen)"
                " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (account_id) DO UPDATE SET kind = excluded.kind,"
                " reason = excluded.reason, remedy = excluded.remedy, until = excluded.until,"
                " failures = excluded.failures",
                (
                    account_id,
                    kind,
                    storable(reason),
                    storable(remedy),
                    to_text(until) if until else None,
                    failures,
                    to_text(self._clock.now()),
                ),
            )
        self._read(account_id)

    def forget(self, account_id: str) -> None:
        """The account is gone; one that gets its id later begins anew."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM standings WHERE account_id = ?", (account_id,))
        self._known.pop(account_id, None)

    def mark(self, name: str) -> str | None:
        """A remembered value of the fleet, e.g. until when slots were looked at."""
        value = self._database.value("SELECT value FROM marks WHERE name = ?", (name,))
        return None if value is None else str(value)

    def set_mark(self, name: str, value: str) -> None:
        """Remember a value of the fleet."""
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO marks VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, value)
            )

    def copy(self) -> StandingsInMemory:
        """Where all accounts stand now, for a simulation: what is set there stays there."""
        marks = {str(row["name"]): str(row["value"]) for row in self._database.rows("SELECT name, value FROM marks")}
        return StandingsInMemory(dict(self._known), marks, self._clock)


class StandingsInMemory(Standings):
    """Standings that nobody keeps, shipped for simulations."""

    def __init__(self, known: dict[str, Standing], marks: dict[str, str], clock: Clock) -> None:
        self._known = known
        self._marks = marks
        self._clock = clock

    def on(self, clock: Clock) -> StandingsInMemory:
        """The same on another clock, apart from these."""
        return StandingsInMemory(dict(self._known), dict(self._marks), clock)

    def meet(self, account_id: str) -> Standing:
        return self._known.setdefault(account_id, Standing(StandingKind.ACTIVE, self._clock.now()))

    def set(
        self,
        account_id: str,
        kind: StandingKind,
        *,
        reason: str = "",
        remedy: str = "",
        until: datetime | None = None,
        failures: int = 0,
    ) -> None:
        self._known[account_id] = Standing(kind, self.meet(account_id).first_seen, reason, remedy, until, failures)

    def mark(self, name: str) -> str | None:
        return self._marks.get(name)

    def set_mark(self, name: str, value: str) -> None:
        self._marks[name] = value


def _standing(row: Row) -> Standing:
    return Standing(
        kind=StandingKind(row["kind"]),
        first_seen=datetime.fromisoformat(row["first_seen"]),
        reason=row["reason"],
        remedy=row["remedy"],
        until=to_moment(row["until"]),
        failures=row["failures"],
    )
