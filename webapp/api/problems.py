"""What cannot be done, as problem details (RFC 9457): its kind, in words, a remedy, and where it is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from flask import Response, current_app, json
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import (
    AviaryError,
    ChangedMeanwhile,
    MediaInUse,
    MediaRefused,
    SessionFileError,
    SettingsError,
    SettingsProblem,
    StorageError,
    ended,
)
from bot.fleet_view import StateKind
from webapp.services import services

MIMETYPE = "application/problem+json"
DOCS = "/api/docs"


class ProblemKind(Enum):
    """Each kind: its name, which is the end of its address, its status, its title, what to do."""

    NOT_READ = ("not-read", 400, "The request cannot be read", "Correct it; sent again as it is, it fails again.")
    NOT_FOUND = ("not-found", 404, "There is no such thing", "Look at the list it should be in.")
    REFUSED = ("refused", 409, "It cannot be done as things stand", "Look at the account's state, then try again.")
    CLASH = ("clash", 409, "Something else has this already", "Choose another value.")
    NOT_CONFIRMED = (
        "not-confirmed",
        409,
        "The account's handle confirms that it shall go",
        "Send the handle as the parameter confirm, or in the header Confirm-Handle.",
    )
    ENTRY_BROKEN = ("entry-broken", 409, "Its files cannot be read", "Put right what its state says first.")
    IN_USE = ("in-use", 409, "It is in use", "Take it out of use first, or say that it shall go all the same.")
    UNFIT = ("unfit", 409, "It cannot be taken like this", "Correct what “errors” names, or what “detail” says.")
    NOT_COUNTED = ("not-counted", 409, "It cannot be entered like this", "Correct what “errors” names.")
    IN_PROGRESS = (
        "in-progress",
        409,
        "This Idempotency-Key belongs to a request without an answer yet",
        "Ask again in a moment. If this stays, the first request was cut off: see what it did, then use another key.",
    )
    CHANGED = ("changed-meanwhile", 412, "Somebody else changed it meanwhile", "GET it, then make the change again.")
    MEDIA_TYPE = ("media-type", 415, "This kind of content is not taken", "Send what the reference says.")
    VALUES = ("values", 422, "A value will not do", "Correct what “errors” names.")
    KEY_REUSED = (
        "key-reused",
        422,
        "This Idempotency-Key belongs to another request",
        "Use a new key for each thing that shall be done.",
    )
    MARK_NEEDED = ("mark-needed", 428, "If-Match is missing", "Send the ETag of the state your change is made from.")
    STORAGE = ("storage", 503, "A file or database cannot be used now", "Look at the disk and the log; then try again.")

    def __init__(self, slug: str, status: int, title: str, remedy: str) -> None:
        self.slug = slug
        self.status = status
        self.title = title
        self.remedy = remedy

    @property
    def address(self) -> str:
        """Where it is explained: the `type` of the problem."""
        return f"{DOCS}#{self.slug}"


@dataclass(frozen=True)
class FieldError:
    """One value that will not do: where it stands in the body (a JSON pointer), the address, or a file."""

    detail: str
    pointer: str | None = None
    parameter: str | None = None
    file: str | None = None
    line: int | None = None
    key: str | None = None


class FieldDetails(BaseModel):
    """One value that will not do; it has those of the other fields that say where it stands."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    detail: str
    pointer: str | None = None
    """In the body: a JSON pointer (RFC 6901)."""
    parameter: str | None = None
    """In the address."""
    file: str | None = None
    line: int | None = None
    key: str | None = None


class ProblemDetails(BaseModel):
    """Problem details (RFC 9457)."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    type: str
    """What kind of problem: an address of the reference, or about:blank."""
    title: str
    status: int
    detail: str
    remedy: str | None = None
    """What to do."""
    errors: list[FieldDetails] | None = None


class Problem(Exception):
    """Ends a view with this answer."""

    def __init__(
        self, kind: ProblemKind, detail: str = "", errors: Sequence[FieldError] = (), remedy: str = ""
    ) -> None:
        super().__init__(detail or kind.title)
        self.kind = kind
        self.detail = detail or "; ".join(_told(error) for error in errors) or f"{kind.title}."
        self.errors = errors
        self.remedy = remedy or kind.remedy

    def get_response(self) -> Response:
        """The answer."""
        body: dict[str, Any] = {
            "type": self.kind.address,
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.detail,
            "remedy": self.remedy,
        }
        if self.errors:
            body["errors"] = [_known(vars(error)) for error in self.errors]
        return current_app.response_class(json.dumps(body), self.kind.status, mimetype=MIMETYPE)


def field_errors(error: ValidationError, *, in_query: bool = False, is_tagged: bool = False) -> list[FieldError]:
    """What pydantic found, each with its place. `is_tagged`: the first part of each place is which model it was."""
    found = []
    for each in error.errors(include_url=False, include_input=False):
        if each["type"].startswith("union_tag"):
            found.append(_error_of_tag(each["ctx"]))
            continue
        words = "is not known here" if each["type"] == "extra_forbidden" else _plain(each["msg"])
        if in_query:
            found.append(FieldError(words, parameter=str(each["loc"][0]) if each["loc"] else None))
        else:
            found.append(FieldError(words, pointer=pointer_of(each["loc"][1:] if is_tagged else each["loc"])))
    return found


def _error_of_tag(context: Mapping[str, Any]) -> FieldError:
    """What is wrong with the field that tells apart which body it is.

    pydantic writes its name as 'deed', and what it may be as <Deed.START: 'start'>.
    """
    place = pointer_of([context["discriminator"].strip("'")])
    known = ", ".join(re.findall(r"\w+(?='>)", context.get("expected_tags", "")))
    return FieldError(f"should be one of {known}" if known else "Field required", place)


def pointer_of(location: Sequence[str | int]) -> str:
    """The JSON pointer (RFC 6901) of a place."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in location)


def problem_of_missing(parts: Mapping[str, Any]) -> Problem | None:
    """Why an account's id leads nowhere; None when it is there and well, so that the fault is another one."""
    account_id = parts.get("account_id")
    if account_id is None:
        return None
    try:
        account = services().fleet.account_view(account_id)
    except KeyError:
        return no_such_account(account_id)
    if account.state.kind is not StateKind.BROKEN:
        return None
    return Problem(ProblemKind.ENTRY_BROKEN, account.state.reason, remedy=account.state.remedy)


def no_such_account(account_id: str) -> Problem:
    """The answer for an id that no account has."""
    return Problem(ProblemKind.NOT_FOUND, f"There is no account “{account_id}”.")


def problem_of_refusal(refused: AviaryError, body: type[BaseModel] | None) -> Problem:
    """What the engine refused, by what it is."""
    if isinstance(refused, SettingsError):
        return _problem_of_settings(refused, body)
    kinds: dict[type[AviaryError], ProblemKind] = {
        ChangedMeanwhile: ProblemKind.CHANGED,
        MediaInUse: ProblemKind.IN_USE,
        MediaRefused: ProblemKind.VALUES,
        SessionFileError: ProblemKind.VALUES,
        StorageError: ProblemKind.STORAGE,
    }
    kind = next((kind for error, kind in kinds.items() if isinstance(refused, error)), ProblemKind.REFUSED)
    return Problem(kind, ended(refused.message), remedy=refused.remedy)


def _problem_of_settings(refused: SettingsError, body: type[BaseModel] | None) -> Problem:
    """Values of the request are told by their field, too; what was wrong in the file before is no fault of it."""
    fields = body.model_fields if body is not None else {}
    errors = [_error_of(problem, fields) for problem in refused.problems]
    is_of_request = any(error.pointer is not None for error in errors)
    kind = ProblemKind.VALUES if is_of_request else ProblemKind.ENTRY_BROKEN
    return Problem(kind, ended(refused.message), errors, "" if is_of_request else refused.remedy)


def _error_of(problem: SettingsProblem, fields: Mapping[str, Any]) -> FieldError:
    """The field is the first part of the key that the request has: accounts.3.username is /username."""
    parts = problem.key.split(".")
    place = next((number for number, part in enumerate(parts) if part in fields), None)
    pointer = pointer_of(parts[place:]) if place is not None else None
    return FieldError(problem.message, pointer, None, problem.place, problem.line or None, problem.key or None)


def _told(error: FieldError) -> str:
    place = error.parameter or error.pointer or error.key
    return f"{place}: {error.detail}" if place else error.detail


def _plain(message: str) -> str:
    return message.removeprefix("Value error, ").replace("Input should", "should", 1).strip()


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
