"""When written posts are tried: at their moment, again after a try that failed, with the next slot. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from bot.planning.slots import Occurrence
from bot.settings.account import AccountSettings
from bot.storage.planned_posts import PlannedPost

RETRY_AFTER = timedelta(minutes=10)
"""After a try that failed: long enough for what passes to have passed."""
LOOK_AGAIN = timedelta(seconds=30)
"""So often a post is looked at that is due and cannot go out yet, or whose run has not ended."""


def next_try(at: datetime, now: datetime, within: timedelta) -> datetime | None:
    """When a post of the moment `at` is tried again that could not be sent by `now`; None when that is too late."""
    again = now + RETRY_AFTER
    return again if again <= at + within else None


def slots_of_posts(
    waiting: Sequence[PlannedPost], coming: Iterable[Occurrence], settings: AccountSettings
) -> dict[int, Occurrence]:
    """Post -> the slot that will take it, as far as slots are known to come; each takes one, in their order."""
    posting = {slot.name for slot in settings.schedule.all_slots if slot.post != "none"}
    takers = (each for each in coming if each.slot in posting)
    return {post.id: occurrence for post, occurrence in zip(waiting, takers, strict=False)}


class PostAgenda:
    """Which posts have a moment, by the folder of their account. Not safe for threads."""

    def __init__(self) -> None:
        self._due: dict[Path, dict[int, datetime]] = {}
        self._next: dict[Path, datetime] = {}

    def put(self, root: Path, posts: Mapping[int, datetime]) -> None:
        """These are all the posts of the account that have a moment."""
        self._due[root] = dict(posts)
        self._find_next(root)

    def set(self, root: Path, post_id: int, at: datetime | None) -> None:
        """Look at one post at `at`; None: no more."""
        if at is None:
            self._due.get(root, {}).pop(post_id, None)
        else:
            self._due.setdefault(root, {})[post_id] = at
        self._find_next(root)

    def forget(self, root: Path) -> None:
        """Its folder is no account's any more."""
        self._due.pop(root, None)
        self._next.pop(root, None)

    def coming(self, root: Path) -> datetime | None:
        """When the account's next post is due."""
        return self._next.get(root)

    def moments(self, root: Path) -> list[datetime]:
        """When each of the account's posts is due."""
        return list(self._due.get(root, {}).values())

    @property
    def next_moment(self) -> datetime | None:
        """When a post of any account is due next."""
        return min(self._next.values(), default=None)

    def take_due(self, now: datetime) -> list[tuple[Path, int]]:
        """What is due by now, the oldest first of each account; it comes again in half a minute, unless it is set."""
        found: list[tuple[Path, int]] = []
        for root in [root for root, at in self._next.items() if at <= now]:
            posts = self._due[root]
            due = sorted((at, post_id) for post_id, at in posts.items() if at <= now)
            found += [(root, post_id) for _, post_id in due]
            posts |= {post_id: now + LOOK_AGAIN for _, post_id in due}
            self._find_next(root)
        return found

    def _find_next(self, root: Path) -> None:
        posts = self._due.get(root)
        if posts:
            self._next[root] = min(posts.values())
        else:
            self.forget(root)
