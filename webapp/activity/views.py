"""GET /accounts/…/activity and its poll."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from htmx_flask import make_response
from htmx_flask import request as htmx_request
from werkzeug.wrappers import Response

from webapp.accounts.finding import find_account, has_changed, look_for, present_mark
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
    if not has_changed(find_account(account_id)):
        return "", 204
    return render_template("activity/_changes.html", page=_page(account_id))


def _page(account_id: str) -> ActivityPage:
    mark = present_mark()
    query = RecordQuery.of(request.args)
    return look_for(
        account_id, lambda: look_at_activity(services().fleet, account_id, query, mark, services().clock.now())
    )
