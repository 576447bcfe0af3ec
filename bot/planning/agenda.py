"""What comes next for each account, found from its slots some days ahead."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.planning.slots import Occurrence, occurrences
from bot.settings.account import Slot

_SPAN = timedelta(days=2)
"""So far occurrences are worked out at once: one by one would work out each day several times."""
_HORIZON = timedelta(days=8)
"""A slot of one weekday comes up within this; what has nothing in it has nothing ever."""


@dataclass
class _Plan:
    """An account's slots, and its occurrences up to `until` that were not taken yet, in order."""

    account_id: str
    slots: tuple[Slot, ...]
    zone: ZoneInfo
    stagger_minutes: float
    until: datetime
    found: deque[Occurrence] = field(default_factory=deque)
    is_empty: bool = False

    def coming(self) -> Occurrence | None:
        """The first that was not taken."""
        searched = timedelta(0)
        while not self.found and not self.is_empty:
            self._look_further()
            searched += _SPAN
            self.is_empty = not self.found and searched >= _HORIZON
        return self.found[0] if self.found else None

    def _look_further(self) -> None:
        after, self.until = self.until, self.until + _SPAN
        for slot in self.slots:
            self.found.extend(occurrences(self.account_id, slot, self.zone, after, self.until, self.stagger_minutes))
        self.found = deque(sorted(self.found))


class Agenda:
    """The coming occurrences of every account. Not safe for threads: the manager holds its lock."""

    def __init__(self) -> None:
        self._plans: dict[str, _Plan] = {}

    def plan(
        self, account_id: str, slots: Sequence[Slot], zone: ZoneInfo, after: datetime, stagger_minutes: float = 0
    ) -> None:
        """Plan an account anew; only occurrences after `after` come up."""
        wanted = tuple(slot for slot in slots if slot.enabled)
        self._plans[account_id] = _Plan(account_id, wanted, zone, stagger_minutes, after)

    def forget(self, account_id: str) -> None:
        """Nothing comes up for the account any more."""
        self._plans.pop(account_id, None)

    def coming(self, account_id: str) -> Occurrence | None:
        """What comes next for the account; slots of one and the same moment follow each other by name."""
        plan = self._plans.get(account_id)
        return plan.coming() if plan else None

    def take_due(self, now: datetime) -> list[tuple[str, Occurrence]]:
        """Everything planned up to `now`, oldest first; it does not come up again."""
        due: list[tuple[str, Occurrence]] = []
        for account_id, plan in self._plans.items():
            while (coming := plan.coming()) is not None and coming.planned_at <= now:
                due.append((account_id, plan.found.popleft()))
        return sorted(due, key=lambda pair: pair[1].planned_at)
