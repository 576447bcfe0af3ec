"""The queues of groups: each post goes to one member."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from flask import request
from pydantic import Field

from bot.errors import PostTaken, PostUnfit
from bot.group_queue_view import GroupQueueLook, RotatingPost
from bot.storage.group_queues import GroupWritten, HandState, RotationMode
from webapp.access import actor
from webapp.api.contract import Body, Operation, Record, Reply
from webapp.api.problems import FieldError, Problem, ProblemKind
from webapp.api.queue import TAG, FileName, Moment, parse_moment
from webapp.services import services

_QUEUE = "/groups/<path:group>/queue"
_ONE = "/groups/<path:group>/queue/<key>"
MOST_AT_ONCE = 200
_REFUSALS = (ProblemKind.UNFIT,)


class HandRecord(Record):
    """A member that has or had a post."""

    account: str
    state: HandState
    since: datetime
    until: datetime | None
    why: str = Field(description="Why this member got it.")
    reason: str = Field(description="Why it was taken back, or why nobody knows.")


class GroupPostRecord(Record):
    """A post in the queue of a group."""

    key: str
    text: str
    media: list[str]
    at: datetime | None = Field(description="When it goes out; null: with the next free slot of a member.")
    state: str = Field(description="waiting, asks (a person has to say something), or how it stands with its member.")
    account: str = Field(description="The member that has it or sent it; empty while it waits.")
    next_account: str = Field(description="Of one that waits: the member that would get it now.")
    expected_at: datetime | None
    why: str = Field(description="Why that member; why nobody can take it; why a person has to say something.")
    written_by: str
    tweet_id: str
    hands: list[HandRecord] = Field(description="All members it was with, the first one first.")


class RotationMember(Record):
    """A member of the group."""

    account: str
    last_given: datetime | None = Field(description="When it got a post of this queue last that it kept.")
    posts_in_7_days: int | None = Field(
        description="Posts that Aviary sent for it, from this queue or not. Null: its record cannot be read."
    )
    why_not: str = Field(description="Why it gets nothing now; empty when it does.")


class GroupQueueRecord(Record):
    """The queue of a group: what asks for a person, what members have, what waits, what was sent last."""

    group: str
    mode: RotationMode
    holds: str = Field(description="Why nothing is given out; empty when it is.")
    members: list[RotationMember]
    items: list[GroupPostRecord]


class ModeToSet(Body):
    """Who gets the next post."""

    mode: Annotated[RotationMode, Field(strict=False)]


class GroupPostToQueue(Body):
    """What one member shall post, and when."""

    text: Annotated[str, Field(min_length=1, max_length=8000)]
    media: Annotated[list[FileName], Field(max_length=4)] = Field(
        default_factory=list, description="Files of groups, as uploaded on the page of the queue."
    )
    at: Moment | None = Field(None, description="Left out: with the next free slot of a member.")


class GroupPostsToQueue(Body):
    """Posts, in the order in which they are given out."""

    posts: Annotated[list[GroupPostToQueue], Field(min_length=1, max_length=MOST_AT_ONCE)]


class RefusedPost(Record):
    """One that was not queued, and why."""

    index: int
    reason: str


class GroupPostsQueued(Record):
    """What came of the posts."""

    items: list[GroupPostRecord]
    refused: list[RefusedPost]
    remarks: list[str] = Field(description="Which members may not post what was queued.")


class GroupPostChanges(Body):
    """What shall be other than it is; what is left out stays."""

    text: Annotated[str, Field(min_length=1, max_length=8000)] | None = None
    media: Annotated[list[FileName], Field(max_length=4)] | None = None
    at: Moment | None = Field(None, description="Null: with the next free slot of a member.")


class GroupPostDeleted(Record):
    """What was done, in words."""

    message: str


@Operation("GET", _QUEUE, TAG, answer=GroupQueueRecord)
def get_group_queue(group: str) -> GroupQueueRecord:
    """Look at the queue of a group: what waits and who gets it next, what members have, what was sent last."""
    return _told(_look(group))


@Operation("PATCH", _QUEUE, TAG, answer=GroupQueueRecord, body=ModeToSet)
def patch_group_queue(group: str, body: ModeToSet) -> GroupQueueRecord:
    """Choose who gets the next post of a group."""
    _look(group)
    services().fleet.group_queues.set_mode(group, body.mode)
    return _told(_look(group))


@Operation("POST", _QUEUE, TAG, answer=GroupPostsQueued, status=201, body=GroupPostsToQueue, problems=_REFUSALS)
def queue_group_posts(group: str, body: GroupPostsToQueue) -> GroupPostsQueued:
    """Queue posts of a group.

    Each goes to one member and is sent once. Those that cannot be posted are told; with none that can, nothing is done.
    """
    _look(group)
    written = [
        GroupWritten(each.text, tuple(each.media), parse_moment(each.at, f"/posts/{place}/at") if each.at else None)
        for place, each in enumerate(body.posts)
    ]
    entered = services().fleet.group_queues.add(group, written, _who())
    if not entered.keys:
        raise _unfit({f"posts/{place}/{name}": why for place, of in entered.faults.items() for name, why in of.items()})
    found = {each.post.key: each for each in _all(_look(group))}
    return GroupPostsQueued(
        items=[_record(found[key]) for key in entered.keys if key in found],
        refused=[RefusedPost(index=place, reason="; ".join(of.values())) for place, of in entered.faults.items()],
        remarks=list(dict.fromkeys(entered.remarks.values())),
    )


@Operation("GET", _ONE, TAG, answer=GroupPostRecord, gives_mark=True)
def get_group_post(group: str, key: str) -> Reply:
    """Look at one post of a group, and at all members it was with."""
    return _reply(_find(group, key))


@Operation(
    "PATCH",
    _ONE,
    TAG,
    answer=GroupPostRecord,
    body=GroupPostChanges,
    takes_mark="required",
    gives_mark=True,
    problems=_REFUSALS,
)
def patch_group_post(group: str, key: str, body: GroupPostChanges) -> Reply:
    """Change a post of a group.

    A member that has it gives it back first. Refused once it may have been sent.
    """
    before = _find(group, key)
    post = before.post
    at = post.at
    if "at" in body.model_fields_set:
        at = parse_moment(body.at, "/at") if body.at else None
    media = post.media if body.media is None else tuple(body.media)
    written = GroupWritten(post.text if body.text is None else body.text, media, at)
    try:
        services().fleet.group_queues.change(group, key, written, _asked_version(before), _who())
    except PostUnfit as refused:
        raise _unfit(refused.faults) from refused
    except PostTaken as refused:
        raise Problem(ProblemKind.UNFIT, refused.in_words) from refused
    return _reply(_find(group, key))


@Operation("DELETE", _ONE, TAG, answer=GroupPostDeleted, takes_mark="optional", problems=_REFUSALS)
def delete_group_post(group: str, key: str) -> GroupPostDeleted:
    """Take a post out of the queue of a group, and from the member that has it.

    Refused once it may have been sent.
    """
    version = _asked_version(_find(group, key))
    try:
        services().fleet.group_queues.delete(group, key, version, _who())
    except PostTaken as refused:
        raise Problem(ProblemKind.UNFIT, refused.in_words) from refused
    return GroupPostDeleted(message="The post is deleted.")


def _look(group: str) -> GroupQueueLook:
    """Raises Problem for a group without accounts and posts."""
    queues = services().fleet.group_queues
    if group not in queues.counts() and all(group not in each.groups for each in services().fleet.overview().accounts):
        raise Problem(ProblemKind.NOT_FOUND, f"No account is in a group “{group}”, and no post waits for it.")
    return queues.look(group)


def _find(group: str, key: str) -> RotatingPost:
    try:
        post = services().fleet.group_queues.find(group, key)
    except KeyError:
        raise Problem(ProblemKind.NOT_FOUND, f"There is no post {key} in the queue of this group.") from None
    return next((each for each in _all(_look(group)) if each.post.key == key), post)


def _all(look: GroupQueueLook) -> list[RotatingPost]:
    return [*look.asks, *look.given, *look.waiting, *look.sent]


def _asked_version(shown: RotatingPost) -> int:
    """The version, if it is the one that If-Match stands for. Raises Problem."""
    version = shown.post.version
    if "If-Match" in request.headers and not request.if_match.contains(str(version)):
        raise Problem(ProblemKind.CHANGED)
    return version


def _unfit(faults: Mapping[str, str]) -> Problem:
    return Problem(ProblemKind.UNFIT, "", [FieldError(words, f"/{field}") for field, words in faults.items()])


def _reply(shown: RotatingPost) -> Reply:
    return Reply(_record(shown), {"ETag": f'"{shown.post.version}"'})


def _told(look: GroupQueueLook) -> GroupQueueRecord:
    return GroupQueueRecord(
        group=look.group,
        mode=look.mode,
        holds=look.holds,
        members=[
            RotationMember(
                account=each.account_id,
                last_given=each.last_given,
                posts_in_7_days=each.posts_lately,
                why_not=each.why_not,
            )
            for each in look.members
        ],
        items=[_record(each) for each in _all(look)],
    )


def _record(shown: RotatingPost) -> GroupPostRecord:
    post = shown.post
    return GroupPostRecord(
        key=post.key,
        text=post.text,
        media=list(post.media),
        at=post.at,
        state=post.hand.state.value if post.hand else "asks" if post.held else "waiting",
        account=post.hand.account_id if post.hand else "",
        next_account=shown.next_account,
        expected_at=shown.expected_at,
        why=shown.why,
        written_by=post.who,
        tweet_id=post.hand.tweet_id if post.hand else "",
        hands=[
            HandRecord(
                account=each.account_id,
                state=each.state,
                since=each.given_at,
                until=each.ended_at,
                why=each.why,
                reason=each.reason,
            )
            for each in shown.hands
        ],
    )


def _who() -> str:
    who = actor()
    return who.name if who else ""
