"""The page of one database for all, and what it sends."""

from __future__ import annotations

import io
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bot.clock import FakeClock
from bot.fleet.fake import FakeFleet
from bot.metrics_exports import ExportForm
from bot.storage.panel.users import Role
from tests.webapp.access.people import invite
from tests.webapp.desk import Desk, sit_down
from tests.webapp.panel import make_panel


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    desk = sit_down(tmp_path / "home")
    desk.world.add("two", "TwoShop")
    desk.manager.reload()
    yield desk
    desk.world.close()


def left_behind(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "temporary").glob("aviary-export-*"))


def test_the_page_offers_the_downloads_and_says_what_is_not_in_them(operator: FlaskClient) -> None:
    page = operator.get("/export").text
    for address in ("/export/db", "/export/csv?separator=semicolon", "/export/csv?separator=comma"):
        assert f'href="{address}"' in page
    assert "Sessions, passwords, proxies and keys are not in it" in page
    assert 'href="/export"' in operator.get("/").text


def test_without_accounts_there_is_nothing_to_download(clock: FakeClock, tmp_path: Path) -> None:
    person = make_panel(FakeFleet(clock), clock, tmp_path / "data").operator()
    page = person.get("/export").text
    assert "no account to export yet" in page
    assert 'id="export-db"' not in page
    assert person.get("/export/db").status_code == 409


def test_the_database_is_sent_and_removed_from_the_machine(desk: Desk, tmp_path: Path) -> None:
    answer = desk.client.get("/export/db")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=aviary-2026-")
    file = tmp_path / "taken.db"
    file.write_bytes(answer.data)
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT id, handle FROM accounts ORDER BY id").fetchall() == [
            ("one", "OneShop"),
            ("two", "TwoShop"),
        ]
    assert left_behind(tmp_path) == []


def test_the_tables_come_in_a_zip(desk: Desk, tmp_path: Path) -> None:
    answer = desk.client.get("/export/csv?separator=semicolon")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        head, first, *_ = packed.read("accounts.csv").decode("utf-8-sig").splitlines()
    assert head.startswith("account_id;name;handle")
    assert first.startswith("one;Shop OneShop;OneShop")
    assert left_behind(tmp_path) == []


def test_while_one_is_made_another_is_asked_to_wait(desk: Desk, tmp_path: Path) -> None:
    exports = desk.manager.exports
    with exports._busy:
        answer = desk.client.get("/export/db")
    assert answer.status_code == 409
    assert "Try again when that one is done" in answer.text
    exports.make(ExportForm.DATABASE).close()
    assert left_behind(tmp_path) == []


def test_a_full_disk_is_told_on_the_page(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    answer = desk.client.get("/export/db")
    assert answer.status_code == 409
    assert "there is no place for the export" in answer.text


def test_a_viewer_gets_neither_page_nor_file(desk: Desk) -> None:
    viewer = invite(desk.panel, Role.VIEWER, "dewi")
    assert [viewer.get(path).status_code for path in ("/export", "/export/db", "/export/csv")] == [403, 403, 403]
    assert 'href="/export"' not in viewer.get("/").text
