"""Zips that come from elsewhere: refused with a reason, and nothing is left of them on the disk."""

from __future__ import annotations

import hashlib
import json
import stat
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.errors import ArchiveError
from bot.storage.archives import check_content, read_manifest, unpack

GOOD = {"config/settings.yaml": b"account: {}\n", "media/a.png": b"png"}


def manifest_of(packed: dict[str, bytes], **changes: Any) -> dict[str, Any]:
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in packed.items()}
    told = {"format": "aviary-account", "version": 2, "made_at": "2026-03-02T08:00:00Z", "entry": {"id": "one"}}
    return {**told, "files": hashes, **changes}


def write(file: Path, files: dict[str, bytes], manifest: dict[str, Any] | None = None) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        archive.writestr("manifest.json", json.dumps(manifest or manifest_of(files)))
    return file


def path_that(name: str) -> Callable[[Path], Path]:
    return lambda file: write(file, {**GOOD, name: b"x"})


def a_link(file: Path) -> Path:
    files = {**GOOD, "media/link": b"/etc/passwd"}
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = (stat.S_IFLNK | 0o777) << 16 if name == "media/link" else 0
            archive.writestr(info, content)
        archive.writestr("manifest.json", json.dumps(manifest_of(files)))
    return file


def a_name_twice(file: Path) -> Path:
    write(file, GOOD)
    with warnings.catch_warnings(), zipfile.ZipFile(file, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("media/a.png", b"other")
    return file


def an_overlapping_bomb(file: Path) -> Path:
    """Many names for the same packed bytes: only the list at the end of the zip grows."""
    files = {f"media/{index}.png": b"\0" * 10_000_000 for index in range(2)}
    manifest = manifest_of({**files, **{f"media/{index}.png": files["media/0.png"] for index in range(2, 100)}})
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("media/0.png", files["media/0.png"])
        archive.writestr("manifest.json", json.dumps(manifest))
        first = archive.getinfo("media/0.png")
        for index in range(1, 100):
            twin = zipfile.ZipInfo(f"media/{index}.png")
            for what in ("compress_type", "CRC", "compress_size", "file_size", "header_offset"):
                setattr(twin, what, getattr(first, what))
            archive.filelist.append(twin)
            archive.NameToInfo[twin.filename] = twin
    return file


def truncated(file: Path) -> Path:
    content = write(file, {**GOOD, "media/big.bin": bytes(range(256)) * 4000}).read_bytes()
    file.write_bytes(content[: len(content) // 2])
    return file


def damaged_inside(file: Path) -> Path:
    content = bytearray(write(file, {"media/big.bin": hashlib.sha512(b"x").digest() * 99}).read_bytes())
    content[60] ^= 0xFF
    file.write_bytes(content)
    return file


def with_manifest(**changes: Any) -> Callable[[Path], Path]:
    return lambda file: write(file, GOOD, manifest_of(GOOD, **changes))


def without_list(file: Path) -> Path:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a", b"x")
    return file


def no_zip(file: Path) -> Path:
    file.write_bytes(b"hello")
    return file


HOSTILE: dict[str, tuple[Callable[[Path], Path], str]] = {
    "a path out of the folder": (path_that("../evil"), "leads astray"),
    "a path out of the folder, deeper": (path_that("media/../../evil"), "leads astray"),
    "an absolute path": (path_that("/etc/evil"), "leads astray"),
    "a drive": (path_that("C:/evil"), "leads astray"),
    "a backslash": (path_that("media\\..\\..\\evil"), "leads astray"),
    "a device of Windows": (path_that("media/aux.png"), "leads astray"),
    "a folder as a file": (path_that("media/x/"), "no plain file"),
    "a path through a file": (path_that("media/a.png/x"), "leads through a file"),
    "a name in other case": (path_that("media/A.PNG"), "leads astray"),
    "a name of other accents": (lambda file: write(file, {"a/\u00e9": b"1", "a/e\u0301": b"2"}), "leads astray"),
    "a link": (a_link, "no plain file"),
    "a name twice": (a_name_twice, "does not hold the files"),
    "a bomb": (an_overlapping_bomb, "more than any zip of its size"),
    "a newer version": (with_manifest(version=3), "newer Aviary; update"),
    "no version": (with_manifest(version=0), "cannot be read"),
    "another format": (with_manifest(format="other"), "neither the archive of an account nor a backup"),
    "a list with more": (with_manifest(files={"a": "0" * 64}), "does not hold the files"),
    "a list of nonsense": (with_manifest(files=7), "list of files cannot be read"),
    "a wrong hash": (with_manifest(files=dict.fromkeys(GOOD, "0" * 64)), "not what was packed"),
    "half of it": (truncated, "zip"),
    "a flipped bit": (damaged_inside, "damaged"),
    "no zip": (no_zip, "zip"),
    "no list": (without_list, "no list of its files"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_with_a_reason_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    make, reason = HOSTILE[name]
    file = make(tmp_path / "x.zip")
    before = sorted(tmp_path.rglob("*"))
    for use in (lambda: unpack(file, tmp_path / "account"), lambda: check_content(file)):
        with pytest.raises(ArchiveError, match=reason):
            use()
    assert sorted(tmp_path.rglob("*")) == before


def test_an_archive_of_version_1_is_read(tmp_path: Path) -> None:
    old = {key: value for key, value in manifest_of(GOOD, version=1).items() if key != "left_out"}
    file = write(tmp_path / "x.zip", GOOD, old)
    assert read_manifest(file).entry == {"id": "one"}
    unpack(file, tmp_path / "account")
    assert (tmp_path / "account" / "media" / "a.png").read_bytes() == b"png"
