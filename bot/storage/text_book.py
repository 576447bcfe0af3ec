"""The texts that all accounts posted lately or have planned, with an index of their words. What it means is decided by
bot/guards/book.py, which does what belongs together in one `together`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.storage.database import Database, Row, storable, to_text
from bot.storage.renaming import rename_accounts

_COUNTED_TO = 5000
"""A word in more forms than this is common; how much more common is not counted."""


class TextState(StrEnum):
    """OPEN is reserved: about to be sent, or sent perhaps."""

    OPEN = "open"
    SENT = "sent"
    PLANNED = "planned"


@dataclass(frozen=True)
class Form:
    """The words that one or more texts have."""

    id: int
    words: frozenset[str]
    weight: float


@dataclass(frozen=True)
class BookedText:
    """A text of an account; `at` is when it was posted, or will be."""

    id: int
    account_id: str
    text: str
    state: TextState
    at: datetime


@dataclass(frozen=True)
class Allowance:
    """A person's word that one post with this hash may pass."""

    text_hash: str
    by: str
    why: str
    at: datetime
    is_used: bool


@dataclass(frozen=True)
class Whose:
    """Which texts are asked for: of other accounts than `account_id`, with `with_own` also those it posted itself;
    posted from `since` on, or planned between `since` and `until`."""

    account_id: str
    since: datetime
    until: datetime
    with_own: bool = False


class TextBook:
    """The guard_texts table of fleet.db and what hangs on it. Raises StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def together(self) -> AbstractContextManager[None]:
        """What is read and written inside is one transaction: nobody books a text in between."""
        return self._database.together()

    # looking

    def has_others(self, account_id: str) -> bool:
        """Whether any text is of another account. By the ends of the index: the table may be long."""
        row = self._database.rows("SELECT min(account_id), max(account_id) FROM guard_texts")[0]
        return row[0] is not None and {row[0], row[1]} != {account_id}

    def counts(self, words: Iterable[str]) -> dict[str, int]:
        """In how many forms each word is, up to a number that is many."""
        query = f"SELECT count(*) FROM (SELECT 1 FROM guard_words WHERE word = ? LIMIT {_COUNTED_TO})"
        return {word: int(self._database.value(query, (word,))) for word in words}

    def forms_with(self, words: Sequence[str], lightest: float, heaviest: float) -> list[Form]:
        """The forms that have any of the words and weigh between the two."""
        query = f"""SELECT id, words, weight FROM guard_forms WHERE id IN
            (SELECT form_id FROM guard_words WHERE word IN ({_marks(words)})) AND weight BETWEEN ? AND ?"""
        rows = self._database.rows(query, (*words, lightest, heaviest))
        return [Form(row["id"], frozenset(row["words"].split(" ")), row["weight"]) for row in rows]

    def newest_of_form(self, form_id: int, whose: Whose) -> BookedText | None:
        """The newest text with these words."""
        query = f"SELECT * FROM guard_texts WHERE form_id = :form AND {_IN_TIME} ORDER BY at DESC LIMIT 1"
        return _first(self._database.rows(query, {**_values(whose), "form": form_id}))

    def with_hashtag(self, tags: Sequence[str], whose: Whose) -> tuple[str, BookedText] | None:
        """A text that has one of the hashtags, and which."""
        for tag in tags:
            query = f"""SELECT * FROM guard_texts WHERE id IN (SELECT text_id FROM guard_hashtags WHERE tag = :tag)
                AND state <> 'planned' AND {_IN_TIME} ORDER BY at DESC LIMIT 1"""
            found = _first(self._database.rows(query, {**_values(whose), "tag": tag}))
            if found is not None:
                return tag, found
        return None

    def all_forms(self, after_id: int = 0) -> list[Form]:
        """The forms with a greater number; what a number stands for never changes."""
        rows = self._database.rows("SELECT id, words, weight FROM guard_forms WHERE id > ?", (after_id,))
        return [Form(row["id"], frozenset(row["words"].split(" ")), row["weight"]) for row in rows]

    def all_texts(self, since: datetime) -> list[tuple[int, BookedText]]:
        """(number of its form, text) of all that was posted or is planned since then."""
        query = "SELECT id, form_id, account_id, text, state, at FROM guard_texts WHERE at >= ?"
        return [(row["form_id"], _booked(row)) for row in self._database.rows(query, (to_text(since),))]

    def open_texts(self, account_id: str) -> list[BookedText]:
        """What the account has reserved and not settled."""
        return self._texts_in(account_id, TextState.OPEN)

    def planned_texts(self, account_id: str) -> list[BookedText]:
        """What the account plans to post."""
        return self._texts_in(account_id, TextState.PLANNED)

    def _texts_in(self, account_id: str, state: TextState) -> list[BookedText]:
        query = "SELECT * FROM guard_texts WHERE account_id = ? AND state = ?"
        return [_booked(row) for row in self._database.rows(query, (account_id, state))]

    # writing

    def enter(self, booked: BookedText, words: frozenset[str], weight: float, tags: Iterable[str]) -> int:
        """Book the text, whatever its `id` is; returns its number."""
        with self._database.write() as connection:
            joined = " ".join(sorted(words))
            added = connection.execute(
                "INSERT INTO guard_forms (words, weight) VALUES (?, ?) ON CONFLICT (words) DO NOTHING", (joined, weight)
            )
            row = connection.execute("SELECT id FROM guard_forms WHERE words = ?", (joined,)).fetchone()
            if added.rowcount:
                connection.executemany("INSERT INTO guard_words VALUES (?, ?)", [(word, row["id"]) for word in words])
            cursor = connection.execute(
                "INSERT INTO guard_texts (account_id, form_id, text, state, at) VALUES (?, ?, ?, ?, ?)",
                (booked.account_id, row["id"], storable(booked.text), booked.state, to_text(booked.at)),
            )
            number = int(cursor.lastrowid or 0)
            connection.executemany(
                "INSERT OR IGNORE INTO guard_hashtags VALUES (?, ?)", [(tag, number) for tag in tags]
            )
            return number

    def mark_sent(self, number: int, at: datetime) -> None:
        """A reserved or planned text was posted."""
        with self._database.write() as connection:
            connection.execute("UPDATE guard_texts SET state = 'sent', at = ? WHERE id = ?", (to_text(at), number))

    def remove(self, number: int) -> None:
        """It was surely not posted, or is planned no more. A person's word that was used for it counts again."""
        with self._database.write() as connection:
            connection.execute("UPDATE guard_allowed SET text_id = NULL WHERE text_id = ?", (number,))
            connection.execute("DELETE FROM guard_texts WHERE id = ?", (number,))

    def forget(self, before: datetime) -> None:
        """Drop what was posted, planned or allowed longer ago."""
        moment = to_text(before)
        with self._database.write() as connection:
            connection.execute("DELETE FROM guard_texts WHERE at < ?", (moment,))
            connection.execute("DELETE FROM guard_allowed WHERE at < ?", (moment,))

    def rename(self, accounts: Mapping[str, str]) -> None:
        """The texts of an account are its new id's (old -> new)."""
        with self._database.write() as connection:
            rename_accounts(connection, "guard_texts", accounts)

    # a person's word

    def allow(self, text_hash: str, by: str, why: str, at: datetime) -> None:
        """Let one post with this hash pass, whatever it is like."""
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO guard_allowed (text_hash, by, why, at) VALUES (?, ?, ?, ?)",
                (text_hash, storable(by), storable(why), to_text(at)),
            )

    def allowed_by(self, text_hash: str) -> str:
        """Who let it pass; "" when nobody did, or it has been used."""
        query = "SELECT by FROM guard_allowed WHERE text_hash = ? AND text_id IS NULL"
        return str(self._database.value(query, (text_hash,)) or "")

    def allowances(self, limit: int) -> list[Allowance]:
        """Newest first."""
        rows = self._database.rows("SELECT * FROM guard_allowed ORDER BY at DESC LIMIT ?", (limit,))
        return [
            Allowance(
                row["text_hash"],
                row["by"],
                row["why"],
                datetime.fromisoformat(row["at"]),
                is_used=row["text_id"] is not None,
            )
            for row in rows
        ]

    def use_allowance(self, text_hash: str, number: int) -> None:
        """The word was for this text, and is used up."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE guard_allowed SET text_id = ? WHERE text_hash = ? AND text_id IS NULL", (number, text_hash)
            )


_IN_TIME = """at >= :since AND (state <> 'planned' OR at <= :until)
    AND (account_id <> :account_id OR (:with_own AND state <> 'planned'))"""


def _values(whose: Whose) -> dict[str, object]:
    return {
        "account_id": whose.account_id,
        "since": to_text(whose.since),
        "until": to_text(whose.until),
        "with_own": whose.with_own,
    }


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _first(rows: Sequence[Row]) -> BookedText | None:
    return _booked(rows[0]) if rows else None


def _booked(row: Row) -> BookedText:
    at = datetime.fromisoformat(row["at"])
    return BookedText(row["id"], row["account_id"], row["text"], TextState(row["state"]), at)
