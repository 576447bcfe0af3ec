"""GET /accounts/…/numbers and its poll."""

from __future__ import annotations

from typing import NoReturn

from flask import Blueprint, abort, render_template, request

from webapp.numbers.page import NumbersPage, known_words, look_at_numbers, period_words, signed
from webapp.services import services

blueprint = Blueprint("numbers", __name__, url_prefix="/accounts/<account_id>/numbers")
blueprint.add_app_template_filter(period_words, "period")
blueprint.add_app_template_filter(known_words, "known_days")
blueprint.add_app_template_filter(signed, "signed")


@blueprint.get("")
def show(account_id: str) -> str:
    """The whole page."""
    return render_template("numbers/show.html", page=_page(account_id))


@blueprint.get("/statuses")
def statuses(account_id: str) -> str | tuple[str, int]:
    """204 when this account has not changed since the page's mark, else its fragments, out of band."""
    fleet = services().fleet
    try:
        account = fleet.account_view(account_id)
    except KeyError:
        _no_such_account(account_id)
    seen = services().marker.seen_version(request.args.get("since", ""), fleet.overview().version)
    if seen >= account.version:
        return "", 204
    return render_template("numbers/_changes.html", page=_page(account_id))


def _page(account_id: str) -> NumbersPage:
    # The mark is taken before the rest: what changes meanwhile comes again with the next poll.
    mark = services().marker.mark(services().fleet.overview().version)
    try:
        return look_at_numbers(services().fleet, account_id, mark)
    except KeyError:
        _no_such_account(account_id)


def _no_such_account(account_id: str) -> NoReturn:
    abort(404, f"There is no account “{account_id}”.")
