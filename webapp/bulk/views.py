"""GET /bulk shows what an order would change, POST /bulk gives it, GET /bulk/<id> tells what became of it."""

from __future__ import annotations

import re
import secrets

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response

from webapp.bulk.deeds import DEEDS, Deed
from webapp.bulk.outcomes import Outcomes
from webapp.bulk.preview import Preview, carry_out
from webapp.bulk.scope import SELECTED, scope_of
from webapp.overview.page import overview_address
from webapp.overview.selection import Selection
from webapp.services import services

_KEY = "aviary-bulk"
_ORDER_ID = re.compile(r"[A-Za-z0-9_-]{8,40}")

blueprint = Blueprint("bulk", __name__)


@blueprint.record_once
def _keep_outcomes(state: BlueprintSetupState) -> None:
    state.app.extensions[_KEY] = Outcomes()


@blueprint.get("/bulk")
def preview() -> str:
    """What `action` would change in the accounts of `scope`; changes nothing."""
    deed = _deed(request.args.get("action", ""))
    scope = scope_of(request.args, services().fleet.overview().accounts)
    return render_template(
        "bulk/preview.html",
        preview=Preview(deed, scope),
        order_id=secrets.token_urlsafe(12),
        back=_back(Selection.of(request.args)),
        fleet=services().fleet.overview(),
    )


@blueprint.post("/bulk")
def act() -> Response:
    """Do it to the accounts that the preview named, once."""
    deed, order_id = _deed(request.form.get("action", "")), request.form.get("order", "")
    if not _ORDER_ID.fullmatch(order_id):
        abort(400, "This order has no number: it did not come from the page that shows what changes.")
    accounts, left = request.form.getlist("account"), request.form.getlist("left")
    _outcomes().give_once(order_id, lambda: carry_out(services().fleet, deed, accounts, left))
    back = Selection.of(request.form).address_args()
    return redirect(url_for(".result", order_id=order_id, **back), 303)  # type: ignore[arg-type]


@blueprint.get("/bulk/<order_id>")
def result(order_id: str) -> str:
    """What became of each account."""
    outcome = _outcomes().get(order_id)
    if outcome is None:
        abort(404, "What became of this order is not kept any more; each account's record still says it.")
    undo = DEEDS.get(outcome.deed.undo)
    selection = Selection.of(request.args)
    return render_template("bulk/result.html", outcome=outcome, undo=undo, back=_back(selection), selected=SELECTED)


def _deed(name: str) -> Deed:
    if name not in DEEDS:
        abort(400, "There is no such action.")
    return DEEDS[name]


def _back(selection: Selection) -> dict[str, object]:
    """The overview as it was, as an address and as fields of a form."""
    return {"address": overview_address(selection), "fields": selection.address_args()}


def _outcomes() -> Outcomes:
    found: Outcomes = current_app.extensions[_KEY]
    return found
