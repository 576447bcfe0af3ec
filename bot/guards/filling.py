"""Taking in what accounts did before the guards were there: once for each, when it is first seen."""

from __future__ import annotations

from datetime import datetime

import structlog

from bot.errors import StorageError
from bot.guards.book import POSTED_WITHIN
from bot.guards.room import Guards
from bot.settings.home import AccountFolder, is_there
from bot.storage.past_work import PastWork, read_past_work

_log = structlog.get_logger(__name__)


def fill_once(guards: Guards, account_id: str, folder: AccountFolder, name: str, now: datetime) -> None:
    """Take in the account's metrics.db unless that was done; `name` is its folder as the list has it.

    A file that cannot be read is logged and tried again at the next look.
    """
    if name in guards.filled:
        return
    try:
        past = read_past_work(folder.metrics_db, now - POSTED_WITHIN) if is_there(folder.metrics_db) else PastWork()
        with guards.together():
            for text, at in past.texts.items():
                guards.texts.enter_past(account_id, text, min(at, now))
            guards.engagement.enter_past(account_id, past.people, past.posts, now)
            guards.mark_filled(name)
    except StorageError as error:
        _log.warning("the records of before could not be read", account=account_id, error=error.message)
