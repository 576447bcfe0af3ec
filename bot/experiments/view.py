"""Tests as people plan and see them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.settings.account import AccountSettings
from bot.settings.home import AccountFolder
from bot.storage.experiments import Compared, Experiment, OutcomeKind

ARMS = ("A", "B")
"""What the two ways are called."""


@dataclass(frozen=True)
class ExperimentPlace:
    """An account of the list. `settings` None: its files cannot be read now."""

    account_id: str
    name: str
    folder_key: str
    folder: AccountFolder
    groups: tuple[str, ...]
    settings: AccountSettings | None


@dataclass(frozen=True)
class Wanted:
    """What a person wants to test. `account_id` or `group` says where."""

    name: str
    compares: Compared
    account_id: str
    group: str
    subject: str  # texts: the kind of templates; times: the slot
    first: tuple[str, ...]  # keys of templates, or one time as HH:MM
    second: tuple[str, ...]
    outcome: OutcomeKind
    smallest_percent: int
    longest_weeks: int = 26


@dataclass(frozen=True)
class Prospect:
    """What a test would take, told before it begins."""

    size: int  # posts per arm
    posts_per_week: int  # of both arms, at the present plan
    weeks: int | None  # None: no slot would post for it
    spread: float
    past_posts: int  # the spread is of so many; 0: it is assumed
    accounts: tuple[ExperimentPlace, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tally:
    """How far the posts of a test are, for each arm: counted, waiting to be old enough or read, left out and why."""

    counted: tuple[int, int] = (0, 0)
    waiting: tuple[int, int] = (0, 0)
    left_out: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def left_out_in_all(self) -> tuple[int, int]:
        counts = list(self.left_out.values())
        return sum(first for first, _ in counts), sum(second for _, second in counts)


@dataclass(frozen=True)
class ExperimentView:
    """One test with how far it is."""

    experiment: Experiment
    accounts: tuple[tuple[str, str], ...]  # id, name of those that are still there
    tally: Tally
    looks: tuple[int, ...]  # posts per arm at each look
    posts_per_week: int = 0  # of both arms, at the present plan
    full_about: datetime | None = None  # when about all its posts count; None: its slots post nothing, or it has ended
    in_the_way: Experiment | None = None  # a test that runs, for which a draft cannot be started

    @property
    def next_look(self) -> int | None:
        """Posts per arm at which it is looked at next; None after its end."""
        done = len(self.experiment.looks)
        return self.looks[done] if self.experiment.ended_at is None and done < len(self.looks) else None

    @property
    def missing(self) -> int:
        """Posts that still have to count of the arm that has fewer, to the full size."""
        return max(0, self.experiment.plan.size - min(self.tally.counted))

    @property
    def latest(self) -> datetime | None:
        """When it ends whatever has been counted; None before its start."""
        begun = self.experiment.started_at
        return begun + timedelta(days=self.experiment.plan.longest_days) if begun else None

    @property
    def winner(self) -> int | None:
        """0 or 1; None without one."""
        return {"first": 0, "second": 1}.get(self.experiment.verdict)


@dataclass(frozen=True)
class WinnerChange:
    """What using the winner would change in one account, in words; `trouble` says why it cannot be done there."""

    account_id: str
    name: str
    lines: tuple[str, ...]
    trouble: str = ""
