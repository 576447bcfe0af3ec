"""Why an account sends no post at this moment, whatever it holds. Pure."""

from __future__ import annotations

from bot.fleet.registry import Member
from bot.settings.account import Policy


def why_files_forbid(member: Member) -> str:
    """What its entry and its settings say against it; "" when nothing does."""
    if not member.entry.enabled:
        return "the account is disabled"
    if member.problems or member.settings is None:
        return "the account's files cannot be read"
    if not member.settings.schedule.enabled:
        return "the account's schedule is switched off"
    if member.settings.policy.post is Policy.OFF:
        return "posting is set to “off” for this account"
    return ""
