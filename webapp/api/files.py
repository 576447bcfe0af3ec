"""The YAML files that people write for an account: settings, keywords, templates."""

from __future__ import annotations

from typing import Annotated

from flask import request
from pydantic import Field

from bot.errors import SettingsError, SettingsProblem
from bot.files_view import AccountFile, FileState
from bot.settings.yaml_reading import MAX_BYTES
from webapp.api.account_model import find_account
from webapp.api.contract import Body, Operation, Record, Reply
from webapp.api.problems import FieldError, Problem, ProblemKind
from webapp.services import services

TAG = "Files"
_FILE = f"<any({', '.join(AccountFile)}):name>"


class Remark(Record):
    """One thing in a file that is wrong, or looks so. Lines count from 1; null is unknown."""

    detail: str
    line: int | None
    key: str | None


class ConfigFile(Record):
    """A file of an account."""

    account: str
    file: AccountFile
    text: str = Field(description="YAML, as it is written; empty where there is none.")
    problems: list[Remark] = Field(description="Why it cannot be used; empty when it can.")
    hints: list[Remark] = Field(description="Keys that look misspelled; they stop nothing.")


class TextToPut(Body):
    """What the file shall say."""

    text: Annotated[str, Field(max_length=MAX_BYTES, description="YAML. It is checked before anything is written.")]


@Operation(
    "GET",
    f"/accounts/<account_id>/files/{_FILE}",
    TAG,
    answer=ConfigFile,
    gives_mark=True,
    problems=(ProblemKind.ENTRY_BROKEN,),
)
def get_file(account_id: str, name: str) -> Reply:
    """Read a file of an account, also one that is broken."""
    return told(account_id, services().fleet.files.read(account_id, AccountFile(name)))


@Operation(
    "PUT",
    f"/accounts/<account_id>/files/{_FILE}",
    TAG,
    answer=ConfigFile,
    body=TextToPut,
    takes_mark="required",
    gives_mark=True,
    problems=(ProblemKind.ENTRY_BROKEN,),
)
def put_file(account_id: str, name: str, body: TextToPut) -> Reply:
    """Write a file of an account.

    Text with mistakes is refused with file, line and key of each, and nothing is written. Needs If-Match with the ETag
    it was read with (or * to write it whatever others did). The former state is kept.
    """
    file = AccountFile(name)
    mark = asked_mark(services().fleet.files.read(account_id, file))
    try:
        return told(account_id, services().fleet.files.save(account_id, file, body.text, mark))
    except SettingsError as refused:
        raise Problem(ProblemKind.VALUES, "", [_mistake(problem) for problem in refused.problems]) from refused


def asked_mark(state: FileState) -> str:
    """The mark of the state, if it is the one that If-Match stands for. Raises Problem."""
    if "If-Match" in request.headers and not request.if_match.contains(state.mark):
        raise Problem(ProblemKind.CHANGED)
    return state.mark


def told(account_id: str, state: FileState) -> Reply:
    """The file, and the mark of its state."""
    find_account(account_id)
    record = ConfigFile(
        account=account_id,
        file=state.file,
        text=state.text,
        problems=[_remark(problem) for problem in state.problems],
        hints=[_remark(hint) for hint in state.hints],
    )
    return Reply(record, {"ETag": f'"{state.mark}"'} if state.mark else {})


def _remark(problem: SettingsProblem) -> Remark:
    return Remark(detail=problem.message, line=problem.line or None, key=problem.key or None)


def _mistake(problem: SettingsProblem) -> FieldError:
    return FieldError(problem.message, "/text", None, problem.place, problem.line or None, problem.key or None)
