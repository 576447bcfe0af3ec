"""Former states of the files that people write: listed, compared with the present one, put back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import request
from pydantic import Field

from bot.errors import SettingsError
from bot.files_view import AccountFile
from bot.storage.kept_files import FileVersion
from webapp.api.account_model import find_account
from webapp.api.contract import Operation, Record, Reply
from webapp.api.files import ConfigFile, asked_mark, told
from webapp.api.problems import Problem, ProblemKind
from webapp.files.page import differences
from webapp.services import services

TAG = "Files"
_FILE = f"<any({', '.join(AccountFile)}):name>"
_LIST = "/accounts-file/versions"


class Version(Record):
    """A former state of a file."""

    id: str
    replaced_at: datetime
    size: int = Field(description="Bytes.")


class VersionList(Record):
    """Former states, newest first; the last 20 are kept."""

    items: list[Version]


class VersionText(Version):
    """A former state with its text."""

    text: str
    difference: str = Field(
        description="From it to the file as it is now, as a unified diff; empty where both are the same."
    )
    problems: list[str] = Field(description="Why it cannot be put back; empty when it can.")


class ListRestored(Record):
    """accounts.yaml after a former state was put back."""

    text: str


@Operation(
    "GET",
    f"/accounts/<account_id>/files/{_FILE}/versions",
    TAG,
    answer=VersionList,
    problems=(ProblemKind.ENTRY_BROKEN,),
)
def list_file_versions(account_id: str, name: str) -> VersionList:
    """List the former states of a file of an account."""
    found = services().fleet.files.versions(account_id, AccountFile(name))
    return VersionList(items=[Version(**_values(each)) for each in found])


@Operation(
    "GET",
    f"/accounts/<account_id>/files/{_FILE}/versions/<version>",
    TAG,
    answer=VersionText,
    gives_mark=True,
    problems=(ProblemKind.ENTRY_BROKEN,),
)
def get_file_version(account_id: str, name: str, version: str) -> Reply:
    """Compare a former state of a file with the present one.

    The ETag is that of the present file, which restore asks for.
    """
    files, file = services().fleet.files, AccountFile(name)
    now = files.read(account_id, file)
    chosen = _find(files.versions(account_id, file), version)
    former = files.version(account_id, file, version)
    problems = [str(problem) for problem in former.problems]
    record = VersionText(
        **_values(chosen), text=former.text, difference=_difference(former.text, now.text), problems=problems
    )
    return Reply(record, {"ETag": f'"{now.mark}"'} if now.mark else {})


@Operation(
    "POST",
    f"/accounts/<account_id>/files/{_FILE}/versions/<version>/restore",
    TAG,
    answer=ConfigFile,
    takes_mark="required",
    gives_mark=True,
    problems=(ProblemKind.REFUSED, ProblemKind.ENTRY_BROKEN),
)
def restore_file_version(account_id: str, name: str, version: str) -> Reply:
    """Put a former state of a file back.

    Needs If-Match with the ETag of the present file. The present state is kept, too. A state that was broken then is
    refused.
    """
    files, file = services().fleet.files, AccountFile(name)
    now = files.read(account_id, file)
    _find(files.versions(account_id, file), version)
    try:
        return told(account_id, files.restore(account_id, file, version, asked_mark(now)))
    except SettingsError as broken:
        find_account(account_id)
        raise Problem(ProblemKind.REFUSED, f"It was broken then: {broken.message}") from broken


@Operation("GET", _LIST, TAG, answer=VersionList)
def list_list_versions() -> VersionList:
    """List the former states of accounts.yaml."""
    return VersionList(items=[Version(**_values(each)) for each in services().fleet.roster.versions()])


@Operation("GET", f"{_LIST}/<version>", TAG, answer=VersionText, gives_mark=True, problems=(ProblemKind.ENTRY_BROKEN,))
def get_list_version(version: str) -> Reply:
    """Compare a former state of accounts.yaml with the present one.

    The ETag is that of the present file, which restore asks for. Logins of proxies are struck out.
    """
    roster = services().fleet.roster
    chosen = _find(roster.versions(), version)
    former, (now, mark) = roster.version(version), roster.read_list()
    difference = _difference(former, now)
    record = VersionText(**_values(chosen), text=former, difference=difference, problems=[])
    return Reply(record, {"ETag": f'"{mark}"'})


@Operation(
    "POST",
    f"{_LIST}/<version>/restore",
    TAG,
    answer=ListRestored,
    takes_mark="required",
    gives_mark=True,
    problems=(ProblemKind.REFUSED, ProblemKind.ENTRY_BROKEN),
)
def restore_list_version(version: str) -> Reply:
    """Put a former state of accounts.yaml back.

    Needs If-Match with the ETag of the present file, which is kept, too. Folders of accounts are not touched.
    """
    roster = services().fleet.roster
    _find(roster.versions(), version)
    _, mark = roster.read_list()
    if not request.if_match.contains(mark):
        raise Problem(ProblemKind.CHANGED)
    roster.restore_version(version, mark)
    text, mark = roster.read_list()
    return Reply(ListRestored(text=text), {"ETag": f'"{mark}"'})


def _find(versions: list[FileVersion], version: str) -> FileVersion:
    found = next((each for each in versions if each.id == version), None)
    if found is None:
        raise Problem(ProblemKind.NOT_FOUND, f"There is no former state “{version}” of this file any more.")
    return found


def _values(version: FileVersion) -> dict[str, Any]:
    return {"id": version.id, "replaced_at": version.replaced_at, "size": version.size}


def _difference(former: str, now: str) -> str:
    return "\n".join(differences(former, now))
