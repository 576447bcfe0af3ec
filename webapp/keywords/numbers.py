"""What each keyword brought, as the page Keywords tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.storage.keyword_numbers import KeywordNumbers

UNKNOWN = "unknown"


@dataclass(frozen=True)
class KeywordRow:
    """One keyword. `groups` is empty for one that is not in the file any more."""

    numbers: KeywordNumbers
    groups: tuple[str, ...]

    @property
    def followed_back(self) -> str:
        """ "2 of 5 looked at"; a dash where nobody was followed, unknown where no profile was looked at yet."""
        if not self.numbers.followed:
            return "–"
        if not self.numbers.looked_at:
            return UNKNOWN
        return f"{self.numbers.followed_back:,} of {self.numbers.looked_at:,} looked at"


def rows(numbers: Mapping[str, KeywordNumbers], groups: Mapping[str, Sequence[str]]) -> list[KeywordRow]:
    """Those that brought most come first; then those of the file that brought nothing yet."""
    words = dict.fromkeys([*numbers, *(word for of_group in groups.values() for word in of_group)])
    found = [
        KeywordRow(
            numbers.get(word, KeywordNumbers(word, 0, 0)),
            tuple(group for group, of_group in groups.items() if word in of_group),
        )
        for word in words
    ]
    return sorted(found, key=lambda row: (-row.numbers.engaged, -row.numbers.found))
