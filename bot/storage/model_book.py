"""What asking language models leaves behind for all accounts: requests counted, good answers, sealed keys."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.errors import ModelBudgetSpent
from bot.storage.database import Database, storable

ANSWERS_KEPT = 500
_DAYS_KEPT = 40


class ModelBook:
    """The model_* tables of fleet.db. Safe for any number of threads and processes. Methods raise StorageError."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    # the budget

    def take(self, account_id: str, own: int, fleet: int) -> str:
        """Count one request of the account, durable on return; returns the day that it was counted for.

        Raises ModelBudgetSpent when the account has used `own` requests, or all accounts `fleet`, this day of UTC.
        """
        with self._database.write() as connection:
            # Read inside the transaction: what waited for its turn over midnight belongs to the new day.
            now = self._clock.now()
            day = _day(now)
            query = "SELECT coalesce(sum(requests), 0) FROM model_requests WHERE day = ?"
            if connection.execute(f"{query} AND account_id = ?", (day, account_id)).fetchone()[0] >= own:
                raise ModelBudgetSpent(f"this account's {own} requests of today to language models are used up")
            if connection.execute(query, (day,)).fetchone()[0] >= fleet:
                raise ModelBudgetSpent(f"all accounts' {fleet} requests of today to language models are used up")
            connection.execute("DELETE FROM model_requests WHERE day < ?", (_day(now - timedelta(days=_DAYS_KEPT)),))
            connection.execute(
                "INSERT INTO model_requests VALUES (?, ?, 1)"
                " ON CONFLICT (day, account_id) DO UPDATE SET requests = requests + 1",
                (day, account_id),
            )
        return day

    def give_back(self, account_id: str, day: str) -> None:
        """The request of that day surely reached nobody."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE model_requests SET requests = requests - 1 WHERE day = ? AND account_id = ? AND requests > 0",
                (day, account_id),
            )

    def used(self, account_id: str = "") -> int:
        """Requests of this day, of one account or of all."""
        query = "SELECT coalesce(sum(requests), 0) FROM model_requests WHERE day = ?1 AND (?2 = '' OR account_id = ?2)"
        return int(self._database.value(query, (_day(self._clock.now()), account_id)))

    # answers

    def answer(self, question: tuple[str, ...]) -> str | None:
        """What was answered to the very same question before; None when it is not known."""
        found = self._database.value("SELECT answer FROM model_answers WHERE question = ?", (_digest(question),))
        return None if found is None else str(found)

    def keep_answer(self, question: tuple[str, ...], answer: str) -> None:
        """Remember it; the oldest of more than ANSWERS_KEPT are forgotten."""
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO model_answers (question, answer) VALUES (?, ?)",
                (_digest(question), storable(answer)),
            )
            connection.execute(
                "DELETE FROM model_answers WHERE id <= (SELECT max(id) FROM model_answers) - ?", (ANSWERS_KEPT,)
            )

    # keys

    def sealed_key(self, origin: str) -> bytes | None:
        """The sealed key of the service there; None when there is none."""
        found = self._database.value("SELECT sealed FROM model_keys WHERE origin = ?", (origin,))
        return None if found is None else bytes(found)

    def keep_key(self, origin: str, sealed: bytes | None) -> None:
        """Put a sealed key in place of the one there is; None takes it away."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM model_keys WHERE origin = ?", (origin,))
            if sealed is not None:
                connection.execute("INSERT INTO model_keys VALUES (?, ?)", (origin, sealed))


def _day(moment: datetime) -> str:
    return moment.date().isoformat()


def _digest(question: tuple[str, ...]) -> str:
    """Each part by its own digest, so that no two questions run together."""
    parts = (hashlib.sha256(part.encode("utf-8", "replace")).hexdigest() for part in question)
    return hashlib.sha256(" ".join(parts).encode("ascii")).hexdigest()
