"""Archives of accounts: made, listed, taken away, brought back."""

from __future__ import annotations

from datetime import datetime

from flask import Response, send_file, url_for
from pydantic import Field

from bot.storage.archives import ArchiveFile
from webapp.api.account_model import Account, account_of, entries_by_id, find_account
from webapp.api.contract import Operation, Record, Reply
from webapp.api.paging import Paged, part_of
from webapp.api.problems import Problem, ProblemKind
from webapp.services import services

TAG = "Archives"
ZIP = "application/zip"


class Archive(Record):
    """The zip of an account, without its session."""

    name: str
    size: int = Field(description="Bytes.")
    made_at: datetime
    account: str = Field(description="The id of the account it was made of.")
    username: str


class ArchiveList(Record):
    """Archives by name."""

    items: list[Archive]
    next: str | None


@Operation(
    "POST",
    "/accounts/<account_id>/archive",
    TAG,
    answer=Archive,
    status=201,
    problems=(ProblemKind.REFUSED, ProblemKind.ENTRY_BROKEN),
)
def archive_account(account_id: str) -> Reply:
    """Write an account into a zip; it goes on as before."""
    name = services().fleet.roster.archive(account_id)
    return Reply(_archive(_find(name)), {"Location": url_for("api.get_archive", name=name)})


@Operation("GET", "/archives", TAG, answer=ArchiveList, query=Paged)
def list_archives(query: Paged) -> Reply:
    """List the archives."""
    found = sorted(services().fleet.roster.archives(), key=lambda each: each.name)
    items, cursor, headers = part_of(
        [each for each in found if each.name > query.cursor], query.limit, lambda each: each.name
    )
    return Reply(ArchiveList(items=[_archive(each) for each in items], next=cursor), headers)


@Operation("GET", "/archives/<name>", TAG, answer=None, answer_type=ZIP)
def get_archive(name: str) -> Response:
    """Take an archive away: the zip itself."""
    _find(name)
    file = (services().fleet.roster.archive_folder / name).resolve()
    try:
        return send_file(file, mimetype=ZIP, as_attachment=True, download_name=name)
    except FileNotFoundError:
        raise _no_such(name) from None


@Operation(
    "POST",
    "/archives/<name>/restore",
    TAG,
    answer=Account,
    status=201,
    gives_mark=True,
    problems=(ProblemKind.REFUSED, ProblemKind.ENTRY_BROKEN),
)
def restore_archive(name: str) -> Reply:
    """Bring an archived account back, disabled until a person has looked at it."""
    try:
        account_id = services().fleet.roster.restore(name)
    except KeyError:
        raise _no_such(name) from None
    entry = entries_by_id().get(account_id)
    headers = {"Location": url_for("api.get_account", account_id=account_id)}
    if entry:
        headers["ETag"] = f'"{entry.mark}"'
    return Reply(account_of(find_account(account_id), entry), headers)


def _find(name: str) -> ArchiveFile:
    found = next((each for each in services().fleet.roster.archives() if each.name == name), None)
    if found is None:
        raise _no_such(name)
    return found


def _archive(file: ArchiveFile) -> Archive:
    entry = file.entry
    return Archive(
        name=file.name,
        size=file.size,
        made_at=file.made_at,
        account=str(entry.get("id") or ""),
        username=str(entry.get("username") or ""),
    )


def _no_such(name: str) -> Problem:
    return Problem(ProblemKind.NOT_FOUND, f"There is no archive “{name}”.")
