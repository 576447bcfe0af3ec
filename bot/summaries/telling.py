"""A summary as the text of a message: short, plain, the same figures as the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.clock import zone_of
from bot.storage.messages import KeptCause
from bot.summaries.composing import AccountSummary, Figure, Span, Summary

_LINES = 10  # of each part
_TOLD_OF_ACCOUNT = ("posts", "views", "likes", "followers_gained", "chats", "orders")
_UNKNOWN = "unknown"


def tell(summary: Summary) -> tuple[str, str]:
    """Subject and body, without any address."""
    days = days_words(summary)
    title = "Daily summary" if summary.span is Span.DAY else "Weekly summary"
    parts = [
        _headed(f"{_counted(len(summary.accounts), 'account', 'accounts')}, {days}", _totals(summary)),
        _headed("Needs a person", [_cause(cause) for cause in summary.lasting]),
        _headed("Needed a person, and is over", [_cause(cause) for cause in summary.over]),
        _headed("Runs that came to nothing, or not to all", _problems(summary)),
        _headed("Accounts", [_account(each) for each in summary.accounts if not each.is_quiet or each.trouble]),
        _headed("Next", [_next(each) for each in summary.coming]),
    ]
    return f"Aviary: {title.lower()}, {days}", "\n\n".join(part for part in parts if part)


def days_words(summary: Summary | AccountSummary) -> str:
    """ "Fri 27 Nov 2026, so far", "Sat 21 Nov to Fri 27 Nov 2026"."""
    first, last = (
        (summary.first, summary.last) if isinstance(summary, Summary) else (summary.facts.first, summary.facts.last)
    )
    days = f"{last:%a %d %b %Y}" if first == last else f"{first:%a %d %b} to {last:%a %d %b %Y}"
    return f"{days}, so far" if summary.is_so_far else days


def signed(figure: Figure, number: int | None) -> str:
    """A number of this figure in words."""
    if number is None:
        return _UNKNOWN
    return f"{number:+,}" if figure.measure.is_signed and number else f"{number:,}"


def _totals(summary: Summary) -> list[str]:
    before = "the day before" if summary.span is Span.DAY else "the week before"
    return [_total(figure, before) for figure in summary.figures]


def _total(figure: Figure, before: str) -> str:
    told = f"{figure.measure.words}: {signed(figure, figure.total)}"
    if figure.total is not None and figure.known < figure.accounts:
        told += f" (of {figure.known:,} of {figure.accounts:,} accounts)"
    return told if figure.before is None else f"{told}; {before} {signed(figure, figure.before)}"


def _account(account: AccountSummary) -> str:
    if account.trouble:
        return f"{account.name}: its numbers cannot be read: {account.trouble}"
    told = [
        f"{figure.measure.words.lower()} {signed(figure, figure.total)}"
        for figure in account.figures
        if figure.measure.id in _TOLD_OF_ACCOUNT and figure.total is not None
    ]
    return f"{account.name}: {', '.join(told) if told else 'nothing is known'}"


def _cause(cause: KeptCause) -> str:
    return f"{cause.name}: {cause.what}"


def _problems(summary: Summary) -> list[str]:
    return [f"{account.name}: {_counted(runs, 'run', 'runs')}: {reason}" for account, reason, runs in summary.problems]


def _next(account: AccountSummary) -> str:
    moment = account.next_run
    if moment is None:
        return f"{account.name}: nothing is planned"
    local = moment.astimezone(zone_of(account.timezone))
    return f"{account.name}: {account.next_slot}, {local:%a %d %b %H:%M} ({account.timezone})"


def _headed(head: str, lines: Iterable[str]) -> str:
    found = list(lines)
    return "\n".join([head, *_bounded(found)]) if found else ""


def _bounded(lines: list[str]) -> Iterator[str]:
    for line in lines[:_LINES]:
        yield f"- {line}"
    if len(lines) > _LINES:
        yield f"- and {len(lines) - _LINES:,} more"


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
