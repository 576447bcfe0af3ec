"""GET /accounts/…/numbers, its poll and its tables."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from bot.fleet_view import AccountView
from webapp.accounts.finding import find_account, has_changed, look_for, present_mark
from webapp.analytics.asking import Days, read_days, today_of
from webapp.analytics.page import Place, ReportPage
from webapp.analytics.tables import TABLES
from webapp.analytics.views import TABLE, page_of, send_table
from webapp.numbers.page import NumbersPage, known_words, look_at_numbers, period_words, signed
from webapp.services import services

blueprint = Blueprint("numbers", __name__, url_prefix="/accounts/<account_id>/numbers")
blueprint.add_app_template_filter(period_words, "period")
blueprint.add_app_template_filter(known_words, "known_days")
blueprint.add_app_template_filter(signed, "signed")


@blueprint.get("")
def show(account_id: str) -> str:
    """The whole page."""
    return render_template("numbers/show.html", page=_page(account_id), report_page=_report(account_id))


@blueprint.get("/statuses")
def statuses(account_id: str) -> str | tuple[str, int]:
    """204 when this account has not changed since the page's mark, else its fragments, out of band."""
    if not has_changed(find_account(account_id)):
        return "", 204
    return render_template("numbers/_changes.html", page=_page(account_id), report_page=_report(account_id))


@blueprint.get("/" + TABLE.format(", ".join(TABLES)))
def table(account_id: str, table: str) -> Response:
    """One table of the account's numbers over the days of the address."""
    account = find_account(account_id)
    days = _days(account)
    return send_table(TABLES[table](services().fleet.analytics.report([account_id], days.span)), table, days)


def _report(account_id: str) -> ReportPage:
    account = find_account(account_id)
    place = Place("numbers.show", "numbers.table", "api.get_account_numbers", {"account_id": account_id}, {}, {})
    return page_of([account], _days(account), place)


def _days(account: AccountView) -> Days:
    return read_days(request.args, today_of([account]))


def _page(account_id: str) -> NumbersPage:
    mark = present_mark()
    return look_for(account_id, lambda: look_at_numbers(services().fleet, account_id, mark))
