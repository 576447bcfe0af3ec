"""What GIF and video files hold, read from their own tables of contents: no picture in them is unpacked."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_GIF_HEAD = 13  # signature and the screen's description
_TABLE_FOLLOWS = 0x80
_EXTENSION, _FRAME, _END = b"\x21", b"\x2c", b"\x3b"
_MOST_BOXES = 10_000  # a film has a handful; of more, the rest is not looked at


class Malformed(ValueError):
    """The file is cut short, or is not what its beginning says."""


def count_frames(path: Path, most: int) -> int:
    """The frames of a GIF; counting ends at `most` + 1. Raises Malformed."""
    with path.open("rb") as file:
        head = _exactly(file, _GIF_HEAD)
        _skip_table(file, head[10])
        count = 0
        for _ in _frames(file):
            count += 1
            if count > most:
                break
    if not count:
        raise Malformed("holds no picture")
    return count


def _frames(file: BinaryIO) -> Iterator[None]:
    """Goes from frame to frame. What comes after the last whole one is none of ours: players show it so, too."""
    while True:
        mark = file.read(1)
        if mark == _FRAME:
            _skip_table(file, _exactly(file, 9)[8])
            _exactly(file, 1)
            _skip_blocks(file)
            yield
        elif mark == _EXTENSION:
            _exactly(file, 1)
            _skip_blocks(file)
        elif mark in {_END, b""}:
            return
        else:
            raise Malformed("is broken inside")


def _skip_table(file: BinaryIO, flags: int) -> None:
    """The table of colours, where the flags announce one."""
    if flags & _TABLE_FOLLOWS:
        file.seek(3 << ((flags & 7) + 1), os.SEEK_CUR)


def _skip_blocks(file: BinaryIO) -> None:
    while size := _exactly(file, 1)[0]:
        file.seek(size, os.SEEK_CUR)


def check_boxes(path: Path) -> None:
    """Whether the boxes of an MP4 or MOV are whole and hold a film (`moov`) and its data. Raises Malformed."""
    kinds = {kind for kind, _ in zip(_boxes(path), range(_MOST_BOXES), strict=False)}
    if not {b"moov", b"mdat"} <= kinds:
        raise Malformed("holds no film")


def _boxes(path: Path) -> Iterator[bytes]:
    """The kinds of the boxes, from one to the next."""
    end, place = path.stat().st_size, 0
    with path.open("rb") as file:
        while place < end:
            kind, size = _box(file, end - place)
            if size > end - place:
                raise Malformed("is cut short")
            yield kind
            place += size
            file.seek(place)


def _box(file: BinaryIO, rest: int) -> tuple[bytes, int]:
    """The kind of the box that begins here, and its size in bytes."""
    head = _exactly(file, 8)
    size, kind, least = int.from_bytes(head[:4], "big"), head[4:], 8
    if size == 1:
        size, least = int.from_bytes(_exactly(file, 8), "big"), 16
    elif size == 0:  # up to the end of the file
        size = rest
    if size < least:
        raise Malformed("is broken inside")
    return kind, size


def _exactly(file: BinaryIO, count: int) -> bytes:
    read = file.read(count)
    if len(read) < count:
        raise Malformed("is cut short")
    return read
