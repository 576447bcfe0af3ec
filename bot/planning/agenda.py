"""What comes next for each account: one moment per account, found from its slots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.planning.slots import Occurrence, occurrences
from bot.settings.account import Slot

_HORIZON = timedelta(days=8)


@dataclass(frozen=True)
class _Plan:
    slots: tuple[Slot, ...]
    zone: ZoneInfo
    stagger_minutes: float
    coming: Occurrence | None


class Agenda:
    """The next occurrence of every account. Not safe for threads: the manager holds its lock."""

    def __init__(self) -> None:
        self._plans: dict[str, _Plan] = {}

    def plan(
        self, account_id: str, slots: Sequence[Slot], zone: ZoneInfo, after: datetime, stagger_minutes: float = 0
    ) -> None:
        """Plan an account anew; only occurrences after `after` come up."""
        wanted = tuple(slot for slot in slots if slot.enabled)
        coming = _first(account_id, wanted, zone, after, stagger_minutes)
        self._plans[account_id] = _Plan(wanted, zone, stagger_minutes, coming)

    def forget(self, account_id: str) -> None:
        self._plans.pop(account_id, None)

    def coming(self, account_id: str) -> Occurrence | None:
        """What comes next for the account."""
        plan = self._plans.get(account_id)
        return plan.coming if plan else None

    def take_due(self, now: datetime) -> list[tuple[str, Occurrence]]:
        """Everything planned up to `now`, oldest first; it does not come up again."""
        due: list[tuple[str, Occurrence]] = []
        for account_id, plan in self._plans.items():
            coming = plan.coming
            while coming is not None and coming.planned_at <= now:
                due.append((account_id, coming))
                coming = _following(account_id, plan, coming)
            if coming is not plan.coming:
                self._plans[account_id] = _Plan(plan.slots, plan.zone, plan.stagger_minutes, coming)
        return sorted(due, key=lambda pair: pair[1].planned_at)


def _first(
    account_id: str, slots: Sequence[Slot], zone: ZoneInfo, after: datetime, stagger_minutes: float
) -> Occurrence | None:
    firsts = (
        next(occurrences(account_id, slot, zone, after, after + _HORIZON, stagger_minutes), None) for slot in slots
    )
    return min((first for first in firsts if first is not None), default=None)


def _following(account_id: str, plan: _Plan, last: Occurrence) -> Occurrence | None:
    """The next one after `last`. Slots of one and the same moment follow each other by name."""
    same_moment = (
        occurrence
        for slot in plan.slots
        for occurrence in occurrences(
            account_id,
            slot,
            plan.zone,
            last.planned_at - timedelta(microseconds=1),
            last.planned_at,
            plan.stagger_minutes,
        )
    )
    beside = min((other for other in same_moment if other > last), default=None)
    return beside or _first(account_id, plan.slots, plan.zone, last.planned_at, plan.stagger_minutes)
