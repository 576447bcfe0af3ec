"""What the lines of a table of posts would make, and what is wrong with each. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.content.post_table import TableRow, read_date, read_time
from bot.fleet.queue_remarks import remark_on_text
from bot.guards.likeness import ALIKE, likeness, words_of
from bot.planning.slots import moment_at
from bot.queue_view import ImportRow
from bot.storage.planned_posts import Written

Check = Callable[[str, Written], Mapping[str, str]]


def plan_rows(
    rows: Sequence[TableRow],
    zones: Mapping[str, ZoneInfo],
    handles: Mapping[str, str],
    waiting: Mapping[str, Sequence[str]],
    check: Check,
) -> Iterator[ImportRow]:
    """Each row with its faults.

    `zones` are by account id, `handles` lead to ids (in lower case, without @), `waiting` are the texts in each queue,
    `check` says what is wrong with a post of an account, what other accounts have posted or plan among it.
    """
    queued = {key: [words_of(text) for text in texts] for key, texts in waiting.items()}
    seen: list[tuple[frozenset[str], str]] = []
    for row in rows:
        account_id = _account(row.account, zones, handles)
        at, why_not = _moment(row, zones.get(account_id))
        written = Written(row.text, row.files, at)
        faults = [why_not] if why_not else []
        if account_id:
            faults += check(account_id, written).values()
        else:
            faults.insert(0, f"there is no account “{row.account}”" if row.account else "it names no account")
        words = words_of(row.text)
        near = [(known, "a post in its queue") for known in queued.get(account_id, ())] + seen
        faults += [f"it is nearly the same as {other}" for known, other in near if likeness(words, known) >= ALIKE][:1]
        seen.append((words, f"line {row.line}"))
        yield ImportRow(row.line, row.account, account_id, written, tuple(faults), remark_on_text(row.text))


def _account(name: str, zones: Mapping[str, ZoneInfo], handles: Mapping[str, str]) -> str:
    """The id that an id or a handle means; "" for none."""
    if name in zones:
        return name
    return handles.get(name.removeprefix("@").casefold(), "")


def _moment(row: TableRow, zone: ZoneInfo | None) -> tuple[datetime | None, str]:
    """When it shall go out on the account's clock, None: with the next slot; and what is wrong with that."""
    if not row.date and not row.time:
        return None, ""
    if not row.date or not row.time:
        return None, f"it has no {'time' if row.date else 'date'}; leave both empty for the next free slot"
    day, clock = read_date(row.date), read_time(row.time)
    if day is None:
        return None, f"“{row.date}” is no date such as 2026-11-27 or 27/11/2026"
    if clock is None:
        return None, f"“{row.time}” is no time such as 09:30"
    return (moment_at(clock, day, zone) if zone else None), ""
