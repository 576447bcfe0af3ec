from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.clock import FakeClock
from bot.errors import ChangedMeanwhile, SettingsError
from bot.storage.kept_files import KEPT_VERSIONS, MISSING, KeptFile

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def file(tmp_path: Path, clock: FakeClock) -> KeptFile:
    return KeptFile(tmp_path / "config" / "accounts.yaml", clock)


def test_a_file_that_is_not_there_can_be_written(file: KeptFile) -> None:
    assert file.read() == ("", MISSING)
    mark = file.write("a: 1\n", MISSING)
    assert file.read() == ("a: 1\n", mark)
    assert file.versions() == []


def test_each_change_keeps_what_was_there_before(file: KeptFile, clock: FakeClock) -> None:
    mark = file.write("first", MISSING)
    clock.advance(60)
    mark = file.write("second", mark)
    clock.advance(60)
    file.write("third", mark)
    assert [file.version(each.id) for each in file.versions()] == ["second", "first"]
    assert file.versions()[0].replaced_at == clock.now()


def test_a_change_by_somebody_else_is_not_written_over(file: KeptFile) -> None:
    mark = file.write("first", MISSING)
    file.path.write_text("by hand", encoding="utf-8")
    with pytest.raises(ChangedMeanwhile):
        file.write("second", mark)
    assert file.read()[0] == "by hand"


def test_a_file_that_was_deleted_or_made_meanwhile_is_told_too(file: KeptFile) -> None:
    mark = file.write("first", MISSING)
    file.path.unlink()
    with pytest.raises(ChangedMeanwhile):
        file.write("second", mark)
    file.path.write_text("by hand", encoding="utf-8")
    with pytest.raises(ChangedMeanwhile):
        file.write("second", MISSING)


def test_writing_what_is_there_keeps_no_version(file: KeptFile) -> None:
    mark = file.write("first", MISSING)
    assert file.write("first", mark) == mark
    assert file.versions() == []


def test_the_last_twenty_are_kept(file: KeptFile, clock: FakeClock) -> None:
    mark = MISSING
    for number in range(30):
        clock.advance(1)
        mark = file.write(str(number), mark)
    assert [file.version(each.id) for each in file.versions()] == [str(number) for number in range(28, 8, -1)]
    assert len(file.versions()) == KEPT_VERSIONS


def test_a_version_that_is_not_there_is_refused_whatever_its_name(file: KeptFile) -> None:
    file.write("second", file.write("first", MISSING))
    for name in ("", "x", "../accounts.yaml", f"../{file.versions()[0].id}", "20260302T080000000000-00000000"):
        with pytest.raises(KeyError):
            file.version(name)


def test_a_mark_of_order_of_bytes_is_no_part_of_the_text(file: KeptFile) -> None:
    file.path.parent.mkdir(parents=True)
    file.path.write_bytes("\ufeffa: 1\n".encode())
    assert file.read()[0] == "a: 1\n"


def test_a_file_in_another_encoding_says_so(file: KeptFile) -> None:
    file.path.parent.mkdir(parents=True)
    file.path.write_bytes(b"name: \xff\xfe\n")
    with pytest.raises(SettingsError, match="UTF-8"):
        file.read()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_a_file_that_only_its_owner_may_read_stays_so_and_its_former_states_are_so_too(file: KeptFile) -> None:
    mark = file.write("first", MISSING)
    file.path.chmod(0o600)
    file.write("second", mark)
    kept = [file.path, *file.path.parent.joinpath("versions", file.path.name).iterdir()]
    assert [each.stat().st_mode & 0o777 for each in kept] == [0o600, 0o600]
