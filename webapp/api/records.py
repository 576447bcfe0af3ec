"""What an account did: its runs, its posts, its numbers, and why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from flask import url_for
from pydantic import Field

from bot.fleet_view import PostView, RunState, RunView, StateKind, StepView, Trigger, WhyView
from bot.storage.journal import IntentState
from bot.storage.numbers import AccountNumbers, DayNumbers, PeriodNumbers, PostNumbers
from webapp.activity.record import RecordQuery, search_record
from webapp.api.account_model import Today, find_account
from webapp.api.contract import DIGITS, LARGEST_NUMBER, Operation, Query, Record, Reply, Words
from webapp.api.paging import PagedByNumber, part_of
from webapp.api.problems import Problem, ProblemKind
from webapp.services import services

TAG = "Records"
_RUN = "<int(max=9007199254740991):run_id>"


class Level(StrEnum):
    """How an entry of the record is meant."""

    INFO = "info"
    GOOD = "good"
    WARNING = "warning"
    ERROR = "error"


class Run(Record):
    """One run of an account. Times are UTC."""

    id: int
    slot: str
    trigger: Trigger
    state: RunState
    planned_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    reason: str
    remedy: str
    posts: int
    likes: int
    follows: int
    replies: int


class RunList(Record):
    """Runs, newest first."""

    items: list[Run]
    next: int | None


class Step(Record):
    """One step or decision of a run."""

    at: datetime
    level: Level
    text: str
    evidence: str | None = Field(description="The address of a picture of the page.")


class RunSteps(Record):
    """A run with its steps, newest first."""

    run: Run
    steps: list[Step]


class Tweet(Record):
    """A post that an account made, or set out to make, through Aviary."""

    id: int = Field(description="Of Aviary; by it a post is decided.")
    tweet_id: str | None = Field(description="Of x.com, once it is known.")
    text: str
    media: list[str]
    state: IntentState
    at: datetime
    url: str | None
    is_by_model: bool = Field(description="Whether a language model worded it.")
    answers: str | None = Field(description="The handle that a reply answers; null for a post of its own.")


class TweetList(Record):
    """Posts, newest first."""

    items: list[Tweet]
    next: int | None


class Day(Record):
    """One local date; null is unknown."""

    date: date
    posts: int | None
    likes: int | None
    follows: int | None
    followers: int | None


class Period(Record):
    """The last `days` days together, today included; null is unknown."""

    days: int
    posts: int | None
    likes: int | None
    follows: int | None
    followers_gained: int | None


class Reading(Record):
    """What one reading found of a post; null is unknown."""

    read_at: datetime
    views: int | None
    likes: int | None
    reposts: int | None
    replies: int | None


class PostStats(Record):
    """A post with its counts as they were last read, and all readings, the first one first."""

    tweet_id: str
    text: str
    at: datetime | None
    views: int | None
    likes: int | None
    reposts: int | None
    replies: int | None
    read_at: datetime | None
    readings: list[Reading]


class Stats(Record):
    """The numbers of one account. `days` are the last 30, oldest first; `posts` are the last ones, newest first."""

    account: str
    today: Today
    followers: int | None
    following: int | None
    periods: list[Period]
    days: list[Day]
    posts: list[PostStats]


class FleetToday(Record):
    """What all accounts did, each since its own local midnight."""

    posts: int
    likes: int
    follows: int


class FleetStats(Record):
    """The numbers of all accounts together. What is unknown of one counts as nothing; null is unknown of all."""

    accounts: int
    states: dict[StateKind, int]
    today: FleetToday
    followers: int | None = Field(description="Of the accounts whose followers are known.")
    periods: list[Period]
    days: list[Day]


class WhyQuery(Query):
    """Which entries of the record."""

    limit: Annotated[int, Field(ge=1, le=500, description="How many at most."), DIGITS] = 50
    before: Annotated[int, Field(ge=0, le=LARGEST_NUMBER, description="`next_before` of the part before."), DIGITS] = 0
    level: list[Level] = Field([], description="Only these levels.")
    words: Words = Field(default_factory=str, description="Only with these words.")


class WhyEntry(Record):
    """One decision or step."""

    id: int
    at: datetime
    level: Level
    text: str
    run: int | None
    slot: str | None
    next_at: datetime | None = Field(description="When it will be tried again.")
    evidence: str | None = Field(description="The address of a picture of the page.")


class Why(Record):
    """Why an account did what it did, newest first."""

    account: str
    summary: str = Field(description="One line on today.")
    entries: list[WhyEntry]
    next_before: int | None


@Operation("GET", "/accounts/all/stats", TAG, answer=FleetStats)
def fleet_stats() -> FleetStats:
    """The numbers of all accounts together."""
    view = services().fleet.overview()
    numbers = [found for account in view.accounts if (found := _numbers_of(account.id)) is not None]
    kinds = [account.state.kind for account in view.accounts]
    return FleetStats(
        accounts=len(view.accounts),
        states={kind: kinds.count(kind) for kind in StateKind if kind in kinds},
        today=FleetToday(posts=view.posts_today, likes=view.likes_today, follows=view.follows_today),
        followers=view.followers,
        periods=_periods_together(numbers),
        days=_days_together(numbers),
    )


@Operation("GET", "/accounts/<account_id>/stats", TAG, answer=Stats)
def account_stats(account_id: str) -> Stats:
    """The numbers of an account: today, the last 7 and 30 days, and each of these days."""
    view, numbers = find_account(account_id), services().fleet.numbers(account_id)
    return Stats(
        account=account_id,
        today=Today(
            posts=view.posts_today, posts_limit=view.posts_limit, likes=view.likes_today, follows=view.follows_today
        ),
        followers=view.followers,
        following=view.following,
        periods=[_period(each) for each in numbers.periods],
        days=[_day(each) for each in numbers.days],
        posts=[_post_stats(each) for each in numbers.posts],
    )


@Operation("GET", "/accounts/<account_id>/tweets", TAG, answer=TweetList, query=PagedByNumber)
def list_tweets(account_id: str, query: PagedByNumber) -> Reply:
    """List the posts of an account, newest first.

    Those that it set out to make and that failed, and those that wait for a person's word, too: see `state`.
    """
    found = services().fleet.posts(account_id, query.limit + 1, before=query.cursor)
    items, cursor, headers = part_of(found, query.limit, lambda post: post.intent_id)
    return Reply(TweetList(items=[_tweet(post) for post in items], next=cursor), headers)


@Operation("GET", "/accounts/<account_id>/runs", TAG, answer=RunList, query=PagedByNumber)
def list_runs(account_id: str, query: PagedByNumber) -> Reply:
    """List the runs of an account, newest first."""
    found = services().fleet.runs(account_id, query.limit + 1, before=query.cursor)
    items, cursor, headers = part_of(found, query.limit, lambda run: run.id)
    return Reply(RunList(items=[_run(run) for run in items], next=cursor), headers)


@Operation("GET", f"/accounts/<account_id>/runs/{_RUN}", TAG, answer=RunSteps)
def get_run(account_id: str, run_id: int) -> RunSteps:
    """Look at a run and its steps."""
    run = next((each for each in services().fleet.runs(account_id, 1, before=run_id + 1) if each.id == run_id), None)
    if run is None:
        raise Problem(ProblemKind.NOT_FOUND, f"There is no run {run_id} of this account.")
    steps = services().fleet.steps(account_id, run_id)
    return RunSteps(run=_run(run), steps=[_step(account_id, step) for step in steps])


@Operation("GET", "/accounts/<account_id>/why", TAG, answer=Why, query=WhyQuery)
def why(account_id: str, query: WhyQuery) -> Why:
    """Why an account did what it did: one line on today, and its record, newest first."""
    wanted = RecordQuery(tuple(query.level), query.words.strip(), query.before)
    found = search_record(services().fleet, account_id, wanted, query.limit)
    summary = services().fleet.why_no_post_today(account_id)
    entries = [_entry(account_id, entry) for entry in found.entries]
    return Why(account=account_id, summary=summary, entries=entries, next_before=found.next_before)


def _numbers_of(account_id: str) -> AccountNumbers | None:
    try:
        return services().fleet.numbers(account_id)
    except KeyError:  # removed a moment ago
        return None


def _days_together(numbers: list[AccountNumbers]) -> list[Day]:
    """By their dates: two accounts' days are not the same hours where their zones differ."""
    by_date: dict[date, list[DayNumbers]] = {}
    for each in numbers:
        for day in each.days:
            by_date.setdefault(day.day, []).append(day)
    names = ("posts", "likes", "follows", "followers")
    return [
        Day(date=day, **{name: _sum(getattr(each, name) for each in by_date[day]) for name in names})
        for day in sorted(by_date)
    ]


def _periods_together(numbers: list[AccountNumbers]) -> list[Period]:
    by_length: dict[int, list[PeriodNumbers]] = {}
    for each in numbers:
        for period in each.periods:
            by_length.setdefault(period.days, []).append(period)
    return [
        Period(
            days=days,
            posts=_sum(each.posts for each in periods),
            likes=_sum(each.likes for each in periods),
            follows=_sum(each.follows for each in periods),
            followers_gained=_sum(each.gained for each in periods),
        )
        for days, periods in sorted(by_length.items())
    ]


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _period(period: PeriodNumbers) -> Period:
    return Period(
        days=period.days,
        posts=period.posts,
        likes=period.likes,
        follows=period.follows,
        followers_gained=period.gained,
    )


def _post_stats(post: PostNumbers) -> PostStats:
    counts = {name: getattr(post, name) for name in PostStats.model_fields if name != "readings"}
    return PostStats(**counts, readings=[Reading(**vars(each)) for each in post.series])


def _day(day: DayNumbers) -> Day:
    return Day(date=day.day, posts=day.posts, likes=day.likes, follows=day.follows, followers=day.followers)


def _run(run: RunView) -> Run:
    return Run(**{name: getattr(run, name) for name in Run.model_fields})


def _step(account_id: str, step: StepView) -> Step:
    return Step(at=step.at, level=Level(step.level), text=step.text, evidence=_picture(account_id, step.evidence))


def _tweet(post: PostView) -> Tweet:
    return Tweet(
        id=post.intent_id,
        tweet_id=post.id or None,
        text=post.text,
        media=list(post.media),
        state=IntentState(post.state),
        at=post.at,
        url=post.url or None,
        is_by_model=post.is_by_model,
        answers=post.answers or None,
    )


def _entry(account_id: str, entry: WhyView) -> WhyEntry:
    return WhyEntry(
        id=entry.id,
        at=entry.at,
        level=Level(entry.level),
        text=entry.text,
        run=entry.run_id,
        slot=entry.slot or None,
        next_at=entry.next_at,
        evidence=_picture(account_id, entry.evidence),
    )


def _picture(account_id: str, evidence: str) -> str | None:
    if not evidence:
        return None
    return url_for("accounts.evidence", account_id=account_id, evidence_id=evidence)
