"""What the pages over an account's files have in common: their head, their poll, and what somebody else changed."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, render_template

from bot.errors import SettingsProblem
from bot.files_view import AccountFile, AccountFiles, FileState
from bot.fleet_view import AccountView
from webapp import wording
from webapp.accounts.card import Card
from webapp.accounts.finding import find_account, has_changed, look_for, present_mark
from webapp.live import Mark
from webapp.services import services


@dataclass(frozen=True)
class Head:
    """What stands on top of each page of an account."""

    card: Card
    why_today: str
    mark: Mark

    @property
    def account(self) -> AccountView:
        return self.card.account


@dataclass(frozen=True)
class HeadedPage:
    """A page of an account that shows more than its head; the frame of all such pages finds the head in it."""

    head: Head

    @property
    def card(self) -> Card:
        return self.head.card

    @property
    def why_today(self) -> str:
        return self.head.why_today

    @property
    def mark(self) -> Mark:
        return self.head.mark

    @property
    def holds_still(self) -> str:
        """The state that keeps its coming runs from being, in words; "" when they will be."""
        return wording.holds_still(self.head.account.state.kind)


@dataclass(frozen=True)
class Mistake:
    """A problem of a text, with the line it is in."""

    problem: SettingsProblem
    written: str


@dataclass(frozen=True)
class Conflict:
    """What somebody else changed since a person opened a page. No lines: it is not known what they began with."""

    lines: Sequence[str] = ()


def look_at_head(account_id: str) -> Head:
    """Answers 404 for an unknown account."""
    fleet, mark = services().fleet, present_mark()
    return look_for(
        account_id, lambda: Head(Card(fleet.account_view(account_id)), fleet.why_no_post_today(account_id), mark)
    )


def head_statuses(account_id: str) -> str | tuple[str, int]:
    """204 when this account has not changed since the page's mark, else the fragments of its head."""
    if not has_changed(find_account(account_id)):
        return "", 204
    return render_template("files/_head_changes.html", page=look_at_head(account_id))


def files() -> AccountFiles:
    return services().fleet.files


def read(account_id: str, file: AccountFile) -> FileState:
    """The file as it is. Answers 404 where it is not known which file that is."""
    try:
        return files().read(account_id, file)
    except KeyError:
        find_account(account_id)
        abort(404, "Its entry in accounts.yaml cannot be used, so its files are not known. Put that right first.")


def read_as_of(account_id: str, file: AccountFile, mark: str) -> FileState | None:
    """What the person began with, if it is still known."""
    read(account_id, file)
    return files().read_as_of(account_id, file, mark)


def mistakes(text: str, problems: Sequence[SettingsProblem]) -> list[Mistake]:
    """Each problem with the line as it is written."""
    lines = text.splitlines()
    return [Mistake(each, lines[each.line - 1].strip() if 0 < each.line <= len(lines) else "") for each in problems]


def conflict(base: FileState | None, now: FileState) -> Conflict:
    return Conflict(differences(base.text, now.text) if base else ())


def differences(before: str, after: str) -> list[str]:
    """The lines that differ, with three around them; those of `after` begin with +."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="")
    return list(lines)[2:]
