"""What a person reads when a request cannot be answered: what happened, and what to do now."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from http import HTTPStatus

from flask import Flask, Response, current_app, json, render_template, request
from flask_wtf.csrf import CSRFError
from htmx_flask import make_response
from htmx_flask import request as htmx_request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from bot.errors import SettingsError

_log = logging.getLogger(__name__)
REFERENCE = "/api/docs"
"""The one page for people below /api."""


@dataclass(frozen=True)
class Answer:
    """The words of one error page."""

    title: str
    message: str
    remedy: str


_ANSWERS: dict[int, Answer] = {
    400: Answer(
        "That did not arrive whole", "The request could not be read.", "Go back, reload the page and try again."
    ),
    403: Answer("Not allowed", "This may not be done from here.", "Go back to the overview."),
    404: Answer(
        "Not found", "There is nothing at this address.", "Go back to the overview, or look for the account at the top."
    ),
    405: Answer(
        "Not this way",
        "This address is for a button, not for opening.",
        "Go back to the overview and use the button there.",
    ),
    413: Answer("Too large", "The request is larger than the panel takes.", "Send less at once."),
    500: Answer(
        "The panel made a mistake",
        "The reason is in the log. The accounts go on working.",
        "Reload the page; if it comes again, look into data/logs.",
    ),
}
_OUT_OF_DATE = Answer(
    "This page is out of date", "It was opened before the last login.", "Reload the page, then press the button again."
)
_NO_FORM_TOKEN = Answer(
    "No form of ours",
    "A login alone changes nothing here: send a bearer token, or the token of a page as X-CSRFToken.",
    "Make a token on the page API tokens.",
)


def _answer(error: HTTPException) -> Response:
    code = error.code or 500
    if isinstance(error, MethodNotAllowed) and speaks_json():
        return _answer_method(error)
    known = _ANSWERS.get(code) or Answer(
        HTTPStatus(code).phrase, "The request was not answered.", "Go back to the overview."
    )
    # abort(404, "There is no account x.") brings its own words; werkzeug's defaults are not for operators.
    own_words = error.description if error.description != type(error).description else None
    return answer(code, Answer(known.title, own_words or known.message, known.remedy))


def _answer_method(error: MethodNotAllowed) -> Response:
    """For programs, which need to know what the address takes (RFC 9110 asks for it as a header, too)."""
    taken = ", ".join(sorted(error.valid_methods or ()))
    refusal = answer(405, Answer("", f"This address takes {taken}, not {request.method}.", ""))
    refusal.headers["Allow"] = taken
    return refusal


def speaks_json() -> bool:
    """Whether a program asks, not a person's browser."""
    return request.path.startswith("/api/") and request.path != REFERENCE


def answer(code: int, words: Answer) -> Response:
    """An error as a page, for htmx as one line beside what is on the screen, for programs as problem+json."""
    if speaks_json():
        return _problem(code, words)
    template = "errors/_problem.html" if htmx_request.htmx else "errors/problem.html"
    response: Response = make_response(render_template(template, code=code, words=words), code)
    return response


def _problem(code: int, words: Answer) -> Response:
    """RFC 9457: without a type of its own, the title is the status in words."""
    body = {"type": "about:blank", "title": HTTPStatus(code).phrase, "status": code, "detail": words.message}
    return current_app.response_class(json.dumps(body), code, mimetype="application/problem+json")


def _answer_csrf(_error: CSRFError) -> Response:
    return answer(400, _NO_FORM_TOKEN if speaks_json() else _OUT_OF_DATE)


def _answer_unreadable(error: SettingsError) -> Response:
    """A file that a hand edit broke is no fault of the panel: whoever asks reads which line to mend."""
    return answer(409, Answer("A file cannot be read as it is", f"{error.message}.", error.remedy))


def _answer_crash(_error: Exception) -> Response:
    _log.exception("%s %s failed", request.method, request.path)
    return answer(500, _ANSWERS[500])


def init_app(app: Flask) -> None:
    app.register_error_handler(CSRFError, _answer_csrf)
    app.register_error_handler(HTTPException, _answer)
    app.register_error_handler(SettingsError, _answer_unreadable)
    app.register_error_handler(Exception, _answer_crash)
