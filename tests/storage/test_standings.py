"""Where accounts stand, across restarts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import FakeClock
from bot.storage.database import Database
from bot.storage.standings import Standing, StandingKind, Standings

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "fleet.db", "fleet")
    yield database
    database.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(START)


@pytest.fixture
def standings(database: Database, clock: FakeClock) -> Standings:
    return Standings(database, clock)


def test_a_new_account_is_active_and_remembers_when_it_was_first_seen(standings: Standings, clock: FakeClock) -> None:
    assert standings.meet("one") == Standing(StandingKind.ACTIVE, first_seen=START)
    clock.advance(60)
    assert standings.meet("one").first_seen == START
    with pytest.raises(KeyError):
        standings.get("two")


def test_a_standing_is_replaced_as_a_whole_and_outlives_a_restart(
    standings: Standings, database: Database, clock: FakeClock
) -> None:
    standings.meet("one")
    until = START + timedelta(hours=6)
    standings.set("one", StandingKind.LIMITED, reason="slow down \ud83d", remedy="wait", until=until, failures=2)
    again = Database(database.path, "fleet")
    assert Standings(again, clock).get("one") == Standing(
        StandingKind.LIMITED, START, "slow down ?", "wait", until, failures=2
    )
    again.close()
    standings.set("one", StandingKind.ACTIVE)
    assert standings.get("one") == Standing(StandingKind.ACTIVE, START)


def test_a_standing_of_an_account_never_met_is_not_lost(standings: Standings) -> None:
    standings.set("one", StandingKind.NEEDS_ATTENTION, reason="challenge")
    assert standings.meet("one").kind is StandingKind.NEEDS_ATTENTION


@pytest.mark.parametrize("kind", [StandingKind.LIMITED, StandingKind.FAILING])
def test_a_rest_ends_by_itself(kind: StandingKind) -> None:
    standing = Standing(kind, START, until=START + timedelta(minutes=5))
    assert standing.holds(START + timedelta(seconds=299))
    assert not standing.holds(START + timedelta(seconds=300))
    assert not Standing(kind, START).holds(START)


@pytest.mark.parametrize("kind", [StandingKind.STOPPED, StandingKind.PAUSED, StandingKind.NEEDS_ATTENTION])
def test_what_a_person_must_end_never_ends_by_itself(kind: StandingKind) -> None:
    assert Standing(kind, START).holds(START + timedelta(days=999))
    assert not Standing(StandingKind.ACTIVE, START).holds(START)


def test_a_mark_is_remembered_and_replaced(standings: Standings) -> None:
    assert standings.mark("looked at") is None
    standings.set_mark("looked at", "1")
    standings.set_mark("looked at", "2")
    assert standings.mark("looked at") == "2"


def test_a_standing_is_a_clause_about_its_account() -> None:
    attention = Standing(StandingKind.NEEDS_ATTENTION, START, reason="it was restored")
    assert attention.of_account == "the account needs attention: it was restored"
    assert Standing(StandingKind.PAUSED, START).of_account == "the account is paused"
