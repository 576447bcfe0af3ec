"""What a page says when the days that were asked for are not those that it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bot.analytics.periods import EARLIEST, LONGEST, USUAL, Span
from bot.excerpts import excerpt
from webapp.summaries.days import day_of

_SHOWN = 30  # characters of what is no date


def corrections(args: Mapping[str, str], span: Span, today: date) -> list[str]:
    """Why `span` is not what the parameters days, or from and to, ask for; nothing where it is."""
    written = [args.get(name, "") for name in ("from", "to")]
    days = [day_of(words) for words in written]
    lines = [
        f"“{excerpt(words, _SHOWN)}” is no date: {_shown(span, today)}."
        for words, day in zip(written, days, strict=True)
        if words and day is None
    ]
    if not any(days):
        return lines or _of_length(args.get("days", ""), span)
    return [*lines, *_of_dates(days[0], days[1], today)]


def _of_length(words: str, span: Span) -> list[str]:
    if words in ("", str(span.length)):
        return []
    if not (words.isascii() and words.isdigit()):
        return [f"“{excerpt(words, _SHOWN)}” is no number of days: the last {span.length} days are shown."]
    return (
        [f"It can be 1 to {LONGEST} days: the last {span.length} are shown."] if int(words[:9]) != span.length else []
    )


def _of_dates(first: date | None, last: date | None, today: date) -> list[str]:
    lines = []
    if first and last and first > last:
        lines.append(f"These days were turned round: {_day(last)} comes before {_day(first)}.")
    known = sorted(day for day in (first, last) if day)
    if known[-1] > today:
        lines.append(f"{_day(known[-1])} is still to come: today, {_day(today)}, is the last day.")
    lines += _of_beginning(known, today, is_open=last is None)
    return lines


def _of_beginning(known: Sequence[date], today: date, *, is_open: bool) -> list[str]:
    """What is cut off at the beginning; an `is_open` span goes on to today."""
    end = min(today, today if is_open else known[-1])
    if (end - known[0]).days >= LONGEST:
        return [f"At most {LONGEST} days are shown: the last of those asked for."]
    if known[0] < EARLIEST:
        return [f"X began on {_day(EARLIEST)}: no day before it is shown."]
    return []


def _shown(span: Span, today: date) -> str:
    if span.last == today and span.length == USUAL:
        return f"the last {USUAL} days are shown"
    if span.length == 1:
        return f"{_day(span.first)} is shown"
    return f"the days from {_day(span.first)} to {_day(span.last)} are shown"


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
