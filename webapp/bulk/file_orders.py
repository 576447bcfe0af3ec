"""Orders that change the files of accounts: each keeps a former state, which takes it back account by account."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.errors import AviaryError, SettingsError
from bot.file_edits import Draft, FileEdit, draft, save_drafts
from bot.files_view import AccountFile
from bot.fleet_view import AccountView, Fleet
from webapp.bulk.alterations import alteration_words
from webapp.bulk.deeds import Reason, Task
from webapp.bulk.orders import DONE, LEFT, REFUSED, Fields, Outlook, Result, gone

_NOTHING = Reason("has it so already", "have it so already", "It says so already: nothing changes.")
_UNREADABLE = Reason("has no files", "have no files", "Its files are not known: put its entry in accounts.yaml right.")


@dataclass(frozen=True)
class Extra:
    """What an order does beside its edits: words for what it would do, "" for nothing, and the doing, in words."""

    would: Callable[[str], str]
    do: Callable[[str], str]


@dataclass(frozen=True)
class FileOrder:
    """Makes the same edits in the files of each account, at most one of each file."""

    task: Task
    edits: tuple[FileEdit, ...]
    fields: Fields = ()
    told: str = ""
    extra: Extra | None = None
    refuses: Callable[[Fleet, AccountView], Reason | None] = lambda _fleet, _account: None

    def outlook(self, fleet: Fleet, account: AccountView) -> Outlook:
        reason = self.refuses(fleet, account)
        if reason:
            return Outlook(reason=reason)
        try:
            changes = _words(draft(fleet.files, account.id, self.edits)) + self._extra_words(account.id)
        except KeyError:
            return Outlook(reason=_UNREADABLE)
        except SettingsError as broken:
            return Outlook(reason=_cannot(broken))
        return Outlook(changes) if changes else Outlook(reason=_NOTHING)

    def give(self, fleet: Fleet, account_ids: Sequence[str]) -> list[Result]:
        return [self._do(fleet, account_id) for account_id in account_ids]

    def _do(self, fleet: Fleet, account_id: str) -> Result:
        try:
            account = fleet.account_view(account_id)
        except KeyError:
            return gone(account_id)
        outlook = self.outlook(fleet, account)
        if outlook.reason:
            return Result(account_id, account.name, LEFT, outlook.reason.why)
        written: list[AccountFile] = []
        told: list[str] = []
        try:
            for edit in self.edits:
                drafts = draft(fleet.files, account_id, [edit])
                written += save_drafts(fleet.files, account_id, drafts)
                told += _words(drafts)
            told += [self.extra.do(account_id)] if self.extra and self._extra_words(account_id) else []
        except KeyError:
            return gone(account_id)
        except AviaryError as refused:
            part = f"Only {', '.join(file.filename for file in written)} was changed. " if written else ""
            return Result(account_id, account.name, REFUSED, f"{part}{refused.in_words}", tuple(written))
        return Result(account_id, account.name, DONE, "; ".join(told), tuple(written))

    def _extra_words(self, account_id: str) -> tuple[str, ...]:
        words = self.extra.would(account_id) if self.extra else ""
        return (words,) if words else ()


def _words(drafts: Sequence[Draft]) -> tuple[str, ...]:
    return tuple(alteration_words(each.file, found) for each in drafts for found in each.alterations)


def _cannot(broken: SettingsError) -> Reason:
    return Reason("cannot be changed", "cannot be changed", f"{broken.problems[0]}. Put that right first.")
