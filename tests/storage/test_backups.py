"""Backups of a home: whole and true while everything works, without secrets, or not there at all."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import threading
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.clock import FakeClock
from bot.errors import ArchiveError
from bot.settings.home import Home
from bot.storage.archives import Progress, unpack
from bot.storage.backups import list_backups, verify_backup, write_backup
from bot.storage.database import Database
from bot.storage.journal import Journal
from bot.storage.permits import Permits
from bot.storage.sealing import SessionKeys
from tests import legacy
from tests.engines import START
from tests.homes import HomeBuilder

ACCOUNTS = ("one_OneShop", "two_TwoShop")
BACKUPS = 50
INTENTS = "SELECT id, text, permit_id FROM intents ORDER BY id"
PLAIN_TOKEN = "c4n4ry-of-a-session"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    builder = HomeBuilder(tmp_path / "home")
    for account_id, handle in (("one", "OneShop"), ("two", "TwoShop")):
        folder = builder.add(account_id, handle)
        sealed = SessionKeys(tmp_path / "home" / "data", "").seal(b"[]")
        (folder / "cookies.json").write_bytes(sealed)
        (folder / "media").mkdir()
        (folder / "media" / "a b é.png").write_bytes(os.urandom(1000))
        Database(folder / "data" / "metrics.db", "account").close()
    Database(tmp_path / "home" / "data" / "fleet.db", "fleet").close()
    return Home(tmp_path / "home")


def files_in(file: Path) -> set[str]:
    with zipfile.ZipFile(file) as archive:
        return set(archive.namelist())


def content_of(file: Path) -> bytes:
    with zipfile.ZipFile(file) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def test_everything_that_makes_the_accounts_is_in_it(home: Home, tmp_path: Path) -> None:
    (home.root / "config" / "selectors.yaml").write_text("{}\n", encoding="utf-8")
    manifest = write_backup(home, tmp_path / "b.zip", START)
    for account in ("one_OneShop", "two_TwoShop"):
        below = f"accounts/{account}"
        names = ("config/settings.yaml", "config/templates.yaml", "data/metrics.db", "media/a b é.png", "cookies.json")
        assert {f"{below}/{name}" for name in names} <= set(manifest.files)
    assert {"config/accounts.yaml", "config/selectors.yaml", "data/fleet.db"} <= set(manifest.files)
    assert [(each.id, each.folder) for each in manifest.accounts] == [
        ("one", "accounts/one_OneShop"),
        ("two", "accounts/two_TwoShop"),
    ]
    assert verify_backup(tmp_path / "b.zip") == manifest
    assert [each.name for each in list_backups(tmp_path)] == ["b.zip"]


def test_of_a_program_put_into_a_folder_of_old_nothing_is_in_it_before_its_first_start_too(tmp_path: Path) -> None:
    """migrate_to_multi_account.py may be the first that runs there: no database of the fleet is there yet."""
    root = tmp_path / "home"
    legacy.write_account(root)
    for file in ("bot/x/session.py", ".venv/lib/site.py", "docs/sessions.md"):
        (root / file).parent.mkdir(parents=True)
        (root / file).write_text("auth_token", encoding="utf-8")
    manifest = write_backup(Home(root), tmp_path / "b.zip", START)
    assert set(manifest.files) == {f"config/{name}.yaml" for name in ("settings", "templates", "keywords")}
    assert [line for line in manifest.left_out if not line.startswith(("config/", "cookies.json"))] == []


def test_of_the_single_account_of_old_only_what_is_its_own(tmp_path: Path) -> None:
    root = tmp_path / "home"
    legacy.write_account(root)
    legacy.write_metrics(root / "data" / "metrics.db")
    (root / "media" / "promo").mkdir(parents=True)
    (root / "media" / "promo" / "x.png").write_bytes(b"png")
    Database(root / "data" / "fleet.db", "fleet").close()
    (root / "main.py").write_text("print()", encoding="utf-8")
    manifest = write_backup(Home(root), tmp_path / "b.zip", START)
    yaml = {f"config/{name}.yaml" for name in ("settings", "templates", "keywords")}
    assert set(manifest.files) == yaml | {"media/promo/x.png", "data/metrics.db", "data/fleet.db"}
    assert [each.folder for each in manifest.accounts] == ["."]
    assert any("the session is not encrypted" in line for line in manifest.left_out)
    assert legacy.AUTH_TOKEN.encode() not in content_of(tmp_path / "b.zip")


def test_no_secret_is_in_it_and_what_was_left_out_is_told(home: Home, tmp_path: Path) -> None:
    one = home.root / "accounts" / "one_OneShop"
    list_file = home.accounts_yaml
    text = list_file.read_text(encoding="utf-8")
    proxy = f"proxy: http://{PLAIN_TOKEN}:{PLAIN_TOKEN}@proxy.example:80"
    list_file.write_text(f"# {proxy}\n" + text.replace("- id: one", f"- {proxy}\n  id: one"), encoding="utf-8")
    settings = one / "config" / "settings.yaml"
    secrets = f"dashboard: {{port: 5000, secret_key: {PLAIN_TOKEN}}}\nai_key:\n  api_key: '{PLAIN_TOKEN}'\n"
    settings.write_text(settings.read_text(encoding="utf-8") + secrets, encoding="utf-8")
    (one / "cookies.json").write_text(f'[{{"name": "auth_token", "value": "{PLAIN_TOKEN}"}}]', encoding="utf-8")
    (one / "old.txt").write_text(f"auth_token={PLAIN_TOKEN}", encoding="utf-8")
    (one / "chrome").mkdir()
    for name in ("Local State", "Cookies"):
        (one / "chrome" / name).write_text(PLAIN_TOKEN, encoding="utf-8")
    for name in ("panel.db", "session.key", "logs.txt"):
        (home.data / name).write_text(PLAIN_TOKEN, encoding="utf-8")
    (home.root / ".env").write_text(f"AVIARY_KEY={PLAIN_TOKEN}", encoding="utf-8")
    manifest = write_backup(home, tmp_path / "b.zip", START)
    assert PLAIN_TOKEN.encode() not in content_of(tmp_path / "b.zip")
    assert b"http://proxy.example:80" in content_of(tmp_path / "b.zip")
    told = "\n".join(manifest.left_out)
    for file in ("cookies.json", "old.txt", "accounts.yaml", "settings.yaml", "chrome"):
        assert file in told


def test_files_that_no_other_system_can_have_are_left_out_and_told(home: Home, tmp_path: Path) -> None:
    media = home.root / "accounts" / "one_OneShop" / "media"
    (media / "12:30.png").write_bytes(b"x")
    (media / "A B É.PNG").write_bytes(b"x")
    (media / "link.png").symlink_to("/etc/passwd")
    manifest = write_backup(home, tmp_path / "b.zip", START)
    assert len([line for line in manifest.left_out if "/media/" in line]) == 3


def test_a_damaged_database_takes_nothing_away_from_the_others(home: Home, tmp_path: Path) -> None:
    file = home.root / "accounts" / "one_OneShop" / "data" / "metrics.db"
    for part in ("-wal", "-shm"):
        file.with_name(file.name + part).unlink(missing_ok=True)
    content = bytearray(file.read_bytes())
    content[4096:8192] = b"\xff" * 4096
    file.write_bytes(content)
    manifest = write_backup(home, tmp_path / "b.zip", START)
    assert manifest.damaged == ("accounts/one_OneShop/data/metrics.db",)
    assert "accounts/two_TwoShop/data/metrics.db" in manifest.files
    verify_backup(tmp_path / "b.zip")


def test_it_tells_how_far_it_is(home: Home, tmp_path: Path) -> None:
    told: list[Progress] = []
    write_backup(home, tmp_path / "b.zip", START, told.append)
    assert {each.step for each in told} == {"packing", "checking"}
    for step in ("packing", "checking"):
        last = [each for each in told if each.step == step][-1]
        assert last.files == last.of_files
        assert last.bytes == last.of_bytes > 0


class _FullDisk:
    def __init__(self, after: int) -> None:
        self.left = after

    def __call__(self, _progress: Progress) -> None:
        self.left -= 1
        if not self.left:
            raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("after", [1, 5, 14])
def test_a_disk_that_fills_up_leaves_nothing_behind(home: Home, tmp_path: Path, after: int) -> None:
    with pytest.raises(ArchiveError, match="disk is full") as refused:
        write_backup(home, tmp_path / "backups" / "b.zip", START, _FullDisk(after))
    assert "Make room" in refused.value.remedy
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_disk_without_room_is_told_before_anything_is_written(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: shutil._ntuple_diskusage(10, 9, 1))  # type: ignore[attr-defined]
    with pytest.raises(ArchiveError, match="disk is full"):
        write_backup(home, tmp_path / "backups" / "b.zip", START)
    assert list((tmp_path / "backups").iterdir()) == []


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read and write everything")
def test_a_folder_without_permission_is_told(home: Home, tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir(mode=0o500)
    with pytest.raises(ArchiveError, match="no permission"):
        write_backup(home, tmp_path / "backups" / "b.zip", START)


class Writers:
    """Eight threads that write into the journals of two accounts and take permits, as long as the block lasts."""

    def __init__(self, home: Home) -> None:
        self._end = threading.Event()
        self._databases = {
            name: Database(home.root / "accounts" / name / "data" / "metrics.db", "account") for name in ACCOUNTS
        }
        self._fleet = Database(home.fleet_db, "fleet")
        self._permits = Permits(self._fleet, FakeClock(START))
        self._threads = [threading.Thread(target=self._work, args=(name,)) for name in ACCOUNTS for _ in range(4)]
        self.journals: dict[str, list[Any]] = {}
        """What each account had written when all was over."""

    def __enter__(self) -> Writers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join()
        for name, database in self._databases.items():
            self.journals[name] = [tuple(row) for row in database.rows(INTENTS)]
            database.close()
        self._fleet.close()

    def _work(self, name: str) -> None:
        journal = Journal(self._databases[name])
        while not self._end.is_set():
            permit = self._permits.take(name, "post", ())
            run = journal.plan_run("morning", "2026-03-02", "manual", START)
            assert run is not None
            journal.intend(run, "promo", "t", f"text {permit}", (), permit, START)
            journal.note(run, START, "step " * 50)


def test_each_of_fifty_made_while_eight_threads_write_is_whole_and_a_prefix_of_the_journal(
    home: Home, tmp_path: Path
) -> None:
    found: list[tuple[str, list[Any]]] = []
    with Writers(home) as writers:
        for _ in range(BACKUPS):
            write_backup(home, tmp_path / "b.zip", START)
            back = tmp_path / "back"
            unpack(tmp_path / "b.zip", back)
            permits = {row[0] for row in rows(back / "data" / "fleet.db", "SELECT id FROM permits")}
            for name in ACCOUNTS:
                file = back / "accounts" / name / "data" / "metrics.db"
                assert rows(file, "PRAGMA integrity_check") == [("ok",)]
                found.append((name, rows(file, INTENTS)))
                assert {intent[2] for intent in found[-1][1]} <= permits
            shutil.rmtree(back)
    for name, intents in found:
        assert writers.journals[name][: len(intents)] == intents
    assert len(found[-1][1]) > len(found[1][1])


def rows(file: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(query).fetchall()
