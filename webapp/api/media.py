"""The pictures and videos of an account."""

from __future__ import annotations

from typing import Annotated, Any, BinaryIO, cast

from flask import Response, request, send_file
from pydantic import Field

from bot.content.media_library import MediaItem
from webapp.api.account_model import find_account
from webapp.api.contract import Operation, Query, Record, Reply, Words
from webapp.api.paging import PagedByNumber, part_of
from webapp.api.problems import Problem, ProblemKind
from webapp.services import services

TAG = "Media"
BINARY = "application/octet-stream"
Name = Annotated[str, Field(min_length=1, max_length=300)]


class Use(Record):
    """A template, or a queued post (kind “queued post”), that goes with a file."""

    kind: str
    text: str


class MediaFile(Record):
    """A file of an account."""

    name: str = Field(description="As templates write it: media/promo/a.jpg")
    format: str | None = Field(description="null for what X does not take; `problem` then says why.")
    size: int | None = Field(description="Bytes.")
    width: int | None = Field(description="Pixels; null for a video.")
    height: int | None
    problem: str
    remedy: str
    uses: list[Use]
    use_mark: str = Field(description="What deleting it wants to hear as `uses`; empty for what nothing uses.")


class MediaList(Record):
    """Files in the order of their names."""

    items: list[MediaFile]
    next: int | None
    total: int
    folders: list[str] = Field(description="Where files can be added.")


class MediaDeleted(Record):
    """What was done, in words."""

    message: str


class FileToAdd(Query):
    """What the file is called, and where it goes."""

    name: Name = Field(description="Its name; the suffix becomes one of its format.")
    folder: Name = Field("media", description="media, or a folder below it.")


class FileToFind(Query):
    """Which file."""

    name: Name = Field(description="As templates write it: media/promo/a.jpg")


class FileToDelete(FileToFind):
    """Which file, and that its use is known."""

    uses: Words = Field(default_factory=str, description="Its `use_mark`, to delete it although it is in use.")


@Operation("GET", "/accounts/<account_id>/media", TAG, answer=MediaList, query=PagedByNumber)
def list_media(account_id: str, query: PagedByNumber) -> Reply:
    """List the pictures and videos of an account, and which template uses what."""
    offset = min(query.cursor, 1_000_000)
    shelf = services().fleet.media.look(account_id, offset=offset, limit=query.limit + 1)
    items, cursor, headers = part_of(shelf.items, query.limit, lambda _item: offset + query.limit)
    files = [_file(item) for item in items]
    return Reply(MediaList(items=files, next=cursor, total=shelf.total, folders=list(shelf.folders)), headers)


@Operation(
    "POST",
    "/accounts/<account_id>/media",
    TAG,
    answer=MediaFile,
    status=201,
    query=FileToAdd,
    raw_body=BINARY,
    problems=(ProblemKind.ENTRY_BROKEN,),
)
def add_media(account_id: str, query: FileToAdd) -> MediaFile:
    """Add a picture or a video to an account: the body is the file itself.

    What it is, its content says. It never replaces another file: a name that is taken is refused.
    """
    find_account(account_id)
    stream = cast(BinaryIO, request.stream)
    return _file(services().fleet.media.add(account_id, query.name, stream, folder=query.folder))


@Operation("GET", "/accounts/<account_id>/media/file", TAG, answer_type=BINARY, query=FileToFind)
def get_media(account_id: str, query: FileToFind) -> Response:
    """Take a file away: the picture or video itself."""
    path = services().fleet.media.path(account_id, query.name)
    if path is None:
        raise _no_such(query.name)
    try:
        answer = send_file(path.resolve(), mimetype=BINARY, as_attachment=True, download_name=path.name)
    except FileNotFoundError:
        raise _no_such(query.name) from None
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@Operation(
    "DELETE",
    "/accounts/<account_id>/media/file",
    TAG,
    answer=MediaDeleted,
    query=FileToDelete,
    problems=(ProblemKind.IN_USE, ProblemKind.ENTRY_BROKEN),
)
def delete_media(account_id: str, query: FileToDelete) -> MediaDeleted:
    """Delete a file; one that is in use only by its `use_mark`."""
    media = services().fleet.media
    if media.find(account_id, query.name) is None:
        raise _no_such(query.name)
    return MediaDeleted(message=media.delete(account_id, query.name, use_mark=query.uses))


def _file(item: MediaItem) -> MediaFile:
    facts = item.facts
    measured: dict[str, Any] = {"format": None, "size": None, "width": None, "height": None}
    if facts is not None:
        measured = {"format": facts.format.name, "size": facts.size}
        measured |= {"width": facts.width or None, "height": facts.height or None}
    uses = [Use(kind=use.kind, text=use.text) for use in item.uses]
    return MediaFile(
        name=item.name, problem=item.problem, remedy=item.remedy, uses=uses, use_mark=item.use_mark, **measured
    )


def _no_such(name: str) -> Problem:
    return Problem(ProblemKind.NOT_FOUND, f"There is no such file: {name}.")
