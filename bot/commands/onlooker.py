"""A home seen from outside: reads what is written there, also while a panel works on it. Writes nothing of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from bot.clock import Clock
from bot.content.readiness import Readiness
from bot.errors import AviaryError, HomeError
from bot.fleet.cards import Situation, make_broken_card, make_card
from bot.fleet.pause import FleetPause
from bot.fleet.records import AccountRecords, open_records, read_runs
from bot.fleet.registry import Member, Registry
from bot.fleet_view import AccountView, RunState, RunView
from bot.planning.agenda import Agenda
from bot.planning.slots import Occurrence
from bot.settings.fleet import BrokenEntry
from bot.settings.home import Home, is_there
from bot.storage.database import Database
from bot.storage.standings import Standing, StandingKind, Standings

_Read = TypeVar("_Read")
_LAST_RUNS = 5
_LISTED = "python main.py --list-accounts shows them all."
WHERE_NONE = "Name the folder of your bot with --home, or add an account in the panel."


class Onlooker:
    """Files and databases of one home. What works this moment is known to the panel alone."""

    def __init__(self, root: Path, clock: Clock) -> None:
        """Raises HomeError when there is no such folder."""
        if not root.is_dir():
            raise HomeError(f"there is no folder {root}", remedy="Name the home folder with --home.")
        self.home = Home(root.resolve())
        self.clock = clock
        self.registry = Registry(self.home)
        self.registry.refresh()
        self._readiness = Readiness()

    def problems(self) -> list[str]:
        """What is wrong with the files that concern all accounts."""
        return [str(problem) for problem in self.registry.fleet_problems]

    def warnings(self) -> list[str]:
        """Keys of accounts.yaml, outside of the accounts, that are not applied."""
        return [str(hint) for hint in self.registry.fleet.hints]

    def accounts(self) -> list[AccountView]:
        """All accounts in the order of accounts.yaml, those that cannot be used last."""
        with self._standings() as standings:
            views = [self._view(member, standings) for member in self.registry.members.values()]
        return views + [make_broken_card(entry) for entry in self.registry.broken]

    def account(self, member: Member) -> AccountView:
        """The account as its card shows it, apart from a run under way."""
        with self._standings() as standings:
            return self._view(member, standings)

    def find(self, name: str) -> Member:
        """The account with this id, handle (with or without @) or folder. Raises AviaryError when there is none."""
        wanted = name.strip()
        for matches in (_has_id, _has_handle, _has_folder):
            found = [member for member in self.registry.members.values() if matches(member, wanted)]
            if len(found) == 1:
                return found[0]
        raise self._unknown(wanted)

    def read(self, member: Member, look: Callable[[AccountRecords], _Read], nothing: _Read) -> _Read:
        """What the account's database says; `nothing` when it has none yet. Raises StorageError."""
        if not is_there(member.folder.metrics_db):
            return nothing
        with open_records(member.folder) as records:
            return look(records)

    def last_run(self, member: Member) -> RunView | None:
        """The newest run that is not merely planned. Raises StorageError."""
        if not is_there(member.folder.metrics_db):
            return None
        runs = read_runs(member.folder, _LAST_RUNS)
        return next((run for run in runs if run.state is not RunState.QUEUED), None)

    def why_none(self) -> str:
        """Why there is no account, with the folder that was looked in: most often it is another than was meant."""
        file = self.home.accounts_yaml
        if self.registry.fleet.is_missing:
            return f"{file} is missing, and so is config/settings.yaml of a single account"
        return f"{file} names none"

    def _unknown(self, name: str) -> AviaryError:
        broken = next((entry for entry in self.registry.broken if entry.id.casefold() == name.casefold()), None)
        if broken is not None:
            return AviaryError(f"account {name!r} cannot be used: {_told(broken)}", remedy="Correct the file.")
        if self.registry.fleet_problems and not self.registry.members:
            return AviaryError(f"there is no account {name!r}: {self.registry.fleet_problems[0]}")
        if not self.registry.members:
            return AviaryError(f"there is no account {name!r}: {self.why_none()}", remedy=WHERE_NONE)
        known = ", ".join(list(self.registry.members)[:10])
        return AviaryError(f"there is no account {name!r}; there are: {known}", remedy=_LISTED)

    def _view(self, member: Member, standings: Standings | None) -> AccountView:
        now = self.clock.now()
        paused = FleetPause(standings, self.clock).reason if standings else ""
        standing = _standing_of(member, standings) or Standing(StandingKind.ACTIVE, now)
        situation = Situation(fleet_paused=paused)
        return make_card(member, standing, self._coming(member), now, situation, self._lacks(member))

    def _lacks(self, member: Member) -> tuple[str, ...]:
        """What is missing; nothing of an account whose files cannot be read: they come first."""
        if member.settings is None or member.problems:
            return ()
        return self._readiness.lacks(member.folder, member.settings)

    def _coming(self, member: Member) -> Occurrence | None:
        """What the account's schedule has next."""
        if member.settings is None or not member.is_usable or not member.settings.schedule.enabled:
            return None
        agenda, schedule = Agenda(), member.settings.schedule
        stagger = self.registry.fleet.settings.stagger_minutes
        agenda.plan(member.entry.id, schedule.all_slots, schedule.zone, self.clock.now(), stagger)
        return agenda.coming(member.entry.id)

    @contextmanager
    def _standings(self) -> Iterator[Standings | None]:
        """None where no panel has ever worked. Raises StorageError."""
        if not self.home.fleet_db.exists():
            yield None
            return
        database = Database(self.home.fleet_db, "fleet")
        try:
            yield Standings(database, self.clock)
        finally:
            database.close()


def _standing_of(member: Member, standings: Standings | None) -> Standing | None:
    try:
        return standings.get(member.entry.id) if standings else None
    except KeyError:
        return None  # the panel has not met it yet


def _has_id(member: Member, name: str) -> bool:
    return member.entry.id.casefold() == name.casefold()


def _has_handle(member: Member, name: str) -> bool:
    handle = name.removeprefix("@").casefold()
    return bool(handle) and member.entry.handle.casefold() == handle


def _has_folder(member: Member, name: str) -> bool:
    folder = member.entry.folder.replace("\\", "/").strip("/").casefold()
    wanted = name.replace("\\", "/").strip("/").casefold()
    return bool(wanted) and wanted in (folder, folder.rpartition("/")[2])


def _told(entry: BrokenEntry) -> str:
    return "; ".join(str(problem) for problem in entry.problems)
