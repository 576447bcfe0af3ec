"""GET and POST /orders, /accounts/…/orders: numbers entered, changed, deleted, restored; tables in and out."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bot.content.spreadsheets import write_rows
from bot.errors import AviaryError, ChangedMeanwhile, OutcomeUnfit
from bot.outcomes.table import COLUMNS
from bot.outcomes.view import Entry, OutcomeImport, OutcomeQuery
from webapp.access.actors import actor
from webapp.accounts.finding import find_account
from webapp.audit.recording import note_refusal
from webapp.files.page import head_statuses
from webapp.outcomes.form import OutcomeForm
from webapp.outcomes.page import desk, find_entry, look_at_account, look_at_code, look_at_orders
from webapp.overview.selection import Selection
from webapp.queue.notice import tell, tell_undoable
from webapp.services import services
from webapp.tables import csv_answer, sent_table, wanted_separator
from webapp.wording import counted

blueprint = Blueprint("outcomes", __name__)
Page = str | tuple[str, int] | AnyResponse
_NO_FILE = "Choose a CSV file, or paste the table."
_NOTHING = "Nothing was typed, so nothing is entered. Fill in the numbers of at least one account."
_CHANGED = "Somebody else changed this entry meanwhile. Nothing of yours is saved; look at it, then do it again."


@blueprint.get("/orders")
def index() -> str:
    """All accounts, or those that a search or a group leaves."""
    return render_template("outcomes/index.html", page=look_at_orders(request.args))


@blueprint.post("/orders/day")
def enter_day() -> Page:
    """Enter a day of each account for which something was typed: all of it, or nothing."""
    forms = {each: OutcomeForm.sent(request.form, f"{each}.") for each in request.form.getlist("account")}
    typed = {account_id: form for account_id, form in forms.items() if not form.is_blank}
    day = request.form.get("day", "")
    entries: list[Entry] = []
    for account_id, form in typed.items():
        entry, faults = form.read(account_id)
        faults = faults or desk().faults(entry)
        typed[account_id] = form.with_faults(faults)
        entries.append(entry)
    faulty = any(form.faults for form in typed.values())
    if faulty or not typed:
        note_refusal()
        trouble = "Nothing is entered yet: correct what is marked." if faulty else _NOTHING
        page = look_at_orders(request.args, typed, day, trouble)
        return render_template("outcomes/index.html", page=page), 422
    desk().enter_all(entries, "hand", _who())
    tell(f"Entered for {counted(len(entries), 'account', 'accounts')}.")
    return redirect(url_for(".index", **_kept()))


@blueprint.post("/orders/code")
def enter_code() -> Page:
    """Enter what came of one post, by its code."""
    form = OutcomeForm.sent(request.form)
    entry, faults = form.read()
    faults = faults or desk().faults(entry)
    if faults or not form.code:
        note_refusal()
        args = {"code": form.code} if form.code else {}
        page = look_at_orders(args, code_form=form.with_faults(faults or {"code": "type the code"}))
        return render_template("outcomes/index.html", page=page), 422
    found, _ = desk().enter(entry, "hand", _who())
    tell(f"Entered for the post with the code {found.outcome.counted.code}.")
    return redirect(url_for(".index", code=found.outcome.counted.code))


@blueprint.get("/accounts/<account_id>/orders")
def show(account_id: str) -> str:
    """One account: sums beside the targets, the form of a day, the entries."""
    return render_template("outcomes/show.html", page=look_at_account(account_id, request.args))


@blueprint.get("/accounts/<account_id>/orders/statuses")
def statuses(account_id: str) -> str | tuple[str, int]:
    """204 when this account has not changed since the page's mark, else the fragments of its head."""
    return head_statuses(account_id)


@blueprint.post("/accounts/<account_id>/orders")
def enter(account_id: str) -> Page:
    """Enter a day of one account, or an order of one of its posts."""
    find_account(account_id)
    form = OutcomeForm.sent(request.form)
    entry, faults = form.read(account_id)
    faults = faults or desk().faults(entry)
    if faults:
        note_refusal()
        page = look_at_account(account_id, request.args, form.with_faults(faults))
        return render_template("outcomes/show.html", page=page), 422
    desk().enter(entry, "hand", _who())
    tell("Entered.")
    return redirect(url_for(".show", account_id=account_id))


@blueprint.get("/accounts/<account_id>/orders/<int:outcome_id>")
def edit(account_id: str, outcome_id: int) -> str:
    """The form of one entry."""
    found = find_entry(account_id, outcome_id)
    return _edit_page(account_id, outcome_id, OutcomeForm.of(found.outcome))


@blueprint.post("/accounts/<account_id>/orders/<int:outcome_id>")
def save(account_id: str, outcome_id: int) -> Page:
    """Put what the form says in its place."""
    before = find_entry(account_id, outcome_id)
    form = OutcomeForm.sent(request.form)
    entry, faults = form.read(account_id)
    try:
        if faults:
            raise OutcomeUnfit(faults)
        entry = Entry(**{**vars(entry), "external_id": before.outcome.counted.external_id})
        desk().change(account_id, outcome_id, entry, _version())
    except OutcomeUnfit as refused:
        note_refusal()
        return _edit_page(account_id, outcome_id, form.with_faults(refused.faults)), 422
    except ChangedMeanwhile:
        note_refusal()
        now = OutcomeForm.of(find_entry(account_id, outcome_id).outcome)
        return _edit_page(account_id, outcome_id, now, _CHANGED), 409
    tell("Saved.")
    return redirect(_back(account_id))


@blueprint.post("/accounts/<account_id>/orders/<int:outcome_id>/delete")
def delete(account_id: str, outcome_id: int) -> AnyResponse:
    """Count it no more; the next page has an undo."""
    find_entry(account_id, outcome_id)
    try:
        desk().delete(account_id, outcome_id, _version())
    except ChangedMeanwhile:
        tell(_CHANGED, "bad")
    else:
        undo = url_for(".restore", account_id=account_id, outcome_id=outcome_id)
        tell_undoable("The entry is deleted and counts no more.", undo, "account" if _of_account() else "")
    return redirect(_back(account_id))


@blueprint.post("/accounts/<account_id>/orders/<int:outcome_id>/restore")
def restore(account_id: str, outcome_id: int) -> AnyResponse:
    """Bring a deleted one back."""
    find_account(account_id)
    try:
        desk().restore(account_id, outcome_id)
    except KeyError:
        tell("This entry is gone for good.", "bad")
    except AviaryError as refused:
        tell(refused.in_words, "bad")
    else:
        tell("The entry is back.")
    return redirect(_back(account_id))


@blueprint.get("/orders/export.csv")
def export() -> Response:
    """The entries as a table that can be imported again, of the accounts and days that are shown."""
    return csv_answer(desk().table(_shown_query(), wanted_separator()), "orders.csv")


@blueprint.get("/orders/import/example.csv")
def example() -> Response:
    """A table of two lines, to begin with."""
    accounts = services().fleet.overview().accounts
    name = accounts[0].id if accounts else "account1"
    day = services().clock.now().date()
    rows = (
        (f"{day:%d/%m/%Y}", name, "", "12", "3", "Rp 1.250.000", "the whole day", ""),
        (f"{day:%Y-%m-%d}", name, "", "", "1", "25000", "one order", "INV-0001"),
    )
    return csv_answer(write_rows(COLUMNS, rows, wanted_separator()), "example.csv")


@blueprint.get("/orders/import")
def import_form() -> str:
    """The form that takes a table."""
    return render_template("outcomes/import.html", columns=COLUMNS, trouble="")


@blueprint.post("/orders/import")
def preview() -> Page:
    """What the table would enter, and what is wrong with each line. Changes nothing."""
    content = sent_table()
    if not content:
        return render_template("outcomes/import.html", columns=COLUMNS, trouble=_NO_FILE), 422
    try:
        plan = desk().plan_import(content)
    except AviaryError as refused:
        note_refusal()
        return render_template("outcomes/import.html", columns=COLUMNS, trouble=refused.in_words), 422
    return _preview_page(plan, content)


@blueprint.post("/orders/import/apply")
def apply() -> Page:
    """Enter what the new lines say, each looked at again."""
    content = sent_table()
    try:
        plan = desk().plan_import(content)
        if len(plan.fresh) != request.form.get("fresh", type=int):
            return _preview_page(plan, content, is_other=True), 409
        made = desk().enter_all([row.entry for row in plan.fresh], "csv", _who())
    except AviaryError as refused:
        note_refusal()
        return render_template("outcomes/import.html", columns=COLUMNS, trouble=refused.in_words), 422
    left = len(plan.rows) - made
    more = f" {counted(left, 'line', 'lines')} left out." if left else ""
    tell(f"{counted(made, 'line is', 'lines are')} entered.{more}")
    return redirect(url_for(".index"))


def _preview_page(plan: OutcomeImport, content: bytes, *, is_other: bool = False) -> str:
    accounts = {account.id: account for account in services().fleet.overview().accounts}
    table = content.decode("utf-8", "replace")
    return render_template("outcomes/preview.html", plan=plan, accounts=accounts, table=table, is_other=is_other)


def _edit_page(account_id: str, outcome_id: int, form: OutcomeForm, trouble: str = "") -> str:
    found = find_entry(account_id, outcome_id)
    account = find_account(account_id)
    code = found.outcome.counted.code
    return render_template(
        "outcomes/edit.html",
        account=account,
        outcome=found.outcome,
        form=form,
        code=look_at_code(code) if code else None,
        trouble=trouble,
        back=_back(account_id),
        is_of_account=_of_account(),
    )


def _shown_query() -> OutcomeQuery:
    selection = Selection.of(request.args)
    accounts = selection.of_group(services().fleet.overview().accounts)
    wanted = request.args.get("account", "")
    ids = [account.id for account in accounts if wanted in ("", account.id)]
    since, until = (_day(request.args.get(name, "")) for name in ("from", "to"))
    return OutcomeQuery(ids if selection.is_narrow or wanted else None, since, until)


def _day(words: str) -> date | None:
    if not words:
        return None
    try:
        return date.fromisoformat(words)
    except ValueError:
        abort(400, f"“{words[:20]}” is no day such as 2026-11-27.")


def _kept() -> dict[str, Any]:
    return {name: request.args[name] for name in ("q", "group") if request.args.get(name)}


def _version() -> int:
    return request.form.get("version", 0, type=int)


def _of_account() -> bool:
    """Whether the person came from the account's own page."""
    return request.values.get("back") == "account"


def _back(account_id: str) -> str:
    return url_for(".show", account_id=account_id) if _of_account() else url_for(".index")


def _who() -> str:
    who = actor()
    return who.name if who else "somebody"
