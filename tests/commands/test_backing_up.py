"""`--backup` and `--restore`, as a person types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import main as command_line
from bot.commands.answer import ExitCode
from tests.worlds import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path / "home")
    world.add("one", "OneShop")
    return world


def run(world: World, *arguments: str) -> int:
    return command_line.main(["--home", str(world.home.root), *arguments])


def test_a_backup_goes_to_an_empty_home_and_its_accounts_wait_there(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "all.zip"
    assert run(world, "--backup", str(file), "--json") == ExitCode.DONE
    told = json.loads(capsys.readouterr().out)
    assert told["accounts"] == ["one"]
    assert any("session is not encrypted" in line for line in told["left_out"])
    assert run(world, "--backup", str(file)) == ExitCode.REFUSED
    assert "there already" in capsys.readouterr().err
    (tmp_path / "new").mkdir()
    new = World(tmp_path / "new")
    assert run(new, "--restore", str(file), "--json") == ExitCode.DONE
    assert json.loads(capsys.readouterr().out)["accounts"] == [{"id": "one", "fate": "added"}]
    for name in ("config/accounts.yaml", "accounts/one_OneShop/config/templates.yaml"):
        assert (new.home.root / name).read_bytes() == (world.home.root / name).read_bytes()
    assert run(new, "--list-accounts", "--json") == ExitCode.DONE
    assert json.loads(capsys.readouterr().out)["accounts"][0]["state"] == "needs_attention"


def test_while_a_panel_works_a_backup_is_made_and_a_restore_refused_with_the_remedy(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world.open()
    file = tmp_path / "all.zip"
    assert run(world, "--backup", str(file)) == ExitCode.DONE
    assert run(world, "--restore", str(file)) == ExitCode.REFUSED
    assert "folder backups of this home and restore it on the page Backups" in capsys.readouterr().err
    world.close()


def test_what_is_no_backup_is_refused(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "x.zip"
    file.write_bytes(b"no zip")
    assert run(world, "--restore", str(file)) == ExitCode.REFUSED
    assert run(world, "--restore", str(tmp_path / "none.zip")) == ExitCode.REFUSED
    told = capsys.readouterr().err
    assert "no archive that can be read" in told
    assert "none.zip is not there" in told


@pytest.mark.parametrize("name", ["one", "@oneshop", "OneShop", "one_OneShop"])
def test_one_account_of_a_backup_is_named_by_id_handle_or_folder(
    name: str, world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world.add("two", "TwoShop")
    file = tmp_path / "all.zip"
    run(world, "--backup", str(file))
    assert run(world, "--restore", str(file), "--account", "nobody") == ExitCode.REFUSED
    assert "In it: one, two." in capsys.readouterr().err
    assert run(world, "--restore", str(file), "--account", name) == ExitCode.DONE
    assert "Restored: one." in capsys.readouterr().out
