"""The roles in words."""

from __future__ import annotations

from dataclasses import dataclass

from bot.storage.panel.users import Role


@dataclass(frozen=True)
class RoleWords:
    """How a role is called, and what it may."""

    name: str
    may: str


ROLES: dict[Role, RoleWords] = {
    Role.VIEWER: RoleWords("Viewer", "Sees everything of the accounts, changes nothing."),
    Role.OPERATOR: RoleWords("Operator", "Lets accounts work, adds and changes them."),
    Role.ADMIN: RoleWords("Admin", "Everything: users, API tokens, the audit log, settings, too."),
}
