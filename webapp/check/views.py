"""GET and POST /accounts/…/check, its poll, its pictures and its zip."""

from __future__ import annotations

import io

from flask import Blueprint, abort, render_template, send_file, url_for
from werkzeug.wrappers import Response

from webapp.accounts.finding import find_account, has_changed, look_for, present_mark
from webapp.check.page import CheckPage, look_at_check, zip_report
from webapp.messages import answer_in_words, told
from webapp.services import services

blueprint = Blueprint("check", __name__, url_prefix="/accounts/<account_id>/check")


@blueprint.get("")
def show(account_id: str) -> str:
    """The newest report, and the button that makes another."""
    return render_template("check/show.html", page=_page(account_id))


@blueprint.post("")
def start(account_id: str) -> Response:
    """Queue a look at x.com's pages; it only reads."""
    find_account(account_id)
    words, tone = told(lambda: services().fleet.check_pages(account_id))
    return answer_in_words(words, tone, url_for(".show", account_id=account_id))


@blueprint.get("/statuses")
def statuses(account_id: str) -> str | tuple[str, int]:
    """204 when this account has not changed since the page's mark, else its fragments, out of band."""
    account = find_account(account_id)
    if not has_changed(account):
        return "", 204
    return render_template("check/_changes.html", page=_page(account_id))


@blueprint.get("/<report_id>/<page_name>.png")
def picture(account_id: str, report_id: str, page_name: str) -> Response:
    """The picture of one page; the engine alone says which file that is."""
    find_account(account_id)
    file = services().fleet.page_report_file(account_id, report_id, f"{page_name}.png")
    if file is None or not file.is_file():
        abort(404, "This picture is not kept any more.")
    answer = send_file(file.resolve(), mimetype="image/png")
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@blueprint.get("/report.zip")
def archive(account_id: str) -> Response:
    """The newest report with pictures and redacted pages, to send in."""
    find_account(account_id)
    report = services().fleet.page_report(account_id)
    if report is None:
        abort(404, "There is no report on x.com's pages yet.")
    packed = io.BytesIO(zip_report(services().fleet, account_id, report))
    name = f"aviary-check-{report.id}.zip"
    return send_file(packed, mimetype="application/zip", as_attachment=True, download_name=name)


def _page(account_id: str) -> CheckPage:
    mark = present_mark()
    return look_for(account_id, lambda: look_at_check(services().fleet, account_id, mark))
