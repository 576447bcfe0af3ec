"""Which days and which accounts an address asks for. Unknown values are dropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from werkzeug.datastructures import MultiDict

from bot.analytics.comparing import MOST_SIDES
from bot.analytics.periods import PRESETS, Span, choose_span, last_days
from bot.clock import zone_of
from bot.fleet_view import AccountView
from webapp.analytics.corrections import corrections
from webapp.overview.selection import Selection
from webapp.services import services
from webapp.summaries.days import day_of

Args = MultiDict[str, str]
MOST_NAMED = 50  # accounts in one address


@dataclass(frozen=True)
class Days:
    """The span, and the parameters that stand for it."""

    span: Span
    today: date
    args: Mapping[str, str]
    corrected: str = ""  # why it is not what was asked for

    @property
    def preset(self) -> int | None:
        """Of how many last days it is; None for own dates."""
        return int(self.args["days"]) if "days" in self.args else None

    def turned(self, lengths: int) -> dict[str, str]:
        """The parameters of an earlier or a later span of the same length."""
        span = self.span.turned(lengths)
        return args_of(span, self.today)

    @property
    def has_later(self) -> bool:
        return self.span.last < self.today


def args_of(span: Span, today: date) -> dict[str, str]:
    """The parameters that stand for a span."""
    if span == last_days(today, span.length) and span.length in PRESETS:
        return {"days": str(span.length)}
    return {"from": span.first.isoformat(), "to": span.last.isoformat()}


def read_days(args: Mapping[str, str], today: date) -> Days:
    """The parameters days, or from and to."""
    first, last = day_of(args.get("from", "")), day_of(args.get("to", ""))
    if first or last:
        span = choose_span(today, first=first, last=last)
        found = {"from": span.first.isoformat(), "to": span.last.isoformat()}
    else:
        words = args.get("days", "")
        wanted = int(words) if words.isascii() and words.isdigit() and len(words) < 5 else None
        span = choose_span(today, days=wanted)
        found = {"days": str(span.length)}
    return Days(span, today, found, " ".join(corrections(args, span, today)))


def today_of(accounts: Sequence[AccountView]) -> date:
    """The date on the clock that most of them have."""
    zones = Counter(account.timezone for account in accounts).most_common(1)
    return services().clock.now().astimezone(zone_of(zones[0][0] if zones else "UTC")).date()


@dataclass(frozen=True)
class Scope:
    """Some accounts: named ones, or those of a search and a group."""

    accounts: Sequence[AccountView]
    named: Sequence[AccountView]
    selection: Selection

    @property
    def args(self) -> dict[str, Any]:
        found: dict[str, Any] = {"q": self.selection.query, "group": self.selection.group}
        found["account"] = [account.id for account in self.named]
        return {key: value for key, value in found.items() if value}

    @property
    def json_args(self) -> dict[str, Any]:
        """The same for the REST API, which knows no search."""
        found = {**self.args, "q": "", "account": [account.id for account in self.accounts]} if self.args else {}
        return {key: value for key, value in found.items() if value and key != "group"}

    @property
    def is_narrow(self) -> bool:
        return bool(self.args)


def read_scope(args: Args, accounts: Sequence[AccountView]) -> Scope:
    """The parameters account (again and again), q and group."""
    by_id = {account.id: account for account in accounts}
    named = [by_id[key] for key in dict.fromkeys(args.getlist("account")) if key in by_id][:MOST_NAMED]
    selection = Selection.of(args)
    chosen = selection.of_group(named or accounts)
    return Scope(chosen, named, Selection(query=selection.query, group=selection.group))


@dataclass(frozen=True)
class SideWish:
    """An account or a group that shall be compared. `key` is "account:<id>" or "group:<name>"."""

    key: str
    name: str
    accounts: Sequence[AccountView]

    @property
    def is_group(self) -> bool:
        return self.key.startswith("group:")


def sides_offered(accounts: Sequence[AccountView]) -> dict[str, SideWish]:
    """All that can be compared: groups by name, then accounts in their order."""
    groups: dict[str, list[AccountView]] = {}
    for account in accounts:
        for group in account.groups:
            groups.setdefault(group, []).append(account)
    found = [SideWish(f"group:{name}", name, groups[name]) for name in sorted(groups, key=str.casefold)]
    found += [SideWish(f"account:{account.id}", account.name, [account]) for account in accounts]
    return {side.key: side for side in found}


def read_sides(args: Args, offered: Mapping[str, SideWish]) -> list[SideWish]:
    """The parameter side, again and again; up to eight."""
    return [offered[key] for key in dict.fromkeys(args.getlist("side")) if key in offered][:MOST_SIDES]


def address(endpoint: str, parts: Mapping[str, Any], *args: Mapping[str, Any], **changes: Any) -> str:
    """A path with parameters; changes of None or "" take one away."""
    joined: dict[str, Any] = {}
    for each in (*args, changes):
        joined |= each
    return url_for(endpoint, **parts, **{key: value for key, value in joined.items() if value not in (None, "", [])})
