"""The numbers of all accounts: their databases are read when they changed, and kept in memory as columns."""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import structlog

from bot.analytics.account_data import NOTHING, AccountData, localize
from bot.analytics.comparing import Comparison, Side, compare
from bot.analytics.gathering import Member
from bot.analytics.periods import Span
from bot.analytics.report import Report
from bot.clock import Clock
from bot.errors import StorageError
from bot.settings.home import is_there
from bot.storage.analytics import read_columns
from bot.storage.database import Database, database_stamp

_BUSY_SECONDS = 1.0
_LARGEST = 128 * 2**20  # bytes: the last 70 days of 2,000 accounts with ten posts a day, or 400 days of 400
_REACHES = (70, 200)
"""Days: what the presets and the days before them need. What is asked beyond is read to its beginning."""
_SLACK = timedelta(days=2)  # between UTC and any account's dates
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Place:
    """Where the numbers of one account lie, and on which clock its days are."""

    name: str
    file: Path
    zone: str


@dataclass(frozen=True)
class _Kept:
    state: tuple[object, ...]
    zone: str
    since: datetime
    data: AccountData


class Analytics:
    """Reports on some of the accounts that `places` tells of. Safe for threads."""

    def __init__(self, places: Callable[[], Mapping[str, Place]], clock: Clock, largest: int = _LARGEST) -> None:
        self._places = places
        self._clock = clock
        self._largest = largest
        self._lock = threading.Lock()
        self._kept: OrderedDict[Path, _Kept] = OrderedDict()
        self._size = 0
        self.was_asked = False
        """Whether anybody has looked at numbers yet."""

    def read_ahead(self) -> None:
        """Read what all presets of the pages need, as long as half of the room is free."""
        since = self._since(_REACHES[-1])
        for place in self._places().values():
            if self._size > self._largest // 2:
                return
            with contextlib.suppress(StorageError):  # who looks at the account is told
                self._data(place, since)

    def report(self, account_ids: Iterable[str], span: Span) -> Report:
        """The numbers of these accounts together."""
        members, unread = self._members(account_ids, span)
        return Report(members, span, unread)

    def compare(self, sides: Sequence[tuple[str, Sequence[str]]], span: Span) -> Comparison:
        """Several accounts or groups, each a name with its account ids. Raises ValueError for too many."""
        return compare([Side(name, *self._members(ids, span)) for name, ids in sides], span)

    def _members(self, account_ids: Iterable[str], span: Span) -> tuple[list[Member], list[str]]:
        """The accounts, and the names of those that `places` does not tell of or whose database cannot be read."""
        self.was_asked = True
        places, members, unread = self._places(), [], []
        since = self._reach(span.before.first)
        for account_id in dict.fromkeys(account_ids):
            place = places.get(account_id)
            if place is None:
                unread.append(account_id)
                continue
            try:
                members.append(Member(account_id, place.name, self._data(place, since)))
            except StorageError as error:
                _log.warning("numbers of an account cannot be read", account=account_id, error=error.message)
                unread.append(place.name)
        return members, unread

    def _reach(self, first: date) -> datetime:
        """How far back is read: as far as asked, and so far that pages with other presets find it read."""
        asked = datetime.combine(first, time(), UTC) - _SLACK
        for days in _REACHES:
            since = self._since(days)
            if since <= asked:
                return since
        return _LONG_AGO

    def _since(self, days: int) -> datetime:
        return datetime.combine(self._clock.now().date(), time(), UTC) - timedelta(days=days)

    def _data(self, place: Place, since: datetime) -> AccountData:
        """Raises StorageError."""
        state = database_stamp(place.file)  # before it is read: what changes meanwhile is read again the next time
        with self._lock:
            kept = self._kept.get(place.file)
            if kept and kept.state == state and kept.zone == place.zone and kept.since <= since:
                self._kept.move_to_end(place.file)
                return kept.data
        found = _Kept(state, place.zone, since, _read(place, since))
        self._keep(place.file, found)
        return found.data

    def _keep(self, file: Path, found: _Kept) -> None:
        with self._lock:
            former = self._kept.pop(file, None)
            self._size += found.data.size - (former.data.size if former else 0)
            self._kept[file] = found
            while self._size > self._largest and len(self._kept) > 1:
                _, oldest = self._kept.popitem(last=False)
                self._size -= oldest.data.size


def _read(place: Place, since: datetime) -> AccountData:
    if not is_there(place.file):
        return NOTHING  # a new account: its database is made with its first run
    database = Database(place.file, "account", _BUSY_SECONDS)
    try:
        return localize(read_columns(database, since), place.zone)
    finally:
        database.close()
