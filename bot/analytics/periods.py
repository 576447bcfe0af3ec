"""Which days a page is about, and the days before them that it compares with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

PRESETS = (7, 30, 90)  # days
USUAL = 30
LONGEST = 731  # days: two years
EARLIEST = date(2006, 3, 21)  # the first post on what is X now


@dataclass(frozen=True)
class Span:
    """Local dates from `first` to `last`, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("ends before it begins")

    @property
    def length(self) -> int:
        """In days."""
        return (self.last - self.first).days + 1

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=number) for number in range(self.length)]

    def turned(self, lengths: int) -> Span:
        """The span of the same length so many lengths later."""
        by = timedelta(days=self.length * lengths)
        return Span(self.first + by, self.last + by)

    @property
    def before(self) -> Span:
        return self.turned(-1)


def last_days(today: date, length: int) -> Span:
    """So many days up to `today`, which is one of them."""
    return Span(today - timedelta(days=length - 1), today)


def choose_span(today: date, *, days: int | None = None, first: date | None = None, last: date | None = None) -> Span:
    """The span of a request: own dates where any is given, else the last `days`.

    One date alone is completed: to today, or to the usual length. Dates that stand the wrong way round are turned, what
    is longer than LONGEST or lies before X is cut off at its beginning, what lies ahead of `today` at its end.
    """
    if first is None and last is None:
        return last_days(today, min(max(days or USUAL, 1), LONGEST))
    end = last or today
    begin = first or max(end, EARLIEST) - timedelta(days=USUAL - 1)
    begin, end = min(begin, end), max(begin, end)
    end = max(min(end, today), EARLIEST)
    begin = min(max(begin, end - timedelta(days=LONGEST - 1), EARLIEST), end)
    return Span(begin, end)
