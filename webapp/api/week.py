"""The coming week of all accounts, foreseen."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from bot.forecast_view import Cause, ForecastRun, HourTotals, Outcome
from webapp.api.contract import Operation, Query, Record, Words
from webapp.services import services

TAG = "Queue"


class ForeseenRun(Record):
    """One run that will be, and what becomes of it."""

    account: str
    slot: str
    date: str = Field(description="On the account's own calendar.")
    planned_at: datetime
    outcome: Outcome
    cause: Cause = Field(description="What stands in the way; empty for nothing.")
    reason: str
    remedy: str
    started_at: datetime | None
    kind: str
    template: str
    post_id: int | None = Field(
        description="In the account's queue; null for what a template gives, and what is to come."
    )
    group: str = Field(description="From whose queue the post comes; empty for the account's own.")
    text: str = Field(description="Of a template, a sample: chance may draw another one.")
    posted_at: datetime | None = Field(description="Null where nothing goes out.")
    likes: int
    follows: int
    replies: int


class ForeseenHour(Record):
    """What all accounts together do in one hour."""

    starts: datetime
    posts: int
    likes: int
    follows: int
    replies: int
    seats: int = Field(description="In use at the same time, at most.")
    held_back: int = Field(description="Runs of the hour that do not all they should.")


class WeekRecord(Record):
    """The coming week, in order of planned time."""

    made_at: datetime
    until: datetime
    runs: list[ForeseenRun]
    hours: list[ForeseenHour]
    limits: dict[str, int] = Field(description="Of all accounts in 60 minutes; `seats` is how many work at a time.")
    silent: dict[str, str] = Field(description="Account of which no run comes, and why.")
    fleet_pause: str = Field(description="Why the fleet is paused; empty when it is not.")


class WeekQuery(Query):
    """Of whom the runs are told; the hours are those of all accounts."""

    account: Annotated[list[Words], Field(description="Only of these.")] = Field(default_factory=list)
    group: Words | None = Field(None, description="Only of this group.")


@Operation("GET", "/week", TAG, answer=WeekRecord, query=WeekQuery)
def get_week(query: WeekQuery) -> WeekRecord:
    """Tell what the coming week brings: each planned run, what it posts, and what will stop it."""
    accounts = [
        account.id
        for account in services().fleet.overview().accounts
        if (not query.account or account.id in query.account) and (query.group is None or query.group in account.groups)
    ]
    forecast = services().fleet.forecasts.look()
    limits = forecast.limits
    return WeekRecord(
        made_at=forecast.made_at,
        until=forecast.end,
        runs=[_run(run) for run in forecast.of_accounts(accounts)],
        hours=[_hour(hour) for hour in forecast.hours()],
        limits={name: getattr(limits, name) for name in ("posts", "likes", "follows", "replies", "seats")},
        silent={key: why for key, why in forecast.silent.items() if key in accounts},
        fleet_pause=forecast.fleet_pause,
    )


def _run(run: ForecastRun) -> ForeseenRun:
    names = [name for name in ForeseenRun.model_fields if name not in {"account", "date"}]
    return ForeseenRun(account=run.account_id, date=run.local_date, **{name: getattr(run, name) for name in names})


def _hour(hour: HourTotals) -> ForeseenHour:
    return ForeseenHour(**{name: getattr(hour, name) for name in ForeseenHour.model_fields})
