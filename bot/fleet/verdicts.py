"""What the end of a run means for its account: it goes on, rests, or waits for a person."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.account_run import RunOutcome
from bot.errors import Consequence, ProxyRefused, SessionFileError, Trouble
from bot.fleet_view import RunState
from bot.storage.standings import Standing, StandingKind, Standings

CIRCUIT_OPENS_AFTER = 3
"""Failed runs in a row after which an account rests."""
_FIRST_REST = timedelta(minutes=30)
_LONGEST_REST = timedelta(hours=6)
_BY_A_PERSON = {StandingKind.STOPPED, StandingKind.PAUSED, StandingKind.NEEDS_ATTENTION}


def judge(standings: Standings, account_id: str, outcome: RunOutcome, now: datetime) -> bool:
    """Enter what follows from `outcome` into the account's standing.

    True when x.com turned against this account: it needs a person, or has to rest. A proxy's no is none of x.com's.

    What a person decided while the run went on stays, but for trouble that only a person can end.
    """
    standing = standings.meet(account_id)
    if _needs_a_person(outcome):
        standings.set(
            account_id, StandingKind.NEEDS_ATTENTION, reason=outcome.reason, remedy=outcome.remedy, failures=0
        )
        return isinstance(outcome.trouble, Trouble) and not isinstance(outcome.trouble, ProxyRefused)
    if standing.kind in _BY_A_PERSON:
        return False
    if isinstance(outcome.trouble, Trouble) and outcome.trouble.consequence is Consequence.LIMITED:
        until = now + outcome.trouble.pause
        standings.set(account_id, StandingKind.LIMITED, reason=outcome.reason, remedy=outcome.remedy, until=until)
        return True
    if outcome.state is RunState.FAILED:
        _count_failure(standings, account_id, standing, outcome, now)
    elif outcome.worked and _is_over(standing, now):
        standings.set(account_id, StandingKind.ACTIVE)
    return False


def _needs_a_person(outcome: RunOutcome) -> bool:
    trouble = outcome.trouble
    urgent = isinstance(trouble, Trouble) and trouble.consequence is Consequence.NEEDS_ATTENTION
    return urgent or isinstance(trouble, SessionFileError)


def _is_over(standing: Standing, now: datetime) -> bool:
    """Whether a run that worked ends it: failures in a row do end, a rest that x.com asked for lasts its time."""
    if standing.kind is StandingKind.LIMITED:
        return not standing.holds(now)
    return standing.kind is not StandingKind.ACTIVE or standing.failures > 0


def _count_failure(
    standings: Standings, account_id: str, standing: Standing, outcome: RunOutcome, now: datetime
) -> None:
    """Several failed runs in a row open the account's circuit, for longer each time."""
    failures = standing.failures + 1
    if failures < CIRCUIT_OPENS_AFTER:
        standings.set(account_id, StandingKind.ACTIVE, failures=failures)
        return
    rest = min(_FIRST_REST * 2 ** (failures - CIRCUIT_OPENS_AFTER), _LONGEST_REST)
    standings.set(
        account_id,
        StandingKind.FAILING,
        reason=f"{failures} runs failed in a row; the last: {outcome.reason}",
        remedy=outcome.remedy,
        until=now + rest,
        failures=failures,
    )
