"""Reads profile pages (x_dom_facts: Profile and user cells)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.errors import TargetGone, Trouble
from bot.x.arrival import check, missing_element, wait_for
from bot.x.contract import PostSeen, ProfileSeen
from bot.x.counts import read_rounded
from bot.x.page import Page
from bot.x.selectors import PROFILE_NAME
from bot.x.timeline import collect

_OLDER_POSTS = 3
"""So many older ones say that a list has come to them: one alone may be pinned, whatever marks it as such."""
_MOST_SHOWN = 5
"""Times what is asked for: a profile that reposts much is not read on for ever, since x.com limits reading, too."""
_FOLLOWED = {"unfollow": True, "follow_pending": True, "follow": False, "unblock": False}


def read_profile(page: Page, handle: str) -> ProfileSeen:
    """Open the profile of `handle` and read its head. Raises TargetGone when there is no such profile."""
    head = open_profile(page, handle)
    language = head["language"]
    return ProfileSeen(
        handle=handle,
        followers=read_rounded(head["followers"], language),
        following=read_rounded(head["following"], language),
        posts=read_rounded(head["posts"], language),
        is_followed=_FOLLOWED.get(head["state"]),
        follows_reader=bool(head["follows"]) if head["state"] in _FOLLOWED else None,
    )


def read_posts_of(page: Page, handle: str, limit: int, since: datetime | None = None) -> list[PostSeen]:
    """The latest posts written by `handle`, newest first, without reposts of others and the pinned order.

    With `since`, those from then on: the list is left once it has come to older ones.
    """
    page.come_to(handle)
    says_none = read_rounded(_wait_for_head(page, handle)["posts"]) == 0

    def is_own(post: PostSeen) -> bool:
        return post.handle.casefold() == handle.casefold()

    def is_enough(shown: Sequence[PostSeen]) -> bool:
        own = [post for post in shown if is_own(post)]
        older = sum(_is_before(post, since) and not post.out_of_order for post in own)
        # One more than asked: a pinned post stands first, however old it is.
        return len(own) > limit or older >= _OLDER_POSTS or len(shown) > _MOST_SHOWN * limit

    posts = [post for post in collect(page, is_enough, may_be_bare=says_none) if is_own(post)]
    newest = sorted(posts, key=lambda post: int(post.id), reverse=True)
    return [post for post in newest if not _is_before(post, since)][:limit]


def _is_before(post: PostSeen, since: datetime | None) -> bool:
    return since is not None and post.posted_at is not None and post.posted_at < since


def open_profile(page: Page, handle: str) -> dict[str, Any]:
    """Open a profile and return its head as scripts/profile.js reads it."""
    page.open(handle)
    return _wait_for_head(page, handle)


def _wait_for_head(page: Page, handle: str) -> dict[str, Any]:
    return wait_for(page, lambda: look_at(page, handle), lambda: missing_element(page, PROFILE_NAME))


def look_at(page: Page, handle: str) -> dict[str, Any] | None:
    """The head of the profile that is open, or None while it is not there. Raises TargetGone."""
    state = check(page)
    head: dict[str, Any] | None = page.run("profile", handle)
    if head and head["named"] and (head["followers"] is not None or head["state"]):
        return head
    if state.not_found or state.nothing_here:
        raise gone(handle)
    return None


def gone(handle: str) -> Trouble:
    """The answer for a profile that cannot be seen."""
    return TargetGone(f"The profile @{handle} does not exist, is suspended, or cannot be seen.")
