"""A summary out of facts: sums over accounts, compared with the time before. Pure; None is unknown, never 0."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.storage.messages import KeptCause
from bot.storage.span_facts import SpanFacts


class Span(StrEnum):
    """How many days a summary is of."""

    DAY = "day"
    WEEK = "week"

    @property
    def days(self) -> int:
        return 1 if self is Span.DAY else 7

    def first(self, last: date) -> date:
        """The first day of the span that ends with `last`."""
        return last - timedelta(days=self.days - 1)

    def before(self, last: date) -> date:
        """The last day of the span before that."""
        return last - timedelta(days=self.days)


@dataclass(frozen=True)
class Measure:
    """One number of a summary."""

    id: str
    words: str
    read: Callable[[SpanFacts], int | None]
    is_signed: bool = False


MEASURES = (
    Measure("posts", "Posts", lambda facts: facts.posts),
    Measure("replies", "Replies sent", lambda facts: facts.replies),
    Measure("views", "Views", lambda facts: facts.views.total),
    Measure("likes", "Likes", lambda facts: facts.likes.total),
    Measure("reposts", "Reposts", lambda facts: facts.reposts.total),
    Measure("answers", "Replies received", lambda facts: facts.answers.total),
    Measure("followers_gained", "Followers gained", lambda facts: facts.gained, is_signed=True),
    Measure("chats", "Chats", lambda facts: facts.chats),
    Measure("orders", "Orders", lambda facts: facts.orders),
    Measure("revenue", "Revenue", lambda facts: facts.revenue),
    Measure("runs_good", "Runs that went well", lambda facts: facts.runs_good),
    Measure("runs_bad", "Runs that did not", lambda facts: facts.runs_bad),
)


@dataclass(frozen=True)
class Figure:
    """A number, that of the time before, and of how many accounts each is known."""

    measure: Measure
    total: int | None
    before: int | None
    known: int
    known_before: int
    accounts: int

    @property
    def change(self) -> int | None:
        """How much more than before; None where it would compare other accounts, or something unknown."""
        if self.total is None or self.before is None or self.is_of_others:
            return None
        return self.total - self.before

    @property
    def is_of_others(self) -> bool:
        """Whether both are known, but not of the same accounts."""
        return self.total is not None and self.before is not None and self.known != self.known_before

    @property
    def is_of_some(self) -> bool:
        """Whether one of the two that is known is not of all accounts."""
        of = [
            known
            for number, known in ((self.total, self.known), (self.before, self.known_before))
            if number is not None
        ]
        return any(known < self.accounts for known in of)


@dataclass(frozen=True)
class AccountSummary:
    """One account's days."""

    account_id: str
    name: str
    timezone: str
    facts: SpanFacts
    before: SpanFacts
    is_so_far: bool  # the last day is not over yet
    causes: tuple[KeptCause, ...] = ()  # what needed a person in these days, or still does
    next_run: datetime | None = None  # UTC; told while the days are not over
    next_slot: str = ""
    trouble: str = ""  # why its numbers could not be read

    @property
    def figures(self) -> tuple[Figure, ...]:
        return figures_of([self])

    @property
    def lasting(self) -> tuple[KeptCause, ...]:
        return tuple(cause for cause in self.causes if cause.ended_at is None)

    @property
    def is_quiet(self) -> bool:
        """Whether there is nothing to tell of it but that nothing happened."""
        facts = self.facts
        return not (facts.posts or facts.replies or facts.runs_bad or facts.gained or facts.orders or self.causes)


@dataclass(frozen=True)
class Summary:
    """The days of all accounts, or of some groups."""

    span: Span
    last: date
    accounts: tuple[AccountSummary, ...]
    causes: tuple[KeptCause, ...] = ()  # of the fleet as a whole

    @property
    def first(self) -> date:
        return self.span.first(self.last)

    @property
    def figures(self) -> tuple[Figure, ...]:
        return figures_of(self.accounts)

    @property
    def is_so_far(self) -> bool:
        return any(account.is_so_far for account in self.accounts)

    @property
    def lasting(self) -> tuple[KeptCause, ...]:
        """What needs a person now."""
        every = [*self.causes, *(cause for account in self.accounts for cause in account.causes)]
        return tuple(cause for cause in every if cause.ended_at is None)

    @property
    def over(self) -> tuple[KeptCause, ...]:
        """What needed a person and does not any more."""
        every = [*self.causes, *(cause for account in self.accounts for cause in account.causes)]
        return tuple(cause for cause in every if cause.ended_at is not None)

    @property
    def problems(self) -> tuple[tuple[AccountSummary, str, int], ...]:
        """Why runs came to nothing: account, reason, how many; the most frequent first."""
        found = [(each, problem.reason, problem.runs) for each in self.accounts for problem in each.facts.problems]
        return tuple(sorted(found, key=lambda problem: -problem[2]))

    @property
    def coming(self) -> tuple[AccountSummary, ...]:
        """The accounts with a next run, the soonest first."""
        ahead = [(each.next_run, each) for each in self.accounts if each.next_run is not None]
        return tuple(each for _, each in sorted(ahead, key=lambda pair: pair[0]))


def figures_of(accounts: Sequence[AccountSummary]) -> tuple[Figure, ...]:
    """Each measure over these accounts."""
    return tuple(_figure(measure, accounts) for measure in MEASURES)


def _figure(measure: Measure, accounts: Sequence[AccountSummary]) -> Figure:
    now = [number for each in accounts if (number := measure.read(each.facts)) is not None]
    before = [number for each in accounts if (number := measure.read(each.before)) is not None]
    return Figure(
        measure, sum(now) if now else None, sum(before) if before else None, len(now), len(before), len(accounts)
    )
