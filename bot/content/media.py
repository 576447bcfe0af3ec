"""Whether a file may go with a post, checked by its content before a browser is troubled with it."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from bot.errors import MediaRefused

_MB = 1024 * 1024
# x_dom_facts, Composer, limits_from_X_featureSwitch_2025_11_20 and the accept list of fileInput.
_IMAGE_LIMITS = {"JPEG": 5 * _MB, "PNG": 5 * _MB, "WEBP": 5 * _MB, "GIF": 15 * _MB}
_VIDEO_LIMIT = 512 * _MB
MAX_PICTURES = 4


@dataclass(frozen=True)
class MediaFile:
    """A file that X takes."""

    path: Path
    is_video: bool


def check_media(paths: Sequence[Path]) -> tuple[MediaFile, ...]:
    """The files as X takes them together: up to 4 pictures, or 1 video. Raises MediaRefused."""
    files = tuple(_check_file(path) for path in paths)
    videos = sum(file.is_video for file in files)
    if videos > 1 or (videos and len(files) > 1):
        raise MediaRefused("a post takes up to 4 pictures or 1 video, not both")
    if len(files) > MAX_PICTURES:
        raise MediaRefused(f"a post takes up to 4 pictures, not {len(files)}")
    return files


def _check_file(path: Path) -> MediaFile:
    if not path.is_file():
        raise MediaRefused(f"{path.name} is missing", remedy=f"Put {path.name} into {path.parent.name}/.")
    size = path.stat().st_size
    if _looks_like_video(path):
        return _within(path, size, _VIDEO_LIMIT, is_video=True)
    try:
        with Image.open(path) as image:
            image.verify()
            kind = image.format or ""
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, struct.error) as error:
        raise MediaRefused(f"{path.name} is no picture or video that X takes") from error
    if kind not in _IMAGE_LIMITS:
        raise MediaRefused(f"{path.name} is {kind}, which X does not take")
    return _within(path, size, _IMAGE_LIMITS[kind], is_video=False)


def _within(path: Path, size: int, limit: int, *, is_video: bool) -> MediaFile:
    if size > limit:
        raise MediaRefused(f"{path.name} has {size / _MB:.1f} MB; X takes up to {limit // _MB} MB")
    return MediaFile(path, is_video)


def _looks_like_video(path: Path) -> bool:
    """MP4 and QuickTime name themselves in a box "ftyp" at byte 4."""
    with path.open("rb") as file:
        return file.read(12)[4:8] == b"ftyp"
