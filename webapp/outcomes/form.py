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
        counts = {name: form.get(prefix + name, "").strip() for name in COUNTS}
        return cls(
            form.get("day", "").strip(), form.get("code", "").strip(), **counts, note=form.get("note", "").strip()
        )

    @classmethod
    def of(cls, outcome: Outcome) -> OutcomeForm:
        """What the form of an entry begins with."""
        counted = outcome.counted
        counts = {name: "" if (value := getattr(counted, name)) is None else str(value) for name in COUNTS}
        return cls(counted.day.isoformat(), counted.code, **counts, note=counted.note)

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
        return Entry(account_id, self.code, day, None, **counts, note=self.note), faults
