"""All accounts together, and their groups."""

from __future__ import annotations

from collections import Counter

from pydantic import Field

from bot.fleet_view import FleetView, StateKind
from webapp.api.account_model import Account, Groups
from webapp.api.account_model import Group as GroupName
from webapp.api.accounts import change_account
from webapp.api.contract import Body, Operation, Record, Reply
from webapp.api.problems import FieldError, Problem, ProblemKind
from webapp.audit.recording import note_details
from webapp.groups import renaming
from webapp.groups.page import GroupView, group_of, groups_of
from webapp.services import services

TAG = "Fleet"


class Fleet(Record):
    """All accounts together."""

    accounts: int
    seats: int = Field(description="How many may work at once.")
    working: int
    queued: int
    paused: str | None = Field(description="Why the whole fleet is paused; null when it is not.")
    states: dict[StateKind, int] = Field(
        description="How many accounts are in each state; states of none are left out."
    )
    problems: list[str] = Field(description="Of accounts.yaml, each with its remedy.")
    warnings: list[str]


class FleetDone(Record):
    """What was done, in words, and how the fleet stands now."""

    message: str
    fleet: Fleet


class Group(Record):
    """A group of accounts."""

    name: str
    accounts: int
    in_trouble: int = Field(description="How many need a person, fail or rest.")
    states: dict[StateKind, int] = Field(description="How many are in each state; states of none are left out.")


class GroupRenaming(Body):
    """A group, and the name it shall have."""

    name: GroupName
    new_name: GroupName


class GroupList(Record):
    """All groups, by name."""

    items: list[Group]


class GroupsToSet(Body):
    """The groups that an account shall be in."""

    groups: Groups


@Operation("GET", "/fleet", TAG, answer=Fleet)
def get_fleet() -> Fleet:
    """Look at all accounts together."""
    return _fleet_of(services().fleet.overview())


@Operation("POST", "/fleet/pause", TAG, answer=FleetDone)
def pause_fleet() -> FleetDone:
    """Pause all accounts.

    No run of any account begins until the fleet is resumed; present runs go on.
    """
    return FleetDone(message=services().fleet.pause_fleet(), fleet=get_fleet())


@Operation("POST", "/fleet/resume", TAG, answer=FleetDone)
def resume_fleet() -> FleetDone:
    """End the pause of all accounts, whoever began it."""
    return FleetDone(message=services().fleet.resume_fleet(), fleet=get_fleet())


@Operation("GET", "/groups", TAG, answer=GroupList)
def list_groups() -> GroupList:
    """List the groups.

    A group is there as long as an account names it. `GET /api/accounts?group=…` lists its accounts.
    """
    found = sorted(groups_of(services().fleet.overview().accounts), key=lambda each: each.name)
    return GroupList(items=[_group(each) for each in found])


@Operation(
    "POST",
    "/groups/rename",
    TAG,
    answer=Group,
    body=GroupRenaming,
    problems=(ProblemKind.CLASH, ProblemKind.REFUSED, ProblemKind.ENTRY_BROKEN),
)
def rename_group(body: GroupRenaming) -> Group:
    """Give a group another name.

    In all its accounts, by one write of accounts.yaml. `POST /api/bulk` puts accounts into groups and takes them out.
    """
    fleet = services().fleet
    accounts = fleet.overview().accounts
    if not group_of(accounts, body.name).accounts:
        raise Problem(ProblemKind.REFUSED, "", [FieldError("no account is in a group of this name", "/name")])
    if group_of(accounts, body.new_name).accounts:
        raise Problem(ProblemKind.CLASH, "", [FieldError("there is a group of this name already", "/new_name")])
    done = renaming.rename_group(fleet, body.name, body.new_name)
    note_details(f"“{body.name}” to “{body.new_name}”: {', '.join(done)}")
    return _group(group_of(fleet.overview().accounts, body.new_name))


@Operation(
    "PUT",
    "/accounts/<account_id>/groups",
    TAG,
    answer=Account,
    body=GroupsToSet,
    takes_mark="optional",
    gives_mark=True,
    problems=(ProblemKind.ENTRY_BROKEN,),
)
def put_groups(account_id: str, body: GroupsToSet) -> Reply:
    """Set the groups of an account."""
    return change_account(account_id, {"groups": body.groups})


def _group(group: GroupView) -> Group:
    states = dict(group.states)
    return Group(name=group.name, accounts=len(group.accounts), in_trouble=group.in_trouble, states=states)


def _fleet_of(view: FleetView) -> Fleet:
    return Fleet(
        accounts=len(view.accounts),
        seats=view.seats,
        working=view.working,
        queued=view.queued,
        paused=view.paused or None,
        states=Counter(account.state.kind for account in view.accounts),
        problems=list(view.problems),
        warnings=list(view.warnings),
    )
