"""Whether a file may go with a post, checked by its content before a browser is troubled with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from bot.errors import MediaRefused

_MB = 1024 * 1024
# x_dom_facts, Composer, limits_from_X_featureSwitch_2025_11_20 and the accept list of fileInput.
# MPO is what phones with two lenses write: a JPEG with a second picture behind it.
_IMAGE_LIMITS = {"JPEG": 5 * _MB, "MPO": 5 * _MB, "PNG": 5 * _MB, "WEBP": 5 * _MB, "GIF": 15 * _MB}
_MOST_PIXELS = 80_000_000
"""Unpacked, a picture of so many takes 240 MB of memory; a small file can claim any number."""
_VIDEO_LIMIT = 512 * _MB
MAX_PICTURES = 4
# Pictures of phones and sound in the same kind of file as MP4; X's file input does not name them.
_NO_VIDEO = frozenset({"heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "avif", "avis", "M4A ", "M4B "})


@dataclass(frozen=True)
class MediaFormat:
    """A format that X takes: what its files are called and served as, and how large they may be."""

    name: str
    suffixes: tuple[str, ...]  # the first is what a file without a right one gets
    mime: str
    most_bytes: int
    is_video: bool = False


JPEG = MediaFormat("JPG", (".jpg", ".jpeg"), "image/jpeg", _IMAGE_LIMITS["JPEG"])
PNG = MediaFormat("PNG", (".png",), "image/png", _IMAGE_LIMITS["PNG"])
WEBP = MediaFormat("WEBP", (".webp",), "image/webp", _IMAGE_LIMITS["WEBP"])
GIF = MediaFormat("GIF", (".gif",), "image/gif", _IMAGE_LIMITS["GIF"])
MP4 = MediaFormat("MP4", (".mp4",), "video/mp4", _VIDEO_LIMIT, is_video=True)
MOV = MediaFormat("MOV", (".mov",), "video/quicktime", _VIDEO_LIMIT, is_video=True)
FORMATS = (JPEG, PNG, WEBP, GIF, MP4, MOV)
_OF_PILLOW = {"JPEG": JPEG, "MPO": JPEG, "PNG": PNG, "WEBP": WEBP, "GIF": GIF}


@dataclass(frozen=True)
class MediaFile:
    """A file that X takes."""

    path: Path
    is_video: bool


@dataclass(frozen=True)
class MediaFacts:
    """What is in a file that X takes. `width` and `height` are pixels, 0 for a video."""

    format: MediaFormat
    size: int
    width: int = 0
    height: int = 0


def check_media(paths: Sequence[Path]) -> tuple[MediaFile, ...]:
    """The files as X takes them together: up to 4 pictures, or 1 video. Raises MediaRefused."""
    files = tuple(MediaFile(path, inspect_media(path).format.is_video) for path in paths)
    videos = sum(file.is_video for file in files)
    if videos > 1 or (videos and len(files) > 1):
        raise MediaRefused("a post takes up to 4 pictures or 1 video, not both")
    if len(files) > MAX_PICTURES:
        raise MediaRefused(f"a post takes up to 4 pictures, not {len(files)}")
    return files


def inspect_media(path: Path, name: str = "") -> MediaFacts:
    """What is in one file. `name` stands in the messages, else the file's own. Raises MediaRefused."""
    name = name or path.name
    if not path.is_file():
        raise MediaRefused(f"{name} is missing", remedy=f"Put {name} into {path.parent.name}/.")
    try:
        size, brand = path.stat().st_size, _brand(path)
    except OSError as error:
        raise MediaRefused(f"{name} cannot be read: {error.strerror or error}") from error
    if brand:
        if brand in _NO_VIDEO or brand.startswith("3g"):
            raise MediaRefused(f"{name} is no JPG, PNG, WEBP, GIF or MP4, whatever its name says ({brand.strip()})")
        _check_size(name, size, _VIDEO_LIMIT)
        return MediaFacts(MOV if brand == "qt  " else MP4, size)
    _check_size(name, size, max(_IMAGE_LIMITS.values()))
    kind, width, height = _picture(path, name)
    if kind not in _IMAGE_LIMITS:
        raise MediaRefused(f"{name} is {kind}, which X does not take")
    _check_size(name, size, _IMAGE_LIMITS[kind])
    return MediaFacts(_OF_PILLOW[kind], size, width, height)


def _picture(path: Path, name: str) -> tuple[str, int, int]:
    """Pillow's name of the format, width and height. Raises MediaRefused for what is no whole picture."""
    try:
        with Image.open(path) as image:
            kind, width, height = image.format or "", image.width, image.height
            image.verify()
        if kind in {"JPEG", "MPO"}:
            _read_through(path)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        kind, width, height = "", _MOST_PIXELS + 1, 1
    except Exception as error:  # Pillow's readers raise whatever a malformed file leads them to
        raise MediaRefused(f"{name} is no whole picture or video that X takes") from error
    if width * height > _MOST_PIXELS:
        raise MediaRefused(f"{name} has too many pixels; X takes up to {_MOST_PIXELS // 10**6} million")
    return kind, width, height


def _read_through(path: Path) -> None:
    """Pillow's `verify` does not look into a JPEG: one whose copying was cut short is found by reading it small."""
    with Image.open(path) as image:
        image.draft("RGB", (64, 64))
        image.load()


def _check_size(name: str, size: int, limit: int) -> None:
    if size > limit:
        raise MediaRefused(f"{name} has {size / _MB:.1f} MB; X takes up to {limit // _MB} MB")


def _brand(path: Path) -> str:
    """What a file of boxes (MP4, QuickTime, HEIC) calls itself in its first box "ftyp"; "" for other files."""
    with path.open("rb") as file:
        start = file.read(12)
    return start[8:12].decode("latin-1") if start[4:8] == b"ftyp" else ""
