"""What makes the codes of a user's phone, and the codes for a lost phone. Secrets come sealed: see webapp/access."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.storage.panel.database import PanelDatabase, digest


@dataclass(frozen=True)
class SealedFactor:
    """`is_confirmed` once a code of it was shown; before that it guards nothing."""

    sealed_secret: str
    is_confirmed: bool


class SecondFactors:
    """At most one for each user."""

    def __init__(self, database: PanelDatabase) -> None:
        self._database = database

    def get(self, user_id: int) -> SealedFactor | None:
        with self._database.reading() as db:
            query = "SELECT sealed_secret, confirmed FROM second_factor WHERE user_id = ?"
            row = db.execute(query, (user_id,)).fetchone()
        return SealedFactor(row["sealed_secret"], bool(row["confirmed"])) if row else None

    def begin(self, user_id: int, sealed_secret: str) -> bool:
        """Keep a secret that is not confirmed yet; False when a confirmed one is there already."""
        query = """INSERT INTO second_factor (user_id, sealed_secret) VALUES (?, ?)
                   ON CONFLICT (user_id) DO UPDATE SET sealed_secret = excluded.sealed_secret WHERE NOT confirmed"""
        with self._database.changing() as db:
            return db.execute(query, (user_id, sealed_secret)).rowcount == 1

    def use_step(self, user_id: int, step: int) -> bool:
        """Use up the code of a time step; False when it, or a later one, was used before."""
        with self._database.changing() as db:
            query = "UPDATE second_factor SET used_step = ? WHERE user_id = ? AND used_step < ?"
            return db.execute(query, (step, user_id, step)).rowcount == 1

    def confirm(self, user_id: int, sealed_secret: str, recovery_codes: Iterable[str]) -> bool:
        """Let it guard the login, with these codes for a lost phone; False when another secret came in between."""
        with self._database.changing() as db:
            query = "UPDATE second_factor SET confirmed = 1 WHERE user_id = ? AND sealed_secret = ? AND NOT confirmed"
            if db.execute(query, (user_id, sealed_secret)).rowcount != 1:
                return False
            db.execute("DELETE FROM recovery_code WHERE user_id = ?", (user_id,))
            db.executemany("INSERT INTO recovery_code VALUES (?, ?)", _rows(user_id, recovery_codes))
        return True

    def remove(self, user_id: int) -> None:
        """The password alone is enough again."""
        with self._database.changing() as db:
            db.execute("DELETE FROM second_factor WHERE user_id = ?", (user_id,))
            db.execute("DELETE FROM recovery_code WHERE user_id = ?", (user_id,))

    def replace_recovery_codes(self, user_id: int, recovery_codes: Iterable[str]) -> None:
        with self._database.changing() as db:
            db.execute("DELETE FROM recovery_code WHERE user_id = ?", (user_id,))
            db.executemany("INSERT INTO recovery_code VALUES (?, ?)", _rows(user_id, recovery_codes))

    def spend_recovery_code(self, user_id: int, code: str) -> bool:
        """Use the code up. True for exactly one caller."""
        with self._database.changing() as db:
            query = "DELETE FROM recovery_code WHERE user_id = ? AND hash = ?"
            return db.execute(query, (user_id, digest(code))).rowcount == 1

    def recovery_codes_left(self, user_id: int) -> int:
        with self._database.reading() as db:
            row = db.execute("SELECT count(*) FROM recovery_code WHERE user_id = ?", (user_id,)).fetchone()
        return int(row[0])


def _rows(user_id: int, recovery_codes: Iterable[str]) -> list[tuple[int, str]]:
    return [(user_id, digest(code)) for code in recovery_codes]
