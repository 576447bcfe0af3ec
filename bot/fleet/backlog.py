"""What could not be entered into an account's record, kept until it can: a full disk or a locked file loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.errors import StorageError

_AGAIN_AFTER = timedelta(seconds=30).total_seconds()
_GIVEN_UP_AFTER = timedelta(days=1).total_seconds()
_log = structlog.get_logger(__name__)


@dataclass
class _Entry:
    account_id: str
    enter: Callable[[], None]
    slot_at: datetime | None
    since: float  # monotonic seconds
    next_try: float


class Backlog:
    """Entries in their order. Not safe for threads: the manager holds its lock.

    Whatever one entry raises, the others are tried: one account must never stop the rest.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: list[_Entry] = []

    @property
    def oldest_slot(self) -> datetime | None:
        """When the oldest slot that is not entered yet was planned; None when all are."""
        return min((entry.slot_at for entry in self._entries if entry.slot_at is not None), default=None)

    def enter(self, account_id: str, enter: Callable[[], None], slot_at: datetime | None = None) -> None:
        """Do `enter` now; when that raises StorageError, do it again every half minute, for a day.

        `slot_at` is the planned time of the slot that it enters, if it does.
        """
        now = self._clock.monotonic()
        entry = _Entry(account_id, enter, slot_at, now, now + _AGAIN_AFTER)
        if not _try(entry, "record could not be written; it is tried again"):
            self._entries.append(entry)

    def try_again(self) -> None:
        """Do what is due for another try."""
        now = self._clock.monotonic()
        for entry in [entry for entry in self._entries if entry.next_try <= now]:
            entry.next_try = now + _AGAIN_AFTER
            is_given_up = now - entry.since >= _GIVEN_UP_AFTER
            if _try(entry, "record could not be written for a day; given up" if is_given_up else "") or is_given_up:
                self._entries.remove(entry)


def _try(entry: _Entry, words: str) -> bool:
    """Whether there is nothing left to do for the entry. `words` are logged when there is."""
    try:
        entry.enter()
    except StorageError as error:
        if words:
            _log.error(words, account=entry.account_id, error=error.message)
        return False
    except Exception:  # noqa: BLE001  logged whole; it would raise the same again, and the others must go on
        _log.exception("record could not be made; given up", account=entry.account_id)
    return True
