"""Deny by default: nothing is answered without a login, but for what is listed here."""

from __future__ import annotations

from flask import Flask, redirect, request, url_for
from flask.sessions import SecureCookieSessionInterface
from flask_login import LoginManager, UserMixin, current_user
from htmx_flask import request as htmx_request
from werkzeug.wrappers import Response as AnyResponse

from webapp.error_pages import Answer, answer, speaks_json
from webapp.services import services

OPEN_ENDPOINTS = frozenset(
    {"static", "health.healthz", "access.login", "access.log_in", "access.setup", "access.set_up"}
)
"""What answers without a login. The set-up asks for its one-time token itself."""


class Operator(UserMixin):  # type: ignore[misc] # flask-login ships no types
    """Somebody with an open session."""

    def __init__(self, session_id: str) -> None:
        self.id = session_id


class _SessionCookies(SecureCookieSessionInterface):
    def get_cookie_secure(self, app: Flask) -> bool:
        """Secure exactly when this request came by https."""
        return request.is_secure


def _require_login() -> AnyResponse | None:
    if request.endpoint in OPEN_ENDPOINTS or current_user.is_authenticated:
        return None
    if speaks_json() or htmx_request.htmx or request.method not in {"GET", "HEAD"}:
        words = Answer("Logged out", "Your login has ended.", "Log in again, then repeat this.")
        return answer(401, words)
    wanted = request.full_path.rstrip("?") if request.path != "/" else None
    return redirect(url_for("access.login", next=wanted))


def init_app(app: Flask) -> None:
    app.session_interface = _SessionCookies()
    manager = LoginManager(app)
    # A session is ended on the server; binding it to an address would log out every phone that changes networks.
    manager.session_protection = None

    @manager.user_loader  # type: ignore[untyped-decorator] # flask-login ships no types
    def load(session_id: str) -> Operator | None:
        return Operator(session_id) if services().access.is_open(session_id) else None

    app.before_request(_require_login)
