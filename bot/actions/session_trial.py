"""Log in with cookies that a person has imported, before they replace a session that could work."""

from __future__ import annotations

from bot.actions.visit import ActionResult, Visit, read_again
from bot.errors import (
    AccountLocked,
    AccountSuspended,
    ChallengeShown,
    ForeignSession,
    SessionExpired,
    SessionNotTaken,
    StorageError,
    Trouble,
)
from bot.storage.session_file import TRIAL_FILE, LoadedSession, SessionCheck, SessionFile, note_check

_SPEAKS_AGAINST_IT = (SessionExpired, ForeignSession, ChallengeShown, AccountLocked, AccountSuspended)
"""What x.com says of these very cookies. Anything else says nothing of them: they can be tried again."""
_EXPORT_AGAIN = "The present session stays. Export the cookies again, from a browser that is logged in as this account."
_TRY_AGAIN = "The present session stays. Press Check session to try the new cookies again."


def perform(visit: Visit, file: SessionFile) -> ActionResult:
    """Try the candidate of `file`; one that works as this account is its session then.

    Raises SessionNotTaken (the present one stays) and SessionFileError.
    """
    tried = file.candidate.load(visit.clock.now())
    visit.note("trying the imported cookies in a browser of their own; the present session stays meanwhile")
    try:
        owner = read_again(visit, "logging in", lambda: visit.client.log_in(tried.cookies))
    except Trouble as trouble:
        raise _refusal(visit, file, tried, trouble) from trouble
    _adopt(visit, file, tried, owner)
    visit.note(f"the imported cookies are those of @{owner}, and they work: they are the session now", "good")
    return ActionResult("session", 1)


def _adopt(visit: Visit, file: SessionFile, tried: LoadedSession, owner: str) -> None:
    now = visit.clock.now()
    try:
        session_id = file.adopt(tried, now)
    except OSError as error:
        why = f"{file.path.name} cannot be written: {error.strerror or error}"
        raise SessionNotTaken(why, remedy=StorageError.remedy) from error
    if not session_id:
        raise SessionNotTaken("Other cookies were imported while these were tried.", remedy=_TRY_AGAIN)
    note_check(visit.folder, SessionCheck(session_id, now, owner))


def _refusal(visit: Visit, file: SessionFile, tried: LoadedSession, trouble: Trouble) -> SessionNotTaken:
    if not isinstance(trouble, _SPEAKS_AGAINST_IT):
        return SessionNotTaken(f"The imported cookies could not be tried: {trouble.message}", remedy=_TRY_AGAIN)
    file.forget_candidate(tried)
    said = SessionCheck(file.present_id, visit.clock.now(), getattr(trouble, "owner", ""), trouble.message)
    note_check(visit.folder, said, TRIAL_FILE)
    return SessionNotTaken(f"The imported cookies were not taken: {trouble.message}", remedy=_EXPORT_AGAIN)
