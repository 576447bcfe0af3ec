"""The page that puts accounts and groups side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bot.analytics.comparing import MEASURES, MOST_SIDES, ComparedSide, Comparison
from webapp.analytics.asking import Days, SideWish, address, args_of
from webapp.analytics.drawing import Chart, Series, draw

LETTERS = "ABCDEFGH"
"""One for each side: it stands at the end of its lines."""
WORDS = {
    "gained": "Followers gained",
    "posts": "Posts",
    "engagement": "Engagement",
    "views": "Views",
    "chats": "Chats",
    "orders": "Orders",
}


@dataclass(frozen=True)
class ComparePage:
    """Up to eight sides on the same axes."""

    comparison: Comparison
    sides: Sequence[SideWish]
    offered: Sequence[SideWish]  # those that can be added
    days: Days
    is_per: bool

    @property
    def args(self) -> dict[str, Any]:
        return {"side": [side.key for side in self.sides], "per": "1000" if self.is_per else ""}

    def to(self, **changes: Any) -> str:
        return address("analytics.compare", {}, self.args, self.days.args, changes)

    def to_days(self, days: int) -> str:
        return address("analytics.compare", {}, self.args, {"days": str(days)})

    def turned(self, lengths: int) -> str:
        args = args_of(self.days.span.turned(lengths), self.days.today)
        return address("analytics.compare", {}, self.args, args)

    def without(self, key: str) -> str:
        return self.to(side=[side.key for side in self.sides if side.key != key])

    def csv(self, table: str, separator: str = "") -> str:
        return address("analytics.compare_table", {"table": table}, self.args, self.days.args, {"separator": separator})

    @property
    def json(self) -> str:
        """All of it over the REST API, which a login opens, too."""
        return address("api.compare_numbers", {}, {"side": [side.key for side in self.sides]}, self.days.args)

    @property
    def form_args(self) -> list[tuple[str, str]]:
        return [("side", side.key) for side in self.sides] + ([("per", "1000")] if self.is_per else [])

    @property
    def is_full(self) -> bool:
        return len(self.sides) >= MOST_SIDES

    @property
    def lettered(self) -> list[tuple[str, SideWish, ComparedSide]]:
        return list(zip(LETTERS, self.sides, self.comparison.sides, strict=False))

    @property
    def rows(self) -> list[tuple[str, list[float | None]]]:
        """What, and how much of it each side has."""
        found: list[tuple[str, list[float | None]]] = []
        for measure in MEASURES:
            lines = [side.line(measure) for side in self.comparison.sides]
            found.append((WORDS[measure], [line.total_per if self.is_per else line.total for line in lines]))
        rates = [side.report.period.summary.rate.value for side in self.comparison.sides]
        found.append(("Engagement per 100 views", [None if rate is None else rate * 100 for rate in rates]))
        return found

    @cached_property
    def charts(self) -> list[Chart]:
        shown = [
            measure for measure in MEASURES if measure in {"gained", "posts", "engagement"} or self._is_known(measure)
        ]
        per = " per 1,000 followers" if self.is_per else ""
        return [
            draw(f"compare-{measure}", _title(measure) + per, self.comparison.days, self._series(measure))
            for measure in shown
        ]

    def _is_known(self, measure: str) -> bool:
        return any(side.line(measure).total is not None for side in self.comparison.sides)

    def _series(self, measure: str) -> list[Series]:
        found = []
        for place, (letter, _, side) in enumerate(self.lettered):
            line = side.line(measure)
            values = line.days_per if self.is_per else line.days
            found.append(Series(letter, place, values, f"{letter} {side.name}"))
        return found


def _title(measure: str) -> str:
    return WORDS[measure] if measure == "gained" else f"{WORDS[measure]} a day"
