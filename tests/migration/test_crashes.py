"""The plug is pulled, or the disk refuses, at every single operation on files: one installation is whole, always."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.account_manager import AccountManager
from bot.clock import FakeClock
from bot.errors import AviaryError
from bot.migration.record import read_record
from bot.migration.tool import Request
from bot.settings.fleet import load_fleet_file
from bot.settings.home import AccountFolder, Home
from tests.migration.worlds import (
    FOLDER,
    MOVE,
    NOW,
    SCRATCH,
    UNDO,
    Plug,
    PulledPlug,
    Told,
    build_single,
    copy_home,
    fleet_rows,
    is_moved,
    make_tool,
    present_folder,
    tell_of,
    tree_of,
)

ROOT = Path(__file__).resolve().parents[2]
KILLED = 9
PATHS = pytest.mark.parametrize("links", [True, False], ids=["one disk", "two disks"])


def full(operation: str) -> OSError:
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), operation)


def forbidden(operation: str) -> OSError:
    return PermissionError(errno.EACCES, os.strerror(errno.EACCES), operation)


class Road:
    """One request, of which each operation on files has a number."""

    def __init__(self, home: Home, request: Request, *, links: bool = True) -> None:
        self.home, self.request, self.links = home, request, links
        self._copies = 0

    def fresh(self) -> Home:
        self._copies += 1
        return copy_home(self.home, self.home.root.with_name(f"copy {self._copies}"))

    def go(self, home: Home, plug: Plug | None = None) -> None:
        make_tool(home, plug, links=self.links).carry_out(self.request)

    def trouble_with(self, home: Home, plug: Plug) -> AviaryError | None:
        """None when the very last of it, after the change, was all that failed."""
        try:
            self.go(home, plug)
        except AviaryError as error:
            return error
        return None

    def operations(self) -> list[str]:
        plug = Plug()
        self.go(self.fresh(), plug)
        return plug.seen

    def cut_off_at(self, number: int) -> Home:
        home = self.fresh()
        with pytest.raises(PulledPlug):
            self.go(home, Plug(number))
        return home


def told_of_move(home: Home) -> Told:
    return tell_of(present_folder(home))


@pytest.fixture
def single(tmp_path: Path) -> Home:
    return build_single(tmp_path / "single")


@pytest.fixture
def moved(single: Home) -> Home:
    make_tool(single).carry_out(MOVE)
    return single


@PATHS
def test_a_crash_at_any_step_of_the_migration_leaves_one_installation_whole(single: Home, *, links: bool) -> None:
    road, before = Road(single, MOVE, links=links), tell_of(AccountFolder(single.root))
    finished = road.fresh()
    road.go(finished)
    operations = road.operations()
    changes = 0
    for number in range(1, len(operations) + 1):
        home = road.cut_off_at(number)
        changes += is_moved(home)
        assert told_without_leftovers(home, before), operations[number - 1]
        road.go(home)
        assert is_moved(home)
        assert tell_of(home.account(FOLDER)) == before
        assert tree_but_record(home) == tree_but_record(finished), operations[number - 1]
        assert fleet_rows(home) == [(FOLDER, "account1")]
    assert len(operations) > 40
    assert 0 < changes < len(operations), "the change is one of the steps"


@PATHS
def test_after_a_crash_at_any_step_the_way_back_leads_to_what_was_before(single: Home, *, links: bool) -> None:
    road, before = Road(single, MOVE, links=links), tree_of(single.root)
    for number in range(1, len(road.operations()) + 1):
        home = road.cut_off_at(number)
        make_tool(home, links=links).carry_out(UNDO)
        assert tree_of(home.root) == before


@PATHS
def test_a_crash_at_any_step_of_the_way_back_leaves_one_installation_whole(moved: Home, *, links: bool) -> None:
    road, before = Road(moved, UNDO, links=links), tell_of(moved.account(FOLDER))
    finished = road.fresh()
    road.go(finished)
    operations = road.operations()
    for number in range(1, len(operations) + 1):
        home = road.cut_off_at(number)
        assert told_without_leftovers(home, before), operations[number - 1]
        road.go(home)
        assert tree_of(home.root) == tree_of(finished.root), operations[number - 1]
        assert fleet_rows(home) == [(".", "account1")]


def test_what_a_crash_left_of_a_write_is_taken_away(single: Home) -> None:
    """Found with strace, which ended the process within the write itself."""
    for name in ("config/.accounts.yaml.0a1b2c3d.tmp", "data/.migration.json.0a1b2c3d.tmp"):
        (single.root / name).write_bytes(b"half")
    make_tool(single, agrees=False).carry_out(MOVE)
    assert [path.name for path in single.root.rglob(".*.tmp")] == []


def told_without_leftovers(home: Home, before: Told) -> bool:
    """Whether the installation that counts has all there was: in the home there may lie more."""
    after = told_of_move(home)
    same = (after.rows, after.posts, after.pictures, after.slots, after.keywords) == (
        before.rows,
        before.posts,
        before.pictures,
        before.slots,
        before.keywords,
    )
    return same and before.files.items() <= after.files.items()


def tree_but_record(home: Home) -> dict[str, str]:
    """Times of files are in the record."""
    return {name: value for name, value in tree_of(home.root).items() if name != "data/migration.json"}


@PATHS
def test_aviary_works_on_after_a_crash_at_any_step_and_the_tool_ends_it_later(single: Home, *, links: bool) -> None:
    """Whoever does not run the tool again, but starts the panel, changes files meanwhile."""
    road = Road(single, MOVE, links=links)
    for number in range(1, len(road.operations()) + 1, 3):
        home = road.cut_off_at(number)
        (folder,) = work_in(home) or [present_folder(home)]
        settings = folder.settings_yaml
        settings.write_bytes(settings.read_bytes() + b"# edited meanwhile\n")
        told = tell_of(folder)
        road.go(home)
        after = tell_of(home.account(FOLDER))
        assert after.rows == told.rows
        assert home.account(FOLDER).settings_yaml.read_bytes().endswith(b"# edited meanwhile\n")


def work_in(home: Home) -> list[AccountFolder]:
    """The panel has been there for a moment."""
    manager = AccountManager(home.root, clock=FakeClock(NOW))
    manager.open()
    try:
        return [home.account(view.folder) for view in manager.overview().accounts]
    finally:
        manager.close()


def test_a_crash_at_any_step_of_making_new_accounts_leaves_all_or_none(single: Home) -> None:
    road, before = Road(single, SCRATCH), tell_of(AccountFolder(single.root))
    finished = road.fresh()
    road.go(finished)
    for number in range(1, len(road.operations()) + 1):
        home = road.cut_off_at(number)
        fleet = load_fleet_file(home)
        assert [entry.id for entry in fleet.accounts] in ([], ["a", "b"])
        assert all(home.account(entry.folder).settings_yaml.is_file() for entry in fleet.accounts)
        road.go(home)
        assert tree_but_record(home) == tree_but_record(finished)
        assert tell_of(AccountFolder(home.root)) == before


@PATHS
@pytest.mark.parametrize("trouble", [full, forbidden])
@pytest.mark.parametrize("request_", [MOVE, SCRATCH], ids=["move", "scratch"])
def test_a_disk_that_refuses_at_any_step_is_told_and_nothing_is_lost(
    single: Home, trouble: Callable[[str], OSError], request_: Request, *, links: bool
) -> None:
    road, before = Road(single, request_, links=links), tree_of(single.root)
    for number, operation in enumerate(road.operations(), 1):
        home = road.fresh()
        with pytest.raises(AviaryError) as raised:
            road.go(home, Plug(number, trouble))
        assert raised.value.remedy, operation
        if read_record(home) is None:
            assert tree_of(home.root) == before, operation
        else:
            assert "not all was cleared away" in raised.value.message
        road.go(home)
        assert read_record(home) is not None


@PATHS
def test_a_disk_that_refuses_on_the_way_back_is_told_and_nothing_is_lost(moved: Home, *, links: bool) -> None:
    road, before = Road(moved, UNDO, links=links), tree_of(moved.root)
    for number, operation in enumerate(road.operations(), 1):
        home = road.fresh()
        error = road.trouble_with(home, Plug(number, full))
        assert error is None or error.remedy, operation
        assert error is not None or not is_moved(home), operation
        if is_moved(home):
            assert tree_but_record(home) == {name: each for name, each in before.items() if "migration" not in name}
        road.go(home)
        assert not is_moved(home)


CHILD = """\
import os, sys
from pathlib import Path
from bot.settings.home import Home
from tests.migration.worlds import MOVE, UNDO, Plug, make_tool

class Kill(Plug):
    def __call__(self, operation):
        self.seen.append(operation)
        if len(self.seen) == self.at:
            os._exit(9)

make_tool(Home(Path(sys.argv[1])), Kill(int(sys.argv[2]))).carry_out({"move": MOVE, "undo": UNDO}[sys.argv[3]])
"""


def kill_at(home: Home, number: int, request: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(home.root), str(number), request],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
        timeout=60,
    )
    return done.returncode


def test_processes_that_are_gone_in_the_middle_leave_one_installation_whole(single: Home) -> None:
    road, before = Road(single, MOVE), tell_of(AccountFolder(single.root))
    total = len(road.operations())
    for number in (3, 4, total // 3, total // 2, total - 20, total - 3):
        home = road.fresh()
        assert kill_at(home, number, "move") == KILLED
        assert told_without_leftovers(home, before)
        assert kill_at(home, 10, "undo") in (0, KILLED)
        road.go(home)
        assert tell_of(home.account(FOLDER)) == before
