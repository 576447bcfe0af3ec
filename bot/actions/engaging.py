"""What liking, following and replying share: one target, with a permit, claimed before it is done, recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from bot.actions.candidates import Candidate
from bot.actions.visit import Visit
from bot.engagement.filters import ENGAGED, MANAGED
from bot.errors import Consequence, LimitReached, Trouble
from bot.settings.account import Policy
from bot.x.contract import PostSeen, StepKind

_GUARDS = {"managed": MANAGED, "never": "never to be engaged", "claimed": "engaged by another account"}


class End(Enum):
    """How the engagement of one target ended."""

    DONE = auto()
    SKIPPED = auto()  # it was not to be, or had been engaged before, outside Aviary
    FAILED = auto()
    UNDECIDED = auto()  # a reply whose answer was lost


@dataclass(frozen=True)
class Engaged:
    """How it ended, and why when it was not done."""

    end: End
    why: str = ""


@dataclass(frozen=True)
class Engagement:
    """One way to engage: what it is called, how it is done, how long to rest after it."""

    action: str  # like, follow, reply
    past: str  # "liked"
    step: StepKind
    policy: Policy
    do: Callable[[Candidate, int], Engaged]  # with the number of the permit
    rest: Callable[[], None]
    suggest: Callable[[Candidate], str] = lambda _candidate: ""  # the text of a reply


def why_not_engage(visit: Visit, action: str, post: PostSeen) -> str:
    """Why the fleet's guards keep this account from engaging a post that was found, or its author; "" when they don't.

    The same words for the same reason, since they are counted. Right before anything is done the guards are asked
    again, by the claim.
    """
    guard = visit.guards.engagement.holds_back(visit.account_id, action, post.handle, post.id)
    return _GUARDS[guard] if guard else ""


def engage_one(visit: Visit, engagement: Engagement, candidate: Candidate) -> Engaged:
    """Engage one target. Raises LimitReached, Stopped, and Trouble beyond this one target."""
    action, target = engagement.action, candidate.target(engagement.action)
    why = visit.guards.engagement.claim(visit.account_id, action, candidate.post.handle, candidate.post.id)
    if why:
        return Engaged(End.SKIPPED, why)
    permit = visit.take_permit(action)
    if not visit.journal.begin_engagement(visit.run_id, action, target, candidate.keyword, visit.clock.now()):
        visit.permits.give_back(permit)
        return Engaged(End.SKIPPED, ENGAGED)
    try:
        engaged = engagement.do(candidate, permit)
    except LimitReached:
        visit.journal.release_engagement(action, target)
        raise
    except Trouble as trouble:
        visit.journal.end_engagement(action, target, done=False)
        if trouble.consequence is not Consequence.ACTION_FAILED:
            raise
        visit.note(f"@{candidate.post.handle} not {engagement.past}: {trouble.message}", "warning", trouble)
        return Engaged(End.FAILED, trouble.message)
    return _settled(visit, engagement, candidate, permit, engaged)


def _settled(visit: Visit, engagement: Engagement, candidate: Candidate, permit: int, engaged: Engaged) -> Engaged:
    """Enter how it ended. An undecided reply stays claimed; it is counted when it is found."""
    action, target = engagement.action, candidate.target(engagement.action)
    if engaged.end is End.UNDECIDED:
        return engaged
    visit.journal.end_engagement(action, target, done=engaged.end is End.DONE)
    if engaged.end is End.SKIPPED:
        visit.permits.give_back(permit)
        visit.note(f"@{candidate.post.handle} was {engagement.past} before")
        return Engaged(End.SKIPPED, ENGAGED)
    if engaged.end is End.DONE:
        if action != "reply":  # that was counted when it was sent
            visit.metrics.count(action, visit.today())
        visit.metrics.count_keyword(candidate.keyword, visit.today(), engaged=1)
        visit.note(f"{engagement.past} @{candidate.post.handle} (found by “{candidate.keyword}”)", "good")
    return engaged


def done_or_before(is_fresh: bool) -> Engaged:
    """What a click came to: done, or it had been done before."""
    return Engaged(End.DONE if is_fresh else End.SKIPPED)
