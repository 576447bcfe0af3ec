"""What every order for many accounts can do: say what it would change in each, and be given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.errors import AviaryError
from bot.files_view import AccountFile
from bot.fleet_view import AccountView, Fleet
from webapp.bulk.deeds import GONE, Deed, Reason, Task, reason_against
from webapp.wording import Face

REFUSED = Face("Not done", "circle-x", "bad")
DONE = Face("Done", "circle-check", "good")
LEFT = Face("Left as it was", "point", "off")
Fields = tuple[tuple[str, str], ...]
"""(name, value) of what an order was told, as a form has it."""


@dataclass(frozen=True)
class Outlook:
    """What an order would do with one account: lines of what becomes other, or why it stays as it is."""

    changes: tuple[str, ...] = ()
    reason: Reason | None = None


@dataclass(frozen=True)
class Result:
    """What became of one account. `files` have a former state now, which takes it back."""

    account_id: str
    name: str
    face: Face  # REFUSED, DONE or LEFT
    words: str
    files: tuple[AccountFile, ...] = ()


class Order(Protocol):
    """A task, with all it needs to know."""

    @property
    def task(self) -> Task: ...

    @property
    def fields(self) -> Fields:
        """What it was told, so that a form can carry it on."""

    @property
    def told(self) -> str:
        """The same for the audit log: no secrets, and short."""

    def outlook(self, fleet: Fleet, account: AccountView) -> Outlook:
        """What it would do; changes nothing."""

    def give(self, fleet: Fleet, account_ids: Sequence[str]) -> list[Result]:
        """Do it to those that it still fits; a result for each."""


def gone(account_id: str) -> Result:
    """The result for an account that is not there any more."""
    return Result(account_id, account_id, LEFT, GONE.why)


@dataclass(frozen=True)
class StateOrder:
    """Changes how accounts stand: started, stopped, paused, resumed, run."""

    task: Deed
    fields: Fields = ()
    told: str = ""

    def outlook(self, fleet: Fleet, account: AccountView) -> Outlook:
        return Outlook(reason=reason_against(self.task, account))

    def give(self, fleet: Fleet, account_ids: Sequence[str]) -> list[Result]:
        return [self._do(fleet, account_id) for account_id in account_ids]

    def _do(self, fleet: Fleet, account_id: str) -> Result:
        try:
            before = fleet.account_view(account_id)
            reason = reason_against(self.task, before)
            if reason:
                return Result(account_id, before.name, LEFT, reason.why)
            words = self.task.act(fleet, account_id)
            after = fleet.account_view(account_id)
        except KeyError:
            return gone(account_id)
        except AviaryError as refused:
            return Result(account_id, before.name, REFUSED, refused.in_words)
        happened = self.task.happened(after) or (self.task.name == "run" and _ran(before, after))
        return Result(account_id, after.name, DONE if happened else REFUSED, words)


def _ran(before: AccountView, after: AccountView) -> bool:
    """Whether a run was so quick that the account neither waits nor works any more."""
    return before.last_run != after.last_run
