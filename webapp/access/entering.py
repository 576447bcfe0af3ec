"""What views that open or renew a session have in common."""

from __future__ import annotations

from flask import g, request, session
from flask_login import login_user

from webapp.access.actors import Actor, LoggedIn
from webapp.access.refusals import AccessRefused
from webapp.access.service import Visitor
from webapp.services import services


def visitor() -> Visitor:
    """Where this request comes from."""
    return Visitor(request.remote_addr or "", request.headers.get("User-Agent", ""))


def carry_session(session_id: str) -> None:
    """Let the browser carry this session from now on. Raises AccessRefused when it was ended meanwhile."""
    found = services().access.find_session(session_id)
    if found is None:
        raise AccessRefused("This login was ended a moment ago.", remedy="Log in again.")
    session.clear()  # nothing of before the login is carried over
    session.permanent = True
    g.actor = Actor.of_session(found)  # the audit log names who came in
    login_user(LoggedIn(session_id, g.actor))


def typed_twice() -> str:
    """The new password of the form. Raises AccessRefused when the two are not the same."""
    password = request.form.get("password", "")
    if password != request.form.get("repeat", ""):
        raise AccessRefused("The two passwords are not the same.", remedy="Type both again.")
    return password
