"""After each request that changes something: who, what, where, and how it ended. Never what was sent with it."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, Response, g, message_flashed, request

from bot.errors import StorageError
from bot.storage.panel.audit import LONGEST_TEXT, AuditEntry, Outcome, Way
from webapp.access.actors import actor
from webapp.services import services

_log = logging.getLogger(__name__)
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_LOGIN_TRIES = {"access.log_in", "access.check_code"}
_REFUSED = 403


def record(response: Response) -> Response:
    """Write the entry. A log that cannot be written does not undo what was done."""
    if _is_worth_an_entry(response):
        try:
            services().access.audit.add(_entry(response))
        except StorageError as error:
            _log.error("the audit log cannot be written: %s", error.message)
    return response


def note_details(words: str) -> None:
    """What the address alone does not say: which order, for whom. Never anything secret."""
    g.audit_details = words


def note_refusal() -> None:
    """The engine said no, in words on a page that is fine as such."""
    g.was_refused = True


def _is_worth_an_entry(response: Response) -> bool:
    if actor() is None:
        # Of those who did not come in, wrong passwords and codes alone: the throttle bounds their number.
        return request.endpoint in _LOGIN_TRIES and response.status_code == _REFUSED
    came_in_by_link = request.endpoint == "access.login" and "token" in request.args
    return request.method not in _SAFE_METHODS or came_in_by_link


def _entry(response: Response) -> AuditEntry:
    who = actor()
    return AuditEntry(
        at=services().clock.now(),
        who=who.name if who else "",
        way=who.way if who else Way.BROWSER,
        action=request.endpoint or request.method.lower(),
        target=_target(),
        outcome=_outcome(response),
        client=request.remote_addr or "",
    )


def _target() -> str:
    """The address, and what the view has said besides."""
    details, path = g.get("audit_details", ""), request.path[:LONGEST_TEXT]
    return f"{path} · {details}" if details else path


def _outcome(response: Response) -> Outcome:
    if response.status_code >= 500:
        return Outcome.FAILED
    return Outcome.REFUSED if response.status_code >= 400 or g.get("was_refused") else Outcome.DONE


def _note_flashed(_app: Flask, category: str, **_message: Any) -> None:
    if category == "bad":
        note_refusal()


def init_app(app: Flask) -> None:
    app.after_request(record)
    message_flashed.connect(_note_flashed, app)
