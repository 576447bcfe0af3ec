"""GET /me/notifications: one's own channels, what goes to which, and when."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.errors import AviaryError, sentences
from bot.notifications.addresses import HELP, SERVICES
from bot.notifications.causes import Kind
from bot.notifications.desk import LONGEST_NAME, MOST_CHANNELS, NotificationDesk
from bot.storage.messages import Message, MessageState
from bot.storage.panel.notifications import Hours
from webapp import wording
from webapp.access.actors import own_session
from webapp.api.zones import ZONES
from webapp.groups.page import groups_of
from webapp.services import services

Page = str | tuple[str, int] | Response

blueprint = Blueprint("notifications", __name__, url_prefix="/me/notifications")


@blueprint.get("")
def index() -> str:
    """My channels and what I am told."""
    return _page()


@blueprint.post("")
def choose() -> Page:
    """Keep what goes to which channel, and the hours."""
    hours = _typed_hours()
    try:
        _desk().choose(own_session().user_id, _typed_wishes(), hours)
    except AviaryError as refused:
        return _page(trouble=_words(refused), hours=hours), 422
    flash("It is kept. You are told from now on as you chose.", "good")
    return redirect(url_for(".index"))


@blueprint.post("/channels/<service>")
def add(service: str) -> Page:
    """Add a channel; what it is reached by is encrypted at once."""
    if service not in SERVICES:
        abort(404, "There is no such kind of channel.")
    fields = {name: value for name, value in request.form.items() if name not in {"csrf_token", "name"}}
    try:
        _desk().add(own_session().user_id, request.form.get("name", ""), service, fields)
    except AviaryError as refused:
        return _page(add_trouble=_words(refused), service=service), 422
    flash("The channel is added. Send a test, then tick below what shall go to it.", "good")
    return redirect(url_for(".index"))


@blueprint.post("/channels/<channel_id>/test")
def test(channel_id: str) -> Response:
    """Send a test now, and say what came of it."""
    try:
        flash(*_test_words(_desk().test(own_session().user_id, channel_id)))
    except KeyError:
        abort(404, "There is no such channel of yours.")
    except AviaryError as refused:
        flash(_words(refused), "bad")
    return redirect(url_for(".index"))


@blueprint.post("/channels/<channel_id>/remove")
def remove(channel_id: str) -> Response:
    """Forget a channel."""
    try:
        _desk().remove(own_session().user_id, channel_id)
    except KeyError:
        abort(404, "There is no such channel of yours.")
    flash("The channel is removed: nothing goes to it any more.", "good")
    return redirect(url_for(".index"))


def _test_words(message: Message) -> tuple[str, str]:
    """What a test came to, and its tone."""
    if message.state is MessageState.SENT:
        return "The test was taken by the service. Look whether it has arrived.", "good"
    if message.state in {MessageState.WAITING, MessageState.SENDING}:
        return "The test is still on its way. Look at this page again in a minute.", "plain"
    return sentences("The test did not go out", wording.sentence(message.problem)), "bad"


def _typed_wishes() -> Mapping[str, list[Kind]]:
    found: dict[str, list[Kind]] = {}
    for value in request.form.getlist("wish"):
        channel_id, _, kind = value.partition(":")
        if kind not in set(Kind):
            abort(400, f"There is no such kind; there are {', '.join(Kind)}.")
        found.setdefault(channel_id, []).append(Kind(kind))
    return found


def _typed_hours() -> Hours:
    form = request.form
    if form.get("timezone") not in ZONES:
        abort(400, "There is no such time zone; choose one of the list, such as Asia/Jakarta.")
    weekday = form.get("weekly_on", "0")
    if weekday not in {str(day) for day in range(7)}:
        abort(400, "There is no such day of the week.")
    return Hours(
        timezone=form["timezone"],
        quiet_from=form.get("quiet_from", "").strip(),
        quiet_to=form.get("quiet_to", "").strip(),
        trouble_even_then="trouble_even_then" in form,
        summary_at=form.get("summary_at", "").strip(),
        weekly_on=int(weekday),
        groups=tuple(dict.fromkeys(form.getlist("group"))),
    )


def _words(refused: AviaryError) -> str:
    return sentences(wording.sentence(refused.message), refused.remedy)


def _page(trouble: str = "", add_trouble: str = "", service: str = "", hours: Hours | None = None) -> str:
    desk, user_id = _desk(), own_session().user_id
    accounts = services().fleet.overview().accounts
    return render_template(
        "notifications/index.html",
        channels=desk.channels(user_id),
        hours=hours or desk.hours(user_id),
        kinds=wording.NOTIFICATION_KINDS,
        weekdays=wording.WEEKDAYS,
        groups=[group.name for group in groups_of(accounts)],
        zones=ZONES,
        is_demo=desk.stays_on_this_machine,
        has_panel_address=desk.panel_address != "",
        message_face=wording.MESSAGE_STATES,
        most=MOST_CHANNELS,
        longest_name=LONGEST_NAME,
        help=HELP,
        trouble=trouble,
        add_trouble=add_trouble,
        tried=service,
        # What is secret is never sent back.
        typed={name: value for name, value in request.form.items() if name in _SHOWN_AGAIN} if add_trouble else {},
    )


_SHOWN_AGAIN = {"name", "chat", "host", "port", "security", "user", "from", "to"}


def _desk() -> NotificationDesk:
    return services().fleet.notifications
