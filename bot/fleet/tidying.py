"""Once a day, each account's database forgets what is old; in a thread of its own, so that no slot waits for it."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import timedelta

import structlog

from bot.clock import Clock, StopSignal
from bot.errors import Stopped, StorageError
from bot.fleet.aside import Aside
from bot.fleet.registry import Member, Registry
from bot.settings.home import is_there
from bot.storage.database import Database, to_moment, to_text
from bot.storage.retention import forget_old
from bot.storage.standings import Standings
from bot.storage.thinning import thin_readings

EVERY = timedelta(days=1)
REST_SECONDS = 0.05
"""Between two transactions, several times as long as one takes: a run that waits to write comes in between."""
_BUSY_SECONDS = 1.0
_TIDIED_AT = "records_tidied_at"
_log = structlog.get_logger(__name__)


class Tidying:
    """Shares the manager's lock, but only for a look at the registry; the work itself holds nobody up."""

    def __init__(self, lock: threading.RLock, registry: Registry, clock: Clock) -> None:
        self._lock = lock
        self._registry = registry
        self._clock = clock
        self._stop = StopSignal()
        self._aside = Aside(self._work, "aviary-tidying")

    def open(self, standings: Standings) -> None:
        """Begin with an open home."""
        self._standings = standings

    def look(self) -> None:
        """Begin to tidy when that is a day ago, and return at once. The ticker calls it every few minutes."""
        if not self._aside.is_busy and self._is_due():
            self._aside.begin()

    def close(self, patience_seconds: float = 10.0) -> None:
        """End the work at its next transaction, and wait for that."""
        self._stop.set("Aviary ends")
        self._aside.wait(patience_seconds)

    def tidy(self, members: Iterable[Member], keep_days: int) -> int:
        """Let each account forget what is older, one after the other; returns how many rows went.

        An account whose database cannot be used is logged and left for the next day. Raises Stopped after `close`.
        """
        return sum(self._tidy_one(member, keep_days) for member in members)

    def _work(self) -> None:
        with self._lock:
            members = list(self._registry.members.values())
            keep_days = self._registry.fleet.settings.keep_record_days
        try:
            gone = self.tidy(members, keep_days)
            self._standings.set_mark(_TIDIED_AT, to_text(self._clock.now()))
        except Stopped:
            return  # the next start goes on
        except StorageError as error:
            _log.warning("fleet has a damaged database", error=error.message)
            return
        _log.info("old records forgotten", accounts=len(members), rows=gone, older_than_days=keep_days)

    def _is_due(self) -> bool:
        try:
            last = to_moment(self._standings.mark(_TIDIED_AT))
        except StorageError as error:
            _log.warning("fleet has a damaged database", error=error.message)
            return False
        # A mark that lies ahead was made by a clock that ran ahead.
        return last is None or not timedelta(0) <= self._clock.now() - last < EVERY

    def _tidy_one(self, member: Member, keep_days: int) -> int:
        try:
            database = self._open_database(member)
            if database is None:
                return 0
            try:
                gone = forget_old(database, self._clock.now(), keep_days, self._rest)
                return gone + thin_readings(database, self._clock.now(), self._rest)
            finally:
                database.close()
        except StorageError as error:
            _log.warning("old records were not forgotten", account=member.entry.id, error=error.message)
            return 0

    def _open_database(self, member: Member) -> Database | None:
        """None for an account without one, and for one that is no more in the list.

        Such a one loses its folder any moment, which would come back with a database that is opened in it; under the
        lock none leaves the list.
        """
        with self._lock:
            self._stop.check()
            is_gone = self._registry.owner(member.entry.id, member.folder.root) is None
            if is_gone or not is_there(member.folder.metrics_db):
                return None
            return Database(member.folder.metrics_db, "account", _BUSY_SECONDS)

    def _rest(self) -> None:
        self._clock.pause(REST_SECONDS, self._stop)
