"""BotAutomation: one account's work. Open x.com, do what the slot asks for inside the limits, record, close."""

from __future__ import annotations

import os
import re
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from random import Random

from bot.account_run import AccountRun, Means, RunOutcome, Shared
from bot.ai.help import make_help
from bot.clock import Clock, StopSignal, SystemClock
from bot.connecting import Connect, connect_browser
from bot.errors import SettingsError
from bot.fleet_view import Trigger
from bot.guards.room import Guards
from bot.settings.fleet import AccountEntry, FleetFile, FleetSettings
from bot.settings.home import AccountFolder, Home
from bot.settings.selectors import load_selectors_file
from bot.settings.single import load_fleet
from bot.storage.approvals import Approvals
from bot.storage.database import Database
from bot.storage.experiments import Experiments
from bot.storage.permits import Permits
from bot.storage.sealing import SessionKeys
from bot.storage.wa_codes import WaCodes
from bot.x.contract import Progress, Step
from bot.x.selectors import NAMES, SelectorSet


class BotAutomation:
    """The work of one account.

    `account_folder` holds its config/, data/, media/ and cookies.json; None is the home folder itself, as the
    single account of an existing user has it. The AccountManager hands in the rest; alone, it is the account that
    the home has in this folder, under that account's limits, which are kept in data/fleet.db of the home.
    """

    def __init__(
        self,
        account_folder: str | Path | None = None,
        *,
        entry: AccountEntry | None = None,
        shared: Shared | None = None,
        connect: Connect = connect_browser,
        clock: Clock | None = None,
        random: Random | None = None,
    ) -> None:
        home = Home(Path(os.environ.get("AVIARY_HOME") or ".").resolve())
        self.folder = AccountFolder(Path(account_folder) if account_folder is not None else home.root)
        self.entry = entry or _entry_alone(home, self.folder)
        self.clock = clock or SystemClock()
        self._own_database: Database | None = None
        if shared is None:
            self._own_database = Database(home.fleet_db, "fleet")
            shared = _shared_alone(self._own_database, self.clock, home)
        self.shared = shared
        self.connect = connect
        self._random = random or Random()
        self._stop = StopSignal()
        self.is_working = False
        """Whether it is in `run_slot`."""

    def stop(self, reason: str) -> None:
        """End the present run at its next safe point."""
        self._stop.set(reason)

    def close(self) -> None:
        """Close what was opened because nobody handed it in."""
        if self._own_database is not None:
            self._own_database.close()
            if self.shared.help is not None:
                self.shared.help.close()

    def run_slot(
        self,
        slot: str,
        *,
        trigger: Trigger = Trigger.MANUAL,
        run_id: int | None = None,
        progress: Progress | None = None,
    ) -> RunOutcome:
        """Do the work of `slot` (or CHECK_SLOT, PAGES_SLOT, SESSION_SLOT, WINDOW_SLOT) and record it.

        Never raises for what the account or x.com do wrong.
        `run_id` is a run the caller has planned already. Raises StorageError when the records cannot be kept.
        """
        self.is_working = True
        try:
            with closing(Database(self.folder.metrics_db, "account")) as database:
                return AccountRun(self._means(), database, slot, trigger, run_id, progress or _silent).carry_out()
        finally:
            self.is_working = False
            self._stop = StopSignal()

    def _means(self) -> Means:
        return Means(
            entry=self.entry,
            folder=self.folder,
            shared=self.shared,
            connect=self.connect,
            clock=self.clock,
            random=self._random,
            stop=self._stop,
        )


def _entry_alone(home: Home, folder: AccountFolder) -> AccountEntry:
    """The account that the home has in this folder; one that is called after the folder where it has none."""
    root = folder.root.resolve()
    for entry in _fleet_alone(home).accounts:
        if home.account(entry.folder).root.resolve() == root:
            return entry
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", root.name).strip("-_")[:64] or "account"
    return AccountEntry(id=name, folder="." if root == home.root else str(root))


def _fleet_alone(home: Home) -> FleetFile:
    try:
        return load_fleet(home)
    except SettingsError:
        return FleetFile()  # the account's own files are enough for it to work


def _shared_alone(database: Database, clock: Clock, home: Home) -> Shared:
    """Limits and claims of an account that runs without an AccountManager."""
    selectors = SelectorSet(load_selectors_file(home, NAMES).replacements)
    keys = SessionKeys(home.data)
    settings = _fleet_alone(home).settings
    help_ = make_help(database, keys, clock, lambda: settings.ai_budget_per_day)
    permits, guards, approvals = Permits(database, clock), Guards(database, clock), Approvals(database, clock)
    return Shared(
        settings, permits, guards, approvals, keys, selectors, help_, WaCodes(database, clock), Experiments(database)
    )


def _silent(_step: Step) -> None:
    """Progress that nobody watches."""


def follow_up_in(settings: FleetSettings) -> timedelta:
    """How long after a lost answer the profile is worth another look."""
    return timedelta(seconds=settings.decide_after_seconds + 30)
