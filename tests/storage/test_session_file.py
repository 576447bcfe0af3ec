"""A session at rest: encrypted, private, never lost to a wrong key, and taken in from what existing users have."""

from __future__ import annotations

import json
import os
import stat
import threading
import traceback
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.errors import SessionFileError
from bot.settings.home import AccountFolder
from bot.storage.cookies import Cookie, parse_cookies
from bot.storage.sealing import KEY_FILE, KeyTrouble, SessionKeys, is_sealed
from bot.storage.session_file import CHECK_FILE, SessionCheck, SessionFile, note_check, read_check
from tests import legacy

NOW = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
PLAIN = json.dumps(legacy.COOKIES).encode()
COOKIES = parse_cookies(PLAIN.decode(), "cookies.json", NOW)
OTHER = (Cookie("auth_token", "ab" * 20, http_only=True),)
on_posix = pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def keys(data: Path) -> SessionKeys:
    return SessionKeys(data, "")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "accounts" / "one" / "cookies.json"


@pytest.fixture
def file(path: Path, keys: SessionKeys) -> SessionFile:
    """The plain session of an existing user."""
    path.parent.mkdir(parents=True)
    path.write_bytes(PLAIN)
    return SessionFile(path, keys)


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def test_a_plain_session_works_and_is_encrypted_from_then_on(file: SessionFile, path: Path) -> None:
    loaded = file.load(NOW)
    assert loaded.cookies == COOKIES
    assert is_sealed(path.read_bytes())
    for cookie in legacy.COOKIES:
        assert str(cookie["value"]).encode() not in path.read_bytes()
    assert file.load(NOW) == loaded


def test_that_of_the_single_account_of_old_stays_plain_and_is_known_by_its_content(
    file: SessionFile, path: Path, keys: SessionKeys, data: Path
) -> None:
    single = SessionFile(path, keys, stays_plain=True)
    loaded = single.load(NOW)
    assert (loaded.cookies, path.read_bytes(), data.exists()) == (COOKIES, PLAIN, False)
    assert loaded.id == single.present_id
    path.write_bytes(PLAIN + b"\n")
    assert single.load(NOW).id != loaded.id
    single.replace(COOKIES, NOW)
    assert single.load(NOW).id == file.read().id, "what a person imported is encrypted, and goes on to be"


@on_posix
def test_session_and_key_can_be_read_by_their_owner_alone(file: SessionFile, path: Path, data: Path) -> None:
    path.chmod(0o644)
    file.load(NOW)
    assert (mode(path), mode(data / KEY_FILE)) == (0o600, 0o600)


def test_nothing_else_is_left_beside_session_and_key(file: SessionFile, path: Path, data: Path) -> None:
    file.load(NOW)
    assert [each.name for each in (*path.parent.iterdir(), *data.iterdir())] == ["cookies.json", KEY_FILE]


def test_looking_changes_nothing_and_makes_no_key(file: SessionFile, path: Path, data: Path) -> None:
    stored = file.read()
    assert not stored.is_sealed
    assert path.read_bytes() == PLAIN
    assert not data.exists()


def test_a_session_that_cannot_work_is_left_as_it_is(file: SessionFile, path: Path) -> None:
    path.write_text('{"ct0": "abc"}', encoding="utf-8")
    with pytest.raises(SessionFileError, match="holds no auth_token"):
        file.load(NOW)
    assert path.read_text(encoding="utf-8") == '{"ct0": "abc"}'


def test_a_plain_export_put_over_an_encrypted_one_is_taken_in(file: SessionFile, path: Path) -> None:
    first = file.load(NOW)
    path.write_text(json.dumps({"auth_token": "ab" * 20}), encoding="utf-8")
    second = file.load(NOW)
    assert second.cookies[0].value == "ab" * 20
    assert is_sealed(path.read_bytes())
    assert second.id != first.id


def test_a_session_of_another_key_is_told_and_never_written_over(file: SessionFile, path: Path, tmp_path: Path) -> None:
    file.load(NOW)
    sealed = path.read_bytes()
    for other in (SessionKeys(tmp_path / "elsewhere", ""), SessionKeys(tmp_path, Fernet.generate_key().decode())):
        with pytest.raises(KeyTrouble, match="encrypted with another key") as caught:
            SessionFile(path, other).load(NOW)
        assert KEY_FILE in caught.value.remedy
        assert "import its cookies again" in caught.value.remedy
        assert path.read_bytes() == sealed
    assert not (tmp_path / "elsewhere").exists(), "a key that is lost is not replaced by one that opens nothing"


def test_a_replaced_session_that_could_not_be_opened_is_set_aside(
    file: SessionFile, path: Path, keys: SessionKeys, tmp_path: Path
) -> None:
    file.load(NOW)
    SessionFile(path, SessionKeys(tmp_path / "new", "")).replace(OTHER, NOW)
    (kept,) = path.parent.glob("cookies.json.unopened-*")
    assert SessionFile(kept, keys).load(NOW).cookies == COOKIES


def test_a_replaced_session_that_could_be_opened_is_gone(file: SessionFile, path: Path) -> None:
    file.load(NOW)
    file.replace(OTHER, NOW)
    assert [each.name for each in path.parent.iterdir()] == ["cookies.json"]
    assert file.load(NOW).cookies == OTHER


def test_each_replaced_session_has_another_id(file: SessionFile) -> None:
    first, second = file.replace(OTHER, NOW), file.replace(OTHER, NOW)
    assert first != second
    assert file.read().id == second


def test_the_environment_has_the_key_before_the_file(path: Path, data: Path) -> None:
    path.parent.mkdir(parents=True)
    key = Fernet.generate_key().decode()
    SessionFile(path, SessionKeys(data, f" {key}\n")).replace(OTHER, NOW)
    assert not data.exists()
    assert SessionFile(path, SessionKeys(data, key)).load(NOW).cookies == OTHER


def test_the_variable_is_looked_up(path: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.parent.mkdir(parents=True)
    monkeypatch.setenv("AVIARY_KEY", Fernet.generate_key().decode())
    SessionFile(path, SessionKeys(data)).replace(OTHER, NOW)
    assert not data.exists()


def test_a_session_of_the_key_file_is_moved_to_the_key_of_the_environment(
    file: SessionFile, path: Path, data: Path, tmp_path: Path
) -> None:
    before = file.load(NOW)
    key = Fernet.generate_key().decode()
    assert SessionFile(path, SessionKeys(data, key)).load(NOW) == before
    assert SessionFile(path, SessionKeys(tmp_path / "without", key)).load(NOW) == before


def test_a_bad_key_in_the_environment_is_told_and_disturbs_no_plain_session(
    file: SessionFile, path: Path, data: Path
) -> None:
    bad = SessionFile(path, SessionKeys(data, "my password"))
    assert bad.load(NOW).cookies == COOKIES
    assert path.read_bytes() == PLAIN
    file.load(NOW)
    with pytest.raises(KeyTrouble, match="AVIARY_KEY is not a key") as caught:
        bad.load(NOW)
    assert "generate_key" in caught.value.remedy
    assert "my password" not in "".join(traceback.format_exception(caught.value))


def test_a_damaged_key_file_is_told_and_never_replaced(file: SessionFile, data: Path) -> None:
    file.load(NOW)
    (data / KEY_FILE).write_text("abc", encoding="utf-8")
    with pytest.raises(KeyTrouble, match="is not a key"):
        file.load(NOW)
    with pytest.raises(KeyTrouble, match="is not a key"):
        file.replace(OTHER, NOW)
    assert (data / KEY_FILE).read_text(encoding="utf-8") == "abc"


def change(path: Path, **changes: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_bytes()), **changes}), encoding="utf-8")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sealed": "gAAAAA"}, "is damaged: its own key does not decrypt it"),
        ({"sealed": "ümlaut"}, "is damaged: its own key does not decrypt it"),
        ({"sealed": None}, "is damaged"),
        ({"id": 5}, "is damaged"),
        ({"version": 2}, "was written by a newer Aviary"),
    ],
)
def test_a_damaged_or_newer_file_is_told_and_never_lost(
    file: SessionFile, path: Path, changes: dict[str, object], message: str
) -> None:
    file.load(NOW)
    change(path, **changes)
    content = path.read_bytes()
    with pytest.raises(SessionFileError, match=message):
        file.load(NOW)
    assert path.read_bytes() == content
    file.replace(OTHER, NOW)
    (kept,) = path.parent.glob("cookies.json.unopened-*")
    assert kept.read_bytes() == content


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        b"",
        b'{"format": "aviary-session',
        b'["aviary-session"]',
        b'{"name": "aviary-session", "value": "x"}',
        b'{"format": "other", "about": "aviary-session"}',
    ],
)
def test_nothing_but_a_file_of_ours_counts_as_encrypted(content: bytes) -> None:
    assert not is_sealed(content)


def test_an_encrypted_file_says_what_it_is(file: SessionFile, path: Path) -> None:
    file.load(NOW)
    told = json.loads(path.read_bytes())
    assert (told["format"], told["version"]) == ("aviary-session", 1)
    assert "encrypted by Aviary" in told["about"]


@on_posix
def test_a_link_to_another_place_is_read_and_left_alone(file: SessionFile, path: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "export.json"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    assert file.load(NOW).cookies == COOKIES
    assert path.is_symlink()
    assert elsewhere.read_bytes() == PLAIN


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is closed to this user")
def test_a_folder_that_cannot_be_written_to_disturbs_no_run(file: SessionFile, path: Path) -> None:
    path.parent.chmod(0o500)
    try:
        assert file.load(NOW).cookies == COOKIES
        assert path.read_bytes() == PLAIN
    finally:
        path.parent.chmod(0o700)


def test_many_at_once_make_one_key(path: Path, data: Path) -> None:
    path.parent.mkdir(parents=True)
    begun = threading.Barrier(8)

    def seal(number: int) -> None:
        begun.wait()
        SessionFile(path.with_name(f"{number}.json"), SessionKeys(data, "")).replace(OTHER, NOW)

    threads = [threading.Thread(target=seal, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    keys = SessionKeys(data, "")
    assert [SessionFile(path.with_name(f"{number}.json"), keys).load(NOW).cookies for number in range(8)] == [OTHER] * 8
    assert [each.name for each in data.iterdir()] == [KEY_FILE]


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, keys: SessionKeys) -> None:
    with pytest.raises(SessionFileError, match=r"cookies\.json is missing"):
        SessionFile(tmp_path / "cookies.json", keys).load(NOW)
    with pytest.raises(SessionFileError, match="cannot be read"):
        SessionFile(tmp_path, keys).load(NOW)
    with (tmp_path / "huge.json").open("wb") as huge:
        huge.truncate(10**8)
    with pytest.raises(SessionFileError, match="larger than 2048 KiB"):
        SessionFile(tmp_path / "huge.json", keys).load(NOW)


def test_what_x_com_said_last_is_kept(tmp_path: Path) -> None:
    folder = AccountFolder(tmp_path)
    assert read_check(folder) is None
    check = SessionCheck("ab12", NOW, "toko", "")
    note_check(folder, check)
    assert read_check(folder) == check


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"session_id": "a", "handle": "", "problem": "", "at": 5}'])
def test_a_damaged_note_of_the_last_check_counts_as_none(tmp_path: Path, content: str) -> None:
    folder = AccountFolder(tmp_path)
    folder.data.mkdir()
    (folder.data / CHECK_FILE).write_text(content, encoding="utf-8")
    assert read_check(folder) is None
