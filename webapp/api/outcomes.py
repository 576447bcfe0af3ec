"""Orders, chats and revenue: what a shop's own system counts, by account or by the code of a post."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Literal

from flask import request, url_for
from pydantic import Field

from bot.errors import AviaryError, OutcomeUnfit
from bot.outcomes.amounts import LARGEST
from bot.outcomes.desk import LONGEST_ID, LONGEST_NOTE, OutcomeDesk
from bot.outcomes.view import PERIODS, AccountOutcome, Entry, OutcomeQuery
from bot.storage.outcomes import Outcome, Sums
from webapp.access import actor
from webapp.api.account_model import find_account
from webapp.api.contract import LARGEST_NUMBER, WHOLE, Body, Operation, Query, Record, Reply, Truth, Words
from webapp.api.paging import PagedByNumber, part_of
from webapp.api.problems import FieldError, Problem, ProblemKind
from webapp.api.queue import Moment, parse_moment
from webapp.services import services

TAG = "Orders"
CSV = "text/csv"
_ONE = "/accounts/<account_id>/outcomes/<int:outcome_id>"
_DAY = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
Day = Annotated[str, Field(pattern=_DAY, description="A local date of the account, such as 2026-11-27.")]
Count = Annotated[int, Field(ge=0, le=LARGEST), WHOLE]
Code = Annotated[str, Field(min_length=1, max_length=100, description="The code of a post, or a text that holds it.")]
Note = Annotated[str, Field(max_length=LONGEST_NOTE)]
ExternalId = Annotated[
    str, Field(max_length=LONGEST_ID, description="As your own system calls it: an account has it once.")
]
_REFUSALS = (ProblemKind.NOT_COUNTED, ProblemKind.ENTRY_BROKEN)


class OutcomeRecord(Record):
    """Something entered. null is what nobody said, never 0."""

    id: int
    account: str
    day: date
    at: datetime | None
    chats: int | None
    orders: int | None
    revenue: int | None = Field(description="In the smallest unit that the shop counts in.")
    code: str = Field(description="Of the post; empty: it counts for the account alone.")
    tweet_id: str
    template: str
    external_id: str
    note: str
    source: str = Field(description="hand, csv or api")
    entered_by: str
    entered_at: datetime


class OutcomeEntered(OutcomeRecord):
    """What was entered, or was there already."""

    is_new: bool = Field(description="Whether this request entered it; false for an external_id that was known.")


class OutcomeList(Record):
    """What was entered, the newest days first."""

    items: list[OutcomeRecord]
    next: int | None


class OutcomeToEnter(Body):
    """What was counted: of an account, or of the post whose code the customer's message holds."""

    account_id: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    code: Code | None = None
    day: Day | None = Field(None, description="Left out: that of `at`, else today on the account's clock.")
    at: Moment | None = None
    chats: Count | None = None
    orders: Count | None = None
    revenue: Count | None = None
    external_id: ExternalId = Field(default_factory=str)
    note: Note = Field(default_factory=str)


class OutcomeChange(Body):
    """What of it shall be otherwise; what is left out stays."""

    code: Annotated[str, Field(max_length=100)] | None = None
    day: Day | None = None
    chats: Count | None = None
    orders: Count | None = None
    revenue: Count | None = None
    note: Note | None = None


class OutcomeDeleted(Record):
    """What was done, in words."""

    message: str


class PeriodSums(Record):
    """Of so many days, today included. null: nobody entered any."""

    days: int
    days_entered: int
    chats: int | None
    orders: int | None
    revenue: int | None
    target_chats: int | None
    target_orders: int | None


class OutcomeSummary(Record):
    """What an account reached, beside the targets of its settings."""

    account: str
    today: date
    periods: list[PeriodSums]
    followers_gained_30days: int | None
    target_followers_30days: int | None
    engagement_rate: float | None
    target_engagement_rate: float | None


class CodedPostRecord(Record):
    """The post that carries a code."""

    code: str
    account: str
    kind: str
    template: str
    state: str = Field(description="Of the post; empty when the account's record does not have it.")
    text: str
    sent_at: datetime | None
    tweet_id: str
    url: str
    chats: int | None
    orders: int | None
    revenue: int | None


class OutcomeQueryPart(PagedByNumber):
    """Which entries."""

    account: list[Words] = Field(default_factory=list, description="Only of these.")
    code: Words | None = None
    from_: Day | None = Field(None, alias="from")
    to: Day | None = None


class ImportQuery(Query):
    """How the table is taken."""

    preview: Truth = Field(False, description="true: say what it would enter, and enter nothing.")


class LineFaults(Record):
    """A line that enters nothing, and why."""

    line: int
    faults: list[str]


class OutcomesImported(Record):
    """What came of a table."""

    entered: int = Field(description="With preview: what would be.")
    known: int = Field(description="Lines that were entered before.")
    faulty: list[LineFaults]


@Operation("GET", "/outcomes", TAG, answer=OutcomeList, query=OutcomeQueryPart, problems=(ProblemKind.UNFIT,))
def list_outcomes(query: OutcomeQueryPart) -> Reply:
    """List orders, chats and revenue of all accounts or some."""
    offset = min(query.cursor, 1_000_000)
    wanted = OutcomeQuery(
        query.account or None,
        _day(query.from_, parameter="from"),
        _day(query.to, parameter="to"),
        query.code or "",
        offset,
        query.limit + 1,
    )
    found = _desk().entries(wanted)
    items, cursor, headers = part_of(found, query.limit, lambda _each: offset + query.limit)
    return Reply(OutcomeList(items=[OutcomeRecord(**_fields(each)) for each in items], next=cursor), headers)


@Operation(
    "POST",
    "/outcomes",
    TAG,
    answer=OutcomeEntered,
    status=201,
    body=OutcomeToEnter,
    gives_mark=True,
    problems=_REFUSALS,
)
def enter_outcome(body: OutcomeToEnter) -> Reply:
    """Enter orders, chats or revenue.

    With `code` they count for the post that carries it, with `account_id` alone for the account. What has an
    `external_id` that the account knows is not entered again: the answer tells the first one.
    """
    entry = Entry(
        body.account_id or "",
        body.code or "",
        _day(body.day),
        parse_moment(body.at, "/at") if body.at else None,
        body.chats,
        body.orders,
        body.revenue,
        body.note,
        body.external_id,
    )
    try:
        found, is_new = _desk().enter(entry, "api", _who())
    except OutcomeUnfit as refused:
        raise _not_counted(refused) from refused
    address = url_for("api.get_outcome", account_id=found.account_id, outcome_id=found.outcome.id)
    headers = {**_mark(found.outcome), "Location": address}
    return Reply(OutcomeEntered(**_fields(found), is_new=is_new), headers)


@Operation(
    "POST",
    "/outcomes/import",
    TAG,
    answer=OutcomesImported,
    query=ImportQuery,
    raw_body=CSV,
    problems=(ProblemKind.REFUSED, ProblemKind.NOT_COUNTED),
)
def import_outcomes(query: ImportQuery) -> OutcomesImported:
    """Enter the lines of a CSV table.

    Its columns are date, account, code, chats, orders, revenue, note and external_id. Wrong lines are told and left
    out. The same table enters nothing twice.
    """
    plan = _desk().plan_import(request.get_data())
    entered = len(plan.fresh)
    if not query.preview:
        try:
            entered = _desk().enter_all([row.entry for row in plan.fresh], "csv", _who())
        except OutcomeUnfit as refused:
            raise _not_counted(refused) from refused
    faulty = [LineFaults(line=row.line, faults=list(row.faults)) for row in plan.faulty]
    return OutcomesImported(entered=entered, known=len(plan.known), faulty=faulty)


@Operation("GET", "/codes/<code>", TAG, answer=CodedPostRecord)
def get_coded_post(code: str) -> CodedPostRecord:
    """Tell which post carries a code, and what came of it."""
    try:
        post = _desk().find_post(code)
    except (KeyError, ValueError) as error:
        raise Problem(ProblemKind.NOT_FOUND, f"{str(error.args[0])[:300]}.") from None
    return CodedPostRecord(
        code=post.code,
        account=post.account_id,
        kind=post.kind,
        template=post.template,
        state=post.state,
        text=post.text,
        sent_at=post.sent_at,
        tweet_id=post.tweet_id,
        url=post.url,
        chats=post.sums.chats,
        orders=post.sums.orders,
        revenue=post.sums.revenue,
    )


@Operation("GET", "/accounts/<account_id>/outcomes", TAG, answer=OutcomeSummary, problems=(ProblemKind.ENTRY_BROKEN,))
def sum_up_outcomes(account_id: str) -> OutcomeSummary:
    """Sum up what an account reached today, in 7 and in 30 days, beside its targets."""
    find_account(account_id)
    found = _desk().look(account_id)
    targets = found.targets
    return OutcomeSummary(
        account=account_id,
        today=found.today,
        periods=[
            _period(days, found.sums.get(days, Sums()), targets.daily_wa_messages_target, targets.daily_orders_target)
            for days in PERIODS
        ],
        followers_gained_30days=found.followers_gained,
        target_followers_30days=targets.followers_30days,
        engagement_rate=found.engagement_rate,
        target_engagement_rate=targets.engagement_rate_target,
    )


@Operation("GET", _ONE, TAG, answer=OutcomeRecord, gives_mark=True, problems=(ProblemKind.ENTRY_BROKEN,))
def get_outcome(account_id: str, outcome_id: int) -> Reply:
    """Look at one entry."""
    return _told(account_id, _find(account_id, outcome_id))


@Operation(
    "PATCH",
    _ONE,
    TAG,
    answer=OutcomeRecord,
    body=OutcomeChange,
    takes_mark="optional",
    gives_mark=True,
    problems=_REFUSALS,
)
def change_outcome(account_id: str, outcome_id: int, body: OutcomeChange) -> Reply:
    """Change one entry. What is left out stays; null takes a count or the code away."""
    before = _find(account_id, outcome_id)
    version, counted = _asked_version(before), before.counted
    entry = Entry(
        "", counted.code, counted.day, counted.at, counted.chats, counted.orders, counted.revenue, counted.note,
        counted.external_id,
    )  # fmt: skip
    changes = {name: getattr(body, name) for name in body.model_fields_set}
    if "day" in changes:
        changes["day"] = _day(body.day) or counted.day
        changes["at"] = counted.at if changes["day"] == counted.day else None
    changes |= {name: changes[name] or "" for name in ("note", "code") if name in changes}
    try:
        return _told(account_id, _desk().change(account_id, outcome_id, replace(entry, **changes), version))
    except OutcomeUnfit as refused:
        raise _not_counted(refused) from refused


@Operation("DELETE", _ONE, TAG, answer=OutcomeDeleted, takes_mark="optional", problems=_REFUSALS)
def delete_outcome(account_id: str, outcome_id: int) -> OutcomeDeleted:
    """Delete one entry: it counts no more."""
    version = _asked_version(_find(account_id, outcome_id))
    _desk().delete(account_id, outcome_id, version)
    return OutcomeDeleted(message="The entry is deleted.")


def _desk() -> OutcomeDesk:
    return services().fleet.outcomes


def _period(days: int, sums: Sums, chats: int | None, orders: int | None) -> PeriodSums:
    return PeriodSums(
        days=days,
        days_entered=sums.days,
        chats=sums.chats,
        orders=sums.orders,
        revenue=sums.revenue,
        target_chats=None if chats is None else chats * days,
        target_orders=None if orders is None else orders * days,
    )


def _find(account_id: str, outcome_id: int) -> Outcome:
    """The entry. Raises Problem, and KeyError for an account that cannot be read."""
    find_account(account_id)
    _desk().places()[account_id]
    try:
        return _desk().find(account_id, min(outcome_id, LARGEST_NUMBER))
    except KeyError:
        raise Problem(ProblemKind.NOT_FOUND, f"There is no entry {outcome_id} of this account.") from None


def _asked_version(outcome: Outcome) -> int:
    """The version, if it is the one that If-Match stands for. Raises Problem."""
    if "If-Match" in request.headers and not request.if_match.contains(str(outcome.version)):
        raise Problem(ProblemKind.CHANGED)
    return outcome.version


def _day(words: str | None, parameter: Literal["from", "to", ""] = "") -> date | None:
    """Raises Problem."""
    if words is None:
        return None
    try:
        return date.fromisoformat(words)
    except ValueError:
        wrong = "is no day that there is"
        error = FieldError(wrong, parameter=parameter) if parameter else FieldError(wrong, "/day")
        kind = ProblemKind.UNFIT if parameter else ProblemKind.NOT_COUNTED
        raise Problem(kind, "", [error]) from None


def _not_counted(refused: AviaryError) -> Problem:
    faults = refused.faults if isinstance(refused, OutcomeUnfit) else {}
    names = {"account": "account_id"}
    errors = [FieldError(words, f"/{names.get(field, field)}") for field, words in faults.items()]
    return Problem(ProblemKind.NOT_COUNTED, "", errors)


def _told(account_id: str, outcome: Outcome) -> Reply:
    return Reply(OutcomeRecord(**_fields(AccountOutcome(account_id, outcome))), _mark(outcome))


def _mark(outcome: Outcome) -> dict[str, str]:
    return {"ETag": f'"{outcome.version}"'}


def _fields(found: AccountOutcome) -> dict[str, object]:
    outcome, counted = found.outcome, found.outcome.counted
    return {
        "id": outcome.id,
        "account": found.account_id,
        **{name: getattr(counted, name) for name in _COUNTED},
        "source": outcome.source,
        "entered_by": outcome.who,
        "entered_at": outcome.created_at,
    }


_COUNTED = ("day", "at", "chats", "orders", "revenue", "code", "tweet_id", "template", "external_id", "note")


def _who() -> str:
    who = actor()
    return who.name if who else ""
