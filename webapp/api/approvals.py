"""What waits for a person's word: looked at and decided."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from bot.approvals import ApprovalQuery
from bot.fleet_view import Refusal
from bot.storage.approvals import Approval, ApprovalState
from webapp.access import actor
from webapp.api.contract import LARGEST_NUMBER, WHOLE, Body, Operation, Record, Reply, Words
from webapp.api.paging import PagedByNumber, part_of
from webapp.api.problems import Problem, ProblemKind
from webapp.services import services

TAG = "Approvals"
_ID = "<int(max=9007199254740991):approval_id>"
ApprovalId = Annotated[int, Field(ge=1, le=LARGEST_NUMBER), WHOLE]


class ApprovalAction(StrEnum):
    """What would be done."""

    LIKE = "like"
    FOLLOW = "follow"
    REPLY = "reply"


class ManyDeed(StrEnum):
    """What can be said of many at once."""

    APPROVE = "approve"
    REJECT = "reject"


class ApprovalRecord(Record):
    """Something an account found that it would do, and what became of it. Times are UTC."""

    id: int
    account: str = Field(description="The account that found it and does it.")
    action: ApprovalAction
    state: ApprovalState
    handle: str = Field(description="Author of the post, without @.")
    post: str = Field(description="The post's id on x.com.")
    url: str
    text: str
    posted_at: datetime | None
    keyword: str = Field(description="What found it.")
    suggestion: str | None = Field(description="The text of a reply.")
    found_at: datetime
    expires_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    reason: str | None = Field(description="Why it was not done.")


class ApprovalList(Record):
    """Approvals, oldest first."""

    items: list[ApprovalRecord]
    waiting: int = Field(description="How many wait, over all accounts and actions.")
    next: int | None


class ApprovalsQuery(PagedByNumber):
    """Which of them."""

    state: list[ApprovalState] = Field([], description="Only these states; without any, those that wait.")
    account: Words = Field(default_factory=str, description="Only what this account found.")
    action: ApprovalAction | None = Field(None, description="Only this action.")
    keyword: Words = Field(default_factory=str, description="Only what this keyword found.")


class ApprovalOrder(Body):
    """How it is approved."""

    text: Annotated[str, Field(max_length=1000)] | None = Field(
        None, description="For a reply: the text instead of the suggested one."
    )


class ManyDecisions(Body):
    """One decision for many."""

    deed: ManyDeed
    ids: list[ApprovalId] = Field(min_length=1, max_length=200)


class Decided(Record):
    """What a decision came to."""

    id: int
    done: bool
    words: str


class ManyDecided(Record):
    """What became of each."""

    results: list[Decided]


class Told(Record):
    """An approval after a decision, and a line on it."""

    words: str
    approval: ApprovalRecord


@Operation("GET", "/approvals", TAG, answer=ApprovalList, query=ApprovalsQuery)
def list_approvals(query: ApprovalsQuery) -> Reply:
    """List what waits for a person's word, oldest first.

    With `state` also what was decided, is done, or has expired.
    """
    wanted = ApprovalQuery(query.account, query.action or "", query.keyword, query.cursor, query.limit + 1)
    desk = services().fleet.approvals
    found = desk.find(wanted, query.state or [ApprovalState.WAITING])
    items, cursor, headers = part_of(found, query.limit, lambda each: each.id)
    return Reply(ApprovalList(items=[_record(each) for each in items], waiting=desk.waiting, next=cursor), headers)


@Operation(
    "POST",
    f"/approvals/{_ID}/approve",
    TAG,
    answer=Told,
    body=ApprovalOrder,
    body_is_optional=True,
    problems=(ProblemKind.REFUSED,),
)
def approve_one(approval_id: int, body: ApprovalOrder) -> Told:
    """Approve one: the account that found it does it soon, inside its limits."""
    return _told(approval_id, lambda: services().fleet.approvals.approve(approval_id, _who(), body.text))


@Operation("POST", f"/approvals/{_ID}/reject", TAG, answer=Told, problems=(ProblemKind.REFUSED,))
def reject_one(approval_id: int) -> Told:
    """Reject one."""
    return _told(approval_id, lambda: services().fleet.approvals.reject(approval_id, _who()))


@Operation("POST", f"/approvals/{_ID}/never", TAG, answer=Told, problems=(ProblemKind.REFUSED,))
def never_engage_one(approval_id: int) -> Told:
    """Have no account ever engage the author of the post; all that waits of them is rejected."""
    return _told(approval_id, lambda: services().fleet.approvals.never(approval_id, _who()))


@Operation("POST", f"/approvals/{_ID}/undo", TAG, answer=Told, problems=(ProblemKind.REFUSED,))
def undo_decision(approval_id: int) -> Told:
    """Undo a decision, as long as it is not being done."""
    return _told(approval_id, lambda: services().fleet.approvals.undo(approval_id))


@Operation("POST", "/approvals/bulk", TAG, answer=ManyDecided, body=ManyDecisions)
def decide_many(body: ManyDecisions) -> ManyDecided:
    """Approve or reject many.

    What was decided meanwhile, or is not there any more, is left as it is, and told.
    """
    ids = list(dict.fromkeys(body.ids))
    lines = services().fleet.approvals.decide_many(ids, body.deed, _who())
    return ManyDecided(
        results=[
            Decided(id=each, done=not isinstance(line, Refusal), words=str(line))
            for each, line in zip(ids, lines, strict=True)
        ]
    )


def _told(approval_id: int, act: Callable[[], str]) -> Told:
    try:
        words = act()
    except KeyError as error:
        raise Problem(ProblemKind.NOT_FOUND, f"There is no approval {approval_id}.") from error
    if isinstance(words, Refusal):
        raise Problem(ProblemKind.REFUSED, str(words))
    return Told(words=words, approval=_record(services().fleet.approvals.get(approval_id)))


def _who() -> str:
    who = actor()
    return who.name if who else ""


def _record(approval: Approval) -> ApprovalRecord:
    proposal = approval.proposal
    return ApprovalRecord(
        id=approval.id,
        account=proposal.account_id,
        action=ApprovalAction(proposal.action),
        state=approval.state,
        handle=proposal.handle,
        post=proposal.post_id,
        url=f"https://x.com/{proposal.handle}/status/{proposal.post_id}",
        text=proposal.text,
        posted_at=proposal.posted_at,
        keyword=proposal.keyword,
        suggestion=proposal.suggestion if proposal.action == "reply" else None,
        found_at=approval.found_at,
        expires_at=approval.expires_at,
        decided_at=approval.decided_at,
        decided_by=approval.decided_by or None,
        reason=approval.reason or None,
    )
