"""The one line a person reads after pressing a button."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template
from htmx_flask import make_response
from htmx_flask import request as htmx_request
from werkzeug.wrappers import Response

from bot.errors import AviaryError
from bot.fleet_view import Refusal
from webapp.audit.recording import note_refusal


def told(act: Callable[[], str]) -> tuple[str, str]:
    """The engine's line on what it did, or why it did not, and its tone: plain, since the line may be either."""
    try:
        line = act()
    except AviaryError as refused:
        note_refusal()
        return f"{refused.message} {refused.remedy}".strip(), "bad"
    if isinstance(line, Refusal):
        note_refusal()
    return line, "plain"


def answer_in_words(words: str, tone: str, back: str) -> Response:
    """Show the line: for htmx on the page there is, whose poll then brings the changes; else on the page `back`."""
    if not htmx_request.htmx:
        flash(words, tone)
        return redirect(back)
    answer: Response = make_response(render_template("_told.html", words=words, tone=tone), trigger="aviary:acted")
    return answer
