"""Follow the authors of posts that the account's keywords find."""

from __future__ import annotations

from bot.actions.engaging import Engagement, engage
from bot.actions.visit import ActionResult, Visit
from bot.x.contract import StepKind


def perform(visit: Visit, group: str, count: int) -> ActionResult:
    """Follow up to `count` authors found by the keywords of `group`. Raises Trouble, Stopped, SettingsError."""
    engagement = Engagement(
        action="follow",
        past="followed",
        step=StepKind.FOLLOWING,
        policy=visit.settings.policy.follow,
        target=lambda candidate: candidate.post.handle.lower(),
        do=lambda candidate: visit.client.follow(candidate.post.handle),
        rest=lambda: visit.pause(*visit.settings.safety.delays.after_follow),
    )
    return engage(visit, engagement, group, count)
