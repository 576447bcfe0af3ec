"""What /week shows: a row for each account, a column for each hour of seven days, the totals of all on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for

from bot.clock import zone_of
from bot.fleet_view import AccountView
from bot.forecast_view import WAITED_FROM, Cause, Forecast, ForecastRun, HourTotals, Limits, Outcome, hour_of
from bot.planning.slots import moment_at
from webapp.overview.selection import Selection, group_counts
from webapp.services import services

ROWS = 25
DAYS = 7


@dataclass(frozen=True)
class Mark:
    """How a run is shown: a letter and an icon that tell it without colour, and words."""

    letter: str
    icon: str
    face: str  # of colour, beside the letter
    words: str


POSTS = Mark("P", "send", "good", "posts")
ENGAGES = Mark("E", "heart", "good", "likes, follows or replies")
LOOKS = Mark("R", "list", "off", "reads its own numbers only")
_BY_CAUSE = {
    Cause.SEAT: Mark("S", "armchair", "warn", "waits for a seat"),
    Cause.LIMIT: Mark("L", "hourglass", "warn", "waits for a limit"),
    Cause.DUPLICATE: Mark("D", "copy", "bad", "its text is like another post"),
    Cause.RUNWAY: Mark("T", "feather", "bad", "no text is left to post"),
    Cause.SESSION: Mark("X", "lock", "bad", "its session has ended"),
    Cause.STANDING: Mark("H", "player-pause", "off", "the account holds still"),
    Cause.FLEET_PAUSE: Mark("H", "player-pause", "off", "the fleet is paused"),
    Cause.SETTING: Mark("O", "circle-off", "off", "set to be left to a person, or off"),
    Cause.MISSED: Mark("M", "alert-triangle", "bad", "is missed"),
}
LEGEND = (POSTS, ENGAGES, LOOKS, *{mark.letter: mark for mark in _BY_CAUSE.values()}.values())
REMEDIES = {
    Cause.SEAT: "More seats (max_concurrent_accounts), or slots further apart.",
    Cause.LIMIT: "Raise the limit, or spread the slots over other hours.",
    Cause.DUPLICATE: "Write texts of its own for this account.",
    Cause.RUNWAY: "Write more templates, or let slots post less often.",
    Cause.SESSION: "Import the cookies of a fresh log-in on the account's tab Session.",
    Cause.STANDING: "Resume or start the account when what its page says is put right.",
    Cause.FLEET_PAUSE: "Resume the fleet on the overview.",
    Cause.SETTING: "The account's policy decides: its tab Settings.",
    Cause.MISSED: "Give it another time in the account's queue.",
}


def mark_of(run: ForecastRun) -> Mark:
    """What is shown for a run."""
    if run.outcome is not Outcome.DONE and run.cause in _BY_CAUSE:
        return _BY_CAUSE[run.cause]
    if run.is_posted:
        return POSTS
    return ENGAGES if run.likes or run.follows or run.replies else LOOKS


def key_of(run: ForecastRun) -> str:
    """What a run is called in addresses."""
    return f"{run.account_id}|{run.slot}|{run.planned_at.isoformat()}"


@dataclass(frozen=True)
class Shown:
    """One run with its account, on the page's clock."""

    run: ForecastRun
    account: AccountView
    local: datetime

    @property
    def mark(self) -> Mark:
        return mark_of(self.run)

    @property
    def key(self) -> str:
        """Its name in the address."""
        return key_of(self.run)

    @property
    def remedy(self) -> str:
        """What a person can do; "" where nothing stands in the way."""
        is_hindered = self.run.outcome is not Outcome.DONE
        return self.run.remedy or (REMEDIES.get(self.run.cause, "") if is_hindered else "")

    @property
    def told(self) -> str:
        """All of it in one line, for the mark's name."""
        why = f": {self.run.reason}" if self.run.reason else ""
        return f"{self.account.name}, {self.run.slot} {self.local:%a %H:%M}, {self.mark.words}{why}"


@dataclass(frozen=True)
class Hour:
    """A column."""

    starts: datetime  # UTC
    local: datetime
    day: int  # 1 to 7
    totals: HourTotals

    @property
    def is_first(self) -> bool:
        return self.local.hour == 0


@dataclass(frozen=True)
class Row:
    """An account with what stands in each of its hours; `silent` says why there is nothing at all."""

    account: AccountView
    cells: Mapping[datetime, Sequence[Shown]]
    silent: str


@dataclass(frozen=True)
class Week:
    """One of two weeks that are compared. `marked` are the keys of the runs that differ."""

    rows: Sequence[Row]
    hours: Sequence[Hour]
    days: Sequence[date]
    limits: Limits
    marked: frozenset[str]


def week_of(
    forecast: Forecast, accounts: Sequence[AccountView], zone: ZoneInfo, differing: Sequence[ForecastRun]
) -> Week:
    """These accounts in a week."""
    hours = _hours(forecast, zone)
    rows = [_row(account, forecast, zone) for account in accounts]
    return Week(rows, hours, _days(hours), forecast.limits, frozenset(key_of(run) for run in differing))


@dataclass(frozen=True)
class WeekPage:
    """A page of accounts over the coming week."""

    forecast: Forecast
    rows: Sequence[Row]
    hours: Sequence[Hour]
    days: Sequence[date]
    day: int  # which one a phone shows, from 1
    zone: str
    zones: Sequence[str]
    selection: Selection
    groups: Sequence[tuple[str, int]]
    number: int
    pages: int
    total: int
    looked_at: Shown | None
    args: Mapping[str, str]
    runs: Sequence[ForecastRun]  # of all accounts that were asked for

    @property
    def limits(self) -> Limits:
        return self.forecast.limits

    @property
    def counts(self) -> Mapping[str, int]:
        """What the week of the accounts that were asked for comes to."""
        return counts_of(self.runs)

    def address(self, **changes: Any) -> str:
        args = {key: value for key, value in {**self.args, **changes}.items() if value}
        return url_for("week.show", **args)


def counts_of(runs: Sequence[ForecastRun], *, has_queues: bool = False) -> dict[str, int]:
    """Words -> number, of a whole week; with posts of groups where there are any, or `has_queues`."""
    of_groups = sum(run.is_posted and bool(run.group) for run in runs)
    return {
        "runs": len(runs),
        "posts go out": sum(run.is_posted for run in runs),
        **({"posts of groups": of_groups} if of_groups or has_queues else {}),
        "likes": sum(run.likes for run in runs),
        "follows": sum(run.follows for run in runs),
        "replies": sum(run.replies for run in runs),
        "wait for a seat": sum(map(_waited_for_seat, runs)),
        "meet a limit": sum(run.cause is Cause.LIMIT for run in runs),
        "are left out or fail": sum(run.outcome in {Outcome.LEFT_OUT, Outcome.FAILED} for run in runs),
        "do only a part": sum(run.outcome is Outcome.PARTLY for run in runs),
    }


def _waited_for_seat(run: ForecastRun) -> bool:
    """Also one that then did not do all, for another reason."""
    began = run.started_at or run.planned_at
    is_late = began - run.planned_at >= WAITED_FROM and run.cause is not Cause.LIMIT
    return run.cause is Cause.SEAT or is_late


def look_at_week(args: Mapping[str, str], *, anew: bool = False) -> WeekPage:
    """What the address asks for: q, group, zone, page, day (1 to 7), run."""
    selection = Selection.of(args)
    all_accounts = services().fleet.overview().accounts
    accounts = selection.of_group(all_accounts)
    forecast = services().fleet.forecasts.look(anew=anew)
    zone_name, zones = choose_zone(args.get("zone", ""), accounts)
    zone = ZoneInfo(zone_name)
    pages = max(1, -(-len(accounts) // ROWS))
    number = min(max(1, _number(args.get("page", ""), 1)), pages)
    shown = accounts[(number - 1) * ROWS : number * ROWS]
    hours = _hours(forecast, zone)
    rows = [_row(account, forecast, zone) for account in shown]
    kept = {key: args[key] for key in ("q", "group", "zone", "page", "day") if args.get(key)}
    return WeekPage(
        forecast,
        rows,
        hours,
        _days(hours),
        min(max(1, _number(args.get("day", ""), 1)), DAYS),
        zone_name,
        zones,
        selection,
        group_counts(all_accounts),
        number,
        pages,
        len(accounts),
        _looked_at(args.get("run", ""), forecast, all_accounts, zone),
        kept,
        forecast.of_accounts([account.id for account in accounts]),
    )


def choose_zone(wanted: str, accounts: Sequence[AccountView]) -> tuple[str, list[str]]:
    """The zone of the page, by default that of most accounts; and those there are to choose from."""
    found = [account.timezone for account in accounts if isinstance(zone_of(account.timezone), ZoneInfo)]
    zones = sorted(set(found), key=lambda name: (-found.count(name), name))
    zones = [*zones, *(["UTC"] if "UTC" not in zones else [])]
    return (wanted if wanted in zones else zones[0]), zones


def _hours(forecast: Forecast, zone: ZoneInfo) -> list[Hour]:
    """From the present hour on the page's clock, to the end of the seventh day."""
    totals = {each.starts: each for each in forecast.hours()}
    today = forecast.start.astimezone(zone).date()
    found: list[Hour] = []
    for place in range(DAYS):
        moment = hour_of(moment_at(time(), today + timedelta(days=place), zone))
        end = hour_of(moment_at(time(), today + timedelta(days=place + 1), zone))
        while moment < end:
            if moment + timedelta(hours=1) > forecast.start:  # what has passed is not foreseen
                found.append(Hour(moment, moment.astimezone(zone), place + 1, totals.get(moment, HourTotals(moment))))
            moment += timedelta(hours=1)
    return found


def _days(hours: Sequence[Hour]) -> list[date]:
    first = hours[0].local.date()
    return [first + timedelta(days=place) for place in range(DAYS)]


def _row(account: AccountView, forecast: Forecast, zone: ZoneInfo) -> Row:
    cells: dict[datetime, list[Shown]] = {}
    for run in forecast.of_accounts([account.id]):
        hour = hour_of(max(run.planned_at, forecast.start))  # one that rests now was planned before
        cells.setdefault(hour, []).append(Shown(run, account, run.planned_at.astimezone(zone)))
    return Row(account, cells, forecast.silent.get(account.id, "no run comes up"))


def _looked_at(key: str, forecast: Forecast, accounts: Sequence[AccountView], zone: ZoneInfo) -> Shown | None:
    by_id = {account.id: account for account in accounts}
    account = by_id.get(key.partition("|")[0])
    if account is None:
        return None
    found = (Shown(run, account, run.planned_at.astimezone(zone)) for run in forecast.of_accounts([account.id]))
    return next((each for each in found if each.key == key), None)


def _number(words: str, otherwise: int) -> int:
    return int(words) if words.isascii() and words.isdecimal() and len(words) < 6 else otherwise
