"""Suggestions as panel and API meet them: what the numbers advise, and what a person makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Protocol

from bot.advice.practices import Practices
from bot.advice.suggesting import SlotSuggestion, Suggested
from bot.advice.weighing import WeighedPost
from bot.settings.account import Slot
from bot.storage.planned_posts import PlannedPost
from bot.storage.suggestions import Dismissal


@dataclass(frozen=True)
class AccountAdvice:
    """How much is known of one account. `trouble` says why its numbers could not be read, "" when they could."""

    account_id: str
    posts: int  # of the last 180 days, without replies
    settled: int  # of those, with known counts that have settled
    needed: int
    hours: int = 0  # pairs of a slot and another hour that could be compared
    trouble: str = ""

    @property
    def has_enough(self) -> bool:
        return self.settled >= self.needed


@dataclass(frozen=True)
class DismissedSuggestion:
    """A suggestion that a person does not want, of an account that is there."""

    account_id: str
    dismissal: Dismissal


@dataclass(frozen=True)
class Advice:
    """All that is suggested for one account or for all."""

    accounts: tuple[AccountAdvice, ...]
    suggested: Suggested
    dismissed: tuple[DismissedSuggestion, ...]
    practices: Practices
    best: tuple[WeighedPost, ...]  # the best posts, of each account at most so many
    stagger_minutes: float
    too_staggered: bool = False  # the fleet spreads its runs over more than an hour: no hour can be advised


class Suggestions(Protocol):
    """`bot.fleet.suggestions.Suggestions` is the real one. Methods raise KeyError for an unknown account."""

    def look(self, account_id: str = "") -> Advice:
        """What is advised for one account; "" for all."""

    def find(self, account_id: str, slot: str) -> SlotSuggestion:
        """The present suggestion for a slot. Raises KeyError when there is none."""

    def may_move(self, account_id: str, slot: Slot, to: time) -> bool:
        """Whether the fleet and the account have room for the slot at that time."""

    def dismiss(self, account_id: str, slot: str, who: str) -> Dismissal:
        """Do not suggest this again before much more is known. Raises KeyError when there is no such suggestion."""

    def show_again(self, account_id: str, slot: str, hour: int) -> bool:
        """Take a dismissal back; False when there was none."""

    def find_best(self, account_id: str, tweet_id: str) -> WeighedPost:
        """One of the posts in the top fifth of an account. Raises KeyError."""

    def draft_from(self, account_id: str, source: WeighedPost, who: str) -> PlannedPost:
        """Put a draft into the account's queue, at the hour of `source`, that quotes it and has to be reworded.

        As long as its text is like that of `source` it cannot be queued: `why_taken` says so to the queue. Raises
        PostUnfit for the account that posted it.
        """
