"""Giving a group another name, in all its accounts at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.errors import RosterRefusal
from bot.fleet_view import Fleet
from webapp.bulk.grouping import group_problem


def rename_group(fleet: Fleet, name: str, new_name: str) -> list[str]:
    """Rename it in one write; its place among the groups of each account stays. Returns the ids of its accounts.

    Raises RosterRefusal for a name that is none or that another group has, and what Roster.change_many raises.
    """
    problem = group_problem(new_name)
    if problem:
        raise RosterRefusal(problem)
    accounts = fleet.overview().accounts
    if any(new_name in account.groups for account in accounts):
        raise RosterRefusal(
            f"there is a group {new_name} already",
            remedy="To put both together, add the accounts of one to the other on its page, then remove the one.",
        )

    def renamed(entry: Mapping[str, Any]) -> Mapping[str, Any]:
        present = [str(each) for each in entry.get("groups") or ()]
        return {"groups": list(dict.fromkeys(new_name if each == name else each for each in present))}

    done = fleet.roster.change_many([each.id for each in accounts if name in each.groups], renamed)
    fleet.group_queues.move_all(name, new_name)
    return done
