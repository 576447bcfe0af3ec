"""`--doctor`: each thing that may be wrong is told with what to do, and looking changes nothing."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

import main as command_line
from bot.account_manager import AccountManager
from bot.browser.finding import Installed
from bot.browser.versions import major, read_version
from bot.clock import SystemClock
from bot.commands.checkup.browsers import check_pair, look_at_browsers
from bot.commands.checkup.files import look_at_files
from bot.commands.checkup.finding import Finding, Level
from bot.commands.checkup.machine import check_disk, check_port, check_python, look_at_machine
from bot.commands.onlooker import Onlooker
from bot.settings.home import Home
from bot.storage.sealing import SessionKeys
from bot.storage.session_file import SessionCheck, SessionFile, note_check
from tests import legacy
from tests.homes import HomeBuilder

on_posix = pytest.mark.skipif(os.name != "posix", reason="programs and rights are marked by mode bits here")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A single account of old in order."""
    legacy.write_account(tmp_path)
    (tmp_path / "media" / "promo").mkdir(parents=True)
    (tmp_path / "media" / "promo" / "poster.png").write_bytes(b"x")
    keywords = tmp_path / "config" / "keywords.yaml"
    keywords.write_text(keywords.read_text(encoding="utf-8") + "medium_intent: [kuota habis]\n", encoding="utf-8")
    return tmp_path


def files(root: Path) -> dict[str, Finding]:
    return {each.what: each for each in look_at_files(Onlooker(root, SystemClock()))}


def told(root: Path, what: str) -> tuple[Level, str]:
    finding = files(root)[what]
    return finding.level, f"{finding.told} - {finding.remedy}"


def test_what_is_in_order_is_told_so_and_nothing_is_written(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {file: file.read_bytes() for file in root.rglob("*") if file.is_file()}
    assert {each.level for each in files(root).values()} == {Level.GOOD}
    command_line.main(["--home", str(root), "--doctor", "--json", "--port", str(free_port())])
    data = json.loads(capsys.readouterr().out)
    assert {"Python", "disk", "home", "port", "browser", "rights", "config", "account1 session"} == {
        each["what"] for each in data["findings"]
    }
    assert {file: file.read_bytes() for file in root.rglob("*") if file.is_file()} == before


# The machine


def free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def taken_port() -> Iterator[int]:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield int(listener.getsockname()[1])


def test_an_old_python_and_a_full_disk_are_wrong() -> None:
    assert check_python((3, 10)).level is Level.WRONG
    assert [check_disk(size).level for size in (10**6, 10**9, 10**11)] == [Level.WRONG, Level.WARNING, Level.GOOD]


def test_a_port_in_use_is_wrong_unless_it_is_the_panels() -> None:
    with taken_port() as port:
        refused = check_port(port, in_use=False)
        assert (refused.level, refused.remedy) == (
            Level.WRONG,
            f"Choose another one: python app.py --port {port + 1 if port < 65535 else 8081}.",
        )
        assert check_port(port, in_use=True).level is Level.GOOD
    assert check_port(free_port(), in_use=False).level is Level.GOOD


def test_a_panel_that_works_on_the_home_is_noticed_and_not_disturbed(root: Path) -> None:
    home = Home(root)

    def lock() -> str:
        return next(each.told for each in look_at_machine(home, free_port()) if each.what == "home")

    assert lock().startswith("nobody works on it")
    assert not home.lock_file.exists()
    manager = AccountManager(root)
    manager.open()
    try:
        assert "works on it: one at a time" in lock()
        assert "works on it: one at a time" in lock()
    finally:
        manager.close()
    assert lock().startswith("nobody works on it")


# Browsers


def program(folder: Path, name: str, words: str, code: int = 0) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\necho '{words}'\nexit {code}\n", encoding="utf-8")
    file.chmod(0o755)
    return file


@on_posix
def test_browser_and_driver_must_be_of_one_version(tmp_path: Path) -> None:
    browser = program(tmp_path / "bin", "chromium", "Chromium 131.0.6778.85 built on Debian")
    good = program(tmp_path / "bin", "chromedriver", "ChromeDriver 131.0.6778.9 (abc)")
    old = program(tmp_path / "old", "chromedriver", "ChromeDriver 129.0.1.2")
    dead = program(tmp_path / "dead", "chromedriver", "131.0.1.2", code=127)
    assert check_pair(Installed(browser, good)).level is Level.GOOD
    assert "131.0.6778.85" in check_pair(Installed(browser, good)).told
    assert "first numbers must be the same" in check_pair(Installed(browser, old)).remedy
    assert f"{dead} does not run" in check_pair(Installed(browser, dead)).remedy


def test_a_browser_on_windows_is_not_opened_to_learn_its_version(tmp_path: Path) -> None:
    (tmp_path / "99.0.1.2").mkdir()
    (tmp_path / "131.0.6778.85").mkdir()
    assert read_version(tmp_path / "chrome.exe", system="win32") == "131.0.6778.85"
    assert read_version(tmp_path / "none" / "chrome.exe", system="win32") == ""
    assert (major("131.0.6778.85"), major("")) == (131, 0)


def test_a_browser_that_was_named_and_is_none_is_told(tmp_path: Path) -> None:
    home = HomeBuilder(tmp_path)
    home.fleet["browser"] = {"binary": "/no/such/chrome", "driver": "grid"}
    home.add("one", "OneShop")
    home.entries[0]["driver"] = "chrome"
    home.add("two", "TwoShop")
    found = {each.what: each for each in look_at_browsers(Onlooker(tmp_path, SystemClock()).registry)}
    assert "settings.browser.binary names /no/such/chrome" in found["browser"].told
    assert found["browser"].remedy
    assert found["driver grid"].remedy.startswith("Write settings.browser.grid_url")


# The files


def test_a_mistake_in_a_file_is_told_with_its_line(root: Path) -> None:
    file = root / "config" / "settings.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("Asia/Jakarta", "WIB"), encoding="utf-8")
    level, words = told(root, "account1")
    assert level is Level.WRONG
    assert "settings.yaml" in words
    assert "WIB" in words


def test_a_home_without_an_account_says_where_it_looked(tmp_path: Path) -> None:
    level, words = told(tmp_path, "config")
    assert level is Level.WRONG
    assert "accounts.yaml is missing" in words


def test_a_session_that_is_missing_over_or_ends_soon_is_told(root: Path) -> None:
    file = root / "cookies.json"
    cookies = [dict(cookie) for cookie in legacy.COOKIES]
    now = SystemClock().now().timestamp()
    for ends, level, words in ((now - 9, Level.WRONG, "ended on"), (now + 90_000, Level.WARNING, "ends in 1 day")):
        cookies[0]["expirationDate"] = ends
        file.write_text(json.dumps(cookies), encoding="utf-8")
        assert told(root, "account1 session")[0] is level
        assert words in told(root, "account1 session")[1]
    file.unlink()
    assert told(root, "account1 session")[0] is Level.WRONG
    assert "cookies.json is missing" in told(root, "account1 session")[1]
    assert "account1" not in files(root), "it is told once"


def test_a_session_that_x_refused_at_the_last_log_in_is_told(root: Path) -> None:
    folder = Home(root).account(".")
    session = SessionFile(folder.cookies_json, SessionKeys(root / "data")).read()
    note_check(folder, SessionCheck(session.id, SystemClock().now(), problem="x.com shows its login"))
    level, words = told(root, "account1 session")
    assert level is Level.WARNING
    assert "x.com shows its login" in words


@on_posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write everywhere")
def test_what_may_not_be_written_is_named(root: Path) -> None:
    (root / "config" / "settings.yaml").chmod(0o444)
    level, words = told(root, "rights")
    assert level is Level.WRONG
    assert "settings.yaml" in words


def test_something_wrong_exits_with_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["--home", str(tmp_path), "--doctor", "--port", str(free_port())]) == 1
    out = capsys.readouterr().out
    assert out.splitlines()[0].split()[:2] == ["what", "result"]
    assert "1 wrong" in out
    assert sys.executable in out
