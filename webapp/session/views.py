"""GET and POST /accounts/…/session, its poll, and the buttons that check whose the session is and open a window.

What is sent here is a secret: it is handed on as it came, and never shown, logged or kept with the request.
"""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from htmx_flask import make_response
from htmx_flask import request as htmx_request
from werkzeug.wrappers import Response

from bot.errors import AviaryError
from webapp.accounts.finding import find_account, has_changed, look_for, present_mark
from webapp.audit.recording import note_refusal
from webapp.messages import answer_in_words, told
from webapp.services import services
from webapp.session.page import SessionPage, look_at_session
from webapp.session.sent import sent_cookies

_NOTHING_SENT = "Choose a file, or paste the cookies, first."

blueprint = Blueprint("session", __name__, url_prefix="/accounts/<account_id>/session")


@blueprint.get("")
def show(account_id: str) -> str:
    """What is known of the session, and the form that replaces it."""
    return render_template("session/show.html", page=_page(account_id))


@blueprint.post("")
def replace(account_id: str) -> Response | tuple[str, int]:
    """Put the cookies of the form in place of the present ones; `anyway` also where something speaks against it."""
    find_account(account_id)
    try:
        words = _replace(account_id)
    except AviaryError as refused:
        return _refuse(account_id, refused.in_words)
    if not htmx_request.htmx:
        flash(words, "good")
        return redirect(url_for(".show", account_id=account_id))
    page = _page(account_id)
    fragments = render_template("session/_replaced.html", page=page, words=words, tone="good")
    answer: Response = make_response(fragments, trigger="aviary:acted")
    return answer


@blueprint.post("/check")
def check(account_id: str) -> Response:
    """Queue a log-in with the session, to see whose it is."""
    find_account(account_id)
    words, tone = told(lambda: services().fleet.check_session(account_id))
    return answer_in_words(words, tone, url_for(".show", account_id=account_id))


@blueprint.post("/log-in")
def log_in(account_id: str) -> Response:
    """Queue a window in which a person logs in."""
    find_account(account_id)
    words, tone = told(lambda: services().fleet.log_in_in_window(account_id))
    return answer_in_words(words, tone, url_for(".show", account_id=account_id))


@blueprint.post("/log-in/cancel")
def cancel_log_in(account_id: str) -> Response:
    """Close that window."""
    find_account(account_id)
    words, tone = told(lambda: services().fleet.cancel_log_in(account_id))
    return answer_in_words(words, tone, url_for(".show", account_id=account_id))


@blueprint.get("/statuses")
def statuses(account_id: str) -> str | tuple[str, int]:
    """204 when this account has not changed since the page's mark, else its fragments, out of band."""
    account = find_account(account_id)
    if not has_changed(account):
        return "", 204
    return render_template("session/_changes.html", page=_page(account_id))


def _replace(account_id: str) -> str:
    """Returns the engine's line. Raises AviaryError."""
    content = sent_cookies()
    if not content:
        raise AviaryError(_NOTHING_SENT)
    anyway = request.form.get("anyway") == "yes"
    try:
        return services().fleet.sessions.take(account_id, content, anyway=anyway)
    except KeyError:
        abort(409, "The settings of this account have to be put right first.")


def _refuse(account_id: str, words: str) -> Response | tuple[str, int]:
    """Say why, beside the form; for htmx what is in the form stays in it."""
    note_refusal()
    if htmx_request.htmx:
        answer: Response = make_response(render_template("session/_refused.html", trouble=words))
        return answer
    return render_template("session/show.html", page=_page(account_id, words)), 422


def _page(account_id: str, trouble: str = "") -> SessionPage:
    mark = present_mark()
    return look_for(account_id, lambda: look_at_session(services().fleet, account_id, mark, trouble))
