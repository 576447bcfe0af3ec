"""The pages of backups, on a real manager over a fake x.com."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bot.account_manager import AccountManager
from bot.fleet_view import StateKind
from tests.webapp.panel import make_panel_of
from tests.worlds import World, state


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    world.add("one", "OneShop")
    yield world
    world.close()


@pytest.fixture
def manager(world: World) -> AccountManager:
    return world.open()


@pytest.fixture
def admin(world: World, manager: AccountManager) -> FlaskClient:
    return make_panel_of(manager, world.clock, config={"WTF_CSRF_ENABLED": False}).operator()


def ended(manager: AccountManager) -> None:
    thread = manager.backups._thread
    assert thread is not None
    thread.join(60)


def test_a_backup_is_made_shown_taken_away_and_deleted(admin: FlaskClient, manager: AccountManager) -> None:
    assert "There is no backup yet" in admin.get("/backups").text
    admin.post("/backups")
    ended(manager)
    page = admin.get("/backups").text
    assert "is made and checked" in page
    assert "the session is not encrypted" in page
    (backup,) = manager.backups.all()
    sent = admin.get(f"/backups/{backup.name}/file")
    assert "config/accounts.yaml" in zipfile.ZipFile(io.BytesIO(sent.data)).namelist()
    assert backup.name in admin.get(f"/backups/{backup.name}/delete").text
    assert manager.backups.all() != []
    admin.post(f"/backups/{backup.name}/delete")
    assert manager.backups.all() == []
    assert admin.get(f"/backups/{backup.name}/file").status_code == 404


def test_no_backup_is_promised_where_the_settings_make_none(
    admin: FlaskClient, manager: AccountManager, world: World
) -> None:
    world.home.fleet["backup"] = {"every_hours": 0}
    world.home.write()
    manager.reload()
    page = admin.get("/backups").text
    assert "None is made by itself" in page
    assert "One is made by itself" not in page
    assert "settings.backup" in page


def test_a_zip_in_the_folder_that_is_no_backup_is_told_with_the_reason(
    admin: FlaskClient, manager: AccountManager
) -> None:
    manager.backups.folder.mkdir(exist_ok=True)
    (manager.backups.folder / "copied.zip").write_bytes(b"cut off")
    shutil.copy(manager.backups.bundle("one"), manager.backups.folder / "moved.zip")
    page = admin.get("/backups").text
    assert "copied.zip is no archive that can be read" in page
    assert "Copy it once more" in page
    assert "moved.zip in this folder cannot be restored. It is one account" in page


def test_a_restore_shows_first_what_it_changes(admin: FlaskClient, manager: AccountManager, world: World) -> None:
    admin.post("/backups")
    ended(manager)
    (backup,) = manager.backups.all()
    templates = world.home.root / "accounts" / "one_OneShop" / "config" / "templates.yaml"
    before = templates.read_bytes()
    templates.write_bytes(before + b"# more\n")
    page = admin.get(f"/backups/{backup.name}/restore?account=one").text
    assert "is replaced" in page
    assert templates.read_bytes() == before + b"# more\n"
    admin.post(f"/backups/{backup.name}/restore", data={"account": "one"})
    ended(manager)
    assert templates.read_bytes() == before
    assert state(manager) is StateKind.NEEDS_ATTENTION
    assert "Restored: one" in admin.get("/backups").text


def test_a_restore_that_cannot_be_is_told_without_a_button(admin: FlaskClient, manager: AccountManager) -> None:
    admin.post("/backups")
    ended(manager)
    answer = admin.get(f"/backups/{manager.backups.all()[0].name}/restore?account=nobody")
    assert answer.status_code == 409
    assert "is not in this backup" in answer.text
    assert 'class="form-trouble" role="alert"' in answer.text
    assert "restore-yes" not in answer.text


def test_an_account_goes_elsewhere_and_comes_back(admin: FlaskClient, manager: AccountManager) -> None:
    bundle = admin.post("/backups/bundles", data={"account": "one"})
    assert bundle.mimetype == "application/zip"
    again = admin.post("/backups/import", data={"file": (io.BytesIO(bundle.data), "one.zip")})
    told = admin.get(again.headers["Location"]).text
    assert "is used by the account one" in told
    assert "remove that account first" in told
    manager.roster.remove("one", archive=False)
    answer = admin.post("/backups/import", data={"file": (io.BytesIO(bundle.data), "one.zip")})
    assert answer.headers["Location"].endswith("/accounts/one/entry")
    assert state(manager) is StateKind.DISABLED
    admin.post("/backups/import", data={"file": (io.BytesIO(b"no zip"), "one.zip")})
    assert "one.zip is no archive that can be read" in (page := admin.get("/backups").text)
    assert "Copy it once more" in page


def test_a_backup_that_is_sent_as_an_account_is_told_where_it_goes(admin: FlaskClient, manager: AccountManager) -> None:
    admin.post("/backups")
    ended(manager)
    file = manager.backups.folder / manager.backups.all()[0].name
    admin.post("/backups/import", data={"file": (io.BytesIO(file.read_bytes()), "all.zip")})
    assert "put it into the folder backups" in admin.get("/backups").text
