"""Read the account's own numbers: those of the profile, and the counts of its latest posts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.actions.visit import ActionResult, Visit, read_again
from bot.planning.reading_times import is_due
from bot.settings.account import NumbersSection
from bot.storage.metrics import PostCounts
from bot.storage.readings import PostReading, ProfileReading, Readings, SentPost
from bot.x.contract import PostSeen, ProfileSeen


def perform(visit: Visit) -> ActionResult:
    """Read the numbers when that is due by `numbers.refresh_hours`. Raises Trouble, Stopped."""
    if numbers_are_due(visit.readings, visit.settings.numbers, visit.clock.now()):
        return perform_now(visit)
    return ActionResult("refresh")


def numbers_are_due(readings: Readings, settings: NumbersSection, now: datetime) -> bool:
    """Whether the last whole reading is older than the account's settings want."""
    return is_due(readings.last_at(), now, settings.refresh_hours)


def perform_now(visit: Visit) -> ActionResult:
    """Read profile and posts, and enter them as one reading. Raises Trouble, Stopped.

    The followers of today are entered even when the posts cannot be read; the reading is whole, and the next one
    later, only with both.
    """
    profile = read_again(visit, "reading the profile", lambda: visit.client.read_profile(visit.handle))
    _enter_followers(visit, profile)
    wanted = visit.settings.numbers
    since = visit.clock.now() - timedelta(days=wanted.days)
    posts = read_again(
        visit, "reading the own posts", lambda: visit.client.read_own_posts(wanted.most_posts, since=since)
    )
    with visit.journal.together():
        _enter_posts(visit, posts)
        visit.readings.record_profile(
            ProfileReading(profile.followers, profile.following, profile.posts), visit.clock.now()
        )
    visit.note(_told(len(posts), wanted))
    return ActionResult("refresh", done=1)


def _enter_followers(visit: Visit, profile: ProfileSeen) -> None:
    if profile.followers is not None and profile.following is not None:
        visit.metrics.record_followers(visit.today(), profile.followers, profile.following)
        visit.note(f"{profile.followers} followers, following {profile.following}")
    else:
        visit.note("the profile showed no follower counts", "warning")


def _enter_posts(visit: Visit, posts: Sequence[PostSeen]) -> None:
    """Those that Aviary did not send, too: they are the account's own all the same."""
    now = visit.clock.now()
    for post in posts:
        visit.readings.add_post(SentPost(post.id, post.posted_at or now, post.text))
        visit.metrics.update_post(PostCounts(post.id, post.views, post.likes, post.reposts, post.replies))
    visit.readings.attribute([post.id for post in posts])
    visit.readings.record_posts(
        [PostReading(post.id, post.views, post.likes, post.reposts, post.replies, post.bookmarks) for post in posts],
        now,
    )


def _told(read: int, wanted: NumbersSection) -> str:
    posts = f"{read} {'post' if read == 1 else 'posts'}"
    if read < wanted.most_posts:
        return f"numbers of {posts} of the last {wanted.days:g} days read"
    return f"numbers of the newest {posts} read; older ones keep those read before (numbers.most_posts)"
