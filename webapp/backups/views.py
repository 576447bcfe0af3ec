"""The pages of backups: what there is, making one, what a restore would change, an account taken elsewhere."""

from __future__ import annotations

import tempfile
from pathlib import Path

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from werkzeug.utils import secure_filename
from werkzeug.wrappers import Response

from bot.backups_view import Backups, BackupView, RestorePreview
from bot.errors import AviaryError
from bot.fleet_view import Refusal
from bot.storage.backups import NEVER
from webapp.accounts.finding import find_account, look_for
from webapp.services import services

blueprint = Blueprint("backups", __name__, url_prefix="/backups")
Page = str | tuple[str, int] | Response
ZIP = "application/zip"


@blueprint.get("")
def index() -> str:
    """All backups, what is under way, and the ways to move one account."""
    room = _room()
    accounts = services().fleet.overview().accounts
    return render_template(
        "backups/index.html",
        backups=room.all(),
        strangers=room.strangers(),
        room=room,
        accounts=accounts,
        never=NEVER,
    )


@blueprint.get("/work")
def work() -> Page:
    """How far the present work is, for the page that shows it; when it has ended, that page is loaded anew."""
    room = _room()
    if room.work is None or not room.work.is_running:
        return Response(status=204, headers={"HX-Redirect": url_for(".index")})
    return render_template("backups/_work.html", room=room)


@blueprint.post("")
def make() -> Response:
    """Begin to make one."""
    return _say(_room().begin())


@blueprint.get("/<name>/file")
def download(name: str) -> Response:
    """The zip itself."""
    _find(name)
    return send_file((_room().folder / name).resolve(), mimetype=ZIP, as_attachment=True, download_name=name)


@blueprint.get("/<name>/delete")
def confirm_deletion(name: str) -> str:
    """Asks once more."""
    return render_template("backups/delete.html", backup=_find(name))


@blueprint.post("/<name>/delete")
def delete(name: str) -> Response:
    """Delete it."""
    _find(name)
    try:
        _room().delete(name)
        flash(f"{name} is deleted.", "good")
    except AviaryError as refused:
        flash(refused.in_words, "bad")
    return redirect(url_for(".index"))


@blueprint.get("/<name>/restore")
def preview(name: str) -> Page:
    """What restoring all of it, or the account `account`, would change."""
    backup, account_id = _find(name), request.args.get("account", "")
    try:
        seen = _room().preview(name, account_id)
    except AviaryError as refused:
        return _restore_page(backup, account_id, None, refused.in_words), 409
    return _restore_page(backup, account_id, seen, "")


@blueprint.post("/<name>/restore")
def restore(name: str) -> Response:
    """Begin to put it back."""
    _find(name)
    return _say(_room().begin_restore(name, request.form.get("account", "")))


@blueprint.post("/bundles")
def bundle() -> Response:
    """One account as a zip, to take it to another installation."""
    account_id = request.form.get("account", "")
    find_account(account_id)
    try:
        file = look_for(account_id, lambda: _room().bundle(account_id))
    except AviaryError as refused:
        flash(refused.in_words, "bad")
        return redirect(url_for(".index"))
    return send_file(file.resolve(), mimetype=ZIP, as_attachment=True, download_name=file.name)


@blueprint.post("/import")
def take_bundle() -> Response:
    """Add the account of a zip that another installation made."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        flash("Choose the zip of an account first.", "bad")
        return redirect(url_for(".index"))
    with tempfile.TemporaryDirectory(prefix="aviary-import-") as folder:
        file = Path(folder) / (secure_filename(sent.filename) or "account.zip")  # its name is in what is told
        sent.save(file)
        try:
            account_id, left_out = _room().take_bundle(file)
        except AviaryError as refused:
            flash(refused.in_words, "bad")
            return redirect(url_for(".index"))
    words = f" Left out: {'; '.join(left_out)}." if left_out else ""
    flash(f"It is added, disabled: look at it, then enable it.{words}", "good")
    return redirect(url_for("roster.edit", account_id=account_id))


def _restore_page(backup: BackupView, account_id: str, seen: RestorePreview | None, trouble: str) -> str:
    return render_template("backups/restore.html", backup=backup, account=account_id, preview=seen, trouble=trouble)


def _say(line: str) -> Response:
    flash(line, "bad" if isinstance(line, Refusal) else "good")
    return redirect(url_for(".index"))


def _room() -> Backups:
    return services().fleet.backups


def _find(name: str) -> BackupView:
    try:
        return _room().find(name)
    except KeyError:
        abort(404, "This backup is not there any more.")
