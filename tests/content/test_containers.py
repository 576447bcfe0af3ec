"""GIF and video files, judged by their tables of contents without unpacking anything."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.content.containers import Malformed, check_boxes, count_frames
from tests.media import box, gif, video


def put(folder: Path, content: bytes) -> Path:
    (folder / "file").write_bytes(content)
    return folder / "file"


@pytest.mark.parametrize("frames", [1, 2, 350])
def test_frames_are_counted(tmp_path: Path, frames: int) -> None:
    assert count_frames(put(tmp_path, gif(frames)), 350) == frames


def test_frames_are_counted_as_pillow_does(tmp_path: Path) -> None:
    pictures = [Image.effect_noise((40, 30), 20 * number).convert("P") for number in range(1, 6)]
    pictures[0].save(tmp_path / "file", "GIF", save_all=True, append_images=pictures[1:], duration=40, loop=0)
    with Image.open(tmp_path / "file") as image:
        assert count_frames(tmp_path / "file", 350) == image.n_frames == 5  # type: ignore[attr-defined]


def test_counting_ends_soon_after_the_most_that_is_allowed(tmp_path: Path) -> None:
    broken_later = gif(400)[:-1] + b"\xff"
    assert count_frames(put(tmp_path, broken_later), 350) == 351


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", gif(1)[:-9], gif(1)[:20] + b"\xff", gif(0)], ids=["empty", "head", "cut", "odd", "none"]
)
def test_a_gif_that_is_none_is_malformed(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Malformed):
        count_frames(put(tmp_path, content), 350)


@pytest.mark.parametrize("content", [video(), video(b"qt  "), video() + box(b"free", b"")])
def test_a_video_with_all_its_boxes_is_one(tmp_path: Path, content: bytes) -> None:
    check_boxes(put(tmp_path, content))


def test_a_box_may_have_a_long_size_or_reach_to_the_end(tmp_path: Path) -> None:
    head = box(b"ftyp", b"isom") + box(b"moov", b"")
    check_boxes(put(tmp_path, head + b"\0\0\0\1mdat" + (26).to_bytes(8, "big") + b"0123456789"))
    check_boxes(put(tmp_path, head + b"\0\0\0\0mdat" + b"0123456789"))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (video()[:-10], "is cut short"),
        (box(b"ftyp", b"isom") + box(b"moov", b""), "holds no film"),
        (box(b"ftyp", b"isom") + b"<!doctype html><script>", "is cut short"),
        (box(b"ftyp", b"isom") + b"\0\0\0\2moov", "is broken inside"),
        (box(b"ftyp", b"isom") + b"\0\0\0\1moov" + bytes(8), "is broken inside"),
        (b"", "holds no film"),
    ],
)
def test_a_video_that_is_none_is_malformed(tmp_path: Path, content: bytes, why: str) -> None:
    with pytest.raises(Malformed, match=why):
        check_boxes(put(tmp_path, content))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(start=st.sampled_from([b"", gif(2)[:30], video()[:50], video()]), rest=st.binary(max_size=300))
def test_any_bytes_are_judged_or_malformed_and_nothing_else(tmp_path: Path, start: bytes, rest: bytes) -> None:
    file = put(tmp_path, start + rest)
    for judge in (check_boxes, lambda path: count_frames(path, 350)):
        with contextlib.suppress(Malformed):
            judge(file)
