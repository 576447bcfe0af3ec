"""What a group of accounts is and how it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from flask import url_for

from bot.fleet_view import AccountView, StateKind
from webapp.accounts.card import Card
from webapp.bulk.scope import group_scope
from webapp.overview.selection import group_counts, has_trouble, state_counts


@dataclass(frozen=True)
class GroupView:
    """One group, with its accounts."""

    name: str
    accounts: Sequence[AccountView]

    @cached_property
    def states(self) -> list[tuple[StateKind, int]]:
        """How many are in each state, most urgent first."""
        return state_counts(self.accounts)

    @property
    def in_trouble(self) -> int:
        return sum(has_trouble(account, "any") for account in self.accounts)

    @property
    def cards(self) -> list[Card]:
        return [Card(account) for account in self.accounts]

    @property
    def scope(self) -> str:
        """What an order for many calls it."""
        return group_scope(self.name)

    @property
    def address(self) -> str:
        return url_for("groups.show", name=self.name)


def groups_of(accounts: Sequence[AccountView]) -> list[GroupView]:
    """All groups, by name."""
    return [group_of(accounts, name) for name, _ in group_counts(accounts)]


def group_of(accounts: Sequence[AccountView], name: str) -> GroupView:
    """The group of that name; without accounts it is none."""
    return GroupView(name, [account for account in accounts if name in account.groups])
