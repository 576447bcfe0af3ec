"""The numbers of all accounts, of groups and of one account over days of choice, beside those of the days before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from pydantic import Field

from bot.analytics.comparing import MOST_SIDES, ComparedSide
from bot.analytics.gathering import Rate, Sum
from bot.analytics.hours import HourCell
from bot.analytics.outcome_sums import Outcome
from bot.analytics.periods import LONGEST, USUAL, Span, choose_span
from bot.analytics.ranks import KeywordRank, TemplateRank
from bot.analytics.report import Day, Period, Report, Summary
from bot.fleet_view import AccountView
from webapp.analytics.asking import SideWish, sides_offered, today_of
from webapp.api.account_model import find_account
from webapp.api.contract import DIGITS, Operation, Query, Record, Words
from webapp.api.problems import FieldError, Problem, ProblemKind
from webapp.services import services

TAG = "Records"
_DATE = r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
Date = Annotated[str, Field(pattern=_DATE, description="A date on the accounts’ own clocks.")]


class KnownSum(Record):
    """A sum over the posts of which the number is known."""

    value: int | None
    known: int = Field(description="Of so many posts it is known.")
    posts: int = Field(description="So many posts there are.")


class KnownRate(Record):
    """Engagement (likes, reposts and replies) for each view."""

    value: float | None
    posts: int = Field(description="Over the posts of which both are known.")


class OutcomeSums(Record):
    """What came of it; null is unknown: nobody has entered any by then."""

    chats: int | None
    orders: int | None
    revenue: float | None


class NumbersSummary(Record):
    """Some days together; null is unknown."""

    accounts: int
    accounts_with_records: int
    posts: int | None
    views: KnownSum
    likes: KnownSum
    reposts: KnownSum
    replies: KnownSum
    bookmarks: KnownSum
    engagement: KnownSum
    engagement_per_view: KnownRate
    followers: int | None = Field(description="At the end.")
    accounts_with_followers: int
    followers_gained: int | None
    accounts_with_growth: int
    accounts_with_chats: int = Field(description="The sums of chats, orders and revenue are of those that told them.")
    accounts_with_orders: int
    accounts_with_revenue: int
    outcome: OutcomeSums


class NumbersDay(Record):
    """One local date."""

    date: date
    posts: int | None
    views: KnownSum
    engagement: KnownSum
    engagement_per_view: KnownRate
    followers: int | None = Field(description="Null on a day on which no profile was read.")
    followers_gained: int | None = Field(description="Since before the first day.")
    outcome: OutcomeSums


class NumbersPeriod(Record):
    """Some days, together and one by one."""

    first: date
    last: date
    summary: NumbersSummary
    days: list[NumbersDay]


class HourNumbers(Record):
    """The posts of one hour of the week, on each account's own clock."""

    weekday: int = Field(description="0 is Monday.")
    hour: int
    posts: int
    engagement: KnownSum
    engagement_per_view: KnownRate


class TemplateNumbers(Record):
    """One template of one account; an empty name stands for posts that a person wrote."""

    account: str
    template: str
    posts: int
    views: KnownSum
    engagement: KnownSum
    engagement_per_view: KnownRate
    engagement_per_view_before: KnownRate
    outcome: OutcomeSums


class KeywordTotals(Record):
    """One keyword over all these accounts."""

    keyword: str
    accounts: int
    found: int
    engaged: int


class Numbers(Record):
    """All that the pages on numbers show."""

    period: NumbersPeriod
    before: NumbersPeriod
    hours: list[HourNumbers]
    templates: list[TemplateNumbers] = Field(description="Most engagement per view first.")
    keywords: list[KeywordTotals] = Field(description="Most engaged first.")
    left_out: list[str] = Field(description="Accounts whose settings or numbers cannot be read at this moment.")


class ComparedLine(Record):
    """One measure of one side. The days are those of the comparison, in their order."""

    total: float | None
    total_per_1000_followers: float | None
    days: list[float | None]
    days_per_1000_followers: list[float | None]


class ComparedNumbers(Record):
    """An account or a group."""

    side: str
    name: str
    accounts: int
    followers: int | None = Field(description="At the beginning; what is per 1,000 is of these.")
    gained: ComparedLine
    posts: ComparedLine
    engagement: ComparedLine
    views: ComparedLine
    chats: ComparedLine
    orders: ComparedLine
    left_out: list[str]


class ComparisonRecord(Record):
    """Several side by side."""

    first: date
    last: date
    dates: list[date]
    sides: list[ComparedNumbers]


class DaysQuery(Query):
    """Which days: the last so many, or own dates."""

    days: Annotated[
        int, Field(ge=1, le=LONGEST, description="The last days, today included; `from` and `to` go before."), DIGITS
    ] = USUAL
    from_: Date | None = Field(None, alias="from")
    to: Date | None = Field(None, description="Left out, today.")


class NumbersQuery(DaysQuery):
    """Which days, and of whom."""

    account: list[Words] = Field(default_factory=list, description="Only of these.")
    group: Words | None = Field(None, description="Only of this group.")


class CompareQuery(DaysQuery):
    """Which days, and what is compared."""

    side: Annotated[list[Words], Field(min_length=1, max_length=MOST_SIDES)] = Field(
        description="“account:” with an id, or “group:” with a name; up to eight."
    )


@Operation("GET", "/numbers", TAG, answer=Numbers, query=NumbersQuery, problems=(ProblemKind.UNFIT,))
def get_numbers(query: NumbersQuery) -> Numbers:
    """Tell the numbers of all accounts, or of some, over days of choice and the days before."""
    accounts = services().fleet.overview().accounts
    missing = sorted(set(query.account) - {account.id for account in accounts})
    if missing:
        raise _unfit(f"there is no account “{missing[0]}”", "account")
    chosen = [
        account
        for account in accounts
        if (not query.account or account.id in query.account) and (query.group is None or query.group in account.groups)
    ]
    return _numbers(chosen, _span(query, chosen))


@Operation("GET", "/numbers/compare", TAG, answer=ComparisonRecord, query=CompareQuery, problems=(ProblemKind.UNFIT,))
def compare_numbers(query: CompareQuery) -> ComparisonRecord:
    """Put up to eight accounts or groups side by side, absolute and per 1,000 followers."""
    offered = sides_offered(services().fleet.overview().accounts)
    wishes = []
    for key in dict.fromkeys(query.side):
        if key not in offered:
            raise _unfit(f"there is no “{key}”: write account:ID or group:NAME", "side")
        wishes.append(offered[key])
    span = _span(query, [account for wish in wishes for account in wish.accounts])
    asked = [(wish.name, [account.id for account in wish.accounts]) for wish in wishes]
    found = services().fleet.analytics.compare(asked, span)
    sides = [_side(wish, side) for wish, side in zip(wishes, found.sides, strict=True)]
    return ComparisonRecord(first=span.first, last=span.last, dates=span.days, sides=sides)


@Operation(
    "GET",
    "/accounts/<account_id>/numbers",
    TAG,
    answer=Numbers,
    query=DaysQuery,
    problems=(ProblemKind.UNFIT, ProblemKind.ENTRY_BROKEN),
)
def get_account_numbers(account_id: str, query: DaysQuery) -> Numbers:
    """Tell the numbers of an account over days of choice and the days before."""
    account = find_account(account_id)
    return _numbers([account], _span(query, [account]))


def _span(query: DaysQuery, accounts: Sequence[AccountView]) -> Span:
    first, last = _date(query.from_, "from"), _date(query.to, "to")
    return choose_span(today_of(accounts), days=query.days, first=first, last=last)


def _date(words: str | None, name: str) -> date | None:
    try:
        return date.fromisoformat(words) if words else None
    except ValueError:
        raise _unfit("is no day of the calendar", name) from None


def _unfit(words: str, name: str) -> Problem:
    return Problem(ProblemKind.UNFIT, "", [FieldError(words, parameter=name)])


def _numbers(accounts: Sequence[AccountView], span: Span) -> Numbers:
    report: Report = services().fleet.analytics.report([account.id for account in accounts], span)
    return Numbers(
        period=_period(report.period),
        before=_period(report.before),
        hours=[_hour(cell) for cell in report.hours.cells],
        templates=[_template(row) for row in report.templates],
        keywords=[_keyword(row) for row in report.keywords],
        left_out=list(report.unread),
    )


def _period(period: Period) -> NumbersPeriod:
    return NumbersPeriod(
        first=period.span.first,
        last=period.span.last,
        summary=_summary(period.summary),
        days=[_day(day) for day in period.days],
    )


def _summary(found: Summary) -> NumbersSummary:
    return NumbersSummary(
        accounts=found.accounts,
        accounts_with_records=len(found.sources.records),
        posts=found.posts,
        views=_sum(found.views),
        likes=_sum(found.likes),
        reposts=_sum(found.reposts),
        replies=_sum(found.replies),
        bookmarks=_sum(found.bookmarks),
        engagement=_sum(found.engagement),
        engagement_per_view=_rate(found.rate),
        followers=found.followers,
        accounts_with_followers=len(found.sources.followers),
        followers_gained=found.gained,
        accounts_with_growth=len(found.sources.gained),
        accounts_with_chats=len(found.sources.chats),
        accounts_with_orders=len(found.sources.orders),
        accounts_with_revenue=len(found.sources.revenue),
        outcome=_outcome(found.outcome),
    )


def _day(day: Day) -> NumbersDay:
    return NumbersDay(
        date=day.date,
        posts=day.posts,
        views=_sum(day.views),
        engagement=_sum(day.engagement),
        engagement_per_view=_rate(day.rate),
        followers=day.followers,
        followers_gained=day.gained,
        outcome=_outcome(day.outcome),
    )


def _sum(found: Sum) -> KnownSum:
    return KnownSum(value=found.value, known=found.known, posts=found.of)


def _rate(rate: Rate) -> KnownRate:
    return KnownRate(value=rate.value, posts=rate.posts)


def _outcome(outcome: Outcome) -> OutcomeSums:
    return OutcomeSums(chats=outcome.chats, orders=outcome.orders, revenue=outcome.revenue)


def _hour(cell: HourCell) -> HourNumbers:
    return HourNumbers(
        weekday=cell.weekday,
        hour=cell.hour,
        posts=cell.posts,
        engagement=_sum(cell.engagement),
        engagement_per_view=_rate(cell.rate),
    )


def _template(row: TemplateRank) -> TemplateNumbers:
    return TemplateNumbers(
        account=row.account,
        template=row.template,
        posts=row.posts,
        views=_sum(row.views),
        engagement=_sum(row.engagement),
        engagement_per_view=_rate(row.rate),
        engagement_per_view_before=_rate(row.rate_before),
        outcome=_outcome(row.outcome),
    )


def _keyword(row: KeywordRank) -> KeywordTotals:
    return KeywordTotals(keyword=row.keyword, accounts=row.accounts, found=row.found, engaged=row.engaged)


def _side(wish: SideWish, side: ComparedSide) -> ComparedNumbers:
    return ComparedNumbers(
        side=wish.key,
        name=wish.name,
        accounts=len(wish.accounts),
        followers=side.followers,
        gained=_line(side, "gained"),
        posts=_line(side, "posts"),
        engagement=_line(side, "engagement"),
        views=_line(side, "views"),
        chats=_line(side, "chats"),
        orders=_line(side, "orders"),
        left_out=list(side.unread),
    )


def _line(side: ComparedSide, measure: str) -> ComparedLine:
    line = side.line(measure)
    return ComparedLine(
        total=line.total,
        total_per_1000_followers=line.total_per,
        days=list(line.days),
        days_per_1000_followers=list(line.days_per),
    )
