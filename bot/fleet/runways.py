"""Which accounts run out of texts: looked at when files change, when a run ends, and once an hour, a few at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from bot.clock import Clock
from bot.content.desk import ContentDesk
from bot.content.runway import warn
from bot.content.templates import ContentError, read_content
from bot.errors import SettingsError, StorageError
from bot.fleet.registry import Member, Registry
from bot.settings.account import AccountSettings
from bot.settings.content import load_templates
from bot.settings.home import AccountFolder, is_there

LOOKED_AT_ONCE = 10  # accounts
_SECONDS_AT_ONCE = 0.3
"""The thread of the ticker must not be kept from what is due."""
_AGAIN_AFTER = timedelta(hours=1)
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Look:
    """What was seen, when, and of which files."""

    at: datetime
    settings: AccountSettings
    stamp: tuple[int, int]
    lines: tuple[str, ...]


class Runways:
    """Holds the manager's lock only to see which accounts there are: reading and counting keep nobody waiting.

    `changed` is told of each account with other warnings than before.
    """

    def __init__(
        self,
        lock: threading.RLock,
        registry: Registry,
        desk: ContentDesk,
        clock: Clock,
        changed: Callable[[str], None],
    ) -> None:
        self._lock = lock
        self._registry = registry
        self._desk = desk
        self._clock = clock
        self._changed = changed
        self._looks: dict[Path, _Look] = {}
        self._stale: set[Path] = set()

    def lines(self, member: Member) -> tuple[str, ...]:
        """The warnings of the last look at an account; none before the first one."""
        known = self._looks.get(member.folder.root)
        return known.lines if known is not None and member.settings is known.settings else ()

    def has_looked(self, member: Member) -> bool:
        """Whether `lines` tells of the account as it is set up now."""
        known = self._looks.get(member.folder.root)
        return known is not None and member.settings is known.settings

    def look_again(self, account_id: str) -> None:
        """It may have posted, or have other media: the next refresh looks at it."""
        with self._lock:
            member = self._registry.members.get(account_id)
            if member is not None:
                self._stale.add(member.folder.root)

    def refresh(self) -> None:
        """Look at some of the accounts whose files changed, that worked, or that were looked at long ago."""
        with self._lock:
            members = [each for each in self._registry.members.values() if each.is_usable]
        roots = {member.folder.root for member in members}
        self._looks = {root: look for root, look in self._looks.items() if root in roots}
        now = self._clock.now()
        due = [(member, member.settings) for member in members if member.settings and self._is_due(member, now)]
        began = self._clock.monotonic()
        for member, settings in due[:LOOKED_AT_ONCE]:
            if self._clock.monotonic() - began > _SECONDS_AT_ONCE:
                break
            self._stale.discard(member.folder.root)  # first: what ends during the look is for the next one
            before, stamp = self.lines(member), _stamp(member.folder)
            lines = self._look(member, settings)
            self._looks[member.folder.root] = _Look(now, settings, stamp, lines)
            if lines != before:
                self._changed(member.entry.id)

    def _is_due(self, member: Member, now: datetime) -> bool:
        root, known = member.folder.root, self._looks.get(member.folder.root)
        if known is None or root in self._stale:
            return True
        if known.settings is not member.settings or known.stamp != _stamp(member.folder):
            return True
        return not timedelta() <= now - known.at < _AGAIN_AFTER

    def _look(self, member: Member, settings: AccountSettings) -> tuple[str, ...]:
        """A kind without any template is told by bot.content.readiness."""
        if not is_there(member.folder.templates_yaml):
            return ()
        try:
            content = read_content(load_templates(member.folder))
            runways = self._desk.runways(member.entry.id, settings, content)
        except (SettingsError, ContentError, StorageError, KeyError) as error:
            _log.info("runway not known", account=member.entry.id, error=str(error))  # its card says what is wrong
            return ()
        kinds = {template.kind for template in content.templates if template.enabled}
        return warn((each for each in runways if each.kind in kinds), settings)


def _stamp(folder: AccountFolder) -> tuple[int, int]:
    try:
        status = folder.templates_yaml.stat()
    except OSError:
        return (0, 0)
    return (status.st_mtime_ns, status.st_size)
