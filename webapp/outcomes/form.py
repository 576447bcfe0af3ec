"""What a person typed of one day or one post."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.content.post_table import read_date
from bot.outcomes.amounts import read_amount
from bot.outcomes.view import Entry
from bot.storage.outcomes import Outcome

COUNTS = ("chats", "orders", "revenue")


@dataclass(frozen=True)
class OutcomeForm:
    """The values of a form, as they were typed, with what is wrong with each."""

    day: str = ""
    code: str = ""
    chats: str = ""
    orders: str = ""
    revenue: str = ""
    note: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def sent(cls, form: Mapping[str, str], prefix: str = "") -> OutcomeForm:
        """What a person sent; the names of several forms in one have a prefix each."""
        chats, orders, revenue = (form.get(prefix + name, "").strip() for name in COUNTS)
        day, code, note = (form.get(name, "").strip() for name in ("day", "code", "note"))
        return cls(day, code, chats, orders, revenue, note)

    @classmethod
    def of(cls, outcome: Outcome) -> OutcomeForm:
        """What the form of an entry begins with."""
        counted = outcome.counted
        shown = ("" if value is None else str(value) for value in (counted.chats, counted.orders, counted.revenue))
        chats, orders, revenue = shown
        return cls(counted.day.isoformat(), counted.code, chats, orders, revenue, counted.note)

    @property
    def is_blank(self) -> bool:
        """Whether no number was typed."""
        return not any(getattr(self, name) for name in COUNTS)

    def with_faults(self, faults: Mapping[str, str]) -> OutcomeForm:
        return replace(self, faults=faults)

    def read(self, account_id: str = "") -> tuple[Entry, dict[str, str]]:
        """The entry that is meant, and field -> what of it cannot be read."""
        faults: dict[str, str] = {}
        counts: dict[str, int | None] = {}
        for name in COUNTS:
            try:
                counts[name] = read_amount(getattr(self, name))
            except ValueError as error:
                faults[name] = str(error)
        day = read_date(self.day)
        if day is None:
            faults["day"] = "choose a day, such as 2026-11-27"
        chats, orders, revenue = (counts.get(name) for name in COUNTS)
        return Entry(account_id, self.code, day, None, chats, orders, revenue, self.note), faults
