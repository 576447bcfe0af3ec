"""Starts and stops of a fleet with real browsers leave nothing behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.account_manager import AccountManager
from bot.fleet_view import RunState
from tests.e2e.fleets import PracticeFleet
from tests.leaks import Held

pytestmark = pytest.mark.e2e
ACCOUNTS = ("one", "two")
ONLY_LOOKS = {"post": "none", "like": 0, "follow": 0}


@pytest.mark.parametrize(
    "starts",
    [
        pytest.param(3, marks=pytest.mark.timeout(400)),
        pytest.param(50, marks=[pytest.mark.nightly, pytest.mark.timeout(3600)]),
    ],
)
def test_starts_and_stops_leave_no_descriptors_threads_or_processes(tmp_path: Path, starts: int) -> None:
    with PracticeFleet(tmp_path) as fleet:
        for name in ACCOUNTS:
            fleet.add(name, f"t_{name}", slot=ONLY_LOOKS)
        fleet.manager.close()
        start_and_stop(tmp_path)  # what Python, Selenium and the site open once does not count
        before = Held.now()
        for _ in range(starts):
            start_and_stop(tmp_path)
            assert fleet.processes_left() == []
        Held.now().check_against(before)
        fleet.manager = AccountManager(tmp_path)
        fleet.manager.open()


def start_and_stop(root: Path) -> None:
    """One life of the engine, in which each account opens its browser and looks at its profile."""
    manager = AccountManager(root)
    manager.open()
    manager.start()
    manager.run_all_accounts()
    assert manager.wait_until_idle(120)
    states = [manager.runs(name)[0].state for name in ACCOUNTS]
    manager.close()
    assert states == [RunState.DONE] * len(ACCOUNTS)
