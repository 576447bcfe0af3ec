"""The slots of an account, and when they come up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import Field

from bot.files_view import AccountFile, FileState
from bot.settings.account import RESERVED_SLOT_NAMES, Slot
from bot.settings.account_editing import add_slot, change_slot, delete_slot
from bot.settings.yaml_reading import KeyPath
from webapp.api.account_model import find_account
from webapp.api.contract import WHOLE, Body, Operation, Record, Reply
from webapp.api.files import asked_mark
from webapp.api.problems import FieldError, Problem, ProblemKind
from webapp.services import services

TAG = "Plan"
_SETTINGS = AccountFile.SETTINGS
Time = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="HH:MM on the account's clock.")]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Weekdays = Annotated[list[Weekday], Field(min_length=1, max_length=7)]
Post = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$", description="none, promo, value, or a kind of its own in templates.yaml."
    ),
]
Deeds = Annotated[int, Field(ge=0, le=50), WHOLE]
Group = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$", description="A group of keywords.")]


class SlotRecord(Record):
    """A time of day with its work."""

    name: str
    enabled: bool
    time: str = Field(description="HH:MM on the account's clock.")
    weekdays: list[Weekday]
    post: Post
    like: int
    like_from: str
    follow: int
    follow_from: str
    reply: int
    reply_from: str
    reply_with: str = Field(description="A group of reply_templates; empty takes any.")
    summary: bool = Field(description="Whether it ends with a line on the day.")


class Coming(Record):
    """One time that a slot comes up."""

    slot: str
    at: datetime
    local_date: date


class SlotList(Record):
    """The slots of an account."""

    items: list[SlotRecord]
    timezone: str
    coming: list[Coming] = Field(description="In the next 7 days, the soonest first.")


class SlotChange(Body):
    """What shall be changed of a slot; what is left out stays."""

    enabled: bool = Field(default_factory=bool)
    time: Time = Field(default_factory=str)
    weekdays: Weekdays = Field(default_factory=list)
    post: Post = Field(default_factory=lambda: "none")
    like: Deeds = Field(default_factory=int)
    like_from: Group = Field(default_factory=str)
    follow: Deeds = Field(default_factory=int)
    follow_from: Group = Field(default_factory=str)
    reply: Annotated[int, Field(ge=0, le=20), WHOLE] = Field(default_factory=int)
    reply_from: Group = Field(default_factory=str)
    reply_with: Annotated[str, Field(max_length=100)] = Field(default_factory=str)
    summary: bool = Field(default_factory=bool)


class SlotToAdd(SlotChange):
    """A new slot. What is left out is as docs/settings.md says."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
    time: Time


@Operation(
    "GET",
    "/accounts/<account_id>/slots",
    TAG,
    answer=SlotList,
    gives_mark=True,
    problems=(ProblemKind.ENTRY_BROKEN,),
)
def list_slots(account_id: str) -> Reply:
    """List the slots of an account, and when they come up.

    The ETag is that of its settings.yaml.
    """
    return _told(account_id, services().fleet.files.read(account_id, _SETTINGS))


@Operation(
    "POST",
    "/accounts/<account_id>/slots",
    TAG,
    answer=SlotList,
    body=SlotToAdd,
    takes_mark="optional",
    gives_mark=True,
    problems=(ProblemKind.CLASH, ProblemKind.REFUSED, ProblemKind.ENTRY_BROKEN),
)
def add_a_slot(account_id: str, body: SlotToAdd) -> Reply:
    """Add a slot."""
    if body.name in RESERVED_SLOT_NAMES:
        raise Problem(ProblemKind.CLASH, "", [FieldError("is a name that Aviary needs itself", "/name")])
    try:
        return _change(account_id, partial(add_slot, name=body.name, values=values_of_slot(body)))
    except ValueError:
        raise Problem(ProblemKind.CLASH, "", [FieldError("there is a slot of this name already", "/name")]) from None


@Operation(
    "PATCH",
    "/accounts/<account_id>/slots/<slot>",
    TAG,
    answer=SlotList,
    body=SlotChange,
    body_types=("application/json", "application/merge-patch+json"),
    takes_mark="optional",
    gives_mark=True,
    problems=(ProblemKind.ENTRY_BROKEN,),
)
def change_a_slot(account_id: str, slot: str, body: SlotChange) -> Reply:
    """Change a slot: its time, its work, whether it fires."""
    _find(account_id, slot)
    return _change(account_id, partial(change_slot, name=slot, values=values_of_slot(body)))


@Operation(
    "DELETE",
    "/accounts/<account_id>/slots/<slot>",
    TAG,
    answer=SlotList,
    takes_mark="optional",
    gives_mark=True,
    problems=(ProblemKind.ENTRY_BROKEN,),
)
def delete_a_slot(account_id: str, slot: str) -> Reply:
    """Delete a slot."""
    _find(account_id, slot)
    return _change(account_id, partial(delete_slot, name=slot))


def _change(account_id: str, change: Callable[[Any], None]) -> Reply:
    files = services().fleet.files
    mark = asked_mark(files.read(account_id, _SETTINGS))
    return _told(account_id, files.change(account_id, _SETTINGS, change, mark))


def values_of_slot(body: SlotChange) -> Mapping[KeyPath, Any]:
    """What was sent of a slot, as it is written into the file."""
    sent = body.model_dump(exclude_unset=True, exclude={"name"})
    return {(name,): value for name, value in sent.items()}


def _find(account_id: str, name: str) -> Slot:
    """The slot of that name. Raises Problem."""
    state = services().fleet.files.read(account_id, _SETTINGS)
    slots = state.settings.schedule.all_slots if state.settings else ()
    found = next((slot for slot in slots if slot.name == name), None)
    if found is None:
        raise Problem(ProblemKind.NOT_FOUND, f"There is no slot “{name}” of this account.")
    return found


def _told(account_id: str, state: FileState) -> Reply:
    if state.settings is None:
        raise Problem(ProblemKind.ENTRY_BROKEN, find_account(account_id).state.reason)
    record = SlotList(
        items=[_slot(slot) for slot in state.settings.schedule.all_slots],
        timezone=state.settings.schedule.timezone,
        coming=[
            Coming(slot=each.slot, at=each.planned_at, local_date=each.local_date)
            for each in services().fleet.files.coming(account_id)
        ],
    )
    return Reply(record, {"ETag": f'"{state.mark}"'})


def _slot(slot: Slot) -> SlotRecord:
    return SlotRecord(
        name=slot.name,
        enabled=slot.enabled,
        time=slot.time.strftime("%H:%M"),
        weekdays=list(slot.weekdays),
        post=slot.post,
        like=slot.like,
        like_from=slot.like_from,
        follow=slot.follow,
        follow_from=slot.follow_from,
        reply=slot.reply,
        reply_from=slot.reply_from,
        reply_with=slot.reply_with,
        summary=slot.summary,
    )
