"""What X's rules forbid and whose risk it is: the first page of a new panel, until an admin has agreed."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from htmx_flask import request as htmx_request
from werkzeug.wrappers import Response

from bot.storage.panel.audit import Way
from webapp.access.actors import actor
from webapp.access.needs import Need, need_of
from webapp.error_pages import Answer, answer, speaks_json
from webapp.services import services

_FIRST = Answer(
    "First a word", "The panel opens when an admin has agreed to its notice.", "Open the panel's first page."
)

blueprint = Blueprint("notice", __name__, url_prefix="/notice")


@blueprint.get("")
def show() -> str:
    """The notice; with its form for an admin, until one has agreed."""
    return render_template("notice/show.html", consent=services().access.consent())


@blueprint.post("")
def accept() -> Response:
    """Keep the consent. The audit log has it as well, as it has each change."""
    who = actor()
    services().access.give_consent(who.name if who else "")
    flash("Thank you. Your consent is kept in the audit log.", "good")
    return redirect(url_for("overview.index"))


def _ask_first() -> Response | None:
    """Everybody who is logged in by a browser sees the notice first. Programs come by tokens, which admins made."""
    who, need = actor(), need_of(request.endpoint)
    is_free = need <= Need.LOGIN or request.endpoint == f"{blueprint.name}.accept"
    if who is None or who.way is Way.TOKEN or is_free or services().access.consent() is not None:
        return None
    if speaks_json() or htmx_request.htmx or request.method not in {"GET", "HEAD"}:
        refusal: Response = answer(403, _FIRST)
        return refusal
    return redirect(url_for("notice.show"))


def init_app(app: Flask) -> None:
    app.before_request(_ask_first)
