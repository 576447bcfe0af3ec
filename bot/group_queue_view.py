"""The queues of groups as panel and API work with them: plain records, and what the queues promise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, Protocol
from zoneinfo import ZoneInfo

from bot.storage.group_queues import GroupPost, GroupWritten, Hand, HandState, RotationMode


@dataclass(frozen=True)
class TurnView:
    """A member of the group, as the rotation counts it."""

    account_id: str
    name: str
    last_given: datetime | None  # when it got a post of the group last that it kept
    posts_lately: int | None  # that Aviary sent in 7 days, of all kinds but replies; None: its record cannot be read
    why_not: str = ""  # why it gets nothing now; "" when it does


@dataclass(frozen=True)
class RotatingPost:
    """A post of the group, and where it is."""

    post: GroupPost
    hands: tuple[Hand, ...] = ()  # all it was in, the first one first
    next_account: str = ""  # of one that waits: who would get it now
    why: str = ""  # why that one; of one that waits in vain, why nobody gets it
    expected_at: datetime | None = None
    lacks: str = ""  # why its media cannot go with it

    @property
    def can_change(self) -> bool:
        """Whether it may still be written otherwise: surely nobody sent it yet, as far as the hands know."""
        return self.post.hand is None or self.post.hand.state not in {HandState.SENT, HandState.LOST}


@dataclass(frozen=True)
class GroupQueueLook:
    """The queue of one group."""

    group: str
    mode: RotationMode
    members: tuple[TurnView, ...]
    waiting: tuple[RotatingPost, ...]  # with no member yet, in order
    given: tuple[RotatingPost, ...]  # with a member, what goes out first at first
    asks: tuple[RotatingPost, ...]  # a person has to say something
    sent: tuple[RotatingPost, ...]  # newest first, some of them
    zone: ZoneInfo  # the clock on which its moments are written
    holds: str = ""  # why nothing is given out


@dataclass(frozen=True)
class Entered:
    """What came of posts that a person wrote: the keys of those that wait now, and what is wrong with the others."""

    keys: tuple[str, ...] = ()
    faults: Mapping[int, Mapping[str, str]] = field(
        default_factory=dict
    )  # place among what was written -> field -> why
    remarks: Mapping[int, str] = field(default_factory=dict)  # what a person should know of one that was entered


class GroupQueues(Protocol):
    """The queues of all groups; bot.fleet.group_queues.GroupQueues is the real one.

    Methods with a `key` raise KeyError for an unknown post, or one of another group. All raise StorageError.
    """

    def counts(self) -> dict[str, int]:
        """Group -> how many posts were not sent yet; groups without accounts, too."""

    def look(self, group: str) -> GroupQueueLook:
        """What waits, who has what, who gets the next one and why; empty for an unknown group."""

    def find(self, group: str, key: str) -> RotatingPost:
        """One post; KeyError for a deleted one."""

    def group_of_hand(self, token: str) -> str:
        """The group whose post lies in an account's queue under this token. Raises KeyError."""

    def set_mode(self, group: str, mode: RotationMode) -> None:
        """Who gets the next post."""

    def add(self, group: str, written: Sequence[GroupWritten], who: str) -> Entered:
        """Put those behind the others that can be posted by a member; the rest is told."""

    def change(self, group: str, key: str, written: GroupWritten, version: int, who: str) -> GroupPost:
        """Put `written` in its place; a member that has it gives it back first.

        Raises PostUnfit, PostTaken once it may be out, ChangedMeanwhile.
        """

    def delete(self, group: str, key: str, version: int, who: str) -> None:
        """Take it out, from a member's queue too; `restore` brings it back. Raises PostTaken and ChangedMeanwhile."""

    def restore(self, group: str, key: str) -> GroupPost:
        """Bring back what was deleted."""

    def shift(self, group: str, key: str, step: int) -> None:
        """Let a post that waits go so many places later; before others with a negative `step`."""

    def give_again(self, group: str, key: str, who: str) -> None:
        """A person's word that a post nobody knows of was not sent: it waits for a member again.

        Raises PostTaken for one that is not lost and not held.
        """

    def move_all(self, group: str, other: str) -> None:
        """All posts of a group are another one's now: it was renamed, or has no account any more."""

    def add_media(self, name: str, stream: BinaryIO) -> str:
        """Keep a file for posts of groups; returns its name. Raises MediaRefused and StorageError."""

    def media(self) -> Sequence[str]:
        """The names of the files that are kept."""
