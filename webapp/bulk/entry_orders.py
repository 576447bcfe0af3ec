"""Orders that change the entries of accounts in accounts.yaml: all of them in one write, so in one former state."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.errors import AviaryError
from bot.fleet_view import AccountView, Fleet, StateKind
from webapp.bulk.deeds import REASONS, Reason, Task
from webapp.bulk.orders import DONE, LEFT, REFUSED, Fields, Outlook, Result, gone

_OTHERWISE = "Somebody else has changed it meanwhile, so there was nothing left to change."
Values = Mapping[str, Any]


@dataclass(frozen=True)
class EntryOrder:
    """`values_of` says of an entry, as the file has it, what becomes other; `already` is why nothing would."""

    task: Task
    values_of: Callable[[Values], Values]
    already: Reason
    shows: Callable[[Values, Values], str]  # the entry, its new values -> the change in words
    fields: Fields = ()
    told: str = ""

    def outlook(self, fleet: Fleet, account: AccountView) -> Outlook:
        if account.state.kind is StateKind.BROKEN:
            return Outlook(reason=REASONS[StateKind.BROKEN])
        entry = _entry_of(account)
        values = self.values_of(entry)
        if all(entry.get(key) == value for key, value in values.items()):
            return Outlook(reason=self.already)
        return Outlook((self.shows(entry, values),))

    def give(self, fleet: Fleet, account_ids: Sequence[str]) -> list[Result]:
        known = {account.id: account for account in fleet.overview().accounts}
        outlooks = {each: self.outlook(fleet, known[each]) for each in account_ids if each in known}
        wanted = [each for each, outlook in outlooks.items() if outlook.reason is None]
        is_unwritten = bool(wanted) and fleet.roster.is_unwritten
        try:
            done, trouble = set(fleet.roster.change_many(wanted, self.values_of)) if wanted else set(), ""
        except AviaryError as refused:
            done, trouble = set(), refused.in_words
        results = [
            self._result(each, known.get(each), outlooks.get(each), each in done, trouble) for each in account_ids
        ]
        return [_with_list(each) if is_unwritten and each.account_id in done else each for each in results]

    def _result(
        self, account_id: str, account: AccountView | None, outlook: Outlook | None, done: bool, trouble: str
    ) -> Result:
        if account is None or outlook is None:
            return gone(account_id)
        if outlook.reason:
            return Result(account_id, account.name, LEFT, outlook.reason.why)
        if done:
            return Result(account_id, account.name, DONE, "; ".join(outlook.changes))
        return Result(account_id, account.name, REFUSED if trouble else LEFT, trouble or _OTHERWISE)


def _with_list(result: Result) -> Result:
    """Of the single account of old: its first change writes the list down."""
    return replace(result, words=f"{result.words}; config/accounts.yaml was written for it")


def _entry_of(account: AccountView) -> Values:
    """What of the account's entry these orders look at, as it was last read."""
    return {"enabled": account.enabled, "groups": list(account.groups)}


def switched(task: Task, *, on: bool) -> EntryOrder:
    """Enable, or disable."""
    words = ("is enabled already", "are enabled already") if on else ("is disabled already", "are disabled already")
    already = Reason(*words, "Its slots fire." if on else "No run of it begins.")
    return EntryOrder(task, lambda _entry: {"enabled": on}, already, lambda _entry, _new: _switch_words(on))


def grouped(task: Task, group: str, fields: Fields, *, in_it: bool) -> EntryOrder:
    """Put accounts into a group, or take them out."""
    words = ("is in it already", "are in it already") if in_it else ("is not in it", "are not in it")
    already = Reason(*words, f"It is in the group {group} already." if in_it else f"It is not in the group {group}.")

    def values_of(entry: Values) -> Values:
        others = [str(each) for each in entry.get("groups") or () if str(each) != group]
        present = [str(each) for each in entry.get("groups") or ()]
        if in_it:
            return {"groups": present if group in present else [*present, group]}
        return {"groups": others}

    return EntryOrder(task, values_of, already, _group_words, fields, f"“{group}”")


def _switch_words(on: bool) -> str:
    return "Enabled: no → yes" if on else "Enabled: yes → no"


def _group_words(entry: Values, values: Values) -> str:
    before, after = ", ".join(entry.get("groups") or ()), ", ".join(values["groups"])
    return f"Groups: {before or 'none'} → {after or 'none'}"
