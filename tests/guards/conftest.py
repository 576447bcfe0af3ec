from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.clock import FakeClock
from bot.guards.engagement import FleetPeople
from bot.guards.room import Guards
from bot.storage.database import Database
from tests.engines import START


class Room:
    """The guards of a fleet with the accounts @tokosatu and @tokodua, and one person nobody engages."""

    def __init__(self, root: Path) -> None:
        self.clock = FakeClock(START)
        self.file = root / "fleet.db"
        self.people = FleetPeople(frozenset({"tokosatu", "tokodua"}), frozenset({"galak"}))
        self.database = Database(self.file, "fleet")
        self.guards = Guards(self.database, self.clock, lambda: self.people)

    def reopen(self) -> None:
        """As after a restart."""
        self.database.close()
        self.database = Database(self.file, "fleet")
        self.guards = Guards(self.database, self.clock, lambda: self.people)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path)
    yield room
    room.database.close()
