"""All accounts together, and their groups."""

from __future__ import annotations

from collections import Counter

from pydantic import Field

from bot.fleet_view import FleetView, StateKind
from webapp.api.account_model import Account, Groups
from webapp.api.accounts import change_account
from webapp.api.contract import Body, Operation, Record, Reply
from webapp.api.problems import ProblemKind
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
    counts = Counter(name for account in services().fleet.overview().accounts for name in account.groups)
    return GroupList(items=[Group(name=name, accounts=counts[name]) for name in sorted(counts)])


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
