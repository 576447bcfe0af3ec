"""Pages of the way in and out."""

from __future__ import annotations

import math
from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_login import current_user, logout_user
from werkzeug.wrappers import Response

from bot.storage.panel.users import FIRST_NAME, LONGEST_NAME
from webapp.access.actors import actor
from webapp.access.entering import carry_session, typed_twice, visitor
from webapp.access.passwords import SHORTEST_PASSWORD
from webapp.access.refusals import AccessRefused, TooManyAttempts
from webapp.access.service import Entry
from webapp.services import services
from webapp.times import relative

Answer = Response | str | tuple[str, int] | tuple[str, int, dict[str, str]]
_HALF_LOGIN = "half_login"
_WANTED = "wanted"

blueprint = Blueprint("access", __name__)


@blueprint.get("/login")
def login() -> Answer:
    """The login page; with `token`, the login itself."""
    if actor() is not None:
        return redirect(url_for("overview.index"))
    token = request.args.get("token", "")
    return _enter_by_token(token) if token else _login_page()


@blueprint.post("/login")
def log_in() -> Answer:
    """Log in by name and password; where a second factor is set, its page comes next."""
    name, password = request.form.get("username", ""), request.form.get("password", "")
    try:
        entry = services().access.enter_by_password(name, password, visitor())
    except AccessRefused as refused:
        return _told(refused, _login_page)
    return _go_on(entry, request.form.get("next", ""))


@blueprint.get("/login/code")
def ask_code() -> Answer:
    """The second step of a login."""
    if not services().access.knows_half_login(session.get(_HALF_LOGIN, "")):
        return redirect(url_for("access.login"))
    return _code_page()


@blueprint.post("/login/code")
def check_code() -> Answer:
    """Complete the login with the code of the phone, or a recovery code."""
    half_login, wanted = session.get(_HALF_LOGIN, ""), session.get(_WANTED, "")
    try:
        session_id = services().access.enter_by_code(half_login, request.form.get("code", ""), visitor())
    except AccessRefused as refused:
        knows = services().access.knows_half_login(half_login)
        return _told(refused, _code_page if knows else _login_page)
    carry_session(session_id)
    return redirect(_safe_target(wanted))


def _enter_by_token(token: str) -> Answer:
    if request.method == "HEAD" or "prefetch" in request.headers.get("Sec-Purpose", ""):
        return "", 204  # link checkers and previews must not use the link up
    try:
        carry_session(services().access.enter_by_token(token, visitor()))
    except AccessRefused as refused:
        return _login_page(refused), 403
    return redirect(url_for("overview.index"))


def _go_on(entry: Entry, wanted: str) -> Response:
    """After a right password: in, or to the second factor."""
    if entry.session_id:
        carry_session(entry.session_id)
        return redirect(_safe_target(wanted))
    session.clear()
    session[_HALF_LOGIN], session[_WANTED] = entry.half_login, wanted
    return redirect(url_for("access.ask_code"))


def _told(refused: AccessRefused, page: Callable[[AccessRefused], str]) -> Answer:
    """The page with what was refused; one that came too fast learns when to come again."""
    if not isinstance(refused, TooManyAttempts):
        return page(refused), 403
    now = services().clock.now()
    wait = max(1, math.ceil((refused.free_at - now).total_seconds()))
    words = f"{refused.message} The next one is looked at {relative(refused.free_at, now)}."
    return page(AccessRefused(words, remedy=refused.remedy)), 429, {"Retry-After": str(wait)}


def _login_page(problem: AccessRefused | None = None) -> str:
    access = services().access
    return render_template(
        "access/login.html",
        problem=problem,
        wanted=request.values.get("next", ""),
        has_password=access.has_password(),
        asks_for_name=access.asks_for_name(),
        longest_name=LONGEST_NAME,
    )


def _code_page(problem: AccessRefused | None = None) -> str:
    return render_template("access/code.html", problem=problem)


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
    name = request.form.get("username", "") or FIRST_NAME
    try:
        carry_session(access.set_first_password(token, typed_twice(), visitor(), name))
    except AccessRefused as refused:
        return _setup_page(token, refused), 400
    flash("The password is set. Keep it safe: the panel cannot show it again.", "good")
    return redirect(url_for("overview.index"))


def _setup_page(token: str, problem: AccessRefused | None = None) -> str:
    name = request.form.get("username", "") or FIRST_NAME
    form = {"token": token, "name": name, "longest_name": LONGEST_NAME, "shortest": SHORTEST_PASSWORD}
    return render_template("access/setup.html", problem=problem, **form)


def _setup_closed() -> Answer:
    if services().access.has_password():
        return redirect(url_for("access.login"))
    problem = AccessRefused(
        "This set-up link is not valid.",
        remedy="Open the link that the panel printed on its console when it last started.",
    )
    return _login_page(problem), 403


@blueprint.get("/invitation")
def invitation() -> Answer:
    """The form in which an invited user, or one who lost the password, sets one; open with the link alone."""
    return _invitation_page(request.args.get("token", ""))


@blueprint.post("/invitation")
def accept() -> Answer:
    """Set the password of the invited user and log in."""
    token = request.form.get("token", "")
    if services().access.invited(token) is None:
        return _invitation_page(token)
    try:
        entry = services().access.accept_invitation(token, typed_twice(), visitor())
    except AccessRefused as refused:
        return _invitation_page(token, refused)
    return _go_on(entry, "")


def _invitation_page(token: str, problem: AccessRefused | None = None) -> Answer:
    user = services().access.invited(token)
    if user is None:
        gone = AccessRefused(
            "This invitation is not valid any more.", remedy="It works once, for 7 days. Ask an admin for a new link."
        )
        return _login_page(problem or gone), 403
    page = render_template(
        "access/invitation.html", user=user, token=token, problem=problem, shortest=SHORTEST_PASSWORD
    )
    return (page, 400) if problem else page


@blueprint.post("/logout")
def logout() -> Answer:
    """End this login, on the server too."""
    services().access.leave(current_user.get_id())
    logout_user()
    session.clear()
    return redirect(url_for("access.login"))


def _safe_target(wanted: str) -> str:
    """Where to go after the login: a path of the panel itself, or the overview."""
    parts = urlsplit(wanted)
    is_own = wanted.startswith("/") and not parts.scheme and not parts.netloc
    return wanted if is_own and "\\" not in wanted and wanted.isprintable() else url_for("overview.index")
