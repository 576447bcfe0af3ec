"""Old records go once a day, account by account, beside everything else."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.clock import FakeClock, StopSignal
from bot.fleet.records import open_records
from bot.fleet.registry import Registry
from bot.fleet.tidying import Tidying
from bot.settings.home import AccountFolder, Home
from bot.storage.database import Database, to_text
from bot.storage.retention import BATCH
from bot.storage.standings import Standings
from tests.engines import START
from tests.homes import HomeBuilder
from tests.worlds import World

NEWEST = 1000  # so many steps stay at any age
OLD = 2 * BATCH


class RestingClock(FakeClock):
    """A clock whose pauses last until they are ended."""

    def __init__(self) -> None:
        super().__init__(START)
        self.rests = threading.Event()

    def pause(self, seconds: float, stop: StopSignal) -> None:
        self.rests.set()
        assert stop.wait(20)
        stop.check()


class House:
    """A home whose accounts have old records, and what tidies it."""

    def __init__(self, root: Path) -> None:
        self.home = HomeBuilder(root)
        for account_id, handle in (("one", "OneShop"), ("two", "TwoShop")):
            self.home.add(account_id, handle)
        self.lock = threading.RLock()
        self.registry = Registry(Home(root))
        self.registry.refresh()
        self.clock = FakeClock(START)
        self.database = Database(Home(root).fleet_db, "fleet")
        self.standings = Standings(self.database, self.clock)
        self.opened: list[Tidying] = []

    def tidying(self, clock: FakeClock | None = None) -> Tidying:
        """As after a start."""
        tidying = Tidying(self.lock, self.registry, clock or self.clock)
        tidying.open(self.standings)
        self.opened.append(tidying)
        return tidying

    def file(self, account_id: str) -> Path:
        return self.registry.members[account_id].folder.metrics_db

    def add_steps(self, account_id: str, days_ago: int = 100) -> None:
        """Old ones, behind the newest, which stay."""
        at = to_text(START - timedelta(days=days_ago))
        database = Database(self.file(account_id), "account")
        with database.write() as connection:
            connection.executemany(
                "INSERT INTO steps (at, level, text) VALUES (?, 'info', '')",
                [(at,)] * OLD + [(to_text(START),)] * NEWEST,
            )
        database.close()

    def steps(self, account_id: str) -> int:
        return self.count(self.file(account_id))

    def count(self, file: Path) -> int:
        database = Database(file, "account")
        try:
            return int(database.value("SELECT count(*) FROM steps"))
        finally:
            database.close()

    def close(self) -> None:
        for tidying in self.opened:
            tidying.close()
        self.database.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.close()


def let_work(tidying: Tidying) -> None:
    """A look, and the work to which it leads, to its end."""
    tidying.look()
    for thread in threading.enumerate():
        if thread.name == "aviary-tidying":
            thread.join(20)


def test_every_account_forgets_what_is_old(house: House) -> None:
    for account_id in ("one", "two"):
        house.add_steps(account_id)
    let_work(house.tidying())
    assert [house.steps("one"), house.steps("two")] == [NEWEST, NEWEST]


def test_it_is_done_once_a_day_whatever_is_restarted(house: House) -> None:
    let_work(house.tidying())
    house.add_steps("one")
    house.clock.advance(86_399)
    let_work(house.tidying())
    assert house.steps("one") == OLD + NEWEST
    house.clock.advance(1)
    let_work(house.tidying())
    assert house.steps("one") == NEWEST


def test_a_clock_that_ran_ahead_and_was_set_back_does_not_put_it_off(house: House) -> None:
    house.clock.jump(400 * 86_400)
    let_work(house.tidying())
    house.clock.jump(-400 * 86_400)
    house.add_steps("one")
    let_work(house.tidying())
    assert house.steps("one") == NEWEST


def test_how_long_records_are_kept_is_read_from_the_master_list(house: House) -> None:
    house.add_steps("one", days_ago=100)
    house.home.fleet["keep_record_days"] = 365
    house.home.write()
    house.registry.refresh()
    let_work(house.tidying())
    assert house.steps("one") == OLD + NEWEST


def test_a_damaged_database_is_logged_and_the_other_accounts_go_on(house: House) -> None:
    house.file("one").parent.mkdir()
    house.file("one").write_bytes(b"no database at all" * 1000)
    house.add_steps("two")
    with capture_logs() as logs:
        let_work(house.tidying())
    assert [log["account"] for log in logs if log["event"] == "old records were not forgotten"] == ["one"]
    assert house.steps("two") == NEWEST


def test_an_account_that_has_not_worked_yet_gets_no_database(house: House) -> None:
    assert house.tidying().tidy(house.registry.members.values(), 90) == 0
    assert not house.file("one").exists()


def test_an_account_that_left_the_list_meanwhile_is_not_touched(house: House) -> None:
    """Its folder is about to be deleted; a database that is opened then would bring it back."""
    members = list(house.registry.members.values())
    for account_id in ("one", "two"):
        house.add_steps(account_id)
    file = house.file("one")
    del house.home.entries[0]
    house.home.write()
    house.registry.refresh()
    assert house.tidying().tidy(members, 90) == OLD
    assert house.count(file) == OLD + NEWEST
    shutil.rmtree(members[0].folder.root)
    assert house.tidying().tidy(members, 90) == 0
    assert not members[0].folder.root.exists()


def test_nobody_waits_for_it_and_it_ends_at_its_next_transaction(house: House) -> None:
    house.add_steps("one")
    clock = RestingClock()
    tidying = house.tidying(clock)
    tidying.look()
    assert clock.rests.wait(20)
    assert house.lock.acquire(blocking=False), "the manager's lock is free"
    house.lock.release()
    tidying.look()
    assert [thread.name for thread in threading.enumerate()].count("aviary-tidying") == 1
    tidying.close()
    assert "aviary-tidying" not in {thread.name for thread in threading.enumerate()}
    assert house.steps("one") == OLD - BATCH + NEWEST
    tidying.look()
    assert house.steps("one") == OLD - BATCH + NEWEST, "not after the end"
    let_work(house.tidying())
    assert house.steps("one") == NEWEST, "the next start goes on"


def test_a_fleet_that_runs_tidies_by_itself(world: World) -> None:
    folder = AccountFolder(world.add("one", "OneShop"))
    with open_records(folder) as records:
        for number in range(NEWEST + 5):
            records.journal.note(None, START - timedelta(days=100), "newer" if number else "oldest")
    manager = world.open()
    manager.start()
    world.clock.advance(700)

    def is_tidied() -> bool:
        with open_records(folder) as records:
            return not records.journal.history(1, words="oldest")

    patience = time.monotonic() + 30
    while not is_tidied() and time.monotonic() < patience:
        threading.Event().wait(0.05)  # the ticker and the tidying have threads of their own
    assert is_tidied()
