"""GET /numbers, /numbers/compare, and their tables as CSV."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, abort, render_template, request

from bot.fleet_view import AccountView
from webapp.analytics.asking import Days, Scope, read_days, read_scope, read_sides, sides_offered, today_of
from webapp.analytics.comparing import ComparePage
from webapp.analytics.drawing import short, written, written_alike
from webapp.analytics.page import MEASURES, SORTS, Place, ReportPage, known_of, percent
from webapp.analytics.tables import COMPARISON_TABLES, TABLES, Table
from webapp.overview.selection import group_counts
from webapp.services import services
from webapp.tables import SEPARATORS, csv_answer

blueprint = Blueprint("analytics", __name__, url_prefix="/numbers")
blueprint.add_app_template_filter(written_alike, "written_alike")
for _name, _filter in (("written", written), ("short_number", short), ("known_of", known_of), ("per_100", percent)):
    blueprint.add_app_template_filter(_filter, _name)
TABLE = "<any({}):table>.csv"


@blueprint.get("")
def show() -> str:
    """The numbers of all accounts, or of some."""
    accounts, scope, days = _asked()
    page = page_of(
        scope.accounts,
        days,
        Place("analytics.show", "analytics.table", "api.get_numbers", {}, scope.args, scope.json_args),
    )
    groups = group_counts(accounts)
    return render_template("analytics/show.html", page=page, scope=scope, groups=groups, count=len(accounts))


@blueprint.get("/" + TABLE.format(", ".join(TABLES)))
def table(table: str) -> Response:
    """One table of the same numbers."""
    _, scope, days = _asked()
    report = services().fleet.analytics.report([account.id for account in scope.accounts], days.span)
    return send_table(TABLES[table](report), f"numbers-{table}", days)


@blueprint.get("/compare")
def compare() -> str:
    """Accounts and groups side by side."""
    return render_template("analytics/compare.html", page=_comparison())


@blueprint.get("/compare/" + TABLE.format(", ".join(COMPARISON_TABLES)))
def compare_table(table: str) -> Response:
    """One table of the comparison."""
    page = _comparison()
    return send_table(COMPARISON_TABLES[table](page.comparison), f"compare-{table}", page.days)


def page_of(accounts: Sequence[AccountView], days: Days, place: Place) -> ReportPage:
    """The page of these accounts, looked at as the address asks."""
    report = services().fleet.analytics.report([account.id for account in accounts], days.span)
    measure, sort = request.args.get("hours", ""), request.args.get("sort", "")
    measure, sort = measure if measure in MEASURES else "rate", sort if sort in SORTS else "rate"
    return ReportPage(report, days, place, measure, sort, accounts[0].timezone if len(accounts) == 1 else "")


def send_table(table: Table, name: str, days: Days) -> Response:
    """A CSV file; `separator` of the address says what stands between cells."""
    separator = request.args.get("separator", "comma")
    if separator not in SEPARATORS:
        abort(404, "Choose comma or semicolon as the separator.")
    file = f"{name}-{days.span.first}-{days.span.last}.csv"
    return csv_answer(table.to_csv(SEPARATORS[separator]), file)


def _asked() -> tuple[tuple[AccountView, ...], Scope, Days]:
    accounts = services().fleet.overview().accounts
    scope = read_scope(request.args, accounts)
    return accounts, scope, read_days(request.args, today_of(scope.accounts))


def _comparison() -> ComparePage:
    accounts = services().fleet.overview().accounts
    offered = sides_offered(accounts)
    sides = read_sides(request.args, offered)
    days = read_days(request.args, today_of([account for side in sides for account in side.accounts] or accounts))
    found = services().fleet.analytics.compare(
        [(side.name, [account.id for account in side.accounts]) for side in sides], days.span
    )
    chosen = {side.key for side in sides}
    rest = [side for side in offered.values() if side.key not in chosen]
    return ComparePage(found, sides, rest, days, request.args.get("per") == "1000")
