"""GET /me and what can be changed there."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webapp import wording
from webapp.access.actors import own_session
from webapp.access.entering import carry_session, typed_twice, visitor
from webapp.access.passwords import SHORTEST_PASSWORD
from webapp.access.refusals import AccessRefused
from webapp.me.devices import device_words
from webapp.services import services

Page = str | tuple[str, int] | Response

blueprint = Blueprint("me", __name__, url_prefix="/me")


@blueprint.get("")
def show() -> str:
    """Who I am here, and what guards my login."""
    return _page()


@blueprint.post("/password")
def change_password() -> Page:
    """Set another password; every other session of mine ends."""
    present = request.form.get("present", "")
    try:
        carry_session(services().access.change_password(own_session().user_id, present, typed_twice(), visitor()))
    except AccessRefused as refused:
        return _page(password_trouble=refused.in_words), 422
    flash("Your password is changed. Everybody who was logged in as you has to log in again.", "good")
    return redirect(url_for(".show"))


@blueprint.post("/second-factor")
def begin_second_factor() -> Page:
    """Make a secret for a phone; it guards nothing before a code of it is shown."""
    user_id = own_session().user_id
    try:
        _check_again()
        services().access.second_factor.begin(user_id)
    except AccessRefused as refused:
        return _page(factor_trouble=refused.in_words), 422
    return redirect(url_for(".second_factor"))


@blueprint.get("/second-factor")
def second_factor() -> Page:
    """The QR code for the phone, and the field for its first code."""
    return _enrolment_page()


@blueprint.post("/second-factor/confirm")
def confirm_second_factor() -> Page:
    """Switch it on, and show the recovery codes once."""
    try:
        codes = services().access.second_factor.confirm(own_session().user_id, request.form.get("code", ""))
    except AccessRefused as refused:
        return _enrolment_page(refused.in_words)
    return render_template("me/codes.html", codes=codes, is_new=True)


@blueprint.post("/second-factor/codes")
def renew_recovery_codes() -> Page:
    """New recovery codes, shown once; those of before are void."""
    try:
        _check_again()
        codes = services().access.second_factor.renew_recovery_codes(own_session().user_id)
    except AccessRefused as refused:
        return _page(factor_trouble=refused.in_words), 422
    return render_template("me/codes.html", codes=codes, is_new=False)


@blueprint.post("/second-factor/remove")
def remove_second_factor() -> Page:
    """Let the password alone be enough again."""
    try:
        _check_again()
    except AccessRefused as refused:
        return _page(factor_trouble=refused.in_words), 422
    services().access.second_factor.remove(own_session().user_id)
    flash("The second factor is removed: your password alone logs you in.", "plain")
    return redirect(url_for(".show"))


@blueprint.post("/sessions/<int:session_id>/end")
def end_session(session_id: int) -> Response:
    """Log one browser out."""
    if not services().access.end_session(own_session().user_id, session_id):
        abort(404, "This session has ended already.")
    flash("That browser is logged out.", "good")
    return redirect(url_for(".show"))


@blueprint.post("/sessions/end-others")
def end_other_sessions() -> Response:
    """Log every browser out but this one."""
    mine = own_session()
    number = services().access.end_other_sessions(mine.user_id, mine.id)
    flash(f"{wording.counted(number, 'other session is', 'other sessions are')} ended.", "good")
    return redirect(url_for(".show"))


def _check_again() -> None:
    services().access.check_again(own_session().user_id, request.form.get("present", ""))


def _page(password_trouble: str = "", factor_trouble: str = "") -> str:
    access, mine = services().access, own_session()
    return render_template(
        "me/show.html",
        user=access.people.get(mine.user_id),
        codes_left=access.second_factor.recovery_codes_left(mine.user_id),
        sessions=access.sessions_of(mine.user_id),
        present=mine,
        device_words=device_words,
        shortest=SHORTEST_PASSWORD,
        password_trouble=password_trouble,
        factor_trouble=factor_trouble,
    )


def _enrolment_page(trouble: str = "") -> Page:
    mine = own_session()
    enrolment = services().access.second_factor.enrolment(mine.user_id, mine.user_name)
    if enrolment is None:
        return redirect(url_for(".show"))
    page = render_template("me/second_factor.html", enrolment=enrolment, trouble=trouble)
    return (page, 422) if trouble else page
