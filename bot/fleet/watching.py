"""What a person may want to be told of, found in what the panel shows; looked at every minute beside all else."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.fleet.cards import POSTS_ASK
from bot.fleet.registry import Member, Registry
from bot.fleet.runways import Runways
from bot.fleet_view import AccountView, FleetView, StateKind
from bot.notifications.causes import Cause, Kind, Sight, key_of
from bot.sessions import Sessions, days_words
from bot.settings.fleet import BrokenEntry
from bot.settings.home import AccountFolder
from bot.storage.standings import Standing, StandingKind
from bot.summaries.room import SummaryPlace

FLEET = "All accounts"
_OF_FILES = (Kind.REVIEW, Kind.SESSION, Kind.RUNWAY)
"""Of these nothing is known while an account's files or its database cannot be read."""
_IN_TROUBLE = {StandingKind.NEEDS_ATTENTION: "needs attention", StandingKind.FAILING: "failing"}
_RESUME = "Look at what the accounts in trouble need, then resume the fleet"
_RENEW = "Log in to x.com as this account in a browser, and import its cookies"


@dataclass(frozen=True)
class Windows:
    """What the watch looks through."""

    overview: Callable[[], FleetView]
    standing_of: Callable[[str], Standing]
    approvals_waiting: Callable[[], int]
    backup_trouble: Callable[[], str]


class Watching:
    """Finds what holds at this moment. It holds the manager's lock only to see which accounts there are."""

    def __init__(
        self, root: Path, lock: threading.RLock, registry: Registry, sessions: Sessions, runways: Runways
    ) -> None:
        self._root = root
        self._lock = lock
        self._registry = registry
        self._sessions = sessions
        self._runways = runways

    def open(self, windows: Windows) -> None:
        """Begin with an open home."""
        self._windows = windows

    def look(self) -> Sight:
        """Everything that holds now. Raises StorageError."""
        with self._lock:
            members = list(self._registry.members.values())
            broken = list(self._registry.broken)
        overview = self._windows.overview()
        views = {view.id: view for view in overview.accounts}
        causes = [*self._of_fleet(overview), *(_of_broken(entry) for entry in broken)]
        unseen = {(kind, _folder(entry)) for entry in broken for kind in (*_OF_FILES, Kind.TROUBLE)}
        for member in members:
            view = views.get(member.entry.id)
            if view is None:  # it came this moment: its card is still to be made
                unseen |= {(kind, member.entry.folder) for kind in Kind}
            elif member.entry.enabled:
                causes += self._of_account(member, view)
                unseen |= set(self._unseen(member, view))
        return Sight(tuple(causes), frozenset(unseen))

    def groups(self) -> Mapping[str, frozenset[str]]:
        """Folder of each account -> its groups."""
        with self._lock:
            return {each.entry.folder: frozenset(each.entry.groups) for each in self._registry.members.values()}

    def places(self) -> dict[str, SummaryPlace]:
        """All accounts, as summaries meet them; of one whose entry is broken, what lies in the folder it names."""
        with self._lock:
            members = list(self._registry.members.values())
            broken = list(self._registry.broken)
        views = {view.id: view for view in self._windows.overview().accounts}
        places = {each.entry.id: _place(each, views.get(each.entry.id)) for each in members}
        return places | {each.id: self._broken_place(each) for each in broken}

    def _broken_place(self, entry: BrokenEntry) -> SummaryPlace:
        folder = AccountFolder(self._root / (entry.folder or f".no-folder-of-{entry.id}"))
        return SummaryPlace(entry.id, entry.name or entry.id, folder, _folder(entry), "UTC")

    def _of_fleet(self, overview: FleetView) -> Iterator[Cause]:
        if overview.paused_by_itself:
            yield _fleet_cause(Kind.TROUBLE, "paused", f"all accounts are paused: {overview.paused}", _RESUME)
        if overview.problems:
            yield _fleet_cause(Kind.TROUBLE, "accounts.yaml", "; ".join(overview.problems), "")
        trouble = self._windows.backup_trouble()
        if trouble:
            yield _fleet_cause(Kind.TROUBLE, "backup", trouble, "", ("Backups", "/backups"))
        waiting = self._windows.approvals_waiting()
        if waiting:
            what = "one proposal waits" if waiting == 1 else f"{waiting:,} proposals wait"
            remedy = "Approve or reject them before they expire"
            yield _fleet_cause(Kind.REVIEW, "approvals", f"{what} for your word", remedy, ("Approvals", "/approvals"))

    def _of_account(self, member: Member, view: AccountView) -> Iterator[Cause]:
        if view.state.kind is StateKind.BROKEN:
            yield _cause(member, Kind.TROUBLE, "broken", f"broken: {view.state.reason}", view.state.remedy)
            return
        standing = self._windows.standing_of(member.entry.id)
        if standing.kind in _IN_TROUBLE:
            words = _IN_TROUBLE[standing.kind]
            reason = f"{words} {standing.reason}" if standing.kind is StandingKind.NEEDS_ATTENTION else words
            yield _cause(member, Kind.TROUBLE, reason, f"{words}: {standing.reason}", standing.remedy)
        yield from _review(member, view)
        yield from self._session(member)
        for line in self._runways.lines(member):
            what, _, remedy = line.partition(": ")
            which = what.partition(" last")[0]
            remedy = remedy[:1].upper() + remedy[1:]  # it stands alone in a message
            yield _cause(member, Kind.RUNWAY, which, what, remedy, ("Content", "content"))

    def _session(self, member: Member) -> Iterator[Cause]:
        if member.settings is None:
            return
        session = self._sessions.glance(member.folder, member.settings.account.cookies_file)
        if session.problem:
            remedy = session.remedy or _RENEW
            yield _cause(member, Kind.SESSION, "over", session.problem, remedy, ("Session", "session"))
        elif session.ends_soon and session.days_left is not None:
            what = f"the session ends {days_words(session.days_left)}"
            yield _cause(member, Kind.SESSION, "soon", what, _RENEW, ("Session", "session"))

    def _unseen(self, member: Member, view: AccountView) -> Iterator[tuple[Kind, str]]:
        folder = member.entry.folder
        if view.state.kind is StateKind.BROKEN:
            yield from ((kind, folder) for kind in _OF_FILES)
        elif not self._runways.has_looked(member):
            yield Kind.RUNWAY, folder


def _review(member: Member, view: AccountView) -> Iterator[Cause]:
    if view.needs_review:
        what = "one post needs" if view.needs_review == 1 else f"{view.needs_review:,} posts need"
        remedy = "Look at the profile, then say whether it is there"
        yield _cause(member, Kind.REVIEW, "posts", f"{what} your review", remedy)
    for line in view.warnings:
        if line.endswith(POSTS_ASK):
            what = line.removesuffix(POSTS_ASK).rstrip(": ")
            yield _cause(member, Kind.REVIEW, "queue", what, "Give it another time", ("Queue", "queue"))


def _of_broken(entry: BrokenEntry) -> Cause:
    reason = "; ".join(str(problem) for problem in entry.problems)
    folder = _folder(entry)
    key = key_of(Kind.TROUBLE, folder, "broken")
    remedy = "Correct the file; it is read again by itself"
    return Cause(key, Kind.TROUBLE, folder, entry.id, entry.name, f"broken: {reason}", remedy, "Overview", "/")


def _folder(entry: BrokenEntry) -> str:
    return entry.folder or f"accounts.yaml: {entry.id}"


def _cause(
    member: Member, kind: Kind, reason: str, what: str, remedy: str, page: tuple[str, str] = ("Runs and posts", "")
) -> Cause:
    entry = member.entry
    path = f"/accounts/{entry.id}" + (f"/{page[1]}" if page[1] else "")
    key = key_of(kind, entry.folder, reason)
    return Cause(key, kind, entry.folder, entry.id, entry.display_name, what, remedy, page[0], path)


def _fleet_cause(kind: Kind, reason: str, what: str, remedy: str, page: tuple[str, str] = ("Overview", "/")) -> Cause:
    return Cause(key_of(kind, "", reason), kind, "", "", FLEET, what, remedy, *page)


def _place(member: Member, view: AccountView | None) -> SummaryPlace:
    entry, settings = member.entry, member.settings
    return SummaryPlace(
        account_id=entry.id,
        name=entry.display_name,
        folder=member.folder,
        path=entry.folder,
        timezone=settings.schedule.timezone if settings else "UTC",
        groups=entry.groups,
        next_run=view.next_run if view else None,
        next_slot=view.next_slot if view else "",
    )
