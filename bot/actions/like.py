"""Like posts that the account's keywords find."""

from __future__ import annotations

from bot.actions.engaging import Engagement, engage
from bot.actions.visit import ActionResult, Visit
from bot.x.contract import StepKind


def perform(visit: Visit, group: str, count: int) -> ActionResult:
    """Like up to `count` posts found by the keywords of `group`. Raises Trouble, Stopped, SettingsError."""
    engagement = Engagement(
        action="like",
        past="liked",
        step=StepKind.LIKING,
        policy=visit.settings.policy.like,
        target=lambda candidate: candidate.post.id,
        do=lambda candidate: visit.client.like(candidate.post),
        rest=visit.pause_between,
    )
    return engage(visit, engagement, group, count)
