"""The coming week as panel and API meet it: the runs of all accounts, what each comes to, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Protocol

HOUR = timedelta(hours=1)
WAITED_FROM = timedelta(minutes=1)
"""A run that begins this much after its time waited for a seat."""


class Outcome(StrEnum):
    """What becomes of a run."""

    DONE = "done"  # as it was planned
    LATE = "late"  # it waits for a seat or a permit, and is done whole then
    PARTLY = "partly"  # a part of it, or it stands nowhere that it posts
    LEFT_OUT = "left_out"  # it does not begin
    FAILED = "failed"


class Cause(StrEnum):
    """What stands in the way."""

    NONE = ""
    SEAT = "seat"
    LIMIT = "limit"
    DUPLICATE = "duplicate"
    RUNWAY = "runway"  # no template gives a text that may go out
    SESSION = "session"
    STANDING = "standing"  # paused, stopped, limited, or it needs a person
    FLEET_PAUSE = "fleet_pause"
    SETTING = "setting"  # switched off, or left to a person
    MISSED = "missed"


@dataclass(frozen=True)
class ForecastRun:
    """One run that will be. `text` is a sample where a template draws by chance."""

    account_id: str
    slot: str
    local_date: str
    planned_at: datetime
    outcome: Outcome
    cause: Cause = Cause.NONE
    reason: str = ""
    remedy: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    kind: str = ""  # of template; "queued" for a post that a person wrote
    template: str = ""
    post_id: int | None = None
    text: str = ""
    posted_at: datetime | None = None
    likes: int = 0
    follows: int = 0
    replies: int = 0
    group: str = ""  # from whose queue the post comes

    @property
    def is_posted(self) -> bool:
        return self.posted_at is not None

    @property
    def at(self) -> datetime:
        """When its post goes out, else when it begins, else its time."""
        return self.posted_at or self.started_at or self.planned_at

    @property
    def waits(self) -> timedelta:
        """How long after its time it begins for good."""
        return (self.posted_at or self.started_at or self.planned_at) - self.planned_at


@dataclass(frozen=True)
class HourTotals:
    """What all accounts do in one hour, and how many seats are in use at most."""

    starts: datetime
    posts: int = 0
    likes: int = 0
    follows: int = 0
    replies: int = 0
    seats: int = 0
    held_back: int = 0  # runs that do not all they should


@dataclass(frozen=True)
class Limits:
    """Of all accounts together, in any 60 minutes; and how many work at a time."""

    posts: int
    likes: int
    follows: int
    replies: int
    seats: int


@dataclass(frozen=True)
class Forecast:
    """The runs from `start` to `end`, in order of planned time."""

    made_at: datetime
    start: datetime
    end: datetime
    runs: Sequence[ForecastRun]
    limits: Limits
    seconds: float  # that it took to make
    run_seconds: float  # how long a run is taken to last where an account has no record of its own
    silent: Mapping[str, str] = field(default_factory=dict)  # account of which no run comes -> why
    fleet_pause: str = ""  # why the fleet is paused; "" when it is not

    def of_accounts(self, account_ids: Sequence[str]) -> list[ForecastRun]:
        """The runs of these accounts."""
        wanted = set(account_ids)
        return [run for run in self.runs if run.account_id in wanted]

    def hours(self) -> list[HourTotals]:
        """Each hour from the one that `start` lies in."""
        return _count_hours(self)


def _count_hours(forecast: Forecast) -> list[HourTotals]:
    counts: dict[str, Counter[datetime]] = {
        name: Counter() for name in ("posts", "likes", "follows", "replies", "held_back")
    }
    spans: list[tuple[datetime, datetime]] = []
    for run in forecast.runs:
        hour = hour_of(run.at)
        counts["posts"][hour] += run.is_posted
        counts["likes"][hour] += run.likes
        counts["follows"][hour] += run.follows
        counts["replies"][hour] += run.replies
        counts["held_back"][hour_of(run.planned_at)] += run.outcome in HELD_BACK
        if run.started_at and run.ended_at and run.ended_at > run.started_at:
            spans.append((run.started_at, run.ended_at))
    seats = _most_at_once(spans)
    found, hour = [], hour_of(forecast.start)
    while hour < forecast.end:
        numbers = {name: each[hour] for name, each in counts.items()}
        found.append(HourTotals(hour, seats=seats.get(hour, 0), **numbers))
        hour += HOUR
    return found


HELD_BACK = frozenset({Outcome.PARTLY, Outcome.LEFT_OUT, Outcome.FAILED})


def _most_at_once(spans: Sequence[tuple[datetime, datetime]]) -> dict[datetime, int]:
    """Hour -> how many of the spans lie over one moment of it at most."""
    changes = sorted([(start, 1) for start, _ in spans] + [(end, -1) for _, end in spans])
    found: dict[datetime, int] = {}
    now, hour = 0, None
    for at, change in changes:
        coming = hour_of(at)
        while hour is not None and hour < coming:
            hour += HOUR
            found[hour] = max(found.get(hour, 0), now)
        hour = coming
        now += change
        found[hour] = max(found.get(hour, 0), now)
    return found


def hour_of(moment: datetime) -> datetime:
    """The hour of UTC that it lies in."""
    return moment.replace(minute=0, second=0, microsecond=0)


@dataclass(frozen=True)
class SlotChange:
    """Slots of this name get another time, other weekdays, or are switched; None leaves as it is."""

    slot: str
    time: time | None = None
    weekdays: tuple[str, ...] | None = None
    enabled: bool | None = None


@dataclass(frozen=True)
class Changes:
    """What is tried out. Of no account named, all but what is of the whole fleet concerns all."""

    accounts: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    slot: SlotChange | None = None
    limits: Mapping[str, int] = field(default_factory=dict)  # keys of safety.rate_limits
    global_limits: Mapping[str, int] = field(default_factory=dict)  # keys of settings.global_rate_limit
    seats: int | None = None  # settings.max_concurrent_accounts
    template: str = ""  # an account template whose slots they get
    joins: str = ""  # a group they come into
    leaves: str = ""  # one they are not in any more

    @property
    def are_none(self) -> bool:
        one = self.slot is not None or self.seats is not None or bool(self.template)
        return not (one or self.joins or self.leaves or self.limits or self.global_limits)

    def are_for(self, account_id: str, groups: Iterable[str]) -> bool:
        """Whether they concern the account, which is in these groups."""
        if not self.accounts and not self.groups:
            return True
        return account_id in self.accounts or not set(groups).isdisjoint(self.groups)


class Forecasts(Protocol):
    """The coming week of all accounts, simulated; nothing is written and nobody waits for it."""

    def look(self, *, anew: bool = False) -> Forecast:
        """The coming week as the settings are; made when something has changed since, or `anew` is asked for."""

    def try_out(self, changes: Changes) -> Forecast:
        """The same with the changes. Raises KeyError for an account template that is not there, and SettingsError."""
