"""GET and POST /groups/…/queue: what people wrote for a group, who gets it next, who had it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import BinaryIO, cast

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.content.post_table import TableRow, read_date, read_table, read_time
from bot.errors import AviaryError, ChangedMeanwhile, PostUnfit, TableUnreadable
from bot.excerpts import excerpt
from bot.group_queue_view import Entered
from bot.planning.slots import moment_at
from bot.storage.group_queues import GroupWritten, RotationMode
from webapp.access.actors import actor
from webapp.audit.recording import note_details, note_refusal
from webapp.queue.form import PostForm
from webapp.queue.notice import tell, tell_undoable
from webapp.rotation.page import MANY, ONE, RotationPage, address_of, find_post, form_of, look_at_rotation, queues
from webapp.wording import counted

blueprint = Blueprint("rotation", __name__, url_prefix="/groups")
Page = str | tuple[str, int] | Response
_PARAGRAPHS = re.compile(r"\n[ \t]*\n+")
_CHANGED = "Somebody else changed this post meanwhile. Nothing of yours is saved: look at it, then do it again."


@blueprint.get("/<path:name>/queue")
def show(name: str) -> str:
    """What waits, who has what, who gets the next one, and the form for more."""
    return render_template("rotation/show.html", page=look_at_rotation(name))


@blueprint.get("/hand/<token>")
def hand(token: str) -> Response:
    """Where the post is written that lies in an account's queue under this token."""
    try:
        return redirect(address_of(queues().group_of_hand(token)))
    except KeyError:
        abort(404, "This post is not in the queue of any group any more.")


@blueprint.post("/<path:name>/queue")
def add(name: str) -> Page:
    """Put one post into it, or one for each paragraph."""
    page = look_at_rotation(name)
    kind = MANY if request.form.get("kind") == MANY else ONE
    form, refused = _sent_form()
    texts = _PARAGRAPHS.split(form.text) if kind == MANY else [form.text]
    try:
        if refused:
            raise PostUnfit({"media": refused})
        at = form.moment(page.look.zone)
    except (PostUnfit, ValueError) as error:
        return _refused(name, _faulty(form, error), kind)
    written = [GroupWritten(text.strip(), form.media, at) for text in texts if text.strip()] or [GroupWritten("")]
    return _enter(name, form, kind, written)


def _enter(name: str, form: PostForm, kind: str, written: Sequence[GroupWritten]) -> Page:
    entered = queues().add(name, written, _who())
    note_details(f"{counted(len(entered.keys), 'post', 'posts')} into the queue of {name}")
    if not entered.faults:
        _tell(entered)
        return redirect(address_of(name))
    if kind == ONE:
        return _refused(name, form.with_faults(entered.faults[0]), kind)
    left = [(written[place].text, "; ".join(wrong.values())) for place, wrong in entered.faults.items()]
    if entered.keys:
        _tell(entered)
    return _refused(name, replace(form, text="\n\n".join(text for text, _ in left)), kind, left)


@blueprint.post("/<path:name>/queue/table")
def add_table(name: str) -> Page:
    """Put the posts of a CSV file into it; its column account does not count."""
    page = look_at_rotation(name)
    file = request.files.get("file")
    try:
        rows = read_table(file.read() if file else b"", ("text",))
    except TableUnreadable as error:
        tell(error.in_words, "bad")
        return redirect(address_of(name))
    written, left = _read_rows(rows, page)
    entered = queues().add(name, [each for _, each in written], _who())
    note_details(f"{counted(len(entered.keys), 'post', 'posts')} into the queue of {name}, from a table")
    for place, wrong in entered.faults.items():
        row, each = written[place]
        left.append((f"Line {row.line}: {each.text}", "; ".join(wrong.values())))
    _tell(entered)
    return _refused(name, PostForm(), MANY, left) if left else redirect(address_of(name))


def _read_rows(
    rows: Sequence[TableRow], page: RotationPage
) -> tuple[list[tuple[TableRow, GroupWritten]], list[tuple[str, str]]]:
    good: list[tuple[TableRow, GroupWritten]] = []
    bad: list[tuple[str, str]] = []
    for row in rows:
        day, clock = read_date(row.date), read_time(row.time)
        if (row.date or row.time) and (day is None or clock is None):
            bad.append((f"Line {row.line}: {row.text}", f"“{row.date} {row.time}” is no date and time"))
            continue
        at = moment_at(clock, day, page.look.zone) if day and clock else None
        good.append((row, GroupWritten(row.text.strip(), row.files, at)))
    return good, bad


@blueprint.post("/<path:name>/queue/mode")
def set_mode(name: str) -> Response:
    """Choose who gets the next post."""
    look_at_rotation(name)
    mode = RotationMode.FEWEST if request.form.get("mode") == RotationMode.FEWEST else RotationMode.TURN
    queues().set_mode(name, mode)
    tell("Posts go to the member with the fewest posts." if mode is RotationMode.FEWEST else "Posts go out by turn.")
    return redirect(address_of(name))


@blueprint.post("/<path:name>/queue/move")
def move_all(name: str) -> Response:
    """Give all its posts to another group."""
    page, other = look_at_rotation(name), request.form.get("group", "")
    if other not in page.others:
        tell(f"There is no other group “{other}”.", "bad")
        return redirect(address_of(name))
    queues().move_all(name, other)
    note_details(f"the queue of {name} to {other}")
    tell(f"The posts of {name} are in the queue of {other}.")
    return redirect(address_of(other))


@blueprint.get("/<path:name>/queue/<key>")
def edit(name: str, key: str) -> str:
    """The form of one post."""
    post, page = find_post(name, key), look_at_rotation(name)
    return _edit_page(page, key, form_of(post.post, page.look))


@blueprint.post("/<path:name>/queue/<key>")
def save(name: str, key: str) -> Page:
    """Put what the form says in its place; a member that has it gives it back first."""
    find_post(name, key)
    page = look_at_rotation(name)
    form, refused = _sent_form()
    try:
        if refused:
            raise PostUnfit({"media": refused})
        written = GroupWritten(form.text, form.media, form.moment(page.look.zone))
        queues().change(name, key, written, _version(), _who())
    except (PostUnfit, ValueError) as error:
        note_refusal()
        return _edit_page(page, key, _faulty(form, error)), 422
    except AviaryError as error:
        tell(_CHANGED if isinstance(error, ChangedMeanwhile) else error.in_words, "bad")
        return redirect(address_of(name))
    tell(f"“{excerpt(form.text)}” is saved.")
    return redirect(address_of(name))


@blueprint.post("/<path:name>/queue/<key>/delete")
def delete(name: str, key: str) -> Response:
    """Take it out of the queue, and from the member that has it."""
    post = find_post(name, key)
    try:
        queues().delete(name, key, _version(), _who())
    except AviaryError as error:
        tell(_CHANGED if isinstance(error, ChangedMeanwhile) else error.in_words, "bad")
    else:
        tell_undoable(f"“{excerpt(post.post.text)}” is deleted.", url_for(".restore", name=name, key=key))
    return redirect(address_of(name) if name in queues().counts() or _has_accounts(name) else url_for("groups.index"))


@blueprint.post("/<path:name>/queue/<key>/restore")
def restore(name: str, key: str) -> Response:
    """Bring a deleted one back."""
    try:
        post = queues().restore(name, key)
    except KeyError:
        abort(404, "This post is gone for good.")
    tell(f"“{excerpt(post.text)}” is back in the queue.")
    return redirect(address_of(name))


@blueprint.post("/<path:name>/queue/<key>/shift")
def shift(name: str, key: str) -> Response:
    """Let it go before (`step` -1) or after (1) its neighbour."""
    find_post(name, key)
    queues().shift(name, key, -1 if request.form.get("step") == "-1" else 1)
    return redirect(address_of(name))


@blueprint.post("/<path:name>/queue/<key>/give")
def give_again(name: str, key: str) -> Response:
    """A person's word that no member sent it."""
    post = find_post(name, key)
    try:
        queues().give_again(name, key, _who())
    except AviaryError as error:
        tell(error.in_words, "bad")
    else:
        tell(f"“{excerpt(post.post.text)}” waits for a member again.")
    return redirect(address_of(name))


def _has_accounts(name: str) -> bool:
    return bool(queues().look(name).members)


def _tell(entered: Entered) -> None:
    """What was entered, with what a person should know of it."""
    number = len(entered.keys)
    words = f"{counted(number, 'post is', 'posts are')} in the queue." if number else "No post was put into the queue."
    remarks = "; ".join(dict.fromkeys(entered.remarks.values()))
    tell(f"{words} {remarks[:1].upper()}{remarks[1:]}." if remarks else words, "good" if number else "bad")


def _sent_form() -> tuple[PostForm, str]:
    """The form with the files that came with it, already taken in; and why one was not."""
    names, refused = request.form.getlist("media"), ""
    for file in request.files.getlist("file"):
        if not file.filename:
            continue
        try:
            names.append(queues().add_media(file.filename, cast(BinaryIO, file.stream)))
        except AviaryError as error:
            refused = error.in_words
    return PostForm.sent(request.form, names), refused


def _faulty(form: PostForm, error: PostUnfit | ValueError) -> PostForm:
    return form.with_faults(error.faults if isinstance(error, PostUnfit) else {"at": str(error)})


def _refused(name: str, form: PostForm, kind: str, left: Sequence[tuple[str, str]] = ()) -> tuple[str, int]:
    note_refusal()
    return render_template("rotation/show.html", page=look_at_rotation(name, form, kind, left)), 422


def _edit_page(page: RotationPage, key: str, form: PostForm) -> str:
    return render_template(
        "rotation/post.html", page=replace(page, form=form), shown=find_post(page.group, key), form=form
    )


def _version() -> int:
    return request.form.get("version", 0, type=int)


def _who() -> str:
    who = actor()
    return who.name if who else "somebody"
