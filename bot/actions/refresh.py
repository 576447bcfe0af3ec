"""Read the account's own numbers: followers, and the counts of its latest posts."""

from __future__ import annotations

from bot.actions.visit import ActionResult, Visit, read_again
from bot.storage.metrics import PostCounts
from bot.x.contract import PostSeen


def perform(visit: Visit) -> ActionResult:
    """Enter today's follower counts and the counts of the own posts shown. Raises Trouble, Stopped."""
    profile = read_again(visit, "reading the profile", lambda: visit.client.read_profile(visit.handle))
    if profile.followers is not None and profile.following is not None:
        visit.metrics.record_followers(visit.today(), profile.followers, profile.following)
        visit.note(f"{profile.followers} followers, following {profile.following}")
    else:
        visit.note("the profile showed no follower counts", "warning")
    for post in read_again(visit, "reading the own posts", visit.client.read_own_posts):
        visit.metrics.update_post(_counts(post))
    return ActionResult("refresh", done=1)


def _counts(post: PostSeen) -> PostCounts:
    return PostCounts(post.id, post.views, post.likes, post.reposts, post.replies)
