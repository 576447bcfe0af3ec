"""The session of an account: how it stands, and cookies in. No value of a cookie ever comes out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from bot.sessions import SessionView
from bot.storage.cookies import MOST_BYTES
from bot.storage.session_file import SessionCheck
from webapp.api.account_model import find_account
from webapp.api.contract import Body, Operation, Record
from webapp.api.problems import ProblemKind
from webapp.api.work import Done, done
from webapp.services import services

TAG = "Session"


class CookieRecord(Record):
    """A cookie, without its value."""

    name: str
    is_needed: bool
    is_there: bool
    ends: datetime | None = Field(description="null while it is not there, or when the export names no date.")


class Check(Record):
    """What x.com said when the session was last used."""

    at: datetime
    handle: str = Field(description="Whose it is; empty when x.com did not take it.")
    problem: str


class Session(Record):
    """The session of an account, as far as it can be told without asking x.com."""

    account: str
    is_there: bool
    is_sealed: bool = Field(description="Whether it is encrypted at rest.")
    problem: str = Field(description="Why it cannot work; empty when nothing here speaks against it.")
    remedy: str
    cookies: list[CookieRecord]
    ends: datetime | None
    days_left: int | None
    saved_at: datetime | None
    check: Check | None
    is_tried: bool = Field(description="Whether imported cookies wait for a log-in that decides if they replace it.")
    refused: Check | None = Field(description="What x.com said of cookies that were tried since, and not taken.")


class CookiesToPut(Body):
    """An export of cookies, in any format that the page Session takes."""

    cookies: Annotated[str, Field(min_length=1, max_length=MOST_BYTES, description="The export, as one text.")]
    anyway: bool = Field(False, description="Replace the present session although something speaks against it.")


class Replaced(Record):
    """What was taken in."""

    message: str
    session: Session


@Operation("GET", "/accounts/<account_id>/session", TAG, answer=Session, problems=(ProblemKind.ENTRY_BROKEN,))
def get_session(account_id: str) -> Session:
    """Look how the session of an account stands."""
    return _session_of(account_id, services().fleet.sessions.look(account_id))


@Operation(
    "PUT",
    "/accounts/<account_id>/cookies",
    TAG,
    answer=Replaced,
    body=CookiesToPut,
    problems=(ProblemKind.REFUSED, ProblemKind.ENTRY_BROKEN),
)
def put_cookies(account_id: str, body: CookiesToPut) -> Replaced:
    """Replace the session of an account by an export of cookies.

    They are never shown again. Where nothing speaks against the present session, a run logs in with the new cookies
    first, and they replace it only when they work and are the account's own. What speaks against them, such as that
    the present session lasts longer, is told and refused. `anyway` replaces it at once, all the same.
    """
    sessions = services().fleet.sessions
    message = sessions.take(account_id, body.cookies.encode("utf-8"), anyway=body.anyway)
    return Replaced(message=message, session=_session_of(account_id, sessions.look(account_id)))


@Operation(
    "POST",
    "/accounts/<account_id>/session/check",
    TAG,
    answer=Done,
    status=202,
    problems=(ProblemKind.REFUSED, ProblemKind.ENTRY_BROKEN),
)
def check_session(account_id: str) -> Done:
    """Have a run log in with the session, to see whose it is."""
    return done(account_id, services().fleet.check_session(account_id))


@Operation(
    "POST",
    "/accounts/<account_id>/session/log-in",
    TAG,
    answer=Done,
    status=202,
    problems=(ProblemKind.REFUSED, ProblemKind.ENTRY_BROKEN),
)
def log_in_in_window(account_id: str) -> Done:
    """Open a window, on the machine that Aviary runs on, in which a person logs in to x.com.

    The session is made of what that log-in gives, if it is the account's own. Refused where there is no screen.
    """
    return done(account_id, services().fleet.log_in_in_window(account_id))


@Operation(
    "POST",
    "/accounts/<account_id>/session/log-in/cancel",
    TAG,
    answer=Done,
    problems=(ProblemKind.REFUSED, ProblemKind.ENTRY_BROKEN),
)
def cancel_log_in(account_id: str) -> Done:
    """Close that window; the session is as it was."""
    return done(account_id, services().fleet.cancel_log_in(account_id))


def _session_of(account_id: str, view: SessionView) -> Session:
    find_account(account_id)
    return Session(
        account=account_id,
        is_there=view.is_there,
        is_sealed=view.is_sealed,
        problem=view.problem,
        remedy=view.remedy,
        cookies=[
            CookieRecord(name=each.name, is_needed=each.is_needed, is_there=each.is_there, ends=each.ends)
            for each in view.cookies
        ],
        ends=view.ends,
        days_left=view.days_left,
        saved_at=view.saved_at,
        check=_check_of(view.check),
        is_tried=view.has_candidate,
        refused=_check_of(view.refused),
    )


def _check_of(check: SessionCheck | None) -> Check | None:
    return Check(at=check.at, handle=check.handle, problem=check.problem) if check else None
