"""Small pictures of pictures, for the panel."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageOps

from bot.errors import MediaRefused

SIDE = 320  # pixels, the longer one at most
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")  # the reader of JPEG reads MPO, too


def make_thumbnail(path: Path, name: str = "") -> bytes:
    """A WEBP of the picture's first frame, without any data of its camera.

    The caller has checked the file (bot/content/media.py), which is what bounds the memory this takes. Raises
    MediaRefused when the picture cannot be unpacked.
    """
    try:
        with Image.open(path, formats=_FORMATS) as image:
            image.draft("RGB", (2 * SIDE, 2 * SIDE))
            image.thumbnail((SIDE, SIDE))
            small = ImageOps.exif_transpose(image).convert("RGBA" if image.has_transparency_data else "RGB")
            packed = io.BytesIO()
            small.save(packed, "WEBP", quality=80)
    except Exception as error:  # Pillow's readers raise whatever a malformed file leads them to
        raise MediaRefused(f"{name or path.name} is no whole picture or video that X takes") from error
    return packed.getvalue()
