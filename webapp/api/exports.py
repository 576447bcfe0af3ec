"""The numbers of all accounts in one file."""

from __future__ import annotations

from flask import Response
from pydantic import Field

from bot.metrics_exports import ExportForm
from bot.storage.metrics_export.table_files import Separator
from webapp.api.contract import Operation, Query
from webapp.api.problems import ProblemKind
from webapp.export.sending import TYPES, send_export

TAG = "Export"


class Cells(Query):
    """How the tables are written."""

    separator: Separator = Field(
        Separator.COMMA, description="Between two cells; with semicolons, broken numbers have a comma."
    )


@Operation(
    "GET", "/export/metrics", TAG, answer=None, answer_type=TYPES[ExportForm.DATABASE], problems=(ProblemKind.REFUSED,)
)
def export_metrics() -> Response:
    """Take away one SQLite database of all accounts.

    It is made for this request. An account that cannot be read is left out and named in the table accounts, column
    trouble. No session, password or key is in it.
    """
    return send_export(ExportForm.DATABASE, Separator.COMMA)


@Operation(
    "GET",
    "/export/tables",
    TAG,
    answer=None,
    answer_type=TYPES[ExportForm.TABLES],
    query=Cells,
    problems=(ProblemKind.REFUSED,),
)
def export_tables(query: Cells) -> Response:
    """Take away the same as a zip of CSV files, one for each table."""
    return send_export(ExportForm.TABLES, query.separator)
