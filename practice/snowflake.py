"""Post and user ids as x.com makes them: increasing, with the time inside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime.fromtimestamp(1288834974.657, UTC)


class Snowflakes:
    """Gives ids that grow with the time and never repeat."""

    def __init__(self) -> None:
        self._last = 0

    def next(self, moment: datetime) -> str:
        """The id for something made at `moment` (UTC). Later than every id given before."""
        self._last = max(floor_of(moment), self._last + 1)
        return str(self._last)


def floor_of(moment: datetime) -> int:
    """The lowest id of that millisecond."""
    return ((moment - _EPOCH) // timedelta(milliseconds=1)) << 22
