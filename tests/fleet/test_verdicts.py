from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.account_run import RunOutcome
from bot.clock import FakeClock
from bot.errors import PostLimitReached, ProxyRefused, SessionExpired, XDown
from bot.fleet.verdicts import judge
from bot.fleet_view import RunState
from bot.storage.database import Database
from bot.storage.standings import StandingKind, Standings

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
WORKED = RunOutcome(RunState.DONE, worked=True)
HELD_BACK = RunOutcome(RunState.PARTLY, "no permit")
FAILED = RunOutcome(RunState.FAILED, "503", trouble=XDown("503"))
LIMITED = RunOutcome(RunState.FAILED, "limit", trouble=PostLimitReached("limit"))


@pytest.fixture
def standings(tmp_path: Path) -> Iterator[Standings]:
    database = Database(tmp_path / "fleet.db", "fleet")
    yield Standings(database, FakeClock(NOW))
    database.close()


def test_a_rest_that_x_com_asked_for_is_not_ended_by_a_run_that_worked(standings: Standings) -> None:
    judge(standings, "one", LIMITED, NOW)
    judge(standings, "one", WORKED, NOW + timedelta(minutes=1))
    assert standings.get("one").kind is StandingKind.LIMITED


def test_once_its_time_is_over_a_run_that_worked_clears_it(standings: Standings) -> None:
    judge(standings, "one", LIMITED, NOW)
    judge(standings, "one", WORKED, NOW + timedelta(days=2))
    assert standings.get("one").kind is StandingKind.ACTIVE


def test_a_run_that_worked_ends_a_series_of_failures(standings: Standings) -> None:
    for _ in range(3):
        judge(standings, "one", FAILED, NOW)
    assert standings.get("one").kind is StandingKind.FAILING
    judge(standings, "one", WORKED, NOW)
    assert (standings.get("one").kind, standings.get("one").failures) == (StandingKind.ACTIVE, 0)


def test_a_run_that_limits_held_back_proves_nothing(standings: Standings) -> None:
    judge(standings, "one", FAILED, NOW)
    judge(standings, "one", HELD_BACK, NOW)
    assert standings.get("one").failures == 1


def test_what_a_person_decided_stays(standings: Standings) -> None:
    standings.set("one", StandingKind.PAUSED)
    for outcome in (WORKED, FAILED, LIMITED):
        judge(standings, "one", outcome, NOW)
        assert standings.get("one").kind is StandingKind.PAUSED


def test_a_proxy_that_refuses_needs_a_person_but_is_no_sign_of_x_com(standings: Standings) -> None:
    refused = RunOutcome(RunState.FAILED, "407", trouble=ProxyRefused("407"))
    assert judge(standings, "one", refused, NOW) is False
    assert standings.get("one").kind is StandingKind.NEEDS_ATTENTION
    assert judge(standings, "two", RunOutcome(RunState.FAILED, "", trouble=SessionExpired("over")), NOW) is True
