"""YAML as people write it, and as they get it wrong."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.errors import SettingsError, SettingsProblem
from bot.settings.yaml_reading import MAX_BYTES, LibraryLoader, PythonLoader, UnreadFile, parse_yaml, read_yaml

FILE = Path("settings.yaml")


@pytest.fixture(params=[LibraryLoader, PythonLoader])
def loader(request: pytest.FixtureRequest) -> Any:
    """Both ways of reading must say the same: not every platform has libyaml."""
    return request.param


def problem_of(text: str, loader: Any = LibraryLoader) -> SettingsProblem:
    with pytest.raises(SettingsError) as caught:
        parse_yaml(text, FILE, loader)
    assert len(caught.value.problems) == 1
    return caught.value.problems[0]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("off", "off"),
        ("080000000001", "080000000001"),
        ("+6281234567890", "+6281234567890"),
        ("08:00", "08:00"),
        ("13:00", "13:00"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("2025-12-21", "2025-12-21"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        (".inf", ".inf"),
        ("780", 780),
        ("-3", -3),
        ("0.5", 0.5),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("'true'", "true"),
        ("🔥 promo", "🔥 promo"),
    ],
)
def test_words_stay_text_unless_they_are_plainly_something_else(written: str, meant: Any, loader: Any) -> None:
    value = parse_yaml(f"key: {written}\n", FILE, loader).data["key"]
    assert value == meant
    assert type(value) is type(meant)


def test_comments_block_scalars_anchors_and_merges_are_read(loader: Any) -> None:
    text = "a: &base {x: 1, y: 2} # comment\nb:\n  <<: *base\n  y: 3\nc: |\n  one\n\n  two {tweet}\nd: *base\n"
    assert parse_yaml(text, FILE, loader).data == {
        "a": {"x": 1, "y": 2},
        "b": {"x": 1, "y": 3},
        "c": "one\n\ntwo {tweet}\n",
        "d": {"x": 1, "y": 2},
    }


def test_a_merge_of_a_merge_is_no_doubled_key(loader: Any) -> None:
    text = "deep:\n  er:\n    c: &c {k: 1}\n    b: &b {<<: *c, k: 2}\na: {<<: *b}\n"
    assert parse_yaml(text, FILE, loader).data["a"] == {"k": 2}


def test_every_key_and_item_knows_its_line(loader: Any) -> None:
    document = parse_yaml("a:\n  b: 1\nlist:\n- x\n- y: 2\n  z: 3\n", FILE, loader)
    assert document.line_of(("a", "b")) == 2
    assert document.line_of(("list", 1)) == 5
    assert document.line_of(("list", 1, "z")) == 6
    assert document.line_of(("list", 1, "z", "deeper")) == 6
    assert document.line_of(("nowhere",)) == 1
    assert str(document.problem(("list", 1, "z"), "is wrong")) == "settings.yaml, line 6: list.1.z: is wrong"


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n"])
def test_an_empty_file_has_no_keys(text: str, loader: Any) -> None:
    assert parse_yaml(text, FILE, loader).data in ({}, None)


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_byte_order_marks_of_windows_change_nothing(tmp_path: Path, ends: str, mark: bytes) -> None:
    file = tmp_path / "settings.yaml"
    file.write_bytes(mark + "a: 1\nb: héllo 😊\n".replace("\n", ends).encode())
    document = read_yaml(file)
    assert document.data == {"a": 1, "b": "héllo 😊"}
    assert document.line_of(("b",)) == 2


@pytest.mark.parametrize(
    ("text", "line", "key", "message"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "a", "stands twice"),
        ("x:\n  a: 1\n  a: 1\n", 3, "x.a", "stands twice"),
        ("a: 1\n'a': 2\n", 2, "a", "stands twice"),
        ("a: 1\n\tb: 2\n", 2, "", "holds a tab"),
        ("a: 1\nb: @toko\n", 2, "", "quotes"),
        ("a: promo: murah\n", 1, "", "quotes"),
        ("a: [1, 2\nb: 3\n", 1, "", "close it with ]"),
        ("a: 'open\n", 1, "", "never closed"),
        ("a: *nobody\n", 1, "", "between quotes"),
        ("a: 1\n---\nb: 2\n", 2, "", "delete the line ---"),
        ("a: 1\nb: &b [1, *b]\n", 2, "b.1", "contains itself"),
        ("a: &a\n  b: *a\n", 2, "a.b", "contains itself"),
        ("a: 1\nb: !!python/object:os.system {}\n", 2, "b", "tag"),
        ("a: !mine x\n", 1, "a", "tag"),
        ("a: !!timestamp soon\n", 1, "a", "tag"),
        ("a: !!bool maybe\n", 1, "", "is not valid YAML"),
        ("a: !!int ''\n", 1, "", "is not valid YAML"),
        ("a:\n  {{wa_number}}: x\n", 2, "a", "between quotes"),
        ("? [a, b]\n: 1\n", 1, "", "as a key"),
        ("a: 1\nb: \x07\n", 2, "", "U+0007"),
        ("a: 1\n\n\x00", 3, "", "U+0000"),
    ],
)
def test_every_mistake_has_its_line_and_key(text: str, line: int, key: str, message: str, loader: Any) -> None:
    problem = problem_of(text, loader)
    assert (problem.file, problem.line, problem.key) == (FILE, line, key)
    assert message in problem.message


def test_half_of_an_emoji_is_refused(loader: Any) -> None:
    problem = problem_of('a: 1\nb: "\\ud83d\\ude0a"\n', loader)
    assert problem.line == 2


def test_anchors_that_unfold_without_end_are_refused_at_once(loader: Any) -> None:
    lines = ["l0: &l0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 10)]
    assert "unfolds" in problem_of("\n".join(lines), loader).message


def test_brackets_nested_without_end_are_refused(loader: Any) -> None:
    assert problem_of("[" * 30_000, loader).line == 1


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_a_file_in_another_encoding_is_told_with_its_line(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "settings.yaml"
    file.write_bytes("a: 1\nb: promo é murah\n".encode(encoding))
    with pytest.raises(SettingsError, match="UTF-8") as caught:
        read_yaml(file)
    assert caught.value.problems[0].line == (2 if encoding == "latin-1" else 1)


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "settings.yaml"
    with file.open("wb") as opened:
        opened.truncate(50 * MAX_BYTES)
    with pytest.raises(SettingsError, match=r"settings\.yaml: is larger than 2048 KiB"):
        read_yaml(file)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"settings\.yaml: is missing"):
        read_yaml(tmp_path / "settings.yaml")


def test_a_folder_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is a folder or a device"):
        read_yaml(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such devices among the files")
def test_a_device_that_never_ends_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").symlink_to("/dev/zero")
    with pytest.raises(SettingsError, match="is a folder or a device"):
        read_yaml(tmp_path / "settings.yaml")


@pytest.mark.skipif(os.name == "nt" or (hasattr(os, "geteuid") and os.geteuid() == 0), reason="needs POSIX rights")
def test_a_file_without_the_right_to_read_it_is_told_with_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text("a: 1\n", encoding="utf-8")
    file.chmod(0)
    with pytest.raises(SettingsError, match="the right to read it") as caught:
        read_yaml(file)
    assert isinstance(caught.value.problems[0], UnreadFile)


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="this machine has no libyaml")
def test_the_fast_reader_is_used_where_it_is_there() -> None:
    assert issubclass(LibraryLoader, yaml.CSafeLoader)
