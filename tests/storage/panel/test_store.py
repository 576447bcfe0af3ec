"""The panel's two files: made, opened again, damaged, taken over from the version before."""

from __future__ import annotations

import os
import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from bot.clock import FakeClock
from bot.errors import HomeError, StorageError
from bot.storage.panel import PanelStore
from bot.storage.panel.database import digest
from bot.storage.panel.throttle import AttemptLimits
from bot.storage.panel.users import Role
from webapp.access.service import Access, Visitor

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
FIRST_SCHEMA = """
    CREATE TABLE password (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), hash TEXT NOT NULL) STRICT;
    CREATE TABLE token (kind TEXT PRIMARY KEY, hash TEXT NOT NULL) STRICT;
    CREATE TABLE session (hash TEXT PRIMARY KEY, expires_at REAL NOT NULL) STRICT;
    CREATE TABLE login_failure (client TEXT NOT NULL, at REAL NOT NULL) STRICT;
    CREATE INDEX login_failure_at ON login_failure (at);
    PRAGMA user_version = 1;
"""
"""As released before there were users."""
PASSWORD = "kopi susu pagi hari"
QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def _write_first_version(folder: Path, *, with_password: bool = True) -> None:
    expires_at = (NOW + timedelta(days=10)).timestamp()
    with closing(sqlite3.connect(folder / "panel.db")) as db:
        db.executescript(FIRST_SCHEMA)
        if with_password:
            db.execute("INSERT INTO password VALUES (1, ?)", (QUICK_HASHER.hash(PASSWORD),))
        db.execute("INSERT INTO token VALUES ('setup', ?)", (digest("setup secret"),))
        db.execute("INSERT INTO session VALUES (?, ?)", (digest("open session"), expires_at))
        db.executemany("INSERT INTO login_failure VALUES ('10.0.0.9', ?)", [(NOW.timestamp(),)] * 5)
        db.commit()


def test_the_one_password_of_before_is_the_admins(tmp_path: Path) -> None:
    _write_first_version(tmp_path)
    access = Access(PanelStore(tmp_path), FakeClock(NOW), hasher=QUICK_HASHER)
    [admin] = access.people.all()
    assert (admin.name, admin.role, admin.is_active, admin.has_password) == ("admin", Role.ADMIN, True, True)
    entry = access.enter_by_password("", PASSWORD, Visitor("127.0.0.1"))
    session = access.find_session(entry.session_id)
    assert session is not None
    assert session.role is Role.ADMIN


def test_whoever_was_logged_in_stays_logged_in_as_long_as_before(tmp_path: Path) -> None:
    _write_first_version(tmp_path)
    sessions = PanelStore(tmp_path).sessions
    session = sessions.find("open session", NOW)
    assert session is not None
    assert session.user_name == "admin"
    assert session.opened_at == NOW - timedelta(days=4)
    assert sessions.find("open session", NOW + timedelta(days=11)) is None


def test_wrong_passwords_and_links_of_before_still_count(tmp_path: Path) -> None:
    _write_first_version(tmp_path, with_password=False)
    store = PanelStore(tmp_path)
    assert store.throttle.reserve("10.0.0.9", NOW, AttemptLimits()) == NOW + timedelta(minutes=15)
    assert store.links.spend("setup", "setup secret", NOW) is not None
    assert store.users.all() == ()


def test_a_database_is_taken_over_once_by_many_who_open_it_together(tmp_path: Path) -> None:
    _write_first_version(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        stores = list(pool.map(lambda _: PanelStore(tmp_path), range(8)))
    assert {len(store.users.all()) for store in stores} == {1}


def test_the_secret_key_stays_the_same_and_is_its_owners_alone(tmp_path: Path) -> None:
    key = PanelStore(tmp_path).secret_key()
    assert len(key) == 32
    assert PanelStore(tmp_path).secret_key() == key
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert {file.name for file in tmp_path.iterdir()} == {"panel.db", "secret_key"}


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes")
def test_the_database_is_its_owners_alone_one_of_before_too(tmp_path: Path) -> None:
    _write_first_version(tmp_path)
    (tmp_path / "panel.db").chmod(0o644)
    PanelStore(tmp_path)
    PanelStore(tmp_path / "new")
    for folder in (tmp_path, tmp_path / "new"):
        assert stat.S_IMODE((folder / "panel.db").stat().st_mode) == 0o600


def test_a_damaged_secret_key_is_told_and_not_used(tmp_path: Path) -> None:
    store = PanelStore(tmp_path)
    (tmp_path / "secret_key").write_bytes(b"short")
    with pytest.raises(HomeError, match="damaged"):
        store.secret_key()


def test_a_folder_that_cannot_be_used_is_told_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(HomeError) as caught:
        PanelStore(tmp_path / "data")
    assert "writable" in caught.value.remedy


def test_a_database_that_breaks_meanwhile_is_told_by_its_name(tmp_path: Path) -> None:
    store = PanelStore(tmp_path)
    (tmp_path / "panel.db").write_bytes(b"no database at all")
    with pytest.raises(StorageError, match=r"panel\.db"):
        store.users.all()
