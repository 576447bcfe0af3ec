"""The pages on which accounts are added, changed, archived, removed and brought back."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from bot.errors import AviaryError, ChangedMeanwhile, RosterRefusal, SettingsError
from bot.roster_view import Roster, RosterEntry
from bot.sessions import check_sent
from bot.settings.new_account import FIRST_SLOTS
from webapp.accounts.finding import find_account, look_for, present_mark
from webapp.accounts.page import AccountPage, look_at_account
from webapp.roster.forms import COMMON_ZONES, EntryForm, NewAccountForm, ProxyForm
from webapp.services import services
from webapp.session.sent import sent_cookies, were_cookies_sent

blueprint = Blueprint("roster", __name__)
Page = str | tuple[str, int] | Response
_LIST_WRITTEN = (
    "config/accounts.yaml was written: the list of your accounts. Your first account is in it, with the home as its "
    "folder; its files are where they were."
)


@blueprint.get("/accounts/new")
def new() -> str:
    """The form for an account that is not there yet; `template` or `clone` chooses what to start from."""
    form = _new_form(None)
    form.start_from(request.args.get("template", ""), request.args.get("clone", ""))
    return _new_page(form)


@blueprint.post("/accounts/new")
def add() -> Page:
    """Add it, then show its page."""
    form = _new_form(request.form)
    if not form.validate():
        return _new_page(form), 422
    try:
        cookies = _sent_session()
    except AviaryError as refused:
        return _new_page(form, refused), 422
    try:
        with _told_when_written():
            account_id = _roster().add(form.new_account)
    except KeyError:
        return _new_page(form, RosterRefusal("what it should begin with is not there any more; choose anew")), 409
    except AviaryError as refused:
        return _new_page(form, refused), 409
    return _show_added(account_id, cookies)


@blueprint.get("/accounts/<account_id>/entry")
def edit(account_id: str) -> str:
    """What accounts.yaml says of it, to change; and the ways to clone, archive and remove it."""
    entry = _entry(account_id)
    return _edit_page(account_id, EntryForm.of(entry, find_account(account_id).handle))


@blueprint.post("/accounts/<account_id>/entry")
def save(account_id: str) -> Page:
    """Write what was changed, unless somebody else changed this account meanwhile."""
    entry, form = _entry(account_id), EntryForm(request.form)
    if not form.validate():
        return _edit_page(account_id, form), 422
    try:
        with _told_when_written():
            _roster().change(account_id, form.changes(entry), form.mark.data or "")
    except ChangedMeanwhile as refused:
        form.mark.data = entry.mark  # what the person reads now is the newest: saving again is a decision
        return _edit_page(account_id, form, refused, entry), 409
    except AviaryError as refused:
        return _edit_page(account_id, form, refused), 422
    flash("Saved.", "good")
    return redirect(url_for(".edit", account_id=account_id))


@blueprint.post("/accounts/<account_id>/proxy")
def save_proxy(account_id: str) -> Page:
    """Have its browser go through another proxy, or through none. Its login is handed on and never shown."""
    entry, form = _entry(account_id), ProxyForm(request.form)
    filled = EntryForm.of(entry, find_account(account_id).handle)
    if not form.validate():
        return _edit_page(account_id, filled, proxy=form.hide_login()), 422
    try:
        with _told_when_written():
            proxy = _roster().set_proxy(account_id, form.wanted, form.mark.data or "")
    except AviaryError as refused:
        form.mark.data = entry.mark
        page = _edit_page(account_id, filled, proxy=form.hide_login(), proxy_trouble=_why_not(refused))
        return page, 409 if isinstance(refused, ChangedMeanwhile) else 422
    words = "Its runs go through the proxy from now on" if proxy.address else "Its runs connect directly from now on"
    flash(f"{words}. Press Check session to see whether it works." if proxy.address else f"{words}.", "good")
    return redirect(url_for(".edit", account_id=account_id))


@blueprint.post("/accounts/<account_id>/archive")
def archive(account_id: str) -> Response:
    """Write it into a zip; it goes on as before."""
    find_account(account_id)
    try:
        name = _roster().archive(account_id)
        flash(f"Archived as {name}, without its session.", "good")
    except AviaryError as refused:
        flash(refused.in_words, "bad")
    return redirect(url_for(".edit", account_id=account_id))


@blueprint.get("/accounts/<account_id>/remove")
def confirm_removal(account_id: str) -> str:
    """Says what goes and what stays, and asks for the handle."""
    return _removal_page(account_id)


@blueprint.post("/accounts/<account_id>/remove")
def remove(account_id: str) -> Page:
    """Remove it when the handle is right; archived first, unless that was unticked."""
    account = find_account(account_id)
    written = request.form.get("handle", "").strip().removeprefix("@")
    if written.casefold() != (account.handle or account.id).casefold():
        return _removal_page(account_id, "That is not its handle; nothing was removed."), 422
    try:
        name = _roster().remove(account_id, archive="archive" in request.form)
    except AviaryError as refused:
        return _removal_page(account_id, refused.in_words), 409
    stays = " Its files are where they were." if account.is_home else " Nothing of it was kept."
    kept = f" Its archive is {name}." if name else stays
    flash(f"{account.name} is removed.{kept}", "good")
    return redirect(url_for(".archives") if name else url_for("overview.index"))


@blueprint.get("/roster")
def archives() -> str:
    """Archived accounts, and the former states of accounts.yaml."""
    roster = _roster()
    return render_template("roster/archives.html", archives=roster.archives(), versions=roster.versions())


@blueprint.get("/roster/archives/<name>")
def download(name: str) -> Response:
    """The zip of an archived account."""
    if name not in {each.name for each in _roster().archives()}:
        abort(404, "This archive is not there any more.")
    file = (_roster().archive_folder / name).resolve()
    return send_file(file, mimetype="application/zip", as_attachment=True, download_name=name)


@blueprint.post("/roster/archives/<name>/restore")
def restore(name: str) -> Response:
    """Bring it back, disabled."""
    try:
        account_id = _roster().restore(name)
    except KeyError:
        abort(404, "This archive is not there any more.")
    except AviaryError as refused:
        flash(refused.in_words, "bad")
        return redirect(url_for(".archives"))
    flash("It is back, disabled: look at it, give it a session, then enable it.", "good")
    return redirect(url_for(".edit", account_id=account_id))


@blueprint.get("/roster/versions/<version_id>")
def version(version_id: str) -> str:
    """A former state of accounts.yaml beside the present one."""
    former, (present, mark) = _former(version_id), _roster().read_list()
    lines = list(difflib.unified_diff(former.splitlines(), present.splitlines(), "then", "now", lineterm=""))
    chosen = next(each for each in _roster().versions() if each.id == version_id)
    return render_template("roster/version.html", version=chosen, lines=lines[2:], mark=mark, former=former)


@blueprint.post("/roster/versions/<version_id>")
def restore_version(version_id: str) -> Response:
    """Put the former state in place of the one that was shown."""
    _former(version_id)
    try:
        _roster().restore_version(version_id, request.form.get("mark", ""))
    except AviaryError as refused:
        flash(refused.in_words, "bad")
        return redirect(url_for(".version", version_id=version_id))
    flash("The list is as it was then; the state before is kept, too.", "good")
    return redirect(url_for(".archives"))


@contextmanager
def _told_when_written() -> Iterator[None]:
    """Says so when what is done inside has written the list of a home that had none, but one account."""
    was_unwritten = _is_unwritten()
    yield
    if was_unwritten and not _is_unwritten():
        flash(_LIST_WRITTEN, "plain")


def _sent_session() -> bytes:
    """The cookies of the form, if there are any: looked at before the account is added. Raises AviaryError."""
    cookies = sent_cookies()
    if cookies:
        check_sent(cookies, services().clock.now())
    return cookies


def _show_added(account_id: str, cookies: bytes) -> Response:
    """The new account's page; where its session was not imported, the page on which that is done."""
    name = find_account(account_id).name
    if not cookies:
        flash(f"{name} is added. Next: its session, so that it can log in; then what it posts.", "good")
        return redirect(url_for("accounts.show", account_id=account_id))
    try:
        words = services().fleet.sessions.replace(account_id, cookies)
    except AviaryError as refused:
        flash(f"{name} is added, without a session. {refused.in_words}", "plain")  # not refused: it is there
        return redirect(url_for("session.show", account_id=account_id))
    flash(f"{name} is added. {words} Next: what it posts.", "good")
    return redirect(url_for("accounts.show", account_id=account_id))


def _new_page(form: NewAccountForm, refused: AviaryError | None = None) -> str:
    trouble = refused.in_words if refused else ""
    return render_template(
        "roster/new.html",
        form=form,
        trouble=trouble,
        zones=COMMON_ZONES,
        were_sent=were_cookies_sent(),
        first_slots=FIRST_SLOTS,
        is_unwritten=_is_unwritten(),
    )


def _edit_page(
    account_id: str,
    form: EntryForm,
    refused: AviaryError | None = None,
    others: RosterEntry | None = None,
    *,
    proxy: ProxyForm | None = None,
    proxy_trouble: str = "",
) -> str:
    present = look_for(account_id, lambda: _roster().proxy(account_id))
    page, trouble = _page(account_id), refused.in_words if refused else ""
    theirs = EntryForm.of(others, page.account.handle) if others else None
    return render_template(
        "roster/edit.html",
        page=page,
        form=form,
        trouble=trouble,
        theirs=theirs,
        present=present,
        proxy=proxy or ProxyForm.of(present, _entry(account_id).mark),
        proxy_trouble=proxy_trouble,
        is_unwritten=_is_unwritten(),
    )


def _why_not(refused: AviaryError) -> str:
    """Why a proxy was not taken. It was typed into a form, so that nothing is to be corrected in a file."""
    if not isinstance(refused, SettingsError) or any(problem.line for problem in refused.problems):
        return refused.in_words
    mistakes = "; ".join(problem.message for problem in refused.problems)
    return f"Nothing was saved: the proxy {mistakes}. Write it anew; what may hold a login is not shown again."


def _removal_page(account_id: str, trouble: str = "") -> str:
    return render_template("roster/remove.html", page=_page(account_id), trouble=trouble)


def _is_unwritten() -> bool:
    """Whether the home has the single account of old alone, and no list that names it."""
    fleet = services().fleet
    return any(account.is_home for account in fleet.overview().accounts) and fleet.roster.is_unwritten


def _roster() -> Roster:
    return services().fleet.roster


def _new_form(data: Any) -> NewAccountForm:
    fleet = services().fleet
    return NewAccountForm.of(data, fleet.overview().accounts, fleet.account_templates.all())


def _former(version_id: str) -> str:
    try:
        return _roster().version(version_id)
    except KeyError:
        abort(404, "This state of the list is not kept any more.")


def _entry(account_id: str) -> RosterEntry:
    return look_for(account_id, lambda: _roster().entry(account_id))


def _page(account_id: str) -> AccountPage:
    mark = present_mark()
    return look_for(account_id, lambda: look_at_account(services().fleet, account_id, mark, None))
