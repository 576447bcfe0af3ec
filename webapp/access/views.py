"""Pages of the way in and out."""

from __future__ import annotations

import math
from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from webapp.access.guard import Operator
from webapp.access.service import SHORTEST_PASSWORD, AccessRefused, TooManyAttempts
from webapp.services import services
from webapp.times import relative

Answer = Response | str | tuple[str, int] | tuple[str, int, dict[str, str]]

blueprint = Blueprint("access", __name__)


@blueprint.get("/login")
def login() -> Answer:
    """The login page; with `token`, the login itself."""
    if current_user.is_authenticated:
        return redirect(url_for("overview.index"))
    token = request.args.get("token", "")
    return _enter_by_token(token) if token else _login_page()


@blueprint.post("/login")
def log_in() -> Answer:
    """Log in by password."""
    access, now = services().access, services().clock.now()
    try:
        _open(access.enter_by_password(request.form.get("password", ""), request.remote_addr or ""))
    except TooManyAttempts as refused:
        wait = max(1, math.ceil((refused.free_at - now).total_seconds()))
        words = f"{refused.message} The next one is looked at {relative(refused.free_at, now)}."
        return _login_page(AccessRefused(words, remedy=refused.remedy)), 429, {"Retry-After": str(wait)}
    except AccessRefused as refused:
        return _login_page(refused), 403
    return redirect(_safe_target(request.form.get("next", "")))


def _enter_by_token(token: str) -> Answer:
    if request.method == "HEAD" or "prefetch" in request.headers.get("Sec-Purpose", ""):
        return "", 204  # link checkers and previews must not use the link up
    try:
        _open(services().access.enter_by_token(token))
    except AccessRefused as refused:
        return _login_page(refused), 403
    return redirect(url_for("overview.index"))


def _login_page(problem: AccessRefused | None = None) -> str:
    wanted = request.values.get("next", "")
    has_password = services().access.has_password()
    return render_template("access/login.html", problem=problem, wanted=wanted, has_password=has_password)


@blueprint.get("/setup")
def setup() -> Answer:
    """The form for the first password; open only with the one-time token, while there is no password."""
    token = request.args.get("token", "")
    return _setup_page(token) if services().access.allows_setup(token) else _setup_closed()


@blueprint.post("/setup")
def set_up() -> Answer:
    """Set the first password and log in."""
    access, token = services().access, request.form.get("token", "")
    if not access.allows_setup(token):
        return _setup_closed()
    try:
        _open(access.set_first_password(token, _typed_twice()))
    except AccessRefused as refused:
        return _setup_page(token, refused), 400
    flash("The password is set. Keep it safe: the panel cannot show it again.", "good")
    return redirect(url_for("overview.index"))


def _typed_twice() -> str:
    password = request.form.get("password", "")
    if password != request.form.get("repeat", ""):
        raise AccessRefused("The two passwords are not the same.", remedy="Type both again.")
    return password


def _setup_page(token: str, problem: AccessRefused | None = None) -> str:
    return render_template("access/setup.html", token=token, problem=problem, shortest=SHORTEST_PASSWORD)


def _setup_closed() -> Answer:
    if services().access.has_password():
        return redirect(url_for("access.login"))
    problem = AccessRefused(
        "This set-up link is not valid.",
        remedy="Open the link that the panel printed on its console when it last started.",
    )
    return _login_page(problem), 403


@blueprint.post("/logout")
def logout() -> Answer:
    """End this login, on the server too."""
    services().access.leave(current_user.get_id())
    logout_user()
    session.clear()
    return redirect(url_for("access.login"))


def _open(session_id: str) -> None:
    session.clear()  # nothing of before the login is carried over
    session.permanent = True
    login_user(Operator(session_id))


def _safe_target(wanted: str) -> str:
    """Where to go after the login: a path of the panel itself, or the overview."""
    parts = urlsplit(wanted)
    is_own = wanted.startswith("/") and not parts.scheme and not parts.netloc
    return wanted if is_own and "\\" not in wanted and wanted.isprintable() else url_for("overview.index")
