"""What may be attached to a post (x_dom_facts: Composer, media; limits of x.com's own settings)."""

from __future__ import annotations

from collections.abc import Sequence

from practice.model import Media
from practice.refusals import Reason, Refusal

MEBIBYTE = 1024 * 1024
MAX_PER_POST = 4
LIMITS: dict[str, int] = {  # bytes
    "image/jpeg": 5 * MEBIBYTE,
    "image/png": 5 * MEBIBYTE,
    "image/webp": 5 * MEBIBYTE,
    "image/gif": 15 * MEBIBYTE,
    "video/mp4": 512 * MEBIBYTE,
    "video/quicktime": 512 * MEBIBYTE,
}


def check_file(media_type: str, data: bytes) -> None:
    """Refuse a file x.com would refuse: a type it does not take, too large, or not what it claims to be."""
    limit = LIMITS.get(media_type)
    if limit is None:
        raise Refusal(Reason.MEDIA_FAILED, f"{media_type or 'no type'} is not taken")
    if len(data) > limit:
        raise Refusal(Reason.MEDIA_FAILED, f"{len(data)} bytes are more than {limit}")
    if sniff(data) != media_type:
        raise Refusal(Reason.MEDIA_FAILED, f"the bytes are not {media_type}")


def check_together(media: Sequence[Media]) -> None:
    """Refuse more than four files, and a video or GIF together with anything else."""
    moving = [one for one in media if one.type.startswith("video/") or one.type == "image/gif"]
    if len(media) > MAX_PER_POST or (moving and len(media) > 1):
        raise Refusal(Reason.MEDIA_FAILED, "up to 4 pictures, or 1 GIF, or 1 video")


def sniff(data: bytes) -> str:
    """The media type the first bytes show, "" for anything else."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp":
        return "video/quicktime" if data[8:12] == b"qt  " else "video/mp4"
    return ""
