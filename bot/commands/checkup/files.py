"""The files: whether they may be read and written, what is wrong in them, and how long sessions last."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.commands.checkup.finding import Finding, Level
from bot.commands.onlooker import WHERE_NONE, Onlooker
from bot.fleet.registry import Member
from bot.fleet_view import AccountView, StateKind
from bot.sessions import SessionPlace, Sessions, days_words
from bot.settings.home import Home, is_there
from bot.storage.sealing import SessionKeys

_TROUBLE = {StateKind.BROKEN, StateKind.NEEDS_ATTENTION}
_CORRECT = "Correct the file; it is read again by itself."


def look_at_files(onlooker: Onlooker) -> Iterator[Finding]:
    """Rights first: what may not be read is not looked at well."""
    home, members = onlooker.home, tuple(onlooker.registry.members.values())
    yield check_rights(home, members)
    yield from _config(onlooker)
    yield from _sessions(onlooker, members)


def check_rights(home: Home, members: Iterable[Member]) -> Finding:
    """Whether the user who runs this may write where Aviary writes."""
    folders = [home.root, home.data, home.accounts_yaml.parent, home.log_file.parent]
    files = [home.fleet_db, home.panel_db, home.lock_file, home.log_file]
    for member in members:
        folders += [member.folder.root, member.folder.data, member.folder.config]
        files += [member.folder.metrics_db, member.folder.settings_yaml, member.folder.cookies_json]
    refused = list(dict.fromkeys(str(each) for each in (*folders, *files) if is_there(each) and not _may_write(each)))
    if refused:
        remedy = f"Give the user who runs Aviary the right to read and write {'it' if len(refused) == 1 else 'them'}."
        return Finding("rights", Level.WRONG, f"may not be read or written: {', '.join(refused)}", remedy)
    return Finding("rights", Level.GOOD, f"{home.root} may be read and written")


def _may_write(path: Path) -> bool:
    needed = os.R_OK | os.W_OK | (os.X_OK if path.is_dir() else 0)
    return os.access(path, needed)


def _config(onlooker: Onlooker) -> Iterator[Finding]:
    told = [Finding("config", Level.WRONG, problem, _CORRECT) for problem in onlooker.problems()]
    told += [Finding("config", Level.WARNING, warning) for warning in onlooker.warnings()]
    views = onlooker.accounts()
    if not views and not told:
        told.append(Finding("config", Level.WRONG, f"there is no account: {onlooker.why_none()}", WHERE_NONE))
    for view in views:
        if view.state.kind in _TROUBLE:
            told.append(Finding(view.id, Level.WRONG, view.state.reason, view.state.remedy))
        told += [
            Finding(view.id, Level.WARNING, line) for line in view.warnings if not _is_of_session(onlooker, view, line)
        ]
    yield from told or [Finding("config", Level.GOOD, f"{len(views)} {'account' if len(views) == 1 else 'accounts'}")]


def _is_of_session(onlooker: Onlooker, view: AccountView, line: str) -> bool:
    """Whether a line on what is missing is told with the sessions, too."""
    member = onlooker.registry.members.get(view.id)
    return member is not None and member.settings is not None and line.startswith(member.settings.account.cookies_file)


def _sessions(onlooker: Onlooker, members: Iterable[Member]) -> Iterator[Finding]:
    places = {
        member.entry.id: SessionPlace(member.folder, member.settings.account.cookies_file, member.entry.name)
        for member in members
        if member.settings is not None and member.entry.enabled
    }
    keys = SessionKeys(onlooker.home.data)
    sessions = Sessions(lambda: places, keys, onlooker.clock, lambda _id: None, lambda _id: "")
    for account_id, place in places.items():
        yield _session(account_id, place, sessions)


def _session(account_id: str, place: SessionPlace, sessions: Sessions) -> Finding:
    what, view = f"{account_id} session", sessions.look(account_id)
    if view.problem:
        return Finding(what, Level.WRONG, view.problem, view.remedy)
    if view.ends_soon:
        return Finding(what, Level.WARNING, " ".join(sessions.lines(place.folder, place.file)))
    ends = f"ends {days_words(view.days_left)}" if view.days_left is not None else "names no end"
    said = view.check.problem if view.check else ""
    if said:
        return Finding(what, Level.WARNING, f"it {ends}, but x.com said at the last log-in: {said}", view.remedy)
    return Finding(what, Level.GOOD, f"{view.file} {ends}; python main.py --test shows whether x.com takes it")
