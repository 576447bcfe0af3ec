"""GET /accounts/…/plan, its poll, and the forms that add, change, switch and delete a slot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.errors import AviaryError, ChangedMeanwhile, SettingsError
from bot.files_view import AccountFile, FileState
from bot.settings.account import AccountSettings, Slot
from bot.settings.account_editing import add_slot, change_slot, delete_slot
from webapp.accounts.finding import find_account, has_changed
from webapp.files import fields
from webapp.files.page import Conflict, conflict, files, look_at_head, read, read_as_of
from webapp.plan.fields import FIELDS, errors, fields_with, fresh_slot, lacking
from webapp.plan.page import look_at_plan

blueprint = Blueprint("plan", __name__, url_prefix="/accounts/<account_id>/plan")
SETTINGS = AccountFile.SETTINGS
Page = str | tuple[str, int] | Response
_GONE = "There is no slot “{name}” any more."


@blueprint.get("")
def show(account_id: str) -> str:
    """Its slots, and the runs of the coming days."""
    return render_template("plan/show.html", page=look_at_plan(account_id))


@blueprint.get("/statuses")
def statuses(account_id: str) -> str | tuple[str, int]:
    """204 when this account has not changed since the page's mark, else its fragments, out of band."""
    if not has_changed(find_account(account_id)):
        return "", 204
    return render_template("plan/_changes.html", page=look_at_plan(account_id))


@blueprint.get("/new")
def new(account_id: str) -> str:
    """The form for a slot that is not there yet."""
    state = read(account_id, SETTINGS)
    return _form_page(account_id, state, "", {**fields.shown(FIELDS, fresh_slot("")), "time": ""})


@blueprint.post("/new")
def add(account_id: str) -> Page:
    """Enter it into settings.yaml."""
    name, mark, now = request.form.get("name", "").strip(), request.form.get("mark", ""), read(account_id, SETTINGS)
    settings = _usable(account_id, now)
    base = fields.shown(FIELDS, fresh_slot(name))
    values = fields.sent(FIELDS, request.form, base)
    wrong = lacking(values) | _name_problem(settings, name)
    if wrong:
        return _form_page(account_id, now, name, values, wrong=wrong, is_new=True), 422
    wanted = {("time",): values["time"], **fields.changes(FIELDS, values, base)}
    try:
        files().change(account_id, SETTINGS, partial(add_slot, name=name, values=wanted), mark)
    except ChangedMeanwhile:
        others = conflict(read_as_of(account_id, SETTINGS, mark), now)
        return _form_page(account_id, now, name, values, others=others, is_new=True), 409
    except AviaryError as refused:
        return _form_page(account_id, now, name, values, refused=refused, is_new=True), 422
    flash(f"{name} is added.", "good")
    return redirect(url_for(".show", account_id=account_id))


@blueprint.get("/slots/<slot_name>")
def edit(account_id: str, slot_name: str) -> str:
    """The form of one slot, and the way to delete it."""
    state = read(account_id, SETTINGS)
    return _form_page(account_id, state, slot_name, fields.shown(FIELDS, _slot(account_id, state, slot_name)))


@blueprint.post("/slots/<slot_name>")
def save(account_id: str, slot_name: str) -> Page:
    """Write the keys of the slot that were changed."""
    mark, now = request.form.get("mark", ""), read(account_id, SETTINGS)
    present = fields.shown(FIELDS, _slot(account_id, now, slot_name))
    base = read_as_of(account_id, SETTINGS, mark)
    before = _shown_then(base, slot_name) or present
    values = fields.sent(FIELDS, request.form, before)
    if wrong := lacking(values):
        return _form_page(account_id, now, slot_name, values, wrong=wrong), 422
    wanted = fields.changes(FIELDS, values, before)
    try:
        files().change(account_id, SETTINGS, partial(change_slot, name=slot_name, values=wanted), mark)
    except ChangedMeanwhile:
        both = fields.merged(FIELDS, values, before, present)
        return _form_page(account_id, now, slot_name, both, others=conflict(base, now)), 409
    except AviaryError as refused:
        return _form_page(account_id, now, slot_name, values, refused=refused), 422
    flash(f"{slot_name} is saved." if wanted else "Nothing was changed.", "good")
    return redirect(url_for(".show", account_id=account_id))


@blueprint.post("/slots/<slot_name>/switch")
def switch(account_id: str, slot_name: str) -> Response:
    """Let it fire (`enabled` is "yes"), or no more."""
    enabled = request.form.get("enabled") == fields.YES
    change = partial(change_slot, name=slot_name, values={("enabled",): enabled})
    return _act(account_id, slot_name, change, f"{slot_name} is switched {'on' if enabled else 'off'}.")


@blueprint.post("/slots/<slot_name>/delete")
def delete(account_id: str, slot_name: str) -> Response:
    """Take it out of the file; former states of the file have it."""
    done = f"{slot_name} is deleted. A former state of settings.yaml brings it back."
    return _act(account_id, slot_name, partial(delete_slot, name=slot_name), done)


def _act(account_id: str, slot_name: str, change: Callable[[Any], None], done: str) -> Response:
    """One change of the state that was shown, then the plan with what became of it."""
    read(account_id, SETTINGS)
    try:
        files().change(account_id, SETTINGS, change, request.form.get("mark", ""))
        flash(done, "good")
    except KeyError:
        flash(_GONE.format(name=slot_name), "bad")
    except AviaryError as refused:
        flash(refused.in_words, "bad")
    return redirect(url_for(".show", account_id=account_id))


def _name_problem(settings: AccountSettings, name: str) -> dict[str, str]:
    if not name:
        return {"name": "Give it a name."}
    taken = any(slot.name == name for slot in settings.schedule.all_slots)
    return {"name": "There is a slot of this name already."} if taken else {}


def _usable(account_id: str, state: FileState) -> AccountSettings:
    """The settings; while they are broken the plan page shows what to mend."""
    if state.settings is None:
        abort(redirect(url_for(".show", account_id=account_id)))
    return state.settings


def _slot(account_id: str, state: FileState, name: str) -> Slot:
    try:
        return _usable(account_id, state).slot(name)
    except KeyError:
        abort(404, _GONE.format(name=name))


def _shown_then(state: FileState | None, name: str) -> dict[str, str]:
    """The slot as the person saw it; {} when that is not known any more."""
    slots = state.settings.schedule.all_slots if state and state.settings else ()
    return next((fields.shown(FIELDS, slot) for slot in slots if slot.name == name), {})


def _form_page(
    account_id: str,
    state: FileState,
    name: str,
    values: Mapping[str, str],
    *,
    wrong: Mapping[str, str] | None = None,
    others: Conflict | None = None,
    refused: AviaryError | None = None,
    is_new: bool = False,
) -> str:
    settings = _usable(account_id, state)
    problems = refused.problems if isinstance(refused, SettingsError) else []
    keywords = read(account_id, AccountFile.KEYWORDS).keywords
    return render_template(
        "plan/slot.html",
        page=look_at_head(account_id),
        tab="plan.show",
        state=state,
        name=name,
        is_new=is_new or not name,
        fields=fields_with([*read(account_id, AccountFile.TEMPLATES).content.kinds, values.get("post", "none")]),
        values=values,
        errors={**errors(settings, name, problems), **(wrong or {})},
        refusals=problems,
        conflict=others,
        trouble=refused.in_words if refused and not problems else "",
        groups=list(keywords) or ["high_intent", "medium_intent"],
        timezone=settings.schedule.timezone,
    )
