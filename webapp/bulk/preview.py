"""What an order would change before it is given, and what it changed after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.fleet_view import AccountView, Fleet, StateKind
from webapp.accounts.card import Card
from webapp.bulk.deeds import Reason, Task
from webapp.bulk.orders import DONE, LEFT, REFUSED, Order, Outlook, Result, gone
from webapp.bulk.scope import Scope
from webapp.wording import Face, counted

_FIRST_TO_LAST = (REFUSED, DONE, LEFT)
LONGEST_NAMED = 1500
"""Of the ids of accounts in the audit log, so many signs."""


@dataclass(frozen=True)
class Preview:
    """One order for the accounts of a scope."""

    fleet: Fleet
    order: Order
    scope: Scope

    @property
    def deed(self) -> Task:
        return self.order.task

    @cached_property
    def _outlooks(self) -> list[tuple[AccountView, Outlook]]:
        return [(account, self.order.outlook(self.fleet, account)) for account in self.scope.accounts]

    @cached_property
    def left(self) -> list[tuple[Card, Reason]]:
        """Those that stay as they are, and why."""
        return [(Card(account), outlook.reason) for account, outlook in self._outlooks if outlook.reason]

    @cached_property
    def changing(self) -> list[tuple[Card, tuple[str, ...]]]:
        """Those that change, and what in each becomes other; nothing where it is how it stands."""
        return [(Card(account), outlook.changes) for account, outlook in self._outlooks if not outlook.reason]

    @property
    def summary(self) -> str:
        """ "12 of 14 will be stopped; 2 are disabled" """
        number, of_all = len(self.changing), len(self.scope.accounts)
        share = f"{number:,} of {of_all:,}" if number != of_all else "All" if of_all > 1 else "It"
        return "; ".join([f"{share} {self.deed.will}", *reasons_counted([reason for _, reason in self.left])])

    @property
    def at_work(self) -> int:
        return sum(card.account.state.kind is StateKind.WORKING for card, _ in self.changing)


@dataclass(frozen=True)
class Outcome:
    """What became of one order, those refused first."""

    order: Order
    results: list[Result]

    @property
    def deed(self) -> Task:
        return self.order.task

    @property
    def told(self) -> str:
        """For the audit log: what was ordered, and the accounts it acted on."""
        acted = [result.account_id for result in self.results if result.face is not LEFT]
        return told_of(self.order, acted)

    def of(self, face: Face) -> list[Result]:
        return [result for result in self.results if result.face == face]

    @property
    def changed(self) -> list[Result]:
        return self.of(DONE)

    @property
    def refused(self) -> list[Result]:
        return self.of(REFUSED)

    @property
    def left(self) -> list[Result]:
        return self.of(LEFT)

    @property
    def summary(self) -> str:
        """ "12 accounts are stopped; 1 did not work; 2 were left as they were" """
        parts = [counted(len(self.changed), *self.deed.done)]
        if self.refused:
            parts.append(f"{len(self.refused):,} did not work")
        if self.left:
            parts.append(counted(len(self.left), "was left as it was", "were left as they were"))
        return "; ".join(parts)


def told_of(order: Order, account_ids: Sequence[str]) -> str:
    """ "Set a limit, posts a day at most 5: one, two, three and 120 more" """
    words = f"{order.task.label} {order.told}".strip()
    named = list(account_ids)
    while len(", ".join(named)) > LONGEST_NAMED:
        named = named[: len(named) * 3 // 4]
    more = len(account_ids) - len(named)
    whom = ", ".join(named) or "no account"
    return f"{words}: {whom}{f' and {more:,} more' if more else ''}"


def reasons_counted(reasons: Sequence[Reason]) -> list[str]:
    """ "2 are disabled", the most frequent first."""
    counts = Counter((reason.one, reason.many) for reason in reasons)
    return [counted(number, one, many) for (one, many), number in counts.most_common()]


def carry_out(fleet: Fleet, order: Order, account_ids: Sequence[str], left_ids: Sequence[str]) -> Outcome:
    """Do it to each of the accounts; those left are told with the reason that holds now."""
    results = order.give(fleet, list(dict.fromkeys(account_ids)))
    left = [_leave(fleet, order, account_id) for account_id in dict.fromkeys(left_ids) if account_id not in account_ids]
    return Outcome(order, sorted([*results, *left], key=lambda result: _FIRST_TO_LAST.index(result.face)))


def _leave(fleet: Fleet, order: Order, account_id: str) -> Result:
    try:
        account = fleet.account_view(account_id)
    except KeyError:
        return gone(account_id)
    reason = order.outlook(fleet, account).reason
    return Result(account_id, account.name, LEFT, reason.why if reason else "It was left out when you looked.")
