"""Which member gets a post of a group: the members in turn, and what speaks against each.

The engine asks with the records of the accounts, the coming week with those it keeps in memory: both choose alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.errors import clause
from bot.fleet.hindrances import why_files_forbid
from bot.fleet.registry import Member
from bot.planning.rotation import Turn, in_turn, reason_of
from bot.planning.slots import Occurrence, occurrences
from bot.settings.account import AccountSettings
from bot.settings.home import AccountFolder
from bot.storage.group_queues import GroupPost, Hand, RotationMode
from bot.storage.standings import Standing

PATIENCE = timedelta(minutes=15)
"""So long after its time a post that was not sent stays with its member."""
DATED_AHEAD = timedelta(hours=12)
"""So long before its moment a post is given to a member."""
SLOT_AHEAD = timedelta(hours=24)
"""A member gets a post without a moment when it has a free slot within this."""
LATELY = timedelta(days=7)


@dataclass(frozen=True)
class GroupMember:
    """An account of the list, as the rotation meets it."""

    account_id: str
    name: str
    groups: tuple[str, ...]
    folder: AccountFolder
    folder_name: str  # below the home, with slashes: what it is known by
    settings: AccountSettings | None
    hindrance: str = ""  # why it sends nothing at this moment
    until: datetime | None = None  # when that passes by itself
    rests: str = ""  # why its run rests
    is_busy: bool = False  # it works, or its run waits for a seat


def as_group_member(
    member: Member,
    folder_name: str,
    standing: Standing,
    now: datetime,
    hindrance: str = "",
    *,
    rests: str = "",
    is_busy: bool = False,
) -> GroupMember:
    """The account as it stands; `hindrance` is what else there is against it."""
    hindrance = why_files_forbid(member) or hindrance
    is_held = not hindrance and standing.holds(now)
    return GroupMember(
        member.entry.id,
        member.entry.display_name,
        member.entry.groups,
        member.folder,
        folder_name,
        member.settings,
        standing.of_account if is_held else hindrance,
        standing.until if is_held else None,
        rests,
        is_busy,
    )


@dataclass(frozen=True)
class Choice:
    """Who gets a post: the member, when it should go out there, and why this one."""

    member: GroupMember
    expected_at: datetime
    why: str


class RotationFacts(Protocol):
    """What is known of groups and members. All raise StorageError."""

    def mode(self, group: str) -> RotationMode:
        """The order of its members."""

    def last_given(self, group: str) -> Mapping[str, datetime]:
        """Folder -> when the account got a post of the group last that it still has or sent."""

    def hands_before(self, post: GroupPost) -> Sequence[Hand]:
        """Those the post was in, the first one first."""

    def posts_lately(self, member: GroupMember) -> int:
        """How many posts it sent in the last 7 days."""

    def posts_held(self) -> Sequence[str]:
        """The account of each post of any group that is with a member."""

    def is_slot_taken(self, member: GroupMember) -> bool:
        """Whether a post waits for the member's next slot."""

    def was_posted(self, member: GroupMember, text: str) -> bool:
        """Whether it posted the text so short a time ago that it may not again."""

    def why_not(self, account_id: str, text: str, at: datetime) -> str:
        """What the guards have against a text; of no account, whether any one's text is like it."""


class Offers:
    """Offers posts to members in turn. Raises StorageError.

    A member's next slot is looked for within the first of `spans`, then within those after it. It is remembered: for
    as long as this lives, slots stay as they are.
    """

    def __init__(
        self, facts: RotationFacts, stagger_minutes: float, spans: Sequence[timedelta] = (SLOT_AHEAD,)
    ) -> None:
        self._facts = facts
        self._stagger = stagger_minutes
        self._spans = spans
        self._slots: dict[str, tuple[datetime, Occurrence | None]] = {}  # as of that moment

    def choose(
        self,
        post: GroupPost,
        members: Sequence[GroupMember],
        now: datetime,
        promised: Mapping[str, datetime] | None = None,
    ) -> tuple[Choice | None, dict[str, str]]:
        """Who gets the post now; and, by name, why those before in turn do not.

        `promised`: accounts that get a post of the queue before it, with the time that counts as given.
        """
        own = {each.account_id: each for each in members if post.group in each.groups}
        mode, before = self._facts.mode(post.group), self._facts.hands_before(post)
        refused: dict[str, str] = {}
        # One look for all: where it is like nothing that any account posted or plans, no member need be asked.
        is_new = not self._facts.why_not("", post.text, post.at or now)
        for turn in in_turn(self._turns(post.group, list(own.values()), mode, before, promised or {}), mode):
            member = own[turn.account_id]
            is_promised = turn.account_id in (promised or {})
            expected, why_not = self._offer(post, member, now, is_promised=is_promised, is_new=is_new)
            if expected is not None and not why_not:
                return Choice(member, expected, _why(turn, mode, before, members)), refused
            refused[member.name] = why_not
        return None, refused

    def _turns(
        self,
        group: str,
        members: Sequence[GroupMember],
        mode: RotationMode,
        before: Sequence[Hand],
        promised: Mapping[str, datetime],
    ) -> list[Turn]:
        """What counts of each member."""
        last, facts = self._facts.last_given(group), self._facts
        held = list(facts.posts_held()) if mode is RotationMode.FEWEST else []
        return [
            Turn(
                each.account_id,
                promised.get(each.account_id) or last.get(each.folder_name),
                (facts.posts_lately(each) + held.count(each.account_id) + (each.account_id in promised))
                if mode is RotationMode.FEWEST
                else 0,
                sum(hand.folder == each.folder_name for hand in before),
            )
            for each in members
        ]

    def _offer(
        self, post: GroupPost, member: GroupMember, now: datetime, *, is_promised: bool, is_new: bool
    ) -> tuple[datetime | None, str]:
        """When the member would send it, and why it cannot take it; `is_new`: no account has a text like it."""
        if member.settings is None:
            return None, "its files cannot be read"
        if post.at is not None:
            expected, late = post.at, now - post.at
            if late > _within(member.settings):
                return None, f"the time passed {late // timedelta(minutes=1)} min ago, later than it may come"
        else:
            slot = None if is_promised else self.next_slot(member, now)
            if slot is None:
                return None, "it has no free slot that posts within a day"
            expected = slot.planned_at
        if member.hindrance and (member.until is None or member.until > expected):
            return expected, member.hindrance
        against = self._record_against(post, member.settings, member)
        return expected, against or ("" if is_new else self._guards_against(post, member, expected))

    def next_slot(self, member: GroupMember, now: datetime) -> Occurrence | None:
        """The member's next slot that posts; None without one within a day."""
        slot = self.slot_after(member, now)
        return slot if slot is not None and slot.planned_at <= now + SLOT_AHEAD else None

    def slot_after(self, member: GroupMember, now: datetime) -> Occurrence | None:
        """The member's next slot that posts; None without one within the longest of the spans."""
        at, slot = self._slots.get(member.account_id, (None, None))
        is_over = slot is not None and slot.planned_at <= now
        if at is None or is_over or (slot is None and at + self._spans[-1] < now + SLOT_AHEAD):
            spans = (self._first_slot(member, now, now + span) for span in self._spans)
            slot = next((each for each in spans if each is not None), None)
            self._slots[member.account_id] = (now, slot)
        return slot

    def _first_slot(self, member: GroupMember, after: datetime, until: datetime) -> Occurrence | None:
        if member.settings is None:
            return None
        schedule = member.settings.schedule
        coming = [
            occurrence
            for slot in schedule.all_slots
            if slot.post != "none"
            for occurrence in occurrences(member.account_id, slot, schedule.zone, after, until, self._stagger)
        ]
        return min(coming, default=None)

    def _record_against(self, post: GroupPost, settings: AccountSettings, member: GroupMember) -> str:
        """What the account's record says against it."""
        if post.at is None and self._facts.is_slot_taken(member):
            return "its next slot is taken by a post that waits in its queue"
        days = settings.content.repeat_after_days
        return f"it posted this text less than {days} days ago" if self._facts.was_posted(member, post.text) else ""

    def _guards_against(self, post: GroupPost, member: GroupMember, expected: datetime) -> str:
        why = self._facts.why_not(member.account_id, post.text, expected)
        return f"the text {why}" if why else ""


def _why(turn: Turn, mode: RotationMode, before: Sequence[Hand], members: Sequence[GroupMember]) -> str:
    why = reason_of(turn, mode)
    if not before:
        return why
    last = before[-1]
    return f"taken over from {name_among(members, last.account_id)} ({clause(last.reason)}); {why}"


def name_among(members: Sequence[GroupMember], account_id: str) -> str:
    """What people call the account; its id where it is not among these any more."""
    return next((each.name for each in members if each.account_id == account_id), account_id)


def refusals_in_words(refused: Mapping[str, str]) -> list[str]:
    """Who does not get a post, each with why, for one sentence."""
    return [f"{name}: {clause(why)}" for name, why in refused.items()]


def why_leaves(member: GroupMember | None, group: str, expected_at: datetime) -> str:
    """Why a post that should go out then does not stay with this member, whatever its record says."""
    if member is None:
        return "the account is not in the list any more, or its entry there cannot be read"
    if group not in member.groups:
        return f"the account is not in the group {group} any more"
    passes = member.until is not None and member.until <= expected_at + PATIENCE
    return "" if passes else member.hindrance


def why_late(member: GroupMember | None, expected_at: datetime, failure: str, now: datetime) -> str:
    """Why a post whose time has passed leaves its member; "" while it need not: a seat frees for another, too."""
    late = now - expected_at
    if late <= PATIENCE or (member is not None and member.is_busy):
        return ""
    why = failure or (member.rests if member else "")
    return f"not sent {late // timedelta(minutes=1)} min after its time{f': {why}' if why else ''}"


def is_near(post: GroupPost, now: datetime) -> bool:
    """Whether it may be given out already."""
    return post.at is None or post.at - now <= DATED_AHEAD


def is_over(post: GroupPost, members: Sequence[GroupMember], now: datetime) -> bool:
    """Whether its moment has passed by more than any member may be late."""
    own = [each.settings for each in members if post.group in each.groups and each.settings is not None]
    most = max((_within(settings) for settings in own), default=timedelta(hours=1))
    return post.at is not None and now - post.at > most


def _within(settings: AccountSettings) -> timedelta:
    return timedelta(minutes=max(settings.schedule.queue.within_minutes, 2))
