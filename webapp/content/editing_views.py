"""GET /accounts/…/content, its poll, and the forms that write, move, switch, copy and delete a template."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from htmx_flask import request as htmx_request
from werkzeug.wrappers import Response

from bot.content.desk import TemplateView
from bot.content.templates import Content, ContentError, Template, changes_of, entry_of, key_of_kind
from bot.errors import AviaryError, ChangedMeanwhile
from bot.files_view import FileState
from bot.settings.template_editing import (
    add_template,
    change_template,
    delete_template,
    duplicate_template,
    move_template,
)
from webapp.content.form import TemplateForm, wrong_in
from webapp.content.page import (
    TEMPLATES,
    count_words,
    kind_words,
    length_words,
    look_at_content,
    look_at_template,
    media_choices,
    runs_out,
    runway_words,
)
from webapp.files.fields import YES
from webapp.files.page import Conflict, conflict, files, head_statuses, look_at_head, mistakes, read, read_as_of

blueprint = Blueprint("content", __name__, url_prefix="/accounts/<account_id>/content")
blueprint.add_app_template_filter(count_words, "count_words")
blueprint.add_app_template_filter(kind_words, "kind_words")
blueprint.add_app_template_filter(length_words, "length_words")
blueprint.add_app_template_filter(runway_words, "runway_words")
blueprint.add_app_template_filter(runs_out, "runs_out")
Page = str | tuple[str, int] | Response
_GONE = "This template is not there any more."
_NOT_NOW = "templates.yaml has a mistake: put that right first, then go on here."


@blueprint.get("")
def show(account_id: str) -> str:
    """All templates by kind, as they would be posted; while the file is broken, its text to be mended."""
    page = look_at_content(account_id)
    found = mistakes(page.state.text, page.state.problems)
    versions = files().versions(account_id, TEMPLATES)
    return render_template("content/show.html", page=page, mistakes=found, versions=versions)


@blueprint.get("/statuses")
def statuses(account_id: str) -> str | tuple[str, int]:
    """The head's changes."""
    return head_statuses(account_id)


@blueprint.get("/new")
def new(account_id: str) -> str:
    """The form for a template that is not there yet."""
    state = read(account_id, TEMPLATES)
    return _form_page(account_id, state, TemplateForm(kind=request.args.get("kind", "promo")), None)


@blueprint.post("/new")
def add(account_id: str) -> Page:
    """Enter it into templates.yaml."""
    now, form = read(account_id, TEMPLATES), TemplateForm.of(request.form)
    try:
        template = form.template()
    except ContentError as error:
        return _form_page(account_id, now, form, None, wrong=wrong_in(error)), 422
    key = key_of_kind(template.kind)
    answer = _write(account_id, now, form, None, lambda data: add_template(data, key, entry_of(template)))
    if answer is not None:
        return answer
    flash("The template is added.", "good")
    return redirect(url_for(".show", account_id=account_id, _anchor=f"kind-{template.kind}"))


@blueprint.get("/<kind>/<int:place>")
def edit(account_id: str, kind: str, place: int) -> str:
    """The form of one template, and the way to delete it."""
    state = read(account_id, TEMPLATES)
    return _form_page(account_id, state, TemplateForm.showing(_template(state, kind, place)), place)


@blueprint.post("/<kind>/<int:place>")
def save(account_id: str, kind: str, place: int) -> Page:
    """Write the keys of the template that were changed."""
    now, form = read(account_id, TEMPLATES), TemplateForm.of(request.form)
    base = read_as_of(account_id, TEMPLATES, request.form.get("mark", ""))
    before = _find((base or now).content, kind, place) or _template(now, kind, place)
    try:
        changes = changes_of(before, form.template())
    except ContentError as error:
        return _form_page(account_id, now, form, place, wrong=wrong_in(error)), 422
    change = partial(change_template, key=key_of_kind(kind), place=place, values=changes)
    answer = _write(account_id, now, form, place, change)
    if answer is not None:
        return answer
    flash("The template is saved." if changes else "Nothing was changed.", "good")
    return redirect(url_for(".show", account_id=account_id, _anchor=f"template-{kind}-{place}"))


@blueprint.post("/preview")
def preview(account_id: str) -> str:
    """What the form would post: a part of the page, or without scripts the page. Changes nothing."""
    state, form = read(account_id, TEMPLATES), TemplateForm.of(request.form)
    place = request.form.get("place", type=int)
    if not htmx_request.htmx:
        return _form_page(account_id, state, form, place)
    view, wrong = _look(account_id, state, form, place)
    return render_template("content/_preview.html", view=view, wrong=wrong, account=look_at_head(account_id).account)


@blueprint.post("/<kind>/<int:place>/switch")
def switch(account_id: str, kind: str, place: int) -> Response:
    """Let it be posted (`enabled` is "yes"), or no more."""
    is_on = request.form.get("enabled") == YES
    values = {"enabled": None if is_on else False}
    change = partial(change_template, key=key_of_kind(kind), place=place, values=values)
    return _act(account_id, change, f"The template is switched {'on' if is_on else 'off'}.", kind, place)


@blueprint.post("/<kind>/<int:place>/move")
def move(account_id: str, kind: str, place: int) -> Response:
    """Bring it to the place `to` of its list."""
    to = request.form.get("to", place, type=int)
    change = partial(move_template, key=key_of_kind(kind), place=place, to=to)
    return _act(account_id, change, "The template is moved.", kind, to)


@blueprint.post("/<kind>/<int:place>/duplicate")
def duplicate(account_id: str, kind: str, place: int) -> Response:
    """Put a copy behind it."""
    done = "The copy stands below, switched off: the same text twice would not be posted."
    change = partial(duplicate_template, key=key_of_kind(kind), place=place)
    return _act(account_id, change, done, kind, place + 1)


@blueprint.post("/<kind>/<int:place>/delete")
def delete(account_id: str, kind: str, place: int) -> Response:
    """Take it out of the file; former states of the file have it."""
    done = "The template is deleted. A former state of templates.yaml brings it back."
    return _act(account_id, partial(delete_template, key=key_of_kind(kind), place=place), done, kind, place)


def _act(account_id: str, change: Callable[[Any], object], done: str, kind: str, place: int) -> Response:
    """One change of the state that was shown, then the page with what became of it."""
    state = read(account_id, TEMPLATES)
    try:
        files().change(account_id, TEMPLATES, lambda data: _do(change, data), request.form.get("mark", ""))
        flash(done, "good")
    except KeyError:
        flash(_GONE, "bad")
    except AviaryError as refused:
        flash(_NOT_NOW if state.problems else refused.in_words, "bad")
    return redirect(url_for(".show", account_id=account_id, _anchor=f"template-{kind}-{max(place, 0)}"))


def _do(change: Callable[[Any], object], data: Any) -> None:
    change(data)


def _write(
    account_id: str, now: FileState, form: TemplateForm, place: int | None, change: Callable[[Any], object]
) -> Page | None:
    """Make the change; the page with what keeps it from being made, if anything does."""
    mark = request.form.get("mark", "")
    try:
        files().change(account_id, TEMPLATES, lambda data: _do(change, data), mark)
    except ChangedMeanwhile:
        others = conflict(read_as_of(account_id, TEMPLATES, mark), now)
        return _form_page(account_id, now, form, place, others=others), 409
    except KeyError:
        abort(404, _GONE)
    except AviaryError as refused:
        return _form_page(account_id, now, form, place, trouble=refused.in_words), 422
    return None


def _form_page(
    account_id: str,
    state: FileState,
    form: TemplateForm,
    place: int | None,
    *,
    wrong: dict[str, str] | None = None,
    others: Conflict | None = None,
    trouble: str = "",
) -> str:
    view, wrong_now = _look(account_id, state, form, place)
    return render_template(
        "content/template.html",
        page=look_at_head(account_id),
        tab="content.show",
        state=state,
        form=form,
        place=place,
        view=view,
        wrong=wrong or {},
        wrong_in_preview=wrong_now,
        media=media_choices(account_id, form.media),
        kinds=state.content.kinds,
        lists=[*state.content.lists],
        conflict=others,
        trouble=trouble or (_NOT_NOW if state.problems else ""),
    )


def _look(
    account_id: str, state: FileState, form: TemplateForm, place: int | None
) -> tuple[TemplateView | None, dict[str, str]]:
    """The preview of what a form says, and what is wrong with it."""
    try:
        template = form.template()
    except ContentError as error:
        return None, wrong_in(error)
    return look_at_template(account_id, state.content, _at(template, place)), {}


def _at(template: Template, place: int | None) -> Template:
    """Where it stands, so that it is not taken for another one with the same text; nowhere, when it is new."""
    return replace(template, place=-1 if place is None else place)


def _find(content: Content, kind: str, place: int) -> Template | None:
    return next((each for each in content.templates if (each.kind, each.place) == (kind, place)), None)


def _template(state: FileState, kind: str, place: int) -> Template:
    found = _find(state.content, kind, place)
    if found is None:
        abort(404, _NOT_NOW if state.problems else _GONE)
    return found
