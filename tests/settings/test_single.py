"""The single account of old: found where it lies, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings.home import Home
from bot.settings.single import load_fleet, read_single
from tests import legacy


def test_a_home_with_settings_and_without_a_list_is_one_account(tmp_path: Path) -> None:
    legacy.write_account(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    entry = read_single(Home(tmp_path))
    assert entry is not None
    assert (entry.id, entry.name, entry.handle, entry.folder) == ("account1", "TokoContoh", "TokoContoh", ".")
    assert entry.is_home
    assert Home(tmp_path).account(entry.folder).root == tmp_path
    fleet = load_fleet(Home(tmp_path))
    assert (fleet.accounts, fleet.is_missing) == ((entry,), True)
    assert sorted(tmp_path.rglob("*")) == before, "looking writes nothing"


def test_a_list_goes_before_the_settings_beside_it(tmp_path: Path) -> None:
    legacy.write_account(tmp_path)
    (tmp_path / "config" / "accounts.yaml").write_text(legacy.ACCOUNTS, encoding="utf-8")
    assert read_single(Home(tmp_path)) is None
    assert [entry.folder for entry in load_fleet(Home(tmp_path)).accounts] == ["accounts/account1_TokoContoh"]


@pytest.mark.parametrize("settings", ["account: [", "account: {username: '@this is none'}", "account: {}", ""])
def test_settings_that_name_nobody_are_an_account_all_the_same(tmp_path: Path, settings: str) -> None:
    legacy.write_account(tmp_path)
    (tmp_path / "config" / "settings.yaml").write_text(settings, encoding="utf-8")
    entry = read_single(Home(tmp_path))
    assert entry is not None
    assert (entry.id, entry.name, entry.handle) == ("account1", "", "")


def test_files_that_lie_flat_beside_a_session_are_an_account(tmp_path: Path) -> None:
    legacy.write_account(tmp_path)
    for file in (tmp_path / "config").iterdir():
        file.rename(tmp_path / file.name)
    assert read_single(Home(tmp_path)) is not None
    (tmp_path / "cookies.json").unlink()
    assert read_single(Home(tmp_path)) is None, "a settings.yaml alone may be that of any program"


def test_an_empty_home_has_no_account(tmp_path: Path) -> None:
    assert read_single(Home(tmp_path)) is None
    assert load_fleet(Home(tmp_path)).accounts == ()
