"""Like posts that the account's keywords find."""

from __future__ import annotations

from bot.actions.by_policy import engage
from bot.actions.engaging import Engagement, done_or_before
from bot.actions.visit import ActionResult, Visit
from bot.x.contract import StepKind


def perform(visit: Visit, group: str, count: int) -> ActionResult:
    """Like up to `count` posts found by the keywords of `group`. Raises Trouble, Stopped, SettingsError."""
    return engage(visit, engagement(visit), group, count)


def engagement(visit: Visit) -> Engagement:
    """How a post is liked."""
    return Engagement(
        action="like",
        past="liked",
        step=StepKind.LIKING,
        policy=visit.settings.policy.like,
        do=lambda candidate, _permit: done_or_before(visit.client.like(candidate.post)),
        rest=visit.pause_between,
    )
