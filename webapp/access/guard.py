"""Deny by default: each request is let in by what its route needs (webapp/access/needs.py) and who asks."""

from __future__ import annotations

from flask import Flask, g, redirect, request, url_for
from flask.sessions import SecureCookieSessionInterface
from flask_login import LoginManager, current_user
from htmx_flask import request as htmx_request
from werkzeug.wrappers import Response as AnyResponse

from bot.storage.panel.audit import Way
from webapp.access.actors import Actor, LoggedIn, actor
from webapp.access.needs import LEVEL_OF_SCOPE, Need, need_of
from webapp.error_pages import Answer, answer, speaks_json
from webapp.services import services

_LOGGED_OUT = Answer("Logged out", "Your login has ended.", "Log in again, then repeat this.")
_NO_TOKEN = Answer(
    "No token",
    "This needs a token, sent as “Authorization: Bearer TOKEN”. The panel's page API tokens makes one.",
    "Make one on the page API tokens.",
)
_BAD_TOKEN = Answer(
    "Not a good token",
    "This token is unknown, expired or revoked, or its maker is deactivated.",
    "Make another one on the page API tokens.",
)
_NO_TOKENS_HERE = Answer("Not by token", "Tokens open addresses under /api alone.", "Log in with a browser.")
_NAMES = {Need.READ: "look", Need.OPERATE: "operate accounts", Need.ADMIN: "manage the panel"}
_SCOPES = {level: scope for scope, level in LEVEL_OF_SCOPE.items()}


class _SessionCookies(SecureCookieSessionInterface):
    def get_cookie_secure(self, app: Flask) -> bool:
        """Secure exactly when this request came by https."""
        return request.is_secure


def _admit() -> AnyResponse | None:
    need = need_of(request.endpoint)
    token = _bearer_token()
    if token is not None and need is not Need.OPEN:
        return _admit_token(token, need)
    g.actor = current_user.actor if current_user.is_authenticated else None
    if need is not Need.OPEN and g.actor is None:
        return _ask_to_log_in()
    if g.actor is not None and g.actor.level < need:
        return _refuse(g.actor, need)
    return None


def _admit_token(token: str, need: Need) -> AnyResponse | None:
    """Let the token alone decide: a session cookie, if any, is not looked at."""
    g.actor = None
    if not speaks_json():
        return answer(401, _NO_TOKENS_HERE)
    found = services().access.tokens.find(token, services().clock.now())
    scope = found.effective_scope if found else None
    if found is None or scope is None:
        refusal: AnyResponse = answer(401, _BAD_TOKEN)
        refusal.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
        return refusal
    g.actor = Actor(found.name, LEVEL_OF_SCOPE[scope], Way.TOKEN)
    return _refuse(g.actor, need) if g.actor.level < need else None


def _bearer_token() -> str | None:
    """The token of the request; None without one. Other schemes, as a proxy before us may use, are none of ours."""
    scheme, _, token = request.headers.get("Authorization", "").strip().partition(" ")
    return token.strip() if scheme.casefold() == "bearer" else None


def _ask_to_log_in() -> AnyResponse:
    if speaks_json():
        refusal: AnyResponse = answer(401, _NO_TOKEN)
        refusal.headers["WWW-Authenticate"] = "Bearer"
        return refusal
    if htmx_request.htmx or request.method not in {"GET", "HEAD"}:
        return answer(401, _LOGGED_OUT)
    wanted = request.full_path.rstrip("?") if request.path != "/" else None
    return redirect(url_for("access.login", next=wanted))


def _refuse(who: Actor, need: Need) -> AnyResponse:
    if who.way is Way.TOKEN:
        words = f"This token has the scope {_SCOPES[who.level]}; this needs {_SCOPES[need]}."
        refusal: AnyResponse = answer(403, Answer("Not allowed", words, "Use a token of a wider scope."))
        refusal.headers["WWW-Authenticate"] = f'Bearer error="insufficient_scope", scope="{_SCOPES[need]}"'
        return refusal
    words = f"Your role lets you {_NAMES[who.level]}; this needs one that may {_NAMES[need]}."
    return answer(403, Answer("Not allowed", words, "Ask an admin for another role."))


def _load(session_id: str) -> LoggedIn | None:
    session = services().access.find_session(session_id)
    return LoggedIn(session_id, Actor.of_session(session)) if session else None


def _may(endpoint: str) -> bool:
    who = actor()
    return who is not None and who.may(endpoint)


def _operates() -> bool:
    who = actor()
    return who is not None and who.level >= Need.OPERATE


def init_app(app: Flask) -> None:
    app.session_interface = _SessionCookies()
    manager = LoginManager(app)
    # A session is ended on the server; binding it to an address would log out every phone that changes networks.
    manager.session_protection = None
    manager.user_loader(_load)
    app.before_request(_admit)
    app.jinja_env.globals.update(may=_may, operates=_operates, actor=actor)
