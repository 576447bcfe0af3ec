"""What could not be entered into an account's record, kept until it can: a full disk or a locked file loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

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
    since: float  # monotonic seconds
    next_try: float


class Backlog:
    """Entries in their order per account. Not safe for threads: the manager holds its lock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: list[_Entry] = []

    def enter(self, account_id: str, enter: Callable[[], None]) -> None:
        """Do `enter` now; when that raises StorageError, do it again every half minute, for a day."""
        now = self._clock.monotonic()
        try:
            enter()
        except StorageError as error:
            _log.error("record could not be written; it is tried again", account=account_id, error=error.message)
            self._entries.append(_Entry(account_id, enter, now, now + _AGAIN_AFTER))

    def try_again(self) -> None:
        """Do what is due for another try."""
        now = self._clock.monotonic()
        due = [entry for entry in self._entries if entry.next_try <= now]
        for entry in due:
            if self._is_settled(entry, now):
                self._entries.remove(entry)

    @staticmethod
    def _is_settled(entry: _Entry, now: float) -> bool:
        """Whether it was entered, or is given up."""
        try:
            entry.enter()
        except StorageError as error:
            entry.next_try = now + _AGAIN_AFTER
            if now - entry.since < _GIVEN_UP_AFTER:
                return False
            _log.error("record could not be written for a day; given up", account=entry.account_id, error=error.message)
        return True
