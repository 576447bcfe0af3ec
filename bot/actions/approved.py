"""Do what a person approved: by the account that found it, inside limits and pacing, each at most once."""

from __future__ import annotations

from bot.actions.candidates import Candidate
from bot.actions.engaging import End, Engaged, Engagement, engage_one
from bot.actions.visit import ActionResult, Visit
from bot.errors import LimitReached, Stopped, Trouble
from bot.settings.account import Policy
from bot.storage.approvals import Approval, ApprovalState
from bot.x.contract import PostSeen, Step

_STATES = {
    End.DONE: ApprovalState.DONE,
    End.SKIPPED: ApprovalState.FAILED,
    End.FAILED: ApprovalState.FAILED,
    End.UNDECIDED: ApprovalState.FAILED,
}
_UNDECIDED = "its answer was lost; the account's page says what became of it"


def do_approved(visit: Visit, engagement: Engagement) -> ActionResult:
    """Do what is approved for this account and this action. Raises Trouble beyond one target, Stopped."""
    if engagement.policy is Policy.OFF:
        return ActionResult(engagement.action)
    done, failed = 0, 0
    approved = visit.approvals.approved(visit.account_id, engagement.action)
    for number, approval in enumerate(approved, start=1):
        visit.progress(Step(engagement.step, number, len(approved)))
        try:
            end = _do(visit, engagement, approval)
        except LimitReached as limit:
            return _limited(visit, engagement, done, len(approved), limit)
        done += end is End.DONE
        failed += end in {End.FAILED, End.UNDECIDED}
        if number < len(approved):
            _rest(visit, engagement, end)
    shortfalls = (f"{failed} approved but not {engagement.past}",) if failed else ()
    return ActionResult(engagement.action, done, shortfalls)


def _do(visit: Visit, engagement: Engagement, approval: Approval) -> End:
    """One of them, claimed first: a decision that is undone at this moment is not done."""
    if not visit.approvals.claim(approval.id):
        return End.SKIPPED
    try:
        engaged = engage_one(visit, engagement, _candidate(approval))
    except LimitReached as limit:
        visit.approvals.give_back(approval.id, limit.message)
        raise
    except (Trouble, Stopped) as ended:
        visit.approvals.end(approval.id, ApprovalState.FAILED, ended.message)
        raise
    why = _UNDECIDED if engaged.end is End.UNDECIDED else engaged.why
    visit.approvals.end(approval.id, _STATES[engaged.end], why)
    _tell_skipped(visit, engagement, approval, engaged)
    return engaged.end


def _tell_skipped(visit: Visit, engagement: Engagement, approval: Approval, engaged: Engaged) -> None:
    if engaged.end is End.SKIPPED:
        visit.note(f"@{approval.proposal.handle} was approved and not {engagement.past}: {engaged.why}", "warning")


def _candidate(approval: Approval) -> Candidate:
    proposal = approval.proposal
    post = PostSeen(proposal.post_id, proposal.handle, proposal.text, proposal.posted_at)
    return Candidate(post, proposal.keyword, proposal.suggestion)


def _rest(visit: Visit, engagement: Engagement, end: End) -> None:
    if end is End.FAILED:
        visit.pause(*visit.settings.safety.delays.after_error)
    elif end is End.DONE:
        engagement.rest()


def _limited(visit: Visit, engagement: Engagement, done: int, count: int, limit: LimitReached) -> ActionResult:
    free_at = visit.in_words(limit.free_at)
    text = f"{engagement.past} {done} of {count} approved: {limit.message}; next permit at {free_at}"
    visit.note(text, "warning", next_at=limit.free_at)
    return ActionResult(engagement.action, done, (text,), limit.free_at)
