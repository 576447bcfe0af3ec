"""GET /accounts/…/numbers and its poll."""

from __future__ import annotations

from flask import Blueprint, render_template

from webapp.accounts.finding import find_account, has_changed, look_for, present_mark
from webapp.numbers.page import NumbersPage, known_words, look_at_numbers, period_words, signed
from webapp.services import services

blueprint = Blueprint("numbers", __name__, url_prefix="/accounts/<account_id>/numbers")
blueprint.add_app_template_filter(period_words, "period")
blueprint.add_app_template_filter(known_words, "known_days")
blueprint.add_app_template_filter(signed, "signed")


@blueprint.get("")
def show(account_id: str) -> str:
    """The whole page."""
    return render_template("numbers/show.html", page=_page(account_id))


@blueprint.get("/statuses")
def statuses(account_id: str) -> str | tuple[str, int]:
    """204 when this account has not changed since the page's mark, else its fragments, out of band."""
    if not has_changed(find_account(account_id)):
        return "", 204
    return render_template("numbers/_changes.html", page=_page(account_id))


def _page(account_id: str) -> NumbersPage:
    mark = present_mark()
    return look_for(account_id, lambda: look_at_numbers(services().fleet, account_id, mark))
