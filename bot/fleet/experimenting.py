"""The tests as the fleet keeps them going: whose accounts they are about, and the looks at them, beside all slots."""

from __future__ import annotations

import threading

import structlog

from bot.errors import StorageError
from bot.experiments.desk import ExperimentDesk
from bot.experiments.view import ExperimentPlace
from bot.fleet.registry import Registry
from bot.settings.home import Home

_log = structlog.get_logger(__name__)


def experiment_places(registry: Registry, home: Home) -> list[ExperimentPlace]:
    """All accounts of the list; of those whose entry is broken, no more than that they are there."""
    found = [
        ExperimentPlace(
            key,
            member.entry.name or key,
            member.entry.folder_key,
            member.folder,
            tuple(member.entry.groups),
            None if member.problems else member.settings,
        )
        for key, member in registry.members.items()
    ]
    broken = (entry for entry in registry.broken if entry.folder)
    return found + [
        ExperimentPlace(entry.id, entry.id, entry.folder.strip("/"), home.account(entry.folder), (), None)
        for entry in broken
    ]


class ExperimentLooks:
    """Looks at the tests in a thread of its own: the maths of a large one takes a second or two."""

    def __init__(self, desk: ExperimentDesk) -> None:
        self._desk = desk
        self._thread: threading.Thread | None = None

    def look(self) -> None:
        """Begin a look and return at once; none while one is under way. The ticker calls it."""
        if self._thread is not None and self._thread.is_alive():
            return
        self._thread = threading.Thread(target=self._work, name="aviary-tests", daemon=True)
        self._thread.start()

    def close(self, patience_seconds: float = 10.0) -> None:
        """Wait for the present look."""
        if self._thread is not None:
            self._thread.join(patience_seconds)

    def _work(self) -> None:
        try:
            self._desk.look()
        except StorageError as error:
            _log.warning("tests could not be looked at", error=error.message)
