"""GET /api/accounts/…/why. What cannot be answered is told as application/problem+json (RFC 9457)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, request, url_for

from bot.fleet_view import WhyView
from webapp import wording
from webapp.activity.record import RecordQuery, number_of, search_record
from webapp.services import services

ENTRIES = 50
MOST_ENTRIES = 500

blueprint = Blueprint("api", __name__, url_prefix="/api")


@blueprint.get("/accounts/<account_id>/why")
def why(account_id: str) -> dict[str, Any]:
    """Why the account did what it did: one line on today, and a part of its record, newest first."""
    limit = _number("limit", ENTRIES, 1, MOST_ENTRIES)
    _number("before", 0, 0)
    _check_levels()
    try:
        found = search_record(services().fleet, account_id, RecordQuery.of(request.args), limit)
        summary = services().fleet.why_no_post_today(account_id)
    except KeyError:
        abort(404, f"There is no account “{account_id}”.")
    return {
        "account": account_id,
        "summary": summary,
        "entries": [_entry(account_id, entry) for entry in found.entries],
        "next_before": found.next_before,
    }


def _entry(account_id: str, entry: WhyView) -> dict[str, Any]:
    evidence = url_for("accounts.evidence", account_id=account_id, evidence_id=entry.evidence)
    return {
        "id": entry.id,
        "at": entry.at.isoformat(),
        "level": entry.level,
        "text": entry.text,
        "run": entry.run_id,
        "slot": entry.slot or None,
        "next_at": entry.next_at.isoformat() if entry.next_at else None,
        "evidence": evidence if entry.evidence else None,
    }


def _number(name: str, default: int, least: int, most: int | None = None) -> int:
    """A whole number from the address; another value is refused."""
    text = request.args.get(name, "")
    if not text:
        return default
    number = number_of(text)
    if number is None or number < least or (most is not None and number > most):
        bounds = f"from {least}" + (f" to {most}" if most is not None else " on")
        abort(400, f"{name} is a whole number {bounds}.")
    return number


def _check_levels() -> None:
    for level in request.args.getlist("level"):
        if level not in wording.RECORD_LEVELS:
            abort(400, f"There is no level “{level}”; the levels are {', '.join(wording.RECORD_LEVELS)}.")
