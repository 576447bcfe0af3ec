"""One account's automation over a fake x.com: what the tests of actions and automation begin with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from bot.account_run import RunOutcome, Shared
from bot.automation import BotAutomation
from bot.clock import FakeClock
from bot.connecting import ConnectRequest
from bot.fleet.records import open_records
from bot.guards.engagement import FleetPeople
from bot.guards.room import Guards
from bot.settings.fleet import AccountEntry, FleetSettings, GlobalRateLimit
from bot.settings.home import AccountFolder
from bot.storage.approvals import Approvals
from bot.storage.database import Database
from bot.storage.journal import Intent, StepRecord
from bot.storage.permits import Permits
from bot.storage.sealing import SessionKeys
from bot.storage.wa_codes import WaCodes
from bot.x.contract import Step, XClient
from bot.x.fake import FakeWorld, FakeX
from tests.homes import HomeBuilder

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # a Monday
WIDE = GlobalRateLimit(tweets_per_hour=500, likes_per_hour=500, follows_per_hour=500, replies_per_hour=500)


class Engine:
    """An account "one" (@OneShop) with its automation, the world it meets, and a clock that pauses move."""

    def __init__(self, root: Path, *, fleet: FleetSettings | None = None, **changes: Any) -> None:
        self.clock = FakeClock(START)
        self.world = FakeWorld(self.clock)
        self.world.add_account("OneShop", session="token-OneShop", followers=120)
        self.home = HomeBuilder(root)
        self.folder = AccountFolder(self.home.add("one", "OneShop", **changes))
        self.steps: list[Step] = []
        self.on_step: Callable[[Step], object] | None = None
        self._database = Database(root / "data" / "fleet.db", "fleet")
        permits = Permits(self._database, self.clock)
        managed = FleetPeople(frozenset({"oneshop", "twoshop"}))
        guards = Guards(self._database, self.clock, lambda: managed)
        fleet = fleet or FleetSettings(global_rate_limit=WIDE, minimum_gap_seconds=0)
        self.approvals, keys = Approvals(self._database, self.clock), SessionKeys(root / "data", "")
        self.codes = WaCodes(self._database, self.clock)
        self.shared = Shared(fleet, permits, guards, self.approvals, keys, codes=self.codes)
        self.bot = self.new_bot()

    def new_bot(self) -> BotAutomation:
        """Another automation of the same account, as after a restart."""
        entry = AccountEntry(id="one", name="One", username="@OneShop", folder="accounts/one_OneShop")
        return BotAutomation(
            self.folder.root,
            entry=entry,
            shared=self.shared,
            connect=self._connect,
            clock=self.clock,
            random=Random(7),
        )

    def add_strangers(self, count: int, text: str = "cari paket data") -> list[str]:
        """Posts of as many strangers, found by the account's keywords; returns the handles."""
        handles = [f"stranger{number}" for number in range(count)]
        for handle in handles:
            self.world.add_post(handle, f"{text} {handle}")
        return handles

    def run(self, slot: str = "morning") -> RunOutcome:
        return self.bot.run_slot(slot, progress=self._tell)

    def _tell(self, step: Step) -> None:
        self.steps.append(step)
        if self.on_step is not None:
            self.on_step(step)

    def intents(self) -> Sequence[Intent]:
        with open_records(self.folder) as records:
            return records.journal.intents()

    def notes(self) -> list[StepRecord]:
        """Every recorded step of the newest run, oldest first."""
        with open_records(self.folder) as records:
            return records.journal.steps(records.journal.runs(1)[0].id)[::-1]

    def texts(self) -> str:
        return "\n".join(step.text for step in self.notes())

    def permits_used(self, action: str) -> int:
        return self.shared.permits.used("one", action, 86400)

    def close(self) -> None:
        self._database.close()

    def _connect(self, request: ConnectRequest) -> XClient:
        return FakeX(self.world, request.handle, clock=request.clock, stop=request.stop, progress=request.progress)
