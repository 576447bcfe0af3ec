"""The pause of the whole fleet: by a person, or by Aviary itself when several accounts are in trouble at once."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from bot.account_run import RunOutcome
from bot.clock import Clock
from bot.settings.fleet import FleetSettings
from bot.storage.database import to_moment, to_text
from bot.storage.standings import Standings

_PAUSE = "fleet_pause"
_SINCE = "fleet_pause_since"
_TROUBLES = "recent_troubles"


@dataclass(frozen=True)
class _Trouble:
    account_id: str
    at: str
    reason: str


class FleetPause:
    """Kept in fleet.db, so that a restart does not end it. Not safe for threads: the manager holds its lock."""

    def __init__(self, standings: Standings, clock: Clock) -> None:
        self._standings = standings
        self._clock = clock
        self.reason = standings.mark(_PAUSE) or ""
        """Why the fleet is paused; "" when it is not."""
        self.since = to_moment(standings.mark(_SINCE)) or clock.now()
        """When the present pause began, or the last one did."""

    @property
    def is_on(self) -> bool:
        return bool(self.reason)

    def begin(self, reason: str) -> None:
        """Let no run of any account begin until `end()`."""
        if not self.is_on:
            self.since = self._clock.now()
            self._standings.set_mark(_SINCE, to_text(self.since))
        self.reason = reason
        self._standings.set_mark(_PAUSE, reason)

    def end(self) -> None:
        """Let runs begin again; the troubles before are forgotten."""
        self.reason = ""
        self._standings.set_mark(_PAUSE, "")
        self._standings.set_mark(_TROUBLES, "[]")

    def count_trouble(self, account_id: str, outcome: RunOutcome, settings: FleetSettings) -> None:
        """Remember that an account fell into trouble; pause the fleet when it was one of several within minutes."""
        now = self._clock.now()
        within = timedelta(minutes=settings.pause_fleet_within_minutes)
        recent = [each for each in self._recent() if now - datetime.fromisoformat(each.at) <= within]
        recent.append(_Trouble(account_id, now.isoformat(), outcome.reason))
        self._standings.set_mark(_TROUBLES, json.dumps([asdict(each) for each in recent]))
        accounts = {each.account_id: each.reason for each in recent}
        if settings.pause_fleet_after and len(accounts) >= settings.pause_fleet_after and not self.is_on:
            told = "; ".join(f"{account_id}: {reason.rstrip('.')}" for account_id, reason in accounts.items())
            minutes = settings.pause_fleet_within_minutes
            self.begin(f"{len(accounts)} accounts fell into trouble within {minutes:.0f} minutes ({told})")

    def _recent(self) -> list[_Trouble]:
        return [_Trouble(**each) for each in json.loads(self._standings.mark(_TROUBLES) or "[]")]
