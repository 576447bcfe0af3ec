"""Whom which account engages, and whom none may: the tables engaged_people, engaged_posts and never_engaged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from bot.storage.database import Database, storable, to_text
from bot.storage.renaming import rename_accounts


@dataclass(frozen=True)
class NeverEngaged:
    """A person no account engages: who said so, why, and when. `by` is "" for one that accounts.yaml names."""

    handle: str
    by: str = ""
    why: str = ""
    at: datetime | None = None


class Claims:
    """Handles without @, in any case. Raises StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def together(self) -> AbstractContextManager[None]:
        """What is looked up and claimed inside is one transaction."""
        return self._database.together()

    def owner_of_person(self, handle: str) -> str:
        """The account that has claimed the person; "" when none has."""
        query = "SELECT account_id FROM engaged_people WHERE handle = ?"
        return str(self._database.value(query, (handle.lower(),)) or "")

    def owner_of_post(self, post_id: str) -> str:
        """The account that has claimed the post; "" when none has."""
        return str(self._database.value("SELECT account_id FROM engaged_posts WHERE post_id = ?", (post_id,)) or "")

    def claim(self, account_id: str, people: Iterable[str], posts: Iterable[str], at: datetime) -> None:
        """Claim those that nobody has claimed yet; the others stay whose they are."""
        moment = to_text(at)
        with self._database.write() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO engaged_people VALUES (?, ?, ?)",
                [(handle.lower(), account_id, moment) for handle in people if handle],
            )
            connection.executemany(
                "INSERT OR IGNORE INTO engaged_posts VALUES (?, ?, ?)",
                [(post_id, account_id, moment) for post_id in posts if post_id],
            )

    def rename(self, accounts: Mapping[str, str]) -> None:
        """Whom an account engaged is its new id's (old -> new)."""
        with self._database.write() as connection:
            rename_accounts(connection, "engaged_people", accounts)
            rename_accounts(connection, "engaged_posts", accounts)

    # people never to be engaged

    def never(self) -> list[NeverEngaged]:
        """By handle."""
        rows = self._database.rows("SELECT * FROM never_engaged ORDER BY handle")
        return [NeverEngaged(row["handle"], row["by"], row["why"], datetime.fromisoformat(row["at"])) for row in rows]

    def is_never(self, handle: str) -> bool:
        return self._database.value("SELECT 1 FROM never_engaged WHERE handle = ?", (handle.lower(),)) is not None

    def add_never(self, person: NeverEngaged, at: datetime) -> bool:
        """False when the person was on the list already: the entry stays as it was."""
        with self._database.write() as connection:
            cursor = connection.execute(
                "INSERT OR IGNORE INTO never_engaged VALUES (?, ?, ?, ?)",
                (person.handle.lower(), storable(person.by), storable(person.why), to_text(at)),
            )
            return bool(cursor.rowcount)

    def remove_never(self, handle: str) -> bool:
        """False when the person was not on the list."""
        with self._database.write() as connection:
            cursor = connection.execute("DELETE FROM never_engaged WHERE handle = ?", (handle.lower(),))
            return bool(cursor.rowcount)
