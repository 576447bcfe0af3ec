"""GET /accounts/…/writing with its buttons, and POST /accounts/…/improve, which any editor of texts may use.

For htmx the latter answers the fragment `writing/_suggestion.html`, to be put in place of an element of that id.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from htmx_flask import make_response
from htmx_flask import request as htmx_request
from werkzeug.wrappers import Response

from bot.ai.help import LONGEST_TEXT
from bot.errors import AviaryError
from webapp.accounts.finding import find_account, look_for, present_mark
from webapp.files.page import head_statuses
from webapp.messages import told
from webapp.services import services
from webapp.writing.page import Suggestion, WritingPage, look_at_writing

blueprint = Blueprint("writing", __name__, url_prefix="/accounts/<account_id>")
_CANNOT = "Its entry in accounts.yaml cannot be used, so its files are not known. Put that right first."


@blueprint.get("/writing")
def show(account_id: str) -> str:
    """How the help stands, the suggestions that wait, and a field to try it; `text` is put into the field."""
    return render_template("writing/show.html", page=_page(account_id, request.args.get("text", "")[:LONGEST_TEXT]))


@blueprint.get("/writing/statuses")
def statuses(account_id: str) -> str | tuple[str, int]:
    """The head's changes."""
    return head_statuses(account_id)


@blueprint.post("/improve")
def improve(account_id: str) -> str | Response:
    """Ask a model for a better text; nothing is changed or posted by it. `anew` asks although it was asked before."""
    find_account(account_id)
    text = request.form.get("text", "").replace("\r\n", "\n").strip()
    try:
        improved = services().fleet.writing.improve(account_id, text, anew=request.form.get("anew") == "yes")
    except KeyError:
        abort(409, _CANNOT)
    except AviaryError as error:
        return _back(account_id, error.in_words, "bad")
    if htmx_request.htmx:
        account = find_account(account_id)
        return render_template("writing/_suggestion.html", account=account, suggestion=Suggestion(improved))
    mark = present_mark()
    page = look_for(account_id, lambda: look_at_writing(services().fleet, account_id, mark, text, improved))
    return render_template("writing/show.html", page=page)


@blueprint.post("/writing/test")
def test(account_id: str) -> Response:
    """Ask the model for a sample, to see that it answers; it counts as one request."""
    return _told(account_id, lambda: services().fleet.writing.test(account_id))


@blueprint.post("/writing/key")
def keep_key(account_id: str) -> Response:
    """Keep the key of the account's service, or forget it. What is sent is never shown, logged or kept in plain."""
    key = "" if request.form.get("forget") == "yes" else request.form.get("key", "").strip()
    if not key and request.form.get("forget") != "yes":
        return _told(account_id, lambda: "Enter a key first.")
    return _told(account_id, lambda: services().fleet.writing.keep_key(account_id, key))


@blueprint.post("/writing/drafts/<int(max=9007199254740991):draft_id>")
def decide(account_id: str, draft_id: int) -> Response:
    """A person's word on a suggestion: `word` is approve (with the text as it shall go out) or reject."""
    desk, word = services().fleet.writing, request.form.get("word")
    if word == "approve":
        return _told(account_id, lambda: desk.approve(account_id, draft_id, request.form.get("text", "")))
    if word != "reject":
        abort(400, "Approve it or reject it.")
    return _told(account_id, lambda: desk.reject(account_id, draft_id))


def _told(account_id: str, act: Callable[[], str]) -> Response:
    """Do it, and show the page again with the line on top: what it shows has changed."""
    find_account(account_id)
    try:
        words, tone = told(act)
    except KeyError:
        abort(404, "There is no such suggestion, or the account's entry in accounts.yaml cannot be used.")
    return _back(account_id, words, tone)


def _back(account_id: str, words: str, tone: str) -> Response:
    """The whole page anew, also for htmx."""
    flash(words, tone)
    back = url_for(".show", account_id=account_id)
    if not htmx_request.htmx:
        return redirect(back)
    answer: Response = make_response("", redirect=back)
    return answer


def _page(account_id: str, text: str) -> WritingPage:
    mark = present_mark()
    return look_for(account_id, lambda: look_at_writing(services().fleet, account_id, mark, text))
