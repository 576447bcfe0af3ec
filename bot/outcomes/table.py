"""Orders, chats and revenue as CSV: read whatever spreadsheets make of it, written so that it is read back. Pure."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.content.post_table import read_date
from bot.content.spreadsheets import TableForm, read_rows, write_rows
from bot.outcomes.amounts import read_amount, write_amount
from bot.outcomes.view import AccountOutcome, Entry, ImportRow
from bot.storage.outcomes import EXPORTED

COLUMNS = ("date", "account", "code", "chats", "orders", "revenue", "note", "external_id")
MOST_ROWS = 2000
_NAMES = {
    **{name: name for name in COLUMNS},
    "tanggal": "date",
    "day": "date",
    "akun": "account",
    "handle": "account",
    "username": "account",
    "kode": "code",
    "chat": "chats",
    "wa": "chats",
    "pesan": "chats",
    "order": "orders",
    "pesanan": "orders",
    "omzet": "revenue",
    "omset": "revenue",
    "pendapatan": "revenue",
    "total": "revenue",
    "catatan": "note",
    "id": "external_id",
    "no": "external_id",
    "invoice": "external_id",
}
"""A heading -> the column it means. Indonesian ones, too."""
_FORM = TableForm(COLUMNS, ("date",), _NAMES, MOST_ROWS, "lines")
_COUNTS = ("chats", "orders", "revenue")
_FROM_FILE = "csv:"


@dataclass(frozen=True)
class ReadRow:
    """A line as it can be understood by itself."""

    line: int
    account: str
    entry: Entry
    faults: tuple[str, ...]


def read_outcome_table(content: bytes) -> Iterator[ReadRow]:
    """The lines of a CSV file, each with a name that is the same whenever the file is read. Raises TableUnreadable."""
    seen: Counter[tuple[str, ...]] = Counter()
    for line, cells in read_rows(content, _FORM):
        key = tuple(cells.values())
        seen[key] += 1
        yield _read(line, cells, cells["external_id"] or _name_of(key, seen[key]))


def _read(line: int, cells: Mapping[str, str], external_id: str) -> ReadRow:
    day = read_date(cells["date"])
    faults = [] if day else [f"“{cells['date']}” is no date: write it as 2026-11-27 or 27/11/2026"]
    counts: dict[str, int | None] = {}
    for name in _COUNTS:
        try:
            counts[name] = read_amount(cells[name])
        except ValueError as error:
            faults.append(f"{name}: {error}")
    entry = Entry("", cells["code"], day, None, **counts, note=cells["note"], external_id=external_id)
    return ReadRow(line, cells["account"], entry, tuple(faults))


def _name_of(cells: tuple[str, ...], number: int) -> str:
    """Of a line without an id: by what it says, and which of several that say the same it is."""
    parts = (*cells, str(number))
    return _FROM_FILE + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:24]


def is_named_by_shop(external_id: str) -> bool:
    """Whether an id is the shop's own, not one that Aviary gave to a line without one."""
    return bool(external_id) and not external_id.startswith(_FROM_FILE)


def write_outcome_table(found: Iterable[AccountOutcome], separator: str = ",") -> bytes:
    """A table that, read back where it comes from, enters nothing twice."""
    return write_rows(COLUMNS, (_cells(each) for each in found), separator)


def _cells(found: AccountOutcome) -> tuple[str, ...]:
    counted = found.outcome.counted
    counts = (write_amount(value) for value in (counted.chats, counted.orders, counted.revenue))
    name = counted.external_id or EXPORTED + found.outcome.uid
    return (counted.day.isoformat(), found.account_id, counted.code, *counts, counted.note, name)


def unread_row(row: ReadRow, faults: tuple[str, ...]) -> ImportRow:
    """A line that enters nothing, and why."""
    return ImportRow(row.line, row.account, row.entry, faults)
