"""Homes that are in use, forbidden, huge or oddly named."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.account_manager import AccountManager
from bot.clock import FakeClock
from bot.errors import HomeError, HomeInUse
from bot.migration import file_work, listing
from bot.migration.plan import Wanted
from bot.migration.tool import Choice, Request
from bot.settings.home import AccountFolder, Home
from tests.migration.worlds import FOLDER, MOVE, NOW, SCRATCH, UNDO, build_single, make_tool, tell_of, tree_of

TWO_GB = 2 * 1024**3
posix = pytest.mark.skipif(os.name == "nt", reason="POSIX alone shows which program has a file open, and its rights so")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return build_single(tmp_path / "home")


@pytest.mark.parametrize("request_", [MOVE, UNDO, SCRATCH], ids=["move", "undo", "scratch"])
def test_while_a_panel_works_it_says_so_and_writes_nothing(home: Home, request_: Request) -> None:
    manager = AccountManager(home.root, clock=FakeClock(NOW))
    manager.open()
    try:
        before = tree_of(home.root)
        with pytest.raises(HomeInUse, match="Aviary works on") as raised:
            make_tool(home).carry_out(request_)
        assert "Stop the panel or the daemon" in raised.value.remedy
        assert tree_of(home.root) == before
    finally:
        manager.close()


HOLD = "import sys, time; file = open(sys.argv[1]); print('open', flush=True); time.sleep(60)"


@posix
def test_while_an_older_program_has_its_files_open_it_says_so(home: Home) -> None:
    """It knows nothing of Aviary's lock."""
    log = home.root / "data" / "logs" / "bot.log"
    before = tree_of(home.root)
    with subprocess.Popen([sys.executable, "-c", HOLD, str(log)], stdout=subprocess.PIPE) as old:
        try:
            assert old.stdout is not None
            old.stdout.readline()
            with pytest.raises(HomeInUse, match=rf"process {old.pid}\) has logs/bot.log open"):
                make_tool(home).carry_out(MOVE)
        finally:
            old.kill()
    assert tree_of(home.root) == before
    make_tool(home).carry_out(MOVE)


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
@pytest.mark.parametrize("folder", ["", "config", "data", "media/promo"])
def test_a_folder_that_cannot_be_written_to_is_told_before_anything_is_done(home: Home, folder: str) -> None:
    before, locked = tree_of(home.root), home.root / folder
    locked.chmod(0o555)
    try:
        with pytest.raises(HomeError, match=r"cannot (be written to|write)") as raised:
            make_tool(home).carry_out(MOVE)
    finally:
        locked.chmod(0o755)
    assert "right to write" in raised.value.remedy
    assert tree_of(home.root) == before


def test_where_it_may_not_write_the_folder_is_named(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same where tests run as root: the system is asked by `os.access`."""
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path) != home.root / "media" / "promo")
    before = tree_of(home.root)
    with pytest.raises(HomeError, match=r"media/promo cannot be written to"):
        make_tool(home).carry_out(MOVE)
    assert tree_of(home.root) == before


def test_two_gigabytes_of_films_are_renamed_and_never_read(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    film = home.root / "media" / "promo" / "film.mp4"
    with film.open("wb") as file:
        file.truncate(TWO_GB)
    read: list[Path] = []

    def noted(path: Path) -> str:
        read.append(path)
        return file_work.hash_of(path)

    monkeypatch.setattr(listing, "hash_of", noted)
    before = film.stat()
    began = time.monotonic()
    answer = make_tool(home).carry_out(MOVE)
    moved = home.account(FOLDER).root / "media" / "promo" / "film.mp4"
    assert (moved.stat().st_ino, moved.stat().st_size) == (before.st_ino, TWO_GB)
    assert answer.data["bytes"] > TWO_GB
    assert film.name not in {path.name for path in read}
    assert time.monotonic() - began < 20
    make_tool(home).carry_out(UNDO)
    assert film.stat().st_ino == before.st_ino


@pytest.mark.nightly
def test_two_gigabytes_go_to_another_disk_with_their_holes(home: Home) -> None:
    film = home.root / "media" / "promo" / "film.mp4"
    with film.open("wb") as file:
        file.write(b"begin")
        file.truncate(TWO_GB)
    make_tool(home, links=False).carry_out(MOVE)
    moved = home.account(FOLDER).root / "media" / "promo" / "film.mp4"
    assert moved.stat().st_size == TWO_GB
    with moved.open("rb") as file:
        assert file.read(6) == b"begin\0"
    if os.name == "posix":
        assert moved.stat().st_blocks * 512 < TWO_GB // 100


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take no such names")
def test_names_in_an_old_encoding_move_too(home: Home) -> None:
    odd = os.fsencode(home.root / "media" / "promo") + b"/caf\xe9.png"
    Path(os.fsdecode(odd)).write_bytes(b"odd")
    before = tell_of(AccountFolder(home.root))
    make_tool(home).carry_out(MOVE)
    assert tell_of(home.account(FOLDER)) == before
    make_tool(home).carry_out(UNDO)
    assert tell_of(AccountFolder(home.root)) == before


def test_a_session_keeps_its_rights(home: Home) -> None:
    (home.root / "cookies.json").chmod(0o600)
    for links, request in ((False, MOVE), (False, UNDO), (True, MOVE)):
        make_tool(home, links=links).carry_out(request)
    assert (home.account(FOLDER).cookies_json.stat().st_mode & 0o777) == (0o600 if os.name == "posix" else 0o666)


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (Wanted("no id!", "", ""), "--id: may have letters"),
        (Wanted("x", "", "@not a handle"), "--username: a handle has up to 15"),
        (Wanted("../x", "", ""), "--id: may have letters"),
    ],
)
def test_an_id_or_a_handle_that_cannot_be_is_told(home: Home, wanted: Wanted, told: str) -> None:
    before = tree_of(home.root)
    with pytest.raises(HomeError, match=f"^{told}") as refused:
        make_tool(home).carry_out(Request(Choice.MOVE, [wanted]))
    assert refused.value.remedy.startswith(f"Give another {told.partition(':')[0]};")
    assert tree_of(home.root) == before


def test_two_new_accounts_with_one_id_are_told(home: Home) -> None:
    with pytest.raises(HomeError, match=r"^--id: is used by the account 'a' already"):
        make_tool(home).carry_out(Request(Choice.SCRATCH, [Wanted("a"), Wanted("a")]))


def test_another_handle_than_that_of_the_settings_is_noted(home: Home) -> None:
    lines: list[str] = []
    tool = make_tool(home)
    object.__setattr__(tool, "tell", lines.append)
    tool.carry_out(Request(Choice.MOVE, [Wanted(username="@Lain")], is_dry_run=True))
    assert any("accounts.yaml will say @Lain" in line for line in lines)


def test_a_backup_that_cannot_be_made_stops_it(home: Home) -> None:
    tool = make_tool(home)

    def fail(*_told: object) -> None:
        raise OSError(28, "No space left on device")

    object.__setattr__(tool, "backup", fail)
    before = tree_of(home.root)
    with pytest.raises(HomeError, match="no backup could be made, and so nothing was moved") as raised:
        tool.carry_out(MOVE)
    assert "Make room" in raised.value.remedy
    assert tree_of(home.root) == before
    assert not (home.root / "backups").exists()


def test_a_record_that_cannot_be_read_is_told(home: Home) -> None:
    (home.data / "migration.json").write_text('{"version": 99}')
    with pytest.raises(HomeError, match="cannot be read: it has the version 99"):
        make_tool(home).carry_out(MOVE)


def test_what_was_dropped_into_the_old_place_after_a_crash_stays_and_is_told(home: Home) -> None:
    def drop(operation: str) -> None:
        if operation.startswith("write") and operation.endswith("accounts.yaml"):
            (home.root / "cookies.json").unlink()
            (home.root / "cookies.json").write_text("[1]")

    tool = make_tool(home)
    tool.work.announce = drop
    lines: list[str] = []
    object.__setattr__(tool, "tell", lines.append)
    tool.carry_out(MOVE)
    assert (home.root / "cookies.json").read_text() == "[1]"
    assert "cookies.json stays where it was: it was changed meanwhile." in lines
