"""`--export-metrics`: into a file or a folder, told on the way, with an exit code that says whether all is in it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest

import main as command_line
from bot.clock import FakeClock
from bot.commands.exporting import export_all
from bot.commands.onlooker import Onlooker
from bot.errors import ExportFailed
from tests.engines import START
from tests.homes import HomeBuilder
from tests.legacy import write_account, write_metrics


@pytest.fixture
def home(tmp_path: Path) -> Path:
    builder = HomeBuilder(tmp_path / "home")
    for account_id, handle in (("one", "OneShop"), ("two", "TwoShop")):
        write_metrics(builder.add(account_id, handle) / "data" / "metrics.db")
    return builder.root


def run(home: Path, *words: str) -> int:
    return command_line.main(["--home", str(home), *words])


def handles(file: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute("SELECT DISTINCT account_handle FROM all_daily_activity ORDER BY 1").fetchall()


def test_all_accounts_come_into_one_file(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "all.db"
    assert run(home, "--export-metrics", str(file)) == 0
    assert handles(file) == [("OneShop",), ("TwoShop",)]
    assert "2 of 2 accounts" in capsys.readouterr().out
    assert run(home, "--json", "--export-metrics", str(file)) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["rows_written"], [each["id"] for each in told["accounts"]]) == (0, ["one", "two"])


def test_one_that_cannot_be_read_makes_the_exit_code_four(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "accounts" / "two_TwoShop" / "data" / "metrics.db").write_bytes(b"no database" * 99)
    assert run(home, "--export-metrics", str(tmp_path / "all.db")) == 4
    assert "trouble: two: its database cannot be read" in capsys.readouterr().out
    assert handles(tmp_path / "all.db") == [("OneShop",)]


def test_a_folder_gets_tables(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    assert run(home, "--export-metrics", f"{folder}/", "--separator", "semicolon") == 0
    assert run(home, "--export-metrics", str(folder), "--separator", "semicolon") == 0
    assert (folder / "daily_activity.csv").read_text("utf-8-sig").splitlines()[1].startswith("one;1;2025-12-20;3")


@pytest.mark.parametrize(
    ("name", "more", "words"),
    [
        ("all.csv", (), "a table of CSV for each kind of row"),
        ("all.db", ("--separator", "tab"), "it has no separators"),
        ("nowhere/all.db", (), "there is no folder"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, more: tuple[str, ...], words: str
) -> None:
    assert run(home, "--export-metrics", str(tmp_path / name), *more) == 1
    assert words in capsys.readouterr().err


def test_a_list_that_cannot_be_read_marks_nothing_as_removed(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "all.db"
    run(home, "--export-metrics", str(file))
    (home / "config" / "accounts.yaml").write_text("accounts: [", encoding="utf-8")
    before = file.read_bytes()
    with pytest.raises(ExportFailed, match="there is no account to export"):
        export_all(Onlooker(home, FakeClock(START)), str(file), None, lambda _line: None)
    assert file.read_bytes() == before


def test_the_single_account_of_old_is_exported_where_it_lies(tmp_path: Path) -> None:
    home = tmp_path / "old"
    write_account(home)
    write_metrics(home / "data" / "metrics.db")
    assert run(home, "--export-metrics", str(tmp_path / "all.db")) == 0
    assert handles(tmp_path / "all.db") == [("TokoContoh",)]


def test_progress_is_told_but_not_for_each_account(home: Path, tmp_path: Path) -> None:
    told: list[str] = []
    seconds = count(0, 0.6)
    export_all(Onlooker(home, FakeClock(START)), str(tmp_path / "all.db"), None, told.append, lambda: next(seconds))
    assert told == ["2 of 2 accounts, the last: two"]
