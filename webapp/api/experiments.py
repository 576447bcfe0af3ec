"""Tests of two texts or times: listed, planned, started, stopped."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from flask import url_for
from pydantic import Field

from bot.errors import ExperimentRefused
from bot.experiments.desk import ExperimentDesk
from bot.experiments.view import ExperimentView, Wanted
from bot.fleet_view import Refusal
from bot.storage.experiments import Compared, Experiment, ExperimentState, Look, OutcomeKind, Verdict
from webapp.access import actor
from webapp.api.contract import WHOLE, Body, Operation, Record, Reply
from webapp.api.paging import PagedByNumber, part_of
from webapp.api.problems import FieldError, Problem, ProblemKind
from webapp.services import services

TAG = "Tests"
Label = Annotated[str, Field(min_length=1, max_length=1000)]
Place = Annotated[str, Field(max_length=100)]
Name = Annotated[str, Field(min_length=1, max_length=100)]
_FIELDS = {"smallest": "smallest_percent", "longest": "longest_weeks", "where": "account"}


class LookRecord(Record):
    """What one look found. The interval is of the difference, B less A; null where nothing can be said."""

    at: datetime
    posts: list[int]
    means: list[float]
    difference: float
    low: float | None
    high: float | None
    p_value: float | None = Field(description="How often chance alone shows as much, were A and B alike.")


class ExperimentRecord(Record):
    """A test."""

    id: int
    name: str
    compares: Compared
    group: str = Field(description="Whose accounts these were at the start; empty for one account.")
    subject: str = Field(description="Texts: the kind of templates; times: the slot.")
    first: list[str] = Field(description="A: keys of templates, or one time.")
    second: list[str] = Field(description="B.")
    outcome: OutcomeKind
    smallest_percent: int
    size: int = Field(description="Posts per arm at the last look.")
    state: ExperimentState
    verdict: Verdict = Field(description="first: A did better; second: B did; empty while it is open.")
    why: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    looks: list[LookRecord]


class ExperimentStanding(Record):
    """A test with how far its posts are; pairs are of A and B."""

    experiment: ExperimentRecord
    accounts: list[str]
    counted: list[int]
    waiting: list[int] = Field(description="Posts that are too young, or not read yet.")
    left_out: dict[str, list[int]] = Field(description="Why posts do not count, and how many.")
    next_look: int | None = Field(description="Posts per arm at which it is looked at next.")


class ExperimentList(Record):
    """Newest first."""

    items: list[ExperimentRecord]
    next: int | None


class ExperimentToAdd(Body):
    """What shall be tested. Name an account or a group."""

    name: Name
    compares: Annotated[Compared, Field(strict=False)]
    account: Place = ""
    group: Place = ""
    subject: Name = Field(description="Texts: the kind of templates; times: the slot.")
    first: Annotated[list[Label], Field(min_length=1, max_length=50)]
    second: Annotated[list[Label], Field(min_length=1, max_length=50)]
    outcome: Annotated[OutcomeKind, Field(strict=False)] = OutcomeKind.ENGAGEMENT
    smallest_percent: Annotated[int, Field(ge=5, le=500), WHOLE] = 30
    longest_weeks: Annotated[int, Field(ge=1, le=104), WHOLE] = 26


@Operation("GET", "/experiments", TAG, answer=ExperimentList, query=PagedByNumber)
def list_experiments(query: PagedByNumber) -> Reply:
    """List the tests."""
    found = [each for each in _desk().all() if not query.cursor or each.id < query.cursor]
    items, cursor, headers = part_of(found[: query.limit + 1], query.limit, lambda each: each.id)
    return Reply(ExperimentList(items=[_record(each) for each in items], next=cursor), headers)


@Operation("GET", "/experiments/<int:experiment_id>", TAG, answer=ExperimentStanding)
def get_experiment(experiment_id: int) -> Reply:
    """Look at one test, and how far it is."""
    return Reply(_standing(_find(experiment_id)))


@Operation(
    "POST",
    "/experiments",
    TAG,
    answer=ExperimentStanding,
    status=201,
    body=ExperimentToAdd,
    problems=(ProblemKind.UNFIT,),
)
def add_experiment(body: ExperimentToAdd) -> Reply:
    """Keep a test as a draft.

    Its size comes from the numbers of its accounts. Nothing is drawn before it is started.
    """
    wanted = Wanted(
        name=body.name,
        compares=body.compares,
        account_id=body.account,
        group=body.group,
        subject=body.subject,
        first=tuple(body.first),
        second=tuple(body.second),
        outcome=body.outcome,
        smallest_percent=body.smallest_percent,
        longest_weeks=body.longest_weeks,
    )
    try:
        experiment = _desk().create(wanted, _who())
    except ExperimentRefused as refused:
        errors = [FieldError(why, f"/{_FIELDS.get(name, name)}") for name, why in refused.faults.items()]
        raise Problem(ProblemKind.UNFIT, refused.message, errors=errors, remedy=refused.remedy) from refused
    address = url_for("api.get_experiment", experiment_id=experiment.id)
    return Reply(_standing(_find(experiment.id)), {"Location": address})


@Operation(
    "POST",
    "/experiments/<int:experiment_id>/start",
    TAG,
    answer=ExperimentStanding,
    problems=(ProblemKind.REFUSED,),
)
def start_experiment(experiment_id: int) -> Reply:
    """Start a draft: slots draw from the next day on."""
    _find(experiment_id)
    return _done(experiment_id, _desk().start(experiment_id))


@Operation(
    "POST",
    "/experiments/<int:experiment_id>/stop",
    TAG,
    answer=ExperimentStanding,
    problems=(ProblemKind.REFUSED,),
)
def stop_experiment(experiment_id: int) -> Reply:
    """End a test before its time; no winner is called."""
    _find(experiment_id)
    return _done(experiment_id, _desk().stop(experiment_id, _who()))


def _done(experiment_id: int, line: str) -> Reply:
    if isinstance(line, Refusal):
        raise Problem(ProblemKind.REFUSED, line)
    return Reply(_standing(_find(experiment_id)))


def _who() -> str:
    who = actor()
    return who.name if who else ""


def _desk() -> ExperimentDesk:
    return services().fleet.experiments


def _find(experiment_id: int) -> ExperimentView:
    try:
        return _desk().show(experiment_id)
    except KeyError:
        raise Problem(ProblemKind.NOT_FOUND, "There is no such test.") from None


def _standing(view: ExperimentView) -> ExperimentStanding:
    return ExperimentStanding(
        experiment=_record(view.experiment),
        accounts=[account_id for account_id, _ in view.accounts],
        counted=list(view.tally.counted),
        waiting=list(view.tally.waiting),
        left_out={why: list(counts) for why, counts in view.tally.left_out.items()},
        next_look=view.next_look,
    )


def _record(experiment: Experiment) -> ExperimentRecord:
    plan = experiment.plan
    return ExperimentRecord(
        id=experiment.id,
        name=plan.name,
        compares=plan.compares,
        group=plan.group,
        subject=plan.subject,
        first=list(plan.arms[0]),
        second=list(plan.arms[1]),
        outcome=plan.outcome,
        smallest_percent=round(plan.smallest * 100),
        size=plan.size,
        state=experiment.state,
        verdict=experiment.verdict,
        why=experiment.why,
        created_at=experiment.created_at,
        started_at=experiment.started_at,
        ended_at=experiment.ended_at,
        looks=[_look(each) for each in experiment.looks],
    )


def _look(look: Look) -> LookRecord:
    return LookRecord(
        at=datetime.fromisoformat(look.at),
        posts=list(look.posts),
        means=list(look.means),
        difference=look.difference,
        low=look.low,
        high=look.high,
        p_value=look.p_value,
    )
