"""GET /export: what is in one database for all, and the downloads."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from bot.errors import ExportFailed
from bot.metrics_exports import ExportForm
from bot.storage.metrics_export.fitness import FIT
from bot.storage.metrics_export.table_files import Separator
from webapp.export.sending import send_export
from webapp.services import services

blueprint = Blueprint("export", __name__, url_prefix="/export")


@blueprint.get("")
def index() -> str:
    """What it is, and the buttons."""
    return _page()


@blueprint.get("/<any(db, csv):form>")
def download(form: str) -> Response | tuple[str, int]:
    """The file itself. It changes nothing here: what was made for it is removed again."""
    written = request.args.get("separator", Separator.COMMA)
    separator = Separator(written) if written in set(Separator) else Separator.COMMA
    try:
        return send_export(ExportForm(form), separator)
    except ExportFailed as refused:
        return _page(refused.in_words), 409


def _page(trouble: str = "") -> str:
    accounts = services().fleet.overview().accounts
    return render_template("export/index.html", count=len(accounts), tables=list(FIT), trouble=trouble)
