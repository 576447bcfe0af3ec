"""GET /calendar, and tables of posts: in with a preview of each line, out as CSV."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bot.clock import zone_of
from bot.content.post_table import COLUMNS, TableRow, write_table
from bot.errors import AviaryError
from bot.queue_view import ImportPlan
from webapp.access.actors import actor
from webapp.audit.recording import note_refusal
from webapp.calendar.page import look_at_calendar
from webapp.overview.selection import Selection
from webapp.queue.notice import tell
from webapp.queue.page import media_of
from webapp.services import services
from webapp.tables import csv_answer, sent_table, wanted_separator
from webapp.wording import counted

blueprint = Blueprint("calendar", __name__, url_prefix="/calendar")
_NO_FILE = "Choose a CSV file, or paste the table."


@blueprint.get("")
def show() -> str:
    """A week of all accounts, or of those that a search or a group leaves."""
    return render_template("calendar/show.html", page=look_at_calendar(request.args))


@blueprint.get("/export.csv")
def export() -> Response:
    """What waits in the queues, as a table that can be imported again."""
    accounts = Selection.of(request.args).of_group(services().fleet.overview().accounts)
    wanted = request.args.get("account", "")
    ids = [account.id for account in accounts if wanted in ("", account.id)]
    return csv_answer(services().fleet.queues.table(ids, wanted_separator()), "queue.csv")


@blueprint.get("/import/example.csv")
def example() -> Response:
    """A table of two posts, to begin with."""
    accounts = services().fleet.overview().accounts
    name, zone = (accounts[0].id, accounts[0].timezone) if accounts else ("account1", "UTC")
    media = "|".join(item.name for item in media_of(name)[:1]) if accounts else ""
    local = (services().clock.now() + timedelta(days=1)).astimezone(zone_of(zone))
    rows = (
        TableRow(0, name, f"{local:%Y-%m-%d}", "09:30", "A post with a time of its own.\nIts second line.", media),
        TableRow(0, name, "", "", "Another one, for the next free slot: it has neither date nor time.", ""),
    )
    return csv_answer(write_table(rows, wanted_separator()), "example.csv")


@blueprint.get("/import")
def import_form() -> str:
    """The form that takes a table."""
    return render_template("calendar/import.html", columns=COLUMNS, trouble="")


@blueprint.post("/import")
def preview() -> str | tuple[str, int]:
    """What the table would make, and what is wrong with each line. Changes nothing."""
    content = sent_table()
    if not content:
        return render_template("calendar/import.html", columns=COLUMNS, trouble=_NO_FILE), 422
    try:
        plan = services().fleet.queues.plan_import(content)
    except AviaryError as refused:
        note_refusal()
        return render_template("calendar/import.html", columns=COLUMNS, trouble=refused.in_words), 422
    return _preview_page(plan, content)


@blueprint.post("/import/apply")
def apply() -> AnyResponse | str | tuple[str, int]:
    """Queue what the good lines make, each looked at again."""
    content, queues = sent_table(), services().fleet.queues
    try:
        plan = queues.plan_import(content)
        if len(plan.good) != request.form.get("good", type=int):
            return _preview_page(plan, content, is_other=True), 409
        made = queues.add_all(plan.good, _who())
    except AviaryError as refused:
        note_refusal()
        return render_template("calendar/import.html", columns=COLUMNS, trouble=refused.in_words), 422
    first = min((row.written.at for row in plan.good if row.written.at), default=None)
    left = len(plan.rows) - len(made)
    tell(
        f"{counted(len(made), 'post is', 'posts are')} queued."
        + (f" {counted(left, 'line', 'lines')} left out." if left else "")
    )
    return redirect(url_for(".show", week=first.date().isoformat() if first else None))


def _preview_page(plan: ImportPlan, content: bytes, *, is_other: bool = False) -> str:
    accounts = {account.id: account for account in services().fleet.overview().accounts}
    zones = {key: zone_of(account.timezone) for key, account in accounts.items()}
    times = {
        row.line: row.written.at.astimezone(zones.get(row.account_id) or ZoneInfo("UTC"))
        for row in plan.rows
        if row.written.at
    }
    table = content.decode("utf-8", "replace")
    return render_template(
        "calendar/preview.html", plan=plan, accounts=accounts, times=times, table=table, is_other=is_other
    )


def _who() -> str:
    who = actor()
    return who.name if who else "somebody"
