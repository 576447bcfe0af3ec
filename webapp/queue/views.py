"""GET and POST /accounts/…/queue: what people wrote for an account; changed, moved, ordered, deleted, restored."""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO, cast
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.clock import in_words
from bot.errors import AviaryError, ChangedMeanwhile, PostUnfit
from bot.excerpts import excerpt
from bot.storage.planned_posts import PlannedPost
from webapp.access.actors import actor
from webapp.accounts.finding import find_account, has_changed
from webapp.audit.recording import note_refusal
from webapp.queue.form import PostForm
from webapp.queue.notice import tell, tell_deleted, tell_moved
from webapp.queue.page import find_post, length_of, look_at_queue, media_of, queues, refuse_unread, zone_of_account
from webapp.services import services

blueprint = Blueprint("queue", __name__, url_prefix="/accounts/<account_id>/queue")
blueprint.add_app_template_filter(excerpt, "shortened")
Page = str | tuple[str, int] | Response
_SOMEBODY = "somebody"
_CALENDAR = "/calendar"
_CHANGED = "Somebody else changed this post meanwhile: {now}. Nothing of yours is saved; look at it, then do it again."


@blueprint.get("")
def show(account_id: str) -> str:
    """What waits, and the form for one more."""
    return render_template("queue/show.html", page=look_at_queue(account_id))


@blueprint.get("/statuses")
def statuses(account_id: str) -> str | tuple[str, int]:
    """204 when this account has not changed since the page's mark, else its fragments, out of band."""
    if not has_changed(find_account(account_id)):
        return "", 204
    return render_template("queue/_changes.html", page=look_at_queue(account_id))


@blueprint.post("/measure")
def measure(account_id: str) -> str:
    """How long the form's text is, as X counts it. Changes nothing."""
    find_account(account_id)
    return render_template("queue/_length.html", length=length_of(request.form.get("text", "")))


@blueprint.post("")
def add(account_id: str) -> Page:
    """Queue one more."""
    find_account(account_id)
    form, refused = _sent_form(account_id)
    try:
        if refused:
            raise PostUnfit({"media": refused})
        post = queues().add(account_id, form.written(zone_of_account(account_id)), _who())
    except (PostUnfit, ValueError) as error:
        note_refusal()
        return render_template("queue/show.html", page=look_at_queue(account_id, _faulty(form, error))), 422
    except KeyError:
        refuse_unread(account_id)
    tell(f"“{excerpt(post.text)}” is {'kept as a draft' if form.is_draft else 'in the queue'}.")
    return redirect(url_for(".show", account_id=account_id))


@blueprint.get("/<int:post_id>")
def edit(account_id: str, post_id: int) -> str:
    """The form of one post; of one that is out, what became of it."""
    post = find_post(account_id, post_id)
    return _form_page(account_id, post, PostForm.of(post, zone_of_account(account_id)))


@blueprint.post("/<int:post_id>")
def save(account_id: str, post_id: int) -> Page:
    """Put what the form says in its place."""
    post = find_post(account_id, post_id)
    form, refused = _sent_form(account_id)
    try:
        if refused:
            raise PostUnfit({"media": refused})
        queues().change(account_id, post_id, form.written(zone_of_account(account_id)), _version())
    except (PostUnfit, ValueError) as error:
        note_refusal()
        return _form_page(account_id, post, _faulty(form, error)), 422
    except ChangedMeanwhile:
        note_refusal()
        now = find_post(account_id, post_id)
        return _form_page(account_id, now, form, conflict=now), 409
    except AviaryError as error:
        tell(error.in_words, "bad")
        return redirect(_back(account_id))
    tell(f"“{excerpt(form.text)}” is saved.")
    return redirect(_back(account_id))


@blueprint.get("/<int:post_id>/move")
def ask_move(account_id: str, post_id: int) -> str:
    """The form that gives it another time: for a phone and the keyboard."""
    post = find_post(account_id, post_id)
    return _move_page(account_id, post, PostForm.of(post, zone_of_account(account_id)))


@blueprint.post("/<int:post_id>/move")
def move(account_id: str, post_id: int) -> Page:
    """Give it another time: `moment` (ISO 8601, empty for the next free slot), or date and time on its own clock."""
    post, zone = find_post(account_id, post_id), zone_of_account(account_id)
    form = PostForm.sent(request.form, ())
    try:
        at = _moment(request.form["moment"]) if "moment" in request.form else form.moment(zone)
        moved = queues().move(account_id, post_id, at, _version())
    except (PostUnfit, ValueError) as error:
        note_refusal()
        if "moment" not in request.form:
            return _move_page(account_id, post, _faulty(form, error)), 422
        tell(f"It stays where it is: {error}.", "bad")
    except ChangedMeanwhile:
        tell(_CHANGED.format(now=_when_words(account_id, find_post(account_id, post_id))), "bad")
    except AviaryError as error:
        tell(error.in_words, "bad")
    else:
        words = f"“{excerpt(moved.text)}” goes out {_when_words(account_id, moved)}."
        tell_moved(account_id, post, moved, words, _back(account_id))
    return redirect(_back(account_id))


@blueprint.post("/<int:post_id>/delete")
def delete(account_id: str, post_id: int) -> Response:
    """Take it out of the queue."""
    post = find_post(account_id, post_id)
    try:
        queues().delete(account_id, post_id, _version())
    except AviaryError as error:
        tell(error.in_words, "bad")
    else:
        tell_deleted(account_id, post, _back(account_id))
    return redirect(_back(account_id))


@blueprint.post("/<int:post_id>/restore")
def restore(account_id: str, post_id: int) -> Response:
    """Bring a deleted one back."""
    find_account(account_id)
    try:
        post = queues().restore(account_id, post_id)
    except KeyError:
        tell("This post is gone for good.", "bad")
    else:
        tell(f"“{excerpt(post.text)}” is back in the queue.")
    return redirect(_back(account_id))


@blueprint.post("/<int:post_id>/shift")
def shift(account_id: str, post_id: int) -> Response:
    """Let it go before (`step` -1) or after (1) its neighbour."""
    find_post(account_id, post_id)
    queues().shift(account_id, post_id, -1 if request.form.get("step") == "-1" else 1)
    return redirect(url_for(".show", account_id=account_id))


def _sent_form(account_id: str) -> tuple[PostForm, str]:
    """The form with the files that came with it, already taken in; and why one was not."""
    names, refused = request.form.getlist("media"), ""
    for file in request.files.getlist("file"):
        if not file.filename:
            continue
        try:
            item = services().fleet.media.add(account_id, file.filename, cast(BinaryIO, file.stream), folder="media")
            names.append(item.name)
        except AviaryError as error:
            refused = error.in_words
        except KeyError:
            refuse_unread(account_id)
    return PostForm.sent(request.form, names), refused


def _faulty(form: PostForm, error: PostUnfit | ValueError) -> PostForm:
    return form.with_faults(error.faults if isinstance(error, PostUnfit) else {"at": str(error)})


def _form_page(account_id: str, post: PlannedPost, form: PostForm, conflict: PlannedPost | None = None) -> str:
    page = look_at_queue(account_id, form)
    return render_template(
        "queue/post.html",
        page=page,
        tab="queue.show",
        post=post,
        form=form,
        media=media_of(account_id),
        conflict=conflict,
        length=length_of(form.text),
        back=_back(account_id),
    )


def _move_page(account_id: str, post: PlannedPost, form: PostForm) -> str:
    page = look_at_queue(account_id)
    return render_template("queue/move.html", page=page, tab="queue.show", post=post, form=form, back=_back(account_id))


def _when_words(account_id: str, post: PlannedPost) -> str:
    """When it goes out, on the account's clock."""
    if post.at is None:
        return "with the next free slot"
    return in_words(post.at, services().clock.now(), zone_of_account(account_id))


def _moment(words: str) -> datetime | None:
    """Raises ValueError."""
    if not words:
        return None
    moment = datetime.fromisoformat(words)
    if moment.tzinfo is None:
        raise ValueError("a moment needs its offset from UTC")
    return moment


def _version() -> int:
    return request.form.get("version", 0, type=int)


def _who() -> str:
    who = actor()
    return who.name if who else _SOMEBODY


def _back(account_id: str) -> str:
    """Where the person came from: the calendar as it was shown, else the queue."""
    wanted = request.values.get("back", "")
    parts = urlsplit(wanted)
    if not parts.scheme and not parts.netloc and parts.path == _CALENDAR and "\\" not in wanted:
        return wanted
    return url_for("queue.show", account_id=account_id)
