"""The posts that people and programs write for an account, and the calendar of all accounts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from flask import request, url_for
from pydantic import Field

from bot.errors import PostTaken, PostUnfit
from bot.queue_view import CalendarEntry, EntryKind, QueueLook
from bot.storage.planned_posts import PlannedPost, PostState, Written
from webapp.access import actor
from webapp.api.account_model import find_account
from webapp.api.contract import LARGEST_NUMBER, Body, Operation, Query, Record, Reply, Words
from webapp.api.paging import PagedByNumber, part_of
from webapp.api.problems import FieldError, Problem, ProblemKind
from webapp.services import services

TAG = "Queue"
LONGEST_CALENDAR = timedelta(days=62)
_ONE = "/accounts/<account_id>/queue/<int:post_id>"  # with max=, Werkzeug answers a larger number with 405
_MOMENT = (
    r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?"
    r"(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"
)
Moment = Annotated[str, Field(pattern=_MOMENT, description="RFC 3339, with its offset from UTC.")]
FileName = Annotated[str, Field(min_length=1, max_length=300)]
_REFUSALS = (ProblemKind.UNFIT, ProblemKind.ENTRY_BROKEN)


class QueuedPost(Record):
    """A post that somebody wrote for an account."""

    id: int
    text: str
    media: list[str]
    at: datetime | None = Field(description="When it goes out; null: with the next slot that posts.")
    expected_at: datetime | None = Field(description="The same, or when that slot comes up; null where none does.")
    slot: str = Field(description="The slot that will take it; empty where it has a time of its own.")
    state: PostState
    reason: str = Field(description="Why it failed or was missed.")
    written_by: str
    created_at: datetime
    sent_at: datetime | None
    tweet_id: str


class QueuedPostList(Record):
    """What waits: first those with a time, then the rest in the order in which slots take them."""

    items: list[QueuedPost]
    next: int | None
    holds: str = Field(description="Why nothing of it goes out; empty when it does.")


class PostToQueue(Body):
    """What shall be posted, and when."""

    text: Annotated[str, Field(min_length=1, max_length=8000)]
    media: Annotated[list[FileName], Field(max_length=4)] = Field(default_factory=list)
    at: Moment | None = Field(None, description="When (RFC 3339); left out, with the next slot that posts.")
    draft: bool = Field(False, description="A draft is kept, and sent by nothing.")


class QueuedPostDeleted(Record):
    """What was done, in words."""

    message: str


class Entry(Record):
    """One thing of one account at one moment."""

    account: str
    at: datetime
    kind: EntryKind
    text: str
    slot: str
    post_id: int | None = Field(description="Of the queue; null for what is posted and for a slot alone.")
    state: str
    url: str


class CalendarRecord(Record):
    """What was posted, is queued and comes, the earliest first."""

    items: list[Entry]


class CalendarQuery(Query):
    """Which days, and of whom."""

    from_: Moment | None = Field(None, alias="from", description="RFC 3339; left out, now.")
    to: Moment | None = Field(None, description="Left out, 7 days later; at most 62 days are told.")
    account: list[Words] = Field(default_factory=list, description="Only of these.")
    group: Words | None = Field(None, description="Only of this group.")


@Operation(
    "GET",
    "/accounts/<account_id>/queue",
    TAG,
    answer=QueuedPostList,
    query=PagedByNumber,
    problems=(ProblemKind.ENTRY_BROKEN,),
)
def list_queue(account_id: str, query: PagedByNumber) -> Reply:
    """List the posts that wait in an account's queue."""
    look = _look(account_id)
    offset = min(query.cursor, 1_000_000)
    posts = look.posts[offset : offset + query.limit + 1]
    items, cursor, headers = part_of(posts, query.limit, lambda _post: offset + query.limit)
    told = [_record(post, look) for post in items]
    return Reply(QueuedPostList(items=told, next=cursor, holds=look.holds), headers)


@Operation(
    "POST",
    "/accounts/<account_id>/queue",
    TAG,
    answer=QueuedPost,
    status=201,
    body=PostToQueue,
    gives_mark=True,
    problems=_REFUSALS,
)
def queue_post(account_id: str, body: PostToQueue) -> Reply:
    """Queue a post.

    It is sent once, at its time or with the next slot that posts. All limits hold.
    """
    find_account(account_id)
    try:
        post = services().fleet.queues.add(account_id, _written(body), _who())
    except PostUnfit as refused:
        raise _unfit(refused) from refused
    reply = _told(account_id, post)
    address = url_for("api.get_queued_post", account_id=account_id, post_id=post.id)
    return Reply(reply.body, {**reply.headers, "Location": address})


@Operation("GET", _ONE, TAG, answer=QueuedPost, gives_mark=True, problems=(ProblemKind.ENTRY_BROKEN,))
def get_queued_post(account_id: str, post_id: int) -> Reply:
    """Look at one post of a queue, also when it is sent."""
    return _told(account_id, _find(account_id, post_id))


@Operation(
    "PUT", _ONE, TAG, answer=QueuedPost, body=PostToQueue, takes_mark="required", gives_mark=True, problems=_REFUSALS
)
def put_queued_post(account_id: str, post_id: int, body: PostToQueue) -> Reply:
    """Change a post of a queue, or its time.

    One that failed or was missed is queued again by it. Refused once it may have been sent.
    """
    version = _asked_version(_find(account_id, post_id))
    try:
        post = services().fleet.queues.change(account_id, post_id, _written(body), version)
    except PostUnfit as refused:
        raise _unfit(refused) from refused
    except PostTaken as refused:
        raise Problem(ProblemKind.UNFIT, refused.in_words) from refused
    return _told(account_id, post)


@Operation("DELETE", _ONE, TAG, answer=QueuedPostDeleted, takes_mark="optional", problems=_REFUSALS)
def delete_queued_post(account_id: str, post_id: int) -> QueuedPostDeleted:
    """Take a post out of a queue. Refused once it may have been sent."""
    version = _asked_version(_find(account_id, post_id))
    try:
        services().fleet.queues.delete(account_id, post_id, version)
    except PostTaken as refused:
        raise Problem(ProblemKind.UNFIT, refused.in_words) from refused
    return QueuedPostDeleted(message="The post is deleted.")


@Operation("GET", "/calendar", TAG, answer=CalendarRecord, query=CalendarQuery, problems=(ProblemKind.UNFIT,))
def get_calendar(query: CalendarQuery) -> CalendarRecord:
    """Tell what was posted, is queued and comes in some days, of all accounts or some."""
    start = parsed_moment(query.from_, "from") if query.from_ else services().clock.now()
    end = parsed_moment(query.to, "to") if query.to else start + timedelta(days=7)
    accounts = [
        account.id
        for account in services().fleet.overview().accounts
        if (not query.account or account.id in query.account) and (query.group is None or query.group in account.groups)
    ]
    entries = services().fleet.queues.calendar(start, min(end, start + LONGEST_CALENDAR), accounts)
    return CalendarRecord(items=[_entry(entry) for entry in entries])


def _look(account_id: str) -> QueueLook:
    find_account(account_id)
    return services().fleet.queues.look(account_id)


def _find(account_id: str, post_id: int) -> PlannedPost:
    """The post. Raises Problem."""
    _look(account_id)
    try:
        return services().fleet.queues.find(account_id, min(post_id, LARGEST_NUMBER))
    except KeyError:
        raise Problem(ProblemKind.NOT_FOUND, f"There is no post {post_id} in the queue of this account.") from None


def _asked_version(post: PlannedPost) -> int:
    """The version, if it is the one that If-Match stands for. Raises Problem."""
    if "If-Match" in request.headers and not request.if_match.contains(str(post.version)):
        raise Problem(ProblemKind.CHANGED)
    return post.version


def _written(body: PostToQueue) -> Written:
    at = parsed_moment(body.at, "/at") if body.at else None
    return Written(body.text, tuple(body.media), at, body.draft)


def parsed_moment(words: str, place: str) -> datetime:
    """A moment in UTC, within the years that calendars have. Raises Problem."""
    try:
        moment = datetime.fromisoformat(words)
        if 1971 <= moment.year <= 9000:
            return moment.astimezone(UTC)
    except ValueError:
        pass
    wrong = "is no day that Aviary knows"
    error = FieldError(wrong, place) if place.startswith("/") else FieldError(wrong, parameter=place)
    raise Problem(ProblemKind.UNFIT, "", [error])


def _unfit(refused: PostUnfit) -> Problem:
    errors = [FieldError(words, f"/{field}") for field, words in refused.faults.items()]
    return Problem(ProblemKind.UNFIT, "", errors)


def _told(account_id: str, post: PlannedPost) -> Reply:
    return Reply(_record(post, _look(account_id)), {"ETag": f'"{post.version}"'})


def _record(post: PlannedPost, look: QueueLook) -> QueuedPost:
    slot = look.slots.get(post.id)
    return QueuedPost(
        id=post.id,
        text=post.text,
        media=list(post.media),
        at=post.at,
        expected_at=slot.planned_at if slot else post.at,
        slot=slot.slot if slot else "",
        state=post.state,
        reason=post.reason,
        written_by=post.who,
        created_at=post.created_at,
        sent_at=post.sent_at,
        tweet_id=post.tweet_id,
    )


def _entry(entry: CalendarEntry) -> Entry:
    return Entry(
        account=entry.account_id,
        at=entry.at,
        kind=entry.kind,
        text=entry.text,
        slot=entry.slot,
        post_id=entry.post.id if entry.post else None,
        state=entry.state,
        url=entry.url,
    )


def _who() -> str:
    who = actor()
    return who.name if who else ""
