"""What the end of a run leads to: a standing, a rest until a permit frees, another look for a post."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.account_run import RunOutcome
from bot.automation import follow_up_in
from bot.clock import Clock
from bot.errors import SessionNotTaken, sentences
from bot.fleet.pause import FleetPause
from bot.fleet.records import open_records
from bot.fleet.registry import Member, Registry
from bot.fleet.run_queue import QueuedRun, RunQueue
from bot.fleet.scheduling import Scheduling
from bot.fleet.verdicts import judge
from bot.settings.home import AccountFolder, is_there
from bot.slot_work import CHECK_SLOT, LOOKS, WINDOW_SLOT
from bot.storage.standings import Standing, StandingKind, Standings

_FURTHER_LOOKS = (timedelta(minutes=10), timedelta(minutes=30), timedelta(hours=1))
"""After looks at the profile that decided nothing; the last holds for all that follow."""


class Consequences:
    """Not safe for threads: the dispatcher holds the manager's lock."""

    def __init__(
        self,
        registry: Registry,
        queue: RunQueue,
        clock: Clock,
        standings: Standings,
        scheduling: Scheduling,
        pause: FleetPause,
    ) -> None:
        self._registry = registry
        self._queue = queue
        self._clock = clock
        self._standings = standings
        self._scheduling = scheduling
        self._pause = pause
        self._looks: dict[str, int] = {}  # account id -> looks in a row that decided nothing

    def draw(self, run: QueuedRun, outcome: RunOutcome) -> bool:
        """Enter what the outcome means for the account; True when it has paused the whole fleet.

        Also for an account that is out of the master list at the moment: it may be back after a mistake in it.
        """
        _, account_id = self._owner(run)
        return _tells_of_work(run, outcome) and self._judge(account_id, AccountFolder(run.root), outcome)

    def go_on(self, run: QueuedRun, outcome: RunOutcome) -> None:
        """Queue what is left of the run, and a look at the profile for a post whose answer was lost."""
        member, account_id = self._owner(run)
        if outcome.resume_at is not None:
            rested = replace(run, account_id=account_id, not_before=outcome.resume_at, reason=outcome.reason)
            self._queue.add(rested)
        if not outcome.undecided:
            self._looks.pop(account_id, None)
        elif member is not None and not self._queue.holds(account_id, CHECK_SLOT):
            self._look_again(member)

    def _owner(self, run: QueuedRun) -> tuple[Member | None, str]:
        """The account the run is of, None while it is out of the list, and the id it has now."""
        member = self._registry.owner(run.account_id, run.root)
        return member, member.entry.id if member else run.account_id

    def look_later(self, run: QueuedRun) -> None:
        """A look was left out because the account rests: it comes when the rest is over; after a pause, with Resume."""
        member = self._registry.owner(run.account_id, run.root)
        until = self._standings.meet(member.entry.id).until if member else None
        if member is not None and until is not None and until > self._clock.now():
            self._scheduling.plan_check(member, until)

    def _look_again(self, member: Member) -> None:
        looks = self._looks.get(member.entry.id, 0)
        self._looks[member.entry.id] = looks + 1
        first = follow_up_in(self._registry.fleet.settings)
        wait = _FURTHER_LOOKS[min(looks, len(_FURTHER_LOOKS)) - 1] if looks else first
        self._scheduling.plan_check(member, self._clock.now() + wait)

    def _judge(self, account_id: str, folder: AccountFolder, outcome: RunOutcome) -> bool:
        before = self._standings.meet(account_id)
        turned = judge(self._standings, account_id, outcome, self._clock.now())
        self._record_standing(account_id, folder, before)
        if not turned:
            return False
        self._pause.count_trouble(account_id, outcome, self._registry.fleet.settings)
        return self._pause.is_on

    def _record_standing(self, account_id: str, folder: AccountFolder, before: Standing) -> None:
        """Enter a changed standing into the account's record: it is a decision like any other."""
        after = self._standings.get(account_id)
        if (after.kind, after.until) == (before.kind, before.until) or not is_there(folder.metrics_db):
            return
        level = "good" if after.kind is StandingKind.ACTIVE else "error"
        with open_records(folder) as records:
            records.journal.note(
                None, self._clock.now(), sentences(after.in_words, after.remedy), level, next_at=after.until
            )


def _tells_of_work(run: QueuedRun, outcome: RunOutcome) -> bool:
    """Whether the end says how the account's work goes. That a look went well says nothing; trouble does.

    A window in which a person was to log in never does, nor do cookies that were tried beside the session: that they
    are not taken is no trouble of the account.
    """
    if run.slot == WINDOW_SLOT or isinstance(outcome.trouble, SessionNotTaken):
        return False
    return run.slot not in LOOKS or outcome.trouble is not None
