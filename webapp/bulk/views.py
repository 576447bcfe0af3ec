"""GET /bulk shows what an order would change, POST /bulk gives it, GET /bulk/<id> tells what became of it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response

from webapp.audit.recording import note_details
from webapp.bulk.deeds import Task
from webapp.bulk.edits import find_task, is_told, make_order, values_of
from webapp.bulk.filling import Edit, Unfilled
from webapp.bulk.outcomes import Outcomes
from webapp.bulk.preview import Outcome, Preview, carry_out
from webapp.bulk.scope import SELECTED, Scope, scope_of
from webapp.overview.page import overview_address
from webapp.overview.selection import Selection, group_counts
from webapp.services import services

_KEY = "aviary-bulk"
_ORDER_ID = re.compile(r"[A-Za-z0-9_-]{8,40}")

blueprint = Blueprint("bulk", __name__)
Page = str | tuple[str, int]


@blueprint.record_once
def _keep_outcomes(state: BlueprintSetupState) -> None:
    state.app.extensions[_KEY] = Outcomes()


@blueprint.get("/bulk")
def preview() -> Page:
    """What `action` would change in the accounts of `scope`, or the form that asks what more it needs; changes
    nothing.
    """
    fleet, task = services().fleet, _task(request.args.get("action", ""))
    scope = scope_of(request.args, fleet.overview().accounts)
    if not scope.accounts:
        return render_template("bulk/nobody.html", deed=task, back=_back(Selection.of(request.args)))
    if not is_told(task, request.args):
        return _asking_page(task, scope, {})
    try:
        order = make_order(task, fleet, request.args)
    except Unfilled as unfilled:
        return _asking_page(task, scope, unfilled.errors), 422
    return render_template(
        "bulk/preview.html",
        preview=Preview(fleet, order, scope),
        order_id=secrets.token_urlsafe(12),
        back=_back(Selection.of(request.args)),
        fleet=fleet.overview(),
    )


@blueprint.post("/bulk")
def act() -> Response:
    """Do it to the accounts that the preview named, once."""
    fleet, task, order_id = services().fleet, _task(request.form.get("action", "")), request.form.get("order", "")
    if not _ORDER_ID.fullmatch(order_id):
        abort(400, "This order has no number: it did not come from the page that shows what changes.")
    accounts, left = request.form.getlist("account"), request.form.getlist("left")

    def carry() -> Outcome:
        try:
            return carry_out(fleet, make_order(task, fleet, request.form), accounts, left)
        except Unfilled as unfilled:
            abort(400, f"What it was told will not do: {unfilled}.")

    outcome = _outcomes().give_once(order_id, carry)
    note_details(outcome.told)
    back = Selection.of(request.form).address_args()
    return redirect(url_for(".result", order_id=order_id, **back), 303)  # type: ignore[arg-type]


@blueprint.get("/bulk/<order_id>")
def result(order_id: str) -> str:
    """What became of each account."""
    outcome = _outcomes().get(order_id)
    if outcome is None:
        abort(404, "What became of this order is not kept any more; each account's record still says it.")
    undo = find_task(outcome.deed.undo)
    selection = Selection.of(request.args)
    return render_template("bulk/result.html", outcome=outcome, undo=undo, back=_back(selection), selected=SELECTED)


def _asking_page(task: Task, scope: Scope, errors: Mapping[str, str]) -> str:
    """The form for what the order needs to know; it carries on which accounts it is for."""
    fleet = services().fleet
    return render_template(
        "bulk/ask.html",
        deed=task,
        scope=scope,
        fields=task.fields_of(fleet) if isinstance(task, Edit) else (),
        values=values_of(task, fleet, request.args),
        errors=errors,
        scope_fields=[("scope", request.args.get("scope", SELECTED))]
        + [("account", each) for each in request.args.getlist("account")],
        groups=[name for name, _ in group_counts(fleet.overview().accounts)],
        back=_back(Selection.of(request.args)),
    )


def _task(name: str) -> Task:
    found = find_task(name)
    if found is None:
        abort(400, "There is no such action.")
    return found


def _back(selection: Selection) -> dict[str, object]:
    """The overview as it was, as an address and as fields of a form."""
    return {"address": overview_address(selection), "fields": selection.address_args()}


def _outcomes() -> Outcomes:
    found: Outcomes = current_app.extensions[_KEY]
    return found
