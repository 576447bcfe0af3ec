"""GET /users and what an admin can change about a user."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.errors import AviaryError
from bot.storage.panel.links import INVITATION_LIFETIME
from bot.storage.panel.users import LONGEST_NAME, Role, User
from webapp import wording
from webapp.access.actors import own_session
from webapp.access.people import People
from webapp.services import services
from webapp.users.words import ROLES

Page = str | tuple[str, int] | Response

blueprint = Blueprint("users", __name__, url_prefix="/users")


@blueprint.get("")
def index() -> str:
    """All users, and the form to invite another."""
    return _page()


@blueprint.post("")
def invite() -> Page:
    """Add a user and show their one-time link, once."""
    try:
        user, secret = _people().invite(request.form.get("name", ""), _role())
    except AviaryError as refused:
        return _page(trouble=refused.in_words), 422
    return _page(invited=user, link=_link(secret))


@blueprint.post("/<int:user_id>/link")
def renew_link(user_id: int) -> Page:
    """Another one-time link, for an invitation that ran out or a password that is lost."""
    try:
        user, secret = _people().renew_link(user_id)
    except KeyError:
        _no_such_user()
    except AviaryError as refused:
        return _page(trouble=refused.in_words), 422
    return _page(invited=user, link=_link(secret))


@blueprint.post("/<int:user_id>/role")
def change_role(user_id: int) -> Response:
    """Let them do more or less, at once."""
    role = _role()
    return _told(lambda: f"{_people().change_role(user_id, role).name} is now: {ROLES[role].name}.")


@blueprint.post("/<int:user_id>/deactivate")
def deactivate(user_id: int) -> Response:
    """Nothing they have opens anything any more."""
    return _told(lambda: f"{_people().deactivate(user_id).name} is deactivated, and logged out everywhere.")


@blueprint.post("/<int:user_id>/activate")
def activate(user_id: int) -> Response:
    """They may come in again, with the password they had."""
    return _told(lambda: f"{_people().activate(user_id).name} may log in again.")


@blueprint.post("/<int:user_id>/end-sessions")
def end_sessions(user_id: int) -> Response:
    """Log them out everywhere."""
    return _told(lambda: f"{wording.counted(_people().end_sessions(user_id), 'session is', 'sessions are')} ended.")


@blueprint.post("/<int:user_id>/remove-second-factor")
def remove_second_factor(user_id: int) -> Response:
    """For a lost phone whose recovery codes are lost, too."""
    return _told(lambda: f"{_people().remove_second_factor(user_id).name} logs in by password alone now.")


def _told(act: Callable[[], str]) -> Response:
    try:
        flash(act(), "good")
    except KeyError:
        _no_such_user()
    except AviaryError as refused:
        flash(refused.in_words, "bad")
    return redirect(url_for(".index"))


def _page(trouble: str = "", invited: User | None = None, link: str = "") -> str:
    people = _people()
    return render_template(
        "users/index.html",
        users=[(user, people.open_sessions(user.id)) for user in people.all()],
        roles=ROLES,
        own_id=own_session().user_id,
        trouble=trouble,
        invited=invited,
        link=link,
        link_days=INVITATION_LIFETIME.days,
        longest_name=LONGEST_NAME,
        typed=request.form if trouble else {},
    )


def _link(secret: str) -> str:
    """The address under the name by which the admin reached the panel."""
    return url_for("access.invitation", token=secret, _external=True)


def _role() -> Role:
    try:
        return Role(request.form.get("role", ""))
    except ValueError:
        abort(400, f"There is no such role; the roles are {', '.join(Role)}.")


def _people() -> People:
    return services().access.people


def _no_such_user() -> NoReturn:
    abort(404, "There is no such user.")
