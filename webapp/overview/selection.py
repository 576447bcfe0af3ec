"""Which accounts the overview shows, and in which order: search, filter by state and group, sort."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.fleet_view import AccountView, StateKind

_URGENCY = {kind: place for place, kind in enumerate(StateKind)}
LONGEST_GROUP = 100  # characters
_NEVER = datetime.max.replace(tzinfo=UTC)
_SORTS: dict[str, tuple[str, Callable[[AccountView], tuple[object, ...]]]] = {
    "": ("File order", lambda _account: ()),
    "urgent": ("Most urgent first", lambda account: (_URGENCY[account.state.kind],)),
    "next": ("Next run first", lambda account: (account.next_run or _NEVER,)),
    "name": ("By name", lambda account: (account.name.casefold(),)),
}


@dataclass(frozen=True)
class Selection:
    """A choice of accounts, as it stands in the address. Unknown values are dropped."""

    query: str = ""
    state: StateKind | None = None
    sort: str = ""
    group: str = ""

    @classmethod
    def of(cls, args: Mapping[str, str]) -> Selection:
        """Read it from the parameters q, state, sort and group."""
        state = args.get("state", "")
        sort = args.get("sort", "")
        return cls(
            query=args.get("q", "").strip(),
            state=StateKind(state) if state in set(StateKind) else None,
            sort=sort if sort in _SORTS else "",
            group=args.get("group", "").strip()[:LONGEST_GROUP],
        )

    def address_args(self, **changes: str) -> dict[str, str]:
        """The parameters of this choice with some changed, empty ones left out."""
        args = {"q": self.query, "state": self.state or "", "group": self.group, "sort": self.sort, **changes}
        return {name: str(value) for name, value in args.items() if value}

    @property
    def is_narrow(self) -> bool:
        """Whether it leaves accounts out."""
        return bool(self.query or self.state or self.group)

    def found(self, accounts: Sequence[AccountView]) -> list[AccountView]:
        """Those of the group that match the search words, whatever their state."""
        return [a for a in self.of_any_group(accounts) if not self.group or self.group in a.groups]

    def of_any_group(self, accounts: Sequence[AccountView]) -> list[AccountView]:
        """Those that match the search words, whatever their state and group."""
        return [account for account in accounts if matches(account, self.query)]

    def shown(self, found: Sequence[AccountView]) -> list[AccountView]:
        """Those of the found that have the wanted state, in the wanted order."""
        chosen = [account for account in found if self.state in (None, account.state.kind)]
        if self.sort:
            chosen.sort(key=_SORTS[self.sort][1])
        return chosen


def matches(account: AccountView, query: str) -> bool:
    """Whether every word of the query stands in the account's name, handle, id or description."""
    text = f"{account.name} @{account.handle} {account.id} {account.description}".casefold()
    return all(word in text for word in query.casefold().split())


def named(accounts: Sequence[AccountView], query: str) -> list[AccountView]:
    """Those whose name, handle or id has every word of the query; names that begin with it come first."""
    words = query.casefold().split()
    found = [a for a in accounts if all(word in f"{a.name} @{a.handle} {a.id}".casefold() for word in words)]
    if words:
        found.sort(key=lambda a: not f" {a.name} {a.handle}".casefold().count(f" {words[0]}"))
    return found


def sort_choices() -> list[tuple[str, str]]:
    """(value, words) of each order."""
    return [(value, words) for value, (words, _) in _SORTS.items()]


def state_counts(found: Sequence[AccountView]) -> list[tuple[StateKind, int]]:
    """How many are in each state that occurs, most urgent first."""
    counts = Counter(account.state.kind for account in found)
    return sorted(counts.items(), key=lambda item: _URGENCY[item[0]])


def group_counts(found: Sequence[AccountView]) -> list[tuple[str, int]]:
    """How many are in each group that occurs, by name."""
    counts = Counter(group for account in found for group in account.groups)
    return sorted(counts.items(), key=lambda item: item[0].casefold())


def fingerprint(accounts: Sequence[AccountView]) -> str:
    """Short text that is the same while the same accounts stand in the same order."""
    return f"{zlib.crc32(chr(0).join(account.id for account in accounts).encode()):08x}"
