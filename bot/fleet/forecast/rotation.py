"""The queues of groups as a week is simulated: posts come to members, go out there, and are taken back.

Only hand-overs as they go when all goes well: no step of theirs fails, and no record is lost.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.fleet.handovers import times_lately
from bot.fleet.offers import (
    DATED_AHEAD,
    LATELY,
    PATIENCE,
    SLOT_AHEAD,
    Choice,
    GroupMember,
    Offers,
    is_near,
    is_over,
    why_late,
    why_leaves,
)
from bot.fleet.registry import Member
from bot.guards.book import TextRules
from bot.storage.group_queues import GroupBook, GroupPost, Hand, HandState, RotationMode
from bot.storage.planned_posts import PlannedPost, PostState

_SPANS = (timedelta(days=2), timedelta(days=8))
_SECOND = timedelta(seconds=1)
_Key = tuple[str, int]  # account, its post
_AGAIN = timedelta(minutes=1)
_AFTER_REFUSAL = timedelta(hours=1)
"""What is against a text without a moment stays so for days."""
_WITH_MEMBER = {HandState.HELD, HandState.TAKING}


@dataclass(frozen=True)
class RotationPicture:
    """The queues of groups at one moment. `before` is by the key of the post, `held` by the token of its hand."""

    waiting: Sequence[GroupPost] = ()
    order: Mapping[str, int] = field(default_factory=dict)
    """Post -> its place among all."""
    held: Mapping[str, GroupPost] = field(default_factory=dict)
    before: Mapping[str, Sequence[Hand]] = field(default_factory=dict)
    modes: Mapping[str, RotationMode] = field(default_factory=dict)
    last_given: Mapping[str, Mapping[str, datetime]] = field(default_factory=dict)
    lately: Mapping[str, Sequence[datetime]] = field(default_factory=dict)
    """Account -> when its posts of the last days went out; of all, where any queue goes by the fewest posts."""


def read_rotation(book: GroupBook, members: Mapping[str, Member], now: datetime) -> RotationPicture:
    """The queues that have posts. Raises StorageError."""
    posts = book.open_posts()
    free = [post for post in posts if post.hand is None or post.hand.state is HandState.GIVING]
    waiting = [replace(post, hand=None) for post in free if not post.held]
    held = {post.hand.token: post for post in posts if post.hand is not None and post.hand.state in _WITH_MEMBER}
    groups = {post.group for post in (*waiting, *held.values())}
    if not groups:
        return RotationPicture()
    modes = {group: book.mode(group) for group in groups}
    by_fewest = {group for group, mode in modes.items() if mode is RotationMode.FEWEST}
    return RotationPicture(
        waiting,
        {post.key: place for place, post in enumerate(posts)},
        held,
        book.hands([post.key for post in (*held.values(), *waiting)]),
        modes,
        {group: book.last_given(group) for group in groups},
        {key: times_lately(member.folder, now) for key, member in members.items()} if by_fewest else {},
    )


class Surroundings(Protocol):
    """What the rotation asks of the simulation, and does to it."""

    def meet_members(self, group: str) -> list[GroupMember]:
        """The accounts of the group as they are now."""

    def put(self, account_id: str, post: PlannedPost) -> None:
        """The post stands in the account's queue."""

    def take(self, account_id: str, post_id: int) -> None:
        """It does not any more."""

    def holds(self, account_id: str, post_id: int) -> bool:
        """Whether it still stands there."""

    def is_slot_taken(self, account_id: str) -> bool:
        """Whether a post waits for the account's next slot."""

    def posted_at(self, account_id: str, text: str) -> datetime | None:
        """When the account posted the text last."""


@dataclass
class _Live:
    """A post that is with a member."""

    post: GroupPost
    hand: Hand
    post_id: int  # in the member's queue


@dataclass
class _Queue:
    """The queue of one group."""

    mode: RotationMode
    last_given: dict[str, datetime]
    waiting: list[GroupPost] = field(default_factory=list)
    live: dict[_Key, _Live] = field(default_factory=dict)


class RotationAhead:
    """Implements `RotationFacts`. Not safe for threads."""

    def __init__(
        self, picture: RotationPicture, around: Surroundings, rules: TextRules, stagger_minutes: float, now: datetime
    ) -> None:
        self._around = around
        self._rules = rules
        self._now = now
        self._offers = Offers(self, stagger_minutes, _SPANS)
        self._order = picture.order
        self._before = {key: list(hands) for key, hands in picture.before.items()}
        self._lately = {key: list(times) for key, times in picture.lately.items()}
        self._queues = {
            group: _Queue(mode, dict(picture.last_given.get(group, {}))) for group, mode in picture.modes.items()
        }
        self._held = picture.held
        self._group_of: dict[_Key, str] = {}
        self._not_before: dict[str, datetime] = {}
        self._stale = set(self._queues)  # groups to look at
        self._moments: list[tuple[datetime, str]] = []  # when to look at a group again
        self._was_paused = ""
        self._given = 0
        for post in picture.waiting:
            self._queues[post.group].waiting.append(post)
            if post.at is not None:
                self._look_at(post.at - DATED_AHEAD, post.group)

    def meet(self, account_id: str, post: PlannedPost) -> None:
        """A post that stands in the account's queue at the beginning, perhaps one of a group."""
        found = self._held.get(post.group_hand)
        if found is not None and found.hand is not None:
            self._enter(_Live(found, found.hand, post.id))

    def _enter(self, live: _Live) -> None:
        key = live.hand.account_id, live.post_id
        self._queues[live.post.group].live[key] = live
        self._group_of[key] = live.post.group
        self._look_at(live.hand.expected_at + PATIENCE + _SECOND, live.post.group)

    def group_of(self, account_id: str, post_id: int | None) -> str:
        """The group from whose queue the account has the post; "" for one of its own."""
        return self._group_of.get((account_id, post_id), "") if post_id is not None else ""

    # when to look

    @property
    def next_moment(self) -> datetime | None:
        """When to look again, if nothing comes to pass before."""
        return self._moments[0][0] if self._moments else None

    def touch(self, groups: Iterable[str]) -> None:
        """Something about an account of these groups is another thing now."""
        self._stale.update(self._queues.keys() & set(groups))

    def _look_at(self, moment: datetime, group: str) -> None:
        heapq.heappush(self._moments, (moment, group))

    def look(self, now: datetime, why_paused: str) -> None:
        """As `Handovers.look`, at what may stand otherwise than at the last look."""
        self._now = now
        while self._moments and self._moments[0][0] <= now:
            self._stale.add(heapq.heappop(self._moments)[1])
        if why_paused != self._was_paused:
            self._was_paused = why_paused
            self._stale.update(self._queues)
        stale, self._stale = sorted(self._stale), set()
        for group in stale:
            queue = self._queues[group]
            if queue.live or queue.waiting:
                self._look_at_queue(group, queue, why_paused)

    def _look_at_queue(self, group: str, queue: _Queue, why_paused: str) -> None:
        members = self._around.meet_members(group)
        by_id = {each.account_id: each for each in members}
        for live in list(queue.live.values()):
            self._follow(live, by_id.get(live.hand.account_id), why_paused)
        if not why_paused and queue.waiting:
            self._give_out(queue, members)
            self._note_moments(group, queue, members)

    def _note_moments(self, group: str, queue: _Queue, members: Sequence[GroupMember]) -> None:
        """When a member that can take no post now may be able to, though nothing comes to pass with it."""
        if all(post.at is not None for post in queue.waiting):
            return
        for member in members:
            slot = self._offers.slot_after(member, self._now)
            for moment in (member.until, slot.planned_at - SLOT_AHEAD if slot else None):
                if moment is not None and moment > self._now:
                    self._look_at(moment, group)

    # following

    def sent(self, account_id: str, post_id: int | None, at: datetime) -> None:
        """The account has posted; of its queue, if `post_id` says so."""
        if account_id in self._lately:
            self._lately[account_id].append(at)
        group = self.group_of(account_id, post_id)
        if group and post_id is not None:
            self._queues[group].live.pop((account_id, post_id), None)

    def _follow(self, live: _Live, member: GroupMember | None, why_paused: str) -> None:
        expected = live.hand.expected_at
        if not self._around.holds(live.hand.account_id, live.post_id):
            why = "it was not sent there"
        elif why_paused:
            return
        else:
            why = why_leaves(member, live.post.group, expected) or why_late(member, expected, "", self._now)
        if why:
            self._take_back(live, why)

    def _take_back(self, live: _Live, why: str) -> None:
        account_id, queue = live.hand.account_id, self._queues[live.post.group]
        del queue.live[account_id, live.post_id]
        self._around.take(account_id, live.post_id)
        ended = replace(live.hand, state=HandState.BACK, reason=why)
        known = [hand for hand in self._before.get(live.post.key, ()) if hand.token != ended.token]
        self._before[live.post.key] = [*known, ended]
        queue.waiting.append(replace(live.post, hand=None))
        queue.waiting.sort(key=lambda post: self._order[post.key])
        self._not_before.pop(live.post.key, None)
        if queue.last_given.get(live.hand.folder) == live.hand.given_at:  # that does not count as given
            del queue.last_given[live.hand.folder]

    # giving

    def _give_out(self, queue: _Queue, members: Sequence[GroupMember]) -> None:
        is_free = any(map(self._is_free, members))
        for post in list(queue.waiting):
            if not self._is_due(post, is_free=is_free):
                continue
            choice, _ = self._offers.choose(post, members, self._now)
            if choice is not None:
                self._give(queue, post, choice)
                is_free = any(map(self._is_free, members))
            elif is_over(post, members, self._now):
                queue.waiting.remove(post)
            else:
                self._try_again(post)

    def _is_due(self, post: GroupPost, *, is_free: bool) -> bool:
        is_asked = self._not_before.get(post.key, self._now) <= self._now
        return is_asked and is_near(post, self._now) and (post.at is not None or is_free)

    def _is_free(self, member: GroupMember) -> bool:
        """Whether it could take a post without a moment, whatever its text."""
        slot = None if self.is_slot_taken(member) else self._offers.next_slot(member, self._now)
        if slot is None:
            return False
        return not member.hindrance or (member.until is not None and member.until <= slot.planned_at)

    def _try_again(self, post: GroupPost) -> None:
        """What is against its text stays so for a while."""
        again = self._now + (_AFTER_REFUSAL if post.at is None else _AGAIN)
        self._not_before[post.key] = again
        self._look_at(again, post.group)

    def _give(self, queue: _Queue, post: GroupPost, choice: Choice) -> None:
        self._given += 1
        member, now = choice.member, self._now
        hand = Hand(
            f"ahead {self._given}", post.key, member.account_id, member.folder_name, HandState.HELD,
            choice.expected_at, now, choice.why, True, None, "", "",
        )  # fmt: skip
        planned = PlannedPost(
            -self._given, post.text, (), post.at, post.at, self._given, PostState.QUEUED, "", post.who, now, now, 1
        )  # its media come along when it is given in earnest
        queue.waiting.remove(post)
        queue.last_given[member.folder_name] = now
        self._before.setdefault(post.key, []).append(hand)
        self._around.put(member.account_id, planned)
        self._enter(_Live(post, hand, planned.id))

    # what `Offers` asks

    def mode(self, group: str) -> RotationMode:
        return self._queues[group].mode

    def last_given(self, group: str) -> Mapping[str, datetime]:
        return self._queues[group].last_given

    def hands_before(self, post: GroupPost) -> Sequence[Hand]:
        return self._before.get(post.key, ())

    def posts_lately(self, member: GroupMember) -> int:
        return sum(at > self._now - LATELY for at in self._lately.get(member.account_id, ()))

    def posts_held(self) -> Sequence[str]:
        return [account_id for queue in self._queues.values() for account_id, _ in queue.live]

    def is_slot_taken(self, member: GroupMember) -> bool:
        return self._around.is_slot_taken(member.account_id)

    def was_posted(self, member: GroupMember, text: str) -> bool:
        days = member.settings.content.repeat_after_days if member.settings else 0
        at = self._around.posted_at(member.account_id, text)
        return at is not None and at >= self._now - timedelta(days=days)

    def why_not(self, account_id: str, text: str, at: datetime) -> str:
        return self._rules.why_not_post(account_id, text, at=at, planned=True)
