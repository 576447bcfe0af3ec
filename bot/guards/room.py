"""All guards of a fleet, joined: what runs, orders and pages ask."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from bot.clock import Clock
from bot.guards.book import GuardBook
from bot.guards.engagement import EngagementGuard, FleetPeople
from bot.storage.database import Database
from bot.storage.guard_stops import GuardStop, GuardStops


class Guards:
    """`texts` knows what was posted, `engagement` who may be engaged. Safe for threads; raises StorageError.

    `people` says whom the files name, each time anew; `name_of` what people call an account.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        people: Callable[[], FleetPeople] = FleetPeople,
        name_of: Callable[[str], str] = str,
    ) -> None:
        self._database = database
        self._stops = GuardStops(database)
        self.texts = GuardBook(database, clock, name_of)
        self.engagement = EngagementGuard(database, clock, people)
        self.filled = self._stops.filled()
        """The folders of accounts whose records of before have been taken in."""

    def together(self) -> AbstractContextManager[None]:
        """What is entered inside stands as a whole, or not at all."""
        return self._database.together()

    def mark_filled(self, folder: str) -> None:
        self._stops.mark_filled(folder)
        self.filled.add(folder)

    def stops(self, limit: int) -> list[GuardStop]:
        """What was stopped lately, newest first."""
        return self._stops.newest(limit)
