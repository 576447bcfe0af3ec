"""The accounts' own queues as a week is simulated, as the rotation of the groups meets and changes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.clock import Clock
from bot.fleet.forecast.visits import AccountAhead
from bot.fleet.offers import GroupMember, as_group_member
from bot.fleet.registry import Member
from bot.fleet.run_queue import RunQueue
from bot.planning.post_times import PostAgenda
from bot.storage.planned_posts import PlannedPost
from bot.storage.standings import Standings


@dataclass
class Awaited:
    """A post with a moment, and what keeps it waiting."""

    post: PlannedPost
    hindrance: str = ""
    begun_at: datetime | None = None  # when its present try was queued
    has_failed: bool = False  # that try has ended in vain


@dataclass
class QueuesAhead:
    """Implements `bot.fleet.forecast.rotation.Surroundings`."""

    members: Mapping[str, Member]
    accounts: Mapping[str, AccountAhead]
    standings: Standings
    runs: RunQueue
    clock: Clock
    posts: PostAgenda
    awaited: dict[tuple[Path, int], Awaited]  # (folder, post)

    def __post_init__(self) -> None:
        self._names = {key: member.entry.folder_key for key, member in self.members.items()}
        self._groups: dict[str, list[str]] = {}
        for key, member in self.members.items():
            for group in member.entry.groups:
                self._groups.setdefault(group, []).append(key)

    def meet_members(self, group: str) -> list[GroupMember]:
        now = self.clock.now()
        busy, rests = self.runs.at_work(now)
        return [
            as_group_member(
                self.members[key],
                self._names[key],
                self.standings.meet(key),
                now,
                rests=rests.get(key, ""),
                is_busy=key in busy,
            )
            for key in self._groups.get(group, ())
        ]

    def put(self, account_id: str, post: PlannedPost) -> None:
        if post.at is None:
            self.accounts[account_id].free_posts.append(post)
            return
        root = self._root(account_id)
        self.awaited[root, post.id] = Awaited(post)
        self.posts.set(root, post.id, post.at)

    def take(self, account_id: str, post_id: int) -> None:
        root, free = self._root(account_id), self.accounts[account_id].free_posts
        for post in [each for each in free if each.id == post_id]:
            free.remove(post)
        if self.awaited.pop((root, post_id), None) is not None:
            self.posts.set(root, post_id, None)

    def holds(self, account_id: str, post_id: int) -> bool:
        if (self._root(account_id), post_id) in self.awaited:
            return True
        return any(post.id == post_id for post in self.accounts[account_id].free_posts)

    def is_slot_taken(self, account_id: str) -> bool:
        return bool(self.accounts[account_id].free_posts)

    def posted_at(self, account_id: str, text: str) -> datetime | None:
        return self.accounts[account_id].texts.get(text)

    def _root(self, account_id: str) -> Path:
        return self.members[account_id].folder.root
