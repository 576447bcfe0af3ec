"""Reports on pages: kept whole, the last ten, never outside their folder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.storage.checks import KEPT, check_id, find_check_file, newest_check, save_check

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
NAME = "20260302-080000"


def test_a_report_is_named_by_its_moment_in_utc() -> None:
    assert check_id(AT.astimezone()) == NAME


def test_what_was_saved_is_found(tmp_path: Path) -> None:
    save_check(tmp_path, NAME, "{}", {"home.png": b"png", "home.html": b"<p>"})
    assert newest_check(tmp_path) == tmp_path / NAME / "report.json"
    for name, content in {"home.png": b"png", "home.html": b"<p>", "report.json": b"{}"}.items():
        file = find_check_file(tmp_path, NAME, name)
        assert file is not None
        assert file.read_bytes() == content


def test_only_the_last_ten_stay(tmp_path: Path) -> None:
    names = [check_id(AT + timedelta(hours=hour)) for hour in range(KEPT + 3)]
    for name in names:
        save_check(tmp_path, name, "{}", {"home.png": b"x"})
    assert sorted(folder.name for folder in tmp_path.iterdir()) == names[3:]


def test_a_report_that_a_crash_cut_off_is_not_the_newest(tmp_path: Path) -> None:
    save_check(tmp_path, NAME, "{}", {})
    (tmp_path / "20260303-080000").mkdir()
    assert newest_check(tmp_path) == tmp_path / NAME / "report.json"


def test_without_reports_there_is_no_newest(tmp_path: Path) -> None:
    assert newest_check(tmp_path / "nowhere") is None


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("..", "cookies.json"),
        (f"{NAME}/..", "home.png"),
        (NAME, "../../cookies.json"),
        (NAME, "..\\secret.png"),
        (NAME, "home.json"),
        (NAME, "HOME.PNG"),
        ("20260302-080001", "home.png"),
        (NAME, "post.png"),
    ],
)
def test_unknown_and_unsafe_names_lead_nowhere(tmp_path: Path, name: str, file: str) -> None:
    save_check(tmp_path, NAME, "{}", {"home.png": b"x"})
    (tmp_path / "secret.png").write_bytes(b"secret")
    assert find_check_file(tmp_path, name, file) is None


@pytest.mark.parametrize(("name", "file"), [("today", "home.png"), (NAME, "../home.png"), (NAME, "home.exe")])
def test_names_that_could_not_be_found_again_are_not_saved(tmp_path: Path, name: str, file: str) -> None:
    with pytest.raises(ValueError, match="no names for a report"):
        save_check(tmp_path, name, "{}", {file: b""})
    assert list(tmp_path.iterdir()) == []
