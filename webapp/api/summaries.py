"""What a day or a week came to."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from bot.storage.messages import KeptCause
from bot.summaries.composing import AccountSummary, Figure, Span, figures_of
from webapp.api.contract import Operation, Query, Record
from webapp.api.problems import Problem, ProblemKind
from webapp.services import services
from webapp.summaries.days import is_told

TAG = "Summaries"


class SummaryWanted(Query):
    """Which days, of which accounts."""

    day: date | None = Field(None, description="The last day; without it, the present one of most accounts.")
    span: Span = Field(Span.DAY, description="That day, or the seven days that end with it.")
    group: str = Field("", max_length=100, description="Only accounts of this group.")


class SummaryFigure(Record):
    """One number. null is unknown, which is not 0."""

    name: str = Field(description="posts, replies, views, likes, reposts, answers, followers_gained, …")
    total: int | None
    before: int | None = Field(description="Of the day, or the week, before.")
    change: int | None = Field(description="null where the two do not stand for the same accounts.")
    known_accounts: int = Field(description="Of how many accounts `total` is known.")


class SummaryCause(Record):
    """Something that needed a person."""

    kind: str
    what: str
    remedy: str
    began_at: datetime
    ended_at: datetime | None = Field(description="null while it lasts.")


class SummaryProblem(Record):
    """Why runs came to nothing, or not to all."""

    reason: str
    runs: int


class SummaryOfAccount(Record):
    """One account's days, by its own calendar."""

    account_id: str
    timezone: str
    is_so_far: bool = Field(description="The last day is not over yet.")
    figures: list[SummaryFigure]
    causes: list[SummaryCause]
    problems: list[SummaryProblem]
    next_run: datetime | None
    trouble: str = Field(description="Why its numbers could not be read; empty when they could.")


class SummaryOfAll(Record):
    """The days of all accounts, or of a group."""

    first: date
    last: date
    figures: list[SummaryFigure]
    causes: list[SummaryCause] = Field(description="Of the fleet as a whole.")
    accounts: list[SummaryOfAccount]


@Operation("GET", "/summaries", TAG, answer=SummaryOfAll, query=SummaryWanted, problems=(ProblemKind.NOT_FOUND,))
def get_summaries(query: SummaryWanted) -> SummaryOfAll:
    """Look at a day or a week.

    Each account counts the days of its own time zone. What was not read is null.
    """
    room = services().fleet.summaries
    today = room.today()
    day = query.day or today
    if not is_told(day, today):
        raise Problem(ProblemKind.NOT_FOUND, f"There is no summary of {day.isoformat()}.")
    summary = room.of_fleet(query.span, day, [query.group] if query.group else [])
    return SummaryOfAll(
        first=summary.first,
        last=summary.last,
        figures=[_figure(each) for each in summary.figures],
        causes=[_cause(each) for each in summary.causes],
        accounts=[_account(each) for each in summary.accounts],
    )


def _account(summary: AccountSummary) -> SummaryOfAccount:
    return SummaryOfAccount(
        account_id=summary.account_id,
        timezone=summary.timezone,
        is_so_far=summary.is_so_far,
        figures=[_figure(each) for each in figures_of([summary])],
        causes=[_cause(each) for each in summary.causes],
        problems=[SummaryProblem(reason=each.reason, runs=each.runs) for each in summary.facts.problems],
        next_run=summary.next_run,
        trouble=summary.trouble,
    )


def _figure(figure: Figure) -> SummaryFigure:
    return SummaryFigure(
        name=figure.measure.id,
        total=figure.total,
        before=figure.before,
        change=figure.change,
        known_accounts=figure.known,
    )


def _cause(cause: KeptCause) -> SummaryCause:
    return SummaryCause(
        kind=cause.kind, what=cause.what, remedy=cause.remedy, began_at=cause.began_at, ended_at=cause.ended_at
    )
