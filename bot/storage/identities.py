"""Which account works in which folder: one that gets another id in accounts.yaml is still the same account of x.com."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bot.storage.claims import Claims
from bot.storage.database import Database
from bot.storage.group_queues import GroupBook
from bot.storage.permits import Permits
from bot.storage.standings import Standings
from bot.storage.text_book import TextBook
from bot.storage.wa_codes import rename_codes


class Identities:
    """The identities table of fleet.db, kept in memory too. Not safe for threads: the manager holds its lock."""

    def __init__(self, database: Database, permits: Permits, standings: Standings) -> None:
        self._database = database
        self._permits = permits
        self._standings = standings
        self._known = {str(row["folder"]): str(row["account_id"]) for row in database.rows("SELECT * FROM identities")}

    def take_over(self, folders: Mapping[str, str], listed: Collection[str]) -> dict[str, str]:
        """Enter which account (value) works in which folder (key); `listed` are all ids of the list, broken ones too.

        What was counted for and decided about an id that is gone follows its folder to the new id. Returns old id ->
        new id for those, and raises StorageError.
        """
        fresh = {folder: account_id for folder, account_id in folders.items() if self._known.get(folder) != account_id}
        if not fresh:
            return {}
        moves = {self._known[folder]: fresh[folder] for folder in fresh if folder in self._known}
        renamed = {old: new for old, new in moves.items() if self._is_free(old, moves, folders, listed)}
        with self._database.together():
            self._permits.rename(renamed)
            self._standings.rename(renamed)
            Claims(self._database).rename(renamed)
            TextBook(self._database).rename(renamed)
            GroupBook(self._database).rename(renamed)
            rename_codes(self._database, renamed)
            with self._database.write() as connection:
                connection.executemany("INSERT OR REPLACE INTO identities VALUES (?, ?)", list(fresh.items()))
        self._permits.forget_shares()
        self._standings.read_again()
        self._known |= fresh
        return renamed

    def _is_free(self, old: str, moves: Mapping[str, str], folders: Mapping[str, str], listed: Collection[str]) -> bool:
        """Whether an id does not stand for its account any more: it is gone, or another account has it now."""
        if old not in listed or old in moves.values():
            return True
        present = next((folder for folder, account_id in folders.items() if account_id == old), None)
        return present is not None and self._known.get(present) != old


def follow_folder(database: Database, old: str, new: str) -> None:
    """Whatever is known of the account in the folder `old` is known of `new`, too: the account is about to move there.

    Nothing changes as long as it works in `old`. When it is seen in `new`, under whatever id, `take_over` finds what
    was counted for it. Raises StorageError.
    """
    with database.write() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO identities SELECT ?, account_id FROM identities WHERE folder = ?", (new, old)
        )
        connection.execute("INSERT OR IGNORE INTO guard_filled SELECT ? FROM guard_filled WHERE folder = ?", (new, old))


def forget_folder(database: Database, folder: str) -> None:
    """No account works there any more, or never did. Raises StorageError."""
    with database.write() as connection:
        connection.execute("DELETE FROM identities WHERE folder = ?", (folder,))
        connection.execute("DELETE FROM guard_filled WHERE folder = ?", (folder,))
