"""The permits of a simulation: the limiter's own windows over what was taken, and what would be, in memory."""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.clock import Clock
from bot.errors import LimitReached
from bot.storage.permits import Share, Window, microseconds, refuse_when_full

_A_DAY = 86400 * 1_000_000


class PermitsAhead:
    """What `Permits` is to the engine. Not safe for threads.

    `taken` are the permits there are: account, action, Unix microseconds.
    """

    def __init__(self, taken: Iterable[tuple[str, str, int]], clock: Clock) -> None:
        self._clock = clock
        self._of_account: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        self._of_all: defaultdict[str, list[int]] = defaultdict(list)
        self._any: defaultdict[str, list[int]] = defaultdict(list)
        for account_id, action, at in taken:
            self._enter(account_id, action, at)

    def refuse_when_full(self, account_id: str, action: str, windows: Sequence[Window], at: datetime) -> None:
        """Raise LimitReached, as the limiter would at that moment."""
        moment = microseconds(at)
        if any(self._room(account_id, action, window, moment) <= 0 for window in windows):
            refuse_when_full(self, account_id, action, windows, moment)

    def frees_at(self, account_id: str, action: str, windows: Sequence[Window]) -> datetime | None:
        """When the next permit frees; None when one is free now. Takes none."""
        try:
            self.refuse_when_full(account_id, action, windows, self._clock.now())
        except LimitReached as limit:
            return limit.free_at
        return None

    def take_at(self, account_id: str, action: str, windows: Sequence[Window], at: datetime) -> None:
        """Take one at `at`. Raises LimitReached."""
        self.refuse_when_full(account_id, action, windows, at)
        self._enter(account_id, action, microseconds(at))

    def take_some_at(self, account_id: str, action: str, windows: Sequence[Window], at: datetime, wanted: int) -> int:
        """Take up to `wanted` at `at`, as many as the windows have room for; returns how many."""
        moment = microseconds(at)
        number = max(0, min([wanted, *(self._room(account_id, action, window, moment) for window in windows)]))
        for _ in range(number):
            self._enter(account_id, action, moment)
        return number

    def share(self, account_id: str) -> Share:
        """What the account got lately."""
        times = self._any[account_id]
        number = len(times) - bisect.bisect_right(times, microseconds(self._clock.now()) - _A_DAY)
        return (number, times[-1]) if number else (0, 0)

    def nth_newest(self, action: str, account_id: str | None, after: int, latest: int, nth: int) -> int | None:
        """As `Taken` promises."""
        times = self._of_all[action] if account_id is None else self._of_account[account_id, action]
        place = (len(times) if not times or times[-1] <= latest else bisect.bisect_right(times, latest)) - nth
        return times[place] if place >= 0 and times[place] > after else None

    def _room(self, account_id: str, action: str, window: Window, at: int) -> int:
        """How many more the window takes; for a gap that is 0 also where only a closer look says that one may go."""
        times = self._of_all[action] if window.fleet else self._of_account[account_id, action]
        since = at - round(window.seconds * 1_000_000)
        if not times or times[-1] <= since:
            return window.limit
        return window.limit - len(times) + bisect.bisect_right(times, since)

    def _enter(self, account_id: str, action: str, at: int) -> None:
        for times in (self._of_account[account_id, action], self._of_all[action], self._any[account_id]):
            bisect.insort(times, at)
