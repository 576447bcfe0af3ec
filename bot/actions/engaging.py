"""The shape that liking and following share: candidate by candidate, each with a permit, paced, recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from bot.actions.candidates import Candidate, candidates
from bot.actions.visit import ActionResult, Visit
from bot.errors import Consequence, LimitReached, Trouble
from bot.settings.account import Policy
from bot.x.contract import Step, StepKind

_FAILURES_IN_A_ROW = 3


@dataclass(frozen=True)
class Engagement:
    """One way to engage: what it is called, whom it is done to, how it is done, how long to rest after it."""

    action: str  # like, follow
    past: str  # "liked"
    step: StepKind
    policy: Policy
    target: Callable[[Candidate], str]
    do: Callable[[Candidate], bool]
    rest: Callable[[], None]


class _End(Enum):
    """How the engagement of one target ended."""

    DONE = auto()
    SKIPPED = auto()  # it had been engaged before, outside Aviary
    FAILED = auto()


def engage(visit: Visit, engagement: Engagement, group: str, count: int) -> ActionResult:
    """Engage up to `count` candidates of `group`, less those this run engaged before it was interrupted."""
    if engagement.policy is not Policy.AUTOMATIC:
        return _none(visit, engagement, f"set to “{engagement.policy}” for this account")
    done = visit.journal.engaged_in_run(visit.run_id, engagement.action)
    failures = 0
    for candidate in candidates(visit, engagement.action, group):
        if done >= count or failures >= _FAILURES_IN_A_ROW:
            break
        visit.progress(Step(engagement.step, done + 1, count))
        try:
            end = _one(visit, engagement, candidate)
        except LimitReached as limit:
            return _limited(visit, engagement, done, count, limit)
        done += end is _End.DONE
        failures = failures + 1 if end is _End.FAILED else 0
        if end is _End.FAILED:
            visit.pause(*visit.settings.safety.delays.after_error)
        if end is _End.DONE and done < count:
            engagement.rest()
    return _summed_up(visit, engagement, done, count, failures)


def _one(visit: Visit, engagement: Engagement, candidate: Candidate) -> _End:
    """Engage one target. Raises LimitReached, Stopped, and Trouble beyond this one target."""
    target = engagement.target(candidate)
    if visit.guards.engagement.claim(visit.account_id, engagement.action, candidate.post.handle, candidate.post.id):
        return _End.SKIPPED
    permit = visit.take_permit(engagement.action)
    visit.journal.begin_engagement(visit.run_id, engagement.action, target, candidate.keyword, visit.clock.now())
    try:
        fresh = engagement.do(candidate)
    except Trouble as trouble:
        visit.journal.end_engagement(engagement.action, target, done=False)
        if trouble.consequence is not Consequence.ACTION_FAILED:
            raise
        visit.note(f"@{candidate.post.handle} not {engagement.past}: {trouble.message}", "warning", trouble)
        return _End.FAILED
    if not fresh:
        visit.permits.give_back(permit)
        visit.journal.end_engagement(engagement.action, target, done=False)
        visit.note(f"@{candidate.post.handle} was {engagement.past} before")
        return _End.SKIPPED
    visit.journal.end_engagement(engagement.action, target, done=True)
    visit.metrics.count(engagement.action, visit.today())
    visit.metrics.count_keyword(candidate.keyword, visit.today(), engaged=1)
    visit.note(f"{engagement.past} @{candidate.post.handle} (found by “{candidate.keyword}”)", "good")
    return _End.DONE


def _summed_up(visit: Visit, engagement: Engagement, done: int, count: int, failures: int) -> ActionResult:
    if done >= count:
        return ActionResult(engagement.action, done)
    why = "several in a row failed" if failures >= _FAILURES_IN_A_ROW else "the search found no more candidates"
    text = f"{engagement.past} {done} of {count}: {why}"
    visit.note(text, "warning")
    return ActionResult(engagement.action, done, (text,))


def _limited(visit: Visit, engagement: Engagement, done: int, count: int, limit: LimitReached) -> ActionResult:
    text = f"{engagement.past} {done} of {count}: {limit.message}; next permit at {visit.in_words(limit.free_at)}"
    visit.note(text, "warning", next_at=limit.free_at)
    return ActionResult(engagement.action, done, (text,), limit.free_at)


def _none(visit: Visit, engagement: Engagement, why: str) -> ActionResult:
    text = f"nothing {engagement.past}: {why}"
    visit.note(text)
    return ActionResult(engagement.action)
