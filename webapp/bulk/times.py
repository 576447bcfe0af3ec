"""Accepting the suggested slot times of many accounts: each gets its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.advice.suggesting import SlotSuggestion
from bot.file_edits import FileEdit
from bot.files_view import AccountFile
from bot.fleet_view import AccountView, Fleet
from bot.settings.account_editing import change_slot
from webapp.bulk.deeds import Reason, Task
from webapp.bulk.file_orders import FileOrder
from webapp.bulk.filling import Edit
from webapp.bulk.orders import LEFT, Fields, Order, Outlook, Result, gone
from webapp.files.fields import Values

_NOTHING = Reason("has no better time", "have no better time", "Nothing is suggested for its slots.")


@dataclass(frozen=True)
class TimesOrder:
    """Gives slots the times that were suggested when it was made."""

    task: Task
    suggested: Mapping[str, Sequence[SlotSuggestion]]
    fields: Fields = ()
    told: str = ""

    def outlook(self, fleet: Fleet, account: AccountView) -> Outlook:
        order = self._order_of(account.id)
        return order.outlook(fleet, account) if order else Outlook(reason=_NOTHING)

    def give(self, fleet: Fleet, account_ids: Sequence[str]) -> list[Result]:
        return [self._do(fleet, account_id) for account_id in account_ids]

    def _do(self, fleet: Fleet, account_id: str) -> Result:
        order = self._order_of(account_id)
        if order:
            return order.give(fleet, [account_id])[0]
        try:
            return Result(account_id, fleet.account_view(account_id).name, LEFT, _NOTHING.why)
        except KeyError:
            return gone(account_id)

    def _order_of(self, account_id: str) -> FileOrder | None:
        suggestions = self.suggested.get(account_id)
        if not suggestions:
            return None
        return FileOrder(self.task, (FileEdit.of_data(AccountFile.SETTINGS, partial(_move, suggestions)),))


def make_times(edit: Edit, fleet: Fleet, _values: Values, _fields: Fields) -> Order:
    """The order of what is suggested now, for all accounts."""
    found: dict[str, list[SlotSuggestion]] = {}
    for each in fleet.suggestions.look().suggested.suggestions:
        found.setdefault(each.account_id, []).append(each)
    return TimesOrder(edit, found)


def _move(suggestions: Sequence[SlotSuggestion], data: Any) -> None:
    for each in suggestions:
        change_slot(data, each.slot, {("time",): f"{each.to:%H:%M}"})
