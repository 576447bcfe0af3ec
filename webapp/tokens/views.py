"""GET /tokens, making and revoking."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.errors import AviaryError
from bot.storage.panel.tokens import LONGEST_NAME, ApiToken, ApiTokens, Scope
from webapp.access.actors import own_session
from webapp.services import services
from webapp.wording import Face

Page = str | tuple[str, int] | Response
LIFETIMES = {"7": "7 days", "30": "30 days", "90": "90 days", "365": "A year", "never": "Never"}
DEFAULT_LIFETIME = "90"
SCOPES: dict[Scope, str] = {
    Scope.READ: "Read: looks at everything",
    Scope.OPERATE: "Operate: lets accounts work, changes them",
    Scope.ADMIN: "Admin: everything",
}

blueprint = Blueprint("tokens", __name__, url_prefix="/tokens")


@blueprint.get("")
def index() -> str:
    """All tokens, and the form to make another."""
    return _page()


@blueprint.post("")
def make() -> Page:
    """Make a token and show it, once."""
    name, scope, days = request.form.get("name", ""), _scope(), _lifetime()
    now = services().clock.now()
    try:
        secret = _tokens().make(name, scope, now, now + days if days else None, own_session().user_id)
    except AviaryError as refused:
        return _page(trouble=refused.in_words), 422
    return _page(secret=secret)


@blueprint.post("/<int:token_id>/revoke")
def revoke(token_id: int) -> Response:
    """End a token for good."""
    if not _tokens().revoke(token_id, services().clock.now()):
        abort(404, "There is no such token, or it was revoked already.")
    flash("The token is revoked: it opens nothing any more.", "good")
    return redirect(url_for(".index"))


def _page(trouble: str = "", secret: str = "") -> str:
    return render_template(
        "tokens/index.html",
        tokens=_tokens().all(),
        face=_face,
        scopes=SCOPES,
        lifetimes=LIFETIMES,
        default_lifetime=DEFAULT_LIFETIME,
        longest_name=LONGEST_NAME,
        trouble=trouble,
        secret=secret,
        typed=request.form if trouble else {},
    )


def _face(token: ApiToken) -> Face:
    """How a token stands."""
    now = services().clock.now()
    if token.revoked_at is not None:
        return Face("Revoked", "circle-off", "off")
    if token.expires_at is not None and token.expires_at <= now:
        return Face("Expired", "clock", "off")
    if token.effective_scope is None:
        return Face("Its maker is deactivated", "circle-off", "warn")
    return Face("In use" if token.used_at else "Not used yet", "circle-check" if token.used_at else "point", "good")


def _scope() -> Scope:
    try:
        return Scope(request.form.get("scope", ""))
    except ValueError:
        abort(400, f"There is no such scope; the scopes are {', '.join(Scope)}.")


def _lifetime() -> timedelta | None:
    chosen = request.form.get("lifetime", DEFAULT_LIFETIME)
    if chosen not in LIFETIMES:
        abort(400, f"There is no such lifetime; there are {', '.join(LIFETIMES)}.")
    return None if chosen == "never" else timedelta(days=int(chosen))


def _tokens() -> ApiTokens:
    return services().access.tokens
