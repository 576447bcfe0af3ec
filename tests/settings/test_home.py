"""Where things lie, and paths that must not lead anywhere else."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.errors import HomeError
from bot.settings.home import AccountFolder, Home, is_there, relative_parts, safe_join

BAD = [
    "..",
    "../other",
    "a/../../b",
    "a/..",
    "..\\other",
    "/etc/passwd",
    "\\windows",
    "\\\\server\\share",
    "//server/share",
    "C:\\x",
    "c:x",
    "a/c:/x",
    "file.png:stream",
    "nul",
    "CON",
    "con.txt",
    "a/Aux.png",
    "com1",
    "lpt9.jpg",
    "COM¹",
    "conin$",
    "nul .png",
    "shop.",
    "shop ",
    "a./b",
    "...",
    "a\0b",
    "a\nb",
]


@pytest.mark.parametrize("path", BAD)
def test_a_path_that_leads_out_or_means_something_else_on_windows_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(ValueError, match="must be a plain path"):
        safe_join(tmp_path, path)


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("media/promo/a.png", ("media", "promo", "a.png")),
        ("media\\promo\\a.png", ("media", "promo", "a.png")),
        ("./accounts//one/", ("accounts", "one")),
        (".", ()),
        ("console/come.png", ("console", "come.png")),
        ("..hidden", ("..hidden",)),
        ("ñandú 😊.png", ("ñandú 😊.png",)),
    ],
)
def test_a_plain_path_stays_inside(tmp_path: Path, path: str, parts: tuple[str, ...]) -> None:
    assert relative_parts(path) == parts
    assert safe_join(tmp_path, path) == tmp_path.joinpath(*parts)


def link(file: Path, target: Path) -> None:
    try:
        file.symlink_to(target)
    except OSError:
        pytest.skip("this user may make no symbolic links")


def test_a_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    link(home / "out", tmp_path)
    link(home / "inside", home)
    with pytest.raises(ValueError, match="leads out of home/"):
        safe_join(home, "out/other")
    assert safe_join(home, "inside/x") == home / "inside" / "x"


def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    link(tmp_path / "a", tmp_path / "b")
    link(tmp_path / "b", tmp_path / "a")
    with pytest.raises(ValueError, match="cannot be followed"):
        safe_join(tmp_path, "a/x")


def test_media_is_looked_for_below_the_accounts_own_folder(tmp_path: Path) -> None:
    folder = AccountFolder(tmp_path / "accounts" / "one")
    assert folder.media_file("media/promo/a.png") == tmp_path / "accounts" / "one" / "media" / "promo" / "a.png"
    with pytest.raises(ValueError, match="plain path"):
        folder.media_file("../two/media/a.png")


def test_settings_may_lie_flat_beside_the_session(tmp_path: Path) -> None:
    folder = AccountFolder(tmp_path)
    assert folder.settings_yaml == tmp_path / "config" / "settings.yaml"
    (tmp_path / "settings.yaml").write_text("", encoding="utf-8")
    assert folder.settings_yaml == tmp_path / "settings.yaml"
    assert folder.templates_yaml == tmp_path / "templates.yaml"


def test_preparing_makes_the_folders_and_leaves_no_trace(tmp_path: Path) -> None:
    home = Home(tmp_path / "new" / "home")
    home.prepare()
    home.prepare()
    assert home.log_file.parent.is_dir()
    assert [entry.name for entry in home.data.iterdir()] == ["logs"]


def test_two_processes_that_start_at_once_do_not_take_each_other_for_a_missing_right(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        for future in [pool.submit(home.prepare) for _ in range(400)]:
            future.result()


def test_a_home_that_cannot_be_written_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file in the way", encoding="utf-8")
    with pytest.raises(HomeError, match="cannot write to") as caught:
        Home(tmp_path).prepare()
    assert "--home" in caught.value.remedy


@pytest.mark.skipif(os.name == "nt" or (hasattr(os, "geteuid") and os.geteuid() == 0), reason="needs POSIX rights")
def test_a_read_only_home_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(HomeError, match="cannot write to"):
            Home(tmp_path).prepare()
    finally:
        tmp_path.chmod(0o700)


def test_what_cannot_be_looked_at_counts_as_there(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert is_there(tmp_path / "file")
    assert not is_there(tmp_path / "missing")
    assert not is_there(tmp_path / "file" / "below a file")
    link(tmp_path / "circle", tmp_path / "circle")
    assert is_there(tmp_path / "circle")
