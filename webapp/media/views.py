"""GET and POST /accounts/…/media, its poll, its pictures, and the question before a file is deleted."""

from __future__ import annotations

from typing import BinaryIO, NoReturn, cast

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from htmx_flask import request as htmx_request
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from bot.content.media_library import MediaItem, count_users
from bot.errors import AviaryError, MediaInUse
from bot.fleet_view import AccountView
from webapp.accounts.card import Card
from webapp.accounts.finding import find_account, has_changed, look_for, present_mark
from webapp.media.page import MediaPage, facts_words, look_at_media, use_words, uses_are_unknown
from webapp.services import services

LINES_TOLD = 5  # of what became of the files of one form; they travel in a cookie
LAST_PAGE = 10_000
_NO_FILE = "Choose a picture or a video first."

blueprint = Blueprint("media", __name__, url_prefix="/accounts/<account_id>/media")
blueprint.add_app_template_filter(facts_words, "media_facts")
blueprint.add_app_template_filter(use_words, "media_use")
blueprint.add_app_template_filter(count_users, "media_users")
blueprint.add_app_template_test(uses_are_unknown, "of_unknown_use")


@blueprint.get("")
def show(account_id: str) -> str:
    """The page, or for htmx (after an upload) the files alone."""
    page = _page(account_id)
    if htmx_request.htmx and not htmx_request.htmx.history_restore_request:
        return render_template("media/_files.html", page=page)
    return render_template("media/show.html", page=page)


@blueprint.get("/statuses")
def statuses(account_id: str) -> str | tuple[str, int]:
    """204 when this account has not changed since the page's mark, else its fragments, out of band."""
    account = find_account(account_id)
    if not has_changed(account):
        return "", 204
    return render_template("media/_changes.html", page=_page(account_id))


@blueprint.post("")
def upload(account_id: str) -> Response | tuple[str, int]:
    """Take in the form's files; each is kept or refused by itself. A script gets the lines, a person the page."""
    find_account(account_id)
    files = [file for file in request.files.getlist("file") if file.filename]
    lines = [_take_in(account_id, file) for file in files] or [(_NO_FILE, "bad")]
    if htmx_request.htmx:
        refused = any(tone == "bad" for _, tone in lines)
        return render_template("media/_uploaded.html", lines=lines), 422 if refused else 200
    for words, tone in lines[:LINES_TOLD]:
        flash(words, tone)
    if len(lines) > LINES_TOLD:
        flash(f"{len(lines) - LINES_TOLD:,} more files were looked at; the list shows which were kept.", "plain")
    return redirect(url_for(".show", account_id=account_id))


@blueprint.get("/file")
def file(account_id: str) -> Response:
    """The file `name` itself, as what its content is; never one that X would not take."""
    item, _ = _item(account_id)
    path = services().fleet.media.path(account_id, item.name)
    if path is None or item.facts is None:
        abort(404, "This file is no picture or video that X takes.")
    kind = item.facts.format
    return _sent(send_file(path.resolve(), mimetype=kind.mime, as_attachment=kind.is_video, download_name=path.name))


@blueprint.get("/thumbnail")
def thumbnail(account_id: str) -> Response:
    """A small picture of the file `name`."""
    item, _ = _item(account_id)
    path = services().fleet.media.thumbnail(account_id, item.name)
    if path is None:
        abort(404, "There is no small picture of this file.")
    return _sent(send_file(path.resolve(), mimetype="image/webp", download_name="thumbnail.webp"))


@blueprint.get("/delete")
def ask(account_id: str) -> str:
    """What would become of the templates, and the button that deletes the file `name`."""
    item, account = _item(account_id)
    return render_template("media/delete.html", card=Card(account), item=item, refusal="")


@blueprint.post("/delete")
def delete(account_id: str) -> Response | tuple[str, int]:
    """Delete the file `name`; one that is in use only when the form says so, of the uses it showed."""
    item, account = _item(account_id)
    use_mark = request.form.get("uses", "") if request.form.get("although_used") == "yes" else ""
    try:
        words, tone = services().fleet.media.delete(account_id, item.name, use_mark=use_mark), "good"
    except MediaInUse as refused:
        item, account = _item(account_id)
        refusal = f"{refused.message}."
        return render_template("media/delete.html", card=Card(account), item=item, refusal=refusal), 409
    except AviaryError as failed:
        words, tone = failed.in_words, "bad"
    except KeyError:
        _no_such_file()
    flash(words, tone)
    return redirect(url_for(".show", account_id=account_id))


def _take_in(account_id: str, file: FileStorage) -> tuple[str, str]:
    """What became of one file, in words, and their tone."""
    stream, folder = cast(BinaryIO, file.stream), request.form.get("folder") or "media"
    try:
        item = services().fleet.media.add(account_id, file.filename or "", stream, folder=folder)
    except AviaryError as refused:
        return refused.in_words, "bad"
    except KeyError:
        abort(409, "The entry of this account in accounts.yaml has to be put right first.")
    return f"{item.name} is there. Name it so in a template.", "good"


def _sent(answer: Response) -> Response:
    """Nothing in a file may act as a page of the panel, whatever it holds."""
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _page(account_id: str) -> MediaPage:
    mark = present_mark()
    number = request.args.get("page", 1, type=int)
    return look_for(
        account_id, lambda: look_at_media(services().fleet, account_id, min(max(number, 1), LAST_PAGE), mark)
    )


def _item(account_id: str) -> tuple[MediaItem, AccountView]:
    """The file that `name` in the address or the form means, and its account."""
    account = find_account(account_id)
    try:
        item = services().fleet.media.find(account_id, request.values.get("name", ""))
    except KeyError:
        item = None
    if item is None:
        _no_such_file()
    return item, account


def _no_such_file() -> NoReturn:
    abort(404, "This file is not there any more.")
