"""One page of a long list: which part of it, and which other pages there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

Item = TypeVar("Item")
_BESIDE = 1  # so many pages beside the present one are named


@dataclass(frozen=True)
class Paging:
    """Page `number` (from 1) of `total` items, `size` to a page."""

    total: int
    size: int
    number: int = 1

    @classmethod
    def of(cls, total: int, size: int, wanted: str) -> Paging:
        """Read the page's number as it stands in an address; the nearest page there is when it is none."""
        number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 10 else 1
        return cls(total, size, min(max(1, number), cls(total, size).last))

    @property
    def last(self) -> int:
        """Number of the last page; an empty list has one, too."""
        return max(1, -(-self.total // self.size))

    @property
    def start(self) -> int:
        """How many items stand before this page."""
        return (self.number - 1) * self.size

    @property
    def end(self) -> int:
        """How many items stand before the next page."""
        return min(self.total, self.start + self.size)

    @property
    def before(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def after(self) -> int | None:
        return self.number + 1 if self.number < self.last else None

    def cut(self, items: Sequence[Item]) -> list[Item]:
        """The items of this page."""
        return list(items[self.start : self.end])

    def numbers(self) -> list[int | None]:
        """The pages to offer: the ends, and those beside this one; None stands for those between."""
        near = range(self.number - _BESIDE, self.number + _BESIDE + 1)
        offered = sorted({1, *near, self.last} & set(range(1, self.last + 1)))
        named: list[int | None] = []
        for number in offered:
            if named and number - (named[-1] or 0) > 1:
                named.append(None)
            named.append(number)
        return named
