"""Ten accounts with real browsers: four are broken in four ways, and the other six do all their work."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import psutil
import pytest

from bot.browser.processes import find_own
from bot.fleet_view import RunState, StateKind
from tests.e2e.fleets import PracticeFleet
from tests.homes import own_name

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]
SLOT = {"like": 1, "follow": 1}
GOOD = [f"baik{number}" for number in range(6)]
DEADLINE = 90  # longer than the others need, on a busy machine too


def text_of(name: str) -> str:
    return f"{own_name(name)} buka hari ini"


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeFleet]:
    with PracticeFleet(tmp_path_factory.mktemp("isolation")) as fleet:
        fleet.home.fleet["run_deadline_seconds"] = DEADLINE
        for name in ["hangs", "crashes", "corrupt", "broken", *GOOD]:
            fleet.add(name, f"t_{name}", slot=SLOT, promo=[text_of(name)])
        fleet.set_fault("t_hangs", "slow", "load", seconds=600, count=50)
        database = fleet.root / "accounts" / "corrupt_t_corrupt" / "data" / "metrics.db"
        database.parent.mkdir(exist_ok=True)
        database.write_bytes(b"this is no database" * 400)
        settings = fleet.root / "accounts" / "broken_t_broken" / "config" / "settings.yaml"
        settings.write_text("schedule: [\n", encoding="utf-8")
        fleet.manager.load_accounts()
        ended = threading.Event()
        killer = threading.Thread(target=_keep_killing, args=(fleet, ended))
        killer.start()
        try:
            fleet.run_all(800)
        finally:
            ended.set()
            killer.join()
        yield fleet


def _keep_killing(fleet: PracticeFleet, ended: threading.Event) -> None:
    """End every browser of the account "crashes" a moment after it has begun."""
    profile = fleet.root / "accounts" / "crashes_t_crashes" / "data" / "profile"
    while not ended.wait(0.5):
        for own in find_own(profile):
            if own.path == profile:
                try:
                    psutil.Process(own.pid).kill()
                except psutil.NoSuchProcess:
                    continue


@pytest.mark.parametrize("name", GOOD)
def test_the_others_do_all_their_work(fleet: PracticeFleet, name: str) -> None:
    view = fleet.manager.account_view(name)
    assert view.last_run is not None
    assert (view.state.kind, view.last_run.state) == (StateKind.WAITING, RunState.DONE), view.last_run.reason
    account = fleet.state()[f"t_{name}"]
    assert [post["text"] for post in account["posts"]] == [text_of(name)]
    assert (len(account["likes"]), len(account["follows"])) == (1, 1)


def test_the_one_that_hangs_is_ended_at_its_deadline(fleet: PracticeFleet) -> None:
    run = fleet.manager.runs("hangs")[0]
    assert run.state is RunState.FAILED
    assert run.started_at is not None
    assert run.ended_at is not None
    assert DEADLINE - 1 <= (run.ended_at - run.started_at).total_seconds() <= DEADLINE + 60


def test_the_one_whose_browser_dies_again_and_again_has_failed(fleet: PracticeFleet) -> None:
    run = fleet.manager.runs("crashes")[0]
    assert run.state is RunState.FAILED, run.reason
    assert len(fleet.state()["t_crashes"]["posts"]) <= 1


@pytest.mark.parametrize(("name", "place"), [("corrupt", "metrics.db"), ("broken", "settings.yaml, line")])
def test_the_ones_with_damaged_files_say_which(fleet: PracticeFleet, name: str, place: str) -> None:
    state = fleet.manager.account_view(name).state
    assert state.kind is StateKind.BROKEN
    assert place in state.reason


def test_no_process_is_left(fleet: PracticeFleet) -> None:
    assert fleet.processes_left() == []
