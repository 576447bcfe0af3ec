"""The codes of WhatsApp links over all accounts: made for a post, bound to it before it is sent, never given twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random

from bot.clock import Clock
from bot.errors import StorageError
from bot.storage.database import Database, to_text
from bot.storage.renaming import rename_accounts
from bot.wa_links import make_code

_TRIES = 1000


@dataclass(frozen=True)
class CodeRecord:
    """A code and what it is bound to. What became of the post is in the account's journal."""

    code: str
    account_id: str
    kind: str
    template: str
    intent_id: int | None  # None: no post was written down with it yet
    made_at: datetime


class WaCodes:
    """The wa_codes table of fleet.db. Safe for threads. Methods raise StorageError."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def free_code(self, account_id: str, random: Random) -> str:
        """A code for the account's next post: one that no post was bound to, or a new one. Durable on return.

        An account writes one post at a time, so that two never get the same.
        """
        with self._database.write() as connection:
            query = "SELECT code FROM wa_codes WHERE account_id = ? AND intent_id IS NULL LIMIT 1"
            unused = connection.execute(query, (account_id,)).fetchone()
            if unused is not None:
                return str(unused[0])
            for _ in range(_TRIES):
                code = make_code(random)
                added = connection.execute(
                    "INSERT OR IGNORE INTO wa_codes (code, account_id, made_at) VALUES (?, ?, ?)",
                    (code, account_id, to_text(self._clock.now())),
                )
                if added.rowcount:
                    return code
        raise StorageError("nearly all codes for WhatsApp links are used up")

    def bind(self, code: str, account_id: str, kind: str, template: str, intent_id: int) -> bool:
        """The post with this code is written down and comes to be sent. False for a code that is not the account's."""
        with self._database.write() as connection:
            bound = connection.execute(
                "UPDATE wa_codes SET kind = ?, template = ?, intent_id = ?, bound_at = ?"
                " WHERE code = ? AND account_id = ? AND intent_id IS NULL",
                (kind, template, intent_id, to_text(self._clock.now()), code, account_id),
            )
            return bool(bound.rowcount)

    def find(self, code: str) -> CodeRecord | None:
        """What the code is bound to; None for one that no post has."""
        rows = self._database.rows("SELECT * FROM wa_codes WHERE code = ? AND intent_id IS NOT NULL", (code,))
        if not rows:
            return None
        row = rows[0]
        made_at = datetime.fromisoformat(row["made_at"])
        return CodeRecord(code, row["account_id"], row["kind"], row["template"], row["intent_id"], made_at)


def rename_codes(database: Database, accounts: Mapping[str, str]) -> None:
    """Accounts got other ids: old -> new."""
    with database.write() as connection:
        rename_accounts(connection, "wa_codes", accounts)
