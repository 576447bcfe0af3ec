"""Files of media for tests, made in memory: good ones, and those that somebody sends who means no good."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

from PIL import Image


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), colour: str = "#2f5fa8") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, kind)
    return buffer.getvalue()


def gif(frames: int, size: tuple[int, int] = (8, 8)) -> bytes:
    """A GIF with so many whole frames of one pixel each, on a screen of this size."""
    head = b"GIF89a" + struct.pack("<HHBBB", *size, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"\x21\xf9\x04\0\x0a\0\0\0" + b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    return head + frame * frames + b"\x3b"


def video(brand: bytes = b"isom") -> bytes:
    """The boxes of a film, with nothing to see in them."""
    return box(b"ftyp", brand + b"\0\0\2\0isommp41") + box(b"moov", b"\0" * 40) + box(b"mdat", b"\0" * 60)


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content


def bomb(side: int = 30_000) -> bytes:
    """A PNG of a few bytes that claims to have side x side pixels."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b""))
    packed = (struct.pack(">I", len(c)) + k + c + struct.pack(">I", zlib.crc32(k + c)) for k, c in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def files_below(folder: Path) -> set[str]:
    """All files, hidden ones too."""
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


HOSTILE_NAMES = [
    "",
    ".",
    "..",
    "../cookies.json",
    "..\\cookies.json",
    "/etc/passwd",
    "C:\\fakepath\\a.jpg",
    "c:a.jpg",
    "a/b.jpg",
    "a.jpg:stream",
    "CON",
    "con.jpg",
    "Aux.png",
    "lpt1.gif",
    "COM¹.jpg",
    "a.jpg.",
    "a.jpg ",
    " a.jpg",
    ".htaccess",
    ".upload-1.tmp",
    "a\0.jpg",
    "a\n.jpg",
    "a\u202egpj.exe",
    "a\ud800.jpg",
    "a?.jpg",
    "*.jpg",
    'a".jpg',
    "a<b>.jpg",
    "é" * 200 + ".jpg",
]
