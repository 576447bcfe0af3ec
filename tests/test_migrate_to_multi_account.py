"""The command line of the migration: asked or by flags, in words or as JSON."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bot.migration.holding import hold_home
from bot.settings.fleet import load_fleet_file
from bot.settings.home import AccountFolder, Home
from bot.storage.sealing import SessionKeys
from migrate_to_multi_account import main, make_parser
from tests.migration.worlds import build_single, is_moved, tell_of, tree_of

ROOT = Path(__file__).resolve().parents[1]
GUIDES = [(ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("existing-users.md", "existing-users.id.md")]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return build_single(tmp_path / "toko é")


def answer(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def run(home: Home, *options: str) -> int:
    return main(["--home", str(home.root), *options])


def test_asked_it_migrates_and_tells_the_plan_first(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tell_of(AccountFolder(home.root))
    answer(monkeypatch, "9", "2", "y")
    assert run(home) == 0
    (entry,) = load_fleet_file(home).accounts
    assert tell_of(home.account(entry.folder)) == before
    told = capsys.readouterr().out
    plan, done = told.index("These move there, byte for byte"), told.index("Done. account1 lies in")
    assert told.index("Please answer with a number from 1 to 3") < plan < done
    assert entry.folder == f"accounts/account1_{entry.handle}"


@pytest.mark.parametrize("lines", [("1",), ("",), ("2", "n"), ("2", ""), ("3", "2", "n")])
def test_asked_it_changes_nothing_without_a_yes(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], lines: tuple[str, ...]
) -> None:
    before = tree_of(home.root)
    answer(monkeypatch, *lines)
    assert run(home) == 0
    assert "Nothing " in capsys.readouterr().out
    assert tree_of(home.root) == before


def test_where_nobody_answers_it_says_how_to_go_without_questions(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer(monkeypatch)
    assert run(home) == 2
    told = capsys.readouterr()
    assert "give --choice and --yes" in told.err
    assert told.out.endswith("Your choice [1]: \n"), "what is told next begins a line"


def test_asked_with_json_the_answer_stands_alone(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer(monkeypatch, "9", "3", "2", "n")
    assert run(home, "--json") == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["choice"] == "scratch"
    for question in ("Your choice [1]: ", "Please answer", "How many accounts? [2]: ", "Go on? [y/N]: "):
        assert question in told.err


def test_what_does_not_go_with_the_answer_is_told(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer(monkeypatch, "2", "y")
    assert run(home, "--count", "3") == 1
    assert "--count goes with --choice 3 - Leave it out" in capsys.readouterr().err
    assert not is_moved(home)


def test_flags_alone_migrate_and_the_answer_is_json(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--choice", "2", "--id", "account1", "--name", "Toko ✨", "--username", "@TokoContoh", "--yes", "--json"]
    assert run(home, *options) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["account"]["folder"] == "accounts/account1_TokoContoh"
    assert told["rows"]["activity_log"] == 2
    assert is_moved(home)
    assert run(home, "--undo", "--yes") == 0
    assert not home.accounts_yaml.exists()


def test_the_backup_it_makes_is_a_zip_that_holds_the_account(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(home, "--choice", "2", "--yes", "--json") == 0
    with zipfile.ZipFile(home.root / json.loads(capsys.readouterr().out)["backup"]) as backup:
        assert backup.testzip() is None
        names = " ".join(backup.namelist())
    assert "config/settings.yaml" in names
    assert "data/metrics.db" in names
    assert "media/promo/poster.png" in names
    assert "session.key" not in names
    assert "cookies.json" not in names, "a plain session is left out"


def test_pictures_that_the_backup_does_not_hold_are_told(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    (home.root / "gambar").mkdir()
    (home.root / "gambar" / "poster.png").write_bytes(b"png")
    settings = AccountFolder(home.root).settings_yaml
    text = settings.read_text(encoding="utf-8")
    assert "folder: media/promo" in text
    settings.write_text(text.replace("folder: media/promo", "folder: gambar"), encoding="utf-8")
    assert run(home, "--choice", "2", "--yes") == 0
    told = capsys.readouterr().out
    assert "Not in the backup: gambar: it lies outside of media/; have a copy of your own" in told
    assert "Not in the backup: media" not in told


def test_the_way_back_says_that_an_older_program_cannot_read_the_session(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(home, "--choice", "2", "--yes") == 0
    assert run(home, "--undo", "--dry-run") == 0
    assert "is encrypted since" not in capsys.readouterr().out
    (entry,) = load_fleet_file(home).accounts
    session = home.account(entry.folder).cookies_json
    session.write_bytes(SessionKeys(tmp_path, "").seal(session.read_bytes()))
    assert run(home, "--undo", "--yes") == 0
    assert "Note: cookies.json is encrypted since; an older program needs the cookies" in capsys.readouterr().out


def test_a_list_that_names_nobody_would_leave_the_account_out_of_the_backup(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    home.accounts_yaml.write_text("settings: {max_concurrent_accounts: 2}\n", encoding="utf-8")
    before = tree_of(home.root)
    assert run(home, "--choice", "2", "--yes") == 1
    assert "no backup would hold the single one" in capsys.readouterr().err
    assert tree_of(home.root) == before
    assert not (home.root / "backups").exists()


def test_flags_alone_make_new_accounts(home: Home) -> None:
    assert run(home, "--choice", "3", "--count", "3", "--id", "a", "--username", "@toko_a", "--yes") == 0
    assert [(entry.id, entry.handle) for entry in load_fleet_file(home).accounts] == [
        ("a", "toko_a"),
        ("account2", ""),
        ("account3", ""),
    ]


@pytest.mark.parametrize(
    "options",
    [
        ["--choice", "4"],
        ["--choice", "2", "--id", "a", "--id", "b"],
        ["--choice", "2", "--count", "3"],
        ["--choice", "3", "--count", "0"],
        ["--choice", "3", "--count", "1", "--id", "a", "--id", "b"],
        ["--choice", "1", "--id", "a"],
        ["--undo", "--name", "Toko"],
    ],
)
def test_wrong_usage_is_told(home: Home, options: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(home, *options)
    assert ended.value.code == 2


def test_what_is_refused_is_one_line_with_what_to_do(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    with hold_home(home):
        assert run(home, "--choice", "2", "--yes") == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("aviary: Aviary works on")
    assert " - Stop the panel or the daemon" in line


def test_as_a_program_it_finds_its_home_in_the_environment(home: Home) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "migrate_to_multi_account.py"), "--choice", "2", "--dry-run"],
        env={**os.environ, "AVIARY_HOME": str(home.root), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Nothing was changed: this was a dry run." in done.stdout


@pytest.mark.parametrize("guide", GUIDES, ids=["en", "id"])
def test_both_guides_name_every_option(guide: str) -> None:
    options = {action.option_strings[-1] for action in make_parser()._actions} - {"--help"}
    assert [option for option in sorted(options) if option not in guide] == []


def test_both_guides_say_the_same_in_the_same_order() -> None:
    """As many chapters, rows of tables, points and commands."""
    counted = [
        [sum(line.startswith(begin) for line in guide.splitlines()) for begin in ("#", "|", "- ", "    python", "1.")]
        for guide in GUIDES
    ]
    assert counted[0] == counted[1]
