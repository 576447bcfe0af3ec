"""Using what won: what that would change in each account, and the change itself."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from bot.content.choosing import shortened
from bot.content.templates import Template, key_of_kind
from bot.errors import AviaryError
from bot.experiments.view import ARMS, WinnerChange
from bot.file_edits import FileEdit, draft, save_drafts
from bot.files_view import AccountFile, AccountFiles
from bot.settings.account_editing import change_slot
from bot.settings.template_editing import change_template
from bot.storage.experiments import Compared, Plan

Change = tuple[FileEdit, tuple[str, ...]]
_GONE = "what the test was about is not there any more"


def changes_of(plan: Plan, winner: int, files: AccountFiles, accounts: Sequence[tuple[str, str]]) -> list[WinnerChange]:
    """What would change in each of these accounts (id, name). Nothing is written."""
    return [_preview(plan, winner, files, account_id, name) for account_id, name in accounts]


def use_winner(plan: Plan, winner: int, files: AccountFiles, account_id: str) -> bool:
    """Write it; False when nothing was left to change. Raises AviaryError and KeyError."""
    found = _change(plan, winner, files, account_id)
    return found is not None and bool(save_drafts(files, account_id, draft(files, account_id, [found[0]])))


def _preview(plan: Plan, winner: int, files: AccountFiles, account_id: str, name: str) -> WinnerChange:
    try:
        found = _change(plan, winner, files, account_id)
        if found is not None:
            draft(files, account_id, [found[0]])
    except AviaryError as refused:
        return WinnerChange(account_id, name, (), refused.in_words)
    except KeyError:
        return WinnerChange(account_id, name, (), _GONE)
    return WinnerChange(account_id, name, found[1] if found else ())


def _change(plan: Plan, winner: int, files: AccountFiles, account_id: str) -> Change | None:
    """None when the account is so already."""
    if plan.compares is Compared.TIMES:
        return _new_time(plan, winner, files, account_id)
    return _templates_off(plan, winner, files, account_id)


def _new_time(plan: Plan, winner: int, files: AccountFiles, account_id: str) -> Change | None:
    settings = files.read(account_id, AccountFile.SETTINGS).settings
    before = f"{settings.slot(plan.subject).time:%H:%M}" if settings else "its time"
    (after,) = plan.arms[winner]
    if before == after:
        return None
    edit = FileEdit.of_data(AccountFile.SETTINGS, lambda data: change_slot(data, plan.subject, {("time",): after}))
    return edit, (f"slot “{plan.subject}”: {before} becomes {after}",)


def _templates_off(plan: Plan, winner: int, files: AccountFiles, account_id: str) -> Change | None:
    content = files.read(account_id, AccountFile.TEMPLATES).content
    losing = [each for each in content.of_kind(plan.subject) if each.key in plan.arms[1 - winner]]
    if not losing:
        return None
    edit = FileEdit.of_data(AccountFile.TEMPLATES, partial(_switch_off, templates=losing))
    label = ARMS[1 - winner]
    return edit, tuple(f"template “{shortened(each.key)}” of {label} is switched off" for each in losing)


def _switch_off(data: Any, templates: Sequence[Template]) -> None:
    for template in templates:
        change_template(data, key_of_kind(template.kind), template.place, {"enabled": False})
