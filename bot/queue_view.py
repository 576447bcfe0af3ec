"""The posts that people write, as panel and API work with them: plain records, and what the queues promise."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.planning.slots import Occurrence
from bot.storage.planned_posts import PlannedPost, Written


@dataclass(frozen=True)
class QueueLook:
    """The queue of one account."""

    posts: tuple[PlannedPost, ...]  # not sent yet: those with a moment first, then those that wait for a slot
    sent: tuple[PlannedPost, ...]  # newest first, some of them
    slots: Mapping[int, Occurrence]  # a post without a moment -> the slot that will take it
    lacks: Mapping[int, str] = field(default_factory=dict)  # a post -> why its media cannot go with it
    holds: str = ""  # why nothing goes out by itself; "" when it does
    within_minutes: int = 60  # so late one may still go out
    remarks: Mapping[int, str] = field(default_factory=dict)  # a post -> what a person should know of its text


class EntryKind(StrEnum):
    """What stands in the calendar."""

    QUEUED = "queued"  # a written post that was not sent yet
    POSTED = "posted"
    SLOT = "slot"  # a run of a slot that is to come


@dataclass(frozen=True)
class CalendarEntry:
    """One thing of one account at one moment (UTC)."""

    account_id: str
    at: datetime
    kind: EntryKind
    text: str = ""
    slot: str = ""  # of a run, or the one that will take a post without a moment
    post: PlannedPost | None = None  # behind kind QUEUED
    state: str = ""  # of a post
    url: str = ""  # of what was posted


@dataclass(frozen=True)
class ImportRow:
    """One line of a table: what it would make, or why it makes nothing."""

    line: int
    account: str  # as it is written
    account_id: str  # "" for an unknown one
    written: Written
    faults: tuple[str, ...] = ()
    remark: str = ""  # what a person should know of its text


@dataclass(frozen=True)
class ImportPlan:
    """What a table would make."""

    rows: tuple[ImportRow, ...] = field(default=())

    @property
    def good(self) -> tuple[ImportRow, ...]:
        """The lines that make a post."""
        return tuple(row for row in self.rows if not row.faults)


class PostQueues(Protocol):
    """The queues of all accounts; bot.fleet.post_queues.PostQueues is the real one.

    Methods with an `account_id` raise KeyError for an unknown account, or one whose settings cannot be read; those with
    a `post_id` for an unknown post, too. All raise StorageError when the account's database cannot be used.
    """

    def look(self, account_id: str) -> QueueLook:
        """What waits, and what was sent last."""

    def find(self, account_id: str, post_id: int) -> PlannedPost:
        """One post, also a sent one; KeyError for a deleted one."""

    def faults(self, account_id: str, written: Written) -> dict[str, str]:
        """Field (text, media, at) -> what is wrong with it; {} when it can be queued."""

    def add(self, account_id: str, written: Written, who: str) -> PlannedPost:
        """Queue a post that `who` wrote. Raises PostUnfit."""

    def change(self, account_id: str, post_id: int, written: Written, version: int) -> PlannedPost:
        """Put `written` in its place. Raises PostUnfit, PostTaken once it may be out, ChangedMeanwhile."""

    def move(self, account_id: str, post_id: int, at: datetime | None, version: int) -> PlannedPost:
        """Give it another moment, None: the next slot that posts. A draft stays one. Raises as `change`."""

    def delete(self, account_id: str, post_id: int, version: int) -> None:
        """Take it out; `restore` brings it back. Raises PostTaken and ChangedMeanwhile."""

    def restore(self, account_id: str, post_id: int) -> PlannedPost:
        """Bring back what was deleted."""

    def shift(self, account_id: str, post_id: int, step: int) -> None:
        """Let a post without a moment go so many places later; before others with a negative `step`."""

    def calendar(self, start: datetime, end: datetime, account_ids: Collection[str]) -> list[CalendarEntry]:
        """What was posted, is queued and is planned from `start` to `end`, the earliest first."""

    def plan_import(self, content: bytes) -> ImportPlan:
        """What the lines of a CSV file would make. Raises TableUnreadable."""

    def add_all(self, rows: Sequence[ImportRow], who: str) -> list[tuple[str, int]]:
        """Queue what the rows make; returns (account, post) of each. Rows with faults are left out."""

    def table(self, account_ids: Collection[str], separator: str = ",") -> bytes:
        """What waits in these queues, as a CSV file that `plan_import` reads."""
