"""Accounts: listed, added, looked at, changed, removed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from flask import request, url_for
from pydantic import Field

from bot.fleet_view import StateKind
from bot.roster_view import NewAccount, RosterEntry
from webapp.api.account_model import (
    Account,
    Description,
    Groups,
    Handle,
    Name,
    account_of,
    entries_by_id,
    find_account,
    find_entry,
)
from webapp.api.contract import Body, Operation, Query, Record, Reply, Truth, Words
from webapp.api.paging import Paged, part_of
from webapp.api.problems import FieldError, Problem, ProblemKind
from webapp.api.slots import Time
from webapp.api.zones import TimeZone
from webapp.services import services

TAG = "Accounts"
_ID = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"


class AccountFilter(Paged):
    """Which accounts."""

    state: list[StateKind] = Field([], description="Only those in one of these states.")
    group: Words = Field(default_factory=str, description="Only those of this group.")
    enabled: Truth | None = Field(None, description="Only those that are, or are not, enabled.")
    q: Words = Field(default_factory=str, description="Only those with these words in id, name, handle or description.")


class AccountList(Record):
    """Accounts in the order of their ids."""

    items: list[Account]
    next: str | None
    total: int = Field(description="How many the filter leaves, on all parts.")


class FirstTimes(Body):
    """When the three slots of the day begin; each is switched on by naming it."""

    morning: Time | None = None
    afternoon: Time | None = None
    evening: Time | None = None


class AccountToAdd(Body):
    """An account that shall be there."""

    username: Handle
    name: Name = Field("", description="The handle, when it is left out.")
    id: Annotated[str, Field(pattern=_ID)] | None = Field(None, description="Made of the handle, when it is left out.")
    enabled: bool = True
    description: Description = ""
    groups: Groups = Field(default_factory=list)
    timezone: TimeZone | None = Field(None, description="Left out, that of what it begins with.")
    clone_of: str | None = Field(None, description="The id of an account whose settings, slots and keywords it gets.")
    template: str | None = Field(None, description="The name of an account template that it begins with instead.")
    with_content: bool = Field(
        False,
        description="Take over templates and media, too. The same texts on two accounts break X's rules.",
    )
    slot_times: FirstTimes = Field(
        default_factory=FirstTimes, description="Left out, they are those of what it begins with."
    )


class AccountChange(Body):
    """All that can be changed of an account's entry, as it shall be."""

    name: Name
    username: Handle
    enabled: bool
    description: Description
    groups: Groups


class AccountPatch(Body):
    """What shall be changed of an account's entry; what is left out stays."""

    # What stands for a field that was left out is never written; made by a function, the document does not tell it.
    name: Name = Field(default_factory=str)
    username: Handle = Field(default_factory=str)
    enabled: bool = Field(default_factory=bool)
    description: Description = Field(default_factory=str)
    groups: Groups = Field(default_factory=list)


class Removal(Query):
    """How an account is removed."""

    confirm: Words = Field(
        default_factory=str,
        description="Its handle (its id where it has none), so that none goes by mistake.",
    )
    archive: Truth = Field(True, description="Whether it is written into a zip first.")


class Removed(Record):
    """An account that was removed."""

    id: str
    archive: str | None = Field(description="The zip's name under /api/archives.")


@Operation("GET", "/accounts", TAG, answer=AccountList, query=AccountFilter)
def list_accounts(query: AccountFilter) -> Reply:
    """List accounts.

    In the order of their ids, so that parts have no gap and no overlap while accounts come and go.
    """
    entries = entries_by_id()
    accounts = [account_of(view, entries.get(view.id)) for view in services().fleet.overview().accounts]
    wanted = sorted((each for each in accounts if _is_wanted(each, query)), key=lambda each: each.id)
    found = [each for each in wanted if each.id > query.cursor]
    items, cursor, headers = part_of(found, query.limit, lambda each: each.id)
    return Reply(AccountList(items=list(items), next=cursor, total=len(wanted)), headers)


@Operation(
    "POST",
    "/accounts",
    TAG,
    answer=Account,
    body=AccountToAdd,
    status=201,
    gives_mark=True,
    problems=(ProblemKind.CLASH, ProblemKind.REFUSED, ProblemKind.ENTRY_BROKEN),
)
def add_account(body: AccountToAdd) -> Reply:
    """Add an account.

    From nothing (careful limits, no texts yet), from an account template, or as a clone of another one. It never gets
    the session, the proxy, the numbers and the browser profile of another account, and logs in once it has a session of
    its own.
    """
    roster = services().fleet.roster
    _refuse_taken(body)
    new = NewAccount(
        name=body.name,
        handle=body.username.removeprefix("@"),
        description=body.description,
        groups=tuple(dict.fromkeys(body.groups)),
        enabled=body.enabled,
        timezone=body.timezone or "",
        id=body.id or "",
        clone_of=body.clone_of or "",
        template=body.template or "",
        with_content=body.with_content,
        slot_times=body.slot_times.model_dump(exclude_none=True),
    )
    return _told(roster.add(new), is_new=True)


@Operation("GET", "/accounts/<account_id>", TAG, answer=Account, gives_mark=True)
def get_account(account_id: str) -> Reply:
    """Look at an account.

    The ETag stands for what PUT changes, not for state and numbers.
    """
    return _told(account_id)


@Operation(
    "PUT",
    "/accounts/<account_id>",
    TAG,
    answer=Account,
    body=AccountChange,
    takes_mark="required",
    gives_mark=True,
    problems=(ProblemKind.CLASH, ProblemKind.ENTRY_BROKEN),
)
def put_account(account_id: str, body: AccountChange) -> Reply:
    """Change an account.

    Needs all fields that can be changed, and If-Match with the ETag they were read with (or * to change it whatever
    others did). Comments and unknown keys of its entry in accounts.yaml stay.
    """
    return change_account(account_id, body.model_dump())


@Operation(
    "PATCH",
    "/accounts/<account_id>",
    TAG,
    answer=Account,
    body=AccountPatch,
    body_types=("application/json", "application/merge-patch+json"),
    takes_mark="optional",
    gives_mark=True,
    problems=(ProblemKind.CLASH, ProblemKind.ENTRY_BROKEN),
)
def patch_account(account_id: str, body: AccountPatch) -> Reply:
    """Change some fields of an account.

    The others stay as they are, also when somebody else changes them at the same moment; If-Match is not needed.
    """
    return change_account(account_id, body.model_dump(exclude_unset=True))


@Operation(
    "DELETE",
    "/accounts/<account_id>",
    TAG,
    answer=Removed,
    query=Removal,
    problems=(ProblemKind.NOT_CONFIRMED, ProblemKind.REFUSED, ProblemKind.ENTRY_BROKEN),
)
def remove_account(account_id: str, query: Removal) -> Removed:
    """Remove an account.

    Its work is ended, it is archived unless told not to, and its folder is deleted. The handle confirms it, as the
    parameter `confirm` or in the header Confirm-Handle.
    """
    account = find_account(account_id)
    written = query.confirm or request.headers.get("Confirm-Handle", "")
    if written.strip().removeprefix("@").casefold() != (account.handle or account.id).casefold():
        words = "is not its handle; nothing was removed" if written else "is missing: the account's handle confirms it"
        raise Problem(ProblemKind.NOT_CONFIRMED, "", [FieldError(words, parameter="confirm")])
    name = services().fleet.roster.remove(account_id, archive=query.archive)
    return Removed(id=account_id, archive=name or None)


@Operation("POST", "/accounts/<account_id>/enable", TAG, answer=Account, problems=(ProblemKind.ENTRY_BROKEN,))
def enable_account(account_id: str) -> Reply:
    """Enable an account: its slots fire."""
    return change_account(account_id, {"enabled": True})


@Operation("POST", "/accounts/<account_id>/disable", TAG, answer=Account, problems=(ProblemKind.ENTRY_BROKEN,))
def disable_account(account_id: str) -> Reply:
    """Disable an account: no run of it begins."""
    return change_account(account_id, {"enabled": False})


def change_entry(account_id: str, values: Mapping[str, Any]) -> RosterEntry:
    """Change keys of the entry, if it is still the one that If-Match stands for. Raises Problem and AviaryError."""
    find_account(account_id)
    entry = find_entry(account_id)
    mark = wanted_mark(entry)
    told = account_of(find_account(account_id), entry)
    # Keys that the file does not have stay away when there is nothing to say.
    wanted = {key: value for key, value in values.items() if value != getattr(told, key)}
    if "username" in wanted:
        _refuse_handle(wanted["username"], account_id)
    return services().fleet.roster.change(account_id, wanted, mark)


def wanted_mark(entry: RosterEntry) -> str:
    """The state that a change is made from by its If-Match; "" when any will do. Raises Problem for another one."""
    if "If-Match" not in request.headers:
        return ""
    if not request.if_match.contains(entry.mark):
        raise Problem(ProblemKind.CHANGED)
    return "" if request.if_match.star_tag else entry.mark


def change_account(account_id: str, values: dict[str, Any]) -> Reply:
    if "username" in values:
        values["username"] = f"@{values['username'].removeprefix('@')}"
    if "groups" in values:
        values["groups"] = list(dict.fromkeys(values["groups"]))
    return _told(account_id, change_entry(account_id, values))


def _told(account_id: str, entry: RosterEntry | None = None, *, is_new: bool = False) -> Reply:
    view = find_account(account_id)
    entry = entry or entries_by_id().get(account_id)
    headers = {"ETag": f'"{entry.mark}"'} if entry else {}
    if is_new:
        headers["Location"] = url_for("api.get_account", account_id=account_id)
    return Reply(account_of(view, entry), headers)


def _refuse_taken(body: AccountToAdd) -> None:
    """Ids and handles that others have, and what to begin with that there is not. Raises Problem."""
    accounts = services().fleet.overview().accounts
    _refuse_handle(body.username, "")
    if body.id and any(each.id.casefold() == body.id.casefold() for each in accounts):
        raise Problem(ProblemKind.CLASH, "", [FieldError(f"the id {body.id} is taken", "/id")])
    if body.clone_of and all(each.id != body.clone_of for each in accounts):
        raise Problem(ProblemKind.REFUSED, "", [FieldError("there is no such account", "/clone_of")])
    if body.template and all(each.name != body.template for each in services().fleet.account_templates.all()):
        raise Problem(ProblemKind.REFUSED, "", [FieldError("there is no such account template", "/template")])


def _refuse_handle(username: str, account_id: str) -> None:
    """Raises Problem when another account has it. The roster itself refuses it, too, should somebody be faster."""
    handle = username.removeprefix("@").casefold()
    for each in services().fleet.overview().accounts:
        if each.handle.casefold() == handle and each.id != account_id:
            words = f"@{each.handle} is used by the account {each.id}"
            raise Problem(ProblemKind.CLASH, "", [FieldError(words, "/username")])


def _is_wanted(account: Account, query: AccountFilter) -> bool:
    words = " ".join((account.id, account.name, account.username, account.description)).casefold()
    return (
        (not query.state or account.state.kind in query.state)
        and (not query.group or query.group in account.groups)
        and (query.enabled is None or account.enabled is query.enabled)
        and query.q.casefold() in words
    )
