"""What migrate_to_multi_account.py does: looks, tells the plan, asks, carries it out. It prints nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from bot.clock import Clock, SystemClock
from bot.commands.answer import Answer
from bot.errors import HomeError, SettingsError
from bot.migration.belongings import explain, handle_of, path_of, single_settings
from bot.migration.file_work import FileWork
from bot.migration.holding import hold_home, refuse_users
from bot.migration.moving import Backup, Means, finish, make, move, not_done, roll_back
from bot.migration.plan import (
    MovePlan,
    ScratchPlan,
    Wanted,
    entry_of_home,
    ids_of,
    plan_move,
    plan_scratch,
    present_list,
)
from bot.migration.record import Kind, Record, State, read_record, record_file
from bot.migration.undoing import finish_undo, keep_as_is, remarks_on, undo, why_not_undo
from bot.settings.fleet import FleetFile
from bot.settings.home import AccountFolder, Home, is_there
from bot.storage.settling import count_rows

_GO_ON = "Start it as always: python3 start.py for the panel."
_SHOWN = 8


class Choice(StrEnum):
    """What a person asks for."""

    KEEP = "1"
    MOVE = "2"
    SCRATCH = "3"
    UNDO = "undo"


@dataclass(frozen=True)
class Request:
    """A choice, with what goes with it."""

    choice: Choice
    wanted: Sequence[Wanted] = ()
    is_dry_run: bool = False


@dataclass(frozen=True)
class Tool:
    """The migration of one home. `agree` is asked with the plan told; `tell` gets each line of it, and progress."""

    home: Home
    backup: Backup
    agree: Callable[[str], bool]
    tell: Callable[[str], None]
    work: FileWork = field(default_factory=FileWork)
    clock: Clock = field(default_factory=SystemClock)

    def carry_out(self, request: Request) -> Answer:
        """Do what is asked. Raises AviaryError."""
        if not self.home.root.is_dir():
            raise HomeError(f"there is no folder {self.home.root}", remedy="Name the folder of your bot with --home.")
        if request.choice is Choice.KEEP:
            return self._keep()
        if request.is_dry_run:
            return self._answer_to(request)
        with hold_home(self.home):
            try:
                self.recover()
            except OSError as error:
                raise not_done(error, "what was cut off is as it was; the next run goes on") from error
            return self._answer_to(request)

    def recover(self) -> None:
        """End what a crash cut off: what had not come to its change is taken back, the rest is finished."""
        for file in (self.home.accounts_yaml, record_file(self.home)):
            self.work.remove_unwritten(file)
        record = read_record(self.home)
        if record is None or record.state is State.DONE:
            return
        try:
            is_in_force = record.is_in_force(self.home)
        except SettingsError as error:
            raise explain(error) from error
        if record.state is State.OPEN:
            self._end_open(record, is_in_force=is_in_force)
        else:
            self._end_undo(record, is_in_force=is_in_force)

    def _end_open(self, record: Record, *, is_in_force: bool) -> None:
        if is_in_force:
            self.tell("The migration was cut off after the change; it is finished now.")
            finish(self._means, record)
        else:
            self.tell("The migration was cut off before the change; what it had begun is taken away.")
            self._tell_left(roll_back(self._means, record))

    def _end_undo(self, record: Record, *, is_in_force: bool) -> None:
        if is_in_force:
            self.tell("The way back was cut off before the change; what it had begun is taken away.")
            self._tell_left(keep_as_is(self._means, record))
        else:
            self.tell("The way back was cut off after the change; it is finished now.")
            finish_undo(self._means, record)

    def _tell_left(self, names: Sequence[str]) -> None:
        for name in names:
            self.tell(f"{name} stays: it was changed meanwhile.")

    def _answer_to(self, request: Request) -> Answer:
        record = read_record(self.home)
        if request.is_dry_run and record is not None and record.state is not State.DONE:
            text = "A migration was cut off. The next run without --dry-run ends it first, whatever it is asked for."
            return Answer(text, {"state": "cut off", "done": False})
        if request.choice is Choice.UNDO:
            return self._undo(record, is_dry_run=request.is_dry_run)
        fleet = present_list(self.home)
        is_joined = request.choice is Choice.MOVE and entry_of_home(fleet) is not None
        if (fleet.accounts or fleet.broken) and not is_joined:
            return self._as_it_is(request.choice, record, fleet)
        if request.choice is Choice.MOVE:
            return self._move(request)
        return self._make(request)

    # the choices

    def _keep(self) -> Answer:
        """Writes nothing."""
        fleet = present_list(self.home)
        if not fleet.is_missing and entry_of_home(fleet) is None:
            aside = self._aside(read_record(self.home))
            text = f"Nothing is changed: {_there_is(fleet)}; Aviary goes by that list. {aside}"
        else:
            text = f"Nothing is changed{self._kept()}"
        return Answer(f"{text}{_GO_ON}", {"choice": "keep", "done": True})

    def _kept(self) -> str:
        try:
            single = single_settings(self.home)
        except SettingsError as error:
            raise explain(error) from error
        if single is None:
            return ". There is no single account here: config/settings.yaml is missing. "
        handle = handle_of(single)
        named = f"@{handle}" if handle else "the account"
        return f": {named} goes on as it is, with its files where they are. "

    def _aside(self, record: Record | None) -> str:
        """That a single account lies beside the list, which nobody works for, and the way back to it."""
        if not is_there(AccountFolder(self.home.root).settings_yaml):
            return "" if record is None else "To have the single account back, run this with --undo. "
        if record is not None:
            way = "run this with --undo first, then choose 1 or 2."
        else:
            way = "end Aviary, give config/accounts.yaml another name, then run this again."
        return f"The single account's files lie beside it, and nobody works for them. To have it back, {way} "

    def _as_it_is(self, choice: Choice, record: Record | None, fleet: FleetFile) -> Answer:
        """Raises HomeError for accounts that would have to be made beside those there are."""
        ids = ids_of(fleet)
        kind = Kind.MOVE if choice is Choice.MOVE else Kind.SCRATCH
        if record is not None and record.kind is kind:
            text = f"Done already, on {record.at[:10]}: {', '.join(record.folders)}. --undo brings all back."
        elif choice is Choice.MOVE:
            text = f"{_there_is(fleet)}; it is taken as it is. {self._aside(record)}{_GO_ON}"
        else:
            raise HomeError(
                f"{_there_is(fleet)}; none is made beside them",
                remedy="Add further accounts in the panel: “Add account”.",
            )
        return Answer(text, {"choice": kind.value, "done": True, "changed": False, "accounts": ids})

    def _move(self, request: Request) -> Answer:
        plan = plan_move(self.home, request.wanted[0] if request.wanted else Wanted())
        self._tell_move(plan)
        told = {"choice": "move", "account": dict(plan.entry), "moves": list(plan.tops), "bytes": plan.listing.size}
        refused = self._stopped(request, told)
        if refused is not None:
            return refused
        refuse_users(_files_in_use(AccountFolder(self.home.root)))
        record = move(self._means, plan)
        folder = AccountFolder(path_of(self.home, plan.folder))
        rows = count_rows(folder.metrics_db) if is_there(folder.metrics_db) else {}
        text = (
            f"Done. {plan.entry['id']} lies in {plan.folder}: {len(record.listing.items)} files and "
            f"{sum(rows.values())} rows of its numbers, all as before. The backup is {record.backup}. {_GO_ON} "
            "--undo brings everything back."
        )
        return Answer(text, {**told, "done": True, "changed": True, "backup": record.backup, "rows": rows})

    def _tell_move(self, plan: MovePlan) -> None:
        self._tell_folders([plan.entry])
        self.tell(f"  These move there, byte for byte ({len(plan.listing.items)} files, {_size(plan.listing.size)}):")
        for name in plan.tops:
            is_folder = (self.home.root / name).is_dir()
            self.tell(f"    {name}{'/' if is_folder else ''}")
        self.tell("  config/accounts.yaml is written. All else stays where it is. A backup is made first, in backups/.")
        for remark in plan.remarks:
            self.tell(f"  Note: {remark}")

    def _make(self, request: Request) -> Answer:
        plan = plan_scratch(self.home, request.wanted)
        self._tell_make(plan)
        told = {"choice": "scratch", "accounts": [dict(entry) for entry in plan.entries], "files": list(plan.files)}
        refused = self._stopped(request, told)
        if refused is not None:
            return refused
        make(self._means, plan)
        text = (
            f"Done: {_counted([str(entry['id']) for entry in plan.entries])}. Fill in config/settings.yaml and "
            f"templates.yaml of each, import their sessions in the panel. {_GO_ON} --undo takes them away while they "
            "are as they were made; once Aviary has worked on them, archive and remove them in the panel first."
        )
        return Answer(text, {**told, "done": True, "changed": True})

    def _tell_make(self, plan: ScratchPlan) -> None:
        self._tell_folders(plan.entries)
        self.tell("  config/accounts.yaml is written.")
        if plan.leaves_single:
            self.tell(
                "  Note: the single account's files stay as they are, but Aviary does not work for it then: it goes"
            )
            self.tell("  by accounts.yaml. To take it along, choose 2 instead, and add the others in the panel.")

    def _tell_folders(self, entries: Sequence[Mapping[str, Any]]) -> None:
        self.tell(f"In {self.home.root}:")
        for entry in entries:
            named = f"{entry['id']} “{entry['name']}” {entry['username']}".rstrip()
            self.tell(f"  {named} gets the folder {entry['folder']}/")

    def _undo(self, record: Record | None, *, is_dry_run: bool) -> Answer:
        if record is None:
            return Answer("Nothing to undo: no migration was made here.", {"choice": "undo", "changed": False})
        reason = why_not_undo(self.home, record)
        if reason is not None:
            raise reason
        self._tell_undo(record)
        told = {"choice": "undo", "folders": record.folders}
        refused = self._stopped(Request(Choice.UNDO, is_dry_run=is_dry_run), told)
        if refused is not None:
            return refused
        refuse_users(_files_in_use(AccountFolder(path_of(self.home, record.folder))))
        undo(self._means, record)
        return Answer("Done: everything is back where it was.", {**told, "done": True, "changed": True})

    def _tell_undo(self, record: Record) -> None:
        self.tell(f"In {self.home.root}:")
        if record.kind is Kind.MOVE:
            self.tell(f"  All in {record.folder}/ goes back to where it was, with what was added since.")
        else:
            self.tell(f"  {', '.join(record.folders)} and config/accounts.yaml are removed: nothing was added to them.")
        for remark in remarks_on(self.home, record):
            self.tell(f"  Note: {remark}")

    # with each of them

    def _stopped(self, request: Request, told: Mapping[str, Any]) -> Answer | None:
        """The answer when it ends here: it is only tried, or a person does not agree."""
        if request.is_dry_run:
            return Answer("Nothing was changed: this was a dry run.", {**told, "done": False, "changed": False})
        if not self.agree("Go on?"):
            return Answer("Nothing was changed.", {**told, "done": False, "changed": False})
        return None

    @property
    def _means(self) -> Means:
        return Means(self.home, self.work, self.clock, self.backup, self.tell)


def _files_in_use(folder: AccountFolder) -> list[Path]:
    """Those that an older program keeps open while it works."""
    return [folder.metrics_db, folder.data / "logs" / "bot.log"]


def _there_is(fleet: FleetFile) -> str:
    return f"config/accounts.yaml is there with {_counted(ids_of(fleet))}"


def _counted(ids: Sequence[str]) -> str:
    if not ids:
        return "no account"
    shown = ", ".join(ids[:_SHOWN]) + (" …" if len(ids) > _SHOWN else "")
    return f"{len(ids)} account{'' if len(ids) == 1 else 's'} ({shown})"


def _size(size: int) -> str:
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size //= 1000
    return f"{size:.0f} GB"
