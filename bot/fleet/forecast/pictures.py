"""What a simulation begins with: settings, records, texts, permits and standings of all accounts at one moment.

Everything here is read; what was read of an account's files and database is kept until they are others.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

from bot.actions.post import cannot_send, media_problem
from bot.content.templates import Content, ContentError, Template, read_content
from bot.errors import SettingsError, SettingsProblem, StorageError
from bot.fleet.forecast.rotation import RotationPicture
from bot.fleet.records import open_records
from bot.fleet.registry import Member
from bot.fleet.run_queue import QueuedRun
from bot.guards.texts_ahead import BookSnapshot, FormIndex, read_book
from bot.sessions import SessionOutlook
from bot.settings.content import load_templates
from bot.settings.fleet import FleetSettings
from bot.settings.home import AccountFolder, is_there
from bot.storage.database import Database
from bot.storage.experiments import Experiment
from bot.storage.journal import RunRecord, TemplateUse
from bot.storage.planned_posts import PlannedPost, PostState
from bot.storage.standings import StandingsInMemory
from bot.storage.text_book import TextBook

USUAL_SECONDS = 240.0
"""How long a run is taken to last where no account has a record of one."""
_RUNS_COUNTED = 15
_TEXTS_KEPT = timedelta(days=31)
_SLOTS_KEPT = timedelta(days=3)
_Stamp = tuple[int, ...]


@dataclass(frozen=True)
class Past:
    """What an account's database says."""

    uses: Mapping[str, TemplateUse] = field(default_factory=dict)
    texts: Mapping[str, datetime] = field(default_factory=dict)
    posts_sent: int = 0
    slots_run: frozenset[tuple[str, str]] = frozenset()
    unfinished: Mapping[int, RunRecord] = field(default_factory=dict)
    posts: tuple[PlannedPost, ...] = ()
    run_seconds: float | None = None
    problem: str = ""


@dataclass(frozen=True)
class Texts:
    """What templates.yaml holds, or why it cannot be used; and why templates cannot go out, by place in the file."""

    content: Content | None = None
    error: SettingsError | None = None
    unsendable: Mapping[tuple[str, int], str] = field(default_factory=dict)


@dataclass(frozen=True)
class AccountPicture:
    """One account at the moment."""

    member: Member
    past: Past
    texts: Texts
    session: SessionOutlook | None


@dataclass(frozen=True)
class EnginePicture:
    """What only the engine's memory holds; taken while its lock is held."""

    now: datetime
    members: Mapping[str, Member]
    broken: Collection[str]
    fleet: FleetSettings
    waiting: Sequence[QueuedRun]
    working: Sequence[QueuedRun]
    standings: StandingsInMemory
    experiments: Sequence[Experiment] = ()
    """The tests that were begun."""


@dataclass(frozen=True)
class FleetPicture:
    """All that a simulation asks."""

    engine: EnginePicture
    accounts: Mapping[str, AccountPicture]
    permits: Sequence[tuple[str, str, int]]
    book: BookSnapshot
    rotation: RotationPicture = field(default_factory=RotationPicture)

    @property
    def run_seconds(self) -> float:
        """How long a run lasts where an account has no record of its own: as long as those of the others."""
        known = [each.past.run_seconds for each in self.accounts.values() if each.past.run_seconds]
        return median(known) if known else USUAL_SECONDS

    def with_members(self, members: Mapping[str, Member], fleet: FleetSettings) -> FleetPicture:
        """The same with other settings."""
        accounts = {key: replace(each, member=members[key]) for key, each in self.accounts.items()}
        return replace(self, engine=replace(self.engine, members=members, fleet=fleet), accounts=accounts)


class PictureBook:
    """Reads accounts and remembers what it read. Safe for one thread at a time."""

    def __init__(self, fleet_db: Path) -> None:
        self._fleet_db = fleet_db
        self._pasts: dict[Path, tuple[_Stamp, Past]] = {}
        self._texts: dict[Path, tuple[_Stamp, Texts]] = {}
        self._index = FormIndex()

    def take(
        self,
        engine: EnginePicture,
        sessions: Mapping[str, SessionOutlook],
        permits: Sequence[tuple[str, str, int]],
        rotation: RotationPicture,
    ) -> FleetPicture:
        """The picture of the fleet. Raises StorageError for fleet.db alone."""
        roots = {member.folder.root for member in engine.members.values()}
        self._pasts = {root: known for root, known in self._pasts.items() if root in roots}
        self._texts = {root: known for root, known in self._texts.items() if root in roots}
        accounts = {
            key: AccountPicture(
                member, self._past(member, engine.now), self._texts_of(member.folder), sessions.get(key)
            )
            for key, member in engine.members.items()
        }
        return FleetPicture(engine, accounts, permits, self._book(engine.now), rotation)

    def _book(self, now: datetime) -> BookSnapshot:
        """By a connection of its own: what the engine asks must not wait for it."""
        database = Database(self._fleet_db, "fleet")
        try:
            return read_book(TextBook(database), self._index, now - _TEXTS_KEPT)
        finally:
            database.close()

    def _past(self, member: Member, now: datetime) -> Past:
        root = member.folder.root
        days = member.settings.content.repeat_after_days if member.settings else 0
        stamp = (*_stamp_of_database(member.folder.metrics_db), days, now.toordinal())
        known = self._pasts.get(root)
        if known is None or known[0] != stamp:
            known = self._pasts[root] = (stamp, _read_past(member.folder, now, days))
        return known[1]

    def _texts_of(self, folder: AccountFolder) -> Texts:
        stamp = (*_stamp_of(folder.templates_yaml), *_stamp_of(folder.root / "media"))
        known = self._texts.get(folder.root)
        if known is None or known[0] != stamp:
            known = self._texts[folder.root] = (stamp, _read_texts(folder))
        return known[1]


def _read_past(folder: AccountFolder, now: datetime, days: int) -> Past:
    if not is_there(folder.metrics_db):
        return Past()
    try:
        with open_records(folder) as records:
            journal, posts = records.journal, records.posts.open_posts()
            seconds = journal.seconds_of_runs(_RUNS_COUNTED)
            return Past(
                journal.uses_of_templates(),
                journal.times_of_texts(now - timedelta(days=days)),
                journal.posts_sent(),
                journal.slots_run_since(now - _SLOTS_KEPT),
                {run.id: run for run in journal.unfinished_runs()},
                tuple(post for post in posts if post.state is PostState.QUEUED),
                median(seconds) if seconds else None,
            )
    except StorageError as error:
        return Past(problem=error.message)


def _read_texts(folder: AccountFolder) -> Texts:
    try:
        data = load_templates(folder)
        content = read_content(data)
    except SettingsError as error:
        return Texts(error=error)
    except ContentError as error:
        return Texts(error=SettingsError([SettingsProblem(folder.templates_yaml, 0, "", str(error))]))
    found = ((each, _why_not(folder, each)) for each in content.templates)
    return Texts(content, unsendable={(each.kind, each.place): why for each, why in found if why})


def _why_not(folder: AccountFolder, template: Template) -> str:
    return cannot_send(template) or (media_problem(folder, template) if template.media else "")


def _stamp_of(path: Path) -> _Stamp:
    try:
        status = path.stat()
    except OSError:
        return (0, 0, 0)
    return (status.st_mtime_ns, status.st_size, status.st_ino)


def _stamp_of_database(path: Path) -> _Stamp:
    """Changes with each write, also one that is in the write-ahead log alone."""
    return (*_stamp_of(path), *_stamp_of(path.with_name(path.name + "-wal")))
