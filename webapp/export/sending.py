"""Sending an export, which is removed from this machine when it is sent or given up."""

from __future__ import annotations

from datetime import datetime

from flask import Response, send_file

from bot.metrics_exports import ExportForm
from bot.storage.metrics_export.table_files import Separator
from webapp.services import services

TYPES = {ExportForm.DATABASE: "application/vnd.sqlite3", ExportForm.TABLES: "application/zip"}


def send_export(form: ExportForm, separator: Separator) -> Response:
    """Make it, then stream it. Raises ExportFailed."""
    made = services().fleet.exports.make(form, separator)
    try:
        answer = send_file(
            made.file.resolve(),
            mimetype=TYPES[form],
            as_attachment=True,
            download_name=_name(services().clock.now(), form),
            conditional=False,
            etag=False,  # made for this request: no other will ever ask for a part of it
        )
    except BaseException:
        made.close()
        raise
    answer.direct_passthrough = False  # or the server reads the file without ever telling that it is done
    answer.call_on_close(made.close)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _name(at: datetime, form: ExportForm) -> str:
    return f"aviary-{at:%Y-%m-%d-%H%M}.{form.ending}"
