"""Which accounts an export is of, and which have orders, from the lists as they are read."""

from __future__ import annotations

from bot.fleet.registry import Member, Registry
from bot.outcomes.view import OutcomePlace, outcome_place
from bot.storage.metrics_export.accounts import AccountList, ExportedAccount


def exported_accounts(registry: Registry) -> AccountList:
    """All accounts of the list, disabled ones too, and the entries that cannot be used."""
    accounts = tuple(_exported(member) for member in registry.members.values())
    known = {account.id for account in accounts}
    broken = tuple(
        (entry.id, "; ".join(map(str, entry.problems))) for entry in registry.broken if entry.id not in known
    )
    return AccountList(accounts, broken)


def outcome_places(registry: Registry) -> dict[str, OutcomePlace]:
    """The accounts whose orders can be counted: their settings can be read."""
    return {
        key: outcome_place(key, member.entry.display_name, member.entry.handle, member.folder, member.settings)
        for key, member in registry.members.items()
        if member.settings is not None
    }


def _exported(member: Member) -> ExportedAccount:
    entry = member.entry
    return ExportedAccount(
        entry.id,
        entry.display_name,
        entry.handle,
        tuple(entry.groups),
        entry.enabled,
        entry.folder.replace("\\", "/").strip("/"),
        member.folder.metrics_db,
    )
