"""Who works next: due runs, each in its turn, one per account, as many as there are seats."""

from __future__ import annotations

import bisect
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from bot.fleet_view import Trigger
from bot.storage.permits import Share


@dataclass(frozen=True, order=True)
class QueuedRun:
    """A run that waits for a seat. Its number is one of the database in `root`, the account's folder at that time."""

    planned_at: datetime
    account_id: str
    run_id: int
    slot: str
    trigger: Trigger
    root: Path = field(compare=False)
    not_before: datetime | None = field(default=None, compare=False)  # it hit a limit and goes on then
    reason: str = field(default="", compare=False)  # why it rests until then
    began_at: datetime | None = field(default=None, compare=False)  # when it had its first seat

    def is_due(self, now: datetime) -> bool:
        """Whether it may take a seat at `now`."""
        return self.planned_at <= now and (self.not_before is None or self.not_before <= now)


_ONE_TIME = datetime(1970, 1, 1, tzinfo=UTC)
"""Among runs that rested the planned time does not count."""


def _equal(_account_id: str) -> Share:
    return (0, 0)


class RunQueue:
    """Runs waiting and working. Safe for threads.

    Neither an account nor a folder works twice at once: an account may be renamed while it works.

    What waited for a permit goes first, the account that got the smallest share lately before the others: so none
    starves under a limit. The rest goes in order of planned time, and of one time again by share.
    """

    def __init__(self, seats: int) -> None:
        self.share_of: Callable[[str], Share] = _equal
        """What an account got lately of what is limited."""
        self._lock = threading.Condition()
        self._waiting: list[QueuedRun] = []
        self._working: dict[Path, QueuedRun] = {}
        self.seats = seats

    def add(self, run: QueuedRun) -> None:
        with self._lock:
            bisect.insort(self._waiting, run)

    def take(self, now: datetime, slots: Collection[str] = ()) -> QueuedRun | None:
        """Give the free seat to the due run (of `slots`, if given) whose turn it is and whose account is not working.

        None without a seat or such a run.
        """
        with self._lock:
            if len(self._working) >= self.seats:
                return None
            first = self._first_in_line(now, slots)
            if not first:
                return None
            run = min(first, key=self._turn)
            del self._waiting[bisect.bisect_left(self._waiting, run)]
            run = run if run.began_at is not None else replace(run, began_at=now)
            self._working[run.root] = run
            return run

    def _first_in_line(self, now: datetime, slots: Collection[str]) -> list[QueuedRun]:
        """Those that rested and may go on, else those of the earliest planned time: among them shares decide."""
        rested: list[QueuedRun] = []
        earliest: list[QueuedRun] = []
        working = {run.account_id for run in self._working.values()}
        for run in self._waiting:  # in order of planned time
            if run.planned_at > now:
                break
            if run.not_before is None and earliest and run.planned_at > earliest[0].planned_at:
                continue
            if run.account_id in working or run.root in self._working or (slots and run.slot not in slots):
                continue
            if run.not_before is None:
                earliest.append(run)
            elif run.not_before <= now:
                rested.append(run)
        return rested or earliest

    def _works(self, account_id: str) -> bool:
        return any(run.account_id == account_id for run in self._working.values())

    def _turn(self, run: QueuedRun) -> tuple[bool, datetime, Share, QueuedRun]:
        """The smallest goes first."""
        rested = run.not_before is not None
        return (not rested, _ONE_TIME if rested else run.planned_at, self.share_of(run.account_id), run)

    def leave(self, run: QueuedRun) -> None:
        """The run has ended: its seat is free."""
        with self._lock:
            self._working.pop(run.root, None)
            self._lock.notify_all()

    def wait_until_idle(self, now: Callable[[], datetime], seconds: float) -> bool:
        """Wait until nothing works and nothing due waits; False when that took longer than `seconds`."""

        def is_idle() -> bool:
            return not self._working and not any(run.is_due(now()) for run in self._waiting)

        with self._lock:
            return self._lock.wait_for(is_idle, seconds)

    def wait_until_free(self, account_id: str, seconds: float) -> bool:
        """Wait until the account does not work; False when that took longer than `seconds`."""
        with self._lock:
            return self._lock.wait_for(lambda: not self._works(account_id), seconds)

    def withdraw(self, account_id: str, slot: str = "") -> list[QueuedRun]:
        """Take the account's waiting runs (of `slot`, if given) out of the queue."""
        with self._lock:
            gone = [run for run in self._waiting if run.account_id == account_id and slot in ("", run.slot)]
            self._waiting = [run for run in self._waiting if run not in gone]
            return gone

    def is_working(self, account_id: str, slot: str = "") -> bool:
        """Whether a run of the account (of `slot`, if given) has a seat."""
        with self._lock:
            own = (run for run in self._working.values() if run.account_id == account_id)
            return any(slot in ("", run.slot) for run in own)

    def is_waiting(self, account_id: str, now: datetime, slot: str = "") -> bool:
        """Whether a run of the account (of `slot`, if given) is due and waits for a seat."""
        with self._lock:
            own = (run for run in self._waiting if run.account_id == account_id and slot in ("", run.slot))
            return any(run.is_due(now) for run in own)

    def holds(self, account_id: str, slot: str) -> bool:
        """Whether a run of the account and slot waits, due or not."""
        with self._lock:
            return any(run.account_id == account_id and run.slot == slot for run in self._waiting)

    def rename(self, root: Path, account_id: str) -> None:
        """The account in `root` has another id now: its runs are that one's."""

        def renamed(run: QueuedRun) -> QueuedRun:
            return replace(run, account_id=account_id) if run.root == root else run

        with self._lock:
            self._waiting = sorted(map(renamed, self._waiting))
            self._working = {key: renamed(run) for key, run in self._working.items()}

    def counts(self, now: datetime) -> tuple[int, int]:
        """(working, due and waiting)."""
        with self._lock:
            return len(self._working), sum(run.is_due(now) for run in self._waiting)

    def copy(self) -> tuple[list[QueuedRun], list[QueuedRun]]:
        """(what waits, due or not; what works), in the order of planned time."""
        with self._lock:
            return list(self._waiting), sorted(self._working.values())

    def at_work(self, now: datetime) -> tuple[set[str], dict[str, str]]:
        """The accounts that work or have a due run that waits for a seat; and why those rest that hit a limit."""
        with self._lock:
            busy = {run.account_id for run in (*self._working.values(), *self._waiting) if run.is_due(now)}
            rests = {run.account_id: run.reason for run in self._waiting if run.not_before and not run.is_due(now)}
            return busy, rests

    def resting(self, account_id: str, now: datetime) -> QueuedRun | None:
        """The account's run that hit a limit and waits for its permit."""
        with self._lock:
            own = (run for run in self._waiting if run.account_id == account_id and run.not_before is not None)
            return next((run for run in own if not run.is_due(now)), None)
