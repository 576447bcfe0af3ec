"""GET /week, and what other settings would make of it. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.errors import AviaryError
from bot.fleet_view import AccountView
from webapp.overview.selection import group_counts
from webapp.services import services
from webapp.week.page import LEGEND, Week, choose_zone, look_at_week, week_of
from webapp.week.trying import GLOBAL_LIMITS, LIMITS, Comparison, Form, check_slot, compare, read_form

blueprint = Blueprint("week", __name__, url_prefix="/week")
_ACCOUNTS_SHOWN = 12
"""In both grids; all that differs is in the table of runs."""


@blueprint.get("")
def show() -> str:
    """The coming week, simulated when something has changed since the last look."""
    return render_template("week/show.html", page=look_at_week(request.args), legend=LEGEND)


@blueprint.post("/again")
def again() -> Response:
    """Simulate it anew, because a person asks for it; nothing is changed by that."""
    services().fleet.forecasts.look(anew=True)
    return redirect(url_for(".show"))


@blueprint.get("/try")
def try_out() -> str | tuple[str, int]:
    """The form of a change, and both weeks beside each other when it names one."""
    form = read_form(request.args)
    if form.wrong:
        return _page(form, None), 422
    if form.changes.are_none:
        return _page(form, None)
    accounts = services().fleet.overview().accounts
    if not set(form.changes.accounts) <= {account.id for account in accounts}:
        abort(404, "There is no such account.")
    form = check_slot(form, accounts)
    if form.wrong:
        return _page(form, None), 422
    forecasts = services().fleet.forecasts
    try:
        other = forecasts.try_out(form.changes)
    except KeyError:
        abort(404, "There is no such account template.")
    except AviaryError as refused:
        return _page(form, None, refused.in_words), 422
    return _page(form, compare(forecasts.look(), other))


def _page(form: Form, comparison: Comparison | None, trouble: str = "") -> str:
    fleet = services().fleet
    accounts = fleet.overview().accounts
    zone = choose_zone("", accounts)[0]
    return render_template(
        "week/try.html",
        form=form,
        comparison=comparison,
        trouble=trouble,
        accounts=accounts,
        names={account.id: account.name for account in accounts},
        groups=group_counts(accounts),
        all_groups=sorted({*fleet.group_queues.counts(), *(group for each in accounts for group in each.groups)}),
        slots=sorted({slot for account in accounts for slot in account.slots}),
        templates=[each.name for each in fleet.account_templates.all() if each.settings is not None],
        limits=LIMITS,
        global_limits=GLOBAL_LIMITS,
        zone=zone,
        weeks=_both_weeks(comparison, accounts, ZoneInfo(zone)) if comparison else [],
        shown_accounts=_ACCOUNTS_SHOWN,
    )


def _both_weeks(comparison: Comparison, accounts: Sequence[AccountView], zone: ZoneInfo) -> list[tuple[str, Week]]:
    """The accounts that differ in both weeks; none when nothing does."""
    by_id = {account.id: account for account in accounts}
    shown = [by_id[key] for key in comparison.accounts[:_ACCOUNTS_SHOWN] if key in by_id]
    if not shown:
        return []
    before = [each.before for each in comparison.differing if each.before]
    after = [each.after for each in comparison.differing if each.after]
    return [
        ("Now", week_of(comparison.before, shown, zone, before)),
        ("With the change", week_of(comparison.after, shown, zone, after)),
    ]
