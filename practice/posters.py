"""Advertising pictures for the demo's shops, drawn here so that none has to be shipped."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFont

SIZE = (1200, 675)


def poster(headline: str, line: str, colour: str, file_format: str = "PNG") -> bytes:
    """A poster with two lines of text, as the bytes of a picture file."""
    picture = Image.new("RGB", SIZE, colour)
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((60, 60, SIZE[0] - 60, SIZE[1] - 60), radius=40, outline="white", width=6)
    for text, size, top in ((headline, 110, 210), (line, 54, 390)):
        font = ImageFont.load_default(size)
        width = draw.textlength(text, font=font)
        draw.text(((SIZE[0] - width) / 2, top), text, fill="white", font=font)
    file = io.BytesIO()
    picture.save(file, file_format)
    return file.getvalue()
