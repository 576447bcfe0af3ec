"""Files that are replaced in one step, and pictures of trouble."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from bot.storage.evidence import KEPT, find_evidence, save_evidence
from bot.storage.files import write_atomically


def test_a_file_is_replaced_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "new" / "a.txt"
    write_atomically(file, b"one")
    write_atomically(file, b"two")
    assert file.read_bytes() == b"two"
    assert list(file.parent.iterdir()) == [file]


def test_what_fails_leaves_the_old_file_and_no_half_one(tmp_path: Path) -> None:
    folder = tmp_path / "a.txt"
    (folder / "inside").mkdir(parents=True)
    with pytest.raises(OSError, match=r".+"):
        write_atomically(folder, b"cannot replace a folder")
    assert list(tmp_path.iterdir()) == [folder]


def test_a_reader_never_sees_half_a_file(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    write_atomically(file, b"a" * 100_000)
    seen: set[bytes] = set()
    end = threading.Event()

    def read() -> None:
        while not end.is_set():
            content = file.read_bytes()
            seen.add(content[:1] + str(len(content)).encode() + content[-1:])

    reader = threading.Thread(target=read)
    reader.start()
    for letter in (b"b", b"c", b"d") * 10:
        write_atomically(file, letter * 100_000)
    end.set()
    reader.join()
    assert seen <= {letter + b"100000" + letter for letter in (b"a", b"b", b"c", b"d")}


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights in another way")
def test_a_private_file_is_its_owners_alone(tmp_path: Path) -> None:
    write_atomically(tmp_path / "secret", b"x", private=True)
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_a_picture_is_saved_with_its_page_and_found_again(tmp_path: Path) -> None:
    name = save_evidence(tmp_path, "run1-20260302-PageChanged", b"PNG", "<p>half \ud83d</p>", "https://x.com/home")
    found = find_evidence(tmp_path, name)
    assert found is not None
    assert found.read_bytes() == b"PNG"
    page = found.with_suffix(".html").read_text(encoding="utf-8")
    assert page == "<!-- https://x.com/home -->\n<p>half ?</p>"


def test_an_address_cannot_end_the_comment_it_stands_in(tmp_path: Path) -> None:
    save_evidence(tmp_path, "run1", b"PNG", "", "https://x.com/--><script>")
    assert (tmp_path / "run1.html").read_text(encoding="utf-8").count("-->") == 1


def test_without_a_picture_only_the_page_is_kept(tmp_path: Path) -> None:
    assert save_evidence(tmp_path, "run1", b"", "<p>", "") == ""
    assert [file.name for file in tmp_path.iterdir()] == ["run1.html"]


@pytest.mark.parametrize("name", ["", "../x", "a/b", "a.png", "a\n", "x" * 101, "C:x", "..", "nul\0"])
def test_an_unsafe_or_unknown_id_finds_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path.parent / "x.png").write_bytes(b"outside")
    assert find_evidence(tmp_path, name) is None
    assert find_evidence(tmp_path, "unknown") is None
    with pytest.raises(ValueError, match="is no name"):
        save_evidence(tmp_path, name, b"", "", "")


def test_the_oldest_go_first(tmp_path: Path) -> None:
    for number in range(KEPT + 4):
        for suffix in ("html", "png"):
            file = tmp_path / f"run{number}.{suffix}"
            file.write_bytes(b"x")
            os.utime(file, (number, number))
    save_evidence(tmp_path, f"run{KEPT + 4}", b"PNG", "", "")
    kept = {file.stem for file in tmp_path.glob("*.png")}
    assert kept == {file.stem for file in tmp_path.glob("*.html")}
    assert kept == {f"run{number}" for number in range(5, KEPT + 5)}
