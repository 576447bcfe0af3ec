"""Backups of everything: made, listed, taken away, deleted, put back."""

from __future__ import annotations

from datetime import datetime

from flask import Response, send_file, url_for
from pydantic import Field

from bot.backups_view import Backups, BackupView, Fate
from bot.fleet_view import Refusal
from webapp.api.contract import Body, Operation, Query, Record, Reply
from webapp.api.paging import Paged, part_of
from webapp.api.problems import Problem, ProblemKind
from webapp.services import services

TAG = "Backups"
ZIP = "application/zip"


class Backup(Record):
    """The zip of a home: its settings and all its accounts."""

    name: str
    kind: str = Field(description="scheduled, by-hand, before-restore; empty for a file that somebody put there.")
    made_at: datetime
    size: int = Field(description="Bytes.")
    files: int
    accounts: list[str] = Field(description="Ids.")
    left_out: list[str] = Field(description="What is not in it, in words.")
    damaged: list[str] = Field(description="Databases that were damaged, and lie in it as they were.")


class BackupList(Record):
    """Backups by name."""

    items: list[Backup]
    next: str | None


class BackupWork(Record):
    """What is being done with backups, or was done last."""

    what: str
    is_running: bool
    step: str = Field(description="packing, checking, unpacking; empty before the first and after the last.")
    percent: int
    done: str
    trouble: str


class RestoredAccount(Record):
    """What a restore does to one account."""

    id: str
    fate: Fate
    why: str
    new_files: int
    changed_files: int
    same_files: int


class Restore(Record):
    """What a restore would change."""

    backup: str
    version: int
    accounts: list[RestoredAccount]
    settings: list[str]


class WhichAccount(Query):
    """All of a backup, or one account."""

    account: str = Field(default="", max_length=64, description="The id of one account; all without it.")


class WantedRestore(Body):
    """All of a backup, or one account."""

    account: str = Field(default="", max_length=64, description="The id of one account; all without it.")


@Operation("GET", "/backups", TAG, answer=BackupList, query=Paged)
def list_backups(query: Paged) -> Reply:
    """List the backups."""
    found = sorted(_room().all(), key=lambda each: each.name)
    rest = [each for each in found if each.name > query.cursor]
    items, cursor, headers = part_of(rest, query.limit, lambda each: each.name)
    return Reply(BackupList(items=[_backup(each) for each in items], next=cursor), headers)


@Operation("POST", "/backups", TAG, answer=BackupWork, status=202, problems=(ProblemKind.REFUSED,))
def make_backup() -> Reply:
    """Begin to make a backup; its address says how far it is."""
    return _begun(_room().begin())


@Operation("GET", "/backup-work", TAG, answer=BackupWork)
def get_backup_work() -> Reply:
    """How far the making or restoring of a backup is, or how the last ended."""
    return Reply(_work())


@Operation("GET", "/backups/<name>", TAG, answer=None, answer_type=ZIP)
def get_backup(name: str) -> Response:
    """Take a backup away: the zip itself."""
    _find(name)
    try:
        return send_file((_room().folder / name).resolve(), mimetype=ZIP, as_attachment=True, download_name=name)
    except FileNotFoundError:
        raise _no_such(name) from None


@Operation("DELETE", "/backups/<name>", TAG, answer=BackupList, problems=(ProblemKind.REFUSED,))
def delete_backup(name: str) -> Reply:
    """Delete a backup; answers with those that are left."""
    _find(name)
    _room().delete(name)
    return Reply(BackupList(items=[_backup(each) for each in _room().all()], next=None))


@Operation("GET", "/backups/<name>/restore", TAG, answer=Restore, query=WhichAccount, problems=(ProblemKind.REFUSED,))
def preview_restore(name: str, query: WhichAccount) -> Reply:
    """Say what a restore would change; nothing is."""
    _find(name)
    seen = _room().preview(name, query.account)
    accounts = [
        RestoredAccount(
            id=each.id,
            fate=each.fate,
            why=each.why,
            new_files=each.new_files,
            changed_files=each.changed_files,
            same_files=each.same_files,
        )
        for each in seen.accounts
    ]
    return Reply(Restore(backup=name, version=seen.version, accounts=accounts, settings=list(seen.settings)))


@Operation(
    "POST",
    "/backups/<name>/restore",
    TAG,
    answer=BackupWork,
    status=202,
    body=WantedRestore,
    problems=(ProblemKind.REFUSED,),
)
def restore_backup(name: str, body: WantedRestore) -> Reply:
    """Begin to put a backup back. Each restored account waits until a person resumes it."""
    _find(name)
    return _begun(_room().begin_restore(name, body.account))


def _begun(line: str) -> Reply:
    if isinstance(line, Refusal):
        raise Problem(ProblemKind.REFUSED, line)
    return Reply(_work(), {"Location": url_for("api.get_backup_work")})


def _work() -> BackupWork:
    work = _room().work
    if work is None:
        return BackupWork(what="", is_running=False, step="", percent=0, done="", trouble="")
    step = work.progress.step if work.progress and work.is_running else ""
    return BackupWork(
        what=work.what,
        is_running=work.is_running,
        step=step,
        percent=work.percent,
        done=work.done,
        trouble=work.trouble,
    )


def _room() -> Backups:
    return services().fleet.backups


def _find(name: str) -> BackupView:
    try:
        return _room().find(name)
    except KeyError:
        raise _no_such(name) from None


def _backup(each: BackupView) -> Backup:
    return Backup(
        name=each.name,
        kind=each.kind,
        made_at=each.made_at,
        size=each.size,
        files=each.files,
        accounts=list(each.accounts),
        left_out=list(each.left_out),
        damaged=list(each.damaged),
    )


def _no_such(name: str) -> Problem:
    return Problem(ProblemKind.NOT_FOUND, f"There is no backup “{name}”.")
