"""The pages of account templates: what there is, saving one of an account, looking, renaming, deleting."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, Form, StringField
from wtforms.validators import InputRequired, Length

from bot.account_templates_view import AccountTemplate, AccountTemplates
from bot.errors import AviaryError
from bot.fleet.account_templates import LONGEST_NAME
from webapp.accounts.finding import find_account, look_for
from webapp.files.page import look_at_head
from webapp.overview.selection import group_counts
from webapp.plan.page import SlotEntry
from webapp.services import services

blueprint = Blueprint("account_templates", __name__, url_prefix="/account-templates")
LONGEST_DESCRIPTION = 300
Page = str | tuple[str, int] | Response


class TemplateForm(Form):
    """What a person says of a template that is saved."""

    name = StringField("Name", [InputRequired("Give it a name."), Length(max=LONGEST_NAME)])
    description = StringField("Description", [Length(max=LONGEST_DESCRIPTION)])
    with_content = BooleanField("Its templates and media, too")


class NameForm(Form):
    """Another name for a template."""

    name = StringField("Name", [InputRequired("Give it a name."), Length(max=LONGEST_NAME)])


@blueprint.get("")
def index() -> str:
    """All templates."""
    return render_template("account_templates/index.html", templates=_templates().all())


@blueprint.get("/new")
def new() -> Page:
    """The form that saves the account `account` as a template; without one, the list, which says how."""
    account_id = request.args.get("account", "")
    return _new_page(account_id, TemplateForm()) if account_id else redirect(url_for(".index"))


@blueprint.post("/new")
def save() -> Page:
    """Save it, then show it."""
    account_id, form = request.form.get("account", ""), TemplateForm(request.form)
    find_account(account_id)
    if not form.validate():
        return _new_page(account_id, form), 422
    name = _text(form.name.data)
    try:
        look_for(account_id, lambda: _save(account_id, name, form))
    except AviaryError as refused:
        return _new_page(account_id, form, refused.in_words), 409
    flash(f"{name} is saved. Accounts can begin from it now.", "good")
    return redirect(url_for(".show", template=name))


@blueprint.get("/<template>")
def show(template: str) -> str:
    """What it holds, and what can be done with it."""
    return _page(_find(template))


@blueprint.post("/<template>/rename")
def rename(template: str) -> Page:
    """Give it another name."""
    found, form = _find(template), NameForm(request.form)
    if not form.validate():
        return _page(found, form), 422
    name = _text(form.name.data)
    try:
        _templates().rename(template, name)
    except AviaryError as refused:
        return _page(found, form, refused.in_words), 409
    flash(f"{template} is now called {name}.", "good")
    return redirect(url_for(".show", template=name))


@blueprint.post("/<template>/delete")
def delete(template: str) -> Response:
    """Delete it; accounts that were made from it stay as they are."""
    _find(template)
    try:
        _templates().delete(template)
        flash(f"{template} is deleted. Accounts that were made from it stay as they are.", "good")
    except AviaryError as refused:
        flash(refused.in_words, "bad")
    return redirect(url_for(".index"))


def _save(account_id: str, name: str, form: TemplateForm) -> AccountTemplate:
    description, with_content = _text(form.description.data), bool(form.with_content.data)
    return _templates().save(account_id, name, description=description, with_content=with_content)


def _new_page(account_id: str, form: TemplateForm, trouble: str = "") -> str:
    page = look_at_head(account_id)
    return render_template("account_templates/new.html", page=page, tab="roster.edit", form=form, trouble=trouble)


def _page(template: AccountTemplate, form: NameForm | None = None, trouble: str = "") -> str:
    settings, accounts = template.settings, services().fleet.overview().accounts
    return render_template(
        "account_templates/show.html",
        template=template,
        slots=[SlotEntry(slot, settings) for slot in settings.schedule.all_slots] if settings else [],
        groups=group_counts(accounts),
        number=len(accounts),
        form=form or NameForm(name=template.name),
        is_renaming=form is not None,
        trouble=trouble,
    )


def _templates() -> AccountTemplates:
    return services().fleet.account_templates


def _find(name: str) -> AccountTemplate:
    try:
        return _templates().find(name)
    except KeyError:
        abort(404, f"There is no account template “{name}” any more.")


def _text(value: str | None) -> str:
    return (value or "").strip()
