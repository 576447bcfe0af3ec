"""Which accounts an order is for: those ticked, those that a filter shows, a group, or all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from bot.fleet_view import AccountView
from webapp.overview.selection import Selection, group_counts

SELECTED = "selected"
SHOWN = "shown"
ALL = "all"
_GROUP = "group:"


@dataclass(frozen=True)
class ScopeChoice:
    """One choice of the list beside the buttons."""

    value: str
    words: str


@dataclass(frozen=True)
class Scope:
    """The accounts an order is for, and what they are called."""

    words: str
    accounts: list[AccountView]


def group_scope(name: str) -> str:
    """The value that stands for a group."""
    return f"{_GROUP}{name}"


def scope_choices(accounts: Sequence[AccountView], selection: Selection, shown: int) -> list[ScopeChoice]:
    """What the list offers: `shown` is how many accounts the selection leaves, on all pages."""
    choices = [ScopeChoice(SELECTED, "Ticked accounts")]
    if selection.is_narrow:
        choices.append(ScopeChoice(SHOWN, f"All {shown:,} that match"))
    choices.append(ScopeChoice(ALL, f"All {len(accounts):,} accounts"))
    groups = group_counts(accounts)
    return choices + [ScopeChoice(group_scope(name), f"Group {name} ({number:,})") for name, number in groups]


def scope_of(args: MultiDict[str, str], accounts: Sequence[AccountView]) -> Scope:
    """Read it from the parameters scope, account and those of the overview. Unknown accounts are dropped."""
    scope = args.get("scope", SELECTED)
    if scope == ALL:
        return Scope("all accounts", list(accounts))
    if scope == SHOWN:
        selection = Selection.of(args)
        return Scope("what the filter shows", selection.shown(selection.found(accounts)))
    if scope.startswith(_GROUP):
        group = scope.removeprefix(_GROUP)
        return Scope(f"group {group}", [account for account in accounts if group in account.groups])
    ticked = set(args.getlist("account"))
    return Scope("the ticked accounts", [account for account in accounts if account.id in ticked])
