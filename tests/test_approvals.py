"""The desk of what waits for a person's word: its list of people is that of the guards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.approvals import ApprovalDesk
from bot.clock import FakeClock
from bot.guards.room import Guards
from bot.storage.approvals import Approvals, ApprovalState, Proposal
from bot.storage.database import Database

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(tmp_path / "fleet.db", "fleet")) as database:
        yield database


def test_never_this_person_is_for_all_accounts_until_it_is_undone(database: Database) -> None:
    clock = FakeClock(NOW)
    approvals, guards = Approvals(database, clock), Guards(database, clock)
    desk = ApprovalDesk(approvals, guards.engagement, lambda: None)
    approvals.propose(Proposal("one", "like", "11", "11", "Siti", "butuh paket data", None, "paket data"))
    desk.never(1, "ayu")
    assert desk.get(1).state is ApprovalState.REJECTED
    assert "never" in guards.engagement.why_not_engage("two", "follow", "@SITI")
    desk.undo(1)
    assert desk.get(1).state is ApprovalState.WAITING
    assert guards.engagement.why_not_engage("two", "follow", "@SITI") == ""
