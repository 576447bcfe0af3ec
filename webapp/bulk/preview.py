"""What an order would change before it is given, and what it changed after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.errors import AviaryError
from bot.fleet_view import AccountView, Fleet, StateKind
from webapp.accounts.card import Card
from webapp.bulk.deeds import GONE, Deed, Reason, reason_against
from webapp.bulk.scope import Scope
from webapp.wording import Face, counted

REFUSED = Face("Not done", "circle-x", "bad")
DONE = Face("Done", "circle-check", "good")
LEFT = Face("Left as it was", "point", "off")
_FIRST_TO_LAST = (REFUSED, DONE, LEFT)


@dataclass(frozen=True)
class Preview:
    """One order for the accounts of a scope."""

    deed: Deed
    scope: Scope

    @cached_property
    def left(self) -> list[tuple[Card, Reason]]:
        """Those that stay as they are, and why."""
        against = ((account, reason_against(self.deed, account)) for account in self.scope.accounts)
        return [(Card(account), reason) for account, reason in against if reason]

    @cached_property
    def changing(self) -> list[Card]:
        staying = {card.account.id for card, _ in self.left}
        return [Card(account) for account in self.scope.accounts if account.id not in staying]

    @property
    def summary(self) -> str:
        """ "12 of 14 will be stopped; 2 are disabled" """
        number, of_all = len(self.changing), len(self.scope.accounts)
        share = f"{number:,} of {of_all:,}" if number != of_all else "All" if of_all > 1 else "It"
        return "; ".join([f"{share} {self.deed.will}", *reasons_counted([reason for _, reason in self.left])])

    @property
    def at_work(self) -> int:
        return sum(card.account.state.kind is StateKind.WORKING for card in self.changing)


@dataclass(frozen=True)
class Result:
    """What became of one account."""

    account_id: str
    name: str
    face: Face  # REFUSED, DONE or LEFT
    words: str


@dataclass(frozen=True)
class Outcome:
    """What became of one order, those refused first."""

    deed: Deed
    results: list[Result]

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


def reasons_counted(reasons: Sequence[Reason]) -> list[str]:
    """ "2 are disabled", the most frequent first."""
    counts = Counter(reasons)
    return [counted(number, reason.one, reason.many) for reason, number in counts.most_common()]


def carry_out(fleet: Fleet, deed: Deed, account_ids: Sequence[str], left_ids: Sequence[str]) -> Outcome:
    """Do it to each of the accounts; those left are told with the reason that holds now."""
    results = [_do(fleet, deed, account_id) for account_id in dict.fromkeys(account_ids)]
    left = [_leave(fleet, deed, account_id) for account_id in dict.fromkeys(left_ids) if account_id not in account_ids]
    return Outcome(deed, sorted([*results, *left], key=lambda result: _FIRST_TO_LAST.index(result.face)))


def _do(fleet: Fleet, deed: Deed, account_id: str) -> Result:
    try:
        before = fleet.account_view(account_id)
        reason = reason_against(deed, before)
        if reason:
            return Result(account_id, before.name, LEFT, reason.why)
        words = deed.act(fleet, account_id)
        after = fleet.account_view(account_id)
    except KeyError:
        return Result(account_id, account_id, LEFT, GONE.why)
    except AviaryError as refused:
        return Result(account_id, before.name, REFUSED, f"{refused.message} {refused.remedy}".strip())
    happened = deed.happened(after) or (deed.name == "run" and _ran(before, after))
    return Result(account_id, after.name, DONE if happened else REFUSED, words)


def _ran(before: AccountView, after: AccountView) -> bool:
    """Whether a run was so quick that the account neither waits nor works any more."""
    return before.last_run != after.last_run


def _leave(fleet: Fleet, deed: Deed, account_id: str) -> Result:
    try:
        account = fleet.account_view(account_id)
    except KeyError:
        return Result(account_id, account_id, LEFT, GONE.why)
    reason = reason_against(deed, account)
    return Result(account_id, account.name, LEFT, reason.why if reason else "It was left out when you looked.")
