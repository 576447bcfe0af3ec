"""Follow the authors of posts that the account's keywords find."""

from __future__ import annotations

from bot.actions.by_policy import engage
from bot.actions.engaging import Engagement, done_or_before
from bot.actions.visit import ActionResult, Visit
from bot.x.contract import StepKind


def perform(visit: Visit, group: str, count: int) -> ActionResult:
    """Follow up to `count` authors found by the keywords of `group`. Raises Trouble, Stopped, SettingsError."""
    return engage(visit, engagement(visit), group, count)


def engagement(visit: Visit) -> Engagement:
    """How a person is followed."""
    return Engagement(
        action="follow",
        past="followed",
        step=StepKind.FOLLOWING,
        policy=visit.settings.policy.follow,
        do=lambda candidate, _permit: done_or_before(visit.client.follow(candidate.post.handle)),
        rest=lambda: visit.pause(*visit.settings.safety.delays.after_follow),
    )
