"""`--run-once`, `--test` and `--daemon`: the engine without the panel."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import main as command_line
from bot.account_manager import AccountManager
from bot.commands.answer import Answer, ExitCode
from bot.commands.onlooker import Onlooker
from bot.commands.working import log_in_and_look, run_once
from bot.errors import AviaryError, HomeInUse, SessionExpired
from bot.fleet.records import open_records
from bot.fleet_view import RunState
from bot.settings.home import AccountFolder
from bot.storage.database import Database
from bot.storage.standings import StandingKind, Standings
from tests.homes import DAY_LONG, NO_DELAYS
from tests.worlds import World

pytestmark = pytest.mark.usefixtures("console_logs")


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.add("one", "OneShop")
    world.add("two", "TwoShop")
    for number in range(4):
        world.x.add_post(f"stranger{number}", f"cari paket data {number}")
    return world


class Console:
    """What a command is given, and what it told meanwhile."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.told: list[str] = []

    def make(self, only: str) -> AccountManager:
        return AccountManager(self.world.home.root, clock=self.world.clock, connect=self.world.connect, only=only)

    def run(self, slot: str = "morning", name: str = "") -> Answer:
        return run_once(self.onlooker(), name, slot, self.make, self.told.append)

    def test(self, name: str = "") -> Answer:
        return log_in_and_look(self.onlooker(), name, self.make, self.told.append)

    def onlooker(self) -> Onlooker:
        return Onlooker(self.world.home.root, self.world.clock)


@pytest.fixture
def console(world: World) -> Console:
    return Console(world)


def runs_of(world: World, account_id: str, handle: str) -> list[tuple[str, str]]:
    with open_records(AccountFolder(world.home.root / f"accounts/{account_id}_{handle}")) as records:
        return [(run.slot, run.state) for run in records.journal.runs(10)]


@contextmanager
def standings_of(world: World) -> Iterator[Standings]:
    database = Database(world.home.root / "data" / "fleet.db", "fleet")
    try:
        yield Standings(database, world.clock)
    finally:
        database.close()


# One slot, now


def test_every_enabled_account_does_the_slot_and_the_home_is_free_again(world: World, console: Console) -> None:
    answer = console.run()
    assert answer.code is ExitCode.DONE
    assert [(run["id"], run["state"], run["posts"]) for run in answer.data["runs"]] == [
        ("one", "done", 1),
        ("two", "done", 1),
    ]
    assert answer.text.splitlines()[1].split()[:4] == ["one", "@OneShop", "done", "1"]
    assert any(line.startswith("07:59:00  two  logged in") for line in console.told)
    assert console.run("morning", "@TwoShop").data["runs"][0]["posts"] == 1, "who asks again gets it again"


def test_one_account_can_be_named(world: World, console: Console) -> None:
    answer = console.run("morning", "two_TwoShop")
    assert [run["id"] for run in answer.data["runs"]] == ["two"]
    assert not world.x.posts_of("OneShop")
    assert not any(line.startswith("one") for line in console.told)


def test_progress_is_told_while_it_works_with_the_time_of_the_account(console: Console) -> None:
    console.run("morning", "one")
    assert console.told[0] == "Shop OneShop: morning begins now."
    assert any(line.startswith("07:59:00  logged in as @OneShop") for line in console.told)


def test_a_slot_that_is_not_there_is_refused_in_one_line(console: Console) -> None:
    with pytest.raises(AviaryError, match="has no slot 'noon'; there are: morning"):
        console.run("noon", "one")
    answer = console.run("noon")
    assert answer.code is ExitCode.REFUSED
    assert {run["state"] for run in answer.data["runs"]} == {"refused"}


def test_what_is_to_be_put_right_is_no_second_line_of_a_refusal(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    (world.home.root / "accounts" / "one_OneShop" / "cookies.json").unlink()
    assert command_line.main(["--home", str(world.home.root), "--run-once", "noon", "--account", "one"]) == 1
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n")) == ("", 1)


def test_a_failed_run_exits_with_one_and_says_why(world: World, console: Console) -> None:
    world.x.fail_next("log_in", SessionExpired("x.com shows its login"))
    answer = console.run("morning", "one")
    assert answer.code is ExitCode.REFUSED
    assert "x.com shows its login - " in answer.text


def test_what_a_limit_holds_back_is_left_out_since_nobody_would_go_on_with_it(world: World, console: Console) -> None:
    limits = {**DAY_LONG, "tweets_per_hour": 1}
    world.add("slow", "SlowShop", safety={"delays": NO_DELAYS, "rate_limits": limits})
    assert console.run("morning", "slow").data["runs"][0]["state"] == "done"
    world.clock.advance(60)
    (run,) = console.run("morning", "slow").data["runs"]
    assert (run["state"], run["posts"]) == ("partly", 0)
    assert "this command ends before a permit frees" in run["reason"]
    assert runs_of(world, "slow", "SlowShop")[0] == ("morning", "partly")


def test_runs_that_wait_for_the_panel_are_left_to_it(world: World, console: Console) -> None:
    folder = AccountFolder(world.home.root / "accounts" / "one_OneShop")
    with open_records(folder) as records:
        records.journal.plan_run("evening", "2026-03-02", "manual", world.clock.now())
    console.run("morning", "one")
    assert ("evening", "queued") in runs_of(world, "one", "OneShop")


def test_a_home_where_a_panel_works_points_to_its_button(world: World, console: Console) -> None:
    world.open()
    for command in (console.run, console.test):
        with pytest.raises(HomeInUse) as refused:
            command()
        assert "in the panel that is running" in refused.value.remedy
    world.close()


def test_all_disabled_is_told(world: World, console: Console) -> None:
    for entry in world.home.entries:
        entry["enabled"] = False
    world.home.write()
    with pytest.raises(AviaryError, match="every account is disabled"):
        console.run()


# Who it is


def test_a_test_says_who_it_is_and_the_counts_and_does_nothing_else(world: World, console: Console) -> None:
    world.x.accounts["oneshop"].extra_followers = 120
    answer = console.test("one")
    assert answer.code is ExitCode.DONE
    expected = {"id": "one", "state": "done", "handle": "OneShop", "followers": 120, "following": 0, "reason": ""}
    assert answer.data == {"accounts": [expected]}
    assert answer.text.splitlines()[1].split() == ["one", "done", "OneShop", "120", "0"]
    assert (world.x.posts_of("OneShop"), world.x.open_clients) == ([], 0)
    assert runs_of(world, "one", "OneShop") == [("check-account", "done")]


def test_a_test_that_fails_says_why(world: World, console: Console) -> None:
    world.x.fail_next("log_in", SessionExpired("x.com shows its login"))
    answer = console.test("one")
    assert answer.code is ExitCode.REFUSED
    assert answer.data["accounts"][0]["handle"] is None
    assert "x.com shows its login - " in answer.text


def test_an_account_that_needed_attention_goes_on_after_a_good_test(world: World, console: Console) -> None:
    world.x.fail_next("log_in", SessionExpired("x.com shows its login"))
    console.run("morning", "one")
    with pytest.raises(AviaryError, match="needs attention first"):
        console.run("morning", "one")
    console.test("one")
    with standings_of(world) as standings:
        assert standings.get("one").kind is StandingKind.ACTIVE
    assert console.run("morning", "one").code is ExitCode.DONE


# Without end


def test_only_the_named_account_works_by_its_schedule(world: World) -> None:
    manager = AccountManager(world.home.root, clock=world.clock, connect=world.connect, only="two")
    manager.open()
    world.managers.append(manager)
    world.clock.advance(90)
    manager.tick()
    assert manager.wait_until_idle(20)
    assert (len(world.x.posts_of("OneShop")), len(world.x.posts_of("TwoShop"))) == (0, 1)
    assert manager._registry.people().managed == {"oneshop", "twoshop"}, "the guards know both"
    assert [run.state for run in manager.runs("two")] == [RunState.DONE]
    world.close()


@pytest.mark.skipif(os.name != "posix", reason="sends POSIX signals")
@pytest.mark.parametrize("number", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_a_daemon_works_until_a_signal_and_keeps_others_off(tmp_path: Path, number: str) -> None:
    world = World(tmp_path)
    world.add("one", "OneShop", schedule={"timezone": "UTC", "morning": {"time": _far(), "like": 0, "follow": 0}})
    words = [sys.executable, "-u", str(command_line.ROOT / "main.py"), "--home", str(tmp_path)]
    daemon = subprocess.Popen([*words, "--daemon"], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert daemon.stderr is not None
        assert daemon.stderr.readline().startswith("one: next is morning, ")
        assert daemon.stderr.readline().startswith("It works until Ctrl-C")
        other = subprocess.run(
            [*words, "--run-once", "morning"], capture_output=True, text=True, timeout=60, check=False
        )
        assert other.returncode == 1
        assert other.stderr.count("\n") == 1
        assert "Run now" in other.stderr
        daemon.send_signal(getattr(signal, number))
        out, _ = daemon.communicate(timeout=30)
        assert (daemon.returncode, out) == (0, "ended\n")
    finally:
        daemon.kill()
        daemon.wait(10)


def _far() -> str:
    """A time of day that no run of this test comes to."""
    return f"{datetime.now(UTC) + timedelta(hours=5):%H:%M}"


def test_options_go_with_their_commands_alone(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    home = ["--home", str(world.home.root)]
    for words in (
        ["--why", "one", "--account", "one"],
        ["--doctor", "--account", "one"],
        ["--test", "--role", "admin"],
    ):
        with pytest.raises(SystemExit) as left:
            command_line.main([*home, *words])
        assert left.value.code == 2
        assert "goes with --" in capsys.readouterr().err


def test_an_account_alone_shows_how_it_is(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    home = ["--home", str(world.home.root)]
    told: list[Any] = []
    for words in (["--account", "@TwoShop"], ["--list-accounts", "--account", "two"]):
        assert command_line.main([*home, *words]) == 0
        told.append(capsys.readouterr().out)
    assert told[0] == told[1]
    assert "two" in told[0]
    assert "OneShop" not in told[0]
