"""Idempotency-Key: the same request sent twice is done once, and answered twice with the same words."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from flask import Response, current_app, json, request

from bot.storage.panel.answers import KeptAnswer, Outcome
from webapp.access import actor
from webapp.api.problems import Problem, ProblemKind
from webapp.services import services

HEADER = "Idempotency-Key"
LONGEST = 255
PATTERN = r"^[\x21-\x7E]+$"
_KEPT_HEADERS = ("Location", "ETag", "Link")


def answer_once(act: Callable[[], Response]) -> Response:
    """Act, unless this key has its answer already. Without a key every request is one of its own. Raises Problem."""
    key = request.headers.get(HEADER)
    if key is None:
        return act()
    if not re.fullmatch(PATTERN, key) or len(key) > LONGEST:
        raise Problem(ProblemKind.NOT_READ, f"An {HEADER} has 1 to {LONGEST} visible ASCII signs.")
    answers, owner, now = services().access.answers, _owner(), services().clock.now()
    claim = answers.claim(owner, key, _fingerprint(), now)
    if claim.outcome is Outcome.OTHER_REQUEST:
        raise Problem(ProblemKind.KEY_REUSED)
    if claim.outcome is Outcome.UNANSWERED:
        raise Problem(ProblemKind.IN_PROGRESS)
    if claim.answer is not None:
        return _again(claim.answer)
    response = act()
    answers.keep(owner, key, _kept(response))
    return response


def _owner() -> str:
    """Keys of one user or token are none of the others' business."""
    who = actor()
    return f"{who.way}:{who.name}" if who else ""


def _fingerprint() -> str:
    """Stands for what is asked: method, address and body."""
    asked = hashlib.sha256(f"{request.method} {request.full_path}\n{request.mimetype}\n".encode("utf-8", "replace"))
    asked.update(request.get_data())
    return asked.hexdigest()


def _kept(response: Response) -> KeptAnswer:
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    return KeptAnswer(
        response.status_code, response.mimetype or "", json.dumps(headers), response.get_data(as_text=True)
    )


def _again(kept: KeptAnswer) -> Response:
    headers = {**json.loads(kept.headers), "Idempotency-Replayed": "true"}
    return current_app.response_class(kept.body, kept.status, headers, mimetype=kept.mimetype)
