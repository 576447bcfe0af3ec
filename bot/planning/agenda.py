"""What comes next for each account, found from its slots some days ahead."""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.planning.slots import Occurrence, TimeOf, occurrences, own_time, stagger
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
    time_of: TimeOf = own_time
    found: deque[Occurrence] = field(default_factory=deque)
    is_empty: bool = False

    @property
    def staggered_by(self) -> tuple[str, float]:
        """What its stagger is made of."""
        return self.account_id, self.stagger_minutes

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
            self.found.extend(
                occurrences(self.account_id, slot, self.zone, after, self.until, self.stagger_minutes, self.time_of)
            )
        self.found = deque(sorted(self.found))


def _overtaken(former: _Plan, plan: _Plan, after: datetime) -> Iterator[Occurrence]:
    """What was still to come and would be in the past with the new stagger: it comes at once, for it did not yet."""
    for occurrence in former.found:
        name, day = occurrence.slot, occurrence.local_date
        plain = occurrence.planned_at - stagger(former.account_id, name, day, former.stagger_minutes)
        if plain + stagger(plan.account_id, name, day, plan.stagger_minutes) <= after < occurrence.planned_at:
            yield replace(occurrence, planned_at=after + timedelta(seconds=1))


class Agenda:
    """The coming occurrences of every account. Not safe for threads: the manager holds its lock.

    A look costs no more for many accounts than for few: a heap tells whose turn is next.
    """

    def __init__(self) -> None:
        self._plans: dict[str, _Plan] = {}
        self._turns: list[tuple[datetime, int, _Plan]] = []  # a plan that was replaced leaves its turn behind
        self._numbers = itertools.count()

    def plan(
        self,
        account_id: str,
        slots: Sequence[Slot],
        zone: ZoneInfo,
        after: datetime,
        stagger_minutes: float = 0,
        time_of: TimeOf = own_time,
    ) -> None:
        """Plan an account anew; only occurrences after `after` come up."""
        wanted = tuple(slot for slot in slots if slot.enabled)
        plan = _Plan(account_id, wanted, zone, stagger_minutes, after, time_of)
        former = self._plans.get(account_id)
        if former is not None and former.staggered_by != plan.staggered_by and former.slots == wanted:
            plan.found.extend(_overtaken(former, plan, after))
        self._plans[account_id] = plan
        self._line_up(plan)
        if len(self._turns) > 2 * len(self._plans) + 16:
            self._drop_old_turns()

    def plan_all_anew(self, after: datetime) -> None:
        """Look at the occurrences of every account from `after` on, whatever was taken before."""
        for plan in list(self._plans.values()):
            self._plans[plan.account_id] = fresh = replace(plan, until=after, found=deque(), is_empty=False)
            self._line_up(fresh)

    def skip_to(self, moment: datetime) -> None:
        """Let nothing come up that lies before `moment`."""
        for plan in self._plans.values():
            plan.found = deque(each for each in plan.found if each.planned_at > moment)
            plan.until = max(plan.until, moment)
        self._turns = []
        for plan in self._plans.values():
            self._line_up(plan)

    def rename(self, accounts: Mapping[str, str]) -> None:
        """Accounts have other ids (old -> new). Nothing comes up for them until they are planned anew."""
        moved = {new: self._plans.pop(old) for old, new in accounts.items() if old in self._plans}
        self._plans |= moved

    def forget(self, account_id: str) -> None:
        """Nothing comes up for the account any more."""
        self._plans.pop(account_id, None)

    def coming(self, account_id: str) -> Occurrence | None:
        """What comes next for the account; slots of one and the same moment follow each other by name."""
        plan = self._plans.get(account_id)
        return plan.coming() if plan else None

    @property
    def next_moment(self) -> datetime | None:
        """When something comes up next, or may: a plan that was replaced is counted until its turn has come."""
        return self._turns[0][0] if self._turns else None

    def take_due(self, now: datetime) -> list[tuple[str, Occurrence]]:
        """Everything planned up to `now`, oldest first; it does not come up again."""
        due: list[tuple[str, Occurrence]] = []
        while self._turns and self._turns[0][0] <= now:
            plan = heapq.heappop(self._turns)[2]
            if self._is_in_force(plan):
                due.append((plan.account_id, plan.found.popleft()))
                self._line_up(plan)
        return due

    def _line_up(self, plan: _Plan) -> None:
        """Enter the plan's turn; one without occurrences has none."""
        coming = plan.coming()
        if coming is not None:
            heapq.heappush(self._turns, (coming.planned_at, next(self._numbers), plan))

    def _is_in_force(self, plan: _Plan) -> bool:
        return self._plans.get(plan.account_id) is plan

    def _drop_old_turns(self) -> None:
        self._turns = [turn for turn in self._turns if self._is_in_force(turn[2])]
        heapq.heapify(self._turns)
