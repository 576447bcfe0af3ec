"""What the calendar shows: a week of days with their hours, a few entries in each and the rest as a number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for

from bot.clock import zone_of
from bot.fleet_view import AccountView
from bot.planning.slots import moment_at
from bot.queue_view import CalendarEntry, EntryKind
from webapp.overview.selection import Selection, group_counts
from webapp.queue.notice import Notice, take_notice
from webapp.services import services
from webapp.wording import counted, holds_still

DAYS = 7
SHOWN = 3
"""So many entries stand in an hour; of more, some and the number of the others."""
_LOOKED_AT = 200
_ORDER = {EntryKind.QUEUED: 0, EntryKind.POSTED: 1, EntryKind.SLOT: 2}
_NUMBERS = {
    EntryKind.QUEUED: ("queued", "queued"),
    EntryKind.POSTED: ("posted", "posted"),
    EntryKind.SLOT: ("slot", "slots"),
}


@dataclass(frozen=True)
class Chip:
    """One entry with its account, on the calendar's clock."""

    entry: CalendarEntry
    account: AccountView
    local: datetime

    @property
    def is_movable(self) -> bool:
        return self.entry.post is not None and self.entry.post.is_changeable

    @property
    def held(self) -> str:
        """The state of its account that keeps it from being, in words; "" for what was, and for what will be."""
        return "" if self.entry.kind is EntryKind.POSTED else holds_still(self.account.state.kind)

    @property
    def id(self) -> str:
        post = self.entry.post
        return f"post-{self.account.id}-{post.id}" if post else ""

    @property
    def where(self) -> str:
        """Its time on its own account's clock, where that is another one; "" where it is the same."""
        own = self.entry.at.astimezone(zone_of(self.account.timezone))
        return "" if own.utcoffset() == self.local.utcoffset() else f"{own:%a %H:%M} {self.account.timezone}"


@dataclass(frozen=True)
class Cell:
    """One hour of one day."""

    starts: datetime  # UTC
    hour: int
    chips: Sequence[Chip]
    hidden: str  # what stands here beside the chips, as numbers; "" when that is all
    key: str  # its name in the address
    is_past: bool


@dataclass(frozen=True)
class Day:
    """One day with its hours."""

    date: date
    is_today: bool
    cells: Sequence[Cell]

    @property
    def is_empty(self) -> bool:
        return not any(cell.chips for cell in self.cells)


@dataclass(frozen=True)
class CalendarPage:
    """A week."""

    days: Sequence[Day]
    zone: str
    zones: Sequence[str]
    selection: Selection
    groups: Sequence[tuple[str, int]]
    accounts: Sequence[AccountView]
    counts: Mapping[EntryKind, int]
    looked_at: Sequence[Chip]
    looked_at_title: str
    notice: Notice | None
    args: Mapping[str, str]

    @property
    def title(self) -> str:
        first, last = self.days[0].date, self.days[-1].date
        return f"{first:%d %b} – {last:%d %b %Y}"

    @property
    def totals(self) -> str:
        """ "3 queued, 12 posted, 40 slots"."""
        return numbers_words(self.counts)

    @property
    def address(self) -> str:
        """Of this page as it is shown, to come back to."""
        return self._address()

    def turned(self, weeks: int) -> str:
        """The address of another week; 0 is the present one."""
        week = (self.days[0].date + timedelta(weeks=weeks)).isoformat() if weeks else ""
        return self._address(week=week)

    def look(self, cell: Cell) -> str:
        """The address at which the whole of an hour is shown."""
        return self._address(cell=cell.key) + "#looked-at"

    def _address(self, **changes: str) -> str:
        args: dict[str, Any] = {key: value for key, value in {**self.args, **changes}.items() if value}
        return url_for("calendar.show", **args)


def look_at_calendar(args: Mapping[str, str]) -> CalendarPage:
    """The week that the address asks for: q, group, zone, week (any day of it), cell (day and hour)."""
    selection = Selection.of(args)
    all_accounts = services().fleet.overview().accounts
    accounts = selection.of_group(all_accounts)
    zone_name, zones = _zone(args.get("zone", ""), accounts)
    zone = ZoneInfo(zone_name)
    now = services().clock.now()
    monday = _monday(args.get("week", ""), now.astimezone(zone).date())
    start, end = moment_at(time(), monday, zone), moment_at(time(), monday + timedelta(days=DAYS), zone)
    by_id = {account.id: account for account in accounts}
    entries = services().fleet.queues.calendar(start, end, list(by_id))
    chips = [Chip(entry, by_id[entry.account_id], entry.at.astimezone(zone)) for entry in entries]
    cells = _by_hour(chips)
    wanted = args.get("cell", "")
    looked_at = cells.get(wanted, [])
    return CalendarPage(
        [_day(monday + timedelta(days=number), zone, now, cells) for number in range(DAYS)],
        zone_name,
        zones,
        selection,
        group_counts(all_accounts),
        accounts,
        Counter(chip.entry.kind for chip in chips),
        looked_at[:_LOOKED_AT],
        f"{looked_at[0].local:%A %d %b, %H}:00" if looked_at else "",
        take_notice(),
        {key: args[key] for key in ("q", "group", "zone", "week") if args.get(key)},
    )


def numbers_words(counts: Mapping[EntryKind, int]) -> str:
    """ "3 queued, 12 posted, 40 slots"."""
    return ", ".join(counted(counts[kind], *words) for kind, words in _NUMBERS.items() if counts.get(kind))


def _day(day: date, zone: ZoneInfo, now: datetime, cells: Mapping[str, list[Chip]]) -> Day:
    hours = [_cell(day, hour, zone, now, cells) for hour in range(24)]
    return Day(day, now.astimezone(zone).date() == day, hours)


def _cell(day: date, hour: int, zone: ZoneInfo, now: datetime, cells: Mapping[str, list[Chip]]) -> Cell:
    key = f"{day}T{hour:02}"
    chips = cells.get(key, [])
    shown = chips if len(chips) <= SHOWN else chips[: SHOWN - 1]
    hidden = Counter(chip.entry.kind for chip in chips[len(shown) :])
    starts = moment_at(time(hour), day, zone)
    in_order = sorted(shown, key=lambda chip: chip.entry.at)
    return Cell(starts, hour, in_order, numbers_words(hidden), key, starts + timedelta(hours=1) <= now)


def _by_hour(chips: Sequence[Chip]) -> dict[str, list[Chip]]:
    """Day and hour -> what stands there, first what a person wrote."""
    found: dict[str, list[Chip]] = {}
    for chip in sorted(chips, key=lambda chip: (_ORDER[chip.entry.kind], chip.entry.at)):
        found.setdefault(f"{chip.local:%Y-%m-%dT%H}", []).append(chip)
    return found


def _zone(wanted: str, accounts: Sequence[AccountView]) -> tuple[str, list[str]]:
    """The zone of the calendar, by default that of most accounts; and those there are to choose from."""
    found = Counter(account.timezone for account in accounts if isinstance(zone_of(account.timezone), ZoneInfo))
    zones = [name for name, _ in found.most_common()] or ["UTC"]
    return (wanted if wanted in zones else zones[0]), zones


def _monday(words: str, today: date) -> date:
    """Monday of the week that holds the day, of the present week for anything else."""
    try:
        day = date.fromisoformat(words)
    except ValueError:
        day = today
    if abs((day - today).days) > 3660:
        day = today
    return day - timedelta(days=day.weekday())
