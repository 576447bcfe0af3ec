"""POST /accounts/…/numbers/refresh: the numbers are read now, in a run of their own."""

from __future__ import annotations

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from webapp.accounts.finding import find_account
from webapp.messages import answer_in_words, told
from webapp.services import services

blueprint = Blueprint("refreshing", __name__, url_prefix="/accounts/<account_id>/numbers")


@blueprint.post("/refresh")
def start(account_id: str) -> Response:
    """Queue the run; it only reads."""
    find_account(account_id)
    words, tone = told(lambda: services().fleet.refresh_numbers(account_id))
    return answer_in_words(words, tone, url_for("numbers.show", account_id=account_id))
