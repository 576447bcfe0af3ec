"""One look into an account's record: which entries are asked for, and those found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from bot.fleet_view import Fleet, WhyView
from webapp import wording

LONGEST_WORDS = 100
LONGEST_NUMBER = 18  # digits; what SQLite takes


@dataclass(frozen=True)
class RecordQuery:
    """Which entries are asked for, as it stands in the address. Unknown values are dropped."""

    levels: tuple[str, ...] = ()
    words: str = ""
    before: int = 0

    @classmethod
    def of(cls, args: MultiDict[str, str]) -> RecordQuery:
        """Read it from the parameters level (any number of them), words and before."""
        return cls(
            levels=tuple(level for level in wording.RECORD_LEVELS if level in args.getlist("level")),
            words=args.get("words", "").strip()[:LONGEST_WORDS],
            before=number_of(args.get("before", "")) or 0,
        )

    def address_args(self) -> dict[str, str | int | list[str]]:
        """The parameters of this query, empty ones left out."""
        args: dict[str, str | int | list[str]] = {
            "level": list(self.levels),
            "words": self.words,
            "before": self.before,
        }
        return {name: value for name, value in args.items() if value}

    def before_entry(self, entry_id: int) -> RecordQuery:
        """The same query, beginning at what is older than this entry; 0 begins at the newest."""
        return replace(self, before=entry_id)

    @property
    def is_narrow(self) -> bool:
        """Whether it leaves entries out."""
        return bool(self.levels or self.words)


@dataclass(frozen=True)
class Found:
    """Entries, newest first. `next_before` is where the older ones begin, None when there are none."""

    entries: Sequence[WhyView]
    next_before: int | None


def search_record(fleet: Fleet, account_id: str, query: RecordQuery, limit: int) -> Found:
    """At most `limit` entries. Raises KeyError for an unknown account."""
    one_more = fleet.why(account_id, limit=limit + 1, before=query.before, levels=query.levels, words=query.words)
    entries = one_more[:limit]
    return Found(entries, entries[-1].id if len(one_more) > limit else None)


def number_of(text: str) -> int | None:
    """The whole number the text is, None when it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else None
