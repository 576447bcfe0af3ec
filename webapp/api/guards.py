"""The guards of the fleet: what they stopped, and whom no account engages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from bot.guards.book import text_hash
from bot.guards.engagement import plain_handle
from bot.storage.claims import NeverEngaged
from webapp.access.actors import actor
from webapp.api.contract import Body, Operation, Record
from webapp.api.problems import Problem, ProblemKind
from webapp.services import services

TAG = "Guards"
STOPS_TOLD = 200


class Stop(Record):
    """Something that a guard kept from happening."""

    account: str
    guard: str = Field(description="near_duplicate, hashtag, managed, never or claimed.")
    reason: str
    at: datetime


class StopList(Record):
    """The newest, newest first; the same again within an hour is told once."""

    items: list[Stop]


class NeverEntry(Record):
    """A person no account likes, follows, replies to, quotes or reposts."""

    handle: str
    by: str | None = Field(description="Who put it on the list; null for one that accounts.yaml names.")
    why: str
    at: datetime | None


class NeverList(Record):
    """The whole list."""

    items: list[NeverEntry]


class PersonToLeave(Body):
    """A person to put on the list."""

    handle: Annotated[str, Field(pattern=r"^@?[A-Za-z0-9_]{1,15}$", description="With or without @.")]
    why: Annotated[str, Field(max_length=200)] = ""


@Operation("GET", "/guards/stops", TAG, answer=StopList)
def list_stops() -> StopList:
    """See what the guards stopped lately."""
    found = services().fleet.guards.stops(STOPS_TOLD)
    return StopList(
        items=[Stop(account=each.account_id, guard=each.guard, reason=each.why, at=each.at) for each in found]
    )


class PostToAllow(Body):
    """A post that shall pass although it is like another one."""

    text: Annotated[
        str,
        Field(
            min_length=1, max_length=25_000, description="As it will be posted; blanks and ends of lines do not matter."
        ),
    ]
    why: Annotated[str, Field(min_length=1, max_length=200)]


class Allowed(Record):
    """A person's word for one post."""

    text_hash: str = Field(description="SHA-256 of the text with single blanks.")
    by: str
    why: str
    at: datetime
    used: bool = Field(description="Whether a post was sent or planned by it; it is good for one.")


@Operation("POST", "/guards/allowances", TAG, answer=Allowed, status=201, body=PostToAllow)
def allow_post(body: PostToAllow) -> Allowed:
    """Let one post pass, whatever it is like.

    It is kept who allowed it and why. It is good for one post with this text, within 37 days.
    """
    who, now = actor(), services().clock.now()
    name, hashed = who.name if who else "", text_hash(body.text)
    services().fleet.guards.texts.allow(hashed, name, body.why)
    return Allowed(text_hash=hashed, by=name, why=body.why, at=now, used=False)


@Operation("GET", "/never-engage", TAG, answer=NeverList)
def list_never() -> NeverList:
    """List the people no account engages."""
    return NeverList(items=[_entry(each) for each in services().fleet.guards.engagement.never()])


@Operation("POST", "/never-engage", TAG, answer=NeverList, body=PersonToLeave)
def add_never(body: PersonToLeave) -> NeverList:
    """Put a person on the list.

    One who stands on it already stays as they are. Answers with the whole list.
    """
    who = actor()
    services().fleet.guards.engagement.add_never(body.handle, who.name if who else "", body.why)
    return list_never()


@Operation("DELETE", "/never-engage/<handle>", TAG, answer=NeverList, problems=(ProblemKind.NOT_FOUND,))
def remove_never(handle: str) -> NeverList:
    """Take a person off the list.

    Those that accounts.yaml names (settings, never_engage) are changed there.
    """
    if not services().fleet.guards.engagement.remove_never(handle):
        raise Problem(ProblemKind.NOT_FOUND, f"@{plain_handle(handle)} is not on the panel's list.")
    return list_never()


def _entry(person: NeverEngaged) -> NeverEntry:
    by = person.by if person.at is not None else None
    return NeverEntry(handle=person.handle, by=by, why=person.why, at=person.at)
