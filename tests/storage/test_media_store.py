"""Files under media/: whatever they are called and however they come, nothing is written outside or over another."""

from __future__ import annotations

import io
import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.errors import MediaRefused, StorageError
from bot.settings.home import AccountFolder
from bot.storage.media_store import LONGEST_NAME, MediaStore, check_name, printable
from tests.media import HOSTILE_NAMES, files_below

MB = 1024 * 1024


@pytest.fixture
def folder(tmp_path: Path) -> AccountFolder:
    """An account with a session beside its media, and a neighbour."""
    root = tmp_path / "accounts" / "one"
    root.mkdir(parents=True)
    (root / "cookies.json").write_text("secret", encoding="utf-8")
    (tmp_path / "accounts" / "two").mkdir()
    return AccountFolder(root)


@pytest.fixture
def store(folder: AccountFolder) -> MediaStore:
    return MediaStore(folder)


def put(store: MediaStore, name: str, content: bytes = b"x", folder: str = "media") -> str:
    with store.receive(io.BytesIO(content), name, MB) as received:
        return store.keep(received, name, folder)


def test_a_file_is_kept_under_its_name(store: MediaStore, folder: AccountFolder) -> None:
    assert put(store, "ñandú 😊.jpg", b"content") == "media/ñandú 😊.jpg"
    assert (folder.root / "media" / "ñandú 😊.jpg").read_bytes() == b"content"
    assert store.names() == ["media/ñandú 😊.jpg"]


def test_a_file_can_go_into_a_folder_below(store: MediaStore) -> None:
    assert put(store, "a.jpg", folder="media/promo/june") == "media/promo/june/a.jpg"
    assert store.find("media/promo/june/a.jpg") is not None


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_is_refused_in_words_and_nothing_is_left(
    store: MediaStore, folder: AccountFolder, tmp_path: Path, name: str
) -> None:
    with pytest.raises(MediaRefused) as caught:
        put(store, name)
    assert caught.value.remedy
    assert caught.value.message.isprintable()
    assert files_below(tmp_path) == {"accounts/one/cookies.json"}


@pytest.mark.parametrize("name", [".", "..", "a//b", "a\\b", "con", ".x", "a\0"])
def test_a_hostile_folder_is_refused(store: MediaStore, tmp_path: Path, name: str) -> None:
    for asked in (f"media/{name}", name, f"media/good/{name}"):
        with pytest.raises(MediaRefused):
            put(store, "a.jpg", folder=asked)
    assert files_below(tmp_path) == {"accounts/one/cookies.json"}


def test_folders_do_not_go_down_without_end(store: MediaStore) -> None:
    with pytest.raises(MediaRefused):
        put(store, "a.jpg", folder="media" + "/a" * 10)


ANY_NAME = st.text(max_size=80) | st.sampled_from(HOSTILE_NAMES)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(name=ANY_NAME)
@example("a\u0301.jpg")
@example("..")
def test_whatever_the_name_a_file_lies_in_media_or_nowhere(
    store: MediaStore, folder: AccountFolder, tmp_path: Path, name: str
) -> None:
    before = files_below(tmp_path)
    try:
        kept = put(store, name)
    except MediaRefused:
        assert files_below(tmp_path) == before
        return
    assert files_below(tmp_path) - before == {f"accounts/one/{kept}"}
    assert Path(kept).parent == Path("media")
    assert store.find(kept) is not None
    assert kept in store.names()
    store.delete(kept)
    assert files_below(tmp_path) == before


@given(name=st.text(max_size=200))
def test_a_checked_name_is_plain_and_stays_as_it_is(name: str) -> None:
    try:
        kept = check_name(name)
    except MediaRefused:
        assert not {unicodedata.category(char) for char in printable(name)} & {"Cc", "Cs", "Zl", "Zp"}
        return
    assert check_name(kept) == kept == unicodedata.normalize("NFC", name)
    assert not set("/\\:\0") & set(kept)
    assert len(kept.encode()) <= LONGEST_NAME


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(name=st.text(max_size=60))
def test_whatever_is_asked_for_only_files_of_media_are_found(
    store: MediaStore, folder: AccountFolder, name: str
) -> None:
    put_once = folder.root / "media" / "a.jpg"
    put_once.parent.mkdir(exist_ok=True)
    put_once.write_bytes(b"x")
    for asked in (name, f"media/{name}", f"media/../{name}"):
        found = store.find(asked)
        assert found is None or found == put_once


@pytest.mark.parametrize(
    "name", ["cookies.json", "media", "media/", "media/../cookies.json", "media/.hidden", "media//"]
)
def test_what_is_no_file_of_media_is_not_found(store: MediaStore, folder: AccountFolder, name: str) -> None:
    put(store, "a.jpg")
    (folder.root / "media" / ".hidden").write_bytes(b"x")
    assert store.find(name) is None
    with pytest.raises(KeyError):
        store.delete(name)
    assert store.names() == ["media/a.jpg"]


@pytest.mark.parametrize("second", ["poster.jpg", "POSTER.JPG", "Poster.jpg"])
def test_a_name_that_is_taken_in_other_letters_is_refused(
    store: MediaStore, folder: AccountFolder, second: str
) -> None:
    put(store, "poster.jpg", b"first")
    with pytest.raises(MediaRefused, match=r"media/poster\.jpg is there already"):
        put(store, second, b"second")
    assert (folder.root / "media" / "poster.jpg").read_bytes() == b"first"


def test_a_name_that_is_taken_in_another_form_of_unicode_is_refused(store: MediaStore) -> None:
    put(store, "cafe\u0301.jpg")
    with pytest.raises(MediaRefused, match="is there already"):
        put(store, "CAF\u00c9.jpg")


def test_a_folder_that_is_there_in_other_letters_is_refused(store: MediaStore) -> None:
    put(store, "a.jpg", folder="media/promo")
    with pytest.raises(MediaRefused, match="as promo"):
        put(store, "b.jpg", folder="media/Promo")


def test_what_is_larger_than_allowed_is_given_up_and_leaves_nothing(store: MediaStore, tmp_path: Path) -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            assert 0 < size <= MB, "it is read piece by piece"
            self.given += size
            return b"x" * size

    stream = Endless()
    with pytest.raises(MediaRefused, match="larger than 3 MB"), store.receive(stream, "a.jpg", 3 * MB):  # type: ignore[arg-type]
        pass
    assert stream.given == 4 * MB
    assert files_below(tmp_path) == {"accounts/one/cookies.json"}


def test_what_fails_while_it_is_looked_at_leaves_nothing(store: MediaStore, tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), store.receive(io.BytesIO(b"x"), "a.jpg", MB):
        raise ZeroDivisionError
    assert files_below(tmp_path) == {"accounts/one/cookies.json"}


def test_what_a_crash_left_half_received_is_removed_by_the_next_start(store: MediaStore, folder: AccountFolder) -> None:
    put(store, "a.jpg")
    (folder.root / "media" / ".upload-1234.tmp").write_bytes(b"half")
    assert store.names() == ["media/a.jpg"]
    MediaStore(folder)
    assert files_below(folder.root / "media") == {"a.jpg"}


def test_a_disk_that_takes_nothing_is_told(store: MediaStore, folder: AccountFolder) -> None:
    (folder.root / "media").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(StorageError, match=r"a\.jpg could not be written"):
        put(store, "a.jpg")


@pytest.fixture
def _links(tmp_path: Path) -> None:
    try:
        (tmp_path / "probe").symlink_to(tmp_path)
        (tmp_path / "probe").unlink()
    except OSError:
        pytest.skip("this system gives no links to this user")


@pytest.mark.usefixtures("_links")
def test_links_that_lead_out_of_media_are_no_way_out(store: MediaStore, folder: AccountFolder, tmp_path: Path) -> None:
    put(store, "a.jpg")
    media, neighbour = folder.root / "media", tmp_path / "accounts" / "two"
    (neighbour / "theirs.jpg").write_bytes(b"x")
    (media / "session.jpg").symlink_to(folder.cookies_json)
    (media / "next").symlink_to(neighbour, target_is_directory=True)
    assert store.names() == ["media/a.jpg"]
    assert store.find("media/session.jpg") is None
    assert store.find("media/next/theirs.jpg") is None
    for asked in ("media/next", "media/next/deeper"):
        with pytest.raises(MediaRefused, match="leads out"):
            put(store, "b.jpg", folder=asked)
    assert os.listdir(neighbour) == ["theirs.jpg"]  # noqa: PTH208  hidden ones, too


@pytest.mark.usefixtures("_links")
def test_a_media_folder_that_is_a_link_out_of_the_account_is_refused(
    store: MediaStore, folder: AccountFolder, tmp_path: Path
) -> None:
    neighbour = tmp_path / "accounts" / "two"
    (neighbour / "theirs.jpg").write_bytes(b"x")
    (folder.root / "media").symlink_to(neighbour, target_is_directory=True)
    assert store.names() == []
    assert store.find("media/theirs.jpg") is None
    with pytest.raises(MediaRefused, match="leads out"):
        put(store, "a.jpg")
    assert files_below(neighbour) == {"theirs.jpg"}


def test_a_name_in_a_message_is_short_and_can_be_seen() -> None:
    assert printable("a\u202eb\0") == "a�b�"
    assert len(printable("x" * 1000)) == 60
    assert printable("") == "a file without a name"
