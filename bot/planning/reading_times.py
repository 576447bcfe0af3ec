"""When an account's own numbers are read: at the end of a run that is due for it, else in a visit of its own."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

_SLACK = timedelta(minutes=30)
"""A run that comes up a little before the time reads, too: a slot at one time of day is staggered by minutes, and a
browser of its own right after it would be one too many."""
_SLACK_SHARE = 0.05
_QUIET = timedelta(minutes=10)
_SPREAD = timedelta(hours=1)
RUN_IS_NEAR = timedelta(hours=3)
"""A visit of its own waits for a run that comes up within this, since that reads as well ..."""
WAITS_AT_MOST = timedelta(hours=6)
"""... but no longer than this: such runs may have been held up by limits, and opened no browser."""


def is_due(last: datetime | None, now: datetime, hours: float) -> bool:
    """Whether a run that is on x.com anyway reads the numbers. A reading ahead of the clock counts for nothing."""
    return last is None or not timedelta(0) <= now - last < span_of(hours)


def span_of(hours: float) -> timedelta:
    """So long after a reading, the next run reads again."""
    span = timedelta(hours=hours)
    return span - min(_SLACK, span * _SLACK_SHARE)


def own_visit_at(account_id: str, last: datetime | None, seen_at: datetime, hours: float) -> datetime:
    """When a visit only for the numbers is due.

    `seen_at` is when this process first saw the account: after a start, a long time off, or the first time, accounts
    do not come all at once, but over an hour.
    """
    begins = seen_at + _QUIET + _share(account_id) * _SPREAD
    return begins if last is None else max(begins, last + timedelta(hours=hours))


def waits_for_run(due_at: datetime, now: datetime, run_at: datetime | None) -> bool:
    """Whether a visit that is due leaves the reading to the run that comes next."""
    return run_at is not None and run_at - now <= RUN_IS_NEAR and now - due_at < WAITS_AT_MOST


def _share(account_id: str) -> float:
    digest = hashlib.sha256(f"{account_id}|numbers".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
