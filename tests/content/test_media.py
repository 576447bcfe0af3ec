"""Files that go with a post, judged by what is in them."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.content.media import MediaFile, check_media
from bot.errors import MediaRefused

MB = 1024 * 1024
FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF"}


def encoded(kind: str, size: tuple[int, int] = (64, 48)) -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(buffer, kind)
    return buffer.getvalue()


def video(brand: bytes = b"isom") -> bytes:
    return struct.pack(">I", 24) + b"ftyp" + brand + b"\0\0\2\0isommp41" + b"\0" * 100


def put(folder: Path, name: str, content: bytes) -> Path:
    (folder / name).write_bytes(content)
    return folder / name


def grow(file: Path, size: int) -> Path:
    """Make the file look as large, without filling the disk."""
    with file.open("r+b") as opened:
        opened.truncate(size)
    return file


@pytest.mark.parametrize("suffix", sorted(FORMATS))
@pytest.mark.parametrize("name", ["a", "ñandú 😊"])
def test_the_pictures_that_x_takes_pass(tmp_path: Path, suffix: str, name: str) -> None:
    file = put(tmp_path, f"{name}.{suffix}", encoded(FORMATS[suffix]))
    assert check_media([file]) == (MediaFile(file, is_video=False),)


@pytest.mark.parametrize("brand", [b"isom", b"mp42", b"avc1", b"qt  ", b"M4V "])
def test_videos_pass(tmp_path: Path, brand: bytes) -> None:
    file = put(tmp_path, "a.mp4", video(brand))
    assert check_media([file]) == (MediaFile(file, is_video=True),)


def test_a_picture_of_a_phone_with_two_lenses_is_a_jpeg(tmp_path: Path) -> None:
    file = tmp_path / "a.jpg"
    image = Image.effect_noise((64, 48), 60).convert("RGB")
    image.save(file, "MPO", save_all=True, append_images=[image])
    assert check_media([file]) == (MediaFile(file, is_video=False),)


def test_the_content_counts_and_not_the_name(tmp_path: Path) -> None:
    assert not check_media([put(tmp_path, "a.mp4", encoded("PNG"))])[0].is_video
    assert check_media([put(tmp_path, "a.png", video())])[0].is_video


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<!doctype html><title>404</title>", "is no whole picture"),
        (b"", "is no whole picture"),
        (b"GIF89a", "is no whole picture"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "is no whole picture"),
        (encoded("PNG")[:-30], "is no whole picture"),
        (encoded("JPEG")[:-200], "is no whole picture"),
        (encoded("BMP"), "is BMP"),
        (encoded("TIFF"), "is TIFF"),
        (video(b"heic"), "(heic)"),
        (video(b"avif"), "(avif)"),
        (video(b"mif1"), "(mif1)"),
        (video(b"M4A "), "(M4A)"),
        (video(b"3gp4"), "(3gp4)"),
    ],
)
def test_what_x_does_not_take_is_refused_whatever_its_name(tmp_path: Path, content: bytes, why: str) -> None:
    with pytest.raises(MediaRefused) as caught:
        check_media([put(tmp_path, "a.png", content)])
    assert caught.value.message.startswith("a.png ")
    assert why in caught.value.message
    assert caught.value.remedy


@pytest.mark.parametrize(("kind", "limit"), [("JPEG", 5), ("PNG", 5), ("WEBP", 5), ("GIF", 15)])
def test_a_picture_has_a_limit_of_its_own(tmp_path: Path, kind: str, limit: int) -> None:
    file = put(tmp_path, "a.png", encoded(kind))
    grow(file, limit * MB)
    assert check_media([file])
    grow(file, limit * MB + 1)
    with pytest.raises(MediaRefused, match=rf"X takes up to {limit} MB"):
        check_media([file])


def test_a_video_has_its_limit(tmp_path: Path) -> None:
    file = put(tmp_path, "a.mp4", video())
    assert check_media([grow(file, 512 * MB)])
    with pytest.raises(MediaRefused, match=r"a\.mp4 has 513\.0 MB; X takes up to 512 MB"):
        check_media([grow(file, 513 * MB)])


def test_a_huge_file_of_any_kind_is_refused_without_being_read(tmp_path: Path) -> None:
    with pytest.raises(MediaRefused, match="X takes up to 15 MB"):
        check_media([grow(put(tmp_path, "a.png", b"junk"), 500 * MB)])


def answer_of(file: Path) -> str:
    try:
        check_media([file])
    except MediaRefused as refused:
        return "refused by name" if refused.message.startswith(f"{file.name} ") else refused.message
    return "taken"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of(width: int, height: int) -> bytes:
    """A small file that claims to be that large a picture."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("width", "height"), [(9_000, 9_000), (10_000, 10_000), (20_000, 20_000), (2**31 - 1, 2**31 - 1)]
)
def test_a_picture_that_would_fill_the_memory_is_refused(tmp_path: Path, width: int, height: int) -> None:
    with pytest.raises(MediaRefused, match=r"a\.png has too many pixels|no whole picture"):
        check_media([put(tmp_path, "a.png", png_of(width, height))])


def test_compressed_text_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    content = encoded("PNG")
    bomb = chunk(b"zTXt", b"a\0\0" + zlib.compress(b"a" * 80 * MB))
    with pytest.raises(MediaRefused):
        check_media([put(tmp_path, "a.png", content[:33] + bomb + content[33:])])


def test_a_missing_file_is_told_with_where_to_put_it(tmp_path: Path) -> None:
    folder = tmp_path / "promo"
    folder.mkdir()
    with pytest.raises(MediaRefused, match=r"poster\.png is missing") as caught:
        check_media([folder / "poster.png"])
    assert caught.value.remedy == "Put poster.png into promo/."
    with pytest.raises(MediaRefused, match="promo is missing"):
        check_media([folder])


def test_up_to_four_pictures_or_one_video_go_together(tmp_path: Path) -> None:
    picture = put(tmp_path, "a.png", encoded("PNG"))
    clip = put(tmp_path, "a.mp4", video())
    assert check_media([]) == ()
    assert len(check_media([picture] * 4)) == 4
    with pytest.raises(MediaRefused, match="up to 4 pictures, not 5"):
        check_media([picture] * 5)
    for mixed in ([picture, clip], [clip, clip], [clip, *[picture] * 4]):
        with pytest.raises(MediaRefused, match="4 pictures or 1 video, not both"):
            check_media(mixed)


def test_a_file_is_not_held_open_after_the_look(tmp_path: Path) -> None:
    for name, content in (("a.jpg", encoded("JPEG")), ("b.png", b"junk"), ("c.mp4", video())):
        file = put(tmp_path, name, content)
        try:
            check_media([file])
        except MediaRefused:
            assert name == "b.png"
        file.rename(tmp_path / f"moved {name}")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(sorted(FORMATS.values())),
    st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), max_size=8),
    st.integers(0, 4000),
)
def test_a_damaged_file_is_taken_or_refused_and_never_a_crash(
    tmp_path: Path, kind: str, changes: list[tuple[int, int]], cut: int
) -> None:
    content = bytearray(encoded(kind, (16, 16)))
    for place, value in changes:
        content[place % len(content)] = value
    file = put(tmp_path, "a.png", bytes(content[: max(1, len(content) - cut % 50)]))
    assert answer_of(file) in {"taken", "refused by name"}
