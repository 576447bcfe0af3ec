"""GET /accounts/…/activity and its poll."""

from __future__ import annotations

from typing import NoReturn

from flask import Blueprint, abort, render_template, request
from htmx_flask import make_response
from htmx_flask import request as htmx_request
from werkzeug.wrappers import Response

from webapp.activity.page import ActivityPage, look_at_activity
from webapp.activity.record import RecordQuery
from webapp.services import services

blueprint = Blueprint("activity", __name__, url_prefix="/accounts/<account_id>/activity")


@blueprint.get("")
def show(account_id: str) -> Response | str:
    """The whole page, or for htmx (words, levels) the record alone."""
    page = _page(account_id)
    if not htmx_request.htmx or htmx_request.htmx.history_restore_request:
        return render_template("activity/show.html", page=page)
    fragments = render_template("activity/_found.html", page=page)
    answer: Response = make_response(fragments, replace_url=page.address(page.query))
    return answer


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
    return render_template("activity/_changes.html", page=_page(account_id))


def _page(account_id: str) -> ActivityPage:
    # The mark is taken before the rest: what changes meanwhile comes again with the next poll.
    mark = services().marker.mark(services().fleet.overview().version)
    query = RecordQuery.of(request.args)
    try:
        return look_at_activity(services().fleet, account_id, query, mark, services().clock.now())
    except KeyError:
        _no_such_account(account_id)


def _no_such_account(account_id: str) -> NoReturn:
    abort(404, f"There is no account “{account_id}”.")
