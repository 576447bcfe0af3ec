"""Let a person log in in a window, and make the account's session of it. Nothing else is done on x.com."""

from __future__ import annotations

from bot.actions.visit import ActionResult, Visit
from bot.errors import SessionNotTaken, StorageError
from bot.storage.sealing import SessionKeys
from bot.storage.session_file import SessionCheck, SessionFile, note_check
from bot.x.contract import LoggedIn

PATIENCE_SECONDS = 600.0
"""How long a person has for it: with a code by mail or a second factor it takes minutes."""


def perform(visit: Visit, keys: SessionKeys) -> ActionResult:
    """Wait for the log-in and keep its session, if it is the account's own.

    Raises SessionNotTaken (the session is as it was) and SessionFileError.
    """
    visit.note("a window is open: waiting for a person to log in there")
    found = visit.client.let_person_log_in(PATIENCE_SECONDS)
    if found.handle.casefold() != visit.handle.casefold():
        raise SessionNotTaken(
            f"The log-in was as @{found.handle}, and this account is @{visit.handle}: nothing was taken over.",
            remedy=f"Press “Log in in a window” again and log in as @{visit.handle}, or correct the account's handle.",
        )
    _keep(visit, keys, found)
    visit.note(f"logged in as @{found.handle} in the window; this is the account's session now", "good")
    return ActionResult("log-in", 1)


def _keep(visit: Visit, keys: SessionKeys, found: LoggedIn) -> None:
    now = visit.clock.now()
    file = SessionFile(visit.folder.root / visit.settings.account.cookies_file, keys)
    try:
        session_id = file.replace(found.cookies, now)
    except OSError as error:
        why = f"{file.path.name} cannot be written: {error.strerror or error}"
        raise SessionNotTaken(why, remedy=StorageError.remedy) from error
    note_check(visit.folder, SessionCheck(session_id, now, found.handle))
