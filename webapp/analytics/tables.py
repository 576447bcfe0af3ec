"""Everything that is shown, as tables: what the CSV files hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.analytics.comparing import MEASURES, Comparison
from bot.analytics.gathering import Rate, Sum
from bot.analytics.report import Period, Report
from bot.content.spreadsheets import write_rows
from bot.fleet_view import AccountView
from webapp.wording import WEEKDAYS

Row = Sequence[object]


@dataclass(frozen=True)
class Table:
    """Rows of cells; None is unknown, an empty cell in the file."""

    columns: Sequence[str]
    rows: Iterable[Row]

    def to_csv(self, separator: str = ",") -> bytes:
        """As spreadsheets open it; see `write_rows`."""
        return write_rows(self.columns, self.rows, separator)


_OUTCOMES = ("chats", "orders", "revenue")
_SUMS = ("views", "likes", "reposts", "replies", "bookmarks", "engagement")


def _sum(found: Sum) -> Row:
    return (found.value, found.known)


def _rate(rate: Rate) -> Row:
    return (rate.value, rate.posts)


def summary_table(report: Report) -> Table:
    """A row for the span and one for the days before."""
    columns = ["period", "from", "to", "days", "accounts", "accounts_with_records", "posts"]
    columns += [name for each in _SUMS for name in (each, f"posts_with_{each}")]
    columns += ["engagement_per_view", "posts_in_rate", "followers", "accounts_with_followers", "followers_gained"]
    columns += ["accounts_with_growth", *(name for each in _OUTCOMES for name in (each, f"accounts_with_{each}"))]
    return Table(columns, [_summary(name, each) for name, each in (("this", report.period), ("before", report.before))])


def _summary(name: str, period: Period) -> Row:
    span, found, sources = period.span, period.summary, period.summary.sources
    outcomes = [cell for each in _OUTCOMES for cell in (getattr(found.outcome, each), len(getattr(sources, each)))]
    sums = [cell for each in _SUMS for cell in _sum(getattr(found, each))]
    return (
        *(name, span.first, span.last, span.length, found.accounts, len(sources.records), found.posts, *sums),
        *_rate(found.rate),
        *(found.followers, len(sources.followers), found.gained, len(sources.gained)),
        *outcomes,
    )


def days_table(report: Report) -> Table:
    """A row a day, with the day as many days earlier."""
    names = ["posts", "views", "posts_with_views", "engagement", "posts_with_engagement", "engagement_per_view"]
    names += ["followers", "followers_gained_since_the_beginning", "chats", "orders", "revenue"]
    columns = ["date", *names, "date_before", *(f"{name}_before" for name in names)]
    both = zip(report.period.days, report.before.days, strict=True)
    return Table(columns, ((now.date, *_day(now), then.date, *_day(then)) for now, then in both))


def _day(day: Any) -> Row:
    outcome = day.outcome
    return (
        *(day.posts, *_sum(day.views), *_sum(day.engagement), day.rate.value, day.followers, day.gained),
        *(outcome.chats, outcome.orders, outcome.revenue),
    )


def hours_table(report: Report) -> Table:
    """A row for each hour of the week."""
    columns = (
        "weekday",
        "hour",
        "posts",
        "engagement",
        "posts_with_engagement",
        "engagement_per_view",
        "posts_in_rate",
    )
    return Table(
        columns,
        (
            (WEEKDAYS[cell.weekday], cell.hour, cell.posts, *_sum(cell.engagement), *_rate(cell.rate))
            for cell in report.hours.cells
        ),
    )


def templates_table(report: Report) -> Table:
    """A row for each template of each account, the best first."""
    columns = ["account", "account_name", "template", "posts", "views", "posts_with_views", "engagement"]
    columns += ["posts_with_engagement", "engagement_per_view", "posts_in_rate", "engagement_per_view_before"]
    columns += ["posts_in_rate_before", "chats", "orders", "revenue"]
    return Table(
        columns,
        (
            (
                *(row.account, row.name, row.template, row.posts, *_sum(row.views), *_sum(row.engagement)),
                *(*_rate(row.rate), *_rate(row.rate_before)),
                *(row.outcome.chats, row.outcome.orders, row.outcome.revenue),
            )
            for row in report.templates
        ),
    )


def keywords_table(report: Report) -> Table:
    """A row for each keyword, the one with most engagements first."""
    columns = ("keyword", "accounts", "found", "engaged", "engaged_of_found")
    return Table(columns, ((row.keyword, row.accounts, row.found, row.engaged, row.share) for row in report.keywords))


def funnel_table(report: Report) -> Table:
    """A row for each step from posts to revenue."""
    now, then = report.period.summary, report.before.summary
    steps = [("posts", now.posts, then.posts), ("views", now.views.value, then.views.value)]
    steps.append(("engagement", now.engagement.value, then.engagement.value))
    rows: list[Row] = [*steps]
    rows += [(name, getattr(now.outcome, name), getattr(then.outcome, name)) for name in ("chats", "orders", "revenue")]
    return Table(("step", "value", "value_before"), rows)


TABLES: dict[str, Callable[[Report], Table]] = {
    "summary": summary_table,
    "days": days_table,
    "hours": hours_table,
    "templates": templates_table,
    "keywords": keywords_table,
    "funnel": funnel_table,
}
"""By the name in the address."""


def comparison_table(comparison: Comparison) -> Table:
    """A row for each side."""
    columns = ["side", "from", "to", "accounts", "followers_at_the_beginning"]
    columns += [name for each in MEASURES for name in (each, f"{each}_per_1000_followers")]
    rows = []
    for side in comparison.sides:
        lines = [side.line(measure) for measure in MEASURES]
        cells = [cell for line in lines for cell in (line.total, line.total_per)]
        span = comparison.span
        rows.append((side.name, span.first, span.last, len(side.report.members), side.followers, *cells))
    return Table(columns, rows)


def comparison_days_table(comparison: Comparison) -> Table:
    """A row for each side and day."""
    columns = ["side", "date", *(name for each in MEASURES for name in (each, f"{each}_per_1000_followers"))]
    rows: list[Row] = []
    for side in comparison.sides:
        lines = [side.line(measure) for measure in MEASURES]
        columns_of = [values for line in lines for values in (line.days, line.days_per)]
        rows += [(side.name, day, *cells) for day, *cells in zip(comparison.days, *columns_of, strict=True)]
    return Table(columns, rows)


COMPARISON_TABLES: dict[str, Callable[[Comparison], Table]] = {
    "summary": comparison_table,
    "days": comparison_days_table,
}


def names_of(accounts: Sequence[AccountView], ids: Sequence[str]) -> list[str]:
    """The names that a page calls these accounts by."""
    known = {account.id: account.name for account in accounts}
    return [known.get(each, each) for each in ids]
