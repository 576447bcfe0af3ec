"""POST /fleet/… pauses and resumes all accounts as one. What is chosen of them is paused in webapp/bulk."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, request
from werkzeug.wrappers import Response

from webapp.messages import answer_in_words, told
from webapp.overview.page import overview_address
from webapp.overview.selection import Selection
from webapp.services import services

blueprint = Blueprint("pausing", __name__)


@blueprint.post("/fleet/pause")
def pause_fleet() -> Response:
    """Let no run of any account begin until resumed."""
    return _answer(services().fleet.pause_fleet)


@blueprint.post("/fleet/resume")
def resume_fleet() -> Response:
    """End the pause of the fleet, whoever began it."""
    return _answer(services().fleet.resume_fleet)


def _answer(act: Callable[[], str]) -> Response:
    words, tone = told(act)
    return answer_in_words(words, tone, overview_address(Selection.of(request.form)))
