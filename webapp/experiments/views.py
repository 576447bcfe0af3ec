"""GET /experiments lists the tests, /experiments/new plans one, /experiments/<id> shows one with what can be done."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.errors import AviaryError, ExperimentRefused
from bot.experiments.desk import ExperimentDesk
from bot.experiments.view import ExperimentView, Prospect
from bot.fleet_view import Refusal
from webapp.access import actor
from webapp.experiments import page
from webapp.experiments.form import ExperimentForm, slot_choices, text_choices, where_choices
from webapp.experiments.texts import arm_texts
from webapp.services import services

blueprint = Blueprint("experiments", __name__, url_prefix="/experiments")
Page = str | tuple[str, int] | Response


@blueprint.get("")
def index() -> str:
    """All tests, newest first."""
    return render_template("experiments/index.html", experiments=_desk().all(), page=page)


@blueprint.get("/new")
def new() -> str:
    """First where and what, then the form."""
    return _form_page(ExperimentForm.of(request.args))


@blueprint.post("/preview")
def preview() -> Page:
    """What the test would take. Changes nothing."""
    form = ExperimentForm.of(request.form)
    try:
        return _form_page(form, _desk().prospect(form.wanted()))
    except ExperimentRefused as refused:
        form.faults = refused.faults
        return _form_page(form), 409


@blueprint.post("")
def create() -> Page:
    """Keep it as a draft."""
    form, who = ExperimentForm.of(request.form), actor()
    try:
        experiment = _desk().create(form.wanted(), who.name if who else "")
    except ExperimentRefused as refused:
        form.faults = refused.faults
        return _form_page(form), 409
    flash("The draft is kept. Nothing is drawn before you start it.", "good")
    return redirect(url_for(".show", experiment_id=experiment.id))


@blueprint.get("/<int:experiment_id>")
def show(experiment_id: int) -> str:
    """One test."""
    view = _find(experiment_id)
    own = {account_id for account_id, _ in view.accounts}
    texts = arm_texts(view.experiment.plan, [each for each in _desk().places() if each.account_id in own])
    return render_template("experiments/show.html", view=view, texts=texts, page=page)


@blueprint.post("/<int:experiment_id>/start")
def start(experiment_id: int) -> Response:
    """Let slots draw from tomorrow on."""
    _find(experiment_id)
    return _say(_desk().start(experiment_id), url_for(".show", experiment_id=experiment_id))


@blueprint.post("/<int:experiment_id>/stop")
def stop(experiment_id: int) -> Response:
    """End it before its time."""
    _find(experiment_id)
    who = actor()
    line = _desk().stop(experiment_id, who.name if who else "")
    return _say(line, url_for(".show", experiment_id=experiment_id))


@blueprint.post("/<int:experiment_id>/delete")
def delete(experiment_id: int) -> Response:
    """Delete a draft."""
    _find(experiment_id)
    line = _desk().delete(experiment_id)
    target = url_for(".show", experiment_id=experiment_id) if isinstance(line, Refusal) else url_for(".index")
    return _say(line, target)


@blueprint.get("/<int:experiment_id>/winner")
def winner(experiment_id: int) -> str:
    """What using the winner would change, account by account."""
    view = _winner_of(experiment_id)
    changes = _desk().winner_changes(experiment_id)
    return render_template("experiments/winner.html", view=view, changes=changes, page=page)


@blueprint.post("/<int:experiment_id>/winner")
def use_winner(experiment_id: int) -> Response:
    """Write these changes."""
    _winner_of(experiment_id)
    try:
        done = _desk().use_winner(experiment_id)
        flash(f"Changed: {', '.join(done)}." if done else "Nothing was left to change.", "good")
    except AviaryError as refused:
        flash(refused.in_words, "bad")
    return redirect(url_for(".show", experiment_id=experiment_id))


def _form_page(form: ExperimentForm, prospect: Prospect | None = None) -> str:
    places = _desk().places()
    chosen = form.places(places) if form.is_placed else []
    return render_template(
        "experiments/new.html",
        form=form,
        prospect=prospect,
        wheres=where_choices(places),
        texts=text_choices(chosen),
        slots=slot_choices(chosen),
        number=len(chosen),
        page=page,
    )


def _winner_of(experiment_id: int) -> ExperimentView:
    view = _find(experiment_id)
    if view.winner is None:
        abort(404, "This test has no winner.")
    return view


def _say(line: str, target: str) -> Response:
    flash(line, "bad" if isinstance(line, Refusal) else "good")
    return redirect(target)


def _desk() -> ExperimentDesk:
    return services().fleet.experiments


def _find(experiment_id: int) -> ExperimentView:
    try:
        return _desk().show(experiment_id)
    except KeyError:
        abort(404, "This test is not there any more.")
