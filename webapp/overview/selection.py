"""Which accounts the overview shows, and in which order: search, filter by state, group and trouble, sort."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.fleet_view import AccountView, RunState, StateKind

LONGEST_GROUP = 100  # characters
LONGEST_TROUBLE = 300
REASONS_OFFERED = 8
_URGENCY = {kind: place for place, kind in enumerate(StateKind)}
_NEVER = datetime.max.replace(tzinfo=UTC)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_IN_TROUBLE = frozenset({StateKind.BROKEN, StateKind.NEEDS_ATTENTION, StateKind.LIMITED, StateKind.FAILING})
_WITH_REASON = _IN_TROUBLE - {StateKind.BROKEN}  # what breaks a file is told with its line: no two are alike
_BEFORE_LAST = "the last: "


def _last_moment(account: AccountView) -> datetime:
    run = account.last_run
    return (run.ended_at or run.started_at or run.planned_at) if run else _LONG_AGO


def _last_failed(account: AccountView) -> bool:
    return account.last_run is not None and account.last_run.state is RunState.FAILED


@dataclass(frozen=True)
class Order:
    """One order of the accounts. `key` gives what is compared; `falls`: the greatest comes first."""

    words: str
    key: Callable[[AccountView], Any]
    falls: bool = False


ORDERS: dict[str, Order] = {
    "urgent": Order("Most urgent first", lambda account: _URGENCY[account.state.kind]),
    "next": Order("Next run first", lambda account: account.next_run or _NEVER),
    "name": Order("By name", lambda account: account.name.casefold()),
    "last": Order("Last run first", _last_moment, falls=True),
    "posts": Order("Most posts today first", lambda account: account.posts_today, falls=True),
    "followers": Order("Most followers first", lambda account: account.followers or 0, falls=True),
}
FILE_ORDER = "File order"
_BACKWARDS = "-"

TROUBLES: dict[str, tuple[str, Callable[[AccountView], bool]]] = {
    "any": ("In trouble", lambda account: account.state.kind in _IN_TROUBLE),
    "review": ("Posts to review", lambda account: account.needs_review > 0),
    "warnings": ("To put right", lambda account: bool(account.warnings)),
    "failed": ("Last run failed", _last_failed),
}
"""Kinds of trouble by their value in the address; any other value is the trouble's reason itself."""


@dataclass(frozen=True)
class Selection:
    """A choice of accounts, as it stands in the address. Unknown values are dropped."""

    query: str = ""
    state: StateKind | None = None
    sort: str = ""
    group: str = ""
    trouble: str = ""

    @classmethod
    def of(cls, args: Mapping[str, str], sort: str = "") -> Selection:
        """Read it from the parameters q, state, group, trouble and sort; `sort` is the order when none is named."""
        state = args.get("state", "")
        wanted = args.get("sort", sort)
        return cls(
            query=args.get("q", "").strip(),
            state=StateKind(state) if state in set(StateKind) else None,
            sort=wanted if wanted.removeprefix(_BACKWARDS) in ORDERS else "",
            group=args.get("group", "").strip()[:LONGEST_GROUP],
            trouble=args.get("trouble", "").strip()[:LONGEST_TROUBLE],
        )

    def address_args(self, **changes: str) -> dict[str, str]:
        """The parameters of this choice with some changed, empty ones left out."""
        args = {"q": self.query, **self.filters(), "sort": self.sort, **changes}
        return {name: value for name, value in args.items() if value}

    def filters(self) -> dict[str, str]:
        """What is chosen by chips and menus, not by typing."""
        return {"state": str(self.state or ""), "group": self.group, "trouble": self.trouble}

    @property
    def is_narrow(self) -> bool:
        """Whether it leaves accounts out."""
        return bool(self.query or self.state or self.group or self.trouble)

    def found(self, accounts: Sequence[AccountView]) -> list[AccountView]:
        """Those of the group and the trouble that match the search words, whatever their state."""
        return [account for account in self.of_group(accounts) if has_trouble(account, self.trouble)]

    def of_group(self, accounts: Sequence[AccountView]) -> list[AccountView]:
        """Those of the group that match the search words, whatever their state and trouble."""
        return [a for a in self.of_any_group(accounts) if not self.group or self.group in a.groups]

    def of_any_group(self, accounts: Sequence[AccountView]) -> list[AccountView]:
        """Those that match the search words, whatever their state, group and trouble."""
        return [account for account in accounts if matches(account, self.query)] if self.query else list(accounts)

    def shown(self, found: Sequence[AccountView]) -> list[AccountView]:
        """Those of the found that have the wanted state, in the wanted order."""
        chosen = [account for account in found if self.state in (None, account.state.kind)]
        order = ORDERS.get(self.sort.removeprefix(_BACKWARDS))
        if order:
            chosen.sort(key=order.key, reverse=order.falls != self.sort.startswith(_BACKWARDS))
        return chosen

    def turned(self, order: str) -> str:
        """The sort value of a column's heading: its order, or the reverse when the column is sorted by already."""
        return f"{_BACKWARDS}{order}" if self.sort == order else order

    def direction(self, order: str) -> str:
        """What aria-sort says of a column: "ascending", "descending", or "" when it is not sorted by it."""
        if self.sort.removeprefix(_BACKWARDS) != order:
            return ""
        falls = ORDERS[order].falls != self.sort.startswith(_BACKWARDS)
        return "descending" if falls else "ascending"


def matches(account: AccountView, query: str) -> bool:
    """Whether every word of the query stands in the account's name, handle, id or description."""
    text = f"{account.name} @{account.handle} {account.id} {account.description}".casefold()
    return all(word in text for word in query.casefold().split())


def has_trouble(account: AccountView, trouble: str) -> bool:
    """Whether the account has this kind of trouble, or trouble for this reason; any account has ""."""
    if trouble in TROUBLES:
        return TROUBLES[trouble][1](account)
    return not trouble or trouble == reason_of_trouble(account)


def reason_of_trouble(account: AccountView) -> str:
    """Why it is in trouble, the same words for the same trouble; "" when it is not, or for a reason of its own."""
    if account.state.kind not in _WITH_REASON:
        return ""
    return account.state.reason.rpartition(_BEFORE_LAST)[2][:LONGEST_TROUBLE].strip()


def named(accounts: Sequence[AccountView], query: str) -> list[AccountView]:
    """Those whose name, handle or id has every word of the query; names that begin with it come first."""
    words = query.casefold().split()
    found = [a for a in accounts if all(word in f"{a.name} @{a.handle} {a.id}".casefold() for word in words)]
    if words:
        found.sort(key=lambda a: not f" {a.name} {a.handle}".casefold().count(f" {words[0]}"))
    return found


def sort_choices(chosen: str = "") -> list[tuple[str, str]]:
    """(value, words) of each order, the chosen one among them when it runs backwards."""
    choices = [("", FILE_ORDER), *((value, order.words) for value, order in ORDERS.items())]
    if chosen.startswith(_BACKWARDS):
        choices.append((chosen, f"{ORDERS[chosen.removeprefix(_BACKWARDS)].words}, reversed"))
    return choices


def state_counts(found: Sequence[AccountView]) -> list[tuple[StateKind, int]]:
    """How many are in each state that occurs, most urgent first."""
    counts = Counter(account.state.kind for account in found)
    return sorted(counts.items(), key=lambda item: _URGENCY[item[0]])


def group_counts(found: Sequence[AccountView]) -> list[tuple[str, int]]:
    """How many are in each group that occurs, by name."""
    counts = Counter(group for account in found for group in account.groups)
    return sorted(counts.items(), key=lambda item: item[0].casefold())


def trouble_counts(found: Sequence[AccountView]) -> list[tuple[str, str, int]]:
    """(value, words, how many) of each kind of trouble that occurs, then of the most frequent reasons."""
    kinds = ((value, words, sum(map(has, found))) for value, (words, has) in TROUBLES.items())
    reasons = Counter(filter(None, map(reason_of_trouble, found)))
    listed = [(reason, reason, count) for reason, count in reasons.most_common(REASONS_OFFERED)]
    return [*(kind for kind in kinds if kind[2]), *listed]


def trouble_words(trouble: str) -> str:
    """How a kind of trouble is called; a reason is its own name."""
    return TROUBLES[trouble][0] if trouble in TROUBLES else trouble


def fingerprint(accounts: Sequence[AccountView]) -> str:
    """Short text that is the same while the same accounts stand in the same order."""
    return f"{zlib.crc32(chr(0).join(account.id for account in accounts).encode()):08x}"
