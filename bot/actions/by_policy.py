"""Likes, follows and replies of a slot, as the account's policy has them: off, after a person's word, or by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bot.actions.approved import do_approved
from bot.actions.candidates import Candidate, candidates
from bot.actions.engaging import End, Engagement, engage_one, why_not_engage
from bot.actions.visit import ActionResult, Visit
from bot.engagement.filters import left_out_in_words
from bot.errors import LimitReached
from bot.settings.account import Policy
from bot.storage.approvals import Proposal
from bot.x.contract import Step

_FAILURES_IN_A_ROW = 3
_NAMES = {"like": "posts to like", "follow": "people to follow", "reply": "posts to answer"}


def engage(visit: Visit, engagement: Engagement, group: str, count: int) -> ActionResult:
    """What the slot asks for, by policy: `count` done, or as many put before a person. Raises Trouble, Stopped."""
    if engagement.policy is Policy.OFF:
        visit.note(f"nothing {engagement.past}: set to “off” for this account")
        return ActionResult(engagement.action)
    if engagement.policy is Policy.APPROVE:
        approved = do_approved(visit, engagement)
        _propose(visit, engagement, group, count)
        return approved
    return _by_itself(visit, engagement, group, count)


def _propose(visit: Visit, engagement: Engagement, group: str, count: int) -> None:
    """Put up to `count` candidates before a person, less those this run proposed before it was interrupted."""
    run, left_out = visit.journal.run(visit.run_id), Counter[str]()
    since = run.planned_at if run else visit.clock.now()
    found = before = visit.approvals.found_since(visit.account_id, engagement.action, since)
    for candidate in _candidates(visit, engagement, group, left_out):
        if found >= count:
            break
        found += visit.approvals.propose(_proposal(visit, engagement, candidate))
    _tell_left_out(visit, left_out)
    waits = f"{found - before} {_NAMES[engagement.action]} found; they wait for a person on the page Approvals"
    visit.note(waits if found > before else f"no new {_NAMES[engagement.action]} found")


def _proposal(visit: Visit, engagement: Engagement, candidate: Candidate) -> Proposal:
    post = candidate.post
    return Proposal(
        account_id=visit.account_id,
        action=engagement.action,
        target=candidate.target(engagement.action),
        post_id=post.id,
        handle=post.handle,
        text=post.text,
        posted_at=post.posted_at,
        keyword=candidate.keyword,
        suggestion=engagement.suggest(candidate),
    )


def _by_itself(visit: Visit, engagement: Engagement, group: str, count: int) -> ActionResult:
    """Engage up to `count` candidates of `group`, less those this run engaged before it was interrupted."""
    done, failures, left_out = visit.journal.engaged_in_run(visit.run_id, engagement.action), 0, Counter[str]()
    why = "the search found no more candidates"
    for candidate in _candidates(visit, engagement, group, left_out):
        if done >= count:
            break
        visit.progress(Step(engagement.step, done + 1, count))
        try:
            end = engage_one(visit, engagement, candidate).end
        except LimitReached as limit:
            return _limited(visit, engagement, done, count, limit)
        done += end is End.DONE
        failures = failures + 1 if end is End.FAILED else 0
        if end is End.UNDECIDED or failures >= _FAILURES_IN_A_ROW:
            why = "several in a row failed" if failures else "a reply waits for proof"
            break
        _rest(visit, engagement, end, is_last=done >= count)
    _tell_left_out(visit, left_out)
    return _summed_up(visit, engagement, done, count, why)


def _rest(visit: Visit, engagement: Engagement, end: End, *, is_last: bool) -> None:
    if end is End.FAILED:
        visit.pause(*visit.settings.safety.delays.after_error)
    if end is End.DONE and not is_last:
        engagement.rest()


def _candidates(visit: Visit, engagement: Engagement, group: str, left_out: Counter[str]) -> Iterator[Candidate]:
    action = engagement.action
    return candidates(visit, action, group, lambda post: why_not_engage(visit, action, post), left_out)


def _tell_left_out(visit: Visit, left_out: Counter[str]) -> None:
    words = left_out_in_words(left_out)
    if words:
        visit.note(words)


def _summed_up(visit: Visit, engagement: Engagement, done: int, count: int, why: str) -> ActionResult:
    if done >= count:
        return ActionResult(engagement.action, done)
    text = f"{engagement.past} {done} of {count}: {why}"
    visit.note(text, "warning")
    return ActionResult(engagement.action, done, (text,))


def _limited(visit: Visit, engagement: Engagement, done: int, count: int, limit: LimitReached) -> ActionResult:
    text = f"{engagement.past} {done} of {count}: {limit.message}; next permit at {visit.in_words(limit.free_at)}"
    visit.note(text, "warning", next_at=limit.free_at)
    return ActionResult(engagement.action, done, (text,), limit.free_at)
