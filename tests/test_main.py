"""The command line: who is meant, what is told, and how it exits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import main as command_line
from bot.account_manager import AccountManager
from bot.clock import FakeClock
from bot.commands.answer import Answer, ExitCode
from bot.commands.onlooker import Onlooker
from bot.commands.page_check import check_pages
from bot.commands.table import table
from bot.connecting import ConnectRequest
from bot.errors import AviaryError, HomeInUse, SessionExpired
from bot.fleet.records import open_records
from bot.settings.home import AccountFolder, Home
from bot.x.contract import XClient
from bot.x.fake import FakeWorld, FakeX
from tests.engines import START
from tests.homes import HomeBuilder

pytestmark = pytest.mark.usefixtures("console_logs")


class Shop:
    """A home with one account that worked before, and one that never did."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.home = HomeBuilder(root)
        self.clock = FakeClock(START)
        self.x = FakeWorld(self.clock)
        for account_id, handle in (("one", "OneShop"), ("two", "TwoShop")):
            self.x.add_account(handle, session=f"token-{handle}")
            self.folder = AccountFolder(self.home.add(account_id, handle))

    def manager(self) -> AccountManager:
        return AccountManager(self.root, clock=self.clock, connect=self.connect)

    def connect(self, request: ConnectRequest) -> XClient:
        return FakeX(self.x, request.handle, clock=request.clock, stop=request.stop, progress=request.progress)

    def onlooker(self) -> Onlooker:
        return Onlooker(self.root, self.clock)

    def check(self, name: str) -> tuple[Answer, list[str]]:
        told: list[str] = []
        return check_pages(self.onlooker(), name, self.manager, told.append), told

    def work(self) -> None:
        """Let account one run its morning slot."""
        manager = self.manager()
        manager.open()
        manager.run_account("one")
        assert manager.wait_until_idle(30)
        manager.close()


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def run(shop: Shop, *words: str) -> int:
    return command_line.main(["--home", str(shop.root), *words])


# Who is meant


@pytest.mark.parametrize(
    "name",
    ["one", "ONE", "OneShop", "@OneShop", "@oneshop", "one_OneShop", "accounts/one_OneShop", "accounts\\one_OneShop/"],
)
def test_an_account_is_found_by_id_handle_or_folder(shop: Shop, name: str) -> None:
    assert shop.onlooker().find(name).entry.id == "one"


def test_an_id_goes_before_the_handle_of_another(shop: Shop) -> None:
    shop.home.add("TwoShop", "ThreeShop")
    assert shop.onlooker().find("TwoShop").entry.id == "TwoShop"
    assert shop.onlooker().find("@TwoShop").entry.id == "two"


def test_an_unknown_account_is_refused_in_one_line(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(shop, "--why", "three") == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert "there is no account 'three'; there are: one, two" in printed.err
    assert "--list-accounts" in printed.err


def test_a_broken_entry_is_refused_with_what_is_wrong(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.home.entries.append({"id": "bad", "folder": "../outside"})
    shop.home.write()
    assert run(shop, "--check-x", "bad") == 1
    assert "'bad' cannot be used: " in capsys.readouterr().err


def test_a_home_that_is_not_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["--home", str(tmp_path / "no"), "--list-accounts"]) == 1
    assert "there is no folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--list-accounts", "--why", "one"],
        ["--list-accounts", "--limit", "3"],
        ["--why", "one", "--limit", "0"],
        ["--why", "one", "--limit", "many"],
        ["--why", "one", "--level", "loud"],
        ["--nonsense"],
    ],
)
def test_wrong_usage_exits_with_two(shop: Shop, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        run(shop, *words)
    assert left.value.code == 2
    assert "usage:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--why", "one", "--limit", "many"], "argument --limit: must be a number, not 'many'"),
        (["--doctor", "--port", "8o8o"], "argument --port: must be a number, not '8o8o'"),
        (["--add-user", "a", "--role", "boss"], "argument --role: invalid choice: 'boss' (choose from"),
    ],
)
def test_wrong_usage_is_told_in_plain_words(
    shop: Shop, words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run(shop, *words)
    said = capsys.readouterr().err
    assert told in said
    assert "Role." not in said


# The list


def test_the_list_shows_every_account(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.work()
    assert run(shop, "--list-accounts") == 0
    heading, one, two = capsys.readouterr().out.splitlines()
    assert heading.split()[:3] == ["id", "handle", "state"]
    assert one.split()[:3] == ["one", "@OneShop", "waiting"]
    assert "morning partly" in one or "morning done" in one
    assert two.split()[:2] == ["two", "@TwoShop"]


def test_the_list_as_json(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.work()
    shop.home.entries.append({"id": "bad", "folder": "../outside"})
    shop.home.write()
    Home(shop.root).selectors_yaml.write_text("liek: a\n", encoding="utf-8")
    assert run(shop, "--list-accounts", "--json") == 0
    data = json.loads(capsys.readouterr().out)
    states = {account["id"]: account["state"] for account in data["accounts"]}
    assert states == {"one": "waiting", "two": "waiting", "bad": "broken"}
    assert data["accounts"][0]["last_run"]["slot"] == "morning"
    assert any("liek" in problem for problem in data["problems"])


def test_the_list_tells_what_is_to_be_put_right(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.home.fleet["stager_minutes"] = 5
    shop.home.entries[1]["groupz"] = ["shops"]
    shop.home.write()
    (shop.folder.root / "cookies.json").unlink()
    assert run(shop, "--list-accounts") == 0
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("warning: ")]
    assert "settings.stager_minutes: is not known; did you mean stagger_minutes? It is not applied." in told[0]
    assert told[1].startswith("warning: two: cookies.json is missing: ")
    assert told[2].startswith("warning: two: ")
    assert told[2].endswith("accounts.1.groupz: is not known; did you mean groups? It is not applied.")
    run(shop, "--list-accounts", "--json")
    data = json.loads(capsys.readouterr().out)
    assert [len(data["warnings"]), *(len(account["warnings"]) for account in data["accounts"])] == [1, 0, 2]


def test_a_broken_account_has_no_made_up_limit_in_the_list(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.folder.settings_yaml.write_text("schedule: {timezone: WIB}\n", encoding="utf-8")
    assert run(shop, "--list-accounts") == 0
    assert "0/0" not in capsys.readouterr().out


def test_a_home_without_accounts_says_where_it_looked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = Home(tmp_path.resolve()).accounts_yaml
    assert command_line.main(["--home", str(tmp_path), "--list-accounts"]) == 0
    assert (
        f"There is no account: {file} is missing, and so is config/settings.yaml of a single account"
        in capsys.readouterr().out
    )
    assert command_line.main(["--home", str(tmp_path), "--why", "one"]) == 1
    told = capsys.readouterr().err
    assert f"there is no account 'one': {file} is missing, and so is config/settings.yaml of a single account" in told
    assert "--home" in told
    file.parent.mkdir()
    file.write_text("accounts: []\n", encoding="utf-8")
    assert command_line.main(["--home", str(tmp_path), "--list-accounts"]) == 0
    assert f"There is no account: {file} names none." in capsys.readouterr().out


def test_reading_leaves_no_file_behind(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(shop.root.rglob("*"))
    assert run(shop, "--list-accounts") == 0
    assert run(shop, "--why", "one") == 0
    assert sorted(shop.root.rglob("*")) == before
    assert "It has done nothing yet." in capsys.readouterr().out


# The record of why


def test_why_answers_while_a_panel_works_on_the_home(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    manager = shop.manager()
    manager.open()
    try:
        manager.stop_account("one")
        assert run(shop, "--why", "@OneShop") == 0
        assert run(shop, "--list-accounts") == 0
    finally:
        manager.close()
    out = capsys.readouterr().out
    assert "Shop OneShop (@OneShop)" in out
    assert "Now stopped" in out
    assert "stopped by a person" in out


def test_why_can_be_narrowed_down(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    note_all(shop)
    run(shop, "--why", "two", "--json", "--limit", "2")
    assert texts(capsys) == ["fourth", "third"]
    run(shop, "--why", "two", "--json", "--level", "warning", "--level", "error")
    assert texts(capsys) == ["fourth", "second"]
    run(shop, "--why", "two", "--json", "--words", "ir")
    assert texts(capsys) == ["third", "first"]


def test_an_entry_tells_when_it_is_tried_again_and_its_picture(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    with open_records(shop.folder) as records:
        again = START + timedelta(minutes=42)
        records.journal.note(None, START, "limit\x1b[31m reached", "warning", "run1-x", next_at=again)
    assert run(shop, "--why", "two") == 0
    out = capsys.readouterr().out
    assert "2026-03-02 08:00" in out
    assert "tried again 2026-03-02 08:42; picture: data/evidence/run1-x.png" in out
    assert "\x1b" not in out


def note_all(shop: Shop) -> None:
    with open_records(shop.folder) as records:
        for text, level in (("first", "info"), ("second", "warning"), ("third", "good"), ("fourth", "error")):
            records.journal.note(None, START, text, level)


def texts(capsys: pytest.CaptureFixture[str]) -> list[str]:
    data: dict[str, Any] = json.loads(capsys.readouterr().out)
    return [entry["text"] for entry in data["record"]]


# The look at x.com's pages


def test_a_check_says_what_was_found_and_frees_the_home(shop: Shop) -> None:
    answer, told = shop.check("@oneshop")
    assert answer.code is ExitCode.DONE
    assert "All expected selectors were found." in answer.text
    assert answer.data["folder"] in answer.text
    assert (shop.root / answer.data["folder"] / "report.json").is_file()
    assert len(told) == 1
    shop.check("one")


def test_missing_selectors_exit_with_three(shop: Shop) -> None:
    shop.x.renamed = {"like"}
    answer, _ = shop.check("one")
    assert answer.code == 3
    assert "MISSING: like" in answer.text
    assert answer.text.splitlines()[1].split() == ["like", "A", "search,", "post", "missing"]
    assert answer.data["missing"] == ["like"]


def test_a_check_leaves_other_runs_for_the_next_start(shop: Shop) -> None:
    with open_records(shop.folder) as records:
        records.journal.plan_run("morning", "2026-03-02", "manual", START)
    shop.check("one")
    assert shop.x.posts == []
    with open_records(shop.folder) as records:
        assert [one.state for one in records.journal.runs(5)] == ["queued"]


def test_a_home_in_use_points_to_the_button(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    manager = shop.manager()
    manager.open()
    try:
        with pytest.raises(HomeInUse) as refused:
            shop.check("one")
        assert "Check x.com's pages" in refused.value.remedy
        assert run(shop, "--check-x", "one") == 1
    finally:
        manager.close()
    assert capsys.readouterr().err.count("\n") == 1


def test_trouble_is_told_with_its_remedy(shop: Shop) -> None:
    shop.x.fail_next("check_pages", SessionExpired("x.com shows its login"))
    with pytest.raises(AviaryError) as refused:
        shop.check("one")
    assert refused.value.message == "x.com shows its login"
    assert refused.value.remedy


def test_what_the_engine_refuses_is_refused(shop: Shop) -> None:
    shop.home.entries[0]["enabled"] = False
    shop.home.write()
    with pytest.raises(AviaryError, match="is disabled"):
        shop.check("one")


# Tables


def test_a_table_aligns_its_columns_and_wraps_the_last() -> None:
    text = table(("a", "what"), [("long name", "one two three four five six seven"), ("b", "")], width=33)
    assert text.splitlines() == [
        "a          what",
        "long name  one two three four",
        "           five six seven",
        "b",
    ]


def test_a_table_without_a_width_does_not_wrap() -> None:
    assert table(("a", "b"), [("1", "x " * 200)]).count("\n") == 1


def test_a_console_that_lacks_a_sign_gets_the_rest(shop: Shop) -> None:
    with open_records(shop.folder) as records:
        records.journal.note(None, START, "posted 👍 done", "good")
    done = subprocess.run(
        [sys.executable, str(command_line.ROOT / "main.py"), "--home", str(shop.root), "--why", "two"],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"posted ? done" in done.stdout
