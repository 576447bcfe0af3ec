"""GET / and the one poll of the overview."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from htmx_flask import make_response
from htmx_flask import request as htmx_request
from werkzeug.wrappers import Response

from webapp.accounts.card import Card
from webapp.overview import drawn
from webapp.overview.look import Kept, Look, recall, remember
from webapp.overview.page import Overview, look_at_fleet
from webapp.overview.selection import Selection
from webapp.services import services

blueprint = Blueprint("overview", __name__)
drawn.init_blueprint(blueprint)


@blueprint.get("/")
def index() -> Response:
    """The whole page, or for htmx (search, filter, order, paging) the accounts and what goes with them.

    Without any parameter it leads to what this browser showed last; `show=all` asks for all accounts.
    """
    kept = recall()
    if not request.args and kept.filters:
        return redirect(f"{url_for('overview.index')}?{urlencode(kept.filters)}")
    overview = _look(kept)
    answer = _answer(overview)
    now_kept = kept.after(overview.selection, overview.look)
    if now_kept != kept:
        remember(answer, now_kept)
    return answer


@blueprint.get("/statuses")
def statuses() -> tuple[str, int] | str:
    """204 when nothing changed since the page's mark; else the changed fragments, out of band."""
    view = services().fleet.overview()
    seen = services().marker.seen_version(request.args.get("since", ""), view.version)
    if seen == view.version:
        return "", 204
    overview = look_at_fleet(
        view, request.args, Selection.of(request.args), Look.of(request.args), services().marker.mark(view.version)
    )
    same_cards = overview.fingerprint == request.args.get("shown")
    changed = [Card(account) for account in overview.on_page if account.version > seen] if same_cards else None
    return _changes(overview, changed, request.args.get("have", ""))


def _look(kept: Kept) -> Overview:
    view = services().fleet.overview()
    selection = Selection.of(request.args, kept.sort)
    mark = services().marker.mark(view.version)
    return look_at_fleet(view, request.args, selection, Look.of(request.args, kept), mark)


def _answer(overview: Overview) -> Response:
    if not htmx_request.htmx or htmx_request.htmx.history_restore_request:
        page: Response = make_response(render_template("overview/index.html", overview=overview))
        return page
    number = overview.paging.number
    fragments: Response = make_response(
        _changes(overview, None), replace_url=overview.page_address(number) if overview.shown else overview.address()
    )
    return fragments


def _changes(overview: Overview, cards: list[Card] | None, have: str = "") -> str:
    """The cards that changed (None: all of the page), and the fragments around them that a page does not have."""
    return render_template("overview/_changes.html", overview=overview, cards=cards, news=overview.news(have))
